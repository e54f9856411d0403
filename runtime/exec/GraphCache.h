// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What one function recorded of its launches (WeftGraphApi), by the addresses and sizes it ran
// with.
#ifndef RUNTIME_EXEC_GRAPHCACHE_H
#define RUNTIME_EXEC_GRAPHCACHE_H

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "weft/Device.h"

namespace weft {

/// A record is of use where a call comes again with the same addresses and sizes. A loop that gives
/// results back as arguments goes back and forth between two sets of them, and sizes move by
/// steps: a few are kept, the one that was not used for longest makes room.
class GraphCache {
public:
  GraphCache() = default;
  GraphCache(const GraphCache &) = delete;
  GraphCache &operator=(const GraphCache &) = delete;
  ~GraphCache();

  struct Entry {
    std::vector<std::byte *> bases;
    std::vector<int64_t> sizes;
    WeftGraph *graph = nullptr;
    uint64_t used = 0; ///< number of the call; 0: never
  };

  /// Takes the memory that `find` needs, which takes none.
  void reserve(const Device &device, size_t bases, size_t sizes);
  /// The entry of a call. `isKnown`: there was one of the same addresses and sizes.
  Entry &find(std::span<std::byte *const> bases, std::span<const int64_t> sizes, bool &isKnown);

private:
  void drop(Entry &entry);

  std::vector<Device> device; ///< one, once something is reserved
  std::array<Entry, 4> entries;
  uint64_t calls = 0;
};

/// From begin to end of a record. One that was begun is ended, whatever happens between.
class Recording {
public:
  explicit Recording(const Device &device) : device(device), graphs(*device.api().graphs) {}
  Recording(const Recording &) = delete;
  Recording &operator=(const Recording &) = delete;
  ~Recording() {
    if (isOn())
      graphs.end(device.handle(), nullptr);
  }

  Status begin() { return device.check(graphs.begin(device.handle(), &records)); }
  bool isOn() const { return records != 0; }
  Status end(WeftGraph *&graph) {
    records = 0;
    return device.check(graphs.end(device.handle(), &graph));
  }

private:
  const Device &device;
  const WeftGraphApi &graphs;
  int records = 0;
};

} // namespace weft

#endif
