// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/TileToNVPTX/Layouts.h"
#include "compiler/lower/TileToNVPTX/TileToNVPTX.h"

using namespace mlir;

namespace weft::compiler {

#define GEN_PASS_DEF_TILEPLACEBUFFERSPASS
#include "compiler/lower/TileToNVPTX/Passes.h.inc"

namespace {

/// What a block of sm_80 may ask for.
constexpr int64_t sharedBudget = 163 * 1024;

class BufferPlacement {
public:
  explicit BufferPlacement(tile::KernelOp kernel) : kernel(kernel) {}

  LogicalResult run() {
    SmallVector<Operation *> movers;
    kernel.walk([&](Operation *op) {
      if (isa<tile::DotOp, tile::ConvertOp, tile::TransposeOp, tile::ShearOp, tile::UnshearOp,
              tile::ExtractOp>(op))
        movers.push_back(op);
    });
    for (Operation *op : movers)
      place(op);
    if (bytes > sharedBudget)
      return kernel.emitOpError("expects its buffers to take at most ")
             << sharedBudget << " bytes of shared memory, got " << bytes << " (nvptx.C1)";
    return success();
  }

private:
  using Row = std::array<int64_t, 3>;

  void place(Operation *op) {
    if (auto dot = dyn_cast<tile::DotOp>(op)) {
      dot.getAMutable().set(getBuffer(dot.getA()));
      dot.getBMutable().set(getBuffer(dot.getB()));
    } else if (isa<tile::ConvertOp>(op)) {
      replace(op, {1, 0, 0}, {0, 1, 0});
    } else if (isa<tile::TransposeOp>(op)) {
      replace(op, {0, 1, 0}, {1, 0, 0});
    } else if (isa<tile::ShearOp>(op)) {
      // Element (r, c) is element (r, R - 1 - r + c).
      replace(op, {1, 0, 0}, {-1, 1, getRowCount(op) - 1});
    } else if (isa<tile::UnshearOp>(op)) {
      // Element (r, w) is element (r, w - (R - 1 - r)), and 0 where there is none.
      replace(op, {1, 0, 0}, {1, 1, 1 - getRowCount(op)});
    } else {
      spreadElement(cast<tile::ExtractOp>(op));
    }
  }

  static int64_t getRowCount(Operation *op) {
    return cast<RankedTensorType>(op->getResult(0).getType()).getDimSize(0);
  }

  void replace(Operation *op, const Row &rows, const Row &columns) {
    Value buffer = getBuffer(op->getOperand(0));
    OpBuilder builder(op);
    Value read = tile::ReadOp::create(builder, op->getLoc(), op->getResult(0).getType(), buffer,
                                      rows, columns);
    op->getResult(0).replaceAllUsesWith(read);
    op->erase();
  }

  /// The element that a scalar is made of must be in every thread.
  void spreadElement(tile::ExtractOp op) {
    auto type = cast<RankedTensorType>(op.getTile().getType());
    if (type.getNumElements() == 1)
      return; // all threads hold it
    Value buffer = getBuffer(op.getTile());
    OpBuilder builder(op);
    ArrayRef<int64_t> at = op.getIndices();
    tile::LayoutAttr everywhere = getRowLayout(op.getContext(), {});
    auto one = RankedTensorType::get({}, type.getElementType(), everywhere);
    Row rows = {0, 0, at[0]}, columns = {0, 0, at.size() > 1 ? at[1] : 0};
    Value read = tile::ReadOp::create(builder, op.getLoc(), one, buffer, rows, columns);
    op.getTileMutable().set(read);
    op.setIndices({});
  }

  /// The buffer of a tile, written where the tile is made.
  Value getBuffer(Value tile) {
    Value &buffer = buffers[tile];
    if (buffer)
      return buffer;
    auto type = cast<RankedTensorType>(tile.getType());
    int64_t rows = type.getRank() > 0 ? type.getDimSize(0) : 1,
            columns = type.getRank() > 1 ? type.getDimSize(1) : 1;
    // Rows an odd number of words apart: a column, too, is in different banks.
    int64_t words = std::max<int64_t>(32 / type.getElementTypeBitWidth(), 1);
    int64_t stride = columns == 1 ? 1 : (llvm::divideCeil(columns, words) | 1) * words;
    auto bufferType =
        tile::BufferType::get(kernel.getContext(), rows, columns, type.getElementType(), stride);
    OpBuilder builder(kernel.getContext());
    builder.setInsertionPointToStart(&kernel.getBody().front());
    buffer = tile::BufferOp::create(builder, tile.getLoc(), bufferType, bytes);
    bytes = llvm::alignTo(bytes + bufferType.getByteSize(), 16);
    builder.setInsertionPointAfterValue(tile);
    tile::WriteOp::create(builder, tile.getLoc(), tile, buffer);
    return buffer;
  }

  tile::KernelOp kernel;
  int64_t bytes = 0;
  llvm::DenseMap<Value, Value> buffers;
};

struct TilePlaceBuffersPass : impl::TilePlaceBuffersPassBase<TilePlaceBuffersPass> {
  void runOnOperation() override {
    for (auto kernel : getOperation().getOps<tile::KernelOp>())
      if (failed(BufferPlacement(kernel).run()))
        return signalPassFailure();
  }
};

} // namespace

} // namespace weft::compiler
