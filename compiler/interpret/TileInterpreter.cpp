// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/interpret/TileInterpreter.h"

#include <numeric>
#include <random>

#include "compiler/interpret/TileTask.h"

using namespace mlir;

namespace weft::compiler {

TensorValue makeFresh(Type element, ArrayRef<int64_t> shape) {
  double fill = isa<FloatType>(element) ? std::nan("") : element.isInteger(1) ? 1 : 0x7FC00000;
  return TensorValue::splat(element, shape, fill);
}

static InFlightDiagnostic reportRace(Operation *op, int64_t address, int64_t task, StringRef verb,
                                     Operation *other, int64_t otherTask, StringRef otherVerb) {
  InFlightDiagnostic diagnostic =
      op->emitOpError("expects no other task to touch what a task writes, task ")
      << task << " " << verb << " element " << address << " that task " << otherTask << " "
      << otherVerb;
  diagnostic.attachNote(other->getLoc()) << otherVerb << " here";
  return diagnostic;
}

FailureOr<double> ShadowArray::read(int64_t address, Operation *op, int64_t task) {
  Access &access = accesses[address];
  if (access.writer.op && access.writer.task != task)
    return reportRace(op, address, task, "reads", access.writer.op, access.writer.task, "writes");
  if (!access.reader.op)
    access.reader = {task, op};
  else if (access.reader.task != task)
    access.otherReader = {task, op};
  return value.elements[address];
}

LogicalResult ShadowArray::write(int64_t address, double element, Operation *op, int64_t task) {
  Access &access = accesses[address];
  if (access.writer.op && access.writer.task != task)
    return reportRace(op, address, task, "writes", access.writer.op, access.writer.task, "writes");
  for (const Toucher &reader : {access.reader, access.otherReader})
    if (reader.op && reader.task != task)
      return reportRace(op, address, task, "writes", reader.op, reader.task, "reads");
  access.writer = {task, op};
  value.elements[address] = element;
  return success();
}

std::optional<int64_t> ShadowArray::findUnwritten() const {
  for (auto [address, access] : llvm::enumerate(accesses))
    if (!access.writer.op)
      return address;
  return std::nullopt;
}

LogicalResult TileInterpreter::launch(tile::KernelOp kernel, ArrayRef<ArrayArgument> arguments,
                                      ArrayRef<int64_t> sizes, uint64_t seed) {
  if (arguments.size() != kernel.getArrayCount())
    return kernel.emitOpError("expects ")
           << kernel.getArrayCount() << " arrays, got " << arguments.size();
  if (sizes.size() != kernel.getSizes().size())
    return kernel.emitOpError("expects ")
           << kernel.getSizes().size() << " sizes, got " << sizes.size();
  for (auto [number, bound] : llvm::enumerate(kernel.getSizes()))
    if (sizes[number] < 0 || sizes[number] > bound)
      return kernel.emitOpError("expects size ")
             << number << " inside [0, " << bound << "], got " << sizes[number];
  std::vector<ShadowArray> arrays;
  for (auto [position, argument] : llvm::enumerate(arguments)) {
    Type element = cast<tile::ArrayType>(kernel.getArray(position).getType()).getElement();
    if (element != argument.value->element)
      return kernel.emitOpError("expects array ")
             << position << " to hold " << element << ", got " << argument.value->element;
    arrays.emplace_back(*argument.value);
  }
  std::vector<int64_t> order(kernel.getTasks());
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), std::mt19937_64(seed));
  for (int64_t task : order)
    if (failed(TileTask(kernel, arrays, sizes, task).run()))
      return failure();
  for (auto [position, argument] : llvm::enumerate(arguments)) {
    std::optional<int64_t> unwritten =
        argument.mustBeWritten ? arrays[position].findUnwritten() : std::nullopt;
    if (unwritten)
      return kernel.emitOpError("expects to write every element of array ")
             << position << ", got none at element " << *unwritten << " of "
             << formatSizes(argument.value->shape);
  }
  return success();
}

} // namespace weft::compiler
