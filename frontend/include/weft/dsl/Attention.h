// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attend: softmax over the keys a query may reach. `axes` names the query time, the key time and
// the contracted axis; every other axis of the query rides along. The type of `reach` selects the
// op of the graph:
//
//   attend({.query = t, .keys = s, .over = k}, q, K, V, softSpan(z, {.ramp = 32, .max = 1024}),
//   {.position = p})
//
// Scores are divided by the root of the contracted axis' size. The queries are the newest positions
// of the key axis: query i stands at key index L - M + i, and its distance to key j is d = L - M +
// i - j.
#ifndef WEFT_DSL_ATTENTION_H
#define WEFT_DSL_ATTENTION_H

#include <optional>
#include <vector>

#include "weft/dsl/Pattern.h"
#include "weft/dsl/Tensor.h"

namespace weft::dsl {

struct AttendAxes {
  Axis query, keys, over;
};

/// Further keys under the same softmax, which every query reaches at weight 1: persistent vectors,
/// states of a recurrence. Axes of the query that keys and values lack are shared.
struct KeySource {
  /// The axis of the keys; it stands in `keys` and `values` where `AttendAxes::keys` stands in
  /// attend's own.
  Axis axis;
  Tensor keys, values;
};

struct AttendOptions {
  /// Relative keys {distances, over}: row d - d_min is added to the key at distance d before the
  /// product.
  Tensor position = Tensor();
  /// Dropout of the attention weights, after normalisation.
  double dropout = 0;
  /// Learned bias {distances} or {head, distances}: element d - d_min is added to the score of the
  /// key at distance d, after the division by the root.
  Tensor bias = Tensor();
  /// Scored with the query like the keys, but without position and bias.
  std::vector<KeySource> sources = {};
};

struct SoftSpanOptions {
  /// Width R over which a key's weight falls from 1 to 0.
  double ramp = 32;
  /// S: the longest span; z = 1 means S.
  int64_t max = 0;
  /// Distances looked at, where fewer than `max` are known to be enough; may be a run-time size.
  std::optional<Size> reach = std::nullopt;
  /// Every head looks only as far as its own weights are above 0, so that its time follows its own
  /// span. What lies beyond then has no part in the softmax's sum either, of which the 1e-8 below
  /// are taken.
  bool skip = false;
};

/// Learned span (Sukhbaatar et al. 2019): distances 1 .. reach, weight clamp((1 - d + z S) / R + 1,
/// 0, 1), renormalised with 1e-8. What lies before the first key counts as a key and value of
/// zeros, as in the paper's code.
struct SoftSpan {
  Tensor z;
  SoftSpanOptions options;
};
inline SoftSpan softSpan(Tensor z, const SoftSpanOptions &options) {
  return {std::move(z), options};
}

/// All keys from the query's own position back to the first.
struct Causal {};
inline Causal causal() { return {}; }

/// Distances first .. first + length - 1; `zeros`: what lies before the first key is a key of
/// zeros, not absent.
struct SlidingWindow {
  Size length;
  int64_t first = 0;
  bool zeros = false;
};
inline SlidingWindow slidingWindow(Size length, int64_t first = 0, bool zeros = false) {
  return {std::move(length), first, zeros};
}

struct LastStepsOptions {
  /// Learned span of each head, a tensor {head} or {}: weights as SoftSpan has them, renormalised
  /// with 1e-8.
  Tensor z = Tensor();
  /// Of the span: its ramp R.
  double ramp = 32;
  /// Multiplies the weights after normalisation, and has no gradient: a mask with the axes of the
  /// query without `over`, and the keys'. A step of a scan draws no dropout of its own; one input
  /// for all steps does.
  Tensor keep = Tensor();
};

/// What the last `steps` steps of a scan wrote to a Memory, oldest first: slot j stands at distance
/// steps - j, and what was not written yet is what its past holds. One query for each sequence, so
/// `AttendAxes::query` is the axis of the scan, which the query of a step lacks (Fan et al. 2020).
struct LastSteps {
  int64_t steps;
  LastStepsOptions options;
};
inline LastSteps lastSteps(int64_t steps, LastStepsOptions options = {}) {
  return {steps, std::move(options)};
}

Tensor attend(const AttendAxes &axes, Tensor query, Tensor keys, Tensor values,
              const SoftSpan &reach, const AttendOptions &options = {},
              Where where = Where::current());
Tensor attend(const AttendAxes &axes, Tensor query, Tensor keys, Tensor values, const Causal &reach,
              const AttendOptions &options = {}, Where where = Where::current());
Tensor attend(const AttendAxes &axes, Tensor query, Tensor keys, Tensor values,
              const SlidingWindow &reach, const AttendOptions &options = {},
              Where where = Where::current());
/// The keys of a pattern, block by block (Child et al. 2019); position and bias are for distances,
/// and stay away.
Tensor attend(const AttendAxes &axes, Tensor query, Tensor keys, Tensor values,
              const BlockLayout &reach, const AttendOptions &options = {},
              Where where = Where::current());
/// In the body of a scan. `options.position` {keys, over} has a row for each slot, made once
/// outside of it; bias, sources and dropout stay away.
Tensor attend(const AttendAxes &axes, Tensor query, Tensor keys, Tensor values,
              const LastSteps &reach, const AttendOptions &options = {},
              Where where = Where::current());

} // namespace weft::dsl

#endif
