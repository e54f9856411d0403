// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Dot products: register blocks of rows x vectors, the loop over k innermost, accumulators in
// registers.
#include "compiler/lower/TileToX86/Lowering.h"

using namespace mlir;

namespace weft::compiler {

int64_t KernelLowering::getRegisterLanes(Type element) const {
  return vectorBits / element.getIntOrFloatBitWidth();
}

/// Rows of accumulators beside `vectors` vectors of b and one broadcast of a in 32 or 16 registers.
/// Widened, both halves of b's pairs wait for both halves of a's.
static int64_t getMaxRows(int64_t vectorBits, int64_t vectors, bool isWidened) {
  int64_t registers = vectorBits == 512 ? 32 : 16;
  int64_t factors = isWidened ? 2 * vectors + 3 : vectors + 1;
  // Each row also takes a general register for its address: more than 8 would be reloaded in the
  // loop.
  return std::min(largestDotBlock, (registers - factors) / vectors);
}

/// Where tile.shear and tile.unshear leave only a band of a product's columns or factors, blocks of
/// rows keep to it. `narrow` is the tile [R, C] beside the wide one.
static tile::ShearOp getOnlyShear(Value product) {
  auto shear = dyn_cast<tile::ShearOp>(*product.user_begin());
  return shear && product.hasOneUse() ? shear : tile::ShearOp();
}

int64_t KernelLowering::countDotColumns(tile::DotOp op) {
  int64_t columns = TileShape::get(op.getType()).columns;
  tile::ShearOp shear = getOnlyShear(op.getResult());
  if (!shear)
    return columns;
  TileShape narrow = TileShape::get(shear.getType());
  return std::min(columns, narrow.columns + std::min(narrow.rows, largestDotBlock) - 1);
}

/// The first column of a block of rows that is read.
Value KernelLowering::getFirstDotColumn(tile::DotOp op, Value row, int64_t rows, int64_t computed) {
  if (!getOnlyShear(op.getResult()))
    return b.makeI64(0);
  TileShape wide = TileShape::get(op.getType());
  Value first = b.createOrFold<arith::SubIOp>(b.makeI64(wide.rows - rows), row);
  return b.createOrFold<arith::MinSIOp>(first, b.makeI64(wide.padded - computed));
}

/// The range of k, of multiples of `unit`, 2 or 4, outside of which the rows of a hold only zeros.
std::pair<Value, Value> KernelLowering::getDotRange(tile::DotOp op, Value row, int64_t rows,
                                                    int64_t even, int64_t unit) {
  auto exchange = op.getA().getDefiningOp<tile::TransposeOp>();
  Value factor = exchange ? exchange.getInput() : op.getA();
  auto unshear = factor.getDefiningOp<tile::UnshearOp>();
  if (!unshear)
    return {b.makeI64(0), b.makeI64(even)};
  // Both ways, row r and window index x meet where 0 <= x + r - (R - 1) < C.
  TileShape narrow = TileShape::get(unshear.getInput().getType());
  Value first = b.createOrFold<arith::SubIOp>(b.makeI64(narrow.rows - rows), row);
  Value past =
      b.createOrFold<arith::SubIOp>(b.makeI64(narrow.rows + narrow.columns + unit - 2), row);
  first = b.createOrFold<arith::MaxSIOp>(first, b.makeI64(0));
  past = b.createOrFold<arith::MinSIOp>(past, b.makeI64(even));
  Value units = b.makeI64(-unit);
  return {b.createOrFold<arith::AndIOp>(first, units), b.createOrFold<arith::AndIOp>(past, units)};
}

/// Where a row of a factor begins, also one outside its view.
Value KernelLowering::getRowPointer(const TileMemory &memory, Type element, Value row) {
  Value pointer = b.offset(element, memory.base, b.mul(row, memory.rowStride));
  if (!memory.rowCount)
    return pointer;
  return b.select(b.isBelow(b.add(memory.firstRow, row), memory.rowCount), pointer, memory.zeros);
}

void KernelLowering::emitDotBlock(tile::DotOp op, TileMemory left, TileMemory right,
                                  TileMemory result, Value row, Value column, int64_t rows,
                                  int64_t vectors) {
  TileShape shape = TileShape::get(op.getType());
  Type element = shape.element;
  int64_t lanes = std::min(shape.lanes, getRegisterLanes(element));
  TileShape leftShape = TileShape::get(op.getA().getType());
  int64_t depth = leftShape.columns;
  SmallVector<Value> rowNumbers, columns, accumulators, leftRows;
  for (int64_t i = 0; i < rows; ++i) {
    rowNumbers.push_back(b.add(row, b.makeI64(i)));
    leftRows.push_back(
        getRowPointer(left, left.isPaired ? b.getI32Type() : leftShape.element, rowNumbers[i]));
  }
  for (int64_t v = 0; v < vectors; ++v)
    columns.push_back(b.add(column, b.makeI64(v * lanes)));
  for (Value r : rowNumbers)
    for (Value c : columns) {
      Memo memo;
      accumulators.push_back(emitElements(op.getAcc(), r, c, lanes, memo));
    }
  Value leftStride = left.columnStride ? left.columnStride : b.makeI64(1);
  auto step = [&](Value k, MutableArrayRef<Value> sums) {
    SmallVector<Value> columnsOfB;
    for (Value c : columns)
      columnsOfB.push_back(b.load(element, getElementPointer(right, element, k, c), lanes));
    for (int64_t i = 0; i < rows; ++i) {
      Value pointer = b.offset(element, leftRows[i], b.mul(k, leftStride));
      Value a = b.splat(b.loadScalar(element, pointer), lanes);
      for (int64_t v = 0; v < vectors; ++v)
        sums[i * vectors + v] = LLVM::FMAOp::create(b, a, columnsOfB[v], sums[i * vectors + v]);
    }
  };
  DotLines lines{left, right, leftRows, columns, lanes};
  auto stepPair = [&](Value pair, MutableArrayRef<Value> sums) {
    emitPairStep(lines, pair, /*isHalf=*/false, sums);
  };
  constexpr int64_t unroll = dotUnroll;
  int64_t width = isDotOfBf16(op) ? 2 : 1; // of what is added in one step
  int64_t steps = depth / width, even = steps / unroll * unroll;
  auto [from, to] = getDotRange(op, row, rows, even * width, unroll * width);
  if (width == 2) {
    from = b.createOrFold<arith::ShRUIOp>(from, b.makeI64(1));
    to = b.createOrFold<arith::ShRUIOp>(to, b.makeI64(1));
  }
  accumulators = b.loop(from, to, unroll, accumulators, [&](Value k, ArrayRef<Value> carried) {
    SmallVector<Value> sums(carried);
    for (int64_t i = 0; i < unroll; ++i)
      width == 2 ? stepPair(b.add(k, b.makeI64(i)), sums) : step(b.add(k, b.makeI64(i)), sums);
    if (askingNow)
      emitAhead(b.createOrFold<arith::DivUIOp>(k, b.makeI64(unroll)));
    return sums;
  });
  for (int64_t k = even; k < steps; ++k)
    width == 2 ? stepPair(b.makeI64(k), accumulators) : step(b.makeI64(k), accumulators);
  if (steps * width < depth)
    emitPairStep(lines, b.makeI64(steps), /*isHalf=*/true, accumulators);
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t v = 0; v < vectors; ++v)
      b.store(accumulators[i * vectors + v],
              finish ? getElementPointer(finish->block, element, b.makeI64(i), b.makeI64(v * lanes))
                     : getElementPointer(result, element, rowNumbers[i], columns[v]));
  if (finish)
    emitFinish(op, row, column, rows, vectors * lanes);
}

