// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reading a text that must stay what it is while a run goes on. The bytes are copied with pread, so
// a file that is cut under the reader is an error and never a signal.
#ifndef MODELS_COMMON_TEXTFILE_H
#define MODELS_COMMON_TEXTFILE_H

#include <cstdint>
#include <string>

#include "weft/Status.h"

namespace weft::models {

/// What a regular file was when it was read. A pipe leaves the path empty.
struct TextFile {
  std::string path;
  uint64_t size = 0;
  uint64_t inode = 0;
  int64_t modified = 0;    ///< nanoseconds
  uint64_t sampleHash = 0; ///< of blocks spread over the file
};

/// A whole file and, where asked for, what it was; fails with File and the system's reason, and
/// when the file changes under the reader.
Result<std::string> readText(const std::string &path, TextFile *file = nullptr);

/// Fails with File when the file is gone or has other content. Looks at size, place and time first,
/// and reads the sampled blocks only when those differ.
Status verifyUnchanged(const TextFile &file);

} // namespace weft::models

#endif
