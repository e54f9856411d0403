// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft-reduce/Steps.h"

#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

#include "tools/weft-reduce/Substitutes.h"

using namespace mlir;

namespace weft::reduce {

namespace {

//===--- Functions, kernels, declarations ---------------------------------------------------===//

std::vector<Change> listTopLevelOps(ModuleOp module) {
  std::vector<Change> changes;
  for (Operation &op : *module.getBody())
    changes.push_back([&op] {
      if (op.use_empty())
        op.erase();
    });
  return changes;
}

//===--- Ops of their bodies ----------------------------------------------------------------===//

/// In the order of the text, what holds a region before what lies in it.
void forEachInnerOp(ModuleOp module, function_ref<void(Operation *)> visit) {
  module.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (op != module && op->getParentOp() != module && !op->hasTrait<OpTrait::IsTerminator>())
      visit(op);
  });
}

/// False, and nothing has changed for the users, when a used result has no substitute.
bool replaceResults(Operation *op, Substitute find) {
  SmallVector<Value> values;
  for (Value result : op->getResults()) {
    values.push_back(result.use_empty() ? Value() : find(op, result.getType()));
    if (!values.back() && !result.use_empty())
      return false;
  }
  for (auto [result, value] : llvm::zip(op->getResults(), values))
    if (value)
      result.replaceAllUsesWith(value);
  return true;
}

template <Substitute find> std::vector<Change> listErasures(ModuleOp module) {
  std::vector<Change> changes;
  forEachInnerOp(module, [&](Operation *op) {
    changes.push_back([op] {
      if (replaceResults(op, find))
        op->erase();
    });
  });
  return changes;
}

/// Puts the ops of a loop's body in the loop's place, as if it ran once.
void inlineBody(Operation *op) {
  Block &body = op->getRegion(0).front();
  Operation *terminator = body.getTerminator();
  SmallVector<Value> values;
  for (BlockArgument argument : body.getArguments()) {
    values.push_back(argument.use_empty() ? Value() : findAny(op, argument.getType()));
    if (!values.back() && !argument.use_empty())
      return;
  }
  for (auto [argument, value] : llvm::zip(body.getArguments(), values))
    if (value)
      argument.replaceAllUsesWith(value);
  op->getBlock()->getOperations().splice(op->getIterator(), body.getOperations(), body.begin(),
                                         terminator->getIterator());
  for (auto [index, result] : llvm::enumerate(op->getResults())) {
    bool fits = index < terminator->getNumOperands() &&
                terminator->getOperand(index).getType() == result.getType();
    Value value = fits ? terminator->getOperand(index) : findAny(op, result.getType());
    if (value)
      result.replaceAllUsesWith(value);
  }
  if (op->use_empty())
    op->erase();
}

std::vector<Change> listBodies(ModuleOp module) {
  std::vector<Change> changes;
  forEachInnerOp(module, [&](Operation *op) {
    if (op->getNumRegions() == 1 && op->getRegion(0).hasOneBlock() &&
        op->getRegion(0).front().mightHaveTerminator())
      changes.push_back([op] { inlineBody(op); });
  });
  return changes;
}

//===--- Signatures -------------------------------------------------------------------------===//

std::vector<Change> listResults(ModuleOp module) {
  std::vector<Change> changes;
  for (auto function : module.getOps<func::FuncOp>())
    for (unsigned i = 0; hasFreeSignature(function) && i < function.getNumResults(); ++i)
      changes.push_back([function, i]() mutable {
        function.walk([i](func::ReturnOp op) { op->eraseOperand(i); });
        (void)function.eraseResult(i);
      });
  return changes;
}

/// A function returns what its result was made of, whatever type that has.
void returnOperand(func::FuncOp function, unsigned result, unsigned operand) {
  auto end = cast<func::ReturnOp>(function.front().getTerminator());
  Operation *maker = end.getOperand(result).getDefiningOp();
  if (!maker || operand >= maker->getNumOperands())
    return;
  Value value = maker->getOperand(operand);
  end.setOperand(result, value);
  SmallVector<Type> types(function.getResultTypes());
  types[result] = value.getType();
  function.setType(FunctionType::get(function.getContext(), function.getArgumentTypes(), types));
  if (maker->use_empty())
    maker->erase();
}

