// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The meaning of the tile ops and of control flow, for one task.
#include "compiler/interpret/TileTask.h"

#include "compiler/interpret/Philox.h"
#include "dialects/tile/TilePromise.h"
#include "dialects/weft/ScalarMath.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace weft::compiler {

TileTask::TileTask(tile::KernelOp kernel, std::vector<ShadowArray> &arrays, ArrayRef<int64_t> sizes,
                   int64_t task)
    : kernel(kernel), arrays(arrays), sizes(sizes), task(task) {}

TensorValue TileTask::makeResult(Value result) {
  SmallVector<int64_t> shape;
  if (auto tensor = dyn_cast<RankedTensorType>(result.getType()))
    shape.assign(tensor.getShape().begin(), tensor.getShape().end());
  return TensorValue::splat(ir::getElementOrSelf(result.getType()), shape);
}

void TileTask::set(Value result, TensorValue value) {
  value.round();
  values[result.getAsOpaquePointer()] = std::move(value);
}

LogicalResult TileTask::run() {
  TensorValue index = TensorValue::splat(kernel.getTask().getType(), {}, double(task));
  set(kernel.getTask(), std::move(index));
  return runBlock(kernel.getBody().front(), {});
}

FailureOr<TileTask::Values> TileTask::runBlock(Block &block, ArrayRef<TensorValue> arguments) {
  for (auto [argument, value] : llvm::zip(block.getArguments(), arguments))
    set(argument, value);
  for (Operation &op : block.without_terminator())
    if (failed(runOp(&op)))
      return failure();
  Values handedOut;
  for (Value operand : block.getTerminator()->getOperands())
    handedOut.push_back(get(operand));
  return handedOut;
}

LogicalResult TileTask::runOp(Operation *op) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case<tile::ViewOp, tile::LoadOp, tile::StoreOp, tile::SizeOp, tile::DotOp, tile::ReduceOp,
            tile::BroadcastOp, tile::TransposeOp, tile::ShearOp, tile::UnshearOp, tile::ExtractOp,
            tile::IotaOp, tile::MathOp, tile::PhiloxOp, scf::ForOp, scf::IfOp>(
          [&](auto op) { return execute(op); })
      .Default([&](Operation *op) { return executeArith(op); });
}

// memory

LogicalResult TileTask::execute(tile::ViewOp op) {
  auto array = dyn_cast<BlockArgument>(op.getArray());
  if (!array || array.getOwner() != &kernel.getBody().front())
    return op.emitOpError("expects an array argument of the kernel");
  View view{array.getArgNumber(), getIndex(op.getOffset()), {}, {}};
  for (Value size : op.getSizes())
    view.sizes.push_back(getIndex(size));
  for (Value stride : op.getStrides())
    view.strides.push_back(getIndex(stride));
  views[op.getResult()] = std::move(view);
  return success();
}

FailureOr<std::optional<int64_t>> TileTask::findAddress(Operation *op, const View &view,
                                                        ValueRange indices,
                                                        ArrayRef<int64_t> element) {
  int64_t address = view.offset;
  SmallVector<int64_t> position;
  for (auto [axis, index] : llvm::enumerate(indices)) {
    position.push_back(getIndex(index) + (axis < element.size() ? element[axis] : 0));
    if (position.back() < 0 || position.back() >= view.sizes[axis])
      return std::optional<int64_t>();
    address += position.back() * view.strides[axis];
  }
  if (address < 0 || address >= arrays[view.array].getCount())
    return op->emitOpError("expects to stay inside array ")
           << view.array << " of " << arrays[view.array].getCount() << " elements, got element "
           << address << " at " << formatSizes(position) << " of the view in task " << task;
  return std::optional(address);
}

LogicalResult TileTask::execute(tile::LoadOp op) {
  const View &view = views.find(op.getView())->second;
  TensorValue result = makeResult(op.getResult());
  double fill = getScalar(op.getFill());
  bool failedOnce = false;
  forEachIndex(result.shape, [&](ArrayRef<int64_t> index) {
    if (failedOnce)
      return;
    FailureOr<std::optional<int64_t>> address = findAddress(op, view, op.getIndices(), index);
    failedOnce = failed(address);
    if (failedOnce)
      return;
    if (!*address) {
      result.at(index) = fill;
      return;
    }
    FailureOr<double> element = arrays[view.array].read(**address, op, task);
    failedOnce = failed(element);
    if (!failedOnce)
      result.at(index) = *element;
  });
  set(op.getResult(), std::move(result));
  return failure(failedOnce);
}

