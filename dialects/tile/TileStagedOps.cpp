// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers of TileStagedOps.td. The labels in brackets are those of docs/spec/tile.md.
#include "dialects/tile/TileDialect.h"

using namespace mlir;

namespace weft::tile {

LogicalResult ConvertOp::verify() {
  auto input = cast<RankedTensorType>(getInput().getType()),
       result = cast<RankedTensorType>(getType());
  if (input.cloneWithEncoding({}) != result.cloneWithEncoding({}))
    return emitOpError("expects the result to differ in its layout only, got ")
           << result << " vs " << input << " (convert.C1)";
  if (!isa_and_nonnull<LayoutAttr>(input.getEncoding()) ||
      !isa_and_nonnull<LayoutAttr>(result.getEncoding()))
    return emitOpError("expects tiles with layouts, got ")
           << input << " and " << result << " (convert.C2)";
  return success();
}

LogicalResult BufferOp::verify() {
  if (int64_t(getOffset()) < 0 || getOffset() % 16 != 0)
    return emitOpError("expects an offset of whole 16 bytes, got ")
           << getOffset() << " (buffer.C2)";
  if (getType().getSwizzled() && getOffset() % BufferType::lineBytes != 0)
    return emitOpError("expects a swizzled buffer to begin with a line of ")
           << BufferType::lineBytes << " bytes, got " << getOffset() << " (buffer.C4)";
  if (int64_t(getStages()) < 1)
    return emitOpError("expects at least one stage, got ") << getStages() << " (buffer.C5)";
  return success();
}

LogicalResult StageOp::verify() {
  if (!getRing().getDefiningOp<BufferOp>())
    return emitOpError("expects the ring of a tile.buffer (stage.C1)");
  return success();
}

LogicalResult CopyOp::verify() {
  ViewType view = getView().getType();
  BufferType buffer = getBuffer().getType();
  if (view.getElement() != buffer.getElement() || view.getRank() != 2)
    return emitOpError("expects a view of rank 2 with the buffer's elements, got ")
           << view << " vs " << buffer << " (copy.C1)";
  if (getIndices().size() != 2)
    return emitOpError("expects two indices, got ") << getIndices().size() << " (copy.C2)";
  return success();
}

LogicalResult ProduceOp::inferReturnTypes(MLIRContext *, std::optional<Location>, Adaptor adaptor,
                                          SmallVectorImpl<Type> &types) {
  llvm::append_range(types, adaptor.getRings().getTypes());
  return success();
}

LogicalResult ProduceOp::verify() {
  std::optional<uint64_t> stages;
  for (Value ring : getRings()) {
    auto buffer = ring.getDefiningOp<BufferOp>();
    if (!buffer || (stages && *stages != buffer.getStages()))
      return emitOpError("expects rings of tile.buffer with as many stages each (produce.C1)");
    stages = buffer.getStages();
  }
  if (getRings().empty() || getBody().getArgumentTypes() != getRings().getTypes())
    return emitOpError(
        "expects a region with one stage of each ring as its arguments (produce.C2)");
  for (Operation &op : getBody().front()) {
    auto copy = dyn_cast<CopyOp>(op);
    auto target = copy ? dyn_cast<BlockArgument>(copy.getBuffer()) : BlockArgument();
    if (!target || target.getOwner() != &getBody().front())
      return op.emitOpError(
          "expects a tile.produce to hold copies to its stages alone (produce.C3)");
  }
  return success();
}

LogicalResult WriteOp::verify() {
  auto tile = cast<RankedTensorType>(getTile().getType());
  BufferType buffer = getBuffer().getType();
  int64_t rows = tile.getRank() > 0 ? tile.getDimSize(0) : 1,
          columns = tile.getRank() > 1 ? tile.getDimSize(1) : 1;
  if (tile.getElementType() != buffer.getElement() || rows != buffer.getRows() ||
      columns != buffer.getColumns())
    return emitOpError("expects the buffer to have the tile's rows, columns and elements, got ")
           << buffer << " vs " << tile << " (write.C1)";
  return success();
}

LogicalResult ReadOp::verify() {
  auto tile = cast<RankedTensorType>(getType());
  if (tile.getElementType() != getBuffer().getType().getElement() || tile.getRank() > 2)
    return emitOpError("expects a tile of rank at most 2 with the buffer's elements, got ")
           << tile << " vs " << getBuffer().getType() << " (read.C1)";
  if (getRows().size() != 3 || getColumns().size() != 3)
    return emitOpError("expects three numbers for rows and for columns, got ")
           << getRows().size() << " and " << getColumns().size() << " (read.C2)";
  return success();
}

} // namespace weft::tile
