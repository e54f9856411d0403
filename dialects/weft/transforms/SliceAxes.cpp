// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/weft/transforms/SliceAxes.h"

#include "dialects/weft/WeftFeedbackAttention.h"
#include "dialects/weft/transforms/Term.h"

using namespace mlir;

namespace weft::ir {

static int64_t getRank(Value value) { return cast<RankedTensorType>(value.getType()).getRank(); }

std::optional<double> findUniform(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (auto constant = dyn_cast<ConstantOp>(op))
      return constant.getSplatValue();
    if (!isa<BroadcastOp, ReshapeOp, TransposeOp>(op))
      break;
    value = op->getOperand(0);
  }
  return std::nullopt;
}

SliceAxes::SliceAxes(ScanOp scan) : scan(scan), body(scan.getBody().front()) {
  for (Operation &op : body.without_terminator())
    joinOp(&op);
  // What a step yields is what the next ones take.
  ValueRange yielded = scan.getYielded();
  size_t carried = scan.getInitial().size(), outputs = scan.getOutputs().size();
  size_t memories = scan.getMemories().size();
  size_t window = carried + scan.getInputs().size() + scan.getWindows().size();
  for (size_t i = 0; i < carried; ++i)
    joinAll(body.getArgument(i), yielded[i]);
  for (size_t i = 0; i < memories; ++i)
    joinAll(yielded[carried + outputs + i], body.getArgument(window + i), /*shift=*/1);
  for (size_t i = 0; i < scan.getSums().size(); ++i)
    joinAll(body.getArgument(window + memories + i), yielded[carried + outputs + memories + i],
            /*shift=*/1);
}

unsigned SliceAxes::getNode(Value value, int64_t axis) {
  SmallVector<unsigned, 4> &own = nodes[value];
  for (int64_t rank = getRank(value); int64_t(own.size()) < rank;) {
    own.push_back(parents.size());
    parents.push_back(parents.size());
  }
  return own[axis];
}

unsigned SliceAxes::find(unsigned node) const {
  while (parents[node] != node)
    node = parents[node];
  return node;
}

void SliceAxes::join(Value a, int64_t i, Value b, int64_t j) {
  unsigned first = getNode(a, i), second = getNode(b, j);
  parents[find(first)] = find(second);
}

/// Axis i of the one is axis i + shift of the other. Uniform values have no axes of their own.
void SliceAxes::joinAll(Value a, Value b, int64_t shift) {
  if (findUniform(a) || findUniform(b))
    return;
  for (int64_t axis = 0; axis < getRank(a); ++axis)
    join(a, axis, b, axis + shift);
}

/// Axes that neither side splits or merges.
void SliceAxes::joinReshape(ReshapeOp op) {
  ArrayRef<int64_t> from = cast<RankedTensorType>(op.getInput().getType()).getShape();
  ArrayRef<int64_t> to = cast<RankedTensorType>(op.getType()).getShape();
  int64_t before = 1, after = 1;
  for (size_t i = 0, j = 0; i < from.size() && j < to.size();) {
    if (before == after && from[i] == to[j]) {
      join(op.getInput(), i, op.getResult(), j);
      kept[op].push_back({i, j});
    }
    if (before * from[i] <= after * to[j])
      before *= from[i++];
    else
      after *= to[j++];
    // Both sides have passed the same elements: what comes now is compared afresh.
    while (before != after && i < from.size() && j < to.size()) {
      if (before < after)
        before *= from[i++];
      else
        after *= to[j++];
    }
  }
}

/// Sequences lie along axis 0 of everything but position and captures, heads along axis 1.
static SmallVector<Value> getBatched(Operation *op) {
  auto attention = cast<AttentionOpInterface>(op);
  SmallVector<Value> values(op->getResults());
  for (Value operand : op->getOperands())
    if (operand != attention.getAttentionPosition() &&
        !llvm::is_contained(attention.getAttentionCaptures(), operand))
      values.push_back(operand);
  return values;
}

