// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where a token stands: rotary embedding and biases by distance.
#ifndef WEFT_NN_POSITIONS_H
#define WEFT_NN_POSITIONS_H

#include <algorithm>
#include <cmath>

#include "weft/dsl.h"

namespace weft::nn {

struct RotaryOptions {
  /// Pair i of n turns by base^(-i / n) radians a position.
  double base = 10000;
  /// If not 0, xpos (Sun et al. 2022): pair i is also scaled by ((i / n + 0.4) / 1.4)^((position -
  /// centre) / scaleBase). Keys take the inverse.
  double scaleBase = 0, centre = 0;
  bool inverse = false;
};

/// Rotary position embedding (Su et al. 2021) of queries or keys: element i of axis `over` and
/// element i + n/2 are a pair, turned by an angle proportional to `position`, a tensor such as
/// f.index(t). The size of `over` is even.
inline dsl::Tensor rotary(const dsl::Axis &over, dsl::Tensor position, dsl::Tensor x,
                          const RotaryOptions &options = {},
                          dsl::Where where = dsl::Where::current()) {
  int64_t size = over.getSize().getOffset(), pairs = size / 2;
  if (!over.getSize().isConstant() || size < 2 || size % 2 != 0)
    throw dsl::Error(where, "rotary expects axis `" + over.getName() +
                                "` to have an even size, got " + over.getSize().str());
  auto at = [&](auto operand) { return dsl::Operand(operand, where); };
  dsl::Axis first(over.getName() + ".first", pairs), second(over.getName() + ".second", pairs);
  std::vector<double> speeds, scales;
  for (int64_t i = 0; i < pairs; ++i) {
    double place = static_cast<double>(i) / static_cast<double>(pairs);
    speeds.push_back(std::pow(options.base, -place));
    scales.push_back(std::log((place + 0.4) / 1.4));
  }
  dsl::Tensor angle = at(position) * dsl::constant(first, speeds, where);
  dsl::Tensor cosine = dsl::cos(angle, where), sine = dsl::sin(angle, where);
  if (options.scaleBase != 0) {
    double turn = (options.inverse ? -1 : 1) / options.scaleBase;
    dsl::Tensor power = at(at(position) - at(options.centre)) * at(turn);
    dsl::Tensor scale = dsl::exp(at(power) * dsl::constant(first, scales, where), where);
    cosine = at(cosine) * scale;
    sine = at(sine) * scale;
  }
  dsl::Tensor a = dsl::slice(over, first, 0, x, where);
  dsl::Tensor b = dsl::rename(second, first, dsl::slice(over, second, pairs, x, where), where);
  dsl::Tensor left = at(at(a) * cosine) - at(at(b) * sine);
  dsl::Tensor right = at(at(b) * cosine) + at(at(a) * sine);
  return dsl::concat(over, left, dsl::rename(first, second, right, where), where);
}

/// Which of `buckets` a distance (query minus key) belongs to: one each for small ones, then
/// logarithmically wider ones up to `farthest`, which the last one shares with everything beyond
/// (Raffel et al. 2020). Causal: a negative distance counts as 0. `bothSides`: half of the buckets
/// are for keys after the query, second.
inline int64_t t5Bucket(int64_t distance, int64_t buckets = 32, int64_t farthest = 128,
                        bool bothSides = false) {
  int64_t first = 0;
  if (bothSides) {
    buckets /= 2;
    first = distance < 0 ? buckets : 0;
    distance = std::abs(distance);
  }
  distance = std::max<int64_t>(distance, 0);
  int64_t exact = buckets / 2;
  if (distance < exact)
    return first + distance;
  double octave = std::log(static_cast<double>(distance) / static_cast<double>(exact)) /
                  std::log(static_cast<double>(farthest) / static_cast<double>(exact));
  int64_t place = exact + static_cast<int64_t>(octave * static_cast<double>(buckets - exact));
  return first + std::min(place, buckets - 1);
}

struct T5Options {
  int64_t buckets = 32, farthest = 128;
  bool bothSides = false;
  /// The distance of the first element of the axis of distances.
  int64_t first = 0;
};

/// A learned bias for each distance and head, {distances, heads}: the weight `table` {buckets,
/// heads}, looked up by t5Bucket. Initial weights are those of torch.nn.Embedding.
inline dsl::Tensor t5Bias(const dsl::Scope &w, const dsl::Axis &heads, const dsl::Axis &distances,
                          const T5Options &options = {}, dsl::Where where = dsl::Where::current()) {
  dsl::Axis bucket(distances.getName() + ".bucket", options.buckets);
  std::vector<double> ids;
  for (int64_t i = 0; i < distances.getSize().getMaximum(); ++i)
    ids.push_back(static_cast<double>(
        t5Bucket(options.first + i, options.buckets, options.farthest, options.bothSides)));
  dsl::Tensor table = w("table", {bucket, heads}, {.init = dsl::Init::normal, .scale = 1}, where);
  return dsl::gather(bucket, table, dsl::constant(distances, ids, where), where);
}

} // namespace weft::nn

#endif
