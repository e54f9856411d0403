// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products of bf16 or f16 on tensor cores: fragments come out of swizzled buffers by ldmatrix, four
// 8 x 8 matrices at a time, and mma.sync adds 16 x 8 x 16 products in f32. Which lane holds which
// element is what the PTX manual says of both; docs/spec/kernels.md has the maps.
#include "compiler/lower/TileToNVPTX/Lowering.h"

using namespace mlir;

namespace weft::compiler {

namespace {

constexpr int64_t atom = tile::BufferType::atom;

/// Loads fragments of 16 x 16 elements of one factor.
class FragmentLoader {
public:
  /// Lane 8 i + r points at row r of matrix i: the matrices with odd i, or with i of 2 and 3, lie 8
  /// elements further along the axis that the factor's fragment asks for. `down` is the row of the
  /// buffer where this thread's warp begins, `across` the column.
  FragmentLoader(Emitter &b, tile::BufferType type, Value base, Value lane, Value down,
                 Value across, bool oddIsDown, bool isTransposed)
      : b(b), isTransposed(isTransposed) {
    auto bit = [&](int64_t from) {
      Value shifted = arith::ShRUIOp::create(b, lane, b.makeI64(from));
      return b.mul(arith::AndIOp::create(b, shifted, b.makeI64(1)), b.makeI64(8));
    };
    Value odd = bit(3), upper = bit(4);
    Value row = b.add(arith::AndIOp::create(b, lane, b.makeI64(7)), oddIsDown ? odd : upper);
    row = b.add(row, down);
    Value column = b.add(oddIsDown ? upper : odd, across);
    places.emplace(b, type, base, row, column);
  }

