// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/WeftToTile/RowGroups.h"

#include "compiler/lower/WeftToTile/ElementGroups.h"

using namespace mlir;

namespace weft::compiler {

static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

bool isRowSum(Operation *op) {
  auto sum = dyn_cast_or_null<ir::SumOp>(op);
  return sum && typeOf(sum.getInput()).getRank() > 1 &&
         sum.getAxes() == ArrayRef<int64_t>{typeOf(sum.getInput()).getRank() - 1};
}

bool isRowSpread(Operation *op) {
  auto spread = dyn_cast_or_null<ir::BroadcastOp>(op);
  int64_t rank = spread ? typeOf(spread.getInput()).getRank() : 0;
  if (!spread || rank == 0 || typeOf(spread.getResult()).getRank() != rank + 1)
    return false;
  return llvm::equal(spread.getDims(), llvm::seq<int64_t>(0, rank)) &&
         ArrayRef(ir::getDimSizes(typeOf(spread.getResult()))).drop_back() ==
             ArrayRef(ir::getDimSizes(typeOf(spread.getInput())));
}

namespace {

/// Grows one group from a sum.
class RowGroupFinder {
public:
  using Taken = llvm::DenseMap<Operation *, size_t>;

  RowGroupFinder(Block &block, const DenseMap<Operation *, int64_t> &order, const Taken &taken,
                 Operation *sum)
      : block(block), order(order), taken(taken), type(typeOf(sum->getOperand(0))) {
    rowSizes = ir::getDimSizes(type);
    perRowSizes = ArrayRef(rowSizes).drop_back();
    take(sum, /*isDerived=*/true);
  }

  /// The group, or null if no sum comes back to its row.
  std::unique_ptr<RowGroup> find() {
    while (!waiting.empty())
      visit(waiting.pop_back_val());
    while (std::optional<int64_t> reader = findEarlyReader())
      members.remove_if([&](Operation *op) { return order.lookup(op) > *reader; });
    bool comesBack = llvm::any_of(members, isRowSpread) && llvm::any_of(members, isRowSum);
    if (!comesBack)
      return nullptr;
    auto group = std::make_unique<RowGroup>();
    group->type = type;
    group->ops = members.takeVector();
    llvm::sort(group->ops,
               [&](Operation *a, Operation *b) { return order.lookup(a) < order.lookup(b); });
    members.insert_range(group->ops);
    for (Operation *op : group->ops)
      if (Value value = getStored(op); value && !llvm::is_contained(group->results, value))
        group->results.push_back(value);
    return group;
  }

private:
  bool hasSizes(Value value, ArrayRef<ir::SizeAttr> sizes) {
    auto tensor = dyn_cast<RankedTensorType>(value.getType());
    return tensor && ArrayRef(ir::getDimSizes(tensor)) == sizes;
  }

  /// Elementwise, of rows or of one number for each of them, and from such operands.
  bool isElementwise(Operation *op, ArrayRef<ir::SizeAttr> sizes) {
    return isElementwiseOp(op) && !isa<ir::DropoutOp, ir::OneHotOp>(op) &&
           llvm::all_of(op->getOperands(), [&](Value v) { return hasSizes(v, sizes); }) &&
           hasSizes(op->getResult(0), sizes) &&
           typeOf(op->getResult(0)).getElementType() == type.getElementType();
  }

  /// A product's kernel computes what follows it.
  static bool followsProduct(Operation *op) {
    return llvm::any_of(op->getOperands(), [](Value operand) { return getOnlyProduct(operand); });
  }

  bool mayTake(Operation *op) {
    if (!op || op->getBlock() != &block || members.contains(op) || taken.contains(op))
      return false;
    if (isRowSum(op))
      return typeOf(op->getOperand(0)) == type;
    if (isRowSpread(op))
      return hasSizes(op->getResult(0), rowSizes) && hasSizes(op->getOperand(0), perRowSizes);
    if (isElementwise(op, perRowSizes))
      return true;
    return isElementwise(op, rowSizes) && rowOps < maxOpCount && !followsProduct(op);
  }

  void take(Operation *op, bool isDerived) {
    members.insert(op);
    rowOps += isElementwise(op, rowSizes);
    if (isDerived)
      derived.insert(op);
    waiting.push_back(op);
  }

  void visit(Operation *op) {
    // What reads a sum, or what is made of one.
    if (derived.contains(op))
      for (Operation *user : op->getResult(0).getUsers())
        if (mayTake(user))
          take(user, /*isDerived=*/true);
    // What nobody else reads.
    for (Value operand : op->getOperands()) {
      Operation *maker = operand.getDefiningOp();
      if (mayTake(maker) &&
          llvm::all_of(operand.getUsers(), [&](Operation *user) { return members.contains(user); }))
        take(maker, isRowSum(maker) || isRowSpread(maker));
    }
  }

  /// The value of a member that is kept for others; of a spread one its rows' numbers.
  Value getStored(Operation *op) {
    Value value = op->getResult(0);
    if (llvm::all_of(value.getUsers(), [&](Operation *user) { return members.contains(user); }))
      return {};
    if (!isRowSpread(op))
      return value;
    // Others read through it.
    return members.contains(op->getOperand(0).getDefiningOp()) ? op->getOperand(0) : Value();
  }

  /// The first reader from outside that stands before the last member.
  std::optional<int64_t> findEarlyReader() {
    int64_t last = 0;
    for (Operation *op : members)
      last = std::max(last, order.lookup(op));
    std::optional<int64_t> first;
    for (Operation *op : members)
      for (Operation *user : op->getResult(0).getUsers()) {
        Operation *outer = block.findAncestorOpInBlock(*user);
        if (members.contains(outer) || outer == block.getTerminator())
          continue;
        int64_t place = order.lookup(outer);
        if (place < last && (!first || place < *first))
          first = place;
      }
    return first;
  }

  Block &block;
  const DenseMap<Operation *, int64_t> &order;
  const Taken &taken;
  RankedTensorType type;
  SmallVector<ir::SizeAttr> rowSizes;
  ArrayRef<ir::SizeAttr> perRowSizes;
  llvm::SetVector<Operation *> members;
  llvm::DenseSet<Operation *> derived;
  SmallVector<Operation *> waiting;
  unsigned rowOps = 0;
};

} // namespace

void RowGroups::add(Block &block) {
  DenseMap<Operation *, int64_t> order;
  for (Operation &op : block)
    order[&op] = order.size();
  for (Operation &op : block) {
    bool begins = isRowSum(&op) && !op.use_empty() && !groupOf.contains(&op);
    if (!begins || !isa<Float32Type, Float64Type>(typeOf(op.getOperand(0)).getElementType()))
      continue;
    if (auto group = RowGroupFinder(block, order, groupOf, &op).find()) {
      for (Operation *member : group->ops)
        groupOf[member] = groups.size();
      groups.push_back(std::move(group));
    }
  }
}

} // namespace weft::compiler
