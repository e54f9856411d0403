// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a product will load next is asked for while it multiplies. Its factors come from memory in
// short runs, rows of a matrix thousands of bytes apart, which processors do not foresee: a task
// that packs a panel waits for most of its lines. The next tile of a load is that of the next
// iteration of the loop around it, after the last one that of the first iteration of a later task:
// tasks are picked up in order, by several threads. Between the steps along k there is room for one
// more instruction.
#include "compiler/lower/TileToX86/Lowering.h"

using namespace mlir;

namespace weft::compiler {

/// Two threads work at this task and the next. With more of them, what this task asks for comes
/// from memory into the cache they share.
static constexpr int64_t tasksAhead = 2;
/// Of a cache.
static constexpr int64_t lineBytes = 64;
/// In one round: more would wait for each other.
static constexpr int64_t mostAtOnce = 4;
/// llvm.prefetch's locality: the panel is packed from there.
static constexpr unsigned intoSecondCache = 2;

namespace {

/// Scalars as they will be when some values have changed.
class LaterScalars {
public:
  LaterScalars(Emitter &b, IRMapping &now) : b(b), now(now) {}

  void change(Value scalar, Value later) { changed[scalar] = later; }

  /// Null if that is more than arithmetic.
  Value get(Value scalar) {
    auto [known, isNew] = changed.try_emplace(scalar, Value());
    if (!isNew)
      return known->second;
    Value later = compute(scalar);
    changed[scalar] = later;
    return later;
  }

private:
  Value compute(Value scalar) {
    Operation *op = scalar.getDefiningOp();
    if (!op)
      return now.lookupOrNull(scalar);
    SmallVector<Value> operands;
    bool isSame = true;
    for (Value operand : op->getOperands()) {
      operands.push_back(get(operand));
      if (!operands.back())
        return {};
      isSame &= operands.back() == now.lookupOrNull(operand);
    }
    if (isSame && op->getNumRegions() == 0)
      return now.lookupOrNull(scalar);
    if (isa<arith::DivUIOp, arith::RemUIOp>(op) &&
        operands[1] != now.lookupOrNull(op->getOperand(1)))
      return {}; // which may be by zero
    if (!isa<arith::AddIOp, arith::SubIOp, arith::MulIOp, arith::DivUIOp, arith::RemUIOp,
             arith::MinSIOp, arith::MaxSIOp, arith::MinUIOp, arith::MaxUIOp>(op))
      return {};
    OperationState state(b.getLoc(), op->getName());
    state.addOperands(operands);
    state.addTypes(b.getI64Type());
    return b.create(state)->getResult(0);
  }

  Emitter &b;
  IRMapping &now;
  llvm::DenseMap<Value, Value> changed;
};

} // namespace

/// The window of a load after some scalars have changed, or nothing.
static std::optional<Window> getLater(Emitter &b, LaterScalars &later, IRMapping &scalars,
                                      tile::LoadOp op) {
  auto view = op.getView().getDefiningOp<tile::ViewOp>();
  Window window;
  window.element = view.getType().getElement();
  SmallVector<Value> numbers;
  auto take = [&](Value scalar) {
    numbers.push_back(later.get(scalar));
    return numbers.back() != nullptr;
  };
  if (!take(view.getOffset()) || !llvm::all_of(op.getIndices(), take) ||
      !llvm::all_of(view.getSizes(), take) || !llvm::all_of(view.getStrides(), take))
    return std::nullopt;
  window.row = numbers[1];
  window.column = numbers[2];
  window.rows = numbers[3];
  window.columns = numbers[4];
  window.rowStride = numbers[5];
  window.columnStride = numbers[6];
  Value start = b.add(numbers[0], b.add(b.mul(window.row, window.rowStride),
                                        b.mul(window.column, window.columnStride)));
  window.base = b.offset(window.element, scalars.lookup(view.getArray()), start);
  return window;
}

/// Where the load will find its tile the next time, if that lies inside its view; else `now`.
Value KernelLowering::getNextTile(tile::LoadOp op, Value now) {
  TileShape shape = TileShape::get(op.getType());
  auto choose = [&](LaterScalars &later, Value otherwise) {
    std::optional<Window> window = getLater(b, later, scalars, op);
    return window ? b.select(isInside(*window, shape), window->base, otherwise) : otherwise;
  };
  LaterScalars ofTask(b, scalars);
  ofTask.change(kernel.getTask(), b.add(scalars.lookup(kernel.getTask()), b.makeI64(tasksAhead)));
  auto loop = dyn_cast<scf::ForOp>(op->getParentOp());
  if (!loop)
    return choose(ofTask, now);
  Value first = ofTask.get(loop.getLowerBound()), next = now;
  ofTask.change(loop.getInductionVar(), first);
  if (first)
    next = choose(ofTask, now);
  LaterScalars ofLoop(b, scalars);
  Value following = b.add(scalars.lookup(loop.getInductionVar()), scalars.lookup(loop.getStep()));
  ofLoop.change(loop.getInductionVar(), following);
  Value hasNext = b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::slt, following,
                                                scalars.lookup(loop.getUpperBound()));
  return b.select(hasNext, choose(ofLoop, now), next);
}

