// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How one tile.kernel becomes one llvm.func.
//
// A tile lives in memory: a 64-byte aligned buffer on the stack whose rows are padded to whole
// vectors, so that no loop over tiles has a tail; or, where a load finds its tile inside the view
// and nothing is stored before its last reader, the view's own memory. What padding holds is never
// observed. A load whose readers all take its elements in order has no memory at all
// (InlineLoads.cpp).
//
// An elementwise op whose readers all end in one op of the same block is *deferred*: it is
// evaluated there, in registers, element group by element group. Broadcasts, iota and constants are
// always evaluated where they are read. Stores of equal shape that follow one another are one pass,
// at the last of them.
//
// A product that only stores read is computed at them, block by block (FinishDot.cpp). What a
// product loads next is asked for while it multiplies (Prefetch.cpp).
//
// Buffers return to a pool after the last reader of their tile. Loops that carry tiles own one
// buffer for each; the ops of the body write the next value straight into it once nothing reads the
// old one any more.
#ifndef COMPILER_LOWER_TILETOX86_LOWERING_H
#define COMPILER_LOWER_TILETOX86_LOWERING_H

#include "compiler/lower/TileToMachine/Emitter.h"
#include "compiler/lower/TileToX86/TileToX86.h"

#include "mlir/IR/IRMapping.h"

namespace weft::compiler {

/// The most bytes of tiles one kernel may keep on the stack of its thread.
/// The gradient of attention with heads of 96 needs 135 KB in f32; threads have 8 MB.
inline constexpr int64_t stackBudget = 240 * 1024;

/// The most rows of a register block.
inline constexpr int64_t largestDotBlock = 8;
/// Steps along k in a round of its loop.
inline constexpr int64_t dotUnroll = 2;
/// The most rows of one that asks for what comes next (Prefetch.cpp).
inline constexpr int64_t highestAskingBlock = 6;
/// The most vectors of one.
inline constexpr int64_t largestPanel = 4;

/// How a tile type is walked: rank 0 and 1 are one row.
struct TileShape {
  mlir::Type element;
  int64_t rows = 1;
  int64_t columns = 1;
  /// Elements of one group; a power of two, at most 16.
  int64_t lanes = 1;
  /// Columns of a buffer: a multiple of lanes.
  int64_t padded = 1;

  static TileShape get(mlir::Type type);
  bool isWhole() const { return columns == padded; }
  int64_t getByteSize() const;
};

/// Element (r, c) is at base + r * rowStride + c * columnStride, in elements.
struct TileMemory {
  mlir::Value base;
  mlir::Value rowStride;
  /// Null: 1, the case of every tile except left operands of dot products.
  mlir::Value columnStride = {};
  /// Rows r with firstRow + r outside [0, rowCount) are `zeros`, one row for all; null: there are
  /// none. Only of left operands of dot products.
  mlir::Value firstRow = {}, rowCount = {}, zeros = {};
  /// Of factors of bf16: an element is a pair of k in 32 bits (LowerDotPairs.cpp).
  bool isPaired = false;
  /// Of left factors of bf16: rows and k up to whole tiles may be read, and those k are zeros.
  bool isFilled = false;
};

struct ViewMemory {
  mlir::Type element;
  mlir::Value base;
  /// Two each; a view of rank 1 is one row.
  llvm::SmallVector<mlir::Value> sizes;
  llvm::SmallVector<mlir::Value> strides;
};

/// A position of a view, ready for comparisons: element (r, c) is inside iff row + r < sizes[0] and
/// column + c < sizes[1].
struct Window {
  mlir::Type element;
  mlir::Value base;
  mlir::Value row, column;
  mlir::Value rows, columns;
  mlir::Value rowStride, columnStride;
  mlir::Value origin; ///< the first element of the view
};

/// A tile that a loop carries.
struct CarriedTile {
  TileMemory memory;
  /// The value whose elements the buffer holds now.
  mlir::Value occupant;
  /// The body of the loop.
  mlir::Block *block = nullptr;
};

class KernelLowering {
public:
  KernelLowering(tile::KernelOp kernel, int64_t vectorBits, Bf16Products bf16);
  /// Creates the function before the kernel, or reports why it cannot.
  mlir::LogicalResult run();

