// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One function of dispatch form becomes one program. PlanMemory.cpp has all but loops, which are in
// PlanLoops.cpp.
#ifndef COMPILER_LOWER_PLANMEMORY_PROGRAMBUILDER_H
#define COMPILER_LOWER_PLANMEMORY_PROGRAMBUILDER_H

#include "compiler/lower/PlanMemory/PlanMemory.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace weft::compiler {

/// The tensor of a value, or of the buffer that it is.
mlir::RankedTensorType getTensor(mlir::Value value);

/// Whether two windows are the same part of the same buffer in every step.
bool isSamePart(mlir::Value a, mlir::Value b);

/// The value that owns the bytes of this one: the first of a chain of other names.
mlir::Value getOwner(mlir::Value value);

/// Rewrites one function.
class ProgramBuilder {
public:
  ProgramBuilder(mlir::func::FuncOp function, mlir::SymbolTable &symbols,
                 llvm::DenseMap<mlir::Attribute, int64_t> &constants)
      : function(function), symbols(symbols), constants(constants), buffers(function.getContext()),
        steps(function.getContext()) {}

  mlir::FailureOr<exec::ProgramOp> build();

private:
  /// Of the parallel loop around the step that is lowered.
  struct Turns {
    int64_t depth, count;
  };

  mlir::FailureOr<mlir::Value> addBuffer(mlir::Location loc, exec::BufferKind kind,
                                         mlir::RankedTensorType type, int64_t offset = 0,
                                         mlir::ElementsAttr value = {});
  mlir::FailureOr<mlir::Value> addArena(mlir::Location loc, mlir::RankedTensorType type) {
    return turns ? addPlaceOfTurn(loc, type) : addBuffer(loc, exec::BufferKind::arena, type);
  }
  /// Working memory of one turn of the parallel loop around: its part of a buffer for all turns.
  mlir::FailureOr<mlir::Value> addPlaceOfTurn(mlir::Location loc, mlir::RankedTensorType type);
  void copy(mlir::Location loc, mlir::Value from, mlir::Value to);
  mlir::LogicalResult addSignature();
  std::optional<unsigned> findTaken(unsigned result);
  mlir::LogicalResult lowerBlock(mlir::Block &block, int64_t depth);
  mlir::LogicalResult lower(exec::DispatchOp op);
  mlir::LogicalResult lower(exec::ConstantOp op);
  mlir::LogicalResult lower(exec::LoopOp op, int64_t depth);
  exec::ForOp createFor(exec::LoopOp op);
  /// The part of what lies at `whole`, a value of `type`, that a step sees: a slice, or a window of
  /// several, which has the rank of the value; in the first step it begins at slot `first`.
  mlir::FailureOr<mlir::Value> createWindow(exec::LoopOp loop, mlir::Value whole,
                                            mlir::RankedTensorType type,
                                            mlir::RankedTensorType slice, int64_t depth,
                                            int64_t first = 0);
  /// Whether a step may write its result to a window of what it perhaps reads, too.
  bool mayWriteBeside(exec::DispatchOp producer, mlir::Value result, exec::WindowOp window);
  mlir::Value findTakenPlace(exec::LoopOp loop, mlir::Value initial);
  mlir::FailureOr<llvm::SmallVector<mlir::Value>> placeOutside(exec::LoopOp loop,
                                                               mlir::ValueRange values);
  mlir::LogicalResult finishBody(exec::LoopOp loop, llvm::ArrayRef<mlir::Value> current,
                                 llvm::ArrayRef<mlir::Value> windows);

  mlir::func::FuncOp function;
  mlir::SymbolTable &symbols;
  /// Place of each constant in the constants section.
  llvm::DenseMap<mlir::Attribute, int64_t> &constants;
  /// Where the next buffer, the next step goes.
  mlir::OpBuilder buffers, steps;
  exec::BufferOp last;
  std::optional<Turns> turns;
  llvm::DenseSet<mlir::Value> placesOfTurns;
  /// A tensor value -> its buffer or window.
  llvm::DenseMap<mlir::Value, mlir::Value> memory;
  /// An owner that is not yet computed -> where it must be written.
  llvm::DenseMap<mlir::Value, mlir::Value> destination;
  /// Tensor value -> result buffer.
  llvm::SmallVector<std::pair<mlir::Value, mlir::Value>> resultCopies;
};

} // namespace weft::compiler

#endif