/// Finds what a product of so many blocks of registers will load next.
void KernelLowering::lookAhead(tile::DotOp op, int64_t blocks) {
  for (Value factor : {op.getA(), op.getB()}) {
    auto load = factor.getDefiningOp<tile::LoadOp>();
    if (!load || load->getBlock() != op->getBlock() ||
        cast<RankedTensorType>(load.getType()).getRank() != 2)
      continue;
    TileShape shape = TileShape::get(load.getType());
    Window now = getWindow(load.getView(), load.getIndices());
    bool isDown = b.getConstant(now.rowStride) == 1 && b.getConstant(now.columnStride) != 1;
    // The rows of a left factor are read in order, where they lie: processors foresee that.
    if (factor == op.getA() ? !isDown : !isDown && b.getConstant(now.columnStride) != 1)
      continue;
    int64_t length = isDown ? shape.rows : shape.columns;
    Ahead tile;
    tile.base = getNextTile(load, now.base);
    tile.rowStride = isDown ? now.columnStride : now.rowStride;
    tile.element = shape.element;
    tile.lines = llvm::divideCeil(length * getByteSize(shape.element), lineBytes);
    int64_t all = tile.lines * (isDown ? shape.columns : shape.rows);
    int64_t depth = TileShape::get(op.getA().getType()).columns;
    tile.rounds = depth / (isDotOfBf16(op) ? 2 : 1) / dotUnroll;
    if (tile.base == now.base || tile.rounds == 0)
      continue;
    tile.share = std::min<int64_t>(llvm::divideCeil(all, blocks * tile.rounds), mostAtOnce);
    tile.blocks = std::clamp<int64_t>(all / (tile.rounds * tile.share), 1, blocks);
    ahead.push_back(tile);
  }
}

/// The first blocks of registers ask, so many of them.
int64_t KernelLowering::getAskingBlocks() const {
  int64_t most = 0;
  for (const Ahead &tile : ahead)
    most = std::max(most, tile.blocks);
  return most;
}

/// Asks for the lines that are due in one round of a block's loop along k.
void KernelLowering::emitAhead(Value round) {
  for (const Ahead &tile : ahead) {
    // Where another tile has more lines, the last blocks ask again for lines that are there.
    Value block = b.createOrFold<arith::MinUIOp>(askingNow, b.makeI64(tile.blocks - 1));
    Value number = b.mul(b.add(b.mul(block, b.makeI64(tile.rounds)), round), b.makeI64(tile.share));
    for (int64_t i = 0; i < tile.share; ++i) {
      Value line = b.add(number, b.makeI64(i));
      Value row = b.createOrFold<arith::DivUIOp>(line, b.makeI64(tile.lines));
      Value within = b.createOrFold<arith::RemUIOp>(line, b.makeI64(tile.lines));
      Value pointer = b.offset(tile.element, tile.base, b.mul(row, tile.rowStride));
      pointer = b.offset(b.getI8Type(), pointer, b.mul(within, b.makeI64(lineBytes)));
      LLVM::Prefetch::create(b, pointer, /*rw=*/0, intoSecondCache, /*cache=*/1);
    }
  }
}

} // namespace weft::compiler
