// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Views and stores.
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
  Window window{memory.element,  memory.base,       position[0],       position[1], memory.sizes[0],
                memory.sizes[1], memory.strides[0], memory.strides[1], memory.base};
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

Value KernelLowering::hasUnitStride(const Window &window) {
  Value one = b.makeI64(1);
  return b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::eq, window.columnStride, one);
}

/// Lanes of the group at (row, column) that lie inside the view and inside the tile.
Value KernelLowering::getMask(const Window &window, const TileShape &shape, Value row, Value column,
                              int64_t lanes) {
  Value rowInside = b.isBelow(b.add(window.row, row), window.rows);
  Value numbers = b.add(b.splat(column, lanes), b.makeLaneNumbers(lanes));
  Value inView =
      b.isBelow(b.add(b.splat(window.column, lanes), numbers), b.splat(window.columns, lanes));
  Value mask = b.both(b.splat(rowInside, lanes), inView);
  if (shape.isWhole())
    return mask;
  return b.both(mask, b.isBelow(numbers, b.makeInt(numbers.getType(), shape.columns)));
}

/// Where a masked group of unit stride begins; for a row outside the view, somewhere in it: that no
/// lane is asked for spares the fault of an address that is not mapped, but not its time, which is
/// hundreds of cycles.
Value KernelLowering::getMaskedPointer(const Window &window, Value row, Value column) {
  TileMemory memory{window.base, window.rowStride, Value()};
  Value pointer = getElementPointer(memory, window.element, row, column);
  return b.select(b.isBelow(b.add(window.row, row), window.rows), pointer, window.origin);
}

Value KernelLowering::getPointers(const Window &window, Value row, Value column, int64_t lanes) {
  Value numbers = b.add(b.splat(column, lanes), b.makeLaneNumbers(lanes));
  Value start = b.splat(b.mul(row, window.rowStride), lanes);
  Value index = b.add(start, b.mul(numbers, b.splat(window.columnStride, lanes)));
  return b.offset(window.element, window.base, index);
}

/// Emits what reads a window's elements, and `fill` outside the view: without masks where the tile
/// lies inside, with masks, and gathering. Masks cost more than a copy, and few tiles need them.
void KernelLowering::readWindow(const Window &window, const TileShape &shape, Value fill,
                                function_ref<void(GroupReader)> body) {
  TileMemory source{window.base, window.rowStride, Value()};
  auto emit = [&](GroupReader read) {
    body(read);
    return SmallVector<Value>();
  };
  auto readMasked = [&] {
    Value fills = b.splat(fill, shape.lanes);
    auto withMask = [&](function_ref<Value(Value, Value, Value)> read) {
      return emit([&](Value row, Value column) {
        return read(row, column, getMask(window, shape, row, column, shape.lanes));
      });
    };
    b.branch(
        hasUnitStride(window), {},
        [&] {
          return withMask([&](Value row, Value column, Value mask) {
            Value pointer = getMaskedPointer(window, row, column);
            return b.loadMasked(shape.element, pointer, mask, fills);
          });
        },
        [&] {
          return withMask([&](Value row, Value column, Value mask) {
            Value pointers = getPointers(window, row, column, shape.lanes);
            return b.gather(shape.element, pointers, mask, fills);
          });
        });
    return SmallVector<Value>();
  };
  Value isPlain = shape.isWhole() ? b.both(isInside(window, shape), hasUnitStride(window))
                                  : b.makeInt(b.getI1Type(), 0);
  b.branch(
      isPlain, {},
      [&] {
        return emit([&](Value row, Value column) {
          Value pointer = getElementPointer(source, shape.element, row, column);
          return b.load(shape.element, pointer, shape.lanes);
        });
      },
      readMasked);
}

/// Fills a buffer with the window's elements, and with `fill` outside the view.
void KernelLowering::copyIn(const Window &window, const TileShape &shape, Value fill,
                            TileMemory destination) {
  readWindow(window, shape, fill, [&](GroupReader read) {
    forEachGroup(shape, [&](Value row, Value column) {
      Value elements = read(row, column);
      b.store(elements, getElementPointer(destination, shape.element, row, column));
    });
  });
}

