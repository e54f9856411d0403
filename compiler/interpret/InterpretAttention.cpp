// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The meaning of WeftAttentionOps.td, formula by formula.
#include "compiler/interpret/ScoreRegion.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace weft::ir;

namespace weft::compiler {

namespace {

/// Place of one query in the operands.
struct Row {
  int64_t batch, head, query;
};

/// One key that a query attends.
struct Reached {
  int64_t key; ///< negative: before the start
  int64_t row; ///< d - d_min: row of position, index of a capture by distance
  SmallVector<double> arguments;
  double score, weight;
};

/// The operands of an attention op and what they say about one row of it.
class Attention {
public:
  template <typename Op>
  Attention(Frame &frame, Op op)
      : query(frame.get(op.getQuery())), keys(frame.get(op.getKeys())),
        values(frame.get(op.getValues())), region(op.getScore().front()), minimum(op.getDMin()),
        masked(op.getBeforeStart() == BeforeStart::masked),
        epsilon(op.getEpsilon().convertToDouble()), rate(op.getDropout().convertToDouble()),
        id(op.getId()), bound(op.getDMax().getMaximum() - op.getDMin() + 1),
        kinds(op.getAttentionCaptureKinds()) {
    position = op.getPosition() ? &frame.get(op.getPosition()) : nullptr;
    key = op.getKey() ? &frame.get(op.getKey()) : nullptr;
    for (Value capture : op.getCaptures())
      captures.push_back(&frame.get(capture));
  }

