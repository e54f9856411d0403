// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Builds one tile.kernel and its exec.dispatch: arrays as they are asked for, the task grid, index
// arithmetic that folds, loops that disappear when they run once.
#ifndef COMPILER_LOWER_WEFTTOTILE_KERNELBUILDER_H
#define COMPILER_LOWER_WEFTTOTILE_KERNELBUILDER_H

#include <map>

#include "compiler/lower/WeftToTile/FunctionLowering.h"

namespace weft::compiler {

/// One axis of a task grid: tasks own `block` consecutive indices of it.
struct GridAxis {
  SizeExpr extent;
  int64_t block = 1;
};

class KernelBuilder : public mlir::ImplicitLocOpBuilder {
public:
  using Values = llvm::SmallVector<mlir::Value>;

  KernelBuilder(FunctionLowering &lowering, mlir::Location loc, llvm::StringRef opName);

  /// The array argument for a buffer; one argument for each distinct buffer.
  mlir::Value addInput(mlir::Value buffer);
  /// The array argument for a new result of the dispatch.
  mlir::Value addResult(mlir::RankedTensorType type);
  /// Whatever is stored to the result `array` of `value` is stored rounded too, where the graph
  /// asks for the rounding of `value` beside it.
  void addRounding(mlir::Value value, mlir::Value array);
  /// Counts what the op asks for, whatever the kernel does: `factor` times the product of these
  /// sizes. Products of matrices only; all else is bound by its bytes.
  void addFlops(int64_t factor, llvm::ArrayRef<ir::SizeAttr> sizes);
  /// Ends the kernel and dispatches it: the values of the results in the order they were added.
  Values finish();

  /// Opens a section of the task range, last axis fastest, and goes inside: the first index of each
  /// axis. `only`: the kernel has no other section, so that static sizes need no guard.
  Values openGrid(llvm::ArrayRef<GridAxis> axes, bool only = true);
  /// Ends the section.
  void closeGrid();

  mlir::Value getTask() { return kernel.getTask(); }
  mlir::Value getIndex(int64_t value);
  mlir::Value getIndex(const SizeExpr &expr);
  /// A constant in [0, bound] that the dispatch gives: kernels that differ in it alone are one.
  mlir::Value getGiven(int64_t value, int64_t bound);
  mlir::Value addIndex(mlir::Value a, mlir::Value b);
  mlir::Value subIndex(mlir::Value a, mlir::Value b);
  mlir::Value mulIndex(mlir::Value a, mlir::Value b);
  mlir::Value minIndex(mlir::Value a, mlir::Value b);
  mlir::Value maxIndex(mlir::Value a, mlir::Value b);

  mlir::Value divIndex(mlir::Value a, int64_t b);

  /// A scalar or splat tile of this type.
  mlir::Value getConstant(mlir::Type type, double value);
  mlir::RankedTensorType getTileType(llvm::ArrayRef<int64_t> shape, mlir::Type element);
  /// A scalar or tile repeated to a shape; `dims` as tile.broadcast.
  mlir::Value broadcast(mlir::Value value, llvm::ArrayRef<int64_t> shape,
                        llvm::ArrayRef<int64_t> dims = {});

  /// tile.view of some axes of a view; `position` fixes the others and is not read at `axes`.
  mlir::Value openView(mlir::Value array, const TensorView &view,
                       llvm::ArrayRef<mlir::Value> position, llvm::ArrayRef<int64_t> axes);
  /// tile.view from values.
  mlir::Value openView(mlir::Value array, mlir::Value offset, llvm::ArrayRef<mlir::Value> sizes,
                       llvm::ArrayRef<mlir::Value> strides);
  /// The nearest number of another float type; scalars or tiles.
  mlir::Value convertFloat(mlir::Value number, mlir::Type element);

  mlir::Value load(mlir::Value view, llvm::ArrayRef<mlir::Value> position,
                   llvm::ArrayRef<int64_t> shape, double fill = 0);
  void store(mlir::Value tile, mlir::Value view, llvm::ArrayRef<mlir::Value> position);
  /// One element of a dense rank-1 array as a scalar.
  mlir::Value loadScalar(mlir::Value array, const TensorView &view, mlir::Value index);

  /// scf.for with carried values; written out where it runs exactly once.
  Values loop(mlir::Value from, mlir::Value to, int64_t step, mlir::ValueRange carried,
              llvm::function_ref<Values(mlir::Value, mlir::ValueRange)> body);
  /// The same without carried values.
  void loop(mlir::Value from, mlir::Value to, int64_t step,
            llvm::function_ref<void(mlir::Value)> body);

private:
  mlir::Value getSymbol(const SizeExpr::Symbol &symbol);
  /// A new size of the kernel, of which the dispatch says what it is.
  mlir::Value addSize(ir::SizeAttr size, int64_t bound);

  FunctionLowering &lowering;
  tile::KernelOp kernel;
  llvm::SmallVector<mlir::Value> inputs;
  llvm::SmallVector<mlir::Type> resultTypes;
  llvm::SmallVector<std::pair<ir::CastOp, size_t>> roundings; // and the number of their result
  llvm::DenseMap<mlir::Value, mlir::Value> roundedArrays, roundedViews;
  llvm::SmallVector<mlir::Attribute> flops; // products of sizes, to be summed
  llvm::StringMap<mlir::Value> symbolValues;
  std::map<int64_t, mlir::Value> givenValues;
  llvm::SmallVector<mlir::Attribute> givenSizes; // of the kernel, in their order
  std::map<int64_t, mlir::Value> constants;      // of every value: a DenseMap keeps two for itself
  int64_t taskBase = 0;
};

} // namespace weft::compiler

#endif
