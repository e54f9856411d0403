// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers and folds of WeftBlockAttentionOps.td, and what the ops answer to the attention
// interface.
#include "dialects/weft/BlockLayout.h"
#include "dialects/weft/VerifyAttention.h"

#include "mlir/IR/PatternMatch.h"

namespace weft::ir {

Value BlockSparseAttentionOp::getAttentionQuery() { return getQuery(); }
Value BlockSparseAttentionOp::getAttentionKeys() { return getKeys(); }
Value BlockSparseAttentionOp::getAttentionValues() { return getValues(); }
Value BlockSparseAttentionOp::getAttentionPosition() { return {}; }
int64_t BlockSparseAttentionOp::getReachMinimum() { return 0; }
SizeAttr BlockSparseAttentionOp::getReachMaximum() {
  return getDimSize(cast<RankedTensorType>(getKeys().getType()), 2).plus(-1);
}
Value BlockSparseAttentionOp::getReachOfHeads() { return {}; }
BeforeStart BlockSparseAttentionOp::getReachBeforeStart() { return BeforeStart::masked; }
BlocksAttr BlockSparseAttentionOp::getReachBlocks() { return getLayout(); }
Region &BlockSparseAttentionOp::getScoreRegion() { return getScore(); }
OperandRange BlockSparseAttentionOp::getAttentionSourceKeys() { return getSourceKeys(); }
OperandRange BlockSparseAttentionOp::getAttentionSourceValues() { return getSourceValues(); }
MutableArrayRef<Region> BlockSparseAttentionOp::getSourceRegions() { return getSourceScores(); }
OperandRange BlockSparseAttentionOp::getAttentionCaptures() { return getCaptures(); }
SmallVector<CaptureKind> BlockSparseAttentionOp::getAttentionCaptureKinds() {
  return getKindValues(getKinds());
}

Value BlockSparseAttentionGradOp::getAttentionQuery() { return getQuery(); }
Value BlockSparseAttentionGradOp::getAttentionKeys() { return getKeys(); }
Value BlockSparseAttentionGradOp::getAttentionValues() { return getValues(); }
Value BlockSparseAttentionGradOp::getAttentionPosition() { return {}; }
int64_t BlockSparseAttentionGradOp::getReachMinimum() { return 0; }
SizeAttr BlockSparseAttentionGradOp::getReachMaximum() {
  return getDimSize(cast<RankedTensorType>(getKeys().getType()), 2).plus(-1);
}
Value BlockSparseAttentionGradOp::getReachOfHeads() { return {}; }
BeforeStart BlockSparseAttentionGradOp::getReachBeforeStart() { return BeforeStart::masked; }
BlocksAttr BlockSparseAttentionGradOp::getReachBlocks() { return getLayout(); }
Region &BlockSparseAttentionGradOp::getScoreRegion() { return getScore(); }
OperandRange BlockSparseAttentionGradOp::getAttentionSourceKeys() { return getSourceKeys(); }
OperandRange BlockSparseAttentionGradOp::getAttentionSourceValues() { return getSourceValues(); }
MutableArrayRef<Region> BlockSparseAttentionGradOp::getSourceRegions() { return getSourceScores(); }
OperandRange BlockSparseAttentionGradOp::getAttentionCaptures() { return getCaptures(); }
SmallVector<CaptureKind> BlockSparseAttentionGradOp::getAttentionCaptureKinds() {
  return getKindValues(getKinds());
}

namespace {

int64_t getCount(Value value, int64_t axis) {
  return getDimSize(cast<RankedTensorType>(value.getType()), axis).getOffset();
}

/// The numbers of closed forms: C20.
template <typename Op> LogicalResult verifyTerm(Op op, const PatternTerm &term) {
  StringRef name = op->getName().stripDialect(), form = PatternTerm::getName(term.kind);
  bool isPrefix = term.kind == PatternKind::prefix;
  if (term.kind != PatternKind::all && term.length < (isPrefix ? 0 : 1))
    return op.emitOpError("expects the length of ")
           << form << " to be at least " << (isPrefix ? 0 : 1) << ", got " << term.length << " ("
           << name << ".C20)";
  if (term.kind != PatternKind::columns)
    return success();
  if (term.count < 1 || term.length % term.count != 0)
    return op.emitOpError("expects the columns of a window to divide it, got ")
           << term.count << " of " << term.length << " (" << name << ".C20)";
  int64_t groups = term.length / term.count;
  if (term.group < 0 || term.group >= groups)
    return op.emitOpError("expects the group of columns to be one of ")
           << groups << ", got " << term.group << " (" << name << ".C20)";
  return success();
}

/// Listed blocks: C21.
template <typename Op> LogicalResult verifyListed(Op op, PatternAttr pattern, int64_t size) {
  StringRef name = op->getName().stripDialect();
  ArrayRef<int64_t> listed = pattern.getListed();
  int64_t words = size * llvm::divideCeil(size, 64), masks = pattern.getMasks().size() / words;
  if (listed.size() % 3 != 0 || pattern.getMasks().size() % words != 0)
    return op.emitOpError("expects listed blocks of 3 numbers and masks of ")
           << words << " words, got " << listed.size() << " numbers and "
           << pattern.getMasks().size() << " words (" << name << ".C21)";
  int64_t rows = llvm::divideCeil(getCount(op.getQuery(), 2), size),
          columns = llvm::divideCeil(getCount(op.getKeys(), 2), size);
  for (size_t i = 0; i < listed.size(); i += 3) {
    int64_t row = listed[i], column = listed[i + 1], mask = listed[i + 2];
    if (row < 0 || row >= rows || column < 0 || column >= columns || mask < -1 || mask >= masks)
      return op.emitOpError("expects listed blocks to be below row ")
             << rows << ", column " << columns << " and mask " << masks << ", got block " << i / 3
             << " at row " << row << ", column " << column << ", mask " << mask << " (" << name
             << ".C21)";
    if (i > 0 && std::pair(listed[i - 3], listed[i - 2]) >= std::pair(row, column))
      return op.emitOpError("expects listed blocks to ascend by row, then column, got ")
             << "(" << listed[i - 3] << ", " << listed[i - 2] << ") before (" << row << ", "
             << column << ") (" << name << ".C21)";
  }
  return success();
}

/// The layout against the numbers of heads, queries and keys: C4, C5 and C19 to C21.
template <typename Op> LogicalResult verifyLayout(Op op) {
  StringRef name = op->getName().stripDialect();
  BlocksAttr layout = op.getLayout();
  auto query = cast<RankedTensorType>(op.getQuery().getType()),
       keys = cast<RankedTensorType>(op.getKeys().getType());
  for (SizeAttr size : {getDimSize(query, 1), getDimSize(query, 2), getDimSize(keys, 2)})
    if (!size.isConstant())
      return op.emitOpError("expects constant numbers of heads, queries and keys, got query ")
             << formatShape(query) << " and keys " << formatShape(keys) << " (" << name << ".C4)";
  if (!llvm::is_contained({16, 32, 64, 128}, layout.getSize()))
    return op.emitOpError("expects blocks of 16, 32, 64 or 128, got ")
           << layout.getSize() << " (" << name << ".C5)";
  int64_t heads = getCount(op.getQuery(), 1), patterns = layout.getPatterns().size();
  if (layout.getHeads().empty() ? patterns != 1 : int64_t(layout.getHeads().size()) != heads)
    return op.emitOpError("expects one pattern, or a pattern for each of ")
           << heads << " heads, got " << patterns << " for " << layout.getHeads().size() << " ("
           << name << ".C19)";
  for (int64_t pattern : layout.getHeads())
    if (pattern < 0 || pattern >= patterns)
      return op.emitOpError("expects each head to have one of ")
             << patterns << " patterns, got " << pattern << " (" << name << ".C19)";
  for (PatternAttr pattern : layout.getPatterns()) {
    for (const PatternTerm &term : pattern.getTerms())
      if (failed(verifyTerm(op, term)))
        return failure();
    if (failed(verifyListed(op, pattern, layout.getSize())))
      return failure();
  }
  return success();
}

template <typename Op> LogicalResult verifyBlockSparse(Op op) {
  if (failed(verifyOperands(op)) || failed(verifyLayout(op)) ||
      failed(verifyCaptures(op, /*distances=*/std::nullopt)))
    return failure();
  return verifyRegionsAndNumbers(op);
}

/// Whether all heads are plain causal attention. Dropout counts columns another way there.
template <typename Op> bool isCausal(Op op) {
  BlocksAttr layout = op.getLayout();
  return !op.getKey() && llvm::all_of(layout.getPatterns(), [&](PatternAttr pattern) {
    return isCausal(pattern, layout.getSize(), getCount(op.getQuery(), 2),
                    getCount(op.getKeys(), 2));
  });
}

void takeRegions(Operation *from, Operation *to) {
  for (auto [source, target] : llvm::zip(from->getRegions(), to->getRegions()))
    target.takeBody(source);
}

} // namespace

LogicalResult BlockSparseAttentionOp::verify() {
  if (failed(verifyBlockSparse(*this)))
    return failure();
  return verifyRows(*this, "the result", getResult(),
                    getSumType(getElementOrSelf(getQuery().getType())));
}

LogicalResult BlockSparseAttentionGradOp::verify() {
  if (failed(verifyBlockSparse(*this)) ||
      failed(verifyRows(*this, "result_grad", getResultGrad(),
                        getElementOrSelf(getQuery().getType()))))
    return failure();
  return verifyGradients(*this, "query, keys, values, sources and each capture");
}

LogicalResult BlockSparseAttentionOp::canonicalize(BlockSparseAttentionOp op,
                                                   PatternRewriter &rewriter) {
  if (!isCausal(op))
    return failure();
  SizeAttr last = SizeAttr::get(op.getContext(), getCount(op.getKeys(), 2) - 1);
  auto causal = SpanAttentionOp::create(
      rewriter, op.getLoc(), op.getResult().getType(), op.getStatistics().getType(), op.getQuery(),
      op.getKeys(), op.getValues(), Value(), op.getSourceKeys(), op.getSourceValues(),
      op.getCaptures(), Value(), Value(), 0, last, BeforeStart::masked, op.getKinds(),
      op.getEpsilon(), op.getDropout(), op.getId(), op.getSourceScores().size());
  takeRegions(op, causal);
  rewriter.replaceOp(op, causal);
  return success();
}

LogicalResult BlockSparseAttentionGradOp::canonicalize(BlockSparseAttentionGradOp op,
                                                       PatternRewriter &rewriter) {
  if (!isCausal(op))
    return failure();
  SizeAttr last = SizeAttr::get(op.getContext(), getCount(op.getKeys(), 2) - 1);
  auto causal = SpanAttentionGradOp::create(
      rewriter, op.getLoc(), op.getGrads().getTypes(), op.getQuery(), op.getKeys(), op.getValues(),
      Value(), op.getSourceKeys(), op.getSourceValues(), op.getCaptures(), Value(), Value(),
      op.getAttended(), op.getStatistics(), op.getResultGrad(), 0, last, BeforeStart::masked,
      op.getKinds(), op.getEpsilon(), op.getDropout(), op.getId(), op.getSourceScores().size());
  takeRegions(op, causal);
  rewriter.replaceOp(op, causal);
  return success();
}

} // namespace weft::ir