std::vector<Change> listReturnedOperands(ModuleOp module) {
  std::vector<Change> changes;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!hasFreeSignature(function) || !function.getBody().hasOneBlock())
      continue;
    for (auto [i, value] : llvm::enumerate(function.front().getTerminator()->getOperands()))
      for (unsigned j = 0; value.getDefiningOp() && j < value.getDefiningOp()->getNumOperands();
           ++j)
        changes.push_back([=, i = i] { returnOperand(function, i, j); });
  }
  return changes;
}

std::vector<Change> listArguments(ModuleOp module, void (*drop)(func::FuncOp, unsigned)) {
  std::vector<Change> changes;
  for (auto function : module.getOps<func::FuncOp>())
    for (unsigned i = 0; hasFreeSignature(function) && i < function.getNumArguments(); ++i)
      changes.push_back([=] { drop(function, i); });
  return changes;
}

std::vector<Change> listUnusedArguments(ModuleOp module) {
  return listArguments(module, [](func::FuncOp function, unsigned index) {
    if (function.getArgument(index).use_empty())
      (void)function.eraseArgument(index);
  });
}

std::vector<Change> listEqualArguments(ModuleOp module) {
  return listArguments(module, [](func::FuncOp function, unsigned index) {
    BlockArgument argument = function.getArgument(index);
    for (BlockArgument earlier : function.getArguments().take_front(index))
      if (earlier.getType() == argument.getType()) {
        argument.replaceAllUsesWith(earlier);
        (void)function.eraseArgument(index);
        return;
      }
  });
}

//===--- Attributes -------------------------------------------------------------------------===//

/// Those of arguments and results, then those that no op knows of.
std::vector<Change> listDiscardableAttributes(ModuleOp module) {
  std::vector<Change> changes;
  module.walk<WalkOrder::PreOrder>([&](Operation *op) {
    for (NamedAttribute attribute : op->getDiscardableAttrs())
      changes.push_back([op, name = attribute.getName()] { op->removeDiscardableAttr(name); });
    auto function = dyn_cast<FunctionOpInterface>(op);
    for (unsigned i = 0; function && i < function.getNumArguments(); ++i)
      for (NamedAttribute attribute : function.getArgAttrs(i))
        changes.push_back([function, i, name = attribute.getName()]() mutable {
          function.removeArgAttr(i, name);
        });
    for (unsigned i = 0; function && i < function.getNumResults(); ++i)
      for (NamedAttribute attribute : function.getResultAttrs(i))
        changes.push_back([function, i, name = attribute.getName()]() mutable {
          function.removeResultAttr(i, name);
        });
  });
  return changes;
}

/// Sets the attribute to its default, or removes it, if the op is right without it.
void dropInherentAttribute(Operation *op, StringAttr name) {
  Attribute kept = op->getInherentAttr(name).value_or(Attribute());
  op->removeAttr(name);
  // Only a new op gets its defaults, and printers count on them.
  Operation *fresh = op->cloneWithoutRegions();
  if (Attribute attribute = fresh->getInherentAttr(name).value_or(Attribute()))
    op->setAttr(name, attribute);
  fresh->erase();
  // Asked here, since the verifier of what holds the op may come first and count on it.
  if (failed(op->getName().verifyInvariants(op)))
    op->setAttr(name, kept);
}

std::vector<Change> listInherentAttributes(ModuleOp module) {
  std::vector<Change> changes;
  module.walk<WalkOrder::PreOrder>([&](Operation *op) {
    for (NamedAttribute attribute : op->getAttrs())
      if (op->getInherentAttr(attribute.getName()))
        changes.push_back([op, name = attribute.getName()] { dropInherentAttribute(op, name); });
  });
  return changes;
}

} // namespace

llvm::ArrayRef<Step> getSteps() {
  static constexpr Step steps[] = {
      {"functions, kernels and declarations", listTopLevelOps},
      {"results of functions", listResults},
      {"results, by their operands", listReturnedOperands},
      {"ops, by new arguments", listErasures<addArgument>},
      {"ops, by their operands", listErasures<findOperand>},
      {"ops, by earlier values", listErasures<findEarlier>},
      {"ops, by zeros", listErasures<makeZero>},
      {"loops, by their bodies", listBodies},
      {"arguments that nobody uses", listUnusedArguments},
      {"arguments, by earlier ones", listEqualArguments},
      {"attributes that can be left out", listDiscardableAttributes},
      {"attributes with a default", listInherentAttributes},
  };
  return steps;
}

} // namespace weft::reduce
