// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Numbers of bf16 in plain C++, and text with words filled in.
#ifndef TEST_COMPILER_TILE_TO_X86_BF16_H
#define TEST_COMPILER_TILE_TO_X86_BF16_H

#include <bit>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>

inline float toFloat(uint16_t bits) { return std::bit_cast<float>(uint32_t(bits) << 16); }

/// The nearest, of two the even one, by comparing with both neighbours.
inline uint16_t toBf16(double value) {
  if (std::isnan(value))
    return 0x7FC0;
  uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  double size = std::abs(value);
  // The largest finite one is less than half a step below infinity for these.
  if (size >= 0x1.FFp127)
    return sign | 0x7F80;
  uint16_t below = 0, above = 0x7F80;
  while (above - below > 1) {
    uint16_t middle = uint16_t((below + above) / 2);
    (toFloat(middle) <= size ? below : above) = middle;
  }
  double least = toFloat(below), most = above == 0x7F80 ? 0x1p128 : double(toFloat(above));
  bool isUp = size - least > most - size || (size - least == most - size && below % 2 != 0);
  return sign | (isUp ? above : below);
}

/// The text with each word replaced wherever it stands.
inline std::string fill(std::string text,
                        std::initializer_list<std::pair<const char *, std::string>> words) {
  for (auto &[from, to] : words)
    for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
      text.replace(at, std::string(from).size(), to);
  return text;
}

#endif
