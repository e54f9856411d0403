// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/target/KernelCache.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <vector>

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

namespace fs = std::filesystem;

namespace weft::compiler {

static constexpr llvm::StringLiteral draftPrefix = "draft-";

std::string KernelCache::getKey(llvm::StringRef input) {
  llvm::XXH128_hash_t hash = llvm::xxh3_128bits(llvm::arrayRefFromStringRef(input));
  return llvm::utohexstr(hash.high64, /*LowerCase=*/true, 16) +
         llvm::utohexstr(hash.low64, /*LowerCase=*/true, 16);
}

std::optional<std::string> KernelCache::find(const std::string &key) const {
  if (folder.empty())
    return std::nullopt;
  auto buffer = llvm::MemoryBuffer::getFile(getPath(key), /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return std::nullopt;
  // The hash of the object stands behind it.
  llvm::StringRef content = (*buffer)->getBuffer();
  size_t hashSize = key.size();
  llvm::StringRef object = content.drop_back(std::min(hashSize, content.size()));
  std::error_code ignored;
  if (content.size() <= hashSize || getKey(object) != content.take_back(hashSize)) {
    fs::remove(getPath(key), ignored);
    return std::nullopt;
  }
  fs::last_write_time(getPath(key), fs::file_time_type::clock::now(), ignored);
  return object.str();
}

void KernelCache::keep(const std::string &key, llvm::StringRef object) const {
  std::error_code error;
  if (folder.empty() || (fs::create_directories(folder, error), error))
    return;
  int file = -1;
  llvm::SmallString<128> draft;
  if (llvm::sys::fs::createUniqueFile(folder + "/" + draftPrefix + "%%%%%%%%", file, draft))
    return;
  llvm::raw_fd_ostream stream(file, /*shouldClose=*/true);
  stream << object << getKey(object);
  stream.close();
  bool isWhole = !stream.has_error();
  stream.clear_error();
  if (!isWhole || llvm::sys::fs::rename(draft, getPath(key)))
    llvm::sys::fs::remove(draft);
}

void KernelCache::trim(uint64_t bytes) const {
  struct Entry {
    fs::file_time_type used;
    uint64_t size;
    fs::path path;
  };
  std::vector<Entry> entries;
  uint64_t total = 0;
  std::error_code error;
  fs::file_time_type old = fs::file_time_type::clock::now() - std::chrono::hours(1);
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code gone; // by another process
    Entry entry{at->last_write_time(gone), 0, at->path()};
    entry.size = gone ? 0 : at->file_size(gone);
    if (gone)
      continue;
    if (llvm::StringRef(entry.path.filename().c_str()).starts_with(draftPrefix)) {
      if (entry.used < old)
        fs::remove(entry.path, gone);
      continue;
    }
    total += entry.size;
    entries.push_back(std::move(entry));
  }
  if (total <= bytes)
    return;
  llvm::sort(entries, [](const Entry &a, const Entry &b) { return a.used < b.used; });
  for (const Entry &entry : entries) {
    if (total <= bytes)
      return;
    total -= entry.size;
    fs::remove(entry.path, error);
  }
}

} // namespace weft::compiler
