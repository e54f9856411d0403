// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Device memory as the checks see it: the ranges that a kernel may touch.
#ifndef COMPILER_SIM_MEMORY_H
#define COMPILER_SIM_MEMORY_H

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace weft::sim {

/// Not safe against changes during a launch.
class Memory {
public:
  /// A new range, filled with 0xFF, with unregistered bytes before and behind it, aligned to 256.
  void *allocate(size_t bytes);
  /// Gives a range of allocate() back; its bytes stay unregistered and are not used again, so that
  /// a late access is found.
  void release(void *start);

  /// Memory of somebody else that kernels may touch.
  void add(const void *start, size_t bytes);
  void remove(const void *start);

  /// Whether all of [start, start + bytes) lies in one range.
  bool contains(uintptr_t start, size_t bytes) const;
  /// Where the range begins and ends that an address lies in; two zeros without one.
  std::pair<uintptr_t, uintptr_t> find(uintptr_t address) const;
  /// Where an address lies beside the nearest range, for people.
  std::string describe(uintptr_t address) const;

private:
  std::map<uintptr_t, size_t> ranges;
  std::vector<std::unique_ptr<char[]>> arenas;
};

} // namespace weft::sim

#endif
