// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files read whole or piece by piece, and replaced atomically.
#ifndef RUNTIME_BASE_FILE_H
#define RUNTIME_BASE_FILE_H

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "weft/Status.h"

namespace weft {

/// "path: cannot <action>: <reason of errno>". Usage where the user named a wrong place; every
/// other reason, a full or failed disk above all, is Resource.
Status systemError(const std::string &path, const char *action);

/// All bytes of a regular file. Missing or unreadable: Usage; larger than `limit`: File.
Result<std::vector<std::byte>> readFile(const std::string &path, uint64_t limit = uint64_t(1)
                                                                                  << 40);

/// Gives all bytes of a regular file to `take`, in order, by pieces of at most 1 MiB. Fails as
/// readFile does.
Status readPieces(const std::string &path,
                  const std::function<void(std::span<const std::byte>)> &take);

/// Creates `path` with these pieces one after the other and syncs it. An existing file is
/// overwritten in place: give the name of a new file.
Status writeNewFile(const std::string &path, std::span<const std::span<const std::byte>> pieces);

/// Writes beside `path`, syncs, renames over it and syncs the folder: after a crash the old or the
/// new file is there, whole.
Status replaceFile(const std::string &path, std::span<const std::span<const std::byte>> pieces);

/// Whether a name is `X.tmp-<pid>`, the draft of a process that is gone, or of this process's
/// number from an earlier life: ask before drafts of this life are made.
bool isStaleDraft(const std::string &name);

/// Makes the names in a folder durable.
Status syncFolder(const std::string &path);

/// rename(2), then the folder of `to` is synced.
Status renameDurably(const std::string &from, const std::string &to);

/// The bytes of a text.
inline std::span<const std::byte> asBytes(std::string_view text) {
  return {reinterpret_cast<const std::byte *>(text.data()), text.size()};
}

} // namespace weft

#endif
