// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reductions. The order is fixed by the shape: groups ascending, then halves of the lanes.
#include "compiler/lower/TileToX86/Lowering.h"

using namespace mlir;

namespace weft::compiler {

Value KernelLowering::combine(tile::Reduction kind, Value x, Value y) {
  if (kind == tile::Reduction::sum)
    return arith::AddFOp::create(b, x, y);
  return arith::MaximumFOp::create(b, x, y);
}

Value KernelLowering::combineLanes(tile::Reduction kind, Value vector) {
  for (int64_t lanes = cast<VectorType>(vector.getType()).getDimSize(0); lanes > 1; lanes /= 2) {
    SmallVector<int32_t> low = getNumbers<int32_t>(0, lanes / 2);
    SmallVector<int32_t> high = getNumbers<int32_t>(lanes / 2, lanes);
    vector = combine(kind, b.shuffle(vector, vector, low), b.shuffle(vector, vector, high));
  }
  return b.extractLane(vector, 0);
}

static Value makeNeutral(Emitter &b, tile::Reduction kind, Type type) {
  double neutral = kind == tile::Reduction::sum ? 0.0 : -std::numeric_limits<double>::infinity();
  return b.makeFloat(type, neutral);
}

/// One row to a scalar: up to four accumulators hide the latency of the addition.
Value KernelLowering::reduceRow(tile::ReduceOp op, const TileShape &shape, Value row) {
  tile::Reduction kind = op.getKind();
  Type type = VectorType::get({shape.lanes}, shape.element);
  Memo memo;
  auto read = [&](Value column) {
    Memo fresh;
    return emitElements(op.getInput(), row, column, shape.lanes, fresh);
  };
  int64_t whole = shape.columns / shape.lanes;
  int64_t width = std::min<int64_t>(4, std::max<int64_t>(1, whole));
  int64_t step = width * shape.lanes;
  int64_t end = whole / width * step;
  SmallVector<Value> partial(width, makeNeutral(b, kind, type));
  partial = b.loop(0, end, step, partial, [&](Value column, ArrayRef<Value> carried) {
    SmallVector<Value> next;
    for (auto [i, value] : llvm::enumerate(carried))
      next.push_back(combine(kind, value, read(b.add(column, b.makeI64(i * shape.lanes)))));
    return next;
  });
  for (int64_t column = end; column < whole * shape.lanes; column += shape.lanes)
    partial[0] = combine(kind, partial[0], read(b.makeI64(column)));
  if (!shape.isWhole()) {
    Value last = read(b.makeI64(whole * shape.lanes));
    Value lanes = b.makeLaneNumbers(shape.lanes);
    Value inside = b.isBelow(lanes, b.makeInt(lanes.getType(), shape.columns % shape.lanes));
    last = arith::SelectOp::create(b, inside, last, makeNeutral(b, kind, type));
    partial[0] = combine(kind, partial[0], last);
  }
  for (int64_t i = 1; i < width; ++i)
    partial[0] = combine(kind, partial[0], partial[i]);
  return combineLanes(kind, partial[0]);
}

void KernelLowering::reduceColumns(tile::ReduceOp op, const TileShape &shape,
                                   TileMemory destination) {
  Type type = VectorType::get({shape.lanes}, shape.element);
  b.loop(0, shape.padded, shape.lanes, [&](Value column) {
    Value start = makeNeutral(b, op.getKind(), type);
    SmallVector<Value> total =
        b.loop(0, shape.rows, 1, {start}, [&](Value row, ArrayRef<Value> carried) {
          Memo memo;
          Value elements = emitElements(op.getInput(), row, column, shape.lanes, memo);
          return SmallVector<Value>{combine(op.getKind(), carried[0], elements)};
        });
    b.store(total[0], getElementPointer(destination, shape.element, b.makeI64(0), column));
  });
}

void KernelLowering::lowerReduce(tile::ReduceOp op) {
  auto type = cast<RankedTensorType>(op.getInput().getType());
  TileShape shape = TileShape::get(type);
  TileMemory destination = allocate(op.getType());
  own(op.getResult(), destination, op->getBlock());
  bool alongRows = static_cast<int64_t>(op.getAxis()) == type.getRank() - 1;
  emitOnBothSides(areLoadsInside(op.getInput()), shape, [&] {
    if (alongRows)
      b.loop(0, shape.rows, 1, [&](Value row) {
        b.store(reduceRow(op, shape, row), b.offset(shape.element, destination.base, row));
      });
    else
      reduceColumns(op, shape, destination);
  });
  bind(op.getResult(), destination);
}

void KernelLowering::lowerExtract(tile::ExtractOp op) {
  TileMemory memory = getMemory(op.getTile(), op);
  ArrayRef<int64_t> indices = op.getIndices();
  Value column = b.makeI64(indices.empty() ? 0 : indices.back());
  Value row = b.makeI64(indices.size() == 2 ? indices.front() : 0);
  Type element = op.getResult().getType();
  scalars.map(op.getResult(),
              b.loadScalar(element, getElementPointer(memory, element, row, column)));
}

} // namespace weft::compiler
