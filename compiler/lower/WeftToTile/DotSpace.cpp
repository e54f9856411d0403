// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/WeftToTile/DotSpace.h"

using namespace mlir;

namespace weft::compiler {

void DotAxes::add(const SizeExpr &size, const SizeExpr &lhsStride, const SizeExpr &rhsStride,
                  const SizeExpr &resultStride) {
  lhs.insertAxis(getRank(), size, lhsStride);
  rhs.insertAxis(rhs.getRank(), size, rhsStride);
  result.insertAxis(result.getRank(), size, resultStride);
}

void DotAxes::collapse(size_t least) {
  SmallVector<TensorView *> views = {&lhs, &rhs, &result};
  for (TensorView &leaf : leaves)
    views.push_back(&leaf);
  collapseAxes(views);
  while (getRank() < least)
    for (TensorView *view : views)
      view->insertAxis(view->getRank(), SizeExpr(1), SizeExpr(0));
}

DotSpace openDotSpace(FunctionLowering &lowering, ir::DotOp op, ArrayRef<SizeExpr> strides,
                      ArrayRef<TensorView *> leaves, TensorView *depthLeaf) {
  TensorView lhs = lowering.getStoredView(op.getLhs()), rhs = lowering.getStoredView(op.getRhs());
  DotSpace space{lhs, rhs, ir::getElementOrSelf(op.getType()), {}, {}, {}, {}};
  SizeExpr none(0);
  size_t next = 0;
  auto addOutput = [&](DotAxes &axes, const SizeExpr &size, const SizeExpr &lhsStride,
                       const SizeExpr &rhsStride) {
    axes.add(size, lhsStride, rhsStride, strides[next]);
    axes.leaves.resize(leaves.size());
    for (auto [part, leaf] : llvm::zip(axes.leaves, leaves))
      part.insertAxis(part.getRank(), size, leaf->strides[next]);
    ++next;
  };
  for (auto [a, b] : llvm::zip(op.getLhsBatch(), op.getRhsBatch()))
    addOutput(space.batch, lhs.sizes[a], lhs.strides[a], rhs.strides[b]);
  for (int64_t a : getOtherAxes(lhs.getRank(), concatAxes(op.getLhsBatch(), op.getLhsContract())))
    addOutput(space.rows, lhs.sizes[a], lhs.strides[a], none);
  for (int64_t b : getOtherAxes(rhs.getRank(), concatAxes(op.getRhsBatch(), op.getRhsContract())))
    addOutput(space.columns, rhs.sizes[b], none, rhs.strides[b]);
  for (auto [a, b] : llvm::zip(op.getLhsContract(), op.getRhsContract()))
    space.depth.add(lhs.sizes[a], lhs.strides[a], rhs.strides[b], none);
  for (DotAxes *axes : {&space.batch, &space.rows, &space.columns})
    axes->leaves.resize(leaves.size());
  if (depthLeaf)
    space.depth.leaves.push_back(*depthLeaf);
  space.batch.collapse(0);
  space.rows.collapse(1);
  space.columns.collapse(1);
  space.depth.collapse(1);
  if (depthLeaf)
    *depthLeaf = space.depth.leaves.front();
  for (auto [i, leaf] : llvm::enumerate(leaves)) {
    leaf->sizes.clear();
    leaf->strides.clear();
    for (const DotAxes *axes : {&space.batch, &space.rows, &space.columns}) {
      llvm::append_range(leaf->sizes, axes->leaves[i].sizes);
      llvm::append_range(leaf->strides, axes->leaves[i].strides);
    }
  }
  return space;
}

} // namespace weft::compiler
