// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/exec/GraphCache.h"

#include <algorithm>

namespace weft {

GraphCache::~GraphCache() {
  for (Entry &entry : entries)
    drop(entry);
}

void GraphCache::drop(Entry &entry) {
  if (entry.graph)
    device.front().api().graphs->release(device.front().handle(), entry.graph);
  entry.graph = nullptr;
}

void GraphCache::reserve(const Device &of, size_t bases, size_t sizes) {
  if (device.empty())
    device.push_back(of);
  for (Entry &entry : entries) {
    entry.bases.reserve(bases);
    entry.sizes.reserve(sizes);
  }
}

GraphCache::Entry &GraphCache::find(std::span<std::byte *const> bases,
                                    std::span<const int64_t> sizes, bool &isKnown) {
  Entry *oldest = &entries.front();
  for (Entry &entry : entries) {
    isKnown = entry.used > 0 && std::ranges::equal(entry.bases, bases) &&
              std::ranges::equal(entry.sizes, sizes);
    if (isKnown) {
      entry.used = ++calls;
      return entry;
    }
    if (entry.used < oldest->used)
      oldest = &entry;
  }
  drop(*oldest);
  oldest->bases.assign(bases.begin(), bases.end());
  oldest->sizes.assign(sizes.begin(), sizes.end());
  oldest->used = ++calls;
  return *oldest;
}

} // namespace weft
