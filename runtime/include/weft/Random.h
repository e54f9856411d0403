// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Counter-based random numbers: Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as
// 1, 2, 3", 2011). The same key and counter give the same words on every device and thread count.
//
// Example:
//   Result<Tensor> noise = Tensor::zeros(DType::F32, {4, 8});
//   if (!noise)
//     return noise.status();
//   if (Status status = fillNormal(*noise, /*seed=*/1, /*stream=*/0, /*deviation=*/0.5); !status)
//     return status;
//   std::array<uint32_t, 4> words = philox({0, 0, 0, 0}, {1, 0}); // what the fill began with
//
// Element i of a fill takes word i % 4 of the block with counter {i / 4 low, i / 4 high, stream
// low, stream high} and key {seed low, seed high}; normal values take the words 2j and 2j + 1 for
// elements 2j and 2j + 1. There is no state: calls from any thread, in any order, give the same.
#ifndef WEFT_RANDOM_H
#define WEFT_RANDOM_H

#include <array>
#include <cstdint>

#include "weft/Tensor.h"

namespace weft {

/// One block of four random words.
std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

/// Fills a float tensor (f32 or f64) with values evenly spread over [low, high). Other element
/// types: Model.
Status fillUniform(const Tensor &tensor, uint64_t seed, uint64_t stream, double low, double high);
/// Fills a float tensor (f32 or f64) with normal values of mean 0 by Box and Muller's method.
Status fillNormal(const Tensor &tensor, uint64_t seed, uint64_t stream, double deviation);

/// The `key` argument of a function: tensor<4xi32> with seed low, seed high, step low, step high.
Result<Tensor> makeKey(uint64_t seed, uint64_t step);

} // namespace weft

#endif
