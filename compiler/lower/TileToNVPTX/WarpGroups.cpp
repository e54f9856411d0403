// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/TileToNVPTX/WarpGroups.h"

#include "compiler/lower/TileToNVPTX/Layouts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace weft::compiler {

int64_t getConsumers(Operation *kernel) {
  auto consumers = kernel->getAttrOfType<IntegerAttr>(consumersAttrName);
  return consumers ? consumers.getInt() : 0;
}

bool hasGroupProducts(Operation *kernel) { return kernel->hasAttr(groupProductsAttrName); }

bool isOfGroup(tile::DotOp dot) {
  Operation *kernel = dot->getParentOfType<tile::KernelOp>();
  return kernel && usesTensorCores(dot) && (getConsumers(kernel) > 0 || hasGroupProducts(kernel));
}

tile::LayoutAttr getGroupLayout(MLIRContext *context, ArrayRef<int64_t> shape) {
  SmallVector<tile::Digit> threads = {{4, 1, 2}, {8, 0, 1}, {4, 0, 16}},
                           registers = {{2, 1, 1}, {2, 0, 8}};
  if (shape[0] > groupRows)
    threads.push_back({shape[0] / groupRows, 0, groupRows});
  if (shape[1] > 8)
    registers.push_back({int64_t(llvm::divideCeil(shape[1], 8)), 1, 8});
  return tile::LayoutAttr::get(context, threads, registers);
}

namespace {

bool isWritten(tile::KernelOp kernel, tile::LoadOp load) {
  auto array = cast<BlockArgument>(load.getView().getDefiningOp<tile::ViewOp>().getArray());
  return llvm::is_contained(kernel.getWrites(), int64_t(array.getArgNumber()));
}

/// A factor that producers can copy: loaded where the product is and for it alone, zeros outside
/// its view.
bool isCopied(tile::KernelOp kernel, Value factor, tile::DotOp dot) {
  auto load = factor.getDefiningOp<tile::LoadOp>();
  return load && load->getBlock() == dot->getBlock() && load->hasOneUse() &&
         matchPattern(load.getFill(), m_AnyZeroFloat()) && !isWritten(kernel, load) &&
         mayBeInPieces(load.getView().getDefiningOp<tile::ViewOp>());
}

bool isTile(Value value) { return isa<RankedTensorType>(value.getType()); }

/// Outside the product each thread goes on with the elements that it has.
bool isOfOwnElements(tile::KernelOp kernel, tile::DotOp dot) {
  return !kernel
              .walk([&](Operation *op) -> WalkResult {
                if (op == kernel || op == dot)
                  return success();
                if (auto load = dyn_cast<tile::LoadOp>(op); load && isWritten(kernel, load))
                  return failure();
                bool isKnown = isa<scf::ForOp, scf::YieldOp, tile::ReturnOp, tile::ViewOp,
                                   tile::LoadOp, tile::StoreOp, tile::BroadcastOp, tile::IotaOp,
                                   tile::MathOp, tile::PhiloxOp, tile::SizeOp>(op) ||
                               isa<arith::ArithDialect>(op->getDialect());
                return success(isKnown);
              })
              .wasInterrupted();
}

/// Loops around the product carry its sums alone: producers go around them with nothing.
bool carrySumsAlone(tile::DotOp dot) {
  for (auto loop = dot->getParentOfType<scf::ForOp>(); loop;
       loop = loop->getParentOfType<scf::ForOp>())
    if (!llvm::all_of(loop.getRegionIterArgs(), isTile))
      return false;
  return true;
}

} // namespace

void chooseConsumers(tile::KernelOp kernel) {
  SmallVector<tile::DotOp> dots;
  kernel.walk([&](tile::DotOp dot) { dots.push_back(dot); });
  if (dots.size() != 1 || !usesTensorCores(dots[0]))
    return;
  tile::DotOp dot = dots[0];
  auto sums = cast<RankedTensorType>(dot.getType());
  int64_t rows = sums.getDimSize(0), columns = sums.getDimSize(1), depth = dot.getDepth();
  bool fits = (rows == groupRows || rows == 2 * groupRows) && columns % 8 == 0 &&
              columns <= mostGroupColumns && depth % groupDepth == 0 &&
              depth * 2 <= tile::BufferType::lineBytes;
  if (fits && isCopied(kernel, dot.getA(), dot) && isCopied(kernel, dot.getB(), dot) &&
      dot.getA() != dot.getB() && carrySumsAlone(dot) && isOfOwnElements(kernel, dot))
    kernel->setAttr(consumersAttrName, Builder(kernel).getI64IntegerAttr(rows / groupRows));
}

/// Why a warp group that runs a whole kernel cannot compute this product of it; nothing if it can.
static std::string whyNotOfGroup(tile::DotOp dot) {
  auto sums = cast<RankedTensorType>(dot.getType());
  if (sums.getDimSize(0) != groupRows)
    return "tiles of " + std::to_string(sums.getDimSize(0)) + " rows, a warp group has " +
           std::to_string(groupRows);
  if (sums.getDimSize(1) > mostGroupColumns)
    return std::to_string(sums.getDimSize(1)) + " columns, a warp group has at most " +
           std::to_string(mostGroupColumns);
  bool isInMemory = dot.getA().getDefiningOp<tile::LoadOp>();
  // What lies beyond the tile is zero in a buffer, and anything in registers.
  if (!isInMemory && dot.getDepth() % groupDepth != 0)
    return "a depth of " + std::to_string(dot.getDepth()) +
           " of a factor in registers, not whole " + std::to_string(groupDepth);
  return "";
}

void chooseGroupProducts(tile::KernelOp kernel) {
  std::string why;
  bool hasProducts = false;
  kernel.walk([&](tile::DotOp dot) {
    if (!usesTensorCores(dot))
      return;
    hasProducts = true;
    if (why.empty())
      why = whyNotOfGroup(dot);
  });
  if (!hasProducts || getConsumers(kernel) > 0)
    return;
  Builder builder(kernel);
  if (why.empty())
    kernel->setAttr(groupProductsAttrName, builder.getUnitAttr());
  else
    kernel->setAttr(whyNoGroupsAttrName, builder.getStringAttr(why));
}

} // namespace weft::compiler
