// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Random numbers of one line or one episode of a task: a stream of their own, so that none depends
// on how many others were made.
#ifndef MODELS_COMMON_DRAWS_H
#define MODELS_COMMON_DRAWS_H

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "models/common/Tasks.h"
#include "weft/Random.h"

namespace weft::models {

class Draws {
public:
  Draws(TaskPart part, uint32_t line) : part(part), line(line) {}

  /// Evenly from 0 .. count - 1.
  int below(int count) {
    if (used % 4 == 0)
      words = philox({used / 4, line, 0, 0}, {uint32_t(part), 0x7461736b});
    return int(uint64_t(words[used++ % 4]) * uint64_t(count) >> 32);
  }
  bool isHeads() { return below(2) == 0; }
  /// An element of a list that is not empty.
  template <typename T> T pick(const std::vector<T> &list) {
    return list[size_t(below(int(list.size())))];
  }
  /// Fisher and Yates.
  template <typename T> void shuffle(std::vector<T> &list) {
    for (size_t i = list.size(); i > 1; --i)
      std::swap(list[i - 1], list[size_t(below(int(i)))]);
  }

private:
  TaskPart part;
  uint32_t line, used = 0;
  std::array<uint32_t, 4> words{};
};

} // namespace weft::models

#endif
