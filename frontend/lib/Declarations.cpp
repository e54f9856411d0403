// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Declarations of a function: inputs, states, weights, outputs, run-time sizes.
#include "frontend/lib/GraphBuilder.h"

using namespace mlir;

namespace weft::dsl::detail {

static int rankOfRole(llvm::StringRef role) {
  return llvm::StringSwitch<int>(role).Case("input", 0).Case("key", 1).Case("state", 2).Default(3);
}

void checkName(const std::string &name, const char *what, Where where) {
  bool good = !name.empty() && name.size() <= 200;
  for (unsigned char c : name)
    good &= std::isalnum(c) || c == '_' || c == '.' || c == '-' || c == '/';
  if (!good)
    throw Error(where,
                std::string(what) +
                    " expects a name of letters, digits, `_`, `-`, `.` and `/`, got `" + name + "`",
                {}, "rename it");
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
  node->life = life;
  node->block = function->blocks.front().id;
  node->value = function->blocks.front().block->insertArgument(index, type(axes, dtype),
                                                               location(where, node->scope));
  for (const Axis &axis : axes)
    if (!axis.getSize().isConstant())
      function->bound.insert(axis.getSize().getSymbol());
  return *function->arguments.insert(position, {role, name, symbol, node});
}

Tensor GraphBuilder::declareInput(const std::string &name, DType dtype, const Axes &axes,
                                  Where where) {
  checkName(name, "input", where);
  checkAxes(axes, "input `" + name + "`", where);
  if (FunctionState::Argument *other = findArgument("input", name))
    throw Error(where, "input `" + name + "` is declared twice in `" + function->name + "`",
                {other->node->note()}, "keep the tensor of the first call, or choose another name");
  return Tensor(insertArgument("input", name, "", axes, dtype, where).node);
}

Value GraphBuilder::getKey(Where where) {
  if (FunctionState::Argument *key = findArgument("key", "key"))
    return key->node->value;
  return insertArgument("key", "key", "", {Axis("key", 4)}, DType::i32, where).node->value;
}

Tensor GraphBuilder::declareState(const std::string &name, const Axes &axes, DType dtype,
                                  Where where) {
  function->broken.insert(name);
  checkName(name, "state", where);
  checkAxes(axes, "state `" + name + "`", where);
  if (FunctionState::Argument *other = findArgument("state", name))
    throw Error(where, "state `" + name + "` is declared twice in `" + function->name + "`",
                {other->node->note()}, "keep the tensor of the first call, or choose another name");
  std::string symbol = function->name + "." + name;
  takeSymbol(symbol, "state `" + name + "` of `" + function->name + "`", where);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(functions.front()->op);
  ir::StateOp::create(builder, location(where), symbol, type(axes, dtype));
  function->broken.erase(name);
  return Tensor(insertArgument("state", name, symbol, axes, dtype, where).node);
}

static const char *formatInit(Init init) {
  static const char *const names[] = {"zeros", "ones", "constant", "normal", "uniform"};
  return names[static_cast<int>(init)];
}

static void checkOptions(const std::string &name, const WeightOptions &options, Where where) {
  if (!(options.scale >= 0 || options.init == Init::constant) || !std::isfinite(options.scale))
    throw Error(
        where,
        "weight `" + name + "` expects a finite scale of at least 0, got " +
            formatNumber(options.scale),
        {}, "scale is the value (constant), standard deviation (normal) or half width (uniform)");
  for (std::optional<double> bound : {options.low, options.high})
    if (bound && std::isnan(*bound))
      throw Error(where, "weight `" + name + "` expects bounds that are numbers, got nan", {},
                  "leave a bound out where there is none");
  if (options.low && options.high && !(*options.low <= *options.high))
    throw Error(where,
                "weight `" + name + "` expects low to be at most high, got " +
                    formatNumber(*options.low) + " vs " + formatNumber(*options.high),
                {}, "exchange the two");
}

static bool agree(const WeightOptions &a, const WeightOptions &b) {
  return a.init == b.init && a.scale == b.scale && a.low == b.low && a.high == b.high;
}

Tensor GraphBuilder::declareWeight(const std::string &name, const Axes &axes,
                                   const WeightOptions &options, Where where) {
  auto known = weights.find(name);
  if (known == weights.end()) {
    checkName(name, "weight", where);
    checkAxes(axes, "weight `" + name + "`", where);
    for (const Axis &axis : axes)
      if (!axis.getSize().isConstant())
        throw Error(where, "weight `" + name + "` expects constant sizes, got " + formatAxes(axes),
                    {}, "what changes in size from call to call is a state, not a weight");
    checkOptions(name, options, where);
    takeSymbol(name, "weight `" + name + "`", where);
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
                {{known->second.where, "declared here first"}},
                "one name is one weight; tie weights with the same axes, or choose another name");
  }
  if (FunctionState::Argument *argument = findArgument("param", name))
    return Tensor(argument->node);
  return Tensor(insertArgument("param", name, name, axes, DType::f32, where).node);
}

