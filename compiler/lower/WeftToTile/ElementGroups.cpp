// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/WeftToTile/ElementGroups.h"

#include "compiler/lower/WeftToTile/TensorView.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace weft::compiler {

bool isElementwiseOp(Operation *op) {
  return op && op->getNumResults() == 1 && isa<RankedTensorType>(op->getResult(0).getType()) &&
         (op->hasTrait<OpTrait::Elementwise>() || isa<ir::DropoutOp, ir::OneHotOp>(op));
}

ValueRange getTreeOperands(Operation *op) {
  if (isa<ir::OneHotOp>(op))
    return {};
  ValueRange operands = op->getOperands();
  return isa<ir::DropoutOp>(op) ? operands.take_front(1) : operands;
}

ir::DotOp getOnlyProduct(Value value) {
  auto turned = value.getDefiningOp<ir::TransposeOp>();
  if (!llvm::all_equal(value.getUsers()))
    return {};
  if (turned) {
    ArrayRef<int64_t> order = turned.getPermutation();
    value = turned.getInput();
    if (order.back() + 1 != int64_t(order.size()) || !llvm::hasSingleElement(value.getUses()))
      return {};
  }
  auto dot = value.getDefiningOp<ir::DotOp>();
  return dot && (!turned || dot->getBlock() == turned->getBlock()) ? dot : ir::DotOp();
}

/// True if the kernel of `user` can compute one of its operands itself.
static bool takesTrees(Operation *user) {
  return isElementwiseOp(user) || isa<ir::SumOp, ir::MaxOp>(user);
}

bool hasOneReader(Value value) {
  Operation *op = value.getDefiningOp();
  if (!isElementwiseOp(op) || value.use_empty())
    return false;
  Operation *user = *value.user_begin();
  return llvm::all_equal(value.getUsers()) && user->getBlock() == op->getBlock() &&
         takesTrees(user);
}

/// Ops that cost less than the load they spare.
static bool isCheap(Operation *op) {
  return isa<ir::AddOp, ir::SubOp, ir::MulOp, ir::NegOp, ir::ReluOp, ir::MaximumOp, ir::MinimumOp,
             ir::ClampOp, ir::CompareOp, ir::SelectOp, ir::StopGradientOp>(op);
}

static int64_t countElements(Value value) {
  int64_t count = 1;
  for (ir::SizeAttr size : ir::getDimSizes(cast<RankedTensorType>(value.getType())))
    count *= size.getMaximum();
  return count;
}

/// Next to nothing to read beside a whole array.
static bool isSmall(Value value) {
  if (auto constant = value.getDefiningOp<ir::ConstantOp>())
    return constant.getSplatValue().has_value();
  auto broadcast = value.getDefiningOp<ir::BroadcastOp>();
  return broadcast && countElements(broadcast.getInput()) * 8 <= countElements(value);
}

class GroupFinder {
public:
  GroupFinder(ElementGroups &groups, Block &block, const RowGroups &rows)
      : groups(groups), block(block), rows(rows) {}

  void run() {
    for (Operation &op : block) {
      order[&op] = order.size();
      // Kernels never move past these, so that no array lives much longer.
      bool isLight = isElementwiseOp(&op) || isViewOp(&op) || takesTrees(&op) ||
                     isa<ir::ConstantOp, ir::IotaOp>(op);
      section += !isLight;
      if (isElementwiseOp(&op) && !op.use_empty() && !rows.find(&op))
        visit(op.getResult(0));
    }
    finish();
  }

private:
  /// What one kernel computes.
  struct Kernel {
    SmallVector<Value> roots;
    llvm::SetVector<Value> ops;    // all that it evaluates, the roots too
    llvm::SetVector<Value> leaves; // what it reads
    int64_t section = 0;
    size_t mergedInto = SIZE_MAX;
  };

  /// An op whose kernel is a product's stores nothing else, and is not computed twice.
  bool followsProduct(Operation *op) {
    return llvm::any_of(getTreeOperands(op), [&](Value operand) {
      if (ir::DotOp dot = getOnlyProduct(operand))
        return dot->getBlock() == &block;
      return hasOneReader(operand) && afterProduct.contains(operand);
    });
  }

  /// The arrays that a value of few cheap ops is computed from; false if it is not one.
  bool collectSources(Value value, llvm::SmallSetVector<Value, 2> &sources, unsigned &opCount) {
    Operation *op = value.getDefiningOp();
    if (!isCheap(op) || afterProduct.contains(value) || ++opCount > 4)
      return false;
    for (Value operand : op->getOperands()) {
      if (isSmall(operand))
        continue;
      bool isApart = !hasOneReader(operand) && !groups.isInside(operand);
      if (isApart || rows.isMember(operand))
        sources.insert(operand);
      else if (!collectSources(operand, sources, opCount))
        return false;
    }
    return sources.size() <= 1;
  }

  /// True if every reader computes the value itself: it reads one array for it instead of another.
  bool isRepeated(Value value) {
    auto canCompute = [&](Operation *user) {
      return user->getBlock() == &block && takesTrees(user);
    };
    llvm::SmallSetVector<Value, 2> sources;
    unsigned opCount = 0;
    return llvm::all_of(value.getUsers(), canCompute) && collectSources(value, sources, opCount) &&
           llvm::all_of(sources, [&](Value source) {
             return getElementTypeOrSelf(source).getIntOrFloatBitWidth() <=
                    getElementTypeOrSelf(value).getIntOrFloatBitWidth();
           });
  }

