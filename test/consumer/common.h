// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What both programs need: to stop at the first failure, data, and a distance.
#ifndef COMMON_H
#define COMMON_H

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <weft/weft.h>

inline void check(const weft::Status &status) {
  if (status)
    return;
  std::fprintf(stderr, "%s\n", status.message().c_str());
  std::exit(int(status.code()));
}

template <typename T> T take(weft::Result<T> result) {
  check(result.status());
  return *std::move(result);
}

/// tokens0, targets0, tokens1, targets1 and a zero memory: streams of x -> (3 x + 1) mod 7, which
/// begin at other numbers in every step.
inline weft::TensorMap makeBlocks(int64_t batch, int64_t block, int64_t hidden, int64_t step) {
  weft::TensorMap inputs;
  inputs["memory"] = take(weft::Tensor::zeros(weft::DType::F64, {batch, hidden}));
  for (const char *name : {"tokens0", "targets0", "tokens1", "targets1"})
    inputs[name] = take(weft::Tensor::zeros(weft::DType::I32, {batch, block}));
  for (int64_t stream = 0; stream < batch; ++stream) {
    int32_t x = int32_t((stream + step) % 7);
    for (int64_t i = 0; i < 2 * block; ++i) {
      std::string part = i < block ? "0" : "1";
      size_t place = size_t(stream * block + i % block);
      inputs["tokens" + part].values<int32_t>()[place] = x;
      x = (3 * x + 1) % 7;
      inputs["targets" + part].values<int32_t>()[place] = x;
    }
  }
  return inputs;
}

/// The largest difference of two sets of f64 tensors, relative to max(1, |b|); infinite where they
/// do not match.
inline double distance(const weft::TensorMap &a, const weft::TensorMap &b) {
  double worst = a.size() == b.size() && !b.empty() ? 0 : INFINITY;
  for (const auto &[name, right] : b) {
    auto left = a.find(name);
    if (left == a.end() || left->second.shape() != right.shape() ||
        right.dtype() != weft::DType::F64)
      return INFINITY;
    for (size_t i = 0; i < size_t(right.size()); ++i) {
      double x = left->second.values<double>()[i], y = right.values<double>()[i];
      double difference = std::abs(x - y) / std::max(1.0, std::abs(y));
      worst = difference <= worst ? worst : std::isnan(difference) ? INFINITY : difference;
    }
  }
  return worst;
}

/// The same of all that updates change.
inline double distance(const weft::ModelState &a, const weft::ModelState &b) {
  return std::max(distance(a.params, b.params), distance(a.optimizer, b.optimizer));
}

#endif
