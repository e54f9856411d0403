// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/interpret/RoundingScale.h"

#include "compiler/interpret/Frame.h"
#include "dialects/weft/WeftFeedbackAttention.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace weft::ir;

namespace weft::compiler {

namespace {

using Values = SmallVector<TensorValue>;

bool isFloat(const TensorValue &value) { return isa<FloatType>(value.element); }

TensorValue magnitude(TensorValue value) {
  for (double &element : value.elements)
    element = std::abs(element);
  return value;
}

TensorValue zeros(const TensorValue &like) { return TensorValue::splat(like.element, like.shape); }

double largest(const TensorValue &value) {
  double most = 0;
  for (double element : value.elements)
    most = std::max(most, std::abs(element));
  return most;
}

/// Ops that give one of their operands back, or its negative.
bool isExact(Operation *op) {
  return isa<NegOp, ReluOp, SelectOp, MaximumOp, MinimumOp, ClampOp, StopGradientOp, FloorOp,
             CompareOp, CastOp, ConstantOp>(op);
}

/// The values of a call and their scales, op after op.
class ScaleInterpreter {
public:
  explicit ScaleInterpreter(func::FuncOp function) : function(function), frame(function, options) {}

  FailureOr<SmallVector<ScaledValue>> run(ArrayRef<TensorValue> arguments) {
    if (failed(frame.sizes.bindArguments(function, arguments)))
      return failure();
    SmallVector<ScaledValue> exact;
    for (const TensorValue &argument : arguments)
      exact.push_back({argument, zeros(argument)});
    return runBlock(function.getBody().front(), exact);
  }

private:
  FailureOr<SmallVector<ScaledValue>> runBlock(Block &block, ArrayRef<ScaledValue> arguments);
  LogicalResult runOp(Operation *op);
  LogicalResult runScan(ScanOp op);
  LogicalResult runRecompute(RecomputeOp op);
  void set(Value value, const ScaledValue &scaled) {
    frame.set(value, scaled.value);
    scales[value] = scaled.scale;
  }
  ScaledValue get(Value value) const { return {frame.get(value), scales.at(value)}; }

  /// The results of an op for other operands.
  FailureOr<Values> apply(Operation *op, ArrayRef<TensorValue> operands);
  /// The same for the one result, with `change` applied to each operand of floats.
  FailureOr<TensorValue> applyTo(Operation *op, llvm::function_ref<TensorValue(Value)> change);
  TensorValue getScale(Value value) const { return scales.at(value); }
  TensorValue getMagnitude(Value value) const { return magnitude(frame.get(value)); }

  FailureOr<TensorValue> scaleOf(Operation *op);
  FailureOr<TensorValue> scaleOfSum(Operation *op);
  FailureOr<TensorValue> scaleOfDot(DotOp op);
  TensorValue scaleElementwise(Operation *op);
  TensorValue scaleRows(Operation *op, int64_t axis, ArrayRef<Value> parameters);
  template <typename Op> LogicalResult scaleAttention(Op op);
  template <typename Op> void scaleAttentionGrad(Op op);
  void scaleAttentionGrad(FeedbackAttentionGradOp op);
  TensorValue splatAttention(Value result, Value query, Value keys, double terms);
  LogicalResult expectExactOperands(Operation *op);

