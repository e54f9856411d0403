// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Artifacts that were compiled before, so that training the same model again begins at once.
#ifndef TOOLS_WEFT_ARTIFACTCACHE_H
#define TOOLS_WEFT_ARTIFACTCACHE_H

#include <optional>
#include <string>

namespace weft::driver {

/// Files named by the hash of all that an artifact depends on. Losing any costs only time: what
/// cannot be read or written is as if it were not there.
class ArtifactCache {
public:
  explicit ArtifactCache(std::string folder) : folder(std::move(folder)) {}

  /// Of the graph's text, the compiler's options, the compiler itself and this processor.
  static std::string getKey(const std::string &ir, const std::string &options);

  /// What was kept under a key; nothing where it is damaged, which removes it.
  std::optional<std::string> find(const std::string &key) const;
  void keep(const std::string &key, const std::string &artifact) const;

private:
  std::string getPath(const std::string &key) const { return folder + "/" + key; }
  void trim() const;

  std::string folder;
};

} // namespace weft::driver

#endif