  bool isInTree(Value value) {
    return isElementwiseOp(value.getDefiningOp()) && value.getParentBlock() == &block &&
           !rows.isMember(value) && (hasOneReader(value) || groups.isInside(value));
  }

  void collect(Value value, Kernel &kernel) {
    if (!kernel.ops.insert(value) || kernel.ops.size() > maxOpCount)
      return;
    for (Value operand : getTreeOperands(value.getDefiningOp()))
      if (isInTree(operand))
        collect(operand, kernel);
      else
        kernel.leaves.insert(operand);
  }

  /// True if a kernel up to `end` reads a value; those of `among` do not count where they read it
  /// element by element. Also true where the answer is farther away than a kernel is large: a chain
  /// of thousands would be followed from each of its values.
  bool isReadBefore(Value value, int64_t end, ArrayRef<Value> among) {
    unsigned left = 4 * maxOpCount;
    return isReadBefore(value, end, among, /*isViewed=*/false, left);
  }

  bool isReadBefore(Value value, int64_t end, ArrayRef<Value> among, bool isViewed,
                    unsigned &left) {
    return llvm::any_of(value.getUsers(), [&](Operation *user) {
      Operation *outer = block.findAncestorOpInBlock(*user);
      auto place = order.find(outer);
      if (place == order.end() || place->second > end) // later ops have no number yet
        return false;
      if (left == 0)
        return true;
      --left;
      bool isElement = outer == user && isElementwiseOp(user) &&
                       llvm::is_contained(getTreeOperands(user), value);
      if ((outer == user && isViewOp(user)) || (isElement && isInTree(user->getResult(0))))
        return isReadBefore(user->getResult(0), end, among, isViewed || !isElement, left);
      return isViewed || !isElement || !llvm::is_contained(among, user->getResult(0));
    });
  }

  size_t getKernel(size_t number) {
    while (kernels[number].mergedInto != SIZE_MAX)
      number = kernels[number].mergedInto;
    return number;
  }

  /// Both as one, if they may stand at `place`.
  std::optional<Kernel> merge(const Kernel &first, const Kernel &second, int64_t place) {
    Kernel both = first;
    llvm::append_range(both.roots, second.roots);
    both.ops.insert_range(second.ops);
    if (both.ops.size() > maxOpCount)
      return std::nullopt;
    for (Value root : both.roots)
      if (isReadBefore(root, place, both.roots))
        return std::nullopt;
    both.leaves.insert_range(second.leaves);
    both.leaves.remove_if([&](Value leaf) { return both.ops.contains(leaf); });
    return both;
  }

  void visit(Value value) {
    Operation *op = value.getDefiningOp();
    if (followsProduct(op))
      afterProduct.insert(value);
    // Numbers are no work; how many of them belong together depends on the count of layers.
    if (hasOneReader(value) || countElements(value) <= 1)
      return;
    if (isRepeated(value)) {
      groups.inside.insert(value);
      return;
    }
    if (afterProduct.contains(value))
      return;
    Kernel kernel{{value}, {}, {}, section};
    collect(value, kernel);
    if (kernel.ops.size() > maxOpCount)
      return;
    auto type = cast<RankedTensorType>(value.getType());
    size_t number = kernels.size();
    kernels.emplace_back(); // others are merged into it before it is complete
    for (Value leaf : llvm::to_vector(kernel.leaves)) {
      auto known = touched.find(leaf);
      if (known == touched.end() || isSmall(leaf) || !haveSameShape(leaf.getType(), type))
        continue;
      size_t other = getKernel(known->second);
      if (other == number || kernels[other].section != section ||
          !haveSameShape(kernels[other].roots.front().getType(), type))
        continue;
      if (std::optional<Kernel> both = merge(kernels[other], kernel, order[op])) {
        kernel = std::move(*both);
        kernels[other].mergedInto = number;
        kernels[other].roots.clear();
      }
    }
    for (Value leaf : kernel.leaves)
      touched[leaf] = number;
    for (Value root : kernel.roots)
      touched[root] = number;
    kernels[number] = std::move(kernel);
  }

  static bool haveSameShape(Type a, Type b) {
    return ir::getDimSizes(cast<RankedTensorType>(a)) == ir::getDimSizes(cast<RankedTensorType>(b));
  }

  void finish() {
    for (const Kernel &kernel : kernels) {
      if (kernel.roots.size() < 2)
        continue;
      SmallVector<Value> stored;
      for (Value root : kernel.roots)
        if (isReadBefore(root, INT64_MAX, kernel.roots))
          stored.push_back(root);
        else
          groups.inside.insert(root);
      llvm::sort(stored, [&](Value a, Value b) {
        return order[a.getDefiningOp()] < order[b.getDefiningOp()];
      });
      for (Value root : stored)
        groups.groupOf[root] = groups.results.size();
      groups.results.push_back(std::move(stored));
    }
  }

  ElementGroups &groups;
  Block &block;
  const RowGroups &rows;
  llvm::DenseMap<Operation *, int64_t> order;
  llvm::DenseSet<Value> afterProduct;
  std::vector<Kernel> kernels;
  llvm::DenseMap<Value, size_t> touched; ///< value -> the last kernel that computes or reads it
  int64_t section = 0;
};

void ElementGroups::add(Block &block, const RowGroups &rows) {
  GroupFinder(*this, block, rows).run();
}

} // namespace weft::compiler
