// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functions and their declarations: arguments, results, weights, states, sizes.
#include <iostream>

#include "frontend/lib/GraphBuilder.h"
#include "mlir/IR/Verifier.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace weft::dsl {

Graph::Graph(const std::string &model, const std::map<std::string, std::string> &config)
    : builder(std::make_unique<detail::GraphBuilder>(model, config)) {}
Graph::~Graph() = default;
void Graph::function(const std::string &name, const std::function<void(Function &)> &body) {
  builder->trace(name, body);
}
int Graph::write(std::ostream &out, std::ostream &err) { return builder->write(out, err); }

namespace detail {

static int rankOfRole(llvm::StringRef role) {
  return llvm::StringSwitch<int>(role).Case("input", 0).Case("key", 1).Case("state", 2).Default(3);
}

void GraphBuilder::trace(const std::string &name, const std::function<void(Function &)> &body) {
  functions.push_back(std::make_unique<FunctionState>());
  function = functions.back().get();
  function->name = name;
  function->index = functions.size() - 1;
  builder.setInsertionPointToEnd(module->getBody());
  function->op = func::FuncOp::create(builder, UnknownLoc::get(&context), name,
                                      builder.getFunctionType({}, {}));
  function->blocks = {function->op.addEntryBlock()};
  builder.setInsertionPointToStart(function->blocks.front());
  Function handle(this);
  try {
    body(handle);
    finishFunction();
  } catch (const Error &error) {
    try {
      report(error);
    } catch (TooManyErrors) {
    }
  } catch (TooManyErrors) {
  }
}

void GraphBuilder::finishFunction() {
  for (const FunctionState::Argument &argument : function->arguments)
    if (argument.role == "state" &&
        llvm::none_of(function->states, [&](const FunctionState::Result &result) {
          return result.name == argument.name;
        }))
      report(Error(argument.node->where,
                   "state `" + argument.name + "` of `" + function->name + "` is never carried", {},
                   "end the function with carry(\"" + argument.name + "\", next)"));
  SmallVector<Type> inputs, results;
  SmallVector<Value> values;
  SmallVector<Attribute> argumentAttrs, resultAttrs;
  for (const FunctionState::Argument &argument : function->arguments) {
    inputs.push_back(argument.node->value.getType());
    SmallVector<NamedAttribute> attrs{
        builder.getNamedAttr("weft.name", builder.getStringAttr(argument.name)),
        builder.getNamedAttr("weft.role", builder.getStringAttr(argument.role))};
    if (!argument.symbol.empty())
      attrs.push_back(builder.getNamedAttr("weft." + argument.role,
                                           FlatSymbolRefAttr::get(&context, argument.symbol)));
    argumentAttrs.push_back(builder.getDictionaryAttr(attrs));
  }
  // The new states come in the order of the state arguments, whatever the order of the carry calls.
  std::vector<FunctionState::Result> ordered = function->outputs;
  for (const FunctionState::Argument &argument : function->arguments)
    for (const FunctionState::Result &state : function->states)
      if (argument.role == "state" && state.name == argument.name)
        ordered.push_back(state);
  for (const FunctionState::Result &result : ordered) {
    results.push_back(result.value.getType());
    values.push_back(result.value);
    resultAttrs.push_back(builder.getDictionaryAttr(
        {builder.getNamedAttr("weft.name", builder.getStringAttr(result.name)),
         builder.getNamedAttr("weft.role", builder.getStringAttr(result.role))}));
  }
  func::ReturnOp::create(builder, UnknownLoc::get(&context), values);
  function->op.setFunctionType(builder.getFunctionType(inputs, results));
  function->op.setAllArgAttrs(argumentAttrs);
  function->op.setAllResultAttrs(resultAttrs);
}

int GraphBuilder::write(std::ostream &out, std::ostream &err) {
  for (const Error &error : errors)
    err << error.str();
  if (!errors.empty()) {
    err << errors.size() << (errors.size() == 1 ? " error" : " errors")
        << (errors.size() == 20 ? ", stopped there" : "") << "\n";
    return 1;
  }
  if (failed(verify(*module))) {
    err << "error: the traced graph does not verify; this is a bug in Weft, please report it with "
           "the model\n";
    return 70;
  }
  std::string text;
  llvm::raw_string_ostream os(text);
  module->print(os, OpPrintingFlags().enableDebugInfo(true, /*prettyForm=*/false));
  out << text << "\n";
  return out.good() ? 0 : 5;
}

FunctionState::Argument *GraphBuilder::findArgument(const std::string &role,
                                                    const std::string &name) {
  for (FunctionState::Argument &argument : function->arguments)
    if (argument.role == role && argument.name == name)
      return &argument;
  return nullptr;
}

FunctionState::Argument &GraphBuilder::insertArgument(const std::string &role,
                                                      const std::string &name,
                                                      const std::string &symbol, const Axes &axes,
                                                      DType dtype, Where where) {
  auto position = llvm::find_if(function->arguments, [&](const FunctionState::Argument &argument) {
    return rankOfRole(argument.role) > rankOfRole(role);
  });
  unsigned index = position - function->arguments.begin();
  auto node = std::make_shared<Node>();
  node->builder = this;
  node->axes = axes;
  node->dtype = dtype;
  node->where = where;
  node->made = role;
  node->name = name;
  node->scope = name.find('.') == std::string::npos ? "" : name.substr(0, name.rfind('.'));
  node->function = function->index;
  node->serial = ++serial;
  node->isWeight = role == "param";
  node->value = function->blocks.front()->insertArgument(index, type(axes, dtype),
                                                         location(where, node->scope));
  return *function->arguments.insert(position, {role, name, symbol, node});
}

Tensor GraphBuilder::declareInput(const std::string &name, DType dtype, const Axes &axes,
                                  Where where) {
  checkAxes(axes, "input `" + name + "`", where);
  if (FunctionState::Argument *other = findArgument("input", name))
    throw Error(where, "input `" + name + "` is declared twice in `" + function->name + "`",
                {other->node->note()});
  return Tensor(insertArgument("input", name, "", axes, dtype, where).node);
}

Value GraphBuilder::getKey(Where where) {
  if (FunctionState::Argument *key = findArgument("key", "key"))
    return key->node->value;
  return insertArgument("key", "key", "", {Axis("key", 4)}, DType::i32, Where::current())
      .node->value;
}

Tensor GraphBuilder::declareState(const std::string &name, const Axes &axes, DType dtype,
                                  Where where) {
  checkAxes(axes, "state `" + name + "`", where);
  if (FunctionState::Argument *other = findArgument("state", name))
    throw Error(where, "state `" + name + "` is declared twice in `" + function->name + "`",
                {other->node->note()});
  std::string symbol = function->name + "." + name;
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(functions.front()->op);
  ir::StateOp::create(builder, location(where), symbol, type(axes, dtype));
  return Tensor(insertArgument("state", name, symbol, axes, dtype, where).node);
}

static const char *formatInit(Init init) {
  static const char *const names[] = {"zeros", "ones", "constant", "normal", "uniform"};
  return names[static_cast<int>(init)];
}

static bool agree(const WeightOptions &a, const WeightOptions &b) {
  return a.init == b.init && a.scale == b.scale && a.low == b.low && a.high == b.high;
}

Tensor GraphBuilder::declareWeight(const std::string &name, const Axes &axes,
                                   const WeightOptions &options, Where where) {
  auto known = weights.find(name);
  if (known == weights.end()) {
    checkAxes(axes, "weight `" + name + "`", where);
    for (const Axis &axis : axes)
      if (!axis.getSize().isConstant())
        throw Error(where, "weight `" + name + "` expects constant sizes, got " + formatAxes(axes));
    if (options.low.value_or(0) > options.high.value_or(std::max(0.0, options.low.value_or(0))))
      throw Error(where, "weight `" + name + "` expects low to be at most high, got " +
                             std::to_string(*options.low) + " vs " + std::to_string(*options.high));
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(functions.front()->op);
    auto number = [&](std::optional<double> value) {
      return value ? builder.getF64FloatAttr(*value) : FloatAttr();
    };
    auto op = ir::ParamOp::create(
        builder, location(where), builder.getStringAttr(name),
        TypeAttr::get(type(axes, DType::f32)), builder.getStringAttr(formatInit(options.init)),
        builder.getF64FloatAttr(options.scale), number(options.low), number(options.high));
    known = weights.insert({name, {op, axes, options, where}}).first;
  } else if (formatAxes(known->second.axes) != formatAxes(axes) ||
             !agree(known->second.options, options)) {
    bool sameAxes = formatAxes(known->second.axes) == formatAxes(axes);
    throw Error(where,
                sameAxes ? "weight `" + name + "` is declared twice with different options"
                         : "weight `" + name + "` has axes " + formatAxes(axes) + " here but " +
                               formatAxes(known->second.axes) + " before",
                {{known->second.where, "declared here first"}});
  }
  if (FunctionState::Argument *argument = findArgument("param", name))
    return Tensor(argument->node);
  return Tensor(insertArgument("param", name, name, axes, DType::f32, where).node);
}

void GraphBuilder::carry(const std::string &name, const Tensor &next, Where where) {
  FunctionState::Argument *state = findArgument("state", name);
  if (!state)
    throw Error(where, "there is no state `" + name + "` in `" + function->name + "`");
  Tensor placed = place(next, state->node->dtype, where);
  const Node &from = *placed.getNode(), &to = *state->node;
  bool fits = from.axes.size() == to.axes.size() && from.dtype == to.dtype;
  Axes target;
  for (const Axis &axis : to.axes) {
    const Axis *found = findAxis(from.axes, axis.getName());
    fits &= found && (found->getSize() == axis.getSize() || !axis.getSize().isConstant());
    if (found)
      target.push_back(*found);
  }
  if (!fits)
    throw Error(where,
                "state `" + name + "` is " + formatAxes(to.axes) + " of " + formatDType(to.dtype) +
                    " but its next value is " + formatAxes(from.axes) + " of " +
                    formatDType(from.dtype),
                {to.note(), from.note()});
  Value value = align(from, target, location(where, to.scope));
  function->states.push_back({"state", name, value});
}

void GraphBuilder::carryUnknown(const std::string &name) {
  if (FunctionState::Argument *state = findArgument("state", name))
    function->states.push_back({"state", name, state->node->value});
}

void GraphBuilder::output(const std::string &name, const Tensor &value, Where where) {
  for (const FunctionState::Result &other : function->outputs)
    if (other.name == name)
      throw Error(where, "output `" + name + "` is declared twice in `" + function->name + "`");
  function->outputs.push_back({"output", name, place(value, DType::f32, where).getNode()->value});
}

Size GraphBuilder::declareSymbol(const std::string &name, int64_t bound, int64_t step,
                                 Where where) {
  if (bound < 0 || step < 1)
    throw Error(where, "size `" + name +
                           "` expects a bound of at least 0 and a step of at least 1, got " +
                           std::to_string(bound) + " and " + std::to_string(step));
  std::string symbol = function->name + "." + name;
  if (!symbols.insert({symbol, {bound, step}}).second)
    throw Error(where, "size `" + name + "` is declared twice in `" + function->name + "`");
  return Size(symbol, bound, step);
}

} // namespace detail
} // namespace weft::dsl
