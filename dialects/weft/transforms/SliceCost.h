// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a step of a scan loses in either form, beside the work that both do.
#ifndef DIALECTS_WEFT_TRANSFORMS_SLICECOST_H
#define DIALECTS_WEFT_TRANSFORMS_SLICECOST_H

#include "dialects/weft/transforms/SliceAxes.h"

namespace weft::ir {

/// Shapes and constants alone decide, never the machine at hand: the size of a slice is part of
/// what a model's sums are.
struct SliceCost {
  /// `wanted`: sequences of a slice; 0: by the model.
  SliceCost(ScanOp scan, const SliceAxes &axes, int64_t batch, int64_t wanted);

  int64_t slice = 0, slices = 0;
  double counted = 0, persistent = 0; ///< microseconds of a step

  std::string describe() const;

private:
  int64_t launches = 0, weightBytes = 0;
};

} // namespace weft::ir

#endif
