// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Views, loads and stores.
#include "compiler/lower/TileToX86/Lowering.h"

using namespace mlir;

namespace weft::compiler {

void KernelLowering::lowerView(tile::ViewOp op) {
  ViewMemory view;
  view.element = op.getType().getElement();
  Value array = scalars.lookup(op.getArray());
  view.base = b.offset(view.element, array, scalars.lookup(op.getOffset()));
  if (op.getSizes().size() < 2) {
    view.sizes.push_back(b.makeI64(1));
    view.strides.push_back(b.makeI64(0));
  }
  for (Value size : op.getSizes())
    view.sizes.push_back(scalars.lookup(size));
  for (Value stride : op.getStrides())
    view.strides.push_back(scalars.lookup(stride));
  // A view of rank 0 is one element.
  if (op.getSizes().empty()) {
    view.sizes.push_back(b.makeI64(1));
    view.strides.push_back(b.makeI64(1));
  }
  views[op.getResult()] = view;
}

Window KernelLowering::getWindow(Value view, ValueRange indices) {
  const ViewMemory &memory = views[view];
  SmallVector<Value> position;
  for (Value index : indices)
    position.push_back(scalars.lookup(index));
  while (position.size() < 2)
    position.insert(position.begin(), b.makeI64(0));
  Window window{memory.element,  memory.base,     position[0],       position[1],
                memory.sizes[0], memory.sizes[1], memory.strides[0], memory.strides[1]};
  Value start =
      b.add(b.mul(position[0], window.rowStride), b.mul(position[1], window.columnStride));
  window.base = b.offset(window.element, memory.base, start);
  return window;
}

/// The whole tile lies inside the view.
Value KernelLowering::isInside(const Window &window, const TileShape &shape) {
  Value result;
  for (auto [position, extent, size] : {std::tuple(window.row, shape.rows, window.rows),
                                        std::tuple(window.column, shape.columns, window.columns)}) {
    Value end = b.add(position, b.makeI64(extent));
    Value zero = b.makeI64(0);
    Value starts = b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::sge, position, zero);
    Value ends = b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::sle, end, size);
    Value inside = b.both(starts, ends);
    result = result ? b.both(result, inside) : inside;
  }
  return result;
}

static Value hasUnitStride(Emitter &b, const Window &window) {
  Value one = b.makeI64(1);
  return b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::eq, window.columnStride, one);
}

/// Lanes of the group at (row, column) that lie inside the view and inside the tile.
Value KernelLowering::getMask(const Window &window, const TileShape &shape, Value row,
                              Value column) {
  Value rowInside = b.isBelow(b.add(window.row, row), window.rows);
  Value lanes = b.add(b.splat(column, shape.lanes), b.makeLaneNumbers(shape.lanes));
  Value inView = b.isBelow(b.add(b.splat(window.column, shape.lanes), lanes),
                           b.splat(window.columns, shape.lanes));
  Value mask = b.both(b.splat(rowInside, shape.lanes), inView);
  if (shape.isWhole())
    return mask;
  return b.both(mask, b.isBelow(lanes, b.makeInt(lanes.getType(), shape.columns)));
}

Value KernelLowering::getPointers(const Window &window, Value row, Value column, int64_t lanes) {
  Value numbers = b.add(b.splat(column, lanes), b.makeLaneNumbers(lanes));
  Value start = b.splat(b.mul(row, window.rowStride), lanes);
  Value index = b.add(start, b.mul(numbers, b.splat(window.columnStride, lanes)));
  return b.offset(window.element, window.base, index);
}

/// Fills a buffer with the window's elements, and with `fill` outside the view.
void KernelLowering::copyIn(const Window &window, const TileShape &shape, Value fill,
                            TileMemory destination) {
  TileMemory source{window.base, window.rowStride, Value()};
  Value fills = b.splat(fill, shape.lanes);
  auto copy = [&](function_ref<Value(Value, Value, Value)> read) {
    forEachGroup(shape, [&](Value row, Value column) {
      Value elements = read(row, column, getMask(window, shape, row, column));
      b.store(elements, getElementPointer(destination, shape.element, row, column));
    });
    return SmallVector<Value>();
  };
  b.branch(
      hasUnitStride(b, window), {},
      [&] {
        return copy([&](Value row, Value column, Value mask) {
          Value pointer = getElementPointer(source, shape.element, row, column);
          return b.loadMasked(shape.element, pointer, mask, fills);
        });
      },
      [&] {
        return copy([&](Value row, Value column, Value mask) {
          Value pointers = getPointers(window, row, column, shape.lanes);
          return b.gather(shape.element, pointers, mask, fills);
        });
      });
}

