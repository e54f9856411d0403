// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arrays in device memory, and buffers in the memory that a block shares.
#include "compiler/lower/TileToNVPTX/Lowering.h"
#include "compiler/lower/TileToNVPTX/Ranges.h"

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
  Value place = b.mul(row, b.makeI64(type.getStride()));
  if (type.isPanelled()) {
    Value stride = b.makeI64(type.getStride());
    place = b.add(place, b.mul(b.createOrFold<arith::DivUIOp>(column, stride),
                               b.makeI64(type.getPanelBytes() / type.getElementBytes())));
    column = b.createOrFold<arith::RemUIOp>(column, stride);
  }
  place = b.add(place, column);
  if (type.getSwizzled()) {
    Value phase = b.createOrFold<arith::DivUIOp>(row, b.makeI64(type.getLineRows()));
    phase = b.createOrFold<arith::AndIOp>(phase, b.makeI64(tile::BufferType::period - 1));
    int64_t piece = tile::BufferType::pieceBytes / type.getElementBytes();
    place = b.createOrFold<arith::XOrIOp>(place, b.mul(phase, b.makeI64(piece)));
  }
  return b.offset(type.getElement(), base, place);
}

/// Where an element of a tile at `origin` of a view is.
SmallVector<Value> GpuKernelLowering::getPlaces(tile::LayoutAttr layout, ArrayRef<Value> origin,
                                                RankedTensorType type, int64_t number) {
  SmallVector<Value> places(origin);
  for (int64_t axis = 0; axis < type.getRank(); ++axis)
    places[axis] = b.add(places[axis], getPlace(layout, axis, number));
  return places;
}

Value GpuKernelLowering::getElement(const Window &window, tile::LayoutAttr layout,
                                    ArrayRef<Value> origin, RankedTensorType type, int64_t number) {
  SmallVector<Value> places = getPlaces(layout, origin, type, number);
  places.resize(2, b.makeI64(0));
  return getAddress(window, places[0], places[1]);
}

Value GpuKernelLowering::isInView(ValueRange sizes, ValueRange indices, RankedTensorType type,
                                  int64_t number) {
  tile::LayoutAttr layout = getLayout(type);
  Value inside;
  for (auto [axis, place] : llvm::enumerate(getPlaces(layout, flatten(indices), type, number))) {
    bool isOfTile = int64_t(axis) < type.getRank();
    int64_t extent = isOfTile ? type.getDimSize(axis) : 1;
    int64_t reach = isOfTile ? getReach(layout, axis, number) : 0;
    // What threads hold beyond the tile is no element of it: that it is not, the tile's size says.
    if (!isAlwaysBelow(indices[axis], std::min(reach, extent - 1), sizes[axis]))
      inside = allOf({inside, b.isBelow(place, scalars.lookup(sizes[axis]))});
    else if (reach >= extent)
      inside = allOf({inside, b.isBelow(getPlace(layout, axis, number), b.makeI64(extent))});
  }
  return inside;
}

/// How many registers of one instruction hold neighbours along the last axis, from the first on.
int64_t GpuKernelLowering::getRun(RankedTensorType type) {
  int64_t axis = type.getRank() - 1;
  ArrayRef<tile::Digit> registers = getLayout(type).getRegisters();
  if (axis < 0 || registers.empty() || registers[0].axis != axis || registers[0].step != 1 ||
      type.getElementType().isInteger(1))
    return 1;
  SmallVector<tile::Digit> others(registers.drop_front());
  llvm::append_range(others, getLayout(type).getThreads());
  auto isCut = [&](int64_t run) {
    return registers[0].size % run != 0 || type.getDimSize(axis) % run != 0 ||
           llvm::any_of(others, [&](const tile::Digit &digit) {
             return digit.axis == axis && digit.step % run != 0;
           });
  };
  int64_t run = tile::BufferType::pieceBytes / getByteSize(type.getElementType());
  while (isCut(run))
    run /= 2;
  return run;
}

GpuKernelLowering::Registers GpuKernelLowering::loadRun(Type element, Value pointer, int64_t run) {
  if (run == 1)
    return {b.loadScalar(element, pointer)};
  Value vector = LLVM::LoadOp::create(b, getVectorType(getMemoryType(element), run), pointer,
                                      run * getByteSize(element));
  Registers lanes;
  for (int64_t i = 0; i < run; ++i)
    lanes.push_back(b.extractLane(vector, i));
  return lanes;
}