LogicalResult TileTask::execute(tile::StoreOp op) {
  const View &view = views.find(op.getView())->second;
  const TensorValue &tile = get(op.getTile());
  bool failedOnce = false;
  forEachIndex(tile.shape, [&](ArrayRef<int64_t> index) {
    if (failedOnce)
      return;
    FailureOr<std::optional<int64_t>> address = findAddress(op, view, op.getIndices(), index);
    failedOnce = failed(address);
    if (!failedOnce && *address)
      failedOnce = failed(arrays[view.array].write(**address, tile.at(index), op, task));
  });
  return failure(failedOnce);
}

LogicalResult TileTask::execute(tile::SizeOp op) {
  set(op.getResult(), TensorValue::splat(op.getType(), {}, double(sizes[op.getNumber()])));
  return success();
}

// compute

LogicalResult TileTask::execute(tile::DotOp op) {
  const TensorValue &a = get(op.getA()), &b = get(op.getB());
  TensorValue result = get(op.getAcc());
  int64_t depth = a.shape[1];
  forEachIndex(result.shape, [&](ArrayRef<int64_t> index) {
    for (int64_t k = 0; k < depth; ++k)
      result.at(index) +=
          a.at({index[0], k}) * (op.getTransposeB() ? b.at({index[1], k}) : b.at({k, index[1]}));
  });
  set(op.getResult(), std::move(result));
  return success();
}

LogicalResult TileTask::execute(tile::ReduceOp op) {
  const TensorValue &input = get(op.getInput());
  TensorValue result = makeResult(op.getResult());
  bool sum = op.getKind() == tile::Reduction::sum;
  if (!sum)
    llvm::fill(result.elements, -std::numeric_limits<double>::infinity());
  forEachIndex(input.shape, [&](ArrayRef<int64_t> index) {
    SmallVector<int64_t> kept(index);
    kept.erase(kept.begin() + op.getAxis());
    double &total = result.at(kept), element = input.at(index);
    total = sum ? total + element : std::isnan(total) || total >= element ? total : element;
  });
  set(op.getResult(), std::move(result));
  return success();
}

LogicalResult TileTask::execute(tile::BroadcastOp op) {
  const TensorValue &input = get(op.getInput());
  TensorValue result = makeResult(op.getResult());
  forEachIndex(result.shape, [&](ArrayRef<int64_t> index) {
    SmallVector<int64_t> source;
    for (int64_t dim : op.getDims())
      source.push_back(index[dim]);
    result.at(index) = input.at(source);
  });
  set(op.getResult(), std::move(result));
  return success();
}

LogicalResult TileTask::execute(tile::TransposeOp op) {
  const TensorValue &input = get(op.getInput());
  TensorValue result = makeResult(op.getResult());
  forEachIndex(result.shape, [&](ArrayRef<int64_t> index) {
    result.at(index) = input.at({index[1], index[0]});
  });
  set(op.getResult(), std::move(result));
  return success();
}

LogicalResult TileTask::execute(tile::ShearOp op) {
  const TensorValue &input = get(op.getInput());
  TensorValue result = makeResult(op.getResult());
  int64_t rows = result.shape[0];
  forEachIndex(result.shape, [&](ArrayRef<int64_t> index) {
    result.at(index) = input.at({index[0], rows - 1 - index[0] + index[1]});
  });
  set(op.getResult(), std::move(result));
  return success();
}

LogicalResult TileTask::execute(tile::UnshearOp op) {
  const TensorValue &input = get(op.getInput());
  TensorValue result = makeResult(op.getResult());
  int64_t rows = result.shape[0];
  forEachIndex(input.shape, [&](ArrayRef<int64_t> index) {
    result.at({index[0], rows - 1 - index[0] + index[1]}) = input.at(index);
  });
  set(op.getResult(), std::move(result));
  return success();
}

LogicalResult TileTask::execute(tile::ExtractOp op) {
  TensorValue result = makeResult(op.getResult());
  double element = result.elements.front() = get(op.getTile()).at(op.getIndices());
  std::optional<ArrayRef<int64_t>> within = tile::getWithin(op);
  if (within && !(element >= double(within->front()) && element <= double(within->back())))
    return op.emitOpError("expects an element from ")
           << within->front() << " to " << within->back() << ", got " << int64_t(element);
  set(op.getResult(), std::move(result));
  return success();
}