  /// A dot product with b^T that reads vectors along k instead of a transposed copy of b.
  static bool isDotOfFewRows(tile::DotOp op);
  /// Every reader is a dot product that reads the tile as its left operand, element by element.
  static bool isReadByElement(mlir::Value tile);
  static bool isDotOfBf16(tile::DotOp op);

private:
  using Value = mlir::Value;
  using Operation = mlir::Operation;
  using Memo = llvm::DenseMap<Value, Value>;

  // Readers.cpp: who reads a tile when.
  bool isElementwise(Operation *op) const;
  bool isVirtual(Operation *op) const;
  Operation *getRoot(Operation *op);
  void collectReaders(Value tile, llvm::SmallPtrSetImpl<Operation *> &readers,
                      llvm::SmallPtrSetImpl<Operation *> &seen);
  /// The last op of the block (or an op that contains it) that reads the tile; null if none does.
  Operation *getLastReader(Value tile, mlir::Block *block);
  bool isDeadAfter(Value tile, Operation *op);
  bool isStoredBeforeLastReader(tile::LoadOp load);

  // Buffers.cpp: memory of tiles.
  TileMemory allocate(mlir::Type type);
  TileMemory allocateBytes(int64_t bytes, int64_t rowStride);
  void own(Value tile, TileMemory memory, mlir::Block *block);
  void releaseDead(Operation *after);
  void release(TileMemory memory);
  /// Where the op may put this tile: the buffer of the loop that carries it on, or a fresh one.
  TileMemory getDestination(Value tile);
  void bind(Value tile, TileMemory memory);

  // LowerUpdate.cpp: dot products that add to a view in place.
  struct Update {
    Value isDirect; ///< in the view itself, else in the buffer, which is stored
    TileMemory buffer;
  };
  static tile::DotOp getUpdate(tile::LoadOp load);
  void beginUpdate(tile::LoadOp op, tile::DotOp dot);
  void finishUpdate(tile::StoreOp op, const Update &update);

  // LowerMoves.cpp: tiles in another order.
  static bool isAlias(Operation *op);
  static Value getAliased(Value tile);
  void lowerTranspose(tile::TransposeOp op);
  void lowerShear(tile::ShearOp op);
  void lowerUnshear(tile::UnshearOp op);

  // LowerElementwise.cpp: tiles as values.
  Value emitElements(Value tile, Value row, Value column, int64_t lanes, Memo &memo);
  Value emitBroadcast(tile::BroadcastOp op, Value row, Value column, int64_t lanes);
  Value emitIota(tile::IotaOp op, Value row, Value column, int64_t lanes);
  Value emitOperation(Operation *op, Value row, Value column, int64_t lanes, Memo &memo);
  void forEachGroup(const TileShape &shape, llvm::function_ref<void(Value row, Value column)> body);
  void evaluate(Value tile, TileMemory destination);
  TileMemory getMemory(Value tile, Operation *reader);
  Value getElementPointer(const TileMemory &memory, mlir::Type element, Value row, Value column);

  // LowerMemory.cpp
  void lowerView(tile::ViewOp op);
  void lowerStore(tile::StoreOp op);
  static Operation *getLastOfRun(Operation *op);
  Window getWindow(Value view, mlir::ValueRange indices);
  Value isInside(const Window &window, const TileShape &shape);
  /// Reads the group at (row, column).
  using GroupReader = llvm::function_ref<Value(Value row, Value column)>;
  void readWindow(const Window &window, const TileShape &shape, Value fill,
                  llvm::function_ref<void(GroupReader)> body);
  void copyIn(const Window &window, const TileShape &shape, Value fill, TileMemory destination);
  void storeRun(llvm::ArrayRef<tile::StoreOp> run, llvm::ArrayRef<Window> windows, Value row,
                Value column, Memo &memo);
  void storeGroup(Value elements, const Window &window, const TileShape &shape, Value row,
                  Value column);
  Value getMask(const Window &window, const TileShape &shape, Value row, Value column,
                int64_t lanes);
  Value hasUnitStride(const Window &window);
  Value getMaskedPointer(const Window &window, Value row, Value column);
  Value getPointers(const Window &window, Value row, Value column, int64_t lanes);

