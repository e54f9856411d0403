// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-differentiate: F.forward, F.backward and F.grad of a function F (Passes.td says what they
// take and give).
#include "dialects/weft/transforms/Passes.h"
#include "dialects/weft/transforms/ReverseMode.h"
#include "dialects/weft/transforms/Signature.h"

#include "llvm/ADT/MapVector.h"

namespace weft::ir {
#define GEN_PASS_DEF_DIFFERENTIATEPASS
#include "dialects/weft/transforms/Passes.h.inc"
} // namespace weft::ir

using namespace mlir;

namespace weft::ir {

namespace {

/// Names by position for what has none, so that gradients and saved values can be told apart.
void nameUnnamed(func::FuncOp function) {
  Builder builder(function.getContext());
  auto numbered = [&](StringRef side, int64_t i) {
    return builder.getStringAttr(side + "." + Twine(i));
  };
  for (auto [i, port] : llvm::enumerate(getArguments(function)))
    if (port.getName().empty())
      function.setArgAttr(i, "weft.name", numbered("argument", i));
  for (auto [i, port] : llvm::enumerate(getResults(function)))
    if (port.getName().empty())
      function.setResultAttr(i, "weft.name", numbered("result", i));
}

func::FuncOp cloneAfter(func::FuncOp function, Operation *before, StringRef suffix) {
  auto clone = cast<func::FuncOp>(function->clone());
  clone.setName((function.getName() + suffix).str());
  before->getBlock()->getOperations().insertAfter(before->getIterator(), clone);
  nameUnnamed(clone);
  return clone;
}

/// Indices of the float arguments that `isWanted` accepts.
SmallVector<int64_t> selectArguments(func::FuncOp function,
                                     function_ref<bool(const Port &)> isWanted) {
  SmallVector<int64_t> selected;
  for (auto [i, port] : llvm::enumerate(getArguments(function)))
    if (isFloatTensor(port.type) && isWanted(port))
      selected.push_back(i);
  return selected;
}

SmallVector<Value> pickArguments(Block &block, ArrayRef<int64_t> indices) {
  return llvm::map_to_vector(indices, [&](int64_t i) { return Value(block.getArgument(i)); });
}

/// Says how much the function computes again instead of keeping it.
void noteRecomputed(func::FuncOp function, const Copies &copies) {
  if (int64_t bytes = countRecomputedBytes(function.front(), copies))
    function->setAttr(recomputedAttrName, Builder(function.getContext()).getI64IntegerAttr(bytes));
}

/// Makes every value that `backward` uses from `forward` its own: computed again, or a saved
/// argument.
class SavedValues {
public:
  SavedValues(func::FuncOp forward, func::FuncOp backward) : forward(forward), backward(backward) {}

  void transfer() {
    transferValues(forward.getBody(), backward.front(), [&](Value value) { return save(value); });
    bindSymbols();
    addResults();
  }

private:
  Value save(Value value) {
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      StringRef name = getArguments(forward)[argument.getArgNumber()].getName();
      ports.push_back(makePort(value.getType(), name, "saved"));
    } else {
      ports.push_back(makePort(value.getType(), "saved." + std::to_string(saved.size()), "saved"));
      saved.push_back(value);
      savedPorts.push_back(ports.back());
    }
    return backward.front().addArgument(value.getType(), value.getLoc());
  }

  using Symbols = llvm::MapVector<StringAttr, SizeAttr>;

  /// Adds the symbols that types and attributes mention.
  static void collectSymbols(Symbols &symbols, ArrayRef<Attribute> attributes, TypeRange types) {
    AttrTypeWalker walker;
    walker.addWalk([&](SizeAttr size) {
      if (!size.isConstant())
        symbols.insert({size.getSymbol(), size.plus(-size.getOffset())});
    });
    for (Attribute attribute : attributes)
      walker.walk(attribute);
    for (Type type : types)
      walker.walk(type);
  }

  /// Sizes that the backward function mentions but no shape of its arguments tells come as values.
  void bindSymbols() {
    Symbols mentioned, bound;
    for (Operation &op : backward.front())
      collectSymbols(mentioned, op.getAttrDictionary(), op.getResultTypes());
    collectSymbols(bound, {}, backward.front().getArgumentTypes());

    OpBuilder end(forward.front().getTerminator());
    auto scalar = RankedTensorType::get({}, end.getI32Type());
    builder.setInsertionPointToStart(&backward.front());
    for (auto &[symbol, size] : mentioned) {
      if (bound.contains(symbol))
        continue;
      Value value = SizeOp::create(end, forward.getLoc(), scalar, size);
      SetSizeOp::create(builder, backward.getLoc(), size, save(value));
    }
  }

  /// Gives both functions the signature that the saved values need.
  void addResults() {
    SmallVector<Port> results = getResults(forward), arguments = getArguments(backward);
    llvm::append_range(results, savedPorts);
    llvm::append_range(arguments, ports);
    setSignature(forward, getArguments(forward), results);
    setSignature(backward, arguments, getResults(backward));
    forward.front().getTerminator()->insertOperands(
        forward.front().getTerminator()->getNumOperands(), saved);
  }