void SliceAxes::joinFeedback(Operation *op) {
  auto attention = cast<AttentionOpInterface>(op);
  Value query = attention.getAttentionQuery(), keys = attention.getAttentionKeys();
  auto sizeOf = [](Value value, int64_t axis) {
    return cast<RankedTensorType>(value.getType()).getDimSize(axis);
  };
  for (Value value : getBatched(op)) {
    join(query, 0, value, 0);
    if (sizeOf(value, 1) == sizeOf(query, 1))
      join(query, 1, value, 1);
  }
  join(keys, 2, attention.getAttentionValues(), 2);
  join(query, 3, keys, 3);
  if (Value position = attention.getAttentionPosition()) {
    join(keys, 2, position, 0);
    join(query, 3, position, 1);
  }
}

void SliceAxes::joinOp(Operation *op) {
  if (op->getNumResults() == 0)
    return;
  if (isFeedback(op))
    return joinFeedback(op);
  Value result = op->getResult(0);
  if (op->hasTrait<OpTrait::Elementwise>()) {
    for (Value operand : op->getOperands())
      joinAll(operand, result);
  } else if (isa<SoftmaxOp, LogSoftmaxOp, CumsumOp, LayerNormOp, RmsNormOp>(op)) {
    joinAll(op->getOperand(0), result);
  } else if (auto transpose = dyn_cast<TransposeOp>(op)) {
    for (auto [to, from] : llvm::enumerate(transpose.getPermutation()))
      join(transpose.getInput(), from, result, to);
  } else if (auto broadcast = dyn_cast<BroadcastOp>(op)) {
    for (auto [from, to] : llvm::enumerate(broadcast.getDims()))
      join(broadcast.getInput(), from, result, to);
  } else if (auto reshape = dyn_cast<ReshapeOp>(op)) {
    joinReshape(reshape);
  } else if (auto dot = dyn_cast<DotOp>(op)) {
    int64_t next = 0;
    for (auto [a, b] : llvm::zip(dot.getLhsBatch(), dot.getRhsBatch())) {
      join(dot.getLhs(), a, dot.getRhs(), b);
      join(dot.getLhs(), a, result, next++);
    }
    for (auto [a, b] : llvm::zip(dot.getLhsContract(), dot.getRhsContract()))
      join(dot.getLhs(), a, dot.getRhs(), b);
    auto joinFree = [&](Value factor, ArrayRef<int64_t> batchAxes, ArrayRef<int64_t> contract) {
      for (int64_t axis = 0; axis < getRank(factor); ++axis)
        if (!llvm::is_contained(batchAxes, axis) && !llvm::is_contained(contract, axis))
          join(factor, axis, result, next++);
    };
    joinFree(dot.getLhs(), dot.getLhsBatch(), dot.getLhsContract());
    joinFree(dot.getRhs(), dot.getRhsBatch(), dot.getRhsContract());
  } else if (isa<SumOp, MaxOp>(op)) {
    auto axes = op->getAttrOfType<DenseI64ArrayAttr>("axes").asArrayRef();
    for (auto [to, from] : llvm::enumerate(getOtherAxes(getRank(op->getOperand(0)), axes)))
      join(op->getOperand(0), from, result, to);
  } else if (isa<ConcatOp, SliceOp, HeadOp, TailOp, PadOp>(op)) {
    int64_t along = op->getAttrOfType<IntegerAttr>("axis").getInt();
    for (Value operand : op->getOperands())
      for (int64_t axis = 0; axis < getRank(result); ++axis)
        if (axis != along && !findUniform(operand))
          join(operand, axis, result, axis);
  }
}

bool SliceAxes::refuse(const Twine &text) {
  reason = text.str();
  return false;
}

int64_t SliceAxes::getAxis(Value value) const {
  auto own = nodes.find(value);
  if (own == nodes.end())
    return -1;
  for (auto [axis, node] : llvm::enumerate(own->second))
    if (find(node) == batch)
      return axis;
  return -1;
}

