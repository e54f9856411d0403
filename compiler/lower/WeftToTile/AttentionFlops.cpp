// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/WeftToTile/AttentionTask.h"

using namespace mlir;

namespace weft::compiler {

/// Pairs of the band for queries that stand at the end of the keys, where both numbers are
/// constant and nothing stands before the first key.
static std::optional<int64_t> countMaskedPairs(ir::AttentionOpInterface op, int64_t queries,
                                               ir::SizeAttr keys) {
  ir::SizeAttr most = op.getReachMaximum();
  if (op.getReachBeforeStart() != ir::BeforeStart::masked || !keys.isConstant() ||
      !most.isConstant())
    return std::nullopt;
  int64_t pairs = 0, least = op.getReachMinimum();
  for (int64_t i = 0; i < queries; ++i) {
    int64_t position = keys.getOffset() - queries + i;
    int64_t nearest = std::max(least, position - keys.getOffset() + 1);
    pairs += std::max<int64_t>(std::min(most.getOffset(), position) - nearest + 1, 0);
  }
  return pairs;
}

/// Pairs that all heads of a layout of blocks reach together.
static int64_t countReachedPairs(ir::BlocksAttr blocks, ArrayRef<ir::SizeAttr> query,
                                 ir::SizeAttr keys) {
  ir::BlockLayout layout(blocks, query[2].getOffset(), keys.getOffset());
  int64_t pairs = 0;
  for (int64_t head = 0; head < query[1].getOffset(); ++head)
    pairs += layout.countPairs(blocks.getPatternOf(head));
  return pairs;
}

void countAttentionFlops(KernelBuilder &k, ir::AttentionOpInterface op, bool isGradient) {
  auto getSizes = [](Value value) {
    return ir::getDimSizes(cast<RankedTensorType>(value.getType()));
  };
  SmallVector<ir::SizeAttr> query = getSizes(op.getAttentionQuery());
  int64_t features = query[3].getOffset();
  int64_t valueFeatures = getSizes(op.getAttentionValues())[3].getOffset();
  // Forwards q k and a v; backwards again q k, then dy v, and the gradients of q, k and v.
  int64_t width = isGradient ? 3 * features + 2 * valueFeatures : features + valueFeatures;
  int64_t relative = op.getAttentionPosition() ? (isGradient ? 3 : 1) * features : 0;
  // Of slots the gradients of k, v and position are products of their own.
  if (isGradient && ir::isFeedback(op)) {
    width -= features + valueFeatures;
    relative -= op.getAttentionPosition() ? features : 0;
  }

  ir::SizeAttr keys = getSizes(op.getAttentionKeys())[2];
  if (ir::BlocksAttr blocks = op.getReachBlocks())
    k.addFlops(2 * width * countReachedPairs(blocks, query, keys), {query[0]});
  else if (auto pairs = query[2].isConstant() ? countMaskedPairs(op, query[2].getOffset(), keys)
                                              : std::nullopt)
    k.addFlops(2 * (width + relative) * *pairs, {query[0], query[1]});
  else
    k.addFlops(2 * (width + relative),
               {query[0], query[1], query[2], op.getReachMaximum().plus(1 - op.getReachMinimum())});
  for (Value source : op.getAttentionSourceKeys())
    k.addFlops(2 * width, {query[0], query[1], query[2], getSizes(source)[2]});
}

} // namespace weft::compiler