void GpuKernelLowering::storeRun(ArrayRef<Value> values, Value pointer) {
  auto run = int64_t(values.size());
  if (run == 1)
    return b.store(values[0], pointer);
  Value vector = LLVM::PoisonOp::create(b, getVectorType(values[0].getType(), run));
  for (auto [i, value] : llvm::enumerate(values))
    vector = LLVM::InsertElementOp::create(b, vector, value, b.makeI64(i));
  LLVM::StoreOp::create(b, vector, pointer, run * getByteSize(values[0].getType()));
}

/// Whether a tile lies inside its view, and, for runs, whether those are whole in memory: then no
/// element is looked at alone. Null: it always does.
Value GpuKernelLowering::isWhole(const Window &window, ValueRange sizes, ValueRange indices,
                                 RankedTensorType type, int64_t run) {
  SmallVector<Value> places = flatten(indices);
  Value isWhole;
  for (auto [axis, place] : llvm::enumerate(places)) {
    int64_t extent = int64_t(axis) < type.getRank() ? type.getDimSize(axis) : 1;
    if (isAlwaysBelow(indices[axis], extent - 1, sizes[axis]))
      continue;
    Value end = b.add(place, b.makeI64(extent - 1)), size = scalars.lookup(sizes[axis]);
    isWhole = allOf({isWhole, b.isBelow(place, size)});
    if (extent > 1)
      isWhole = allOf({isWhole, b.isBelow(end, size)});
  }
  if (run > 1)
    isWhole = allOf({isWhole, isInPieces(window, places, run * getByteSize(window.element))});
  return isWhole;
}

/// The stores that a tile's elements go to, one by one; none if something else looks at them, too.
static bool collectStores(Value tile, SmallVectorImpl<tile::StoreOp> &stores) {
  return llvm::all_of(tile.getUsers(), [&](Operation *user) {
    if (auto store = dyn_cast<tile::StoreOp>(user)) {
      stores.push_back(store);
      return true;
    }
    bool isElementwise = isa<arith::ArithDialect>(user->getDialect()) || isa<tile::MathOp>(user);
    auto type = isElementwise ? dyn_cast<RankedTensorType>(user->getResult(0).getType()) : nullptr;
    return type && type.getShape() == cast<RankedTensorType>(tile.getType()).getShape() &&
           collectStores(user->getResult(0), stores);
  });
}

/// The sizes that a load is bounded by: those of its view, or along an axis where nothing looks at
/// what lies beyond the view of the stores behind it, that one's. Then the load runs where the
/// store does, and its own view needs no bound.
SmallVector<Value> GpuKernelLowering::getLoadedSizes(tile::LoadOp op) {
  SmallVector<Value> sizes(op.getView().getDefiningOp<tile::ViewOp>().getSizes());
  SmallVector<tile::StoreOp> stores;
  if (!collectStores(op.getResult(), stores) || stores.empty())
    return sizes;
  for (auto [axis, size] : llvm::enumerate(sizes)) {
    auto getSize = [axis = axis](tile::StoreOp store) {
      auto view = store.getView().getDefiningOp<tile::ViewOp>();
      return axis < view.getSizes().size() ? view.getSizes()[axis] : Value();
    };
    Value stored = getSize(stores.front());
    bool isTheirs = stored && scalars.contains(stored) && isAtMost(stored, size);
    for (tile::StoreOp store : stores)
      isTheirs =
          isTheirs && getSize(store) == stored && store.getIndices()[axis] == op.getIndices()[axis];
    size = isTheirs ? stored : size;
  }
  return sizes;
}

void GpuKernelLowering::lowerLoad(tile::LoadOp op) {
  auto type = cast<RankedTensorType>(op.getType());
  tile::LayoutAttr layout = getLayout(type);
  auto view = op.getView().getDefiningOp<tile::ViewOp>();
  const Window window = windows.lookup(view);
  SmallVector<Value> origin = flatten(op.getIndices()), sizes = getLoadedSizes(op);
  Value fill = scalars.lookup(op.getFill());
  Value reads = isLoadedByOwner(op) ? isOwner(layout) : Value();
  int64_t count = layout.getRegisterCount(), most = getRun(type);
  auto loadAll = [&](int64_t run, bool looks) {
    Registers results;
    for (int64_t i = 0; i < count; i += run) {
      Value inside =
          allOf({reads, looks ? isInView(sizes, op.getIndices(), type, i) : isInside(type, i)});
      auto load = [&] {
        return loadRun(window.element, getElement(window, layout, origin, type, i), run);
      };
      llvm::append_range(
          results, inside ? b.branch(inside, SmallVector<Type>(run, getValueType(window.element)),
                                     load, [&] { return Registers(run, fill); })
                          : load());
    }
    return results;
  };
  if (count == 1) {
    tiles[op] = loadAll(1, true);
    return;
  }
  Value whole = isWhole(window, sizes, op.getIndices(), type, most);
  tiles[op] = whole ? b.branch(
                          whole, SmallVector<Type>(count, getValueType(window.element)),
                          [&] { return loadAll(most, false); }, [&] { return loadAll(1, true); })
                    : loadAll(most, false);
}

