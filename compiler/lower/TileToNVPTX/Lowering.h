// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How one staged tile.kernel becomes one llvm.func.
//
// A tile is the registers that a thread holds of it, one value an element, in the order of its
// layout. Elements beyond the tile are computed like all others: no operation traps, and what
// leaves a tile (stores, writes, reductions) looks whether its element is inside.
#ifndef COMPILER_LOWER_TILETONVPTX_LOWERING_H
#define COMPILER_LOWER_TILETONVPTX_LOWERING_H

#include "compiler/lower/TileToMachine/Emitter.h"
#include "compiler/lower/TileToNVPTX/BufferPlaces.h"
#include "compiler/lower/TileToNVPTX/Layouts.h"
#include "compiler/lower/TileToNVPTX/TileToNVPTX.h"
#include "compiler/lower/TileToNVPTX/WarpGroups.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/IRMapping.h"

namespace weft::compiler {

class GpuKernelLowering {
public:
  explicit GpuKernelLowering(tile::KernelOp kernel);
  /// Creates the function before the kernel, or reports why it cannot.
  mlir::LogicalResult run();

private:
  using Value = mlir::Value;
  using Type = mlir::Type;
  using Operation = mlir::Operation;
  using Registers = llvm::SmallVector<Value>;

  /// A view's base pointer, sizes and strides in elements; rank 1 is one column.
  struct Window {
    Type element;
    Value base;
    Value sizes[2], strides[2];
  };

  /// A tile's elements in a buffer that holds it as it is.
  struct HeldPlaces {
    tile::LayoutAttr layout;
    int64_t rank;
    tile::BufferType type;
    Value base;
    std::optional<BufferPlaces> places; ///< not where steps of threads and registers overlap
  };

  // TileToNVPTX.cpp
  mlir::LogicalResult checkSupported();
  void emitTasks(llvm::function_ref<void()> emitTask);

  // LowerControl.cpp: blocks, loops, conditions and scalars.
  void lowerBlock(mlir::Block &block);
  void lowerOperation(Operation *op);
  void lowerScalar(Operation *op);
  void lowerFor(mlir::scf::ForOp op);
  void lowerIf(mlir::scf::IfOp op);
  Type convertScalar(Type type);
  /// The registers, or the scalar, of all these values, one after another.
  Registers flatten(mlir::ValueRange values);
  void unflatten(mlir::ValueRange values, mlir::ValueRange flat);
  llvm::SmallVector<Type> flattenTypes(mlir::ValueRange values);

  // LowerElements.cpp: what every thread does for its own elements.
  bool isElementwise(Operation *op);
  void lowerElementwise(Operation *op);
  Registers roundPairs(Operation *op);
  void lowerConstant(mlir::arith::ConstantOp op);
  void lowerBroadcast(tile::BroadcastOp op);
  void lowerIota(tile::IotaOp op);
  void lowerReduce(tile::ReduceOp op);
  Value combine(tile::Reduction kind, Value a, Value b);
  Value shuffle(Value value, int64_t distance);

  // LowerMemory.cpp: arrays and buffers.
  void lowerView(tile::ViewOp op);
  void lowerLoad(tile::LoadOp op);
  void lowerStore(tile::StoreOp op);
  llvm::SmallVector<Value> getPlaces(tile::LayoutAttr layout, llvm::ArrayRef<Value> origin,
                                     mlir::RankedTensorType type, int64_t number);
  Value getElement(const Window &window, tile::LayoutAttr layout, llvm::ArrayRef<Value> origin,
                   mlir::RankedTensorType type, int64_t number);
  /// Whether the element of a register is inside the view that its tile stands in; null: all that
  /// threads may have are, whatever the task and the sizes.
  Value isInView(mlir::ValueRange sizes, mlir::ValueRange indices, mlir::RankedTensorType type,
                 int64_t number);
  Value isWhole(const Window &window, mlir::ValueRange sizes, mlir::ValueRange indices,
                mlir::RankedTensorType type, int64_t run);
  llvm::SmallVector<Value> getLoadedSizes(tile::LoadOp op);
  int64_t getRun(mlir::RankedTensorType type);
  Registers loadRun(Type element, Value pointer, int64_t run);
  void storeRun(llvm::ArrayRef<Value> values, Value pointer);
  HeldPlaces getHeldPlaces(tile::BufferType type, Value base, tile::LayoutAttr layout,
                           int64_t rank);
  Value getHeld(HeldPlaces &held, int64_t number);
  bool areRunsWhole(tile::BufferType buffer, mlir::RankedTensorType type);
  void lowerBuffer(tile::BufferOp op);
  void lowerStage(tile::StageOp op);
  void lowerWrite(tile::WriteOp op);
  void lowerRead(tile::ReadOp op);
  Value getAddress(const Window &window, Value row, Value column);
  void fillUp(tile::BufferType type, Value base);
  /// Element (row, column) of a buffer.
  Value getAddress(tile::BufferType type, Value base, Value row, Value column);

