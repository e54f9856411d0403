// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers of TileComputeOps.td. The labels in brackets are those of docs/spec/tile.md.
#include "dialects/tile/TileDialect.h"
#include "dialects/tile/TilePromise.h"

using namespace mlir;

namespace weft::tile {

RankedTensorType DotOp::getFactorType(int64_t number) {
  Type factor = getOperand(number).getType();
  if (auto buffer = dyn_cast<BufferType>(factor))
    return RankedTensorType::get({buffer.getRows(), buffer.getColumns()}, buffer.getElement());
  return cast<RankedTensorType>(factor);
}

int64_t DotOp::getDepth() { return getFactorType(0).getDimSize(getTransposeA() ? 0 : 1); }

LogicalResult DotOp::verify() {
  RankedTensorType left = getFactorType(0), right = getFactorType(1);
  auto sum = cast<RankedTensorType>(getAcc().getType());
  if (left.getRank() != 2 || right.getRank() != 2 || sum.getRank() != 2)
    return emitOpError("expects tiles of rank 2, got ")
           << left << ", " << right << ", " << sum << " (dot.C1)";
  Type factor = left.getElementType();
  bool isWidening = isa<BFloat16Type, Float16Type>(factor) && sum.getElementType().isF32();
  if (factor != right.getElementType() || (factor != sum.getElementType() && !isWidening))
    return emitOpError("expects one element type, or bf16 or f16 factors and an f32 sum, got ")
           << left.getElementType() << ", " << right.getElementType() << ", "
           << sum.getElementType() << " (dot.C2)";
  int64_t depth = right.getDimSize(getTransposeB() ? 1 : 0);
  if (getDepth() != depth)
    return emitOpError("expects a and b to agree on the summed size, got ")
           << getDepth() << " vs " << depth << " (dot.C3)";
  int64_t columns = right.getDimSize(getTransposeB() ? 0 : 1);
  int64_t rows = left.getDimSize(getTransposeA() ? 1 : 0);
  if (sum.getDimSize(0) != rows || sum.getDimSize(1) != columns)
    return emitOpError("expects acc to have the rows of a and the columns of b, got ")
           << sum << " vs [" << rows << ", " << columns << "] (dot.C4)";
  if (getTransposeA() && !isa<BufferType>(getA().getType()))
    return emitOpError("expects a buffer that holds a transposed, got ")
           << getA().getType() << " (dot.C5)";
  return success();
}

LogicalResult ReduceOp::verify() {
  auto input = cast<RankedTensorType>(getInput().getType());
  auto result = cast<RankedTensorType>(getType());
  int64_t axis = getAxis();
  if (input.getRank() < 1 || input.getRank() > 2 || axis < 0 || axis >= input.getRank())
    return emitOpError("expects a tile of rank 1 or 2 and one of its axes, got rank ")
           << input.getRank() << " and axis " << axis << " (reduce.C1)";
  SmallVector<int64_t> shape(input.getShape());
  shape.erase(shape.begin() + axis);
  if (result.getShape() != ArrayRef(shape) || result.getElementType() != input.getElementType())
    return emitOpError("expects the result to be the input without axis ")
           << axis << ", got " << result << " vs " << input << " (reduce.C2)";
  return success();
}

LogicalResult BroadcastOp::verify() {
  auto result = cast<RankedTensorType>(getType());
  auto input = dyn_cast<RankedTensorType>(getInput().getType());
  Type element = getElementTypeOrSelf(getInput().getType());
  if (element != result.getElementType())
    return emitOpError("expects the result's element type to equal the input's, got ")
           << result.getElementType() << " vs " << element << " (broadcast.C1)";
  int64_t rank = input ? input.getRank() : 0;
  if (rank > 1 || result.getRank() > 2)
    return emitOpError("expects an input of rank at most 1 and a result of rank at most 2, got ")
           << rank << " and " << result.getRank() << " (broadcast.C2)";
  ArrayRef<int64_t> dims = getDims();
  bool isOutside = llvm::any_of(dims, [&](int64_t d) { return d < 0 || d >= result.getRank(); });
  if (static_cast<int64_t>(dims.size()) != rank || isOutside)
    return emitOpError("expects dims to name one result axis for each input axis, got [")
           << dims << "] for ranks " << rank << " and " << result.getRank() << " (broadcast.C3)";
  for (auto [axis, dim] : llvm::enumerate(dims))
    if (input.getDimSize(axis) != result.getDimSize(dim))
      return emitOpError("expects axis ")
             << dim << " of the result to have the input's size, got " << result.getDimSize(dim)
             << " vs " << input.getDimSize(axis) << " (broadcast.C4)";
  return success();
}

LogicalResult TransposeOp::verify() {
  auto input = cast<RankedTensorType>(getInput().getType());
  auto result = cast<RankedTensorType>(getType());
  if (input.getRank() != 2)
    return emitOpError("expects a tile of rank 2, got rank ")
           << input.getRank() << " (transpose.C1)";
  SmallVector<int64_t> exchanged(llvm::reverse(input.getShape()));
  if (result.getShape() != ArrayRef(exchanged) || result.getElementType() != input.getElementType())
    return emitOpError("expects the result to be the input with its axes exchanged, got ")
           << result << " vs " << input << " (transpose.C2)";
  return success();
}

/// `wide` is [R, W], `narrow` [R, C] with W >= R + C - 1.
static LogicalResult verifySheared(Operation *op, Type wide, Type narrow) {
  StringRef name = op->getName().stripDialect();
  auto window = cast<RankedTensorType>(wide), tile = cast<RankedTensorType>(narrow);
  if (window.getRank() != 2 || tile.getRank() != 2 ||
      window.getElementType() != tile.getElementType() ||
      window.getDimSize(0) != tile.getDimSize(0))
    return op->emitOpError("expects two tiles of rank 2 with one element type and as many rows, "
                           "got ")
           << window << " vs " << tile << " (" << name << ".C1)";
  int64_t needed = tile.getDimSize(0) + tile.getDimSize(1) - 1;
  if (window.getDimSize(1) < needed)
    return op->emitOpError("expects the wide tile to have a column for each diagonal, got ")
           << window.getDimSize(1) << " vs " << needed << " (" << name << ".C2)";
  return success();
}

LogicalResult ShearOp::verify() { return verifySheared(*this, getInput().getType(), getType()); }
LogicalResult UnshearOp::verify() { return verifySheared(*this, getType(), getInput().getType()); }

LogicalResult ExtractOp::verify() {
  auto tile = cast<RankedTensorType>(getTile().getType());
  ArrayRef<int64_t> indices = getIndices();
  if (static_cast<int64_t>(indices.size()) != tile.getRank())
    return emitOpError("expects one index an axis, got ")
           << indices.size() << " for rank " << tile.getRank() << " (extract.C1)";
  for (auto [axis, index] : llvm::enumerate(indices))
    if (index < 0 || index >= tile.getDimSize(axis))
      return emitOpError("expects index ")
             << axis << " to be inside the tile, got " << index << " vs size "
             << tile.getDimSize(axis) << " (extract.C2)";
  if (getResult().getType() != tile.getElementType())
    return emitOpError("expects the result's type to be the tile's element type, got ")
           << getResult().getType() << " vs " << tile.getElementType() << " (extract.C3)";
  Attribute promise = (*this)->getAttr(withinAttrName);
  auto within = dyn_cast_or_null<DenseI64ArrayAttr>(promise);
  bool isKept =
      within && within.size() == 2 && within[0] <= within[1] && tile.getElementType().isInteger(32);
  if (promise && !isKept)
    return emitOpError("expects an i32 within two numbers, the smaller first, got ")
           << tile.getElementType() << " within " << promise << " (extract.C4)";
  return success();
}

LogicalResult IotaOp::verify() {
  auto result = cast<RankedTensorType>(getType());
  int64_t axis = getAxis();
  if (result.getRank() < 1 || result.getRank() > 2 || axis < 0 || axis >= result.getRank())
    return emitOpError("expects a tile of rank 1 or 2 and one of its axes, got rank ")
           << result.getRank() << " and axis " << axis << " (iota.C1)";
  if (!result.getElementType().isInteger(32))
    return emitOpError("expects elements of type i32, got ")
           << result.getElementType() << " (iota.C2)";
  return success();
}

LogicalResult PhiloxOp::verify() {
  Type element = getElementTypeOrSelf(getType());
  if (!element.isInteger(32))
    return emitOpError("expects indices of type i32, got ") << element << " (philox.C1)";
  return success();
}

} // namespace weft::tile