void GpuKernelLowering::lowerStore(tile::StoreOp op) {
  auto type = cast<RankedTensorType>(op.getTile().getType());
  tile::LayoutAttr layout = getLayout(type);
  auto view = op.getView().getDefiningOp<tile::ViewOp>();
  const Window window = windows.lookup(view);
  SmallVector<Value> origin = flatten(op.getIndices());
  const Registers values = tiles.lookup(op.getTile());
  int64_t count = layout.getRegisterCount(), most = getRun(type);
  auto storeAll = [&](int64_t run, bool looks) {
    for (int64_t i = 0; i < count; i += run) {
      Value writes = allOf({isOwner(layout), isInside(type, i)});
      if (looks)
        writes = allOf({writes, isInView(view.getSizes(), op.getIndices(), type, i)});
      auto store = [&] {
        storeRun(ArrayRef(values).slice(i, run), getElement(window, layout, origin, type, i));
        return Registers();
      };
      if (writes)
        b.branch(writes, {}, store, [] { return Registers(); });
      else
        store();
    }
    return Registers();
  };
  if (count == 1) {
    storeAll(1, true);
    return;
  }
  if (Value whole = isWhole(window, view.getSizes(), op.getIndices(), type, most))
    b.branch(
        whole, {}, [&] { return storeAll(most, false); }, [&] { return storeAll(1, true); });
  else
    storeAll(most, false);
}

void GpuKernelLowering::lowerBuffer(tile::BufferOp op) {
  Value memory = LLVM::AddressOfOp::create(b, getPointer(3), sharedMemoryName);
  buffers[op] = b.offset(b.getI8Type(), memory, b.makeI64(op.getOffset()));
  int64_t bytes = op.getType().getByteSize() * op.getStages();
  sharedBytes = std::max<int64_t>(sharedBytes, op.getOffset() + bytes);
}

void GpuKernelLowering::lowerStage(tile::StageOp op) {
  Value place = b.mul(scalars.lookup(op.getNumber()), b.makeI64(op.getType().getByteSize()));
  buffers[op] = b.offset(b.getI8Type(), buffers.lookup(op.getRing()), place);
}

/// Zeros in what a swizzled buffer holds beyond the matrix.
void GpuKernelLowering::fillUp(tile::BufferType type, Value base) {
  Value zero = b.makeZeros(type.getElement(), 0);
  auto fill = [&](int64_t row, int64_t column, int64_t rows, int64_t columns) {
    if (rows == 0 || columns == 0)
      return;
    b.loop(thread.number, b.makeI64(rows * columns), gpuThreads, {}, [&](Value i, ArrayRef<Value>) {
      Value across = b.makeI64(columns);
      Value r = b.add(b.createOrFold<arith::DivUIOp>(i, across), b.makeI64(row)),
            c = b.add(b.createOrFold<arith::RemUIOp>(i, across), b.makeI64(column));
      b.store(zero, getAddress(type, base, r, c));
      return Registers();
    });
  };
  int64_t held = type.getHeldColumns();
  fill(0, type.getColumns(), type.getRows(), held - type.getColumns());
  fill(type.getRows(), 0, type.getHeldRows() - type.getRows(), held);
}

/// Where the elements of this thread's registers are in a buffer that holds their tile.
GpuKernelLowering::HeldPlaces GpuKernelLowering::getHeldPlaces(tile::BufferType type, Value base,
                                                               tile::LayoutAttr layout,
                                                               int64_t rank) {
  Value zero = b.makeI64(0);
  HeldPlaces held{layout, rank, type, base, std::nullopt};
  // Steps of registers and of threads are in different bits of all layouts that a pass chooses.
  bool isDisjoint = llvm::all_of(layout.getThreads(), [&](const tile::Digit &digit) {
    int64_t bits = (digit.size - 1) * digit.step;
    return digit.axis == tile::Digit::none ||
           (llvm::isPowerOf2_64(digit.step) &&
            llvm::all_of(getNumbers<int64_t>(0, layout.getRegisterCount()), [&](int64_t number) {
              return (layout.getOffsets(number)[digit.axis] & bits) == 0;
            }));
  });
  if (!type.getSwizzled() || isDisjoint)
    held.places.emplace(b, type, base, rank > 0 ? getThreadOffset(layout, 0) : zero,
                        rank > 1 ? getThreadOffset(layout, 1) : zero);
  return held;
}