  // LowerCopy.cpp: arrays to buffers.
  /// Whether it took whole pieces by cp.async; else the thread itself has written.
  Value lowerCopy(tile::CopyOp op);
  /// The sizes of a view that a copy may go beyond; null for the others.
  using CopyBounds = std::array<Value, 2>;
  void copyPieces(tile::BufferType type, Value base, const Window &window, const CopyBounds &bounds,
                  Value row, Value column);
  void copyElements(tile::BufferType type, Value base, const Window &window,
                    const CopyBounds &bounds, Value row, Value column);
  Value isMultiple(Value value, int64_t of);
  Value isInPieces(const Window &window, llvm::ArrayRef<Value> places, int64_t bytes);

  // LowerDot.cpp
  void lowerDot(tile::DotOp op);
  int64_t getFactorLanes(tile::DotOp op);

  // LowerTensorDot.cpp
  void lowerTensorDot(tile::DotOp op);
  void multiplyAtom(Type element, llvm::ArrayRef<Value> a, llvm::ArrayRef<Value> c,
                    llvm::MutableArrayRef<Value> sums);
  Value getWarpOffset(tile::LayoutAttr layout, int64_t axis);

  // LowerWarpGroups.cpp: warp groups that multiply, and one that copies for them.
  void emitRoles(int64_t consumers);
  void initialiseBarriers(int64_t consumers);
  void produceBlock(mlir::Block &block);
  void lowerProduce(tile::ProduceOp op);
  void lowerConsume(tile::ProduceOp op);
  void lowerRelease();
  void holdStages(mlir::ValueRange rings, mlir::ValueRange stages);
  Value getBarrier(bool isOfFull);
  void waitForPhase(Value barrier, bool isBefore);
  void advanceStage();
  void fenceBuffers();

  // LowerGroupProducts.cpp: wgmma.
  void lowerGroupDot(tile::DotOp op);
  struct GroupProduct;
  Value multiplyGroup(const GroupProduct &product, Value sums, llvm::ArrayRef<Value> left,
                      Value right, bool adds);
  Registers packLeft(tile::DotOp op);
  Registers keepInPlace(llvm::ArrayRef<Value> values, llvm::StringRef kind);
  mlir::LLVM::InlineAsmOp emitAsm(Type result, mlir::ValueRange operands, llvm::StringRef text,
                                  llvm::StringRef constraints);

  // Places of elements.
  /// From here to the end of the block the thread's number is a new value to LLVM, which would
  /// otherwise compute the places of what stands behind a loop in front of it, and keep them in
  /// registers through the loop.
  void renewThread();
  /// Along an axis, of register 0 of this thread.
  Value getThreadOffset(tile::LayoutAttr layout, int64_t axis);
  /// Whether this thread is the first of those that hold the same; null: there are no others.
  Value isOwner(tile::LayoutAttr layout);
  /// Whether the element of a register is inside a tile; null: all are.
  Value isInside(mlir::RankedTensorType type, int64_t number);
  Value getPlace(tile::LayoutAttr layout, int64_t axis, int64_t number);
  Value allOf(llvm::ArrayRef<Value> conditions);

  static bool isTile(Value value) { return mlir::isa<mlir::RankedTensorType>(value.getType()); }
  Type getPointer(unsigned space);

  tile::KernelOp kernel;
  Emitter b;
  mlir::Block *entry = nullptr;
  mlir::IRMapping scalars;
  llvm::DenseMap<Value, Registers> tiles;
  llvm::DenseMap<Value, Window> windows;
  llvm::DenseMap<Value, Value> buffers;
  llvm::SmallVector<Value> sizes;
  /// This thread's number, and what was computed from it.
  struct ThreadPlaces {
    Value number;
    llvm::DenseMap<std::pair<tile::LayoutAttr, int64_t>, Value> offsets;
    llvm::DenseMap<tile::LayoutAttr, Value> owners;
  };
  ThreadPlaces thread;
  int64_t sharedBytes = 0;
  /// Where a role is in the rings of its kernel, in registers: the stage, and the parity of the
  /// rounds through them. Behind the rings lie the barriers of full stages, then of empty ones.
  struct RingPlace {
    int64_t stages = 0, barriers = 0;
    Value stage, parity;
  };
  RingPlace ring;
};

} // namespace weft::compiler

#endif
