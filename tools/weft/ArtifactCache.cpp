// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/ArtifactCache.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include <fmt/format.h>
#include <xxhash.h>

#include "tools/weft/CompilerLibrary.h"
#include "tools/weft/Failure.h"
#include "tools/weft/RunFolder.h"

using namespace weft;
using namespace weft::driver;
namespace fs = std::filesystem;

/// Some hundred models of the usual size.
static constexpr uint64_t maxBytes = uint64_t(256) << 20;

static std::string getHash(const std::string &text) {
  XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

static std::optional<std::string> read(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return std::nullopt;
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return file.bad() ? std::nullopt : std::optional(std::move(text));
}

/// What the processor can do, in the system's words: the compiler picks instructions by it.
static std::string readProcessor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("flags"))
      return line;
  return "";
}

std::string ArtifactCache::getKey(const std::string &ir, const std::string &options) {
  static const std::string compiler =
      getHash(read(findPrefix() + "/lib/libWeftCompiler.so").value_or("")) + readProcessor();
  return getHash(getHash(ir) + getHash(options) + compiler);
}

std::optional<std::string> ArtifactCache::find(const std::string &key) const {
  std::optional<std::string> content = read(getPath(key));
  if (!content)
    return std::nullopt;
  std::error_code ignored;
  // The hash of the artifact stands behind it.
  size_t size = content->size() - std::min(key.size(), content->size());
  std::string hash = content->substr(size);
  content->resize(size);
  if (hash != getHash(*content)) {
    fs::remove(getPath(key), ignored);
    return std::nullopt;
  }
  fs::last_write_time(getPath(key), fs::file_time_type::clock::now(), ignored);
  return content;
}

void ArtifactCache::keep(const std::string &key, const std::string &artifact) const {
  std::error_code error;
  if (fs::create_directories(folder, error), error)
    return;
  try {
    writeFile(getPath(key), artifact + getHash(artifact));
  } catch (const Failure &) {
    return;
  }
  trim();
}

/// Removes what was longest not used.
void ArtifactCache::trim() const {
  struct Entry {
    fs::file_time_type used;
    uint64_t size;
    fs::path path;
  };
  std::vector<Entry> entries;
  uint64_t total = 0;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code gone; // by another process
    Entry entry{at->last_write_time(gone), 0, at->path()};
    entry.size = gone ? 0 : at->file_size(gone);
    if (gone)
      continue;
    total += entry.size;
    entries.push_back(std::move(entry));
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry &a, const Entry &b) { return a.used < b.used; });
  for (const Entry &entry : entries) {
    if (total <= maxBytes)
      return;
    total -= entry.size;
    fs::remove(entry.path, error);
  }
}