  func::FuncOp forward, backward;
  OpBuilder builder{backward.getContext()};
  SmallVector<Value> saved;
  SmallVector<Port> savedPorts, ports;
};

class DifferentiatePass : public impl::DifferentiatePassBase<DifferentiatePass> {
public:
  using DifferentiatePassBase::DifferentiatePassBase;

  void runOnOperation() override {
    for (const std::string &name : functions) {
      auto function = getOperation().lookupSymbol<func::FuncOp>(name);
      if (!function || function.isExternal()) {
        getOperation().emitError(
            "'weft-differentiate' expects functions to name a function with a body, got '")
            << name << "' (differentiate.C1)";
        return signalPassFailure();
      }
      if (failed(buildForwardAndBackward(function)) || failed(buildGradient(function)))
        return signalPassFailure();
    }
  }

private:
  LogicalResult buildForwardAndBackward(func::FuncOp function) {
    func::FuncOp forward = cloneAfter(function, function, ".forward");
    Block &block = forward.front();
    SmallVector<int64_t> wanted = selectArguments(forward, [](const Port &) { return true; });

    SmallVector<Port> cotangents, gradients;
    SmallVector<Value> differentiated;
    for (auto [port, value] :
         llvm::zip(getResults(forward), block.getTerminator()->getOperands())) {
      if (!isFloatTensor(port.type))
        continue;
      cotangents.push_back(makePort(port.type, port.getName(), "cotangent"));
      differentiated.push_back(value);
    }
    for (int64_t i : wanted) {
      Port port = getArguments(forward)[i];
      gradients.push_back(makePort(port.type, port.getName(), "gradient"));
    }
    func::FuncOp backward =
        createFunction(forward, (function.getName() + ".backward").str(), cotangents, gradients);
    ImplicitLocOpBuilder builder(function.getLoc(), OpBuilder::atBlockEnd(&backward.front()));
    SmallVector<Seed> seeds;
    for (auto [value, cotangent] : llvm::zip(differentiated, backward.getArguments()))
      seeds.push_back({value, cotangent});
    Copies copies;
    auto found = emitGradients(builder, block, seeds, pickArguments(block, wanted), &copies);
    if (failed(found))
      return failure();
    setReturned(backward, *found);
    eraseDeadOps(backward.front());
    noteRecomputed(backward, copies);
    SavedValues(forward, backward).transfer();
    return success();
  }

  /// The result to differentiate: its index, or nothing.
  static std::optional<int64_t> findObjective(func::FuncOp function) {
    SmallVector<Port> results = getResults(function);
    for (StringRef name : {"objective", "loss"})
      for (auto [i, port] : llvm::enumerate(results))
        if (port.getName() == name && port.getRole() == "output")
          return i;
    return std::nullopt;
  }

  LogicalResult buildGradient(func::FuncOp function) {
    std::optional<int64_t> objective = findObjective(function);
    if (!objective)
      return success();
    Type type = function.getResultTypes()[*objective];
    if (!isFloatTensor(type) || cast<RankedTensorType>(type).getRank() != 0)
      return function.emitOpError("expects the result '")
             << getResults(function)[*objective].getName() << "' to be a float scalar, got " << type
             << " (differentiate.C3)";

    Operation *last =
        SymbolTable::lookupSymbolIn(getOperation(), (function.getName() + ".backward").str());
    func::FuncOp grad = cloneAfter(function, last, ".grad");
    Block &block = grad.front();
    SmallVector<int64_t> wanted = selectArguments(grad, [](const Port &port) {
      return port.getRole() == "input" || port.getRole() == "param";
    });

    ImplicitLocOpBuilder builder(function.getLoc(), block.getTerminator());
    SmallVector<Port> arguments = getArguments(grad);
    Value scale;
    if (lossScale) {
      arguments.push_back(makePort(type, lossScaleName, "hyper"));
      scale = block.addArgument(type, function.getLoc());
    } else {
      scale = createSplat(builder, builder.getLoc(), type, 1.0);
    }
    Seed seed{block.getTerminator()->getOperand(*objective), scale};
    Copies copies;
    auto found = emitGradients(builder, block, seed, pickArguments(block, wanted), &copies);
    if (failed(found))
      return failure();
    SmallVector<Value> returned(block.getTerminator()->getOperands());
    SmallVector<Port> results = getResults(grad);
    for (int64_t i : wanted)
      results.push_back(makePort(arguments[i].type, arguments[i].getName(), "gradient"));
    llvm::append_range(returned, *found);
    setReturned(grad, returned);
    setSignature(grad, arguments, results);
    eraseDeadOps(block);
    noteRecomputed(grad, copies);
    return success();
  }
};

} // namespace

} // namespace weft::ir