LogicalResult TileTask::execute(tile::IotaOp op) {
  TensorValue result = makeResult(op.getResult());
  int64_t start = getIndex(op.getStart());
  forEachIndex(result.shape, [&](ArrayRef<int64_t> index) {
    result.at(index) = double(static_cast<int32_t>(start + index[op.getAxis()]));
  });
  set(op.getResult(), std::move(result));
  return success();
}

static double evaluateFunction(tile::Function function, double x) {
  switch (function) {
  case tile::Function::exp2:
    return std::exp2(x);
  case tile::Function::log2:
    return std::log2(x);
  case tile::Function::tanh:
    return std::tanh(x);
  case tile::Function::erf:
    return std::erf(x);
  case tile::Function::sigmoid:
    return ir::computeSigmoid(x);
  case tile::Function::rsqrt:
    return 1 / std::sqrt(x);
  case tile::Function::sqrt:
    return std::sqrt(x);
  case tile::Function::floor:
    return std::floor(x);
  case tile::Function::exp:
    return std::exp(x);
  case tile::Function::log:
    return std::log(x);
  case tile::Function::sin:
    return ir::computeSin(x);
  case tile::Function::cos:
    return ir::computeCos(x);
  }
  return std::nan("");
}

LogicalResult TileTask::execute(tile::MathOp op) {
  TensorValue result = get(op.getInput());
  for (double &element : result.elements)
    element = evaluateFunction(op.getFunction(), element);
  set(op.getResult(), std::move(result));
  return success();
}

LogicalResult TileTask::execute(tile::PhiloxOp op) {
  auto word = [&](Value value) { return static_cast<uint32_t>(getIndex(value)); };
  std::array<uint32_t, 4> key{word(op.getKey0()), word(op.getKey1()), word(op.getStep0()),
                              word(op.getStep1())};
  TensorValue result = get(op.getIndex());
  for (double &element : result.elements)
    element = double(static_cast<int32_t>(
        philoxWord(key, word(op.getId()), static_cast<uint32_t>(static_cast<int64_t>(element)))));
  set(op.getResult(), std::move(result));
  return success();
}

// control flow

LogicalResult TileTask::execute(scf::ForOp op) {
  int64_t from = getIndex(op.getLowerBound()), to = getIndex(op.getUpperBound()),
          step = getIndex(op.getStep());
  if (step <= 0)
    return op.emitOpError("expects a step of at least 1, got ") << step;
  Values carried;
  for (Value initial : op.getInitArgs())
    carried.push_back(get(initial));
  for (int64_t index = from; index < to; index += step) {
    Values arguments{TensorValue::splat(op.getInductionVar().getType(), {}, double(index))};
    llvm::append_range(arguments, carried);
    FailureOr<Values> yielded = runBlock(*op.getBody(), arguments);
    if (failed(yielded))
      return failure();
    carried = std::move(*yielded);
  }
  for (auto [result, value] : llvm::zip(op.getResults(), carried))
    set(result, value);
  return success();
}

LogicalResult TileTask::execute(scf::IfOp op) {
  Region &region = getScalar(op.getCondition()) != 0 ? op.getThenRegion() : op.getElseRegion();
  if (region.empty())
    return success();
  FailureOr<Values> yielded = runBlock(region.front(), {});
  if (failed(yielded))
    return failure();
  for (auto [result, value] : llvm::zip(op.getResults(), *yielded))
    set(result, value);
  return success();
}

LogicalResult TileTask::executeArith(Operation *op) {
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    FailureOr<TensorValue> value = TensorValue::fromAttribute(constant.getValue());
    if (failed(value))
      return op->emitOpError("expects a dense value of numbers");
    set(constant, std::move(*value));
    return success();
  }
  if (op->getNumResults() != 1)
    return op->emitOpError(
        "expects to be an op of plain tile, the interpreter knows no meaning for it");
  TensorValue result = makeResult(op->getResult(0));
  SmallVector<double> elements(op->getNumOperands());
  for (int64_t i = 0; i < result.getCount(); ++i) {
    for (auto [element, operand] : llvm::zip(elements, op->getOperands())) {
      const TensorValue &value = get(operand); // select takes one condition for a whole tile
      element = value.elements[value.getCount() == 1 ? 0 : i];
    }
    std::optional<FailureOr<double>> element = evaluateArith(op, elements);
    if (!element)
      return op->emitOpError(
          "expects to be an op of plain tile, the interpreter knows no meaning for it");
    if (failed(*element))
      return failure();
    result.elements[i] = **element;
  }
  set(op->getResult(0), std::move(result));
  return success();
}

} // namespace weft::compiler
