// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/interpret/SizeTable.h"

using namespace mlir;

namespace weft::compiler {

LogicalResult SizeTable::set(StringRef symbol, int64_t bound, int64_t step, int64_t value,
                             Location location) {
  if (value < 0 || value > bound)
    return emitError(location) << "size " << symbol << " expects a value from 0 to " << bound
                               << ", got " << value << " (set_size.R1)";
  if (value != bound && step > 0 && value % step != 0)
    return emitError(location) << "size " << symbol << " expects a multiple of " << step
                               << " or its bound " << bound << ", got " << value
                               << " (set_size.R2)";
  values[symbol] = value;
  return success();
}

std::optional<int64_t> SizeTable::find(StringRef symbol) const {
  auto found = values.find(symbol);
  if (found == values.end())
    return std::nullopt;
  return found->second;
}

FailureOr<int64_t> SizeTable::get(ir::SizeAttr size, Location location) const {
  if (size.isConstant())
    return size.getOffset();
  if (std::optional<int64_t> value = find(size.getSymbol()))
    return *value + size.getOffset();
  return emitError(location) << "size " << size.str()
                             << " expects its symbol to have a value, got none so far";
}

FailureOr<SmallVector<int64_t>> SizeTable::getShape(Type type, Location location) const {
  SmallVector<int64_t> shape;
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return shape;
  if (tensor.hasStaticShape())
    return SmallVector<int64_t>(tensor.getShape());
  for (ir::SizeAttr size : ir::getDimSizes(tensor)) {
    FailureOr<int64_t> value = get(size, location);
    if (failed(value))
      return failure();
    if (*value < 0)
      return emitError(location) << "size " << size.str() << " expects to be at least 0, got "
                                 << *value;
    shape.push_back(*value);
  }
  return shape;
}

LogicalResult SizeTable::bindArguments(func::FuncOp function, ArrayRef<TensorValue> arguments) {
  if (arguments.size() != function.getNumArguments())
    return function.emitOpError("expects ")
           << function.getNumArguments() << " arguments in a call, got " << arguments.size();
  for (auto [position, value] : llvm::enumerate(arguments))
    if (failed(bindArgument(function, position, value)))
      return failure();
  return success();
}

LogicalResult SizeTable::bindArgument(func::FuncOp function, unsigned position,
                                      const TensorValue &value) {
  auto type = dyn_cast<RankedTensorType>(function.getArgumentTypes()[position]);
  auto mismatch = [&]() {
    return function.emitOpError("expects argument ")
           << position << " of a call to have the type " << function.getArgumentTypes()[position]
           << ", got shape " << formatSizes(value.shape) << " of " << value.element;
  };
  if (!type || type.getElementType() != value.element || type.getRank() != value.getRank())
    return mismatch();
  for (auto [size, actual] : llvm::zip(ir::getDimSizes(type), value.shape)) {
    if (!size.isConstant() && !find(size.getSymbol()) &&
        failed(set(size.getSymbol(), size.getBound(), size.getStep(), actual - size.getOffset(),
                   function.getLoc())))
      return failure();
    FailureOr<int64_t> expected = get(size, function.getLoc());
    if (failed(expected) || *expected != actual)
      return mismatch();
  }
  return success();
}

} // namespace weft::compiler
