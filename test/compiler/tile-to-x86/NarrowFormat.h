// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Numbers of 16 bits in plain C++, and text with words filled in.
#ifndef TEST_COMPILER_TILE_TO_X86_NARROWFORMAT_H
#define TEST_COMPILER_TILE_TO_X86_NARROWFORMAT_H

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>

/// A float of 16 bits.
struct NarrowFormat {
  const char *name;
  int digits;        ///< after the point
  uint16_t infinity; ///< its bits

  uint16_t quiet() const { return uint16_t(1 << (digits - 1)); }

  /// Every number of 16 bits is one of f32.
  float widen(uint16_t bits) const {
    int exponent = (bits & 0x7FFF) >> digits, fraction = bits & ((1 << digits) - 1);
    int top = infinity >> digits, bias = top / 2;
    float sign = bits & 0x8000 ? -1.0f : 1.0f;
    if (exponent == top)
      return fraction ? std::nanf("") : sign * HUGE_VALF;
    double size = exponent == 0 ? std::ldexp(fraction, 1 - bias - digits)
                                : std::ldexp(fraction + (1 << digits), exponent - bias - digits);
    return sign * float(size);
  }

  /// The least number that is rounded to infinity: half a step beyond the largest.
  double getBeyond() const {
    double largest = widen(infinity - 1);
    return largest + (largest - widen(infinity - 2)) / 2;
  }

  /// The nearest, of two the even one, by comparing with both neighbours.
  uint16_t round(double value) const {
    if (std::isnan(value))
      return infinity | quiet();
    uint16_t sign = std::signbit(value) ? 0x8000 : 0;
    double size = std::abs(value);
    if (size >= getBeyond())
      return sign | infinity;
    uint16_t below = 0, above = infinity;
    while (above - below > 1) {
      uint16_t middle = uint16_t((below + above) / 2);
      (widen(middle) <= size ? below : above) = middle;
    }
    if (above == infinity)
      return sign | below;
    double least = widen(below), most = widen(above);
    bool isUp = size - least > most - size || (size - least == most - size && below % 2 != 0);
    return sign | (isUp ? above : below);
  }
};

inline constexpr NarrowFormat bf16 = {"bf16", 7, 0x7F80}, f16 = {"f16", 10, 0x7C00};

/// The text with each word replaced wherever it stands.
inline std::string fill(std::string text,
                        std::initializer_list<std::pair<const char *, std::string>> words) {
  for (auto &[from, to] : words)
    for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
      text.replace(at, std::string(from).size(), to);
  return text;
}

#endif