Value GpuKernelLowering::getHeld(HeldPlaces &held, int64_t number) {
  std::array<int64_t, 2> at = held.layout.getOffsets(number);
  if (held.places)
    return held.places->getAddress(held.rank > 0 ? at[0] : 0, held.rank > 1 ? at[1] : 0);
  return getAddress(held.type, held.base, getPlace(held.layout, 0, number),
                    getPlace(held.layout, 1, number));
}

/// Whether the runs of a matrix in registers are as whole in its buffer.
bool GpuKernelLowering::areRunsWhole(tile::BufferType buffer, RankedTensorType type) {
  return type.getRank() == 2 && buffer.getStride() * buffer.getElementBytes() %
                                        (getRun(type) * buffer.getElementBytes()) ==
                                    0;
}

void GpuKernelLowering::lowerWrite(tile::WriteOp op) {
  auto type = cast<RankedTensorType>(op.getTile().getType());
  tile::LayoutAttr layout = getLayout(type);
  const Registers values = tiles.lookup(op.getTile());
  Value base = buffers.lookup(op.getBuffer());
  HeldPlaces places = getHeldPlaces(op.getBuffer().getType(), base, layout, type.getRank());
  int64_t run = areRunsWhole(op.getBuffer().getType(), type) ? getRun(type) : 1;
  for (int64_t i = 0; i < layout.getRegisterCount(); i += run) {
    Value address = getHeld(places, i);
    auto write = [&] {
      storeRun(ArrayRef(values).slice(i, run), address);
      return Registers();
    };
    if (Value writes = allOf({isOwner(layout), isInside(type, i)}))
      b.branch(writes, {}, write, [] { return Registers(); });
    else
      write();
  }
  fillUp(op.getBuffer().getType(), base);
}

/// Whether a linear map takes all places of a tile to one of so many.
static bool staysBelow(ArrayRef<int64_t> map, RankedTensorType type, int64_t extent) {
  int64_t least = map[2], most = map[2];
  for (int64_t axis = 0; axis < type.getRank(); ++axis) {
    int64_t reach = map[axis] * (type.getDimSize(axis) - 1);
    (reach < 0 ? least : most) += reach;
  }
  return least >= 0 && most < extent;
}

void GpuKernelLowering::lowerRead(tile::ReadOp op) {
  auto type = cast<RankedTensorType>(op.getType());
  tile::LayoutAttr layout = getLayout(type);
  tile::BufferType buffer = op.getBuffer().getType();
  Value base = buffers.lookup(op.getBuffer());
  Value none = b.makeZeros(buffer.getElement(), 0);
  Registers results;
  ArrayRef<int64_t> rows = op.getRows(), columns = op.getColumns();
  bool isAsHeld = rows == ArrayRef<int64_t>{1, 0, 0} && columns == ArrayRef<int64_t>{0, 1, 0};
  bool areRowsIn = staysBelow(rows, type, buffer.getRows()),
       areColumnsIn = staysBelow(columns, type, buffer.getColumns());
  HeldPlaces places = getHeldPlaces(buffer, base, layout, type.getRank());
  int64_t run = isAsHeld && areRunsWhole(buffer, type) ? getRun(type) : 1;
  auto getSource = [&](ArrayRef<int64_t> map, int64_t number) {
    Value source = b.makeI64(map[2]);
    for (int64_t axis = 0; axis < type.getRank(); ++axis)
      if (map[axis] != 0)
        source = b.add(source, b.mul(getPlace(layout, axis, number), b.makeI64(map[axis])));
    return source;
  };
  for (int64_t i = 0; i < layout.getRegisterCount(); i += run) {
    Value row = getSource(rows, i), column = getSource(columns, i);
    // Only elements of the tile come from where the buffer's rows, or columns, are known to reach.
    Value inside = isInside(type, i);
    if (!areRowsIn)
      inside = allOf({inside, b.isBelow(row, b.makeI64(buffer.getRows()))});
    if (!areColumnsIn)
      inside = allOf({inside, b.isBelow(column, b.makeI64(buffer.getColumns()))});
    Value address = isAsHeld ? getHeld(places, i) : getAddress(buffer, base, row, column);
    auto load = [&] { return loadRun(buffer.getElement(), address, run); };
    if (isReadByOwner(op)) {
      Value reads = allOf({isOwner(layout), inside});
      llvm::append_range(results, b.branch(reads, SmallVector<Type>(run, none.getType()), load,
                                           [&] { return Registers(run, none); }));
      continue;
    }
    // Not a branch, so that all reads are on their way at once; the first element is always there.
    if (inside)
      address = b.select(inside, address, base);
    for (Value value : load())
      results.push_back(inside ? b.select(inside, value, none) : value);
  }
  tiles[op] = results;
}

} // namespace weft::compiler
