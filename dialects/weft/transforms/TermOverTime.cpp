// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/weft/transforms/TermOverTime.h"

using namespace mlir;

namespace weft::ir {

Value TermOverTime::passMoves(Value term, Block &block) {
  while (findOp<TransposeOp>(term, block) || findOp<ReshapeOp>(term, block)) {
    Operation *op = term.getDefiningOp();
    moves.push_back({op->getName(), op->getAttrDictionary(), term.getType()});
    term = op->getOperand(0);
  }
  return term;
}

std::optional<TermOverTime> TermOverTime::findProduct(Value term, Block &block) {
  TermOverTime found;
  auto dot = findOp<DotOp>(found.passMoves(term, block), block);
  if (!dot)
    return std::nullopt;
  found.factors = {dot.getLhs(), dot.getRhs()};
  found.lhsBatch.assign(dot.getLhsBatch().begin(), dot.getLhsBatch().end());
  found.rhsBatch.assign(dot.getRhsBatch().begin(), dot.getRhsBatch().end());
  found.lhsContract.assign(dot.getLhsContract().begin(), dot.getLhsContract().end());
  found.rhsContract.assign(dot.getRhsContract().begin(), dot.getRhsContract().end());
  return found;
}

TermOverTime TermOverTime::findSum(Value term, Block &block) {
  TermOverTime found;
  term = found.passMoves(term, block);
  if (auto op = findOp<SumOp>(term, block)) {
    term = op.getInput();
    found.lhsContract.assign(op.getAxes().begin(), op.getAxes().end());
  }
  found.factors = {term};
  return found;
}

Value TermOverTime::emitSum(ImplicitLocOpBuilder &builder, ValueRange stacks) const {
  auto shift = [](ArrayRef<int64_t> axes) {
    return llvm::map_to_vector(axes, [](int64_t axis) { return axis + 1; });
  };
  auto withTime = [&](ArrayRef<int64_t> axes) {
    SmallVector<int64_t> all = shift(axes);
    all.insert(all.begin(), 0);
    return all;
  };
  Value result;
  if (stacks.size() == 2)
    result = DotOp::create(builder, stacks[0], stacks[1], shift(lhsBatch), shift(rhsBatch),
                           withTime(lhsContract), withTime(rhsContract));
  else
    result = SumOp::create(builder, stacks[0], withTime(lhsContract));
  for (const Move &move : llvm::reverse(moves)) {
    OperationState state(builder.getLoc(), move.name, result, move.type,
                         move.attributes.getValue());
    result = builder.create(state)->getResult(0);
  }
  return result;
}

} // namespace weft::ir
