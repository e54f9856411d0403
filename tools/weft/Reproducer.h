// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A folder with everything a compilation depends on: input.mlir, options.json, versions.json and
// replay.sh, which compiles it again. --dump-to asks for one; a crash of the compiler leaves one.
#ifndef TOOLS_WEFT_REPRODUCER_H
#define TOOLS_WEFT_REPRODUCER_H

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace weft::driver {

class Reproducer {
public:
  /// `versions` is the compiler's JSON text.
  Reproducer(const std::string &folder, const std::string &ir, const nlohmann::json &options,
             const std::string &versions);

  const std::string &path() const { return folder; }
  /// Makes the folder and writes the files. Calls nothing but the kernel, so a signal handler may
  /// use it. False when something could not be written; errno says why.
  bool write() const noexcept;

private:
  std::string folder;
  std::vector<std::string> folders;                       ///< the folder, after those it lies in
  std::vector<std::pair<std::string, std::string>> files; ///< paths and contents
};

/// While this lives, a signal that a crash raises writes the reproducer, prints its path and ends
/// the process with 70. One at a time.
class CrashGuard {
public:
  explicit CrashGuard(const Reproducer &reproducer);
  ~CrashGuard();
  CrashGuard(const CrashGuard &) = delete;
  CrashGuard &operator=(const CrashGuard &) = delete;
};

/// Where a crash of this process would be kept, beside the other caches.
std::string chooseCrashFolder();

} // namespace weft::driver

#endif
