// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/bench/AttentionCase.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace weft::bench {

std::vector<std::string> AttentionCase::getSettings() const {
  return {fmt::format("heads={}", heads),   fmt::format("queries={}", queries),
          fmt::format("cached={}", cached), fmt::format("features={}", features),
          fmt::format("span={}", span),     fmt::format("ramp={}", ramp),
          fmt::format("soft={}", isSoft),   fmt::format("relative={}", isRelative),
          fmt::format("skip={}", skips)};
}

namespace {

/// Distances of a head that have a weight above 0.
struct Reach {
  int64_t first, last;
  Reach(const AttentionCase &row, int64_t head)
      : first(row.isSoft ? 1 : 0), last(row.isSoft ? row.span : row.span - 1) {
    if (row.isSoft) // 1 - d + zS > -R
      last = std::min(last, row.spans[size_t(head)] + AttentionCase::ramp + 1);
  }
};

std::vector<float> fill(int64_t size, uint64_t state, float scale = 1) {
  std::vector<float> values(static_cast<size_t>(size));
  for (float &value : values) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    value = scale * (float(int64_t(state >> 40)) * 0x1p-23f - 1);
  }
  return values;
}

constexpr int64_t D = AttentionCase::features;

template <typename Left, typename Right> double dot(const Left *a, const Right *b) {
  double sum = 0;
  for (int64_t i = 0; i < D; ++i)
    sum += double(a[i]) * double(b[i]);
  return sum;
}

template <typename Source> void add(double *sum, double factor, const Source *values) {
  for (int64_t i = 0; i < D; ++i)
    sum[i] += factor * double(values[i]);
}

} // namespace

double AttentionCase::countPairs() const {
  double pairs = 0;
  for (int64_t head = 0; head < heads; ++head)
    for (int64_t i = 0; i < queries; ++i) {
      Reach reach(*this, head);
      pairs += double(std::max<int64_t>(std::min(reach.last, cached + i) - reach.first + 1, 0));
    }
  return pairs;
}

double AttentionCase::countFlops(bool isBackward) const {
  double products = isBackward ? 5 + (isRelative ? 3 : 0) : 2 + (isRelative ? 1 : 0);
  return 2 * products * double(features) * countPairs();
}

AttentionData::AttentionData(const AttentionCase &row) {
  int64_t queries = row.heads * row.queries * D, keys = row.heads * row.keys() * D;
  inputs = {{"q", fill(queries, 1, 2)},
            {"K", fill(keys, 2)},
            {"V", fill(keys, 3)},
            {"dy", fill(queries, 4)}};
  if (row.isRelative)
    inputs["position"] = fill(row.span * D, 5);
  if (row.isSoft)
    for (int64_t span : row.spans) // between two keys: a kink would be decided by rounding
      inputs["z"].push_back(float((double(span) + 0.5) / double(row.span)));
  for (const auto &[name, values] : inputs)
    expected[name == "dy" ? "y" : name].assign(values.size(), 0);
  for (int64_t head = 0; head < row.heads; ++head)
    computeHead(row, head);
}

/// Of each query: e = exp(s - max), U = sum m e, a = m e / U, y = sum a v; then g = <dy, v>,
/// ds = a (g - gbar), dm = e (g - gbar) / U (docs/spec/weft.md, epsilon left out).
void AttentionData::computeHead(const AttentionCase &row, int64_t head) {
  const float *K = &inputs["K"][size_t(head * row.keys() * D)];
  const float *V = &inputs["V"][size_t(head * row.keys() * D)];
  double *dK = &expected["K"][size_t(head * row.keys() * D)];
  double *dV = &expected["V"][size_t(head * row.keys() * D)];
  double root = std::sqrt(double(D)), z = row.isSoft ? double(inputs["z"][size_t(head)]) : 0;
  Reach reach(row, head);
  std::vector<double> e, weight, g;
  for (int64_t i = 0; i < row.queries; ++i) {
    auto at = size_t((head * row.queries + i) * D);
    const float *q = &inputs["q"][at], *dy = &inputs["dy"][at];
    int64_t here = row.cached + i, last = std::min(reach.last, here),
            count = last - reach.first + 1;
    if (count <= 0)
      continue;
    e.assign(size_t(count), 0);
    weight.assign(size_t(count), 1);
    g.assign(size_t(count), 0);
    double most = -1e300, U = 0, mean = 0;
    for (int64_t n = 0; n < count; ++n) {
      int64_t d = reach.first + n;
      double score = dot(q, K + (here - d) * D);
      if (row.isRelative)
        score += dot(q, &inputs["position"][size_t(n * D)]);
      if (row.isSoft)
        weight[size_t(n)] =
            std::clamp((1 - double(d) + z * double(row.span)) / double(row.ramp) + 1, 0.0, 1.0);
      most = std::max(most, e[size_t(n)] = score / root);
    }
    for (int64_t n = 0; n < count; ++n)
      U += weight[size_t(n)] * (e[size_t(n)] = std::exp(e[size_t(n)] - most));
    for (int64_t n = 0; n < count; ++n) {
      double a = weight[size_t(n)] * e[size_t(n)] / U;
      const float *v = V + (here - reach.first - n) * D;
      add(&expected["y"][at], a, v);
      mean += a * (g[size_t(n)] = dot(dy, v));
    }
    for (int64_t n = 0; n < count; ++n) {
      int64_t key = here - reach.first - n;
      double a = weight[size_t(n)] * e[size_t(n)] / U, ds = a * (g[size_t(n)] - mean) / root;
      add(&expected["q"][at], ds, K + key * D);
      add(dK + key * D, ds, q);
      add(dV + key * D, a, dy);
      if (row.isRelative) {
        add(&expected["q"][at], ds, &inputs["position"][size_t(n * D)]);
        add(&expected["position"][size_t(n * D)], ds, q);
      }
      double slope = 1 - double(reach.first + n) + z * double(row.span);
      if (row.isSoft && slope >= -double(row.ramp) && slope <= 0)
        expected["z"][size_t(head)] +=
            e[size_t(n)] * (g[size_t(n)] - mean) / U * double(row.span) / double(row.ramp);
    }
  }
}

} // namespace weft::bench
