// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products of bf16 in the tile registers of AMX: blocks of 2 x 2 accumulators of 16 rows x 16
// columns, 32 k at a time, of the layouts of LowerDotPairs.cpp. The registers are named in the
// code, so that nothing allocates, copies or spills them:
//
//   tmm0 .. tmm3  accumulators (i, j) at 2 i + j
//   tmm4, tmm5    16 rows of a each
//   tmm6, tmm7    16 columns of b each
//
// One configuration, of whole registers, serves all products of a kernel. Rows of a that must not
// be read as they lie (beyond the view or the tile, or with a last k inside a register) go through
// a copy of two registers' size; columns are whole vectors anyway (TileShape), and the last rows of
// the result have a buffer of their own.
#include "compiler/lower/TileToX86/Lowering.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace weft::compiler {

static constexpr int64_t tileRows = 16, tileColumns = 16, tilePairs = 16, tileDepth = 2 * tilePairs,
                         lineBytes = 64, tilesInBlock = 2, firstLeft = 4, firstRight = 6;

/// Rows of a product, as many as one or two registers have.
struct KernelLowering::TileBlock {
  TileShape leftShape;
  TileMemory left, panel, copy;
  /// What the sums begin with: row `sourceRow` of it; no base: zeros.
  TileMemory source;
  Value sourceRow;
  TileMemory output;
  Value outputRow;
  Value row;         ///< of a
  int64_t registers; ///< 1 or 2
  Value isInPlace;   ///< these rows of a may be read where they lie
};

static void callTile(Emitter &b, StringRef name, ArrayRef<Value> arguments) {
  LLVM::CallIntrinsicOp::create(b, b.getStringAttr("llvm.x86." + name), arguments);
}

static Value getRegister(Emitter &b, int64_t number) { return b.makeInt(b.getI8Type(), number); }

static void loadTile(Emitter &b, int64_t number, Value pointer, Value strideBytes) {
  callTile(b, "tileloadd64", {getRegister(b, number), pointer, strideBytes});
}

bool KernelLowering::isTileProduct(tile::DotOp op) const {
  return bf16 == Bf16Products::Tiles && isDotOfBf16(op) &&
         TileShape::get(op.getType()).lanes == tileColumns;
}

void KernelLowering::beginTiles() {
  // Palette 1, from row 0; bytes of a line of each register at 16, its rows at 48.
  SmallVector<int8_t> bytes(64, 0);
  bytes[0] = 1;
  for (int64_t number = 0; number < 8; ++number) {
    bytes[16 + 2 * number] = lineBytes;
    bytes[48 + number] = tileRows;
  }
  auto type = VectorType::get({64}, b.getI8Type());
  Value configuration = allocateBytes(64, 0).base;
  b.store(arith::ConstantOp::create(b, DenseElementsAttr::get(type, ArrayRef(bytes))),
          configuration);
  callTile(b, "ldtilecfg", {configuration});
}

/// The system saves the registers of a thread for as long as they are in use.
void KernelLowering::endTiles() { callTile(b, "tilerelease", {}); }

/// Rows of a to their registers, 32 k of them or, at its end, `depth`.
void KernelLowering::loadLeftTile(const TileBlock &block, int64_t number, Value k, int64_t depth) {
  Type element = block.leftShape.element;
  Value row = b.add(block.row, b.makeI64(number * tileRows));
  bool isWhole = depth == tileDepth || block.left.isFilled;
  Value isInPlace = isWhole ? block.isInPlace : b.makeInt(b.getI1Type(), 0);
  Value copy = b.offset(element, block.copy.base, b.makeI64(number * tileRows * tileDepth));
  b.branch(
      isInPlace, {}, [] { return SmallVector<Value>(); },
      [&] {
        b.loop(0, tileRows, 1, [&](Value i) {
          Value pointer = b.offset(element, getRowPointer(block.left, element, b.add(row, i)), k);
          Value line;
          if (isWhole) {
            line = b.load(element, pointer, tileDepth);
          } else {
            SmallVector<bool> inside;
            for (int64_t at = 0; at < tileDepth; ++at)
              inside.push_back(at < depth);
            auto type = VectorType::get({tileDepth}, b.getI1Type());
            Value mask = arith::ConstantOp::create(b, DenseElementsAttr::get(type, inside));
            line = b.loadMasked(element, pointer, mask, b.makeZeros(element, tileDepth));
          }
          b.store(line, b.offset(element, copy, b.mul(i, b.makeI64(tileDepth))));
        });
        return SmallVector<Value>();
      });
  Value pointer = b.offset(element, block.left.base, b.add(b.mul(row, block.left.rowStride), k));
  Value strideBytes = b.mul(block.left.rowStride, b.makeI64(2));
  loadTile(b, firstLeft + number, b.select(isInPlace, pointer, copy),
           b.select(isInPlace, strideBytes, b.makeI64(lineBytes)));
}