int64_t SliceAxes::getOperandAxis(unsigned operand) const {
  int64_t axis = getAxis(body.getArgument(operand));
  if (axis < 0)
    return -1;
  // Inputs and sums are seen without their axis 0.
  size_t inputs = scan.getInitial().size(), windows = inputs + scan.getInputs().size();
  size_t sums = windows + scan.getWindows().size() + scan.getMemories().size();
  bool isSlot = (operand >= inputs && operand < windows) ||
                (operand >= sums && operand < sums + scan.getSums().size());
  return isSlot ? axis + 1 : axis;
}

int64_t SliceAxes::getResultAxis(unsigned result) const {
  size_t carried = scan.getInitial().size(), memories = carried + scan.getOutputs().size();
  size_t sums = memories + scan.getMemories().size();
  if (result < carried)
    return getAxis(body.getArgument(result));
  if (result < memories) {
    int64_t axis = getAxis(scan.getYielded()[result]);
    return axis < 0 ? -1 : axis + 1;
  }
  size_t first = carried + scan.getInputs().size() + scan.getWindows().size();
  unsigned operand = first + (result - memories);
  assert(operand < scan->getNumOperands() && result < sums + scan.getSums().size());
  (void)sums;
  return getOperandAxis(operand);
}

/// Whether an op keeps sequences apart: it has a rule, and does nothing along the batch.
bool SliceAxes::check(Operation *op) {
  StringRef name = op->getName().stripDialect();
  SmallVector<Value> values(op->getOperands());
  llvm::append_range(values, op->getResults());
  bool touches = false;
  for (Value value : values) {
    auto own = nodes.find(value);
    int64_t count = own == nodes.end() ? 0 : llvm::count_if(own->second, [&](unsigned node) {
      return find(node) == batch;
    });
    if (count > 1)
      return refuse("two axes of one value of " + name + " are the batch");
    touches |= count == 1;
  }
  if (!touches)
    return true;
  // Only readers that take it apart from their other operands can make a smaller one.
  if (isa<SoftmaxOp, LogSoftmaxOp, CumsumOp, LayerNormOp, RmsNormOp, SliceOp, HeadOp, TailOp,
          PadOp>(op) &&
      getAxis(op->getOperand(0)) < 0)
    return refuse(name + " of a constant");
  auto along = [&](Value value, int64_t axis) { return getAxis(value) == axis; };
  bool meets = false;
  if (isa<SoftmaxOp, LogSoftmaxOp, CumsumOp>(op))
    meets = along(op->getOperand(0), op->getAttrOfType<IntegerAttr>("axis").getInt());
  else if (isa<LayerNormOp, RmsNormOp>(op))
    meets = along(op->getOperand(0), getRank(op->getOperand(0)) - 1);
  else if (isa<ConcatOp, SliceOp, HeadOp, TailOp, PadOp>(op))
    meets = along(op->getResult(0), op->getAttrOfType<IntegerAttr>("axis").getInt()) ||
            getAxis(op->getResult(0)) < 0;
  else if (auto max = dyn_cast<MaxOp>(op))
    meets = llvm::is_contained(max.getAxes(), getAxis(max.getInput()));
  else if (isFeedback(op))
    meets = llvm::any_of(getBatched(op), [&](Value value) { return getAxis(value) != 0; });
  else if (auto iota = dyn_cast<IotaOp>(op))
    meets = along(iota.getResult(), iota.getAxis());
  else if (auto constant = dyn_cast<ConstantOp>(op))
    meets = !constant.getSplatValue();
  else if (auto reshape = dyn_cast<ReshapeOp>(op))
    meets = !llvm::is_contained(
        kept.lookup(op), std::pair(getAxis(reshape.getInput()), getAxis(reshape.getResult())));
  else if (!op->hasTrait<OpTrait::Elementwise>() &&
           !isa<TransposeOp, BroadcastOp, DotOp, SumOp>(op))
    return refuse("no rule for " + name);
  return !meets || refuse("sequences meet in " + name);
}

