// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The meaning of WeftAttentionOps.td, WeftBlockAttentionOps.td and WeftFeedbackAttentionOps.td,
// formula by formula.
#include "compiler/interpret/ScoreRegion.h"
#include "dialects/weft/BlockLayout.h"
#include "dialects/weft/WeftFeedbackAttention.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace weft::ir;

namespace weft::compiler {

namespace {

/// Place of one query in the operands.
struct Row {
  int64_t batch, head, query;
};

/// Keys and values under one rule. Source 0 has distances (the band, or the keys of a layout of
/// blocks); the others have none.
struct Source {
  const TensorValue &keys, &values;
  ScoreRegion region;
  int64_t firstColumn; ///< of dropout's counter

  /// An element of keys, values or their gradients, whose batch and heads may be shared.
  static SmallVector<int64_t, 4> place(const TensorValue &tensor, Row row, int64_t key,
                                       int64_t feature) {
    return {tensor.shape[0] == 1 ? 0 : row.batch, tensor.shape[1] == 1 ? 0 : row.head, key,
            feature};
  }
};

/// One key that a query attends.
struct Reached {
  unsigned source;
  int64_t key; ///< negative: before the start
  /// Of a band d - d_min: row of position, index of a capture by distance. Of slots the key: the
  /// row of position. Else 0.
  int64_t row;
  int64_t column;
  SmallVector<double> arguments;
  double score, weight;
};

/// The operands of an attention op and what they say about one row of it.
class Attention {
public:
  template <typename Op>
  Attention(Frame &frame, Op op)
      : query(frame.get(op.getQuery())), factor(getElementOrSelf(op.getQuery().getType())),
        minimum(op.getReachMinimum()), masked(op.getReachBeforeStart() == BeforeStart::masked),
        readsSlots(isFeedback(op)), blocks(op.getReachBlocks()),
        epsilon(op.getEpsilon().convertToDouble()),
        columns(op.getReachMaximum().getMaximum() - minimum + 1),
        kinds(op.getAttentionCaptureKinds()) {
    sources.push_back({frame.get(op.getKeys()), frame.get(op.getValues()),
                       ScoreRegion(op.getScore().front()), 0});
    if constexpr (std::is_same_v<Op, FeedbackAttentionOp> ||
                  std::is_same_v<Op, FeedbackAttentionGradOp>) {
      if (op.getKeep())
        kept = &frame.get(op.getKeep());
    } else {
      rate = op.getDropout().convertToDouble();
      id = op.getId();
      if (op.getKey())
        key = &frame.get(op.getKey());
      for (auto [keys, values, region] :
           llvm::zip(op.getSourceKeys(), op.getSourceValues(), op.getSourceScores())) {
        sources.push_back(
            {frame.get(keys), frame.get(values), ScoreRegion(region.front()), columns});
        columns += getDimSize(cast<RankedTensorType>(keys.getType()), 2).getMaximum();
      }
    }
    if (Value relative = op.getAttentionPosition())
      position = &frame.get(relative);
    if (Value bounds = op.getReachOfHeads())
      headReach = &frame.get(bounds);
    for (Value capture : op.getCaptures())
      captures.push_back(&frame.get(capture));
  }

  LogicalResult setReach(Frame &frame, AttentionOpInterface op) {
    FailureOr<int64_t> value = frame.sizes.get(op.getReachMaximum(), op.getLoc());
    if (failed(value))
      return failure();
    maximum = *value;
    return success();
  }

  void forEachRow(llvm::function_ref<void(Row)> body) const {
    forEachIndex(ArrayRef(query.shape).take_front(3), [&](ArrayRef<int64_t> index) {
      body({index[0], index[1], index[2]});
    });
  }

