// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/weft/transforms/SliceCost.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace weft::ir {

namespace {

/// Measured with two threads by test/bench/bench-feedback at batches of 16, 64 and 512
/// (docs/results): what is lost behind a kernel, where a thread waits for the last task of another,
/// or for a kernel of one task, in microseconds and for each sequence; and what one core reads of
/// weights for a slice.
constexpr double meeting = 10, waiting = 1, weightBytesRead = 25000; // the last in a microsecond
/// For as many threads slices are made, and of so many sequences where there are enough: smaller
/// ones take longer to read weights than to multiply with them.
constexpr int64_t mostSlices = 16, goodSlice = 8, workers = 2;

int64_t countBytes(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  return type.getNumElements() * type.getElementTypeBitWidth() / 8;
}

/// The largest divisor of the batch that is at most `most`.
int64_t findDivisor(int64_t batch, int64_t most) {
  int64_t divisor = std::max<int64_t>(std::min(batch, most), 1);
  while (batch % divisor != 0)
    --divisor;
  return divisor;
}

} // namespace

SliceCost::SliceCost(ScanOp scan, const SliceAxes &axes, int64_t batch, int64_t wanted) {
  if (batch < 1)
    return;
  int64_t half = std::max<int64_t>(batch / 2, 2);
  int64_t most = std::max<int64_t>(llvm::divideCeil(batch, mostSlices), std::min(goodSlice, half));
  slice = findDivisor(batch, wanted > 0 ? wanted : most);
  slices = batch / slice;
  SmallPtrSet<Value, 16> weights;
  for (Operation &op : scan.getBody().front().without_terminator()) {
    // What is fused is counted with the op that it is fused into, for the most part.
    launches += !isa<ConstantOp, IotaOp, BroadcastOp, ReshapeOp, TransposeOp>(op) &&
                !op.hasTrait<OpTrait::Elementwise>();
    if (auto dot = dyn_cast<DotOp>(op))
      for (Value factor : {dot.getLhs(), dot.getRhs()})
        if (axes.getAxis(factor) < 0 && weights.insert(factor).second)
          weightBytes += countBytes(factor);
  }
  // A counted loop reads weights once for the batch, each worker its part.
  double reading = double(weightBytes) / weightBytesRead;
  counted = double(launches) * (meeting + waiting * double(batch)) + reading / workers;
  persistent = reading * double(llvm::divideCeil(slices, workers));
}

std::string SliceCost::describe() const {
  return llvm::formatv(
             "a step loses {0:f0} us as a counted loop, whose threads meet behind {1} "
             "kernels, and {2:f0} us in slices of {3}, which read {4} KiB of weights each",
             counted, launches, persistent, slice, weightBytes >> 10)
      .str();
}

} // namespace weft::ir
