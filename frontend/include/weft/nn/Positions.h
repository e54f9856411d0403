// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where a token stands: rotary embedding and biases by distance.
#ifndef WEFT_NN_POSITIONS_H
#define WEFT_NN_POSITIONS_H

#include <algorithm>
#include <cmath>

#include "weft/nn/Checks.h"

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
  if (!over.getSize().isConstant() || size < 2 || size % 2 != 0 || size > 1 << 24)
    return dsl::refuse(
        x,
        dsl::Error(where,
                   "rotary expects axis `" + over.getName() +
                       "` to have an even size in [2, 2^24], got " + over.getSize().str(),
                   {}, "element i and element i + n/2 are a pair; `over` is the width of a head"));
  if (!(options.base > 0) || !std::isfinite(options.base) || !std::isfinite(options.scaleBase) ||
      !std::isfinite(options.centre))
    return dsl::refuse(
        x,
        dsl::Error(where,
                   "rotary expects a base above 0, a scaleBase and a centre that are finite, "
                   "got base " +
                       detail::show(options.base) + ", scaleBase " +
                       detail::show(options.scaleBase) + ", centre " + detail::show(options.centre),
                   {}, "{.base = 10000} is usual, {.scaleBase = 512} adds xpos"));
  if (detail::lacksFloats(x))
    return detail::refuseType(x, "rotary", where);
  if (detail::lacksFloats(position))
    return detail::refuseType(position, "the position of rotary", where);
  for (const dsl::Axis &axis : position.axes())
    if (axis == over)
      return dsl::refuse(x, dsl::Error(where,
                                       "rotary expects a position without axis `" + over.getName() +
                                           "`, whose elements it turns",
                                       {}, "f.index(t) counts along the axis of time"));
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
                        bool bothSides = false, dsl::Where where = dsl::Where::current()) {
  int64_t sides = bothSides ? 2 : 1;
  if (buckets < 2 * sides || buckets % sides != 0)
    throw dsl::Error(
        where,
        "T5 buckets expect " +
            std::string(bothSides ? "an even number of at least 4 for both sides" : "at least 2") +
            ", got " + std::to_string(buckets),
        {}, "half of the buckets of a side hold one distance each; 32 is usual");
  if (farthest <= buckets / sides / 2)
    throw dsl::Error(where,
                     "T5 buckets expect `farthest` to be more than the " +
                         std::to_string(buckets / sides / 2) +
                         " distances with a bucket of their own, got " + std::to_string(farthest),
                     {}, "from `farthest` on all distances share the last bucket; 128 is usual");
  int64_t first = 0;
  if (bothSides) {
    buckets /= 2;
    first = distance < 0 ? buckets : 0;
    distance = distance < 0 ? -std::max(distance, -INT64_MAX) : distance;
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
  if (heads == distances)
    throw dsl::Error(
        where, "t5Bias expects two axes, got `" + heads.getName() + "` for heads and for distances",
        {}, "t5Bias takes the scope, the axis of heads, the axis of distances");
  // The table of buckets is made here, so what is too large must not be begun.
  if (!distances.getSize().isConstant() || distances.getSize().getMaximum() > 1 << 24)
    throw dsl::Error(where,
                     "t5Bias expects axis `" + distances.getName() +
                         "` to have a constant size of at most 2^24, got " +
                         distances.getSize().str(),
                     {}, "the axis counts distances, as `position` and `bias` of attend do");
  dsl::Axis bucket(distances.getName() + ".bucket", options.buckets);
  std::vector<double> ids;
  for (int64_t i = 0; i < distances.getSize().getMaximum(); ++i)
    ids.push_back(static_cast<double>(
        t5Bucket(options.first + i, options.buckets, options.farthest, options.bothSides, where)));
  dsl::Tensor table = w("table", {bucket, heads}, {.init = dsl::Init::normal, .scale = 1}, where);
  return dsl::gather(bucket, table, dsl::constant(distances, ids, where), where);
}

} // namespace weft::nn

#endif