/// Writes the part of a tile that lies inside the view.
void KernelLowering::copyOut(const Window &window, const TileShape &shape, TileMemory source) {
  TileMemory destination{window.base, window.rowStride, Value()};
  auto copy = [&](function_ref<void(Value, Value, Value, Value)> write) {
    forEachGroup(shape, [&](Value row, Value column) {
      Value pointer = getElementPointer(source, shape.element, row, column);
      Value elements = b.load(shape.element, pointer, shape.lanes);
      write(elements, row, column, getMask(window, shape, row, column));
    });
    return SmallVector<Value>();
  };
  b.branch(
      hasUnitStride(b, window), {},
      [&] {
        return copy([&](Value elements, Value row, Value column, Value mask) {
          Value pointer = getElementPointer(destination, shape.element, row, column);
          b.storeMasked(elements, pointer, mask);
        });
      },
      [&] {
        return copy([&](Value elements, Value row, Value column, Value mask) {
          b.scatter(elements, getPointers(window, row, column, shape.lanes), mask);
        });
      });
}

/// Every reader is a dot product that reads the tile as its left operand, element by element.
static bool isReadByElement(tile::LoadOp op) {
  return llvm::all_of(op->getUses(), [](OpOperand &use) {
    auto dot = dyn_cast<tile::DotOp>(use.getOwner());
    return dot && use.getOperandNumber() == 0 && !KernelLowering::isDotOfFewRows(dot);
  });
}

void KernelLowering::lowerLoad(tile::LoadOp op) {
  TileShape shape = TileShape::get(op.getType());
  Window window = getWindow(op.getView(), op.getIndices());
  Value fill = scalars.lookup(op.getFill());
  TileMemory buffer = allocate(op.getType());
  own(op.getResult(), buffer, op->getBlock());

  auto view = op.getView().getDefiningOp<tile::ViewOp>();
  unsigned array = cast<BlockArgument>(view.getArray()).getArgNumber();
  bool isWritten = llvm::is_contained(kernel.getWrites(), array);
  bool byElement = isReadByElement(op);
  if (isWritten || (!byElement && !shape.isWhole()) || isStoredBeforeLastReader(op)) {
    copyIn(window, shape, fill, buffer);
    bind(op.getResult(), buffer);
    return;
  }

  Value inPlace = isInside(window, shape);
  if (!byElement)
    inPlace = b.both(inPlace, hasUnitStride(b, window));
  Type index = b.getI64Type();
  SmallVector<Value> memory = b.branch(
      inPlace, {b.getPointerType(), index, index},
      [&] {
        return SmallVector<Value>{window.base, window.rowStride, window.columnStride};
      },
      [&] {
        copyIn(window, shape, fill, buffer);
        return SmallVector<Value>{buffer.base, buffer.rowStride, b.makeI64(1)};
      });
  bind(op.getResult(), {memory[0], memory[1], byElement ? memory[2] : Value()});
}

void KernelLowering::lowerStore(tile::StoreOp op) {
  Value tile = op.getTile();
  TileShape shape = TileShape::get(tile.getType());
  Window window = getWindow(op.getView(), op.getIndices());
  TileMemory target{window.base, window.rowStride, Value()};
  bool isComputed = tiles.count(tile);
  TileMemory source = isComputed ? tiles[tile] : allocate(tile.getType());
  if (!shape.isWhole()) {
    if (!isComputed)
      evaluate(tile, source);
    copyOut(window, shape, source);
  } else if (isComputed) {
    Value direct = b.both(isInside(window, shape), hasUnitStride(b, window));
    b.branch(
        direct, {},
        [&] {
          evaluate(tile, target);
          return SmallVector<Value>();
        },
        [&] {
          copyOut(window, shape, source);
          return SmallVector<Value>();
        });
  } else {
    evaluateInto(tile, shape, window, source);
  }
  if (!isComputed)
    release(source);
}

/// Evaluates an expression once: into the view where the whole tile fits, else into the buffer, and
/// from there.
void KernelLowering::evaluateInto(Value tile, const TileShape &shape, const Window &window,
                                  TileMemory buffer) {
  Value direct = b.both(isInside(window, shape), hasUnitStride(b, window));
  TileMemory destination{b.select(direct, window.base, buffer.base),
                         b.select(direct, window.rowStride, buffer.rowStride), Value()};
  evaluate(tile, destination);
  b.branch(
      direct, {}, [] { return SmallVector<Value>(); },
      [&] {
        copyOut(window, shape, buffer);
        return SmallVector<Value>();
      });
}

} // namespace weft::compiler