  /// The four registers of the fragment that begins so many whole atoms further.
  SmallVector<Value> load(int64_t row, int64_t column) {
    Value from = places->getAddress(row, column);
    Type word = b.getI32Type();
    auto four = LLVM::LLVMStructType::getLiteral(b.getContext(), {word, word, word, word});
    auto layout = isTransposed ? NVVM::MMALayout::col : NVVM::MMALayout::row;
    Value loaded = NVVM::LdMatrixOp::create(b, four, from, 4, layout,
                                            NVVM::LdStMatrixShapeAttr::get(b.getContext(), 8, 8),
                                            NVVM::LdStMatrixEltType::B16);
    SmallVector<Value> registers;
    for (int64_t i = 0; i < 4; ++i)
      registers.push_back(LLVM::ExtractValueOp::create(b, loaded, i));
    return registers;
  }

private:
  Emitter &b;
  bool isTransposed;
  std::optional<BufferPlaces> places;
};

/// The four registers of a left fragment whose elements this thread holds (isHeldFactor): of the
/// eight that it has of an atom two by two are what mma takes.
SmallVector<Value> packFragment(Emitter &b, tile::LayoutAttr layout, ArrayRef<Value> held,
                                std::array<int64_t, 2> at) {
  int64_t first = 0;
  while (layout.getOffsets(first) != at)
    ++first;
  auto pairs = VectorType::get({2}, b.getI16Type());
  SmallVector<Value> registers;
  for (int64_t i = first; i < first + 8; i += 2) {
    Value pair = LLVM::PoisonOp::create(b, pairs);
    for (int64_t j = 0; j < 2; ++j)
      pair = LLVM::InsertElementOp::create(b, pair, held[i + j], b.makeI64(j));
    registers.push_back(LLVM::BitcastOp::create(b, b.getI32Type(), pair));
  }
  return registers;
}

} // namespace

/// The first row, or column, of this thread's warp: its digits beyond the 32 lanes.
Value GpuKernelLowering::getWarpOffset(tile::LayoutAttr layout, int64_t axis) {
  SmallVector<tile::Digit> digits(layout.getThreads());
  for (tile::Digit &digit : MutableArrayRef(digits).take_front(2))
    digit = {digit.size, tile::Digit::none, 0};
  return getThreadOffset(tile::LayoutAttr::get(b.getContext(), digits, {}), axis);
}

void GpuKernelLowering::lowerTensorDot(tile::DotOp op) {
  auto type = cast<RankedTensorType>(op.getType());
  tile::LayoutAttr layout = getLayout(type);
  auto right = cast<tile::BufferType>(op.getB().getType());
  Value lane = arith::AndIOp::create(b, thread.number, b.makeI64(31)), none = b.makeI64(0);
  Value down = getWarpOffset(layout, 0), across = getWarpOffset(layout, 1);
  bool isLeftTransposed = op.getTransposeA(), isRightTransposed = op.getTransposeB();
  // A's second matrix lies 8 rows of the product down, B's second 8 further along k.
  std::optional<FragmentLoader> leftLoader;
  if (auto left = dyn_cast<tile::BufferType>(op.getA().getType()))
    leftLoader.emplace(b, left, buffers.lookup(op.getA()), lane, isLeftTransposed ? none : down,
                       isLeftTransposed ? down : none, /*oddIsDown=*/!isLeftTransposed,
                       isLeftTransposed);
  auto loadLeft = [&](int64_t row, int64_t k) {
    if (!leftLoader)
      return packFragment(b, getLayout(op.getA().getType()), tiles.lookup(op.getA()), {row, k});
    return isLeftTransposed ? leftLoader->load(k, row) : leftLoader->load(row, k);
  };
  FragmentLoader rightLoader(b, right, buffers.lookup(op.getB()), lane,
                             isRightTransposed ? across : none, isRightTransposed ? none : across,
                             /*oddIsDown=*/!isRightTransposed, !isRightTransposed);
  Registers sums = tiles.lookup(op.getAcc());
  // Eight registers are an atom; those of one row of atoms follow one another.
  for (int64_t k = 0; k < int64_t(llvm::alignTo(op.getDepth(), atom)); k += atom) {
    llvm::DenseMap<int64_t, SmallVector<Value>> leftOfRow, rightOfColumn;
    for (int64_t i = 0; i < int64_t(sums.size()); i += 8) {
      std::array<int64_t, 2> at = layout.getOffsets(i);
      SmallVector<Value> &a = leftOfRow[at[0]], &c = rightOfColumn[at[1]];
      if (a.empty())
        a = loadLeft(at[0], k);
      if (c.empty())
        c = isRightTransposed ? rightLoader.load(at[1], k) : rightLoader.load(k, at[1]);
      for (int64_t half = 0; half < 2; ++half)
        multiplyAtom(right.getElement(), a, ArrayRef(c).slice(2 * half, 2),
                     MutableArrayRef(sums).slice(i + 4 * half, 4));
    }
  }
  tiles[op] = sums;
}

/// sums += a c, one mma.sync. Registers of pairs are i32, but vectors where NVVM wants pairs of
/// f16.
void GpuKernelLowering::multiplyAtom(Type element, ArrayRef<Value> a, ArrayRef<Value> c,
                                     MutableArrayRef<Value> sums) {
  SmallVector<Value> left(a), right(c);
  auto kind = NVVM::MMATypes::bf16;
  if (element.isF16()) {
    kind = NVVM::MMATypes::f16;
    for (SmallVector<Value> *factor : {&left, &right})
      for (Value &pair : *factor)
        pair = LLVM::BitcastOp::create(b, VectorType::get({2}, element), pair);
  }
  Type single = b.getF32Type();
  auto four = LLVM::LLVMStructType::getLiteral(b.getContext(), {single, single, single, single});
  std::array<NVVM::MMATypes, 2> elements = {kind, kind};
  std::array<NVVM::MMALayout, 2> layouts = {NVVM::MMALayout::row, NVVM::MMALayout::col};
  Value product = NVVM::MmaOp::create(b, four, left, right, SmallVector<Value>(sums),
                                      ArrayRef<int64_t>{16, 8, 16}, std::nullopt, std::nullopt,
                                      elements, layouts);
  for (auto [i, sum] : llvm::enumerate(sums))
    sum = LLVM::ExtractValueOp::create(b, product, i);
}

} // namespace weft::compiler