bool SliceAxes::checkPartial(Operation *op) {
  bool sums = false;
  if (auto sum = dyn_cast<SumOp>(op))
    sums = llvm::is_contained(sum.getAxes(), getAxis(sum.getInput()));
  if (auto dot = dyn_cast<DotOp>(op))
    sums = llvm::is_contained(dot.getLhsContract(), getAxis(dot.getLhs()));
  auto count = llvm::count_if(op->getOperands(), [&](Value v) { return isPartial(v); });
  if (count == 0) {
    if (sums)
      partial.insert(op->getResult(0));
    return true;
  }
  // A part may take the place of the sum where that comes to the same once parts are added.
  auto hasBatch = [&](Value value) { return getAxis(value) >= 0; };
  SmallVector<Value> values(op->getOperands());
  llvm::append_range(values, op->getResults());
  bool isLinear = isa<NegOp, TransposeOp, ReshapeOp, BroadcastOp, SumOp, CastOp>(op) ||
                  (isa<AddOp, SubOp>(op) && count == 2) || (isa<MulOp, DotOp>(op) && count == 1) ||
                  (isa<DivOp>(op) && count == 1 && isPartial(op->getOperand(0)));
  if (sums || !isLinear || llvm::any_of(values, hasBatch) ||
      !isa<FloatType>(getElementOrSelf(op->getResult(0).getType())))
    return refuse("a sum over the batch is used in " + op->getName().stripDialect());
  partial.insert(op->getResult(0));
  return true;
}

/// A carried sum is a part in each slice if it begins with zeros: found by supposing that it is.
bool SliceAxes::findPartials() {
  llvm::SmallDenseSet<unsigned> carried;
  for (auto [i, initial] : llvm::enumerate(scan.getInitial()))
    if (getAxis(body.getArgument(i)) < 0 && findUniform(initial) == 0.0)
      carried.insert(i);
  for (;;) {
    partial.clear();
    for (unsigned i : carried)
      partial.insert(body.getArgument(i));
    bool fits =
        llvm::all_of(body.without_terminator(), [&](Operation &op) { return checkPartial(&op); });
    // What begins with zeros may be no sum at all, as a counter of steps.
    if (!fits && carried.empty())
      return false;
    if (!fits) {
      carried.clear();
      continue;
    }
    auto isNone = [&](unsigned i) { return !isPartial(scan.getYielded()[i]); };
    auto wrong = llvm::find_if(carried, isNone);
    if (wrong == carried.end())
      return true;
    carried.erase(*wrong);
  }
}

/// Results have the batch, or are sums over it, or are the same for all sequences.
bool SliceAxes::checkResults() {
  size_t carried = scan.getInitial().size(), stacked = carried + scan.getOutputs().size();
  for (auto [i, yielded] : llvm::enumerate(scan.getYielded())) {
    // Later steps would read a part in a memory or in sums.
    bool mayBePart = i < carried ? isPartial(body.getArgument(i)) : i < stacked;
    if (isPartial(yielded) && !mayBePart)
      return refuse("later steps read a sum over the batch");
    // Slots of sums are no sequences; a uniform value takes the batch that its result has.
    bool isSliced = getAxis(yielded) >= 0, wantsSlices = getResultAxis(i) >= 0;
    if (isSliced ? !wantsSlices : wantsSlices && !findUniform(yielded))
      return refuse("result " + Twine(i) + " has the batch in some steps only");
  }
  return true;
}

bool SliceAxes::choose(Value value, int64_t axis) {
  batch = find(getNode(value, axis));
  partial.clear();
  for (Operation &op : body.without_terminator())
    if (!check(&op))
      return false;
  // Slots are one behind another: they are no sequences.
  for (unsigned i = 0; i < scan->getNumOperands(); ++i) {
    size_t first = scan.getInitial().size() + scan.getInputs().size();
    size_t windows = scan.getWindows().size() + scan.getMemories().size();
    if (i >= first && i < first + windows && getAxis(body.getArgument(i)) == 0)
      return refuse("sequences meet in a window");
  }
  return findPartials() && checkResults();
}

} // namespace weft::ir
