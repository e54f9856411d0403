// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functions in dispatch form (dialects/exec), each kernel run by the tile interpreter.
#ifndef COMPILER_INTERPRET_DISPATCHINTERPRETER_H
#define COMPILER_INTERPRET_DISPATCHINTERPRETER_H

#include "compiler/interpret/TileInterpreter.h"
#include "compiler/interpret/WeftInterpreter.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace weft::compiler {

struct DispatchOptions {
  /// Orders the tasks of the first launch; later launches count on.
  uint64_t seed = 1;
  /// Runs kernels in place of the tile interpreter: a kernel, its arrays, its sizes, the seed.
  std::function<llvm::LogicalResult(tile::KernelOp, llvm::ArrayRef<ArrayArgument>,
                                    llvm::ArrayRef<int64_t>, uint64_t)>
      launch = TileInterpreter::launch;
  /// As in InterpretOptions.
  decltype(InterpretOptions::otherOp) otherOp;
};

class DispatchInterpreter {
public:
  /// Calls a function of the phase "kernels". Failures are reported.
  static llvm::FailureOr<llvm::SmallVector<TensorValue>> run(mlir::func::FuncOp function,
                                                             llvm::ArrayRef<TensorValue> arguments,
                                                             const DispatchOptions &options = {});
};

} // namespace weft::compiler

#endif