  LogicalResult setReach(Frame &frame, SizeAttr size, Location location) {
    FailureOr<int64_t> value = frame.sizes.get(size, location);
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

  /// The keys a query attends, in ascending distance.
  FailureOr<SmallVector<Reached>> reach(Row row);
  /// Dropout's multiplier of the weight of one key.
  double getMultiplier(Row row, const Reached &reached) const {
    int64_t heads = query.shape[1], rows = query.shape[2];
    int64_t index = ((row.batch * heads + row.head) * rows + row.query) * bound + reached.row;
    return key ? getDropoutMultiplier(*key, rate, id, index) : 1.0;
  }
  /// The element of a capture that a region sees; before the start a capture by key is 0.
  std::optional<int64_t> getCaptureIndex(unsigned capture, Row row, int64_t key,
                                         int64_t distanceRow) const;

  const TensorValue &query, &keys, &values;
  const TensorValue *position, *key;
  SmallVector<const TensorValue *> captures;
  ScoreRegion region;
  int64_t minimum, maximum = 0;
  bool masked;
  double epsilon, rate;
  int64_t id, bound;
  SmallVector<CaptureKind> kinds;
};

std::optional<int64_t> Attention::getCaptureIndex(unsigned capture, Row row, int64_t key,
                                                  int64_t distanceRow) const {
  switch (kinds[capture]) {
  case CaptureKind::scalar:
    return 0;
  case CaptureKind::per_head:
    return row.head;
  case CaptureKind::by_distance:
    return distanceRow;
  case CaptureKind::by_query:
    return row.query;
  case CaptureKind::by_key:
    return key >= 0 ? std::optional(key) : std::nullopt;
  }
  return std::nullopt;
}

FailureOr<SmallVector<Reached>> Attention::reach(Row row) {
  SmallVector<Reached> reached;
  int64_t length = keys.shape[2], here = length - query.shape[2] + row.query;
  for (int64_t distance = minimum; distance <= maximum; ++distance) {
    int64_t j = here - distance;
    if (j >= length || (j < 0 && masked))
      continue;
    double content = 0, relative = 0;
    for (int64_t f = 0; f < query.shape[3]; ++f) {
      double q = query.at({row.batch, row.head, row.query, f});
      content += j >= 0 ? q * keys.at({row.batch, row.head, j, f}) : 0;
      relative += position ? q * position->at({distance - minimum, f}) : 0;
    }
    Reached next{j,
                 distance - minimum,
                 {content, relative, double(distance), double(row.query), double(j)},
                 0,
                 0};
    for (unsigned capture = 0; capture < captures.size(); ++capture) {
      std::optional<int64_t> index = getCaptureIndex(capture, row, j, next.row);
      next.arguments.push_back(index ? captures[capture]->elements[*index] : 0);
    }
    FailureOr<ScoreRegion::Outcome> outcome = region.run(next.arguments);
    if (failed(outcome))
      return failure();
    if (!outcome->present)
      continue;
    next.score = outcome->score;
    next.weight = outcome->weight;
    reached.push_back(std::move(next));
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
  for (const Reached &one : reached) {
    double e = std::exp(one.score - maximum);
    z += e;
    u += one.weight * e;
  }
  double denominator = u + attention.epsilon * z;
  for (const Reached &one : reached) {
    double a = denominator == 0 ? 0 : one.weight * std::exp(one.score - maximum) / denominator;
    a *= attention.getMultiplier(row, one);
    for (int64_t f = 0; one.key >= 0 && f < attention.values.shape[3]; ++f)
      y.at({row.batch, row.head, row.query, f}) +=
          a * attention.values.at({row.batch, row.head, one.key, f});
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

LogicalResult interpret(Frame &frame, SpanAttentionOp op, Results &results) {
  Attention attention(frame, op);
  if (failed(attention.setReach(frame, op.getDMax(), op.getLoc())) ||
      failed(makeResults(frame, op, results)))
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
  TensorValue &query, &keys, &values;
  TensorValue *position;
  MutableArrayRef<TensorValue> captures;
};

/// Carries the gradients of score and weight of one key to everything they depend on.
void addKeyGradient(Attention &attention, Row row, const Reached &one, double ds, double dm,
                    Gradients &gradients) {
  (void)attention.region.run(one.arguments); // succeeded before, in reach
  ArrayRef<double> dargument = attention.region.reverse(ds, dm);
  double dcontent = dargument[0], drelative = dargument[1];
  for (int64_t f = 0; f < attention.query.shape[3]; ++f) {
    SmallVector<int64_t, 4> at{row.batch, row.head, row.query, f};
    double q = attention.query.at(at);
    if (one.key >= 0) {
      gradients.query.at(at) += dcontent * attention.keys.at({row.batch, row.head, one.key, f});
      gradients.keys.at({row.batch, row.head, one.key, f}) += dcontent * q;
    }
    if (attention.position) {
      gradients.query.at(at) += drelative * attention.position->at({one.row, f});
      gradients.position->at({one.row, f}) += drelative * q;
    }
  }
  for (auto [capture, gradient] : llvm::enumerate(gradients.captures))
    if (std::optional<int64_t> index = attention.getCaptureIndex(capture, row, one.key, one.row))
      gradient.elements[*index] += dargument[5 + capture];
}

/// ds_j = a_j (g_j - gbar) - (epsilon gbar / N) p_j,  dm_j = p_j (g_j - gbar) / N:
/// docs/spec/weft.md.
void reverseRow(Attention &attention, Row row, ArrayRef<Reached> reached,
                ArrayRef<double> statistics, const TensorValue &dy, Gradients &gradients) {
  double maximum = statistics[0], u = statistics[1], z = statistics[2];
  double n = (u + attention.epsilon * z) / z;
  if (reached.empty() || n == 0)
    return;
  SmallVector<double> p, a, g;
  double mean = 0;
  for (const Reached &one : reached) {
    double product = 0, multiplier = attention.getMultiplier(row, one);
    p.push_back(std::exp(one.score - maximum) / z);
    a.push_back(one.weight * p.back() / n);
    for (int64_t f = 0; one.key >= 0 && f < attention.values.shape[3]; ++f) {
      double dyElement = dy.at({row.batch, row.head, row.query, f});
      product += dyElement * attention.values.at({row.batch, row.head, one.key, f});
      gradients.values.at({row.batch, row.head, one.key, f}) += multiplier * a.back() * dyElement;
    }
    g.push_back(multiplier * product);
    mean += a.back() * g.back();
  }
  for (auto [j, one] : llvm::enumerate(reached)) {
    double ds = a[j] * (g[j] - mean) - attention.epsilon * mean / n * p[j];
    double dm = p[j] * (g[j] - mean) / n;
    addKeyGradient(attention, row, one, ds, dm, gradients);
  }
}

LogicalResult interpret(Frame &frame, SpanAttentionGradOp op, Results &results) {
  Attention attention(frame, op);
  if (failed(attention.setReach(frame, op.getDMax(), op.getLoc())) ||
      failed(makeResults(frame, op, results)))
    return failure();
  unsigned firstCapture = attention.position ? 4 : 3;
  Gradients gradients{results[0], results[1], results[2],
                      attention.position ? &results[3] : nullptr,
                      MutableArrayRef<TensorValue>(results).drop_front(firstCapture)};
  const TensorValue &statistics = frame.get(op.getStatistics()),
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
    reverseRow(attention, row, *reached,
               numbers.slice(statistics.getOffset({row.batch, row.head, row.query, 0}), 3), dy,
               gradients);
  });
  return failure(failedOnce);
}

} // namespace

std::optional<LogicalResult> interpretAttentionOp(Frame &frame, Operation *op, Results &results) {
  using Done = std::optional<LogicalResult>;
  return llvm::TypeSwitch<Operation *, Done>(op)
      .Case<SpanAttentionOp, SpanAttentionGradOp>(
          [&](auto op) -> Done { return interpret(frame, op, results); })
      .Default(Done());
}

} // namespace weft::compiler
