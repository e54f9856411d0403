// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-unroll-scans: the iterations of a scan one after another, as a loop of C++ would have traced
// them. What a scan means, and its gradient, is held against it.
#include "dialects/weft/transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"

namespace weft::ir {
#define GEN_PASS_DEF_UNROLLSCANSPASS
#include "dialects/weft/transforms/Passes.h.inc"
} // namespace weft::ir

using namespace mlir;

namespace weft::ir {

static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// The tensor without its axis 0.
static RankedTensorType getSliceType(RankedTensorType type) {
  return getTensorType(ArrayRef(getDimSizes(type)).drop_front(), type.getElementType());
}

/// input[index, ...]
static Value takeSlice(ImplicitLocOpBuilder &builder, Value input, int64_t index) {
  Value slice = SliceOp::create(builder, input, /*axis=*/0, index, /*length=*/1);
  return ReshapeOp::create(builder, getSliceType(typeOf(input)), slice);
}

/// The slices along a new axis 0.
static Value stack(ImplicitLocOpBuilder &builder, RankedTensorType type, ArrayRef<Value> slices) {
  if (slices.empty())
    return createSplat(builder, builder.getLoc(), type, 0.0);
  SmallVector<SizeAttr> sizes = getDimSizes(type);
  sizes[0] = SizeAttr::get(type.getContext(), 1);
  RankedTensorType rowType = getTensorType(sizes, type.getElementType());
  SmallVector<Value> rows;
  for (Value slice : slices)
    rows.push_back(ReshapeOp::create(builder, rowType, slice));
  return ConcatOp::create(builder, rows, /*axis=*/0);
}

/// More ops than this are a mistake; without an end they would take all memory.
constexpr int64_t maxUnrolledOps = 1000000;

/// Ops that a region becomes when the scans in it are unrolled; at most one above the bound.
static int64_t countUnrolledOps(Region &region) {
  int64_t count = 0;
  for (Operation &op : region.getOps()) {
    int64_t inner = 1, trips = 1;
    for (Region &nested : op.getRegions())
      inner += countUnrolledOps(nested);
    if (auto scan = dyn_cast<ScanOp>(op)) {
      inner += int64_t(scan.getInputs().size());
      SizeAttr size = getDimSize(typeOf(scan.getInputs().front()), 0);
      if (size.isConstant())
        trips = std::min(size.getOffset(), maxUnrolledOps + 1);
    }
    count = std::min(count + inner * trips, maxUnrolledOps + 1);
  }
  return count;
}

static LogicalResult unrollScan(ScanOp scan) {
  SizeAttr trips = getDimSize(typeOf(scan.getInputs().front()), 0);
  if (!trips.isConstant())
    return scan.emitOpError("expects a constant trip count to be unrolled, got ")
           << trips.str() << " (unroll-scans.C1)";

  ImplicitLocOpBuilder builder(scan.getLoc(), scan);
  Block &body = scan.getBody().front();
  int64_t opsPerTrip = int64_t(scan.getInputs().size()) + countUnrolledOps(scan.getBody());
  if (trips.getOffset() > maxUnrolledOps / opsPerTrip)
    return scan.emitOpError("expects to become at most ")
           << maxUnrolledOps << " ops when it is unrolled, got " << opsPerTrip << " for each of "
           << trips.getOffset() << " iterations (unroll-scans.C2)";
  SmallVector<Value> carried(scan.getInitial());
  SmallVector<SmallVector<Value>> outputs(scan.getOutputs().size(),
                                          SmallVector<Value>(trips.getOffset()));
  for (int64_t trip = 0; trip < trips.getOffset(); ++trip) {
    int64_t index = scan.getReverse() ? trips.getOffset() - 1 - trip : trip;
    SmallVector<Value> arguments = carried;
    for (Value input : scan.getInputs())
      arguments.push_back(takeSlice(builder, input, index));
    llvm::append_range(arguments, scan.getCaptures());

    IRMapping mapping;
    mapping.map(body.getArguments(), arguments);
    for (Operation &op : body.without_terminator())
      builder.clone(op, mapping);
    for (auto [i, yielded] : llvm::enumerate(body.getTerminator()->getOperands())) {
      if (i < carried.size())
        carried[i] = mapping.lookupOrDefault(yielded);
      else
        outputs[i - carried.size()][index] = mapping.lookupOrDefault(yielded);
    }
  }

  for (auto [result, value] : llvm::zip(scan.getCarried(), carried))
    result.replaceAllUsesWith(value);
  for (auto [result, slices] : llvm::zip(scan.getOutputs(), outputs))
    result.replaceAllUsesWith(stack(builder, typeOf(result), slices));
  scan.erase();
  return success();
}

namespace {

struct UnrollScansPass : impl::UnrollScansPassBase<UnrollScansPass> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal() && failed(unrollAll(function.front())))
        return signalPassFailure();
  }

  static LogicalResult unrollAll(Block &block) {
    for (;;) { // a body may hold scans of its own
      auto scans = block.getOps<ScanOp>();
      if (scans.empty())
        return success();
      if (failed(unrollScan(*scans.begin())))
        return failure();
    }
  }
};

} // namespace

} // namespace weft::ir
