// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/TileToNVPTX/Layouts.h"
#include "compiler/lower/TileToNVPTX/TileToNVPTX.h"

using namespace mlir;

namespace weft::compiler {

namespace {

/// Hands out threads, the fastest first; those that are left hold copies.
struct Threads {
  SmallVector<tile::Digit> digits;
  int64_t left = gpuThreads;

  /// At most `most` threads along an axis of so many places; how many there are.
  int64_t take(int64_t axis, int64_t places, int64_t step, int64_t most) {
    int64_t count = std::min({left, most, int64_t(llvm::PowerOf2Ceil(places))});
    if (count > 1)
      digits.push_back({count, axis, step});
    left /= count;
    return count;
  }
  void finish() {
    if (left > 1)
      digits.push_back({left, tile::Digit::none, 0});
  }
};

void addRegisters(SmallVectorImpl<tile::Digit> &digits, int64_t count, int64_t axis, int64_t step) {
  if (count > 1)
    digits.push_back({count, axis, step});
}

} // namespace

tile::LayoutAttr getRowLayout(MLIRContext *context, ArrayRef<int64_t> shape, int64_t run,
                              int64_t mostColumns) {
  Threads threads;
  SmallVector<tile::Digit> registers;
  if (!shape.empty()) {
    int64_t axis = shape.size() - 1, columns = shape.back();
    int64_t across = threads.take(axis, llvm::divideCeil(columns, run), run, mostColumns);
    addRegisters(registers, run, axis, 1);
    addRegisters(registers, llvm::divideCeil(columns, run * across), axis, run * across);
  }
  if (shape.size() == 2) {
    int64_t down = threads.take(0, shape[0], 1, gpuThreads);
    addRegisters(registers, llvm::divideCeil(shape[0], down), 0, down);
  }
  threads.finish();
  return tile::LayoutAttr::get(context, threads.digits, registers);
}

tile::LayoutAttr getColumnLayout(MLIRContext *context, ArrayRef<int64_t> shape) {
  Threads threads;
  SmallVector<tile::Digit> registers;
  if (shape.size() == 2) {
    int64_t across = threads.take(1, shape[1], 1, gpuThreads);
    addRegisters(registers, llvm::divideCeil(shape[1], across), 1, across);
  }
  addRegisters(registers, shape[0], 0, 1);
  threads.finish();
  return tile::LayoutAttr::get(context, threads.digits, registers);
}

int64_t getProductRun(ArrayRef<int64_t> shape) {
  int64_t run = 4;
  while (run > 1 && shape[1] % run != 0)
    run /= 2;
  return run;
}

LogicalResult checkConstants(tile::KernelOp kernel) {
  WalkResult result = kernel.walk([](arith::ConstantOp constant) -> WalkResult {
    if (isa<RankedTensorType>(constant.getType()) && !isa<SplatElementsAttr>(constant.getValue()))
      return constant.emitOpError("expects a tile constant to have one value in all elements, got ")
             << constant.getValue() << " (nvptx.C4)";
    return success();
  });
  return failure(result.wasInterrupted());
}

tile::LayoutAttr getLayout(Type tile) {
  return cast<tile::LayoutAttr>(cast<RankedTensorType>(tile).getEncoding());
}

RankedTensorType withLayout(Type tile, tile::LayoutAttr layout) {
  return cast<RankedTensorType>(tile).cloneWithEncoding(layout);
}

} // namespace weft::compiler
