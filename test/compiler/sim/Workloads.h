// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernels of Inputs with data and references. Values are small integers: every sum is exact, so
// that results can be compared bit by bit.
#ifndef TEST_COMPILER_SIM_WORKLOADS_H
#define TEST_COMPILER_SIM_WORKLOADS_H

#include <functional>

#include "SimKernel.h"
#include "compiler/sim/FloatBits.h"

namespace weft::sim {

/// Runs on a loaded kernel; true where the results are the right ones.
using Workload = std::function<bool(SimKernel &)>;

inline bool runReduce(SimKernel &kernel) {
  constexpr unsigned blocks = 3, tiles = 4;
  std::vector<float> x(blocks * tiles * 256), expected(blocks);
  for (size_t i = 0; i < x.size(); ++i)
    expected[i / (tiles * 256)] += x[i] = static_cast<float>(i * 7 % 31) - 15;
  float *in = kernel.upload(x), *out = kernel.upload(std::vector<float>(blocks));
  int count = tiles;
  kernel.run("reduce", {{blocks}, {256}, {}}, {&in, &out, &count});
  return std::equal(expected.begin(), expected.end(), out);
}

inline bool runMatmul(SimKernel &kernel) {
  constexpr unsigned size = 128;
  std::vector<uint16_t> a(size * size), b(size * size);
  std::vector<float> expected(size * size);
  auto left = [](unsigned i, unsigned k) { return static_cast<float>((i * 3 + k * 5) % 7) - 3; };
  auto right = [](unsigned k, unsigned j) { return static_cast<float>((k * 2 + j) % 9) - 4; };
  for (unsigned i = 0; i < size; ++i)
    for (unsigned j = 0; j < size; ++j) {
      a[i * size + j] = floatToBfloat(left(i, j));
      b[i * size + j] = floatToBfloat(right(i, j));
      for (unsigned k = 0; k < size; ++k)
        expected[i * size + j] += left(i, k) * right(k, j);
    }
  uint16_t *pa = kernel.upload(a), *pb = kernel.upload(b);
  float *c = kernel.upload(std::vector<float>(size * size));
  // One block: the 64 x 64 results of the upper left corner.
  kernel.run("matmul", {{1, 1}, {128}, {}}, {&pa, &pb, &c});
  for (unsigned i = 0; i < 64; ++i)
    if (!std::equal(c + i * size, c + i * size + 64, expected.begin() + i * size))
      return false;
  return true;
}

inline bool runDiverge(SimKernel &kernel) {
  uint32_t *out = kernel.upload(std::vector<uint32_t>(32));
  kernel.run("diverge", {{1}, {32}, {}}, {&out});
  auto getValue = [](uint32_t lane) { return lane < 16 ? 135u : lane == 16 ? 30u : 31u; };
  for (uint32_t lane = 0; lane < 32; ++lane)
    if (out[lane] != (0xAAAAAAAA ^ (lane < 16 ? 255u : 0u)) + getValue(lane ^ 1))
      return false;
  return true;
}

inline bool runHistogram(SimKernel &kernel) {
  constexpr unsigned blocks = 5;
  std::vector<uint32_t> x(blocks * 64), counts(16);
  for (size_t i = 0; i < x.size(); ++i)
    ++counts[x[i] = static_cast<uint32_t>(i * i % 13)];
  uint32_t expected = 0;
  for (uint32_t count : counts)
    expected += count * count;
  uint32_t *in = kernel.upload(x), *bins = kernel.upload(std::vector<uint32_t>(16));
  uint32_t *done = kernel.upload(std::vector<uint32_t>(1));
  uint32_t *out = kernel.upload(std::vector<uint32_t>(1));
  kernel.run("histogram", {{blocks}, {64}, {}}, {&in, &bins, &done, &out});
  return *out == expected && std::equal(counts.begin(), counts.end(), bins);
}

struct NamedWorkload {
  const char *file;
  Workload run;
};
inline const NamedWorkload workloads[] = {{"reduce.ll", runReduce},
                                          {"matmul.ll", runMatmul},
                                          {"diverge.ll", runDiverge},
                                          {"histogram.ll", runHistogram}};

} // namespace weft::sim

#endif