  InterpretOptions options;
  func::FuncOp function;
  Frame frame;
  llvm::DenseMap<Value, TensorValue> scales;
};

FailureOr<Values> ScaleInterpreter::apply(Operation *op, ArrayRef<TensorValue> operands) {
  Frame other(function, options);
  other.sizes = frame.sizes;
  for (auto [operand, value] : llvm::zip_equal(op->getOperands(), operands))
    other.set(operand, value);
  if (failed(other.runOp(op)))
    return failure();
  Values results;
  for (Value result : op->getResults())
    results.push_back(other.get(result));
  return results;
}

FailureOr<TensorValue> ScaleInterpreter::applyTo(Operation *op,
                                                 llvm::function_ref<TensorValue(Value)> change) {
  Values operands;
  for (Value operand : op->getOperands()) {
    const TensorValue &value = frame.get(operand);
    operands.push_back(isFloat(value) ? change(operand) : value);
  }
  FailureOr<Values> results = apply(op, operands);
  if (failed(results))
    return failure();
  return results->front();
}

/// op(scales) + sqrt(op(ones)) * op(magnitudes): op(ones) counts the terms of each element.
FailureOr<TensorValue> ScaleInterpreter::scaleOfSum(Operation *op) {
  FailureOr<TensorValue> scale = applyTo(op, [&](Value v) { return getScale(v); });
  FailureOr<TensorValue> terms = applyTo(op, [&](Value v) { return getMagnitude(v); });
  FailureOr<TensorValue> count = applyTo(
      op, [&](Value v) { return TensorValue::splat(frame.get(v).element, frame.get(v).shape, 1); });
  if (failed(scale) || failed(terms) || failed(count))
    return failure();
  for (int64_t i = 0; i < scale->getCount(); ++i)
    if (count->elements[i] > 1)
      scale->elements[i] += std::sqrt(count->elements[i]) * terms->elements[i];
  return scale;
}

/// As a sum of products, each of which is rounded too: also one term has a scale.
FailureOr<TensorValue> ScaleInterpreter::scaleOfDot(DotOp op) {
  if (op.getLhs() == op.getRhs()) // whose two scales `apply` could not tell apart
    return op.emitOpError("expects two different operands to have a scale");
  TensorValue lhs = getMagnitude(op.getLhs()), rhs = getMagnitude(op.getRhs());
  FailureOr<Values> ofLhs = apply(op, {getScale(op.getLhs()), rhs});
  FailureOr<Values> ofRhs = apply(op, {lhs, getScale(op.getRhs())});
  FailureOr<Values> terms = apply(op, {lhs, rhs});
  if (failed(ofLhs) || failed(ofRhs) || failed(terms))
    return failure();
  double count = 1;
  for (int64_t axis : op.getLhsContract())
    count *= static_cast<double>(lhs.shape[axis]);
  TensorValue scale = std::move(terms->front());
  for (int64_t i = 0; i < scale.getCount(); ++i)
    scale.elements[i] = std::sqrt(count) * scale.elements[i] + ofLhs->front().elements[i] +
                        ofRhs->front().elements[i];
  return scale;
}

TensorValue ScaleInterpreter::scaleElementwise(Operation *op) {
  const TensorValue &y = frame.get(op->getResult(0));
  if (isa<StopGradientOp>(op))
    return getScale(op->getOperand(0));
  TensorValue scale = isExact(op) ? zeros(y) : magnitude(y);
  SmallVector<double> x(op->getNumOperands()), slopes(op->getNumOperands());
  for (int64_t i = 0; i < y.getCount(); ++i) {
    for (auto [k, operand] : llvm::enumerate(op->getOperands()))
      x[k] = frame.get(operand).elements[i];
    llvm::fill(slopes, 0);
    addScalarGradient(op, x, y.elements[i], 1, slopes);
    for (auto [k, operand] : llvm::enumerate(op->getOperands()))
      if (double carried = scales.at(operand).elements[i])
        scale.elements[i] += std::abs(slopes[k]) * carried;
  }
  return scale;
}

/// Ops that normalise rows. K is the length of a row, and the terms are, for x in a row with the
/// largest m and the sum of exponents z, or with the factor r that brings it to deviation 1:
///
///   softmax         y (1 + |x - m|)          an exponent's rounding is relative to its result
///   log_softmax     |x - m| + log z + 1      z is rounded relative to itself: 1 of its logarithm
///   cross_entropy   |m| + log z + |x| + 1    with the target's x
///   layer_norm      (|x| + mean |x|) r |scale| + |shift|
///   rms_norm        y
TensorValue ScaleInterpreter::scaleRows(Operation *op, int64_t axis, ArrayRef<Value> parameters) {
  const TensorValue &input = frame.get(op->getOperand(0)), &y = frame.get(op->getResult(0));
  TensorValue scale = magnitude(y);
  SmallVector<int64_t> rows(input.shape);
  int64_t size = rows[axis];
  rows[axis] = size > 0 ? 1 : 0;
  forEachIndex(rows, [&](ArrayRef<int64_t> first) {
    SmallVector<int64_t> index(first), kept(first);
    kept.erase(kept.begin() + axis);
    double m = -std::numeric_limits<double>::infinity(), z = 0, mean = 0, absolute = 0,
           variance = 0;
    auto each = [&](llvm::function_ref<void(double)> body) {
      for (index[axis] = 0; index[axis] < size; ++index[axis])
        body(input.at(index));
    };
    each([&](double x) {
      m = std::max(m, x), mean += x / double(size), absolute += std::abs(x) / double(size);
    });
    each([&](double x) {
      z += std::exp(x - m), variance += (x - mean) * (x - mean) / double(size);
    });
    if (isa<CrossEntropyOp>(op)) {
      index[axis] = static_cast<int64_t>(frame.get(op->getOperand(1)).at(kept));
      scale.at(kept) = std::abs(m) + std::log(z) + std::abs(input.at(index)) + 1;
      scale.at(kept) *= std::sqrt(double(size));
      return;
    }
    each([&](double x) {
      double &terms = scale.at(index);
      if (isa<SoftmaxOp>(op))
        terms *= 1 + std::abs(x - m);
      if (isa<LogSoftmaxOp>(op))
        terms = std::abs(x - m) + std::log(z) + 1;
      if (auto norm = dyn_cast<LayerNormOp>(op)) {
        double r = 1 / std::sqrt(variance + norm.getEpsilon().convertToDouble());
        terms = (std::abs(x) + absolute) * r *
                    std::abs(frame.get(parameters[0]).elements[index[axis]]) +
                std::abs(frame.get(parameters[1]).elements[index[axis]]);
      }
      terms *= std::sqrt(double(size));
    });
  });
  return scale;
}

/// The largest magnitudes of an attention op's operands, and what they make of its formula.
struct AttentionNorms {
  template <typename Op, typename Largest> AttentionNorms(Op op, Largest largestOf) {
    query = largestOf(op.getQuery());
    keys = largestOf(op.getKeys());
    values = largestOf(op.getValues());
    for (Value source : op.getAttentionSourceKeys())
      keys = std::max(keys, largestOf(source));
    for (Value source : op.getAttentionSourceValues())
      values = std::max(values, largestOf(source));
    if (Value position = op.getAttentionPosition())
      keys += largestOf(position);
    if constexpr (std::is_same_v<Op, FeedbackAttentionOp> ||
                  std::is_same_v<Op, FeedbackAttentionGradOp>)
      kept = op.getKeep() ? largestOf(op.getKeep()) : 1;
    else
      kept = 1 / (1 - op.getDropout().convertToDouble());
  }
  double query, keys, values; ///< keys: with what their positions add
  double kept;                ///< dropout's multiplier

