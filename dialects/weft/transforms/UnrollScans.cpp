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

/// input[first, ...] to input[first + length - 1, ...]
static Value takeSlots(ImplicitLocOpBuilder &builder, Value input, int64_t first, int64_t length) {
  return SliceOp::create(builder, input, /*axis=*/0, first, length);
}

/// input[index, ...]
static Value takeSlice(ImplicitLocOpBuilder &builder, Value input, int64_t index) {
  Value slice = takeSlots(builder, input, index, 1);
  return ReshapeOp::create(builder, getSliceType(typeOf(input)), slice);
}

/// The slice with an axis 0 of size 1.
static Value makeRow(ImplicitLocOpBuilder &builder, Value slice) {
  SmallVector<SizeAttr> sizes = getDimSizes(typeOf(slice));
  sizes.insert(sizes.begin(), SizeAttr::get(builder.getContext(), 1));
  RankedTensorType type = getTensorType(sizes, typeOf(slice).getElementType());
  return ReshapeOp::create(builder, type, slice);
}

/// The slices along a new axis 0.
static Value stack(ImplicitLocOpBuilder &builder, RankedTensorType type, ArrayRef<Value> slices) {
  if (slices.empty())
    return createSplat(builder, builder.getLoc(), type, 0.0);
  SmallVector<Value> rows;
  for (Value slice : slices)
    rows.push_back(makeRow(builder, slice));
  return ConcatOp::create(builder, rows, /*axis=*/0);
}

/// `part` in place of the slots of `whole` from `first` on.
static Value replaceSlots(ImplicitLocOpBuilder &builder, Value whole, int64_t first, Value part) {
  int64_t slots = typeOf(whole).getDimSize(0), last = first + typeOf(part).getDimSize(0);
  SmallVector<Value> pieces;
  if (first > 0)
    pieces.push_back(takeSlots(builder, whole, 0, first));
  pieces.push_back(part);
  if (last < slots)
    pieces.push_back(takeSlots(builder, whole, last, slots - last));
  return ConcatOp::create(builder, pieces, /*axis=*/0);
}

/// More ops than this are a mistake; without an end they would take all memory.
constexpr int64_t maxUnrolledOps = 1000000;

/// Ops that fetch what a step sees of others, and put back what others see of it.
static int64_t countMoves(ScanOp scan) {
  return scan.getInputs().size() + scan.getWindows().size() + 6 * scan.getMemories().size() +
         6 * scan.getSums().size();
}

/// Ops that a region becomes when the scans in it are unrolled; at most one above the bound.
static int64_t countUnrolledOps(Region &region) {
  int64_t count = 0;
  for (Operation &op : region.getOps()) {
    int64_t inner = 1, trips = 1;
    for (Region &nested : op.getRegions())
      inner += countUnrolledOps(nested);
    if (auto scan = dyn_cast<ScanOp>(op)) {
      inner += countMoves(scan);
      SizeAttr size = scan.getTrips();
      if (size.isConstant())
        trips = std::min(size.getOffset(), maxUnrolledOps + 1);
    }
    count = std::min(count + inner * trips, maxUnrolledOps + 1);
  }
  return count;
}

static LogicalResult unrollScan(ScanOp scan) {
  SizeAttr trips = scan.getTrips();
  if (!trips.isConstant())
    return scan.emitOpError("expects a constant trip count to be unrolled, got ")
           << trips.str() << " (unroll-scans.C1)";

  ImplicitLocOpBuilder builder(scan.getLoc(), scan);
  Block &body = scan.getBody().front();
  int64_t opsPerTrip = countMoves(scan) + countUnrolledOps(scan.getBody());
  if (trips.getOffset() > maxUnrolledOps / opsPerTrip)
    return scan.emitOpError("expects to become at most ")
           << maxUnrolledOps << " ops when it is unrolled, got " << opsPerTrip << " for each of "
           << trips.getOffset() << " iterations (unroll-scans.C2)";
  int64_t count = trips.getOffset();
  SmallVector<Value> carried(scan.getInitial()), memories(scan.getMemories()), sums(scan.getSums());
  SmallVector<SmallVector<Value>> outputs(scan.getOutputs().size(), SmallVector<Value>(count));
  for (int64_t trip = 0; trip < count; ++trip) {
    int64_t index = scan.getReverse() ? count - 1 - trip : trip;
    SmallVector<Value> arguments = carried;
    for (Value input : scan.getInputs())
      arguments.push_back(takeSlice(builder, input, index));
    auto addWindow = [&](Value whole) {
      arguments.push_back(takeSlots(builder, whole, index, typeOf(whole).getDimSize(0) - count));
    };
    llvm::for_each(scan.getWindows(), addWindow);
    llvm::for_each(memories, addWindow);
    for (Value sum : sums)
      arguments.push_back(takeSlice(builder, sum, index + typeOf(sum).getDimSize(0) - count));
    llvm::append_range(arguments, scan.getCaptures());

    IRMapping mapping;
    mapping.map(body.getArguments(), arguments);
    for (Operation &op : body.without_terminator())
      builder.clone(op, mapping);
    SmallVector<Value> yielded;
    for (Value value : body.getTerminator()->getOperands())
      yielded.push_back(mapping.lookupOrDefault(value));
    auto next = yielded.begin();
    for (Value &value : carried)
      value = *next++;
    for (SmallVector<Value> &slices : outputs)
      slices[index] = *next++;
    for (Value &memory : memories) {
      int64_t slot = index + typeOf(memory).getDimSize(0) - count;
      memory = replaceSlots(builder, memory, slot, makeRow(builder, *next++));
    }
    for (Value &sum : sums) {
      Value window = takeSlots(builder, sum, index, typeOf(*next).getDimSize(0));
      Value added = AddOp::create(builder, window, *next++);
      sum = replaceSlots(builder, sum, index, added);
    }
  }

  SmallVector<Value> results = carried;
  for (auto [result, slices] : llvm::zip(scan.getOutputs(), outputs))
    results.push_back(stack(builder, typeOf(result), slices));
  llvm::append_range(results, memories);
  llvm::append_range(results, sums);
  scan.replaceAllUsesWith(results);
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
      for (auto recompute : block.getOps<RecomputeOp>())
        if (failed(unrollAll(recompute.getBody().front())))
          return failure();
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
