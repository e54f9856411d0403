// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/TileToNVPTX/HeldFactors.h"
#include "compiler/lower/TileToNVPTX/Layouts.h"
#include "compiler/lower/TileToNVPTX/TileToNVPTX.h"
#include "compiler/lower/TileToNVPTX/WarpGroups.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace weft::compiler {

#define GEN_PASS_DEF_TILEPLACEBUFFERSPASS
#include "compiler/lower/TileToNVPTX/Passes.h.inc"

namespace {

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
    return placeBuffers(kernel);
  }

private:
  using Row = std::array<int64_t, 3>;

  void place(Operation *op) {
    auto dot = dyn_cast<tile::DotOp>(op);
    if (dot && isOfOneElement(dot)) {
      multiply(dot);
    } else if (dot) {
      for (OpOperand *factor : {&dot.getAMutable(), &dot.getBMutable()})
        if (!copyFactor(*factor) && !staysInRegisters(*factor))
          factor->set(getBuffer(factor->get()));
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

  /// A left factor that was computed is in the registers where mma or wgmma wants it: sums of it
  /// are of the same layout.
  bool staysInRegisters(OpOperand &factor) {
    auto dot = cast<tile::DotOp>(factor.getOwner());
    if (factor.getOperandNumber() == 0 && isHeldFactor(dot))
      return true;
    return factor.getOperandNumber() == 0 && hasGroupProducts(kernel) && isOfGroup(dot) &&
           dot.getDepth() % groupDepth == 0 && isGroupLayout(factor.get());
  }

  static bool isGroupLayout(Value tile) {
    auto type = cast<RankedTensorType>(tile.getType());
    return getLayout(type) == getGroupLayout(tile.getContext(), type.getShape());
  }

  /// A factor that is only loaded goes from its array to a buffer, past the registers.
  bool copyFactor(OpOperand &factor) {
    auto load = factor.get().getDefiningOp<tile::LoadOp>();
    if (!load || !isCopied(load))
      return isa<tile::BufferType>(factor.get().getType());
    auto type = cast<RankedTensorType>(load.getType());
    SmallVector<int64_t> shape(type.getShape());
    SmallVector<Value> indices(load.getIndices());
    Value view = load.getView();
    OpBuilder builder(load);
    // Rows of the buffer are runs of memory: where those are the columns, it holds the transposed.
    auto of = view.getDefiningOp<tile::ViewOp>();
    bool isTransposed =
        isConstantIntValue(of.getStrides()[0], 1) && !isConstantIntValue(of.getStrides()[1], 1);
    if (isTransposed) {
      std::swap(shape[0], shape[1]);
      std::swap(indices[0], indices[1]);
      SmallVector<Value> sizes(llvm::reverse(of.getSizes())),
          strides(llvm::reverse(of.getStrides()));
      OpBuilder after(of->getContext());
      after.setInsertionPointAfter(of);
      view = tile::ViewOp::create(after, of.getLoc(), of.getType(), of.getArray(), of.getOffset(),
                                  sizes, strides);
    }
    Value buffer = makeBuffer(load.getLoc(), shape, type.getElementType(), getUse(load));
    tile::CopyOp::create(builder, load.getLoc(), view, indices, buffer);
    tile::CommitOp::create(builder, load.getLoc());
    tile::WaitOp::create(builder, load.getLoc(), 0);
    for (OpOperand &use : llvm::make_early_inc_range(load->getUses())) {
      auto dot = cast<tile::DotOp>(use.getOwner());
      if (isTransposed && use.getOperandNumber() == 0)
        dot.setTransposeA(true);
      else if (isTransposed)
        dot.setTransposeB(!dot.getTransposeB());
      use.set(buffer);
    }
    load.erase();
    return true;
  }

  /// Zeros outside the view, an array that nothing writes, and products that are its only readers
  /// and find rows of whole pieces.
  bool isCopied(tile::LoadOp load) {
    auto array = cast<BlockArgument>(load.getView().getDefiningOp<tile::ViewOp>().getArray());
    bool isWritten = llvm::is_contained(kernel.getWrites(), int64_t(array.getArgNumber()));
    return !isWritten && matchPattern(load.getFill(), m_AnyZeroFloat()) &&
           mayBeInPieces(load.getView().getDefiningOp<tile::ViewOp>()) &&
           llvm::all_of(load->getUses(), [](OpOperand &use) {
             auto dot = dyn_cast<tile::DotOp>(use.getOwner());
             return dot && use.getOperandNumber() < 2 && getUse(dot) != BufferUse::Any;
           });
  }

  /// All threads hold both factors then.
  static bool isOfOneElement(tile::DotOp dot) {
    return llvm::all_of(dot->getOperands(), [&](Value operand) {
      auto type = dyn_cast<RankedTensorType>(operand.getType());
      return type && type.getNumElements() == 1 && getLayout(type) == getLayout(dot.getType());
    });
  }

  void multiply(tile::DotOp dot) {
    OpBuilder builder(dot);
    auto widen = [&](Value factor) -> Value {
      return factor.getType() == dot.getType()
                 ? factor
                 : arith::ExtFOp::create(builder, dot.getLoc(), dot.getType(), factor);
    };
    Value a = widen(dot.getA()), b = widen(dot.getB());
    Value product = arith::MulFOp::create(builder, dot.getLoc(), a, b);
    dot.replaceAllUsesWith(
        arith::AddFOp::create(builder, dot.getLoc(), dot.getAcc(), product).getResult());
    dot.erase();
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

  /// Who reads a buffer decides how its rows lie.
  enum class BufferUse { Any, Vectors, TensorCores };

  static BufferUse getUse(tile::DotOp dot) {
    if (usesTensorCores(dot))
      return BufferUse::TensorCores;
    bool isWide = dot.getFactorType(0).getElementTypeBitWidth() >= 32;
    return isWide ? BufferUse::Vectors : BufferUse::Any;
  }

  static BufferUse getUse(Value tile) {
    auto most = BufferUse::Any;
    for (OpOperand &use : tile.getUses())
      if (auto dot = dyn_cast<tile::DotOp>(use.getOwner()); dot && use.getOperandNumber() < 2)
        most = std::max(most, getUse(dot));
    return most;
  }

  static int64_t getSwizzledStride(int64_t columns, int64_t elementBytes) {
    int64_t bytes = llvm::alignTo(columns, tile::BufferType::atom) * elementBytes;
    if (bytes < tile::BufferType::lineBytes)
      return int64_t(llvm::PowerOf2Ceil(bytes)) / elementBytes;
    return int64_t(llvm::alignTo(bytes, tile::BufferType::lineBytes)) / elementBytes;
  }

  Value makeBuffer(Location loc, ArrayRef<int64_t> shape, Type element, BufferUse use) {
    int64_t rows = shape[0], columns = shape[1], bits = element.getIntOrFloatBitWidth();
    // Rows an odd number of words apart: a column, too, is in different banks.
    int64_t words = std::max<int64_t>(32 / bits, 1);
    int64_t stride = columns == 1 ? 1 : (llvm::divideCeil(columns, words) | 1) * words;
    int64_t piece = tile::BufferType::pieceBytes * 8 / bits;
    // Rows an odd number of pieces apart: the same for vectors.
    if (use == BufferUse::Vectors && columns >= piece)
      stride = (llvm::divideCeil(columns, piece) | 1) * piece;
    bool isSwizzled = use == BufferUse::TensorCores;
    if (isSwizzled)
      stride = getConsumers(kernel) > 0 || hasGroupProducts(kernel)
                   ? tile::BufferType::lineBytes * 8 / bits
                   : getSwizzledStride(columns, bits / 8);
    auto type =
        tile::BufferType::get(kernel.getContext(), rows, columns, element, stride, isSwizzled);
    OpBuilder builder(kernel.getContext());
    if (last)
      builder.setInsertionPointAfter(last);
    else
      builder.setInsertionPointToStart(&kernel.getBody().front());
    last = tile::BufferOp::create(builder, loc, type, 0);
    return last;
  }

  /// The buffer of a tile, written where the tile is made.
  Value getBuffer(Value tile) {
    Value &buffer = buffers[tile];
    if (buffer)
      return buffer;
    auto type = cast<RankedTensorType>(tile.getType());
    int64_t rows = type.getRank() > 0 ? type.getDimSize(0) : 1,
            columns = type.getRank() > 1 ? type.getDimSize(1) : 1;
    buffer = makeBuffer(tile.getLoc(), {rows, columns}, type.getElementType(), getUse(tile));
    OpBuilder builder(kernel.getContext());
    builder.setInsertionPointAfterValue(tile);
    tile::WriteOp::create(builder, tile.getLoc(), tile, buffer);
    return buffer;
  }

  tile::KernelOp kernel;
  tile::BufferOp last;
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
