// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the readers of texts, images and sounds share.
#ifndef MODELS_COMMON_FILES_H
#define MODELS_COMMON_FILES_H

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "weft/Status.h"

namespace weft::models {

bool isFolder(const std::string &path);

/// The paths of a folder's files that end in one of these, by their names; fails with File where
/// there is none, or no such folder.
Result<std::vector<std::string>> listFiles(const std::string &folder,
                                           const std::vector<std::string> &endings);

constexpr uint64_t startOfFingerprint = 0xcbf29ce484222325u;
/// FNV-1a over 64 bits, of the size and of the text: bytes that move from one part to the next are
/// another text.
uint64_t fingerprint(uint64_t start, std::string_view text);

} // namespace weft::models

#endif
