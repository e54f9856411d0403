// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/TileToNVPTX/HeldFactors.h"

#include "compiler/lower/TileToNVPTX/Layouts.h"

using namespace mlir;

namespace weft::compiler {

bool mayBeHeldFactor(tile::DotOp dot) {
  auto factor = dyn_cast<RankedTensorType>(dot.getA().getType());
  // What lies beyond the tile holds anything, which no zero of the other factor takes away.
  if (!factor || !usesTensorCores(dot) || dot.getDepth() % tile::BufferType::atom != 0)
    return false;
  ArrayRef<int64_t> sums = cast<RankedTensorType>(dot.getType()).getShape();
  ArrayRef<tile::Digit> threads =
      getAccumulatorLayout(dot.getContext(), factor.getShape(), /*wholeRows=*/true).getThreads();
  return threads == getAccumulatorLayout(dot.getContext(), sums, /*wholeRows=*/true).getThreads() &&
         llvm::none_of(threads.drop_front(2),
                       [](const tile::Digit &digit) { return digit.axis == 1; });
}

bool isHeldFactor(tile::DotOp dot) {
  if (!mayBeHeldFactor(dot))
    return false;
  auto isOfWholeRows = [](Type tile) {
    auto type = cast<RankedTensorType>(tile);
    return type.getEncoding() ==
           getAccumulatorLayout(type.getContext(), type.getShape(), /*wholeRows=*/true);
  };
  return isOfWholeRows(dot.getA().getType()) && isOfWholeRows(dot.getType());
}

} // namespace weft::compiler