  /// The keys a query attends: the band in ascending distance or those of a layout in ascending
  /// order, then source after source.
  FailureOr<SmallVector<Reached>> reach(Row row);
  /// Dropout's multiplier of the weight of one key.
  double getMultiplier(Row row, const Reached &reached) const {
    if (readsSlots)
      return kept ? kept->at({row.batch, row.head, row.query, reached.key}) : 1.0;
    int64_t heads = query.shape[1], rows = query.shape[2];
    int64_t index = ((row.batch * heads + row.head) * rows + row.query) * columns + reached.column;
    return key ? getDropoutMultiplier(*key, rate, id, index) : 1.0;
  }
  /// The element of a capture that a region sees; before the start a capture by key is 0, and so
  /// are captures by key or distance in a source without distances.
  std::optional<int64_t> getCaptureIndex(unsigned capture, Row row, const Reached &reached) const;

  /// Whether factors have fewer bits than sums.
  bool roundsFactors() const { return getSumType(factor) != factor; }
  /// What a weight or a gradient is as the factor of a product.
  double toFactor(double value) const { return roundsFactors() ? roundTo(factor, value) : value; }

  const TensorValue &query;
  Type factor;
  std::vector<Source> sources;
  const TensorValue *position = nullptr, *headReach = nullptr, *key = nullptr, *kept = nullptr;
  SmallVector<const TensorValue *> captures;
  int64_t minimum, maximum = 0;
  bool masked;
  bool readsSlots;   ///< of feedback attention
  BlocksAttr blocks; ///< null: distances decide
  double epsilon, rate = 0;
  int64_t id = 0, columns;
  SmallVector<CaptureKind> kinds;

private:
  /// q . k, 0 before the start.
  double getContent(const Source &source, Row row, int64_t key) const {
    double content = 0;
    for (int64_t f = 0; key >= 0 && f < query.shape[3]; ++f)
      content += query.at({row.batch, row.head, row.query, f}) *
                 source.keys.at(Source::place(source.keys, row, key, f));
    return content;
  }
  /// The key index at which a query stands: of slots the one behind the last.
  int64_t getPosition(Row row) const {
    int64_t keys = sources[0].keys.shape[2];
    return readsSlots ? keys : keys - query.shape[2] + row.query;
  }
  LogicalResult addBand(Row row, SmallVectorImpl<Reached> &reached);
  LogicalResult addBlocks(Row row, SmallVectorImpl<Reached> &reached);
  /// Adds captures to the arguments, runs the region and keeps the key unless it is masked.
  LogicalResult add(Row row, Reached next, SmallVectorImpl<Reached> &reached);
};

std::optional<int64_t> Attention::getCaptureIndex(unsigned capture, Row row,
                                                  const Reached &reached) const {
  bool isBand = reached.source == 0;
  switch (kinds[capture]) {
  case CaptureKind::scalar:
    return 0;
  case CaptureKind::per_head:
    return row.head;
  case CaptureKind::by_query:
    return row.query;
  case CaptureKind::by_distance:
    return isBand ? std::optional(reached.row) : std::nullopt;
  case CaptureKind::per_head_by_distance:
    return isBand ? std::optional(row.head * captures[capture]->shape[1] + reached.row)
                  : std::nullopt;
  case CaptureKind::by_key:
    return isBand && reached.key >= 0 ? std::optional(reached.key) : std::nullopt;
  }
  return std::nullopt;
}

LogicalResult Attention::add(Row row, Reached next, SmallVectorImpl<Reached> &reached) {
  for (unsigned capture = 0; capture < captures.size(); ++capture) {
    std::optional<int64_t> index = getCaptureIndex(capture, row, next);
    next.arguments.push_back(index ? captures[capture]->elements[*index] : 0);
  }
  FailureOr<ScoreRegion::Outcome> outcome = sources[next.source].region.run(next.arguments);
  if (failed(outcome))
    return failure();
  if (!outcome->present)
    return success();
  next.score = outcome->score;
  next.weight = outcome->weight;
  reached.push_back(std::move(next));
  return success();
}

LogicalResult Attention::addBand(Row row, SmallVectorImpl<Reached> &reached) {
  const Source &band = sources[0];
  int64_t length = band.keys.shape[2], here = getPosition(row);
  for (int64_t distance = minimum; distance <= maximum; ++distance) {
    int64_t j = here - distance, distanceRow = readsSlots ? j : distance - minimum;
    if (j >= length || (j < 0 && masked) ||
        (headReach && !(double(distance) <= headReach->elements[row.head])))
      continue;
    double relative = 0;
    for (int64_t f = 0; position && f < query.shape[3]; ++f)
      relative += query.at({row.batch, row.head, row.query, f}) * position->at({distanceRow, f});
    SmallVector<double> arguments{getContent(band, row, j), relative, double(distance),
                                  double(row.query), double(j)};
    if (failed(add(row, {0, j, distanceRow, distanceRow, arguments, 0, 0}, reached)))
      return failure();
  }
  return success();
}

/// By the definition of the head's pattern, key by key.
LogicalResult Attention::addBlocks(Row row, SmallVectorImpl<Reached> &reached) {
  const Source &source = sources[0];
  int64_t length = source.keys.shape[2], here = getPosition(row);
  PatternAttr pattern = blocks.getPatterns()[blocks.getPatternOf(row.head)];
  bool failedOnce = false;
  forEachReachedKey(pattern, blocks.getSize(), row.query, query.shape[2], length, [&](int64_t j) {
    SmallVector<double> arguments{getContent(source, row, j), 0, double(here - j),
                                  double(row.query), double(j)};
    failedOnce = failedOnce || failed(add(row, {0, j, 0, j, arguments, 0, 0}, reached));
  });
  return failure(failedOnce);
}

FailureOr<SmallVector<Reached>> Attention::reach(Row row) {
  SmallVector<Reached> reached;
  if (failed(blocks ? addBlocks(row, reached) : addBand(row, reached)))
    return failure();
  for (unsigned i = 1; i < sources.size(); ++i)
    for (int64_t n = 0; n < sources[i].keys.shape[2]; ++n) {
      SmallVector<double> arguments{getContent(sources[i], row, n), double(row.query), double(n)};
      if (failed(add(row, {i, n, 0, sources[i].firstColumn + n, arguments, 0, 0}, reached)))
        return failure();
    }
  return reached;
}

/// y and (max, U, Z) of one row; a row without keys stays 0.
void attendRow(const Attention &attention, Row row, ArrayRef<Reached> reached, TensorValue &y,
               TensorValue &statistics) {
  if (reached.empty())
    return;
  double maximum = -std::numeric_limits<double>::infinity(), u = 0, z = 0;
  for (const Reached &one : reached)
    maximum = std::max(maximum, one.score);
  if (attention.roundsFactors())
    maximum = std::ceil(maximum * M_LOG2E) * M_LN2;
  for (const Reached &one : reached) {
    double e = std::exp(one.score - maximum);
    z += e;
    u += one.weight * e;
  }
  double denominator = u + attention.epsilon * z;
  for (const Reached &one : reached) {
    double e = attention.getMultiplier(row, one) * one.weight * std::exp(one.score - maximum);
    double a = denominator == 0 ? 0 : attention.toFactor(e) / denominator;
    const TensorValue &values = attention.sources[one.source].values;
    for (int64_t f = 0; one.key >= 0 && f < values.shape[3]; ++f)
      y.at({row.batch, row.head, row.query, f}) +=
          a * values.at(Source::place(values, row, one.key, f));
  }
  double numbers[] = {maximum, u, z};
  for (int64_t i = 0; i < 3; ++i)
    statistics.at({row.batch, row.head, row.query, i}) = numbers[i];
}

/// All results of an op, as zeros.
LogicalResult makeResults(Frame &frame, Operation *op, Results &results) {
  for (Value result : op->getResults()) {
    FailureOr<TensorValue> zeros = frame.makeResult(result);
    if (failed(zeros))
      return failure();
    results.push_back(std::move(*zeros));
  }
  return success();
}

template <typename Op> LogicalResult attend(Frame &frame, Op op, Results &results) {
  Attention attention(frame, op);
  if (failed(attention.setReach(frame, op)) || failed(makeResults(frame, op, results)))
    return failure();
  bool failedOnce = false;
  attention.forEachRow([&](Row row) {
    if (failedOnce)
      return;
    FailureOr<SmallVector<Reached>> reached = attention.reach(row);
    failedOnce = failed(reached);
    if (!failedOnce)
      attendRow(attention, row, *reached, results[0], results[1]);
  });
  return failure(failedOnce);
}

/// Where the gradients of one op are added.
struct Gradients {
  TensorValue &query;
  SmallVector<TensorValue *> keys, values; ///< one for each source
  TensorValue *position;
  MutableArrayRef<TensorValue> captures;