  /// 1 + |q| (|k| + |p|), summed over a query's features: what rounds an exponent's argument is
  /// relative to its result.
  double getScore(int64_t features) const { return 1 + double(features) * query * keys; }
};

/// K of a row of a result: the features of a query, twice, and the pairs of a query and a key that
/// are added up for it.
TensorValue ScaleInterpreter::splatAttention(Value result, Value query, Value keys, double terms) {
  ArrayRef<int64_t> shape = frame.get(query).shape;
  int64_t pairs = countElements(shape.take_front(3)) * frame.get(keys).shape[2];
  const TensorValue &value = frame.get(result);
  int64_t rowSize = value.getRank() > 1 ? value.shape.back() : 1;
  int64_t rows = std::max<int64_t>(value.getCount() / std::max<int64_t>(rowSize, 1), 1);
  double count = 2 * double(shape.back()) + double(pairs) / double(rows);
  return TensorValue::splat(value.element, value.shape, std::sqrt(count) * terms);
}

/// y = sum of a v: its terms are a |v|, times the score's. Statistics: the score's.
template <typename Op> LogicalResult ScaleInterpreter::scaleAttention(Op op) {
  AttentionNorms norms(op, [&](Value v) { return largest(frame.get(v)); });
  double score = norms.getScore(frame.get(op.getQuery()).shape.back()) * norms.kept;
  Values operands;
  for (Value operand : op->getOperands()) {
    bool isValue =
        operand == op.getValues() || llvm::is_contained(op.getAttentionSourceValues(), operand);
    operands.push_back(isValue ? getMagnitude(operand) : frame.get(operand));
  }
  FailureOr<Values> terms = apply(op, operands);
  if (failed(terms))
    return failure();
  for (auto [result, sum] : llvm::zip(op->getResults(), *terms)) {
    TensorValue scale = splatAttention(result, op.getQuery(), op.getKeys(), score);
    for (auto [to, magnitude] : llvm::zip(scale.elements, sum.elements))
      to *= std::abs(magnitude);
    scales[result] = std::move(scale);
  }
  return success();
}

/// Every difference as a sum, with the largest magnitudes in place of each element's: a weight's
/// gradient is dy v - mean (dy v), and the rows of weights sum to 1.
template <typename Op> void ScaleInterpreter::scaleAttentionGrad(Op op) {
  AttentionNorms norms(op, [&](Value v) { return largest(frame.get(v)); });
  double score = norms.getScore(frame.get(op.getQuery()).shape.back()) * norms.kept;
  double dy = largest(frame.get(op.getResultGrad()));
  double weight = 2 * double(frame.get(op.getValues()).shape.back()) * dy * norms.values * score;
  size_t further = op.getSourceKeys().size(), firstSource = op.getAttentionPosition() ? 4 : 3;
  for (auto [i, result] : llvm::enumerate(op->getResults())) {
    bool isSource = i >= firstSource && i < firstSource + 2 * further;
    bool ofValues = i == 2 || (isSource && i >= firstSource + further);
    bool ofCapture = i >= firstSource + 2 * further;
    double terms = ofValues    ? score * dy
                   : i == 0    ? weight * norms.keys
                   : ofCapture ? weight
                               : weight * norms.query;
    scales[result] = splatAttention(result, op.getQuery(), op.getKeys(), terms);
  }
}

/// As above; the rows of numbers are sums over nothing but features.
void ScaleInterpreter::scaleAttentionGrad(FeedbackAttentionGradOp op) {
  AttentionNorms norms(op, [&](Value v) { return largest(frame.get(v)); });
  double score = norms.getScore(frame.get(op.getQuery()).shape.back()) * norms.kept;
  double weight = 2 * double(frame.get(op.getValues()).shape.back()) *
                  largest(frame.get(op.getResultGrad())) * norms.values * score;
  for (Value result : op.getGrads()) {
    double terms = result == op.getQueryGrad() ? weight * norms.keys
                   : result == op.getWeights() ? score
                                               : weight;
    scales[result] = splatAttention(result, op.getQuery(), op.getKeys(), terms);
  }
}

LogicalResult ScaleInterpreter::expectExactOperands(Operation *op) {
  for (auto [position, operand] : llvm::enumerate(op->getOperands()))
    if (largest(scales.at(operand)) != 0)
      return op->emitOpError("expects operand ")
             << position << " to be exact: no rule carries a scale through this op";
  return success();
}

FailureOr<TensorValue> ScaleInterpreter::scaleOf(Operation *op) {
  using Scale = FailureOr<TensorValue>;
  auto rows = [&](int64_t axis, ArrayRef<Value> parameters) -> Scale {
    if (failed(expectExactOperands(op)))
      return failure();
    return scaleRows(op, axis, parameters);
  };
  auto lastAxis = [&] { return frame.get(op->getOperand(0)).getRank() - 1; };
  return llvm::TypeSwitch<Operation *, Scale>(op)
      .Case<SumOp, CumsumOp, WindowSumOp, ScatterAddOp, EmbeddingGradOp>(
          [&](Operation *op) { return scaleOfSum(op); })
      .Case([&](DotOp op) { return scaleOfDot(op); })
      .Case<TransposeOp, ReshapeOp, SliceOp, HeadOp, TailOp, PadOp, ConcatOp, BroadcastOp, WindowOp,
            GatherOp, EmbeddingOp>(
          [&](Operation *op) { return applyTo(op, [&](Value v) { return getScale(v); }); })
      .Case([&](DropoutOp op) -> Scale {
        Scale scale = applyTo(op, [&](Value v) { return getScale(v); });
        if (succeeded(scale))
          for (auto [to, y] : llvm::zip(scale->elements, frame.get(op.getResult()).elements))
            to += std::abs(y);
        return scale;
      })
      .Case([&](MaxOp op) -> Scale {
        const TensorValue &y = frame.get(op.getResult());
        return TensorValue::splat(y.element, y.shape, largest(scales.at(op.getInput())));
      })
      .Case<SoftmaxOp, LogSoftmaxOp>([&](auto op) { return rows(op.getAxis(), {}); })
      .Case([&](LayerNormOp op) {
        return rows(lastAxis(), {op.getScale(), op.getShift()});
      })
      .Case<RmsNormOp, CrossEntropyOp>([&](Operation *) { return rows(lastAxis(), {}); })
      .Case<IotaOp, OneHotOp, SizeOp>(
          [&](Operation *op) -> Scale { return zeros(frame.get(op->getResult(0))); })
      .Default([&](Operation *op) -> Scale {
        if (isa<WeftDialect>(op->getDialect()) && isScalarOp(op))
          return scaleElementwise(op);
        return op->emitOpError("expects a rule in compiler/interpret/RoundingScale.cpp");
      });
}

/// As the interpreter runs it; every step has its scales.
LogicalResult ScaleInterpreter::runScan(ScanOp op) {
  SmallVector<ScaledValue> carried, outputs, memories, sums;
  for (Value initial : op.getInitial())
    carried.push_back(get(initial));
  for (Value output : op.getOutputs()) {
    FailureOr<TensorValue> empty = frame.makeResult(output);
    if (failed(empty))
      return failure();
    outputs.push_back({*empty, *empty});
  }
  for (Value memory : op.getMemories())
    memories.push_back(get(memory));
  for (Value sum : op.getSums())
    sums.push_back(get(sum));
  Block &body = op.getBody().front();
  int64_t trips = frame.get(op.getInputs().front()).shape.front();
  for (int64_t step = 0; step < trips; ++step) {
    int64_t position = op.getReverse() ? trips - 1 - step : step;
    SmallVector<ScaledValue> arguments = carried;
    auto take = [&](const ScaledValue &from, int64_t first) {
      Type type = body.getArgument(arguments.size()).getType();
      arguments.push_back({takeSlots(from.value, first, type), takeSlots(from.scale, first, type)});
    };
    for (Value input : op.getInputs())
      take(get(input), position);
    for (Value window : op.getWindows())
      take(get(window), position);
    for (const ScaledValue &memory : memories)
      take(memory, position);
    for (const ScaledValue &sum : sums)
      take(sum, position + sum.value.shape.front() - trips);
    for (Value capture : op.getCaptures())
      arguments.push_back(get(capture));
    FailureOr<SmallVector<ScaledValue>> yielded = runBlock(body, arguments);
    if (failed(yielded))
      return failure();
    auto next = yielded->begin();
    for (ScaledValue &value : carried)
      value = *next++;
    auto put = [&](ScaledValue &into, int64_t slot) {
      int64_t first = slot * next->value.getCount();
      llvm::copy(next->value.elements, into.value.elements.begin() + first);
      llvm::copy(next->scale.elements, into.scale.elements.begin() + first);
      ++next;
    };
    for (ScaledValue &output : outputs)
      put(output, position);
    for (ScaledValue &memory : memories)
      put(memory, position + memory.value.shape.front() - trips);
    for (ScaledValue &sum : sums) {
      int64_t first = position * countElements(ArrayRef(sum.value.shape).drop_front());
      for (auto [i, element] : llvm::enumerate(next->value.elements)) {
        double &total = sum.value.elements[first + i];
        total += element;
        sum.scale.elements[first + i] += next->scale.elements[i] + std::abs(total);
      }
      ++next;
    }
  }
  for (auto *values : {&outputs, &memories, &sums})
    carried.append(*values);
  for (auto [result, scaled] : llvm::zip_equal(op->getResults(), carried))
    set(result, scaled);
  return success();
}

LogicalResult ScaleInterpreter::runRecompute(RecomputeOp op) {
  SmallVector<ScaledValue> arguments;
  for (Value input : op->getOperands())
    arguments.push_back(get(input));
  FailureOr<SmallVector<ScaledValue>> yielded = runBlock(op.getBody().front(), arguments);
  if (failed(yielded))
    return failure();
  for (auto [result, scaled] : llvm::zip_equal(op->getResults(), *yielded))
    set(result, scaled);
  return success();
}

LogicalResult ScaleInterpreter::runOp(Operation *op) {
  if (auto scan = dyn_cast<ScanOp>(op))
    return runScan(scan);
  if (auto recompute = dyn_cast<RecomputeOp>(op))
    return runRecompute(recompute);
  if (failed(frame.runOp(op)))
    return failure();
  if (isa<AttentionOpInterface, TopKOp>(op) && failed(expectExactOperands(op)))
    return failure();
  using Done = std::optional<LogicalResult>;
  Done attention =
      llvm::TypeSwitch<Operation *, Done>(op)
          .Case<SpanAttentionOp, BlockSparseAttentionOp, FeedbackAttentionOp>(
              [&](auto one) -> Done { return scaleAttention(one); })
          .Case<SpanAttentionGradOp, BlockSparseAttentionGradOp, FeedbackAttentionGradOp>(
              [&](auto one) -> Done { return scaleAttentionGrad(one), success(); })
          .Default(Done());
  if (attention)
    return *attention;
  if (isa<OptimizationBarrierOp>(op)) {
    for (auto [result, input] : llvm::zip_equal(op->getResults(), op->getOperands()))
      scales[result] = getScale(input);
    return success();
  }
  if (isa<TopKOp>(op)) { // chooses
    for (Value result : op->getResults())
      scales[result] = zeros(frame.get(result));
    return success();
  }
  if (op->getNumResults() == 0)
    return success();
  FailureOr<TensorValue> scale = scaleOf(op);
  if (failed(scale))
    return failure();
  scales[op->getResult(0)] = std::move(*scale);
  return success();
}

FailureOr<SmallVector<ScaledValue>> ScaleInterpreter::runBlock(Block &block,
                                                               ArrayRef<ScaledValue> arguments) {
  for (auto [argument, scaled] : llvm::zip_equal(block.getArguments(), arguments))
    set(argument, scaled);
  for (Operation &op : block.without_terminator())
    if (failed(runOp(&op)))
      return failure();
  SmallVector<ScaledValue> handedOut;
  for (Value operand : block.getTerminator()->getOperands())
    handedOut.push_back(get(operand));
  return handedOut;
}

} // namespace

FailureOr<SmallVector<ScaledValue>> runWithScales(func::FuncOp function,
                                                  ArrayRef<TensorValue> arguments) {
  return ScaleInterpreter(function).run(arguments);
}

} // namespace weft::compiler