void KernelLowering::emitDotPanel(tile::DotOp op, TileMemory left, TileMemory right,
                                  TileMemory result, int64_t column, int64_t vectors,
                                  int64_t computed, int64_t earlier) {
  int64_t rows = TileShape::get(op.getType()).rows;
  auto block = [&](Value row, int64_t height) {
    Value first = getFirstDotColumn(op, row, height, computed);
    emitDotBlock(op, left, right, result, row, b.add(first, b.makeI64(column)), height, vectors);
  };
  // Blocks of nearly equal height: a low last block would wait for its own additions.
  int64_t count = countDotBlocks(op, vectors), height = llvm::divideCeil(rows, count);
  int64_t end = (rows - count * (height - 1)) * height; // below it blocks are one row lower
  // The first blocks of a product ask for what it loads next.
  int64_t asking = std::clamp<int64_t>(getAskingBlocks() - earlier, 0, end / height) * height;
  auto askingBlock = [&](Value row) {
    Value number = b.createOrFold<arith::DivUIOp>(row, b.makeI64(height));
    askingNow = b.add(number, b.makeI64(earlier));
    block(row, height);
    askingNow = {};
  };
  b.loop(0, asking, height, askingBlock);
  b.loop(asking, end, height, [&](Value row) { block(row, height); });
  if (end < rows)
    b.loop(end, rows, height - 1, [&](Value row) { block(row, height - 1); });
}

/// Blocks of registers, one below the other, in a panel of so many vectors.
int64_t KernelLowering::countDotBlocks(tile::DotOp op, int64_t vectors) {
  // Panels of a band have the same blocks: where it begins depends on them.
  int64_t widest = getOnlyShear(op.getResult()) ? widestPanel() : vectors;
  bool isWidened = isDotOfBf16(op) && !hasPairInstruction(op);
  return llvm::divideCeil(TileShape::get(op.getType()).rows,
                          getMaxRows(vectorBits, widest, isWidened));
}

