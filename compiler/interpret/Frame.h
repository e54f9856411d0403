// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Inside of the weft interpreter: the values and sizes of one call, and the op families. Not for
// other folders.
#ifndef COMPILER_INTERPRET_FRAME_H
#define COMPILER_INTERPRET_FRAME_H

#include <unordered_map>

#include "compiler/interpret/SizeTable.h"
#include "compiler/interpret/WeftInterpreter.h"

namespace weft::compiler {

class Frame {
public:
  /// `caller` is the frame whose func.call asks for this one, or null.
  Frame(mlir::func::FuncOp function, const InterpretOptions &options, const Frame *caller = nullptr)
      : options(options), function(function), caller(caller) {}

  /// Calls the function with sizes of its own.
  llvm::FailureOr<llvm::SmallVector<TensorValue>> run(llvm::ArrayRef<TensorValue> arguments);

  /// Runs a block and returns what its terminator hands out. References from `get` stay valid.
  llvm::FailureOr<llvm::SmallVector<TensorValue>> runBlock(mlir::Block &block,
                                                           llvm::ArrayRef<TensorValue> arguments);

  /// Runs one op on the values that its operands have here.
  llvm::LogicalResult runOp(mlir::Operation *op);

  const TensorValue &get(mlir::Value value) const { return values.at(value.getAsOpaquePointer()); }
  void set(mlir::Value value, TensorValue to) {
    values[value.getAsOpaquePointer()] = std::move(to);
  }
  /// Zeros in the type of a result at its actual sizes.
  llvm::FailureOr<TensorValue> makeResult(mlir::Value result) const;

  SizeTable sizes;

private:
  /// Calls another function of the module; one that is running already is an error.
  llvm::LogicalResult runCall(mlir::func::CallOp call, llvm::SmallVectorImpl<TensorValue> &results);
  llvm::LogicalResult checkOperands(mlir::Operation *op) const;

  const InterpretOptions &options;
  mlir::func::FuncOp function;
  const Frame *caller;
  std::unordered_map<const void *, TensorValue> values;
};

using Results = llvm::SmallVectorImpl<TensorValue>;

/// One function a family of .td files. Nothing: the op belongs to another family. Failures are
/// reported.
std::optional<llvm::LogicalResult> interpretMathOp(Frame &frame, mlir::Operation *op,
                                                   Results &results);
std::optional<llvm::LogicalResult> interpretShapeOp(Frame &frame, mlir::Operation *op,
                                                    Results &results);
std::optional<llvm::LogicalResult> interpretControlOp(Frame &frame, mlir::Operation *op,
                                                      Results &results);
std::optional<llvm::LogicalResult> interpretAttentionOp(Frame &frame, mlir::Operation *op,
                                                        Results &results);

/// True for the elementwise ops and scalar constants, the vocabulary of score regions.
bool isScalarOp(mlir::Operation *op);
/// An elementwise op on one element of each operand; reports a division of integers by zero.
llvm::FailureOr<double> evaluateScalar(mlir::Operation *op, llvm::ArrayRef<double> operands);
/// Adds cotangent * d(result)/d(operand) to the gradient of each operand.
void addScalarGradient(mlir::Operation *op, llvm::ArrayRef<double> operands, double result,
                       double cotangent, llvm::MutableArrayRef<double> gradients);

/// 0 where dropout removes the element with this index, else 1 / (1 - rate).
double getDropoutMultiplier(const TensorValue &key, double rate, int64_t id, int64_t index);

} // namespace weft::compiler

#endif
