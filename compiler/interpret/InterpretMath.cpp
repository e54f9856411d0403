// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The meaning of WeftMathOps.td.
#include "compiler/interpret/Frame.h"
#include "compiler/interpret/Philox.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace weft::ir;

namespace weft::compiler {

namespace {

using Index = SmallVector<int64_t>;

/// The rows of a tensor along one axis: calls `body` with the index of each row's first element.
void forEachRow(ArrayRef<int64_t> shape, int64_t axis, llvm::function_ref<void(Index &)> body) {
  Index rows(shape);
  rows[axis] = shape[axis] > 0 ? 1 : 0;
  forEachIndex(rows, [&](ArrayRef<int64_t> first) {
    Index index(first);
    body(index);
  });
}

LogicalResult interpret(Frame &frame, ConstantOp op, TensorValue &result) {
  FailureOr<TensorValue> value = TensorValue::fromAttribute(op.getValue());
  if (failed(value))
    return op.emitOpError("expects a dense value of numbers, got ") << op.getValue();
  result = std::move(*value);
  return success();
}

LogicalResult interpret(Frame &frame, IotaOp op, TensorValue &result) {
  double start = op.getStart().convertToDouble(), step = op.getStep().convertToDouble();
  forEachIndex(result.shape, [&](ArrayRef<int64_t> index) {
    result.at(index) = start + step * double(index[op.getAxis()]);
  });
  return success();
}

LogicalResult interpretElementwise(Frame &frame, Operation *op, TensorValue &result) {
  SmallVector<const TensorValue *> operands;
  for (Value operand : op->getOperands())
    operands.push_back(&frame.get(operand));
  SmallVector<double> elements(operands.size());
  for (int64_t i = 0; i < result.getCount(); ++i) {
    for (auto [element, operand] : llvm::zip(elements, operands))
      element = operand->elements[i];
    FailureOr<double> value = evaluateScalar(op, elements);
    if (failed(value))
      return failure();
    result.elements[i] = *value;
  }
  return success();
}

LogicalResult interpret(Frame &frame, DotOp op, TensorValue &result) {
  const TensorValue &lhs = frame.get(op.getLhs()), &rhs = frame.get(op.getRhs());
  ArrayRef<int64_t> lhsBatch = op.getLhsBatch(), rhsBatch = op.getRhsBatch();
  ArrayRef<int64_t> lhsContract = op.getLhsContract(), rhsContract = op.getRhsContract();
  Index contracted;
  for (int64_t axis : lhsContract)
    contracted.push_back(lhs.shape[axis]);
  Index lhsIndex(lhs.getRank()), rhsIndex(rhs.getRank());
  forEachIndex(result.shape, [&](ArrayRef<int64_t> index) {
    size_t next = lhsBatch.size();
    auto place = [&](Index &operand, ArrayRef<int64_t> batch, ArrayRef<int64_t> contract) {
      for (auto [i, axis] : llvm::enumerate(batch))
        operand[axis] = index[i];
      for (int64_t axis = 0; axis < static_cast<int64_t>(operand.size()); ++axis)
        if (!llvm::is_contained(batch, axis) && !llvm::is_contained(contract, axis))
          operand[axis] = index[next++];
    };
    place(lhsIndex, lhsBatch, lhsContract);
    place(rhsIndex, rhsBatch, rhsContract);
    forEachIndex(contracted, [&](ArrayRef<int64_t> inner) {
      for (auto [i, position] : llvm::enumerate(inner))
        lhsIndex[lhsContract[i]] = rhsIndex[rhsContract[i]] = position;
      result.at(index) += lhs.at(lhsIndex) * rhs.at(rhsIndex);
    });
  });
  return success();
}

/// Sum and max: folds every element of the input into the element of the result that its kept axes
/// name.
void reduce(const TensorValue &input, ArrayRef<int64_t> axes, TensorValue &result,
            llvm::function_ref<double(double, double)> combine) {
  forEachIndex(input.shape, [&](ArrayRef<int64_t> index) {
    Index kept;
    for (auto [axis, position] : llvm::enumerate(index))
      if (!llvm::is_contained(axes, static_cast<int64_t>(axis)))
        kept.push_back(position);
    result.at(kept) = combine(result.at(kept), input.at(index));
  });
}

LogicalResult interpret(Frame &frame, SumOp op, TensorValue &result) {
  reduce(frame.get(op.getInput()), op.getAxes(), result, [](double a, double b) { return a + b; });
  return success();
}

LogicalResult interpret(Frame &frame, MaxOp op, TensorValue &result) {
  llvm::fill(result.elements, -std::numeric_limits<double>::infinity());
  reduce(frame.get(op.getInput()), op.getAxes(), result,
         [](double a, double b) { return std::isnan(a) || a >= b ? a : b; });
  return success();
}

/// The maximum of a row, and the sum of exp(element - maximum).
struct RowExponents {
  double maximum = -std::numeric_limits<double>::infinity(), sum = 0;
};

RowExponents addExponents(const TensorValue &input, Index &index, int64_t axis) {
  RowExponents row;
  for (index[axis] = 0; index[axis] < input.shape[axis]; ++index[axis])
    row.maximum = std::max(row.maximum, input.at(index));
  for (index[axis] = 0; index[axis] < input.shape[axis]; ++index[axis])
    row.sum += std::exp(input.at(index) - row.maximum);
  return row;
}

LogicalResult interpret(Frame &frame, SoftmaxOp op, TensorValue &result) {
  const TensorValue &input = frame.get(op.getInput());
  int64_t axis = op.getAxis(), size = input.shape[axis];
  forEachRow(input.shape, axis, [&](Index &index) {
    auto [maximum, sum] = addExponents(input, index, axis);
    for (index[axis] = 0; index[axis] < size; ++index[axis])
      result.at(index) = std::exp(input.at(index) - maximum) / sum;
  });
  return success();
}

LogicalResult interpret(Frame &frame, LogSoftmaxOp op, TensorValue &result) {
  const TensorValue &input = frame.get(op.getInput());
  int64_t axis = op.getAxis(), size = input.shape[axis];
  forEachRow(input.shape, axis, [&](Index &index) {
    auto [maximum, sum] = addExponents(input, index, axis);
    for (index[axis] = 0; index[axis] < size; ++index[axis])
      result.at(index) = input.at(index) - maximum - std::log(sum);
  });
  return success();
}

LogicalResult interpret(Frame &frame, CumsumOp op, TensorValue &result) {
  const TensorValue &input = frame.get(op.getInput());
  int64_t axis = op.getAxis(), size = input.shape[axis];
  forEachRow(input.shape, axis, [&](Index &index) {
    double sum = 0;
    for (int64_t i = 0; i < size; ++i) {
      index[axis] = op.getReverse() ? size - 1 - i : i;
      result.at(index) = sum += input.at(index);
    }
  });
  return success();
}

/// Each element's place in its row is the number of elements that go before it.
LogicalResult interpret(Frame &frame, TopKOp op, Results &results) {
  const TensorValue &input = frame.get(op.getInput());
  for (Value value : op.getResults()) {
    FailureOr<TensorValue> empty = frame.makeResult(value);
    if (failed(empty))
      return failure();
    results.push_back(std::move(*empty));
  }
  int64_t axis = input.getRank() - 1, size = input.shape[axis];
  auto k = static_cast<int64_t>(op.getK());
  auto isLarger = [](double a, double b) { return a > b || (std::isnan(a) && !std::isnan(b)); };
  forEachRow(input.shape, axis, [&](Index &index) {
    for (int64_t i = 0; i < size; ++i) {
      index[axis] = i;
      double own = input.at(index);
      int64_t place = 0;
      for (index[axis] = 0; index[axis] < size; ++index[axis]) {
        double other = input.at(index);
        place += isLarger(other, own) || (!isLarger(own, other) && index[axis] < i);
      }
      if (place >= k)
        continue;
      index[axis] = place;
      results[0].at(index) = own;
      results[1].at(index) = double(i);
    }
  });
  return success();
}

LogicalResult interpret(Frame &frame, LayerNormOp op, TensorValue &result) {
  const TensorValue &input = frame.get(op.getInput());
  const TensorValue &scale = frame.get(op.getScale()), &shift = frame.get(op.getShift());
  int64_t axis = input.getRank() - 1, size = input.shape[axis];
  forEachRow(input.shape, axis, [&](Index &index) {
    double mean = 0, variance = 0;
    for (index[axis] = 0; index[axis] < size; ++index[axis])
      mean += input.at(index) / double(size);
    for (index[axis] = 0; index[axis] < size; ++index[axis])
      variance += (input.at(index) - mean) * (input.at(index) - mean) / double(size);
    double inverse = 1 / std::sqrt(variance + op.getEpsilon().convertToDouble());
    for (index[axis] = 0; index[axis] < size; ++index[axis])
      result.at(index) = (input.at(index) - mean) * inverse * scale.elements[index[axis]] +
                         shift.elements[index[axis]];
  });
  return success();
}

LogicalResult interpret(Frame &frame, RmsNormOp op, TensorValue &result) {
  const TensorValue &input = frame.get(op.getInput()), &scale = frame.get(op.getScale());
  int64_t axis = input.getRank() - 1, size = input.shape[axis];
  forEachRow(input.shape, axis, [&](Index &index) {
    double squares = 0;
    for (index[axis] = 0; index[axis] < size; ++index[axis])
      squares += input.at(index) * input.at(index) / double(size);
    double inverse = 1 / std::sqrt(squares + op.getEpsilon().convertToDouble());
    for (index[axis] = 0; index[axis] < size; ++index[axis])
      result.at(index) = input.at(index) * inverse * scale.elements[index[axis]];
  });
  return success();
}

/// Reports an id outside [0, count).
LogicalResult checkIds(Operation *op, const TensorValue &ids, int64_t count) {
  for (double id : ids.elements)
    if (id < 0 || id >= double(count))
      return op->emitOpError("expects ids from 0 to ")
             << count - 1 << ", got " << static_cast<int64_t>(id) << " ("
             << op->getName().stripDialect() << ".R1)";
  return success();
}

LogicalResult interpret(Frame &frame, EmbeddingOp op, TensorValue &result) {
  const TensorValue &table = frame.get(op.getTable()), &ids = frame.get(op.getIds());
  if (failed(checkIds(op, ids, table.shape[0])))
    return failure();
  forEachIndex(result.shape, [&](ArrayRef<int64_t> index) {
    result.at(index) = table.at({static_cast<int64_t>(ids.at(index.drop_back())), index.back()});
  });
  return success();
}

LogicalResult interpret(Frame &frame, EmbeddingGradOp op, TensorValue &result) {
  const TensorValue &rows = frame.get(op.getRows()), &ids = frame.get(op.getIds());
  if (failed(checkIds(op, ids, result.shape[0])))
    return failure();
  forEachIndex(rows.shape, [&](ArrayRef<int64_t> index) {
    result.at({static_cast<int64_t>(ids.at(index.drop_back())), index.back()}) += rows.at(index);
  });
  return success();
}

LogicalResult interpret(Frame &frame, CrossEntropyOp op, TensorValue &result) {
  const TensorValue &logits = frame.get(op.getLogits()), &targets = frame.get(op.getTargets());
  int64_t axis = logits.getRank() - 1, classes = logits.shape[axis];
  if (failed(checkIds(op, targets, classes)))
    return failure();
  forEachRow(logits.shape, axis, [&](Index &index) {
    Index row(ArrayRef<int64_t>(index).drop_back());
    auto [maximum, sum] = addExponents(logits, index, axis);
    index[axis] = static_cast<int64_t>(targets.at(row));
    result.at(row) = maximum + std::log(sum) - logits.at(index);
  });
  return success();
}

LogicalResult interpret(Frame &frame, OneHotOp op, TensorValue &result) {
  const TensorValue &ids = frame.get(op.getIds());
  forEachIndex(result.shape, [&](ArrayRef<int64_t> index) {
    result.at(index) = ids.at(index.drop_back()) == double(index.back()) ? 1 : 0;
  });
  return success();
}

LogicalResult interpret(Frame &frame, DropoutOp op, TensorValue &result) {
  const TensorValue &input = frame.get(op.getInput());
  for (int64_t i = 0; i < input.getCount(); ++i)
    result.elements[i] =
        input.elements[i] *
        getDropoutMultiplier(frame.get(op.getKey()), op.getRate().convertToDouble(), op.getId(), i);
  return success();
}

template <typename Op> LogicalResult interpretOne(Frame &frame, Op op, Results &results) {
  FailureOr<TensorValue> result = frame.makeResult(op->getResult(0));
  if (failed(result))
    return failure();
  results.push_back(std::move(*result));
  return interpret(frame, op, results.back());
}

} // namespace

double getDropoutMultiplier(const TensorValue &key, double rate, int64_t id, int64_t index) {
  std::array<uint32_t, 4> words;
  for (size_t i = 0; i < words.size(); ++i)
    words[i] = static_cast<uint32_t>(static_cast<int64_t>(key.elements[i]));
  double uniform =
      double(philoxWord(words, static_cast<uint32_t>(id), static_cast<uint32_t>(index))) * 0x1p-32;
  return uniform < rate ? 0.0 : 1 / (1 - rate);
}

std::optional<LogicalResult> interpretMathOp(Frame &frame, Operation *op, Results &results) {
  using Done = std::optional<LogicalResult>;
  return llvm::TypeSwitch<Operation *, Done>(op)
      .Case<ConstantOp, IotaOp, DotOp, SumOp, MaxOp, SoftmaxOp, LogSoftmaxOp, CumsumOp, LayerNormOp,
            RmsNormOp, EmbeddingOp, EmbeddingGradOp, CrossEntropyOp, OneHotOp, DropoutOp>(
          [&](auto op) -> Done { return interpretOne(frame, op, results); })
      .Case([&](TopKOp op) -> Done { return interpret(frame, op, results); })
      .Default([&](Operation *op) -> Done {
        if (!isa<WeftDialect>(op->getDialect()) || !isScalarOp(op))
          return std::nullopt;
        FailureOr<TensorValue> result = frame.makeResult(op->getResult(0));
        if (failed(result))
          return failure();
        results.push_back(std::move(*result));
        return interpretElementwise(frame, op, results.back());
      });
}

} // namespace weft::compiler
