// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The part of a product that attention asks for, where its heads reach unequally far.
#ifndef COMPILER_LOWER_WEFTTOTILE_DOTREACH_H
#define COMPILER_LOWER_WEFTTOTILE_DOTREACH_H

#include "compiler/lower/WeftToTile/DotSpace.h"
#include "compiler/lower/WeftToTile/HeadReach.h"

namespace weft::compiler {

struct DotReach {
  ir::AttentionOpInterface attention;
  bool isOfFactor;   ///< chunks of the depth are left out, not blocks of rows
  bool isOfRows;     ///< the heads are along the rows of the product, not its columns
  HeadColumns heads; ///< along all of these axes
  TensorView keys;   ///< indices of keys on the axes of the result, or of the contraction

  /// True if the last axis of rows, or of the depth, is that of the keys alone.
  bool fits(const DotSpace &space) const;
  /// True if the heads are an axis of tasks, not part of the tiles' axis.
  bool hasHeadTasks(const DotSpace &space) const;
};

/// What there is to leave out of the product that `root` is computed from, if anything.
std::optional<DotReach> findDotReach(FunctionLowering &lowering, ir::DotOp op, mlir::Value root);

} // namespace weft::compiler

#endif