void KernelLowering::emitDotBlocks(tile::DotOp op, TileMemory left, TileMemory right,
                                   TileMemory result) {
  TileShape shape = TileShape::get(op.getType());
  int64_t lanes = std::min(shape.lanes, getRegisterLanes(shape.element));
  int64_t widest = widestPanel();
  int64_t vectors = llvm::divideCeil(countDotColumns(op), lanes);
  // Panels of a band have the same blocks (emitDotPanel); widened pairs of bf16 take more
  // registers.
  bool hasFour = vectorBits == 512 && !getOnlyShear(op.getResult()) &&
                 (!isDotOfBf16(op) || hasPairInstruction(op));
  auto getWidth = [&](int64_t first) {
    int64_t remaining = vectors - first;
    // Blocks of 6 x 4 load 10 times for 24 products, two of 8 x 2 for 16 each; and a panel of one
    // vector beside one of three would read as much of a for a third of the work.
    if (remaining % 4 == 0)
      return hasFour ? 4 : remaining == 4 ? 2 : std::min(widest, remaining);
    return std::min(widest, remaining);
  };
  int64_t blocks = 0, highest = 0, rows = shape.rows;
  for (int64_t first = 0; first < vectors; first += getWidth(first)) {
    int64_t count = countDotBlocks(op, getWidth(first));
    blocks += count;
    highest = std::max<int64_t>(highest, llvm::divideCeil(rows, count));
  }
  // Addresses of more rows leave no registers for another one.
  if (highest <= highestAskingBlock)
    lookAhead(op, blocks);
  int64_t earlier = 0;
  for (int64_t first = 0, width; first < vectors; first += width) {
    width = getWidth(first);
    emitDotPanel(op, left, right, result, first * lanes, width, vectors * lanes, earlier);
    earlier += countDotBlocks(op, width);
  }
  ahead.clear();
}

/// Rows of a square of elements become its columns.
void KernelLowering::transposeSquare(SmallVector<Value> &lines) {
  int64_t size = lines.size();
  SmallVector<int32_t> low, high;
  for (int32_t i = 0; i < size / 2; ++i) {
    low.append({i, static_cast<int32_t>(size) + i});
    high.append({static_cast<int32_t>(size) / 2 + i, static_cast<int32_t>(size * 3 / 2) + i});
  }
  // log2(size) perfect shuffles of the lines transpose a square.
  for (int64_t round = 1; round < size; round *= 2) {
    SmallVector<Value> next;
    for (int64_t i = 0; i < size / 2; ++i) {
      next.push_back(b.shuffle(lines[i], lines[i + size / 2], low));
      next.push_back(b.shuffle(lines[i], lines[i + size / 2], high));
    }
    lines = next;
  }
}

/// A copy of a tile with rows and columns exchanged, in blocks of lanes x lanes elements.
TileMemory KernelLowering::transpose(TileMemory source, const TileShape &shape, TileShape &result) {
  result.element = shape.element;
  result.rows = shape.columns;
  result.columns = shape.rows;
  result.lanes = std::min<int64_t>(16, llvm::PowerOf2Ceil(result.columns));
  result.padded = llvm::alignTo(result.columns, result.lanes);
  int64_t size = std::min({shape.lanes, result.lanes, getRegisterLanes(shape.element)});
  TileShape stored = result;
  stored.rows = llvm::alignTo(shape.columns, size);
  TileMemory memory = allocateBytes(stored.getByteSize(), result.padded);
  auto block = [&](Value row, Value column, int64_t rows) {
    SmallVector<Value> lines;
    for (int64_t i = 0; i < size; ++i) {
      // The last block repeats its last row: what padding holds is never observed.
      Value line = b.add(row, b.makeI64(std::min(i, rows - 1)));
      Value pointer = b.offset(shape.element, getRowPointer(source, shape.element, line), column);
      lines.push_back(b.load(shape.element, pointer, size));
    }
    transposeSquare(lines);
    for (int64_t i = 0; i < size; ++i)
      b.store(lines[i], getElementPointer(memory, shape.element, b.add(column, b.makeI64(i)), row));
  };
  int64_t whole = shape.rows / size * size;
  b.loop(0, stored.rows, size, [&](Value column) {
    b.loop(0, whole, size, [&](Value row) { block(row, column, size); });
    if (whole < shape.rows)
      block(b.makeI64(whole), column, shape.rows - whole);
  });
  return memory;
}

