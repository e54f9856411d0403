// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "weft/Random.h"

#include <cmath>
#include <numbers>

#include "runtime/base/Format.h"

namespace weft {
namespace {

std::array<uint32_t, 4> getBlock(uint64_t block, uint64_t seed, uint64_t stream) {
  return philox({uint32_t(block), uint32_t(block >> 32), uint32_t(stream), uint32_t(stream >> 32)},
                {uint32_t(seed), uint32_t(seed >> 32)});
}

/// Calls `convert(words)`, which makes four values of a block, for every block of the tensor.
template <typename T, typename Convert>
void fill(std::span<T> values, uint64_t seed, uint64_t stream, Convert convert) {
  for (size_t first = 0; first < values.size(); first += 4) {
    std::array<double, 4> four = convert(getBlock(first / 4, seed, stream));
    for (size_t i = 0; i < 4 && first + i < values.size(); ++i)
      values[first + i] = T(four[i]);
  }
}

template <typename Convert>
Status fillFloats(const Tensor &tensor, uint64_t seed, uint64_t stream, Convert convert) {
  if (tensor.dtype() == DType::F32)
    fill(tensor.values<float>(), seed, stream, convert);
  else if (tensor.dtype() == DType::F64)
    fill(tensor.values<double>(), seed, stream, convert);
  else
    return makeError(ErrorCode::Model, "random values expect element type f32 or f64, got {}",
                     getName(tensor.dtype()));
  return {};
}

} // namespace

std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    uint64_t a = uint64_t(0xD2511F53u) * counter[0];
    uint64_t b = uint64_t(0xCD9E8D57u) * counter[2];
    counter = {uint32_t(b >> 32) ^ counter[1] ^ key[0], uint32_t(b),
               uint32_t(a >> 32) ^ counter[3] ^ key[1], uint32_t(a)};
    key[0] += 0x9E3779B9u;
    key[1] += 0xBB67AE85u;
  }
  return counter;
}

Status fillUniform(const Tensor &tensor, uint64_t seed, uint64_t stream, double low, double high) {
  return fillFloats(tensor, seed, stream, [=](std::array<uint32_t, 4> words) {
    std::array<double, 4> values;
    for (int i = 0; i < 4; ++i)
      values[i] = low + (high - low) * (words[i] >> 8) * 0x1p-24;
    return values;
  });
}

Status fillNormal(const Tensor &tensor, uint64_t seed, uint64_t stream, double deviation) {
  return fillFloats(tensor, seed, stream, [=](std::array<uint32_t, 4> words) {
    std::array<double, 4> values;
    for (int i = 0; i < 4; i += 2) {
      // (0, 1], so that the logarithm exists.
      double radius = std::sqrt(-2 * std::log((words[i] + 1.0) * 0x1p-32));
      double angle = 2 * std::numbers::pi * words[i + 1] * 0x1p-32;
      values[i] = deviation * radius * std::cos(angle);
      values[i + 1] = deviation * radius * std::sin(angle);
    }
    return values;
  });
}

Result<Tensor> makeKey(uint64_t seed, uint64_t step) {
  return Tensor::of<int32_t>({4}, {int32_t(uint32_t(seed)), int32_t(uint32_t(seed >> 32)),
                                   int32_t(uint32_t(step)), int32_t(uint32_t(step >> 32))});
}

} // namespace weft
