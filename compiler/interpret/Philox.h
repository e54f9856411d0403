// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"), written a
// second time so that the interpreters are an independent check of the kernels and of the runtime.
#ifndef COMPILER_INTERPRET_PHILOX_H
#define COMPILER_INTERPRET_PHILOX_H

#include <array>
#include <cstdint>

namespace weft::compiler {

inline std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter,
                                      std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    uint64_t a = uint64_t{0xD2511F53} * counter[0], b = uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<uint32_t>(b),
               static_cast<uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<uint32_t>(a)};
    key = {key[0] + 0x9E3779B9u, key[1] + 0xBB67AE85u};
  }
  return counter;
}

/// The word of an element (WeftMathOps.td, dropout): key = [seed low, seed high, step low, step
/// high].
inline uint32_t philoxWord(const std::array<uint32_t, 4> &key, uint32_t id, uint32_t index) {
  return philox({index / 4, id, key[2], key[3]}, {key[0], key[1]})[index % 4];
}

} // namespace weft::compiler

#endif
