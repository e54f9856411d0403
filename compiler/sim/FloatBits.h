// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Small floats as bits.
#ifndef COMPILER_SIM_FLOATBITS_H
#define COMPILER_SIM_FLOATBITS_H

#include <bit>
#include <cstdint>
#include <cstring>

namespace weft::sim {

inline float bitsToFloat(uint32_t bits) { return std::bit_cast<float>(bits); }
inline uint32_t floatToBits(float value) { return std::bit_cast<uint32_t>(value); }
inline float bfloatToFloat(uint16_t bits) { return bitsToFloat(uint32_t{bits} << 16); }

/// To the nearest, ties to even; every NaN becomes 0x7FFF, as on the GPU.
inline uint16_t floatToBfloat(float value) {
  uint32_t bits = floatToBits(value);
  if ((bits & 0x7FFFFFFF) > 0x7F800000)
    return 0x7FFF;
  return static_cast<uint16_t>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

inline float halfToFloat(uint16_t bits) {
  _Float16 value;
  std::memcpy(&value, &bits, 2);
  return static_cast<float>(value);
}

inline uint16_t floatToHalf(float value) {
  auto half = static_cast<_Float16>(value);
  uint16_t bits;
  std::memcpy(&bits, &half, 2);
  return bits;
}

} // namespace weft::sim

#endif
