// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products of matrices in shared memory by fused multiply-adds: every element type, every shape. A
// thread multiplies the factors of its rows with those of its columns, which it reads in vectors
// where the buffers hold them so.
#include "compiler/lower/TileToMachine/NarrowFloats.h"
#include "compiler/lower/TileToNVPTX/Lowering.h"

using namespace mlir;

namespace weft::compiler {

namespace {

/// One factor of a product: places along the product's rows, or columns, and along k.
struct Factor {
  tile::BufferType type;
  Value base;
  bool kIsDown; ///< k counts the rows of the buffer

  std::pair<Value, Value> getRowAndColumn(Value place, Value k) const {
    return kIsDown ? std::pair(k, place) : std::pair(place, k);
  }
};

} // namespace

void GpuKernelLowering::lowerDot(tile::DotOp op) {
  auto type = cast<RankedTensorType>(op.getType());
  tile::LayoutAttr layout = getLayout(type);
  Factor factors[2] = {
      {cast<tile::BufferType>(op.getA().getType()), buffers.lookup(op.getA()), op.getTransposeA()},
      {cast<tile::BufferType>(op.getB().getType()), buffers.lookup(op.getB()),
       !op.getTransposeB()}};
  Type element = factors[0].type.getElement();
  int64_t count = layout.getRegisterCount(), lanes = getFactorLanes(op), run = getRun(type);
  // Rows and columns beyond the tile read the last ones: what they give is never looked at.
  auto getSource = [&](int64_t axis, int64_t number, int64_t width) -> Value {
    Value place = getPlace(layout, axis, number);
    if (!isInside(type, number))
      return place;
    return arith::MinUIOp::create(b, place, b.makeI64(type.getDimSize(axis) - width));
  };
  // Registers of one row, or of one column, share a factor.
  llvm::DenseMap<int64_t, Value> sources[2];
  for (int64_t i = 0; i < count; ++i)
    for (int64_t axis : {0, 1})
      if (Value &source = sources[axis][layout.getOffsets(i)[axis]]; !source)
        source = getSource(axis, i, axis == 1 && i % run == 0 ? run : 1);

  auto load = [&](const Factor &factor, Value place, Value k, int64_t width) {
    auto [row, column] = factor.getRowAndColumn(place, k);
    Registers loaded = loadRun(element, getAddress(factor.type, factor.base, row, column), width);
    for (Value &value : loaded)
      value = isNarrowFloat(element) ? emitWiden(b, value, element) : value;
    return loaded;
  };
  /// The factors of all places of an axis for `width` values of k, as [k][offset].
  auto loadAll = [&](int64_t axis, Value k, int64_t width) {
    SmallVector<llvm::DenseMap<int64_t, Value>> loaded(width);
    const Factor &factor = factors[axis];
    for (int64_t i = 0; i < count; ++i) {
      int64_t at = layout.getOffsets(i)[axis];
      if (loaded[0].contains(at))
        continue;
      Value place = sources[axis].lookup(at);
      if (!factor.kIsDown) {
        for (auto [j, value] : llvm::enumerate(load(factor, place, k, width)))
          loaded[j][at] = value;
        continue;
      }
      // Columns side by side are a vector of each k's row.
      bool isRun = axis == 1 && lanes > 1 && run > 1 && i % run == 0;
      for (int64_t j = 0; j < width; ++j)
        for (auto [n, value] :
             llvm::enumerate(load(factor, place, b.add(k, b.makeI64(j)), isRun ? run : 1)))
          loaded[j][at + int64_t(n)] = value;
    }
    return loaded;
  };
  auto multiply = [&](Value k, ArrayRef<Value> carried, int64_t width) {
    auto left = loadAll(0, k, width), right = loadAll(1, k, width);
    Registers sums(carried);
    for (int64_t j = 0; j < width; ++j)
      for (int64_t i = 0; i < count; ++i) {
        std::array<int64_t, 2> at = layout.getOffsets(i);
        sums[i] = LLVM::FMAOp::create(b, left[j].lookup(at[0]), right[j].lookup(at[1]), sums[i]);
      }
    return sums;
  };
  int64_t depth = op.getDepth(), whole = depth - depth % lanes;
  Registers sums = tiles.lookup(op.getAcc());
  sums = b.loop(0, whole, lanes, sums,
                [&](Value k, ArrayRef<Value> carried) { return multiply(k, carried, lanes); });
  tiles[op] = b.loop(whole, depth, 1, sums,
                     [&](Value k, ArrayRef<Value> carried) { return multiply(k, carried, 1); });
}

/// How many elements of a row of both buffers are one vector.
int64_t GpuKernelLowering::getFactorLanes(tile::DotOp op) {
  int64_t lanes = tile::BufferType::pieceBytes;
  for (Value factor : {op.getA(), op.getB()}) {
    auto type = cast<tile::BufferType>(factor.getType());
    int64_t bytes = type.getElementBytes();
    bool isWhole = bytes >= 4 && type.getStride() * bytes % tile::BufferType::pieceBytes == 0;
    lanes = std::min(lanes, isWhole ? tile::BufferType::pieceBytes / bytes : 1);
  }
  return lanes;
}

} // namespace weft::compiler