void GraphBuilder::carry(const std::string &name, const Tensor &next, Where where) {
  FunctionState::Argument *state = findArgument("state", name);
  if (!state && function->broken.count(name))
    return;
  function->broken.insert(name);
  if (!state)
    throw Error(where, "there is no state `" + name + "` in `" + function->name + "`", {},
                "declare it with state(\"" + name + "\", axes) of the same scope");
  requireOutside("carry", where);
  for (const FunctionState::Result &other : function->states)
    if (other.name == name)
      throw Error(where, "state `" + name + "` is carried twice in `" + function->name + "`",
                  {{other.where, "carried here first"}}, "a state has one next value");
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
                {to.note(), from.note()},
                "a state keeps its axes and its type; rename, tail and cast change a value's");
  Value value = align(from, target, location(where, to.scope));
  function->broken.erase(name);
  function->states.push_back({"state", name, value, where, target, from.dtype});
}

void GraphBuilder::carryUnknown(const std::string &name) { function->broken.insert(name); }

void GraphBuilder::output(const std::string &name, const Tensor &value, Where where) {
  checkName(name, "output", where);
  requireOutside("output", where);
  for (const FunctionState::Result &other : function->outputs)
    if (other.name == name)
      throw Error(where, "output `" + name + "` is declared twice in `" + function->name + "`",
                  {{other.where, "declared here first"}}, "choose another name for one of the two");
  Tensor placed = place(value, DType::f32, where);
  function->outputs.push_back(
      {"output", name, placed.getNode()->value, where, placed.axes(), placed.dtype()});
}

Size GraphBuilder::declareSymbol(const std::string &name, int64_t bound, int64_t step,
                                 Where where) {
  checkName(name, "size", where);
  if (bound < 0 || step < 1 || bound > largestSize)
    throw Error(where,
                "size `" + name + "` expects a bound in [0, 2^40] and a step of at least 1, got " +
                    std::to_string(bound) + " and " + std::to_string(step),
                {}, "memory is planned at the bound");
  std::string symbol = function->name + "." + name;
  if (!symbols.insert({symbol, {bound, step}}).second)
    throw Error(where, "size `" + name + "` is declared twice in `" + function->name + "`", {},
                "keep the Size of the first call, or choose another name");
  return Size(symbol, bound, step);
}

void GraphBuilder::setSize(const Size &size, const Tensor &value, Where where) {
  Tensor placed = place(value, DType::i32, where);
  const Node &node = *placed.getNode();
  if (size.isConstant() || size.getOffset() != 0)
    throw Error(where, "setSize expects a symbol without offset, got " + size.str(), {},
                "make one with f.symbol(name, bound, step)");
  requireOutside("setSize", where);
  if (!node.axes.empty() || node.dtype != DType::i32)
    throw Error(where,
                "setSize expects an i32 scalar, got " + formatAxes(node.axes) + " of " +
                    formatDType(node.dtype),
                {node.note()}, "reduce it to a scalar and convert it with cast(DType::i32, ...)");
  if (function->bound.count(size.getSymbol()))
    throw Error(where, "size `" + size.str() + "` already has a value", {},
                "a state or an input of that size, or an earlier setSize, gave it");
  if (auto used = function->used.find(size.getSymbol()); used != function->used.end())
    throw Error(where, "setSize expects no tensor of size `" + size.str() + "` before it",
                {{used->second, "the size is used here"}}, "call setSize before the first use");
  checkSize(size, "setSize", where);
  function->bound.insert(size.getSymbol());
  ir::SetSizeOp::create(builder, location(where, node.scope), sizeAttr(size), node.value);
}

} // namespace weft::dsl::detail
