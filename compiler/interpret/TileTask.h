// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Inside of the tile interpreter: shadow memory of a launch and the values of one task. Not for
// other folders.
#ifndef COMPILER_INTERPRET_TILETASK_H
#define COMPILER_INTERPRET_TILETASK_H

#include <unordered_map>

#include "compiler/interpret/TileInterpreter.h"

namespace weft::compiler {

/// An array and who has touched each of its elements during the launch.
class ShadowArray {
public:
  explicit ShadowArray(TensorValue &value) : value(value), accesses(value.getCount()) {}

  int64_t getCount() const { return value.getCount(); }
  mlir::Type getElement() const { return value.element; }
  /// Reads or writes one element for `op` of a task; reports a race.
  llvm::FailureOr<double> read(int64_t address, mlir::Operation *op, int64_t task);
  llvm::LogicalResult write(int64_t address, double element, mlir::Operation *op, int64_t task);
  /// The first element nobody has written.
  std::optional<int64_t> findUnwritten() const;

private:
  struct Toucher {
    int64_t task = -1;
    mlir::Operation *op = nullptr;
  };
  /// Two readers of different tasks are enough to find one that is not the writer.
  struct Access {
    Toucher writer, reader, otherReader;
  };

  TensorValue &value;
  std::vector<Access> accesses;
};

class TileTask {
public:
  TileTask(tile::KernelOp kernel, std::vector<ShadowArray> &arrays, llvm::ArrayRef<int64_t> sizes,
           int64_t task);

  llvm::LogicalResult run();

private:
  struct View {
    unsigned array;
    int64_t offset;
    llvm::SmallVector<int64_t> sizes, strides;
  };
  using Values = llvm::SmallVector<TensorValue>;

  llvm::LogicalResult runOp(mlir::Operation *op);
  /// Runs a block and returns the operands of its terminator.
  llvm::FailureOr<Values> runBlock(mlir::Block &block, llvm::ArrayRef<TensorValue> arguments);

  llvm::LogicalResult execute(tile::ViewOp op);
  llvm::LogicalResult execute(tile::LoadOp op);
  llvm::LogicalResult execute(tile::StoreOp op);
  llvm::LogicalResult execute(tile::SizeOp op);
  llvm::LogicalResult execute(tile::DotOp op);
  llvm::LogicalResult execute(tile::ReduceOp op);
  llvm::LogicalResult execute(tile::BroadcastOp op);
  llvm::LogicalResult execute(tile::TransposeOp op);
  llvm::LogicalResult execute(tile::ShearOp op);
  llvm::LogicalResult execute(tile::UnshearOp op);
  llvm::LogicalResult execute(tile::ExtractOp op);
  llvm::LogicalResult execute(tile::IotaOp op);
  llvm::LogicalResult execute(tile::MathOp op);
  llvm::LogicalResult execute(tile::PhiloxOp op);
  llvm::LogicalResult execute(mlir::scf::ForOp op);
  llvm::LogicalResult execute(mlir::scf::IfOp op);
  llvm::LogicalResult executeArith(mlir::Operation *op);

  const TensorValue &get(mlir::Value value) const { return values.at(value.getAsOpaquePointer()); }
  double getScalar(mlir::Value value) const { return get(value).elements.front(); }
  int64_t getIndex(mlir::Value value) const { return static_cast<int64_t>(getScalar(value)); }
  /// Zeros in the type of a result.
  static TensorValue makeResult(mlir::Value result);
  void set(mlir::Value result, TensorValue value);
  /// The element of the array at a position of a view; nothing where that lies outside the view.
  llvm::FailureOr<std::optional<int64_t>> findAddress(mlir::Operation *op, const View &view,
                                                      mlir::ValueRange indices,
                                                      llvm::ArrayRef<int64_t> element);

  tile::KernelOp kernel;
  std::vector<ShadowArray> &arrays;
  llvm::ArrayRef<int64_t> sizes;
  int64_t task;
  std::unordered_map<const void *, TensorValue> values;
  llvm::DenseMap<mlir::Value, View> views;
};

/// An op of arith on one element of each operand, as hardware does it but in double precision;
/// nothing: not such an op.
std::optional<llvm::FailureOr<double>> evaluateArith(mlir::Operation *op,
                                                     llvm::ArrayRef<double> operands);

} // namespace weft::compiler

#endif
