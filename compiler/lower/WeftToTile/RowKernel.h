// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels over rows: a task owns a block of rows and passes over their columns, tile by tile or one
// by one.
#ifndef COMPILER_LOWER_WEFTTOTILE_ROWKERNEL_H
#define COMPILER_LOWER_WEFTTOTILE_ROWKERNEL_H

#include "compiler/lower/WeftToTile/Emitters.h"

namespace weft::compiler {

/// Rows of several tensors: all axes but the last collapsed, the last one the columns.
class RowKernel {
public:
  using Values = KernelBuilder::Values;

  /// The views have the columns as last axis; a tensor without columns has stride 0 there.
  RowKernel(KernelBuilder &kernel, llvm::ArrayRef<TensorView *> views, Schedule schedule);

  void open();

  mlir::Value openRows(mlir::Value array, const TensorView &view);
  /// The view of a tensor with one element a row.
  mlir::Value openVector(mlir::Value array, const TensorView &view);
  /// The view of one column: one element a row.
  mlir::Value openColumn(mlir::Value array, const TensorView &view, mlir::Value column);

  void forColumns(llvm::function_ref<void(mlir::Value)> body);

  /// sum or maximum over the columns of tiles [rows, cols]; each lane ascends, lanes are combined
  /// at the end.
  mlir::Value reduceColumns(mlir::Type element, tile::Reduction kind,
                            llvm::function_ref<mlir::Value(mlir::Value)> tileAt);

  mlir::Value load(mlir::Value view, mlir::Value column, double fill = 0);
  mlir::Value spread(mlir::Value perRow);
  /// Column indices as i32.
  mlir::Value getColumns(mlir::Value column);
  /// The tile, with 0 past the last column.
  mlir::Value keepInside(mlir::Value tile, mlir::Value column);
  /// exp(x - maximum), 0 past the last column.
  mlir::Value getExponential(mlir::Value view, mlir::Value maximum, mlir::Value column);
  /// The number of columns as a float in every row.
  mlir::Value getCount(mlir::Type element);

  KernelBuilder &k;
  SizeExpr columns;
  llvm::SmallVector<SizeExpr> sizes;
  int64_t rank, rows, cols;
  Values position;
  mlir::Value row;
};

/// The axis moved to the end.
TensorView moveLast(const TensorView &view, int64_t axis);

} // namespace weft::compiler

#endif
