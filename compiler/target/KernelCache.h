// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Objects of kernels made before, one file each, named by the hash of all that they depend on.
#ifndef COMPILER_TARGET_KERNELCACHE_H
#define COMPILER_TARGET_KERNELCACHE_H

#include <optional>
#include <string>

#include "llvm/ADT/StringRef.h"

namespace weft::compiler {

/// Safe for any number of processes at once: a file appears whole under its name, and its content
/// has a hash of its own. A damaged file is deleted and counts as missing; a folder that cannot be
/// read or written costs time and nothing else.
class KernelCache {
public:
  /// `folder` may not exist yet; with an empty one nothing is ever found or kept.
  explicit KernelCache(std::string folder) : folder(std::move(folder)) {}

  /// The name for an input: everything that decides the bytes of the object.
  static std::string getKey(llvm::StringRef input);

  std::optional<std::string> find(const std::string &key) const;
  void keep(const std::string &key, llvm::StringRef object) const;
  /// Deletes what was longest not found until the folder holds at most this many bytes, and drafts
  /// that processes left behind.
  void trim(uint64_t bytes) const;

private:
  std::string getPath(const std::string &key) const { return folder + "/" + key; }
  std::string folder;
};

} // namespace weft::compiler

#endif