/// The store after this one, if one pass over the elements can do both: it computes the elements
/// of both before it writes them.
static tile::StoreOp getNextOfRun(tile::StoreOp store) {
  auto next = dyn_cast_or_null<tile::StoreOp>(store->getNextNode());
  auto getArray = [](tile::StoreOp op) {
    return op.getView().getDefiningOp<tile::ViewOp>().getArray();
  };
  auto getShape = [](tile::StoreOp op) {
    return cast<RankedTensorType>(op.getTile().getType()).getShape();
  };
  bool isProduct = llvm::any_of(ArrayRef{store, next}, [](tile::StoreOp op) {
    return op && op.getTile().getDefiningOp<tile::DotOp>();
  });
  return next && !isProduct && getShape(store) == getShape(next) &&
                 getArray(store) != getArray(next)
             ? next
             : tile::StoreOp();
}

/// Of a store that others follow, the one that does the work of all; else the op itself.
Operation *KernelLowering::getLastOfRun(Operation *op) {
  auto store = dyn_cast<tile::StoreOp>(op);
  while (store) {
    op = store;
    store = getNextOfRun(store);
  }
  return op;
}

void KernelLowering::lowerStore(tile::StoreOp op) {
  if (auto update = updates.find(op.getTile().getDefiningOp()); update != updates.end())
    return finishUpdate(op, update->second);
  if (getNextOfRun(op))
    return;
  SmallVector<tile::StoreOp> run = {op};
  while (auto before = dyn_cast_or_null<tile::StoreOp>(run.back()->getPrevNode())) {
    if (getNextOfRun(before) != run.back())
      break;
    run.push_back(before);
  }
  std::reverse(run.begin(), run.end());
  TileShape shape = TileShape::get(op.getTile().getType());
  SmallVector<Window> windows;
  Value inside;
  for (tile::StoreOp store : run) {
    windows.push_back(getWindow(store.getView(), store.getIndices()));
    Value here = isInside(windows.back(), shape);
    inside = inside ? b.both(inside, here) : here;
    if (Value loads = areLoadsInside(store.getTile()))
      inside = b.both(inside, loads);
  }
  if (tile::DotOp dot = getFinished(op)) {
    finish = Finish{run, windows, inside, allocateBlock(dot)};
    computeDot(dot);
    release(finish->block);
    finish.reset();
    return;
  }
  emitOnBothSides(inside, shape, [&] {
    forEachGroup(shape, [&](Value row, Value column) {
      Memo memo;
      storeRun(run, windows, row, column, memo);
    });
  });
}

/// One group of each of several stores.
void KernelLowering::storeRun(ArrayRef<tile::StoreOp> run, ArrayRef<Window> windows, Value row,
                              Value column, Memo &memo) {
  tile::StoreOp end = run.back();
  int64_t lanes = TileShape::get(end.getTile().getType()).lanes;
  SmallVector<Value> groups;
  for (tile::StoreOp store : run)
    groups.push_back(emitElements(store.getTile(), row, column, lanes, memo));
  for (size_t i = 0; i < run.size(); ++i) {
    tile::StoreOp store = run[i];
    storeGroup(groups[i], windows[i], TileShape::get(store.getTile().getType()), row, column);
  }
}

/// Writes the part of a group that lies inside the view.
void KernelLowering::storeGroup(Value elements, const Window &window, const TileShape &shape,
                                Value row, Value column) {
  TileMemory target{window.base, window.rowStride, Value()};
  Value mask;
  if (!isInsideViews)
    mask = getMask(window, shape, row, column, shape.lanes);
  b.branch(
      hasUnitStride(window), {},
      [&] {
        if (mask)
          b.storeMasked(elements, getMaskedPointer(window, row, column), mask);
        else
          b.store(elements, getElementPointer(target, shape.element, row, column));
        return SmallVector<Value>();
      },
      [&] {
        Value all = mask ? mask : b.makeInt(VectorType::get({shape.lanes}, b.getI1Type()), 1);
        b.scatter(elements, getPointers(window, row, column, shape.lanes), all);
        return SmallVector<Value>();
      });
}

} // namespace weft::compiler