/// acc + a b^T for few rows of a: partial sums over k in the lanes, combined at the end.
void KernelLowering::emitDotRows(tile::DotOp op, TileMemory left, TileMemory right,
                                 TileMemory result) {
  TileShape shape = TileShape::get(op.getA().getType());
  TileShape out = TileShape::get(op.getType());
  Type element = shape.element;
  Type type = VectorType::get({shape.lanes}, element);
  Value zero = b.makeFloat(type, 0.0);
  int64_t whole = shape.columns / shape.lanes * shape.lanes;
  auto block = [&](Value first, int64_t count) {
    SmallVector<Value> columns, sums;
    for (int64_t n = 0; n < count; ++n)
      columns.push_back(b.add(first, b.makeI64(n)));
    auto step = [&](Value k, ArrayRef<Value> carried, Value mask) {
      auto read = [&](TileMemory memory, Value line) {
        Value pointer = getElementPointer(memory, element, line, k);
        Value elements = b.load(element, pointer, shape.lanes);
        return mask ? b.select(mask, elements, zero) : elements;
      };
      SmallVector<Value> rows, next;
      for (int64_t m = 0; m < shape.rows; ++m)
        rows.push_back(read(left, b.makeI64(m)));
      for (int64_t n = 0; n < count; ++n) {
        Value column = read(right, columns[n]);
        for (int64_t m = 0; m < shape.rows; ++m)
          next.push_back(LLVM::FMAOp::create(b, rows[m], column, carried[n * shape.rows + m]));
      }
      return next;
    };
    sums.assign(count * shape.rows, zero);
    sums = b.loop(0, whole, shape.lanes, sums,
                  [&](Value k, ArrayRef<Value> carried) { return step(k, carried, Value()); });
    if (!shape.isWhole()) {
      Value lanes = b.makeLaneNumbers(shape.lanes);
      Value mask = b.isBelow(lanes, b.makeInt(lanes.getType(), shape.columns - whole));
      sums = step(b.makeI64(whole), sums, mask);
    }
    for (int64_t n = 0; n < count; ++n)
      for (int64_t m = 0; m < shape.rows; ++m) {
        Memo memo;
        Value row = b.makeI64(m);
        Value acc = b.extractLane(emitElements(op.getAcc(), row, columns[n], 1, memo), 0);
        Value sum = combineLanes(tile::Reduction::sum, sums[n * shape.rows + m]);
        b.store(arith::AddFOp::create(b, acc, sum),
                getElementPointer(result, element, row, columns[n]));
      }
  };
  constexpr int64_t width = 4;
  int64_t end = out.columns / width * width;
  b.loop(0, end, width, [&](Value first) { block(first, width); });
  if (end < out.columns)
    block(b.makeI64(end), out.columns - end);
}

bool KernelLowering::isDotOfFewRows(tile::DotOp op) {
  // With more rows the transposed copy of b is worth its time.
  return op.getTransposeB() && TileShape::get(op.getType()).rows < 4 && !isDotOfBf16(op);
}

void KernelLowering::lowerDot(tile::DotOp op) {
  if (!getFinish(op))
    computeDot(op);
}

void KernelLowering::computeDot(tile::DotOp op) {
  TileMemory left = getMemory(op.getA(), op);
  TileMemory right = getMemory(op.getB(), op);
  TileMemory result = finish ? TileMemory() : getDotResult(op);
  if (isDotOfBf16(op)) {
    lowerDotOfBf16(op, left, right, result);
  } else if (!op.getTransposeB()) {
    emitDotBlocks(op, left, right, result);
  } else if (isDotOfFewRows(op)) {
    emitDotRows(op, left, right, result);
  } else {
    TileShape exchanged;
    TileMemory columns = transpose(right, TileShape::get(op.getB().getType()), exchanged);
    emitDotBlocks(op, left, columns, result);
    release(columns);
  }
  if (!finish)
    bind(op.getResult(), result);
}

/// The sum overwrites its accumulator's buffer where nothing reads that any more.
TileMemory KernelLowering::getDotResult(tile::DotOp op) {
  auto acc = tiles.find(op.getAcc());
  if (updates.count(op))
    return acc->second;
  if (acc == tiles.end() || !isDeadAfter(op.getAcc(), op))
    return getDestination(op.getResult());
  if (op.getAcc() == getAliased(op.getA()) || op.getAcc() == getAliased(op.getB()))
    return getDestination(op.getResult());
  for (Owned &entry : owned)
    if (entry.tile == op.getAcc() && entry.block == op->getBlock() &&
        entry.memory.base == acc->second.base) {
      entry.tile = op.getResult();
      return acc->second;
    }
  for (CarriedTile *slot : slots)
    if (slot->occupant == op.getAcc() && slot->block == op->getBlock()) {
      slot->occupant = op.getResult();
      return slot->memory;
    }
  return getDestination(op.getResult());
}

} // namespace weft::compiler
