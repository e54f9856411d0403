// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files for the child processes that link and assemble.
#ifndef COMPILER_TARGET_SCRATCH_H
#define COMPILER_TARGET_SCRATCH_H

#include <string>

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

namespace weft::compiler {

/// A directory that disappears with its files; its path is empty where it could not be made.
struct ScratchDirectory {
  explicit ScratchDirectory(llvm::StringRef prefix) {
    if (llvm::sys::fs::createUniqueDirectory(prefix, path))
      path.clear();
  }
  ScratchDirectory(const ScratchDirectory &) = delete;
  ScratchDirectory &operator=(const ScratchDirectory &) = delete;
  ~ScratchDirectory() {
    if (!path.empty())
      llvm::sys::fs::remove_directories(path);
  }
  std::string file(llvm::StringRef name) const { return (path + "/" + name).str(); }

  llvm::SmallString<128> path;
};

/// Empty where there is no such file.
inline std::string readFile(const std::string &path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  return buffer ? (*buffer)->getBuffer().str() : std::string();
}

inline bool writeFile(const std::string &path, llvm::StringRef content) {
  std::error_code error;
  llvm::raw_fd_ostream stream(path, error);
  stream << content;
  stream.close();
  bool isWritten = !error && !stream.has_error();
  stream.clear_error(); // an error left in it would end the process
  return isWritten;
}

} // namespace weft::compiler

#endif
