// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Dot products of bf16 with sums in f32. What instructions for them take is a pair of neighbours
// along k in 32 bits, so both factors are read as such pairs, whatever the instruction:
//
//   right  [K/2][N] pairs, a packed panel: rows of b are interleaved by twos; b^T, whose pairs are
//          together already, is transposed as elements of 32 bits
//   left   [M][K], where it lies; stored down its columns, it is packed like the right one
//          (TileMemory::isPaired), or turned into [M][K] for tile registers
//
// The pair of an odd last k is filled up with zeros on both sides: what padding holds may be NaN.
#include "compiler/lower/TileToMachine/NarrowFloats.h"
#include "compiler/lower/TileToX86/Lowering.h"

using namespace mlir;

namespace weft::compiler {

/// Rows, and pairs of k, of a tile register of AMX: panels are filled up to them.
static constexpr int64_t tileRows = 16, tilePairs = 16;

bool KernelLowering::isDotOfBf16(tile::DotOp op) {
  return cast<RankedTensorType>(op.getA().getType()).getElementType().isBF16();
}

/// vdpbf16ps on as many lanes as a register block has.
bool KernelLowering::hasPairInstruction(tile::DotOp op) const {
  return bf16 != Bf16Products::Widened && TileShape::get(op.getType()).lanes >= 4;
}

/// Elements of two rows, in turn, as pairs.
Value KernelLowering::interleave(Value first, Value second) {
  int64_t lanes = cast<VectorType>(first.getType()).getDimSize(0);
  SmallVector<int32_t> order;
  for (int32_t i = 0; i < lanes; ++i)
    order.append({i, static_cast<int32_t>(lanes) + i});
  return LLVM::BitcastOp::create(b, VectorType::get({lanes}, b.getI32Type()),
                                 b.shuffle(first, second, order));
}

/// Memory for the pairs of a tile [K, columns].
TileMemory KernelLowering::allocatePanel(const TileShape &shape) {
  int64_t pairs = llvm::divideCeil(shape.rows, 2);
  if (bf16 == Bf16Products::Tiles)
    pairs = llvm::alignTo(pairs, tilePairs);
  TileMemory panel = allocateBytes(pairs * shape.padded * 4, shape.padded);
  panel.isPaired = true;
  return panel;
}

/// Packs a tile [K, columns], which is read once.
void KernelLowering::packPairs(const TileShape &shape, GroupReader read, TileMemory panel) {
  int64_t pairs = llvm::divideCeil(shape.rows, 2);
  Type word = b.getI32Type();
  b.loop(0, shape.rows / 2, 1, [&](Value pair) {
    b.loop(0, shape.padded, shape.lanes, [&](Value column) {
      Value first = b.mul(pair, b.makeI64(2)), second = b.add(first, b.makeI64(1));
      Value group = interleave(read(first, column), read(second, column));
      b.store(group, getElementPointer(panel, word, pair, column));
    });
  });
  if (shape.rows % 2 != 0)
    b.loop(0, shape.padded, shape.lanes, [&](Value column) {
      Value last = read(b.makeI64(shape.rows - 1), column);
      Value group = interleave(last, b.makeZeros(shape.element, shape.lanes));
      b.store(group, getElementPointer(panel, word, b.makeI64(pairs - 1), column));
    });
  fillPanel(panel, shape, pairs);
}

/// Zeros for pairs that only whole tile registers read.
void KernelLowering::fillPanel(TileMemory panel, const TileShape &shape, int64_t from) {
  if (bf16 != Bf16Products::Tiles)
    return;
  int64_t pairs = llvm::alignTo(llvm::divideCeil(shape.rows, 2), tilePairs);
  b.loop(from, pairs, 1, [&](Value pair) {
    b.loop(0, shape.padded, shape.lanes, [&](Value column) {
      b.store(b.makeZeros(b.getI32Type(), shape.lanes),
              getElementPointer(panel, b.getI32Type(), pair, column));
    });
  });
}

/// Memory for a left factor [M, K] that is read as [K, M].
TileMemory KernelLowering::allocateTurned(const TileShape &shape) {
  if (bf16 != Bf16Products::Tiles) {
    // A block of registers reads a little of each line: a line more keeps them out of each other's
    // place in the first cache.
    int64_t stride = shape.padded + tileRows;
    TileMemory panel = allocateBytes(llvm::divideCeil(shape.rows, 2) * stride * 4, stride);
    panel.isPaired = true;
    return panel;
  }
  int64_t depth = llvm::alignTo(shape.rows, 2 * tilePairs);
  TileMemory rows = allocateBytes(llvm::alignTo(shape.columns, tileRows) * depth * 2, depth);
  rows.isFilled = true;
  return rows;
}

/// How the rows of a left factor are read from this memory.
TileMemory KernelLowering::getTurned(TileMemory memory) {
  if (!memory.isPaired)
    return memory;
  TileMemory turned{memory.base, b.makeI64(1), memory.rowStride};
  turned.isPaired = true;
  return turned;
}

/// Packs a left factor [M, K] from its columns: `shape` is [K, M].
void KernelLowering::packTurned(const TileShape &shape, GroupReader read, TileMemory memory) {
  if (memory.isPaired)
    return packPairs(shape, read, memory);
  // Squares of pairs.
  int64_t size = shape.lanes, depth = llvm::alignTo(shape.rows, 2 * tilePairs);
  auto square = [&](Value k, Value column, int64_t left) {
    SmallVector<Value> lines;
    Value zeros = b.makeZeros(shape.element, size);
    for (int64_t i = 0; i < size; ++i) {
      auto line = [&](int64_t at) {
        return at < left ? read(b.add(k, b.makeI64(at)), column) : zeros;
      };
      Value first = line(2 * i), second = line(2 * i + 1);
      lines.push_back(interleave(first, second));
    }
    transposeSquare(lines);
    for (int64_t i = 0; i < size; ++i)
      b.store(lines[i], getElementPointer(memory, shape.element, b.add(column, b.makeI64(i)), k));
  };
  b.loop(0, shape.padded, size, [&](Value column) {
    int64_t whole = shape.rows / (2 * size) * 2 * size;
    b.loop(0, whole, 2 * size, [&](Value k) { square(k, column, 2 * size); });
    if (whole < shape.rows)
      square(b.makeI64(whole), column, shape.rows - whole);
    b.loop(llvm::alignTo(shape.rows, 2 * size), depth, 2 * size,
           [&](Value k) { square(k, column, 0); });
  });
}

/// The panel of b^T, from a tile [N, K] in memory.
TileMemory KernelLowering::transposePairs(TileMemory source, const TileShape &shape) {
  TileShape panelShape =
      TileShape::get(RankedTensorType::get({shape.columns, shape.rows}, shape.element));
  Type word = b.getI32Type();
  // Lines hold nothing beyond their padding.
  int64_t size = std::min(
      {shape.padded / 2 & -(shape.padded / 2), panelShape.lanes, getRegisterLanes(word), tileRows});
  int64_t stored = llvm::alignTo(llvm::divideCeil(shape.columns, 2), size);
  TileShape storedShape = panelShape;
  storedShape.rows = 2 * stored;
  TileMemory panel = allocatePanel(storedShape);
  auto square = [&](Value row, Value pair, int64_t rows, int64_t left) {
    SmallVector<Value> lines;
    for (int64_t i = 0; i < size; ++i) {
      // The last square repeats its last row: what padding holds is never observed.
      Value line =
          getRowPointer(source, shape.element, b.add(row, b.makeI64(std::min(i, rows - 1))));
      Value pairs = b.loadPairs(b.offset(word, line, pair), size);
      if (left < 2 * size) {
        SmallVector<int32_t> mask;
        for (int64_t at = 0; at < 2 * size; at += 2)
          mask.push_back(at + 1 < left ? -1 : at < left ? 0xFFFF : 0);
        Value inside = arith::ConstantOp::create(
            b, DenseElementsAttr::get(cast<VectorType>(pairs.getType()), ArrayRef(mask)));
        pairs = arith::AndIOp::create(b, pairs, inside);
      }
      lines.push_back(pairs);
    }
    transposeSquare(lines);
    for (int64_t i = 0; i < size; ++i)
      b.store(lines[i], getElementPointer(panel, word, b.add(pair, b.makeI64(i)), row));
  };
  int64_t wholeRows = shape.rows / size * size, wholePairs = shape.columns / (2 * size) * size;
  auto column = [&](Value pair, int64_t left) {
    b.loop(0, wholeRows, size, [&](Value row) { square(row, pair, size, left); });
    if (wholeRows < shape.rows)
      square(b.makeI64(wholeRows), pair, shape.rows - wholeRows, left);
  };
  b.loop(0, wholePairs, size, [&](Value pair) { column(pair, 2 * size); });
  if (2 * wholePairs < shape.columns)
    column(b.makeI64(wholePairs), shape.columns - 2 * wholePairs);
  fillPanel(panel, panelShape, stored);
  return panel;
}

/// sums += a pair of a times a pair of b, for all rows and columns of a register block.
void KernelLowering::emitPairStep(const DotLines &lines, Value pair, bool isHalf,
                                  MutableArrayRef<Value> sums) {
  Type word = b.getI32Type();
  SmallVector<Value> right;
  for (Value column : lines.columns)
    right.push_back(b.load(word, getElementPointer(lines.right, word, pair, column), lines.lanes));
  Value stride = lines.left.isPaired ? lines.left.columnStride : b.makeI64(1);
  auto loadLeft = [&](Value row) {
    Value pointer = b.offset(word, row, b.mul(pair, stride));
    if (!isHalf || lines.left.isPaired)
      return b.splat(b.loadPairs(pointer, 0), lines.lanes);
    Value element = b.loadScalar(b.getI16Type(), pointer);
    return b.splat(arith::ExtUIOp::create(b, word, element), lines.lanes);
  };
  auto type = VectorType::get({lines.lanes}, b.getF32Type());
  size_t vectors = right.size();
  if (bf16 != Bf16Products::Widened && lines.lanes >= 4) {
    StringAttr name =
        b.getStringAttr("llvm.x86.avx512bf16.dpbf16ps." + Twine(32 * lines.lanes).str());
    auto pairs = VectorType::get({2 * lines.lanes}, b.getBF16Type());
    for (Value &vector : right)
      vector = LLVM::BitcastOp::create(b, pairs, vector);
    for (auto [i, row] : llvm::enumerate(lines.rows)) {
      Value left = LLVM::BitcastOp::create(b, pairs, loadLeft(row));
      for (size_t v = 0; v < vectors; ++v) {
        Value &sum = sums[i * vectors + v];
        sum = LLVM::CallIntrinsicOp::create(b, type, name, {sum, left, right[v]}).getResult(0);
      }
    }
    return;
  }
  auto widenLow = [&](Value pairs) -> Value {
    Value bits = arith::ShLIOp::create(b, pairs, b.makeInt(pairs.getType(), 16));
    return arith::BitcastOp::create(b, type, bits);
  };
  auto widenHigh = [&](Value pairs) -> Value {
    Value bits = arith::AndIOp::create(b, pairs, b.makeInt(pairs.getType(), -65536));
    return arith::BitcastOp::create(b, type, bits);
  };
  for (size_t i = 0; i < lines.rows.size(); ++i) {
    Value left = loadLeft(lines.rows[i]), low = widenLow(left), high = widenHigh(left);
    for (size_t v = 0; v < vectors; ++v) {
      Value &sum = sums[i * vectors + v];
      sum = LLVM::FMAOp::create(b, low, widenLow(right[v]), sum);
      sum = LLVM::FMAOp::create(b, high, widenHigh(right[v]), sum);
    }
  }
}

void KernelLowering::lowerDotOfBf16(tile::DotOp op, TileMemory left, TileMemory right,
                                    TileMemory result) {
  TileShape leftShape = TileShape::get(op.getA().getType()),
            rightShape = TileShape::get(op.getB().getType());
  auto readFrom = [&](TileMemory memory, const TileShape &shape) {
    return [this, memory, shape](Value row, Value column) {
      return b.load(shape.element, getElementPointer(memory, shape.element, row, column),
                    shape.lanes);
    };
  };
  TileMemory panel = right, rows = left;
  if (op.getTransposeB()) {
    panel = transposePairs(right, rightShape);
  } else if (!right.isPaired) {
    panel = allocatePanel(rightShape);
    packPairs(rightShape, readFrom(right, rightShape), panel);
  }
  // A transposed tile is its operand's memory.
  if (!left.isPaired && left.columnStride && b.getConstant(left.columnStride) != 1) {
    TileShape turned = TileShape::get(
        RankedTensorType::get({leftShape.columns, leftShape.rows}, leftShape.element));
    TileMemory source{left.base, left.columnStride};
    TileMemory memory = allocateTurned(turned);
    packTurned(turned, readFrom(source, turned), memory);
    rows = getTurned(memory);
  }
  if (isTileProduct(op))
    emitTileProduct(op, rows, panel, result);
  else
    emitDotBlocks(op, rows, panel, result);
  if (panel.base != right.base)
    release(panel);
  if (rows.base != left.base)
    release(rows);
}

/// Every reader is a dot product that reads the tile as its right operand, row by row.
static bool isReadAsRows(tile::LoadOp op) {
  return llvm::all_of(op->getUses(), [](OpOperand &use) {
    auto dot = dyn_cast<tile::DotOp>(use.getOwner());
    return dot && use.getOperandNumber() == 1 && !dot.getTransposeB();
  });
}

/// Packs a factor of bf16 as it is loaded, if all its readers want it packed alike.
bool KernelLowering::loadPairs(tile::LoadOp op, const TileShape &shape, Window window, Value fill) {
  if (cast<RankedTensorType>(op.getType()).getRank() != 2)
    return false;
  if (isReadAsRows(op)) {
    TileMemory panel = allocatePanel(shape);
    own(op.getResult(), panel, op->getBlock());
    readWindow(window, shape, fill, [&](GroupReader read) { packPairs(shape, read, panel); });
    bind(op.getResult(), panel);
    return true;
  }
  if (!isReadByElement(op.getResult()) || b.getConstant(window.rowStride) != 1 ||
      b.getConstant(window.columnStride).value_or(1) == 1)
    return false;
  std::swap(window.row, window.column);
  std::swap(window.rows, window.columns);
  std::swap(window.rowStride, window.columnStride);
  TileShape turned =
      TileShape::get(RankedTensorType::get({shape.columns, shape.rows}, shape.element));
  TileMemory memory = allocateTurned(turned);
  own(op.getResult(), memory, op->getBlock());
  readWindow(window, turned, fill, [&](GroupReader read) { packTurned(turned, read, memory); });
  bind(op.getResult(), getTurned(memory));
  return true;
}

} // namespace weft::compiler