  // LowerLoad.cpp
  void lowerLoad(tile::LoadOp op);
  void loadDownColumns(tile::LoadOp op, const TileShape &shape, Window window, Value fill);
  bool loadPairs(tile::LoadOp op, const TileShape &shape, Window window, Value fill);
  bool bindRowsInPlace(tile::LoadOp op, const TileShape &shape, const Window &window);
  Value getZeroRow(const TileShape &shape);

  // InlineLoads.cpp
  struct InlineLoad {
    Window window;
    TileShape shape;
    Value fill;
  };
  bool isInlineLoad(tile::LoadOp op);
  void addInlineLoad(tile::LoadOp op);
  Value emitInlineLoad(const InlineLoad &load, Value row, Value column, int64_t lanes);
  Value areLoadsInside(Value tile);
  void emitOnBothSides(Value inside, const TileShape &shape, llvm::function_ref<void()> body);

  // LowerReduce.cpp
  void lowerReduce(tile::ReduceOp op);
  void lowerExtract(tile::ExtractOp op);
  Value combine(tile::Reduction kind, Value a, Value b);
  Value combineLanes(tile::Reduction kind, Value vector);
  Value reduceRow(tile::ReduceOp op, const TileShape &shape, Value row);
  void reduceColumns(tile::ReduceOp op, const TileShape &shape, TileMemory destination);

  // FinishDot.cpp: products that are stored block by block.
  struct Finish {
    llvm::SmallVector<tile::StoreOp> run;
    llvm::SmallVector<Window> windows;
    Value inside;
    TileMemory block;
  };
  tile::StoreOp getFinish(tile::DotOp op);
  tile::DotOp getFinished(tile::StoreOp end);
  TileMemory allocateBlock(tile::DotOp op);
  void emitFinish(tile::DotOp op, Value row, Value column, int64_t rows, int64_t columns);

  // Prefetch.cpp: what products load next.
  Value getNextTile(tile::LoadOp op, Value now);
  void lookAhead(tile::DotOp op, int64_t blocks);
  int64_t getAskingBlocks() const;
  void emitAhead(Value round);

  // LowerDot.cpp
  void lowerDot(tile::DotOp op);
  void computeDot(tile::DotOp op);
  TileMemory getDotResult(tile::DotOp op);
  TileMemory transpose(TileMemory source, const TileShape &shape, TileShape &result);
  void transposeSquare(llvm::SmallVector<Value> &lines);
  void emitDotBlocks(tile::DotOp op, TileMemory a, TileMemory b, TileMemory result);
  void emitDotPanel(tile::DotOp op, TileMemory a, TileMemory b, TileMemory result, int64_t column,
                    int64_t vectors, int64_t computed, int64_t earlier);
  void emitDotBlock(tile::DotOp op, TileMemory a, TileMemory b, TileMemory result, Value row,
                    Value column, int64_t rows, int64_t vectors);
  int64_t countDotColumns(tile::DotOp op);
  int64_t countDotBlocks(tile::DotOp op, int64_t vectors);
  Value getFirstDotColumn(tile::DotOp op, Value row, int64_t rows, int64_t computed);
  std::pair<Value, Value> getDotRange(tile::DotOp op, Value row, int64_t rows, int64_t even,
                                      int64_t unit);
  Value getRowPointer(const TileMemory &memory, mlir::Type element, Value row);
  void emitDotRows(tile::DotOp op, TileMemory a, TileMemory b, TileMemory result);
  int64_t getRegisterLanes(mlir::Type element) const;
  /// Vectors of a register block.
  int64_t widestPanel() const { return vectorBits == 512 ? 3 : 2; }

