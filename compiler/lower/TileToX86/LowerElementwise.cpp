// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tiles as values: one group of elements of an expression at a time.
#include "compiler/lower/TileToMachine/Math.h"
#include "compiler/lower/TileToMachine/NarrowFloats.h"
#include "compiler/lower/TileToMachine/Philox.h"
#include "compiler/lower/TileToX86/Lowering.h"

using namespace mlir;

namespace weft::compiler {

void KernelLowering::forEachGroup(const TileShape &shape,
                                  function_ref<void(Value row, Value column)> body) {
  b.loop(0, shape.rows, 1, [&](Value row) {
    b.loop(0, shape.padded, shape.lanes, [&](Value column) { body(row, column); });
  });
}

Value KernelLowering::getElementPointer(const TileMemory &memory, Type element, Value row,
                                        Value column) {
  Value rowOffset = b.mul(row, memory.rowStride);
  Value columnOffset = memory.columnStride ? b.mul(column, memory.columnStride) : column;
  return b.offset(element, memory.base, b.add(rowOffset, columnOffset));
}

/// Elements (row, column .. column + lanes) as a vector.
Value KernelLowering::emitElements(Value tile, Value row, Value column, int64_t lanes, Memo &memo) {
  if (Value known = memo.lookup(tile))
    return known;
  Value result;
  Operation *op = tile.getDefiningOp();
  Type element = cast<RankedTensorType>(tile.getType()).getElementType();
  if (auto it = tiles.find(tile); it != tiles.end())
    result = b.load(element, getElementPointer(it->second, element, row, column), lanes);
  else if (auto load = inlineLoads.find(tile); load != inlineLoads.end())
    result = emitInlineLoad(load->second, row, column, lanes);
  else if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    auto splat = cast<SplatElementsAttr>(constant.getValue());
    auto type = VectorType::get({lanes}, getValueType(element));
    auto value = splat.getSplatValue<Attribute>();
    if (isNarrowFloat(element))
      value = getBits(cast<FloatAttr>(value));
    result = arith::ConstantOp::create(b, DenseElementsAttr::get(type, value));
  } else if (auto broadcast = dyn_cast<tile::BroadcastOp>(op))
    result = emitBroadcast(broadcast, row, column, lanes);
  else if (auto iota = dyn_cast<tile::IotaOp>(op))
    result = emitIota(iota, row, column, lanes);
  else
    result = emitOperation(op, row, column, lanes, memo);
  memo[tile] = result;
  return result;
}

Value KernelLowering::emitBroadcast(tile::BroadcastOp op, Value row, Value column, int64_t lanes) {
  Value input = op.getInput();
  if (!isTile(input))
    return b.splat(scalars.lookup(input), lanes);
  Memo fresh;
  Value zero = b.makeI64(0);
  int64_t rank = cast<RankedTensorType>(op.getType()).getRank();
  // The input's axis is the result's columns: its own elements; else one element a row.
  if (!op.getDims().empty() && op.getDims().back() == rank - 1)
    return emitElements(input, zero, column, lanes, fresh);
  Value one = emitElements(input, zero, op.getDims().empty() ? zero : row, 1, fresh);
  return b.splat(b.extractLane(one, 0), lanes);
}

Value KernelLowering::emitIota(tile::IotaOp op, Value row, Value column, int64_t lanes) {
  Value start = scalars.lookup(op.getStart());
  int64_t rank = cast<RankedTensorType>(op.getType()).getRank();
  bool alongColumns = static_cast<int64_t>(op.getAxis()) == rank - 1;
  Value first = b.add(start, alongColumns ? column : row);
  Value narrow = arith::TruncIOp::create(b, b.getI32Type(), first);
  Value all = b.splat(narrow, lanes);
  if (!alongColumns)
    return all;
  SmallVector<int32_t> numbers = getNumbers<int32_t>(0, lanes);
  auto type = VectorType::get({lanes}, b.getI32Type());
  Value lane = arith::ConstantOp::create(b, DenseElementsAttr::get(type, ArrayRef(numbers)));
  return b.add(all, lane);
}

/// Integer division traps on zero, which padding may hold; in f64 it is exact and as fast.
static Value emitDivision(Emitter &b, Operation *op, Value left, Value right) {
  auto type = cast<VectorType>(left.getType());
  auto wide = VectorType::get(type.getShape(), b.getF64Type());
  Value quotient = arith::DivFOp::create(b, arith::SIToFPOp::create(b, wide, left),
                                         arith::SIToFPOp::create(b, wide, right));
  Value whole = arith::FPToSIOp::create(b, type, quotient);
  if (isa<arith::DivSIOp>(op))
    return whole;
  return arith::SubIOp::create(b, left, arith::MulIOp::create(b, whole, right));
}

Value KernelLowering::emitOperation(Operation *op, Value row, Value column, int64_t lanes,
                                    Memo &memo) {
  SmallVector<Value> operands;
  for (Value operand : op->getOperands())
    operands.push_back(isTile(operand) ? emitElements(operand, row, column, lanes, memo)
                                       : scalars.lookup(operand));
  if (computesWithNarrow(op))
    return emitWithNarrow(b, op, operands);
  if (auto math = dyn_cast<tile::MathOp>(op))
    return emitMath(b, math.getFunction(), operands[0]);
  if (isa<tile::PhiloxOp>(op))
    return emitPhilox(b, operands);
  if (isa<arith::DivSIOp, arith::RemSIOp>(op))
    return emitDivision(b, op, operands[0], operands[1]);
  OperationState state(b.getLoc(), op->getName());
  state.addOperands(operands);
  state.addAttributes(op->getAttrs());
  Type element = cast<RankedTensorType>(op->getResult(0).getType()).getElementType();
  state.addTypes(VectorType::get({lanes}, getValueType(element)));
  return b.create(state)->getResult(0);
}

void KernelLowering::evaluate(Value tile, TileMemory destination) {
  TileShape shape = TileShape::get(tile.getType());
  emitOnBothSides(areLoadsInside(tile), shape, [&] {
    forEachGroup(shape, [&](Value row, Value column) {
      Memo memo;
      Value elements = emitElements(tile, row, column, shape.lanes, memo);
      b.store(elements, getElementPointer(destination, shape.element, row, column));
    });
  });
}

/// The memory of a tile; one that has none yet is evaluated here, before its reader.
TileMemory KernelLowering::getMemory(Value tile, Operation *reader) {
  if (auto it = tiles.find(tile); it != tiles.end())
    return it->second;
  TileMemory memory = allocate(tile.getType());
  evaluate(tile, memory);
  own(tile, memory, reader->getBlock());
  // Other blocks may not be dominated by this one: they evaluate the tile again.
  if (tile.getDefiningOp()->getBlock() == reader->getBlock())
    bind(tile, memory);
  return memory;
}

} // namespace weft::compiler
