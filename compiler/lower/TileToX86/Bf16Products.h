// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_LOWER_TILETOX86_BF16PRODUCTS_H
#define COMPILER_LOWER_TILETOX86_BF16PRODUCTS_H

namespace weft::compiler {

/// How products of bf16 are computed, all from the same layouts (LowerDotPairs.cpp).
enum class Bf16Products {
  Widened, ///< as f32
  Pairs,   ///< AVX-512 BF16: two products and their sum in one instruction
  Tiles    ///< AMX, where a tile has at least 16 columns; else as Pairs
};

} // namespace weft::compiler

#endif