  // LowerDotPairs.cpp: factors of bf16.
  void lowerDotOfBf16(tile::DotOp op, TileMemory left, TileMemory right, TileMemory result);
  TileMemory allocatePanel(const TileShape &shape);
  TileMemory allocateTurned(const TileShape &shape);
  void packPairs(const TileShape &shape, GroupReader read, TileMemory panel);
  void fillPanel(TileMemory panel, const TileShape &shape, int64_t from);
  void packTurned(const TileShape &shape, GroupReader read, TileMemory memory);
  TileMemory getTurned(TileMemory memory);
  TileMemory transposePairs(TileMemory source, const TileShape &shape);
  Value interleave(Value first, Value second);
  struct DotLines {
    TileMemory left, right;
    llvm::SmallVector<Value> rows, columns;
    int64_t lanes;
  };
  void emitPairStep(const DotLines &lines, Value pair, bool isHalf,
                    llvm::MutableArrayRef<Value> sums);

  // LowerDotTiles.cpp: products in the tile registers of AMX.
  bool hasPairInstruction(tile::DotOp op) const;
  bool isTileProduct(tile::DotOp op) const;
  void beginTiles();
  void endTiles();
  struct TileBlock;
  void emitTileProduct(tile::DotOp op, TileMemory left, TileMemory panel, TileMemory result);
  void emitLastTileRows(TileBlock block, const TileShape &shape,
                        llvm::function_ref<void(const TileBlock &)> emit);
  void emitTileBlock(const TileBlock &block, Value column, int64_t registers);
  void loadLeftTile(const TileBlock &block, int64_t number, Value k, int64_t depth);

  // LowerControl.cpp
  void lowerBlock(mlir::Block &block);
  void lowerOperation(Operation *op);
  void lowerScalar(Operation *op);
  void lowerFor(mlir::scf::ForOp op);
  void lowerIf(mlir::scf::IfOp op);
  void yieldTiles(mlir::scf::YieldOp yield, llvm::ArrayRef<TileMemory> destinations);
  void emitYield(mlir::scf::YieldOp yield);
  void lowerSize(tile::SizeOp op);
  mlir::Type convertScalar(mlir::Type type);
  mlir::LogicalResult checkSupported();

  tile::KernelOp kernel;
  int64_t vectorBits;
  Bf16Products bf16;
  Emitter b;
  Value sizesTable;
  mlir::Block *entry = nullptr;

  mlir::IRMapping scalars;
  llvm::DenseMap<Value, TileMemory> tiles;
  llvm::DenseMap<Value, ViewMemory> views;
  llvm::DenseMap<Value, InlineLoad> inlineLoads;
  /// What is emitted now runs only for tiles inside all the views they come from and go to.
  bool isInsideViews = false;
  llvm::DenseMap<Operation *, Operation *> roots;
  /// The tile whose next value this yielded value is.
  llvm::DenseMap<Value, CarriedTile *> carried;
  /// The tiles carried by the loops around the current op.
  llvm::SmallVector<CarriedTile *> slots;

  llvm::DenseMap<Operation *, Update> updates;
  llvm::DenseMap<Operation *, Operation *> finishes;
  /// Of the product that is computed now.
  std::optional<Finish> finish;

  /// A tile that the product computed now will load next: rows in memory, each of so many cache
  /// lines.
  struct Ahead {
    Value base, rowStride;
    mlir::Type element;
    int64_t lines = 0;
    int64_t share = 1;  ///< lines in a round of the loop along k
    int64_t blocks = 1; ///< of registers that ask for them
    int64_t rounds = 1; ///< of each
  };
  llvm::SmallVector<Ahead> ahead;
  /// The number of the block of registers that is emitted, if it asks for lines.
  Value askingNow;

  struct Owned {
    Value tile;
    TileMemory memory;
    mlir::Block *block;
  };
  llvm::SmallVector<Owned> owned;
  llvm::SmallVector<Value> freeBuffers;
  llvm::DenseMap<Value, int64_t> bufferBytes;
  int64_t stackBytes = 0;
  /// What rows of factors beyond their views read (LowerLoad.cpp).
  Value zeroRow;
  int64_t zeroRowBytes = 0;
};

/// True for values of tile type.
inline bool isTile(mlir::Value value) { return llvm::isa<mlir::RankedTensorType>(value.getType()); }

} // namespace weft::compiler

#endif
