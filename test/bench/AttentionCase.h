// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One attention, its inputs, and what comes out in f64, forwards and backwards.
#ifndef TEST_BENCH_ATTENTIONCASE_H
#define TEST_BENCH_ATTENTIONCASE_H

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace weft::bench {

struct AttentionCase {
  int64_t heads = 1, queries = 1, cached = 0, span = 1;
  bool isSoft = false, isRelative = false;
  std::vector<int64_t> spans = {}; ///< learned ones, of each head, where soft; half a position more
  bool skips = false;              ///< heads pass over keys beyond their own span
  static constexpr int64_t features = 64, ramp = 32;

  int64_t keys() const { return cached + queries; }
  /// key=value of attention-model.cpp.
  std::vector<std::string> getSettings() const;
  /// Pairs of a query and a key with a weight above 0, over all heads.
  double countPairs() const;
  /// Two products forwards and five backwards, one and three more with relative keys.
  double countFlops(bool isBackward) const;
};

/// Tensors by the names of the model; gradients by those of the arguments.
struct AttentionData {
  explicit AttentionData(const AttentionCase &row);
  std::map<std::string, std::vector<float>> inputs; ///< "dy" too
  std::map<std::string, std::vector<double>> expected;

private:
  void computeHead(const AttentionCase &row, int64_t head);
};

} // namespace weft::bench

#endif