  /// Results in the order query, keys, values, [position], source keys, source values, captures.
  static Gradients open(const Attention &attention, MutableArrayRef<TensorValue> results) {
    size_t further = attention.sources.size() - 1, next = attention.position ? 4 : 3;
    Gradients gradients{results[0],
                        {&results[1]},
                        {&results[2]},
                        attention.position ? &results[3] : nullptr,
                        results.drop_front(next + 2 * further)};
    for (size_t i = 0; i < further; ++i) {
      gradients.keys.push_back(&results[next + i]);
      gradients.values.push_back(&results[next + further + i]);
    }
    return gradients;
  }
};

/// Carries the gradients of score and weight of one key to everything they depend on.
void addKeyGradient(Attention &attention, Row row, const Reached &one, double ds, double dm,
                    Gradients &gradients) {
  Source &source = attention.sources[one.source];
  bool isBand = one.source == 0;
  (void)source.region.run(one.arguments); // succeeded before, in reach
  ArrayRef<double> dargument = source.region.reverse(ds, dm);
  double dcontent = attention.toFactor(dargument[0]),
         drelative = isBand ? attention.toFactor(dargument[1]) : 0;
  for (int64_t f = 0; f < attention.query.shape[3]; ++f) {
    SmallVector<int64_t, 4> at{row.batch, row.head, row.query, f};
    double q = attention.query.at(at);
    if (one.key >= 0) {
      SmallVector<int64_t, 4> place = Source::place(source.keys, row, one.key, f);
      gradients.query.at(at) += dcontent * source.keys.at(place);
      gradients.keys[one.source]->at(place) += dcontent * q;
    }
    if (attention.position && isBand) {
      gradients.query.at(at) += drelative * attention.position->at({one.row, f});
      gradients.position->at({one.row, f}) += drelative * q;
    }
  }
  size_t firstCapture = isBand ? 5 : 3;
  for (auto [capture, gradient] : llvm::enumerate(gradients.captures))
    if (std::optional<int64_t> index = attention.getCaptureIndex(capture, row, one))
      gradient.elements[*index] += dargument[firstCapture + capture];
}

/// What flows into one key's weight, as a value of the result has it, score and weight.
struct KeyGradient {
  double weight, score, mask;
};

/// ds_j = a_j (g_j - gbar) - (epsilon gbar / N) p_j,  dm_j = p_j (g_j - gbar) / N, where
/// gbar = <dy, y>: docs/spec/weft.md. Empty where nothing flows.
SmallVector<KeyGradient> reverseWeights(const Attention &attention, Row row,
                                        ArrayRef<Reached> reached, ArrayRef<double> statistics,
                                        const TensorValue &y, const TensorValue &dy) {
  double maximum = statistics[0], u = statistics[1], z = statistics[2];
  double n = (u + attention.epsilon * z) / z;
  if (reached.empty() || n == 0)
    return {};
  double mean = 0;
  for (int64_t f = 0; f < y.shape[3]; ++f) {
    SmallVector<int64_t, 4> at{row.batch, row.head, row.query, f};
    mean += dy.at(at) * y.at(at);
  }
  SmallVector<KeyGradient> gradients;
  for (const Reached &one : reached) {
    double product = 0, multiplier = attention.getMultiplier(row, one);
    double p = std::exp(one.score - maximum) / z, a = one.weight * p / n;
    const TensorValue &values = attention.sources[one.source].values;
    for (int64_t f = 0; one.key >= 0 && f < values.shape[3]; ++f)
      product += dy.at({row.batch, row.head, row.query, f}) *
                 values.at(Source::place(values, row, one.key, f));
    double g = multiplier * product;
    gradients.push_back({attention.toFactor(multiplier * a),
                         a * (g - mean) - attention.epsilon * mean / n * p, p * (g - mean) / n});
  }
  return gradients;
}

void reverseRow(Attention &attention, Row row, ArrayRef<Reached> reached,
                ArrayRef<KeyGradient> flows, const TensorValue &dy, Gradients &gradients) {
  for (auto [one, flow] : llvm::zip(reached, flows)) {
    const TensorValue &values = attention.sources[one.source].values;
    for (int64_t f = 0; one.key >= 0 && f < values.shape[3]; ++f)
      gradients.values[one.source]->at(Source::place(values, row, one.key, f)) +=
          flow.weight * dy.at({row.batch, row.head, row.query, f});
    addKeyGradient(attention, row, one, flow.score, flow.mask, gradients);
  }
}

/// One number for each slot, where reverseRow sums over queries: results in the order query,
/// content, [relative], weights, captures.
void reverseSlots(Attention &attention, Row row, ArrayRef<Reached> reached,
                  ArrayRef<KeyGradient> flows, MutableArrayRef<TensorValue> results) {
  size_t weights = attention.position ? 3 : 2;
  Source &slots = attention.sources[0];
  for (auto [one, flow] : llvm::zip(reached, flows)) {
    SmallVector<int64_t, 4> at{row.batch, row.head, row.query, one.key};
    (void)slots.region.run(one.arguments); // succeeded before, in reach
    ArrayRef<double> dargument = slots.region.reverse(flow.score, flow.mask);
    double dcontent = attention.toFactor(dargument[0]),
           drelative = attention.toFactor(dargument[1]);
    results[1].at(at) = dcontent;
    results[weights].at(at) = flow.weight;
    for (int64_t f = 0; f < attention.query.shape[3]; ++f) {
      double &dq = results[0].at({row.batch, row.head, row.query, f});
      dq += dcontent * slots.keys.at(Source::place(slots.keys, row, one.key, f));
      if (attention.position)
        dq += drelative * attention.position->at({one.key, f});
    }
    if (attention.position)
      results[2].at(at) = drelative;
    for (size_t capture = 0; capture < attention.captures.size(); ++capture)
      results[weights + 1 + capture].at({row.batch, row.head}) += dargument[5 + capture];
  }
}

template <typename Op> LogicalResult differentiate(Frame &frame, Op op, Results &results) {
  Attention attention(frame, op);
  if (failed(attention.setReach(frame, op)) || failed(makeResults(frame, op, results)))
    return failure();
  std::optional<Gradients> gradients;
  if (!attention.readsSlots)
    gradients.emplace(Gradients::open(attention, results));
  const TensorValue &statistics = frame.get(op.getStatistics()), &y = frame.get(op.getAttended()),
                    &dy = frame.get(op.getResultGrad());
  bool failedOnce = false;
  attention.forEachRow([&](Row row) {
    if (failedOnce)
      return;
    FailureOr<SmallVector<Reached>> reached = attention.reach(row);
    failedOnce = failed(reached);
    if (failedOnce)
      return;
    ArrayRef<double> numbers = statistics.elements;
    numbers = numbers.slice(statistics.getOffset({row.batch, row.head, row.query, 0}), 3);
    SmallVector<KeyGradient> flows = reverseWeights(attention, row, *reached, numbers, y, dy);
    if (gradients)
      reverseRow(attention, row, ArrayRef(*reached).take_front(flows.size()), flows, dy,
                 *gradients);
    else
      reverseSlots(attention, row, ArrayRef(*reached).take_front(flows.size()), flows, results);
  });
  return failure(failedOnce);
}

} // namespace

std::optional<LogicalResult> interpretAttentionOp(Frame &frame, Operation *op, Results &results) {
  using Done = std::optional<LogicalResult>;
  return llvm::TypeSwitch<Operation *, Done>(op)
      .Case<SpanAttentionOp, BlockSparseAttentionOp, FeedbackAttentionOp>(
          [&](auto op) -> Done { return attend(frame, op, results); })
      .Case<SpanAttentionGradOp, BlockSparseAttentionGradOp, FeedbackAttentionGradOp>(
          [&](auto op) -> Done { return differentiate(frame, op, results); })
      .Default(Done());
}

} // namespace weft::compiler
