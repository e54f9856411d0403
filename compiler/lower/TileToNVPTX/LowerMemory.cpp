// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arrays in device memory, and buffers in the memory that a block shares.
#include "compiler/lower/TileToNVPTX/Lowering.h"

using namespace mlir;

namespace weft::compiler {

void GpuKernelLowering::lowerView(tile::ViewOp op) {
  Window window;
  window.element = op.getType().getElement();
  window.base =
      b.offset(window.element, scalars.lookup(op.getArray()), scalars.lookup(op.getOffset()));
  for (int64_t axis = 0; axis < 2; ++axis) {
    bool isThere = axis < int64_t(op.getSizes().size());
    window.sizes[axis] = isThere ? scalars.lookup(op.getSizes()[axis]) : b.makeI64(1);
    window.strides[axis] = isThere ? scalars.lookup(op.getStrides()[axis]) : b.makeI64(0);
  }
  windows[op] = window;
}

Value GpuKernelLowering::getAddress(const Window &window, Value row, Value column) {
  Value place = b.add(b.mul(row, window.strides[0]), b.mul(column, window.strides[1]));
  return b.offset(window.element, window.base, place);
}

Value GpuKernelLowering::getAddress(tile::BufferType type, Value base, Value row, Value column) {
  Value place = b.add(b.mul(row, b.makeI64(type.getStride())), column);
  return b.offset(type.getElement(), base, place);
}

void GpuKernelLowering::lowerLoad(tile::LoadOp op) {
  auto type = cast<RankedTensorType>(op.getType());
  tile::LayoutAttr layout = getLayout(type);
  const Window window = windows.lookup(op.getView());
  Value fill = scalars.lookup(op.getFill());
  Registers results;
  for (int64_t i = 0; i < layout.getRegisterCount(); ++i) {
    Value places[2] = {b.makeI64(0), b.makeI64(0)}, inside;
    for (auto [axis, index] : llvm::enumerate(op.getIndices())) {
      places[axis] = scalars.lookup(index);
      if (int64_t(axis) < type.getRank())
        places[axis] = b.add(places[axis], getPlace(layout, axis, i));
      inside = allOf({inside, b.isBelow(places[axis], window.sizes[axis])});
    }
    results.push_back(b.branch(
                           inside, {getValueType(window.element)},
                           [&] {
                             return Registers{b.loadScalar(
                                 window.element, getAddress(window, places[0], places[1]))};
                           },
                           [&] { return Registers{fill}; })
                          .front());
  }
  tiles[op] = results;
}

void GpuKernelLowering::lowerStore(tile::StoreOp op) {
  auto type = cast<RankedTensorType>(op.getTile().getType());
  tile::LayoutAttr layout = getLayout(type);
  const Window window = windows.lookup(op.getView());
  const Registers values = tiles.lookup(op.getTile());
  for (int64_t i = 0; i < layout.getRegisterCount(); ++i) {
    Value places[2] = {b.makeI64(0), b.makeI64(0)};
    Value writes = allOf({isOwner(layout), isInside(type, i)});
    for (auto [axis, index] : llvm::enumerate(op.getIndices())) {
      places[axis] = scalars.lookup(index);
      if (int64_t(axis) < type.getRank())
        places[axis] = b.add(places[axis], getPlace(layout, axis, i));
      writes = allOf({writes, b.isBelow(places[axis], window.sizes[axis])});
    }
    b.branch(
        writes, {},
        [&] {
          b.store(values[i], getAddress(window, places[0], places[1]));
          return Registers();
        },
        [] { return Registers(); });
  }
}

void GpuKernelLowering::lowerBuffer(tile::BufferOp op) {
  Value memory = LLVM::AddressOfOp::create(b, getPointer(3), sharedMemoryName);
  buffers[op] = b.offset(b.getI8Type(), memory, b.makeI64(op.getOffset()));
  sharedBytes = std::max<int64_t>(sharedBytes, op.getOffset() + op.getType().getByteSize());
}

void GpuKernelLowering::lowerWrite(tile::WriteOp op) {
  auto type = cast<RankedTensorType>(op.getTile().getType());
  tile::LayoutAttr layout = getLayout(type);
  const Registers values = tiles.lookup(op.getTile());
  Value base = buffers.lookup(op.getBuffer()), zero = b.makeI64(0);
  for (int64_t i = 0; i < layout.getRegisterCount(); ++i) {
    auto write = [&] {
      Value row = type.getRank() > 0 ? getPlace(layout, 0, i) : zero,
            column = type.getRank() > 1 ? getPlace(layout, 1, i) : zero;
      b.store(values[i], getAddress(op.getBuffer().getType(), base, row, column));
      return Registers();
    };
    if (Value writes = allOf({isOwner(layout), isInside(type, i)}))
      b.branch(writes, {}, write, [] { return Registers(); });
    else
      write();
  }
}

void GpuKernelLowering::lowerRead(tile::ReadOp op) {
  auto type = cast<RankedTensorType>(op.getType());
  tile::LayoutAttr layout = getLayout(type);
  tile::BufferType buffer = op.getBuffer().getType();
  Value base = buffers.lookup(op.getBuffer());
  Value none = b.makeZeros(buffer.getElement(), 0);
  Registers results;
  for (int64_t i = 0; i < layout.getRegisterCount(); ++i) {
    auto getSource = [&](ArrayRef<int64_t> map) {
      Value source = b.makeI64(map[2]);
      for (int64_t axis = 0; axis < type.getRank(); ++axis)
        if (map[axis] != 0)
          source = b.add(source, b.mul(getPlace(layout, axis, i), b.makeI64(map[axis])));
      return source;
    };
    Value row = getSource(op.getRows()), column = getSource(op.getColumns());
    Value inside = allOf({b.isBelow(row, b.makeI64(buffer.getRows())),
                          b.isBelow(column, b.makeI64(buffer.getColumns()))});
    results.push_back(b.branch(
                           inside, {getValueType(buffer.getElement())},
                           [&] {
                             return Registers{b.loadScalar(buffer.getElement(),
                                                           getAddress(buffer, base, row, column))};
                           },
                           [&] { return Registers{none}; })
                          .front());
  }
  tiles[op] = results;
}

} // namespace weft::compiler
