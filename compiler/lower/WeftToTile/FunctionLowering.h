// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the lowering of one function knows: which weft values have a buffer, and how to get one.
// Shape ops, constants and elementwise ops with one consumer get no buffer unless somebody asks.
#ifndef COMPILER_LOWER_WEFTTOTILE_FUNCTIONLOWERING_H
#define COMPILER_LOWER_WEFTTOTILE_FUNCTIONLOWERING_H

#include "compiler/lower/WeftToTile/ElementGroups.h"
#include "compiler/lower/WeftToTile/RowGroups.h"
#include "compiler/lower/WeftToTile/TensorView.h"
#include "dialects/exec/ExecDialect.h"
#include "dialects/tile/TileDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace weft::compiler {

class FunctionLowering {
public:
  /// Without `fuses` every op has a kernel of its own.
  FunctionLowering(mlir::func::FuncOp function, bool fuses);

  /// Lowers the whole function; diagnostics name the op that cannot be lowered.
  mlir::LogicalResult run();

  /// The rounding to bf16 of a value that something else asks for, too: the value's kernel can
  /// store it beside. Null if there is none.
  ir::CastOp findRounding(mlir::Value value) const;

  /// Lowers the ops of `source` (all but the terminator) to the builder's insertion point.
  mlir::LogicalResult lowerOps(mlir::Block &source);

  /// The dispatch-form value that holds exactly this weft value, dense; emits a kernel where there
  /// is none yet.
  mlir::Value getBuffer(mlir::Value value);
  /// The weft value as a strided part of some buffer.
  TensorView getView(mlir::Value value);
  /// The same, but of a buffer even where the elements could be computed.
  TensorView getStoredView(mlir::Value value);
  /// A view of `value` whose axes [begin, end) are one run of memory: of its own buffer where
  /// strides do not allow it.
  TensorView getRunView(mlir::Value value, size_t begin, size_t end);
  bool isStored(mlir::Value value) const { return buffers.contains(value); }
  void setBuffer(mlir::Value value, mlir::Value buffer) { buffers[value] = buffer; }

  /// True if the op's value is computed inside its consumers and never stored.
  bool isFused(mlir::Value value) const;
  /// True for a value that the kernel of a group of rows computes.
  bool isInRowGroup(mlir::Value value) const { return rowGroups.isMember(value); }
  /// The elementwise values that the kernel of this one stores.
  llvm::ArrayRef<mlir::Value> getResults(const mlir::Value &value) const {
    return groups.getResults(value);
  }

  /// True if a product is computed in the kernel of the elementwise value that reads it
  /// (findFusedProduct), and never stored.
  bool isFusedProduct(ir::DotOp op) const;

  std::string nextKernelName(llvm::StringRef op);
  mlir::ModuleOp getModule() { return function->getParentOfType<mlir::ModuleOp>(); }

  /// Where dispatches go.
  mlir::OpBuilder builder;

private:
  mlir::LogicalResult lowerOp(mlir::Operation *op);

  mlir::func::FuncOp function;
  bool fuses;
  llvm::DenseMap<mlir::Value, mlir::Value> buffers;
  RowGroups rowGroups;
  ElementGroups groups;
  int64_t kernelCount = 0;
};

} // namespace weft::compiler

#endif