/// One block of accumulators, one or two registers wide.
void KernelLowering::emitTileBlock(const TileBlock &block, Value column, int64_t registers) {
  Type word = b.getI32Type(), sum = b.getF32Type();
  auto forEachSum = [&](function_ref<void(int64_t number, int64_t row, Value column)> body) {
    for (int64_t i = 0; i < block.registers; ++i)
      for (int64_t j = 0; j < registers; ++j)
        body(tilesInBlock * i + j, i * tileRows, b.add(column, b.makeI64(j * tileColumns)));
  };
  auto getStride = [&](const TileMemory &memory) { return b.mul(memory.rowStride, b.makeI64(4)); };
  forEachSum([&](int64_t number, int64_t row, Value at) {
    if (!block.source.base)
      return callTile(b, "tilezero", {getRegister(b, number)});
    Value first = b.add(block.sourceRow, b.makeI64(row));
    loadTile(b, number, getElementPointer(block.source, sum, first, at), getStride(block.source));
  });
  auto step = [&](Value k, int64_t depth) {
    Value pair = b.createOrFold<arith::ShRUIOp>(k, b.makeI64(1));
    for (int64_t i = 0; i < block.registers; ++i) {
      loadLeftTile(block, i, k, depth);
      for (int64_t j = 0; j < registers; ++j) {
        Value at = b.add(column, b.makeI64(j * tileColumns));
        if (i == 0)
          loadTile(b, firstRight + j, getElementPointer(block.panel, word, pair, at),
                   getStride(block.panel));
        callTile(b, "tdpbf16ps",
                 {getRegister(b, tilesInBlock * i + j), getRegister(b, firstLeft + i),
                  getRegister(b, firstRight + j)});
      }
    }
  };
  int64_t depth = block.leftShape.columns;
  int64_t whole =
      (block.left.isFilled ? llvm::alignTo(depth, tileDepth) : depth) / tileDepth * tileDepth;
  b.loop(0, whole, tileDepth, [&](Value k) { step(k, tileDepth); });
  if (whole < depth)
    step(b.makeI64(whole), depth - whole);
  forEachSum([&](int64_t number, int64_t row, Value at) {
    Value first = b.add(block.outputRow, b.makeI64(row));
    callTile(b, "tilestored64",
             {getRegister(b, number), getElementPointer(block.output, sum, first, at),
              getStride(block.output)});
  });
}

/// The last rows of a product, fewer than a register has, are computed in a buffer that has room
/// for all of a register's.
void KernelLowering::emitLastTileRows(TileBlock block, const TileShape &shape,
                                      function_ref<void(const TileBlock &)> emit) {
  int64_t first = shape.rows / tileRows * tileRows;
  TileMemory output = block.output, rest = allocateBytes(tileRows * shape.padded * 4, shape.padded);
  auto copyRows = [&](const TileMemory &from, int64_t fromRow, const TileMemory &to,
                      int64_t toRow) {
    b.loop(0, shape.rows - first, 1, [&](Value row) {
      b.loop(0, shape.padded, shape.lanes, [&](Value column) {
        auto getPointer = [&](const TileMemory &memory, int64_t start) {
          return getElementPointer(memory, shape.element, b.add(row, b.makeI64(start)), column);
        };
        Value elements = b.load(shape.element, getPointer(from, fromRow), shape.lanes);
        b.store(elements, getPointer(to, toRow));
      });
    });
  };
  if (block.source.base) {
    copyRows(block.source, first, rest, 0);
    block.source = rest;
  }
  if (!block.left.rowCount && !block.left.isFilled) {
    block.left.firstRow = b.makeI64(0);
    block.left.rowCount = b.makeI64(shape.rows);
    block.left.zeros = getZeroRow(block.leftShape);
  }
  block.output = rest;
  block.outputRow = block.sourceRow = b.makeI64(0);
  block.row = b.makeI64(first);
  emit(block);
  copyRows(rest, 0, output, first);
  release(rest);
}

void KernelLowering::emitTileProduct(tile::DotOp op, TileMemory left, TileMemory panel,
                                     TileMemory result) {
  TileShape shape = TileShape::get(op.getType());
  TileBlock block{};
  block.leftShape = TileShape::get(op.getA().getType());
  block.left = left;
  block.panel = panel;
  block.copy = allocateBytes(tilesInBlock * tileRows * lineBytes, tileDepth);
  block.output = result;
  block.registers = 1;
  if (!matchPattern(op.getAcc(), m_AnyZeroFloat())) {
    auto known = tiles.find(op.getAcc());
    if (known == tiles.end())
      evaluate(op.getAcc(), result);
    block.source = known == tiles.end() ? result : known->second;
  }
  auto emitRows = [&](const TileBlock &rows) {
    TileBlock placed = rows;
    placed.isInPlace = b.makeInt(b.getI1Type(), 1);
    if (rows.left.rowCount) {
      Value start = b.add(rows.left.firstRow, rows.row);
      Value end = b.add(start, b.makeI64(rows.registers * tileRows - 1));
      placed.isInPlace =
          b.both(b.isBelow(start, rows.left.rowCount), b.isBelow(end, rows.left.rowCount));
    }
    int64_t pairs = shape.padded / (2 * tileColumns) * 2 * tileColumns;
    b.loop(0, pairs, 2 * tileColumns, [&](Value column) { emitTileBlock(placed, column, 2); });
    if (pairs < shape.padded)
      emitTileBlock(placed, b.makeI64(pairs), 1);
  };
  auto emitWhole = [&](Value row, int64_t registers) {
    TileBlock rows = block;
    rows.row = rows.sourceRow = rows.outputRow = row;
    rows.registers = registers;
    emitRows(rows);
  };
  int64_t high = shape.rows / (2 * tileRows) * 2 * tileRows;
  b.loop(0, high, 2 * tileRows, [&](Value row) { emitWhole(row, 2); });
  if (shape.rows - high >= tileRows)
    emitWhole(b.makeI64(high), 1);
  if (shape.rows % tileRows != 0)
    emitLastTileRows(block, shape, emitRows);
  release(block.copy);
}

} // namespace weft::compiler
