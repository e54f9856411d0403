// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/sim/Memory.h"

#include <cstring>

namespace weft::sim {

static constexpr size_t redZone = 256;

void *Memory::allocate(size_t bytes) {
  size_t room = bytes + 3 * redZone;
  arenas.emplace_back(new char[room]);
  auto start = reinterpret_cast<uintptr_t>(arenas.back().get());
  start = (start + 2 * redZone - 1) / redZone * redZone;
  void *memory = reinterpret_cast<void *>(start);
  std::memset(arenas.back().get(), 0xFF, room);
  add(memory, bytes);
  return memory;
}

void Memory::release(void *start) { remove(start); }

void Memory::add(const void *start, size_t bytes) {
  ranges[reinterpret_cast<uintptr_t>(start)] = bytes;
}

void Memory::remove(const void *start) { ranges.erase(reinterpret_cast<uintptr_t>(start)); }

std::pair<uintptr_t, uintptr_t> Memory::find(uintptr_t address) const {
  auto next = ranges.upper_bound(address);
  if (next == ranges.begin())
    return {0, 0};
  auto [first, size] = *std::prev(next);
  return address - first < size ? std::pair(first, first + size)
                                : std::pair<uintptr_t, uintptr_t>();
}

bool Memory::contains(uintptr_t start, size_t bytes) const {
  auto [first, end] = find(start);
  return end != 0 && bytes <= end - start;
}

std::string Memory::describe(uintptr_t address) const {
  auto next = ranges.upper_bound(address);
  std::string text;
  uintptr_t distance = UINTPTR_MAX;
  if (next != ranges.begin()) {
    auto [first, size] = *std::prev(next);
    distance = address - first;
    text = "byte " + std::to_string(distance) + " of a range of " + std::to_string(size) + " bytes";
  }
  if (next != ranges.end() && next->first - address < distance)
    text = std::to_string(next->first - address) + " bytes before a range of " +
           std::to_string(next->second) + " bytes";
  return text.empty() ? "no memory is registered" : text;
}

} // namespace weft::sim
