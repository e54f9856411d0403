// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/TileToNVPTX/Places.h"
#include "dialects/tile/TilePromise.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace weft::compiler {

namespace {

using Number = std::optional<int64_t>;

class Places {
public:
  Places(Value index, Value size, function_ref<bool(int64_t, int64_t)> isGood)
      : index(index), size(size), isGood(isGood) {
    // The regions around what computes the index, the outermost first.
    for (Operation *op = index.getParentBlock()->getParentOp(); op && !isa<tile::KernelOp>(op);
         op = op->getParentOp())
      outer.insert(outer.begin(), op);
  }

  bool hold() {
    addRoots(index);
    addRoots(size);
    for (Operation *op : outer)
      for (Value operand : op->getOperands())
        if (operand.getType().isIntOrIndex())
          addRoots(operand);
    int64_t count = 1;
    for (auto [root, range] : roots)
      if (llvm::MulOverflow(count, range.second - range.first + 1, count) || count > most)
        return false;
    return assign(0);
  }

private:
  /// Visits what a value is computed from; task, sizes and promised numbers are the roots.
  void addRoots(Value value) {
    if (!seen.insert(value).second)
      return;
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      auto kernel = dyn_cast<tile::KernelOp>(argument.getOwner()->getParentOp());
      if (kernel && argument == kernel.getTask())
        roots.push_back({value, {0, int64_t(kernel.getTasks()) - 1}});
      return;
    }
    Operation *op = value.getDefiningOp();
    if (auto given = dyn_cast<tile::SizeOp>(op)) {
      auto kernel = op->getParentOfType<tile::KernelOp>();
      roots.push_back({value, {0, kernel.getSizes()[given.getNumber()]}});
    } else if (auto extract = dyn_cast<tile::ExtractOp>(op)) {
      if (auto within = tile::getWithin(extract))
        roots.push_back({value, {within->front(), within->back()}});
    } else if (isa<arith::ArithDialect>(op->getDialect())) {
      for (Value operand : op->getOperands())
        addRoots(operand);
    }
  }

  /// The last values first: what is cut is cut at the end.
  bool assign(size_t root) {
    if (root == roots.size())
      return enter(0);
    auto [value, range] = roots[root];
    for (int64_t number = range.second; number >= range.first; --number) {
      known[value] = number;
      if (!assign(root + 1))
        return false;
    }
    return true;
  }

  bool enter(size_t depth) {
    if (depth == outer.size())
      return look();
    if (auto branch = dyn_cast<scf::IfOp>(outer[depth])) {
      Number condition = evaluate(branch.getCondition());
      Operation *inner = depth + 1 < outer.size() ? outer[depth + 1] : nullptr;
      Block *block = inner ? inner->getBlock() : index.getParentBlock();
      bool isThen = block == branch.thenBlock();
      return (condition && (*condition != 0) != isThen) || enter(depth + 1);
    }
    auto loop = dyn_cast<scf::ForOp>(outer[depth]);
    if (!loop)
      return false;
    Number first = evaluate(loop.getLowerBound()), end = evaluate(loop.getUpperBound()),
           step = evaluate(loop.getStep());
    if (!first || !end || !step || *step <= 0)
      return false;
    for (int64_t round = *first; round < *end; round += *step) {
      known[loop.getInductionVar()] = round;
      if (++visited > most || !enter(depth + 1))
        return false;
    }
    return true;
  }

  bool look() {
    Number at = evaluate(index), end = evaluate(size);
    return at && end && isGood(*at, *end);
  }

  Number evaluate(Value value) {
    if (auto found = known.find(value); found != known.end())
      return found->second;
    APInt integer;
    if (matchPattern(value, m_ConstantInt(&integer)))
      return integer.getBitWidth() == 1 ? int64_t(integer.getZExtValue()) : integer.getSExtValue();
    Operation *op = value.getDefiningOp();
    if (!op || !isa<arith::ArithDialect>(op->getDialect()))
      return std::nullopt;
    SmallVector<int64_t, 3> in;
    for (Value operand : op->getOperands()) {
      Number number = operand.getType().isIntOrIndex() ? evaluate(operand) : std::nullopt;
      if (!number)
        return std::nullopt;
      in.push_back(*number);
    }
    return compute(op, in);
  }

  /// Nothing that leaves its type: indices, and what is no larger than its operands.
  static Number compute(Operation *op, ArrayRef<int64_t> in) {
    bool isIndex = op->getResult(0).getType().isIndex();
    int64_t exact;
    auto unless = [&](bool overflows) {
      return isIndex && !overflows ? Number(exact) : std::nullopt;
    };
    auto divide = [&](auto by) { return in[0] >= 0 && in[1] > 0 ? Number(by()) : std::nullopt; };
    return llvm::TypeSwitch<Operation *, Number>(op)
        .Case([&](arith::AddIOp) { return unless(llvm::AddOverflow(in[0], in[1], exact)); })
        .Case([&](arith::SubIOp) { return unless(llvm::SubOverflow(in[0], in[1], exact)); })
        .Case([&](arith::MulIOp) { return unless(llvm::MulOverflow(in[0], in[1], exact)); })
        .Case([&](arith::DivUIOp) { return divide([&] { return in[0] / in[1]; }); })
        .Case([&](arith::RemUIOp) { return divide([&] { return in[0] % in[1]; }); })
        .Case([&](arith::MinSIOp) { return std::min(in[0], in[1]); })
        .Case([&](arith::MaxSIOp) { return std::max(in[0], in[1]); })
        .Case([&](arith::SelectOp) { return in[0] ? in[1] : in[2]; })
        .Case([&](arith::IndexCastOp) { return isIndex ? Number(in[0]) : std::nullopt; })
        .Case([&](arith::CmpIOp compare) {
          return int64_t(arith::applyCmpPredicate(compare.getPredicate(), APInt(64, in[0], true),
                                                  APInt(64, in[1], true)));
        })
        .Default([](Operation *) { return std::nullopt; });
  }

  /// So that a kernel of many places costs no time: one of few is the only one that needs this.
  static constexpr int64_t most = 1024;

  Value index, size;
  function_ref<bool(int64_t, int64_t)> isGood;
  SmallVector<Operation *> outer;
  SmallVector<std::pair<Value, std::pair<int64_t, int64_t>>> roots;
  llvm::SmallPtrSet<Value, 32> seen;
  llvm::DenseMap<Value, int64_t> known;
  int64_t visited = 0;
};

} // namespace

bool holdsInAllPlaces(Value index, Value size, function_ref<bool(int64_t, int64_t)> isGood) {
  return Places(index, size, isGood).hold();
}

} // namespace weft::compiler
