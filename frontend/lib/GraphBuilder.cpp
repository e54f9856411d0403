// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Placing values: locations, types, free tensors, alignment of axes.
#include "frontend/lib/GraphBuilder.h"
#include "frontend/lib/LastCall.h"

using namespace mlir;

namespace weft::dsl {

Operand::Operand(double number, Where where) : where(where) {
  auto node = std::make_shared<detail::Node>();
  node->start = number;
  node->where = where;
  node->made = "a number";
  tensor = Tensor(std::move(node));
}

namespace detail {

GraphBuilder &builderOf(ArrayRef<const Tensor *> operands, Where where) {
  const Node *gone = nullptr;
  for (const Tensor *operand : operands)
    if (const Node *node = operand->getNode(); node && node->isGone())
      gone = node;
    else if (node && node->builder)
      return *node->builder;
  if (gone)
    throw Error(
        where, gone->describe() + " belongs to a graph that is gone", {gone->note()},
        "make the tensor again in each graph; keep axes and numbers in the model, not tensors");
  throw Error(
      where, "expects at least one tensor of a graph, got only numbers, indices or empty tensors",
      {},
      "f.index(axis) is an index that belongs to a function; a tensor has a value only "
      "after the call that makes it, so feedback goes through a state or the carry of scan");
}

LastCall &lastCall() {
  static LastCall last;
  return last;
}

void GraphBuilder::enter(Where where) {
  lastCall().file = where.file_name();
  lastCall().line = where.line();
  if (!function)
    throw Error(
        where, "a call of the language stands outside of every function", {},
        "tensors are made while a function is traced: in step, eval or generate, not before "
        "or after");
  function->last = where;
  function->called = true;
  if (++calls <= mostCalls)
    return;
  // A call that fails hands back an unknown tensor, and the loop would go on for ever.
  report(Error(where, "the model makes more than " + std::to_string(mostCalls) + " calls", {},
               "a C++ loop unrolls; scan does not"));
  throw TooManyErrors();
}

GraphBuilder::GraphBuilder(const std::string &model,
                           const std::map<std::string, std::string> &config, Where where)
    : builder(&context) {
  context.loadDialect<ir::WeftDialect, func::FuncDialect>();
  module = ModuleOp::create(UnknownLoc::get(&context));
  (*module)->setAttr("weft.model", builder.getStringAttr(model));
  SmallVector<NamedAttribute> entries;
  try {
    for (const auto &[key, value] : config)
      checkName(key, "a key of the config", where);
  } catch (const Error &error) {
    report(error);
    return;
  }
  for (const auto &[key, value] : config)
    entries.push_back(builder.getNamedAttr(key, builder.getStringAttr(value)));
  (*module)->setAttr("weft.config", builder.getDictionaryAttr(entries));
}

void GraphBuilder::report(const Error &error) {
  if (function)
    function->isMistaken = true;
  if (!reported.insert({error.where.file_name(), error.where.line()}).second)
    return;
  if (errors.size() < 20)
    errors.push_back(error);
  if (errors.size() >= 20 && function)
    throw TooManyErrors();
}

Location GraphBuilder::location(Where where, const std::string &scope) {
  // No column: g++ and clang report different ones, and the same model must give the same text.
  Location line = FileLineColLoc::get(&context, baseName(where.file_name()), where.line(), 0);
  return scope.empty() ? line : Location(NameLoc::get(builder.getStringAttr(scope), line));
}

ir::SizeAttr GraphBuilder::sizeAttr(const Size &size) {
  return ir::SizeAttr::get(&context, builder.getStringAttr(size.getSymbol()), size.getBound(),
                           size.getStep(), size.getOffset());
}

Type GraphBuilder::elementType(DType dtype) {
  switch (dtype) {
  case DType::f32:
    return builder.getF32Type();
  case DType::f64:
    return builder.getF64Type();
  case DType::i32:
    return builder.getI32Type();
  case DType::i1:
    return builder.getI1Type();
  }
  llvm_unreachable("all element types are listed");
}

RankedTensorType GraphBuilder::type(const Axes &axes, DType dtype) {
  SmallVector<ir::SizeAttr> sizes;
  for (const Axis &axis : axes)
    sizes.push_back(sizeAttr(axis.getSize()));
  return ir::getTensorType(sizes, elementType(dtype));
}

void GraphBuilder::checkAxes(const Axes &axes, const std::string &what, Where where) {
  std::set<std::string> names;
  for (const Axis &axis : axes) {
    if (!names.insert(axis.getName()).second)
      throw Error(where, what + " has axis `" + axis.getName() + "` twice, got " + formatAxes(axes),
                  {}, "give one of the two another name with rename");
    if (axis.getName().empty())
      throw Error(where, what + " has an axis without a name, got " + formatAxes(axes), {},
                  "axes meet by name; give each one");
    // A symbol can be 0.
    if (axis.getSize().getOffset() < 0 || axis.getSize().getMaximum() > largestSize)
      throw Error(where,
                  what + " expects axis `" + axis.getName() +
                      "` to have a size in [0, 2^40], got " + axis.getSize().str(),
                  {},
                  axis.getSize().isConstant()
                      ? "sizes are counted in elements; see the fields it is computed from"
                      : "a run-time size may be anything from 0 to its bound");
    checkSize(axis.getSize(), what, where);
  }
  if (int64_t(axes.size()) > largestRank)
    throw Error(where,
                what + " has " + std::to_string(axes.size()) + " axes, more than " +
                    std::to_string(largestRank) + ", got " + formatAxes(axes),
                {}, "contract or reduce some of them earlier");
  double bytes = 8;
  for (const Axis &axis : axes)
    bytes *= static_cast<double>(axis.getSize().getMaximum());
  if (bytes > static_cast<double>(largestBytes))
    throw Error(
        where, what + " is larger than 2^48 bytes, got " + formatAxes(axes), {},
        "an axis that one operand lacks is repeated: see whether two axes should have one name");
}

void GraphBuilder::checkSize(const Size &size, const std::string &what, Where where) {
  if (size.isConstant())
    return;
  auto known = symbols.find(size.getSymbol());
  bool isOurs = size.getSymbol().starts_with(function->name + ".");
  if (known == symbols.end() || !isOurs ||
      known->second != std::pair(size.getBound(), size.getStep()))
    throw Error(where, what + " uses size `" + size.str() + "`, which is not of this function", {},
                "each function declares its sizes with f.symbol");
  function->used.insert({size.getSymbol(), where});
}

void GraphBuilder::requireOutside(const std::string &call, Where where) {
  auto body = function->bodies.find(function->blocks.back().id);
  if (body == function->bodies.end())
    return;
  bool isScan = body->second == "scan";
  throw Error(where,
              call + " stands in the body of " +
                  (isScan ? "a scan, which runs once an index"
                          : "recompute, which a gradient computes once more"),
              {}, "return the value from the body and use what " + body->second + " returns");
}

Tensor GraphBuilder::wrap(Value value, Axes axes, DType dtype, Where where, std::string made,
                          std::initializer_list<const Node *> operands) {
  checkAxes(axes, "the result of " + made, where);
  auto node = std::make_shared<Node>();
  node->builder = this;
  node->life = life;
  for (const FunctionState::Scope &scope : function->blocks)
    if (scope.block == value.getParentBlock())
      node->block = scope.id;
  node->value = value;
  node->axes = std::move(axes);
  node->dtype = dtype;
  node->where = where;
  node->made = std::move(made);
  node->function = function->index;
  node->serial = ++serial;
  // The scope of a value is that of its newest operand: a layer's own weights are newer than what
  // flows into it.
  int64_t newest = -1;
  for (const Node *operand : operands)
    if (operand && operand->serial > newest) {
      newest = operand->serial;
      node->scope = operand->scope;
    }
  return Tensor(std::move(node));
}

Tensor GraphBuilder::unknown(Where where, const Axes &axes) {
  auto node = std::make_shared<Node>();
  node->builder = this;
  node->life = life;
  node->axes = axes;
  node->where = where;
  return Tensor(std::move(node));
}

/// What a table's number is as an element of i32 or i1.
static Attribute makeInteger(const Node &node, double number, Type element, Where where) {
  bool isFlag = element.isInteger(1);
  double low = isFlag ? 0 : -0x1p31, high = isFlag ? 1 : 0x1p31 - 1;
  if (std::trunc(number) != number || !(number >= low && number <= high))
    throw Error(where,
                "expects whole numbers in " +
                    std::string(node.isTable        ? "a constant"
                                : node.axes.empty() ? "a number"
                                                    : "an index") +
                    " that meets " + (isFlag ? "i1" : "i32") + ", got " + formatNumber(number),
                {node.note()}, "let it meet floats, or convert what it meets with cast");
  return IntegerAttr::get(element, static_cast<int64_t>(number));
}

Value GraphBuilder::placeNumbers(const Node &node, ArrayRef<double> numbers, DType dtype,
                                 Where where) {
  RankedTensorType placed = type(node.axes, dtype);
  Type element = placed.getElementType();
  SmallVector<Attribute> elements, exact;
  bool isRounded = false;
  for (double number : numbers) {
    if (!isa<FloatType>(element)) {
      elements.push_back(makeInteger(node, number, element, where));
      continue;
    }
    auto value = builder.getFloatAttr(element, number);
    isRounded |= value.getValueAsDouble() != number && !std::isnan(number);
    elements.push_back(value);
    exact.push_back(builder.getF64FloatAttr(number));
  }
  auto constant = ir::ConstantOp::create(builder, location(node.where),
                                         cast<TypedAttr>(DenseElementsAttr::get(placed, elements)));
  // The element type may still become f64.
  if (isRounded)
    constant->setAttr("weft.exact",
                      DenseElementsAttr::get(placed.clone(builder.getF64Type()), exact));
  return constant;
}

Value GraphBuilder::placeFree(const Node &node, DType dtype, Where where) {
  // The line that is wrong is the one that made it, not the one where it meets a graph.
  checkAxes(node.axes, node.made, node.where);
  if (node.isTable || node.axes.empty())
    return placeNumbers(node, node.isTable ? ArrayRef(node.table) : ArrayRef(node.start), dtype,
                        where);
  if (!std::isfinite(node.start) || !std::isfinite(node.step))
    throw Error(node.where,
                "index expects finite numbers, got start " + formatNumber(node.start) +
                    " and step " + formatNumber(node.step),
                {}, "element i is start + step * i");
  RankedTensorType placed = type(node.axes, dtype);
  if (!isa<FloatType>(placed.getElementType()))
    for (double number : {node.start, node.step})
      makeInteger(node, number, placed.getElementType(), where);
  return ir::IotaOp::create(builder, location(node.where), placed, 0, llvm::APFloat(node.start),
                            llvm::APFloat(node.step));
}

Tensor GraphBuilder::place(const Tensor &tensor, DType dtype, Where where) {
  const Node *node = tensor.getNode();
  if (!node)
    throw Error(where, "expects a tensor, got an empty one", {},
                "a tensor has a value only after the call that makes it; feedback needs a delay: a "
                "state, or the carry of scan");
  if (node->isFree()) {
    Value value = placeFree(*node, dtype, where);
    return wrap(value, node->axes, dtype, node->where, node->made, {});
  }
  if (node->isGone())
    throw Error(
        where, node->describe() + " belongs to a graph that is gone", {node->note()},
        "make the tensor again in each graph; keep axes and numbers in the model, not tensors");
  if (node->builder != this || node->function != function->index)
    throw Error(where, node->describe() + " belongs to another function", {node->note()},
                "each function makes its own tensors; weights are shared by name");
  if (llvm::none_of(function->blocks,
                    [&](const FunctionState::Scope &scope) { return scope.id == node->block; }))
    throw Error(where,
                node->describe() + " lives only in the body of " +
                    (function->bodies[node->block] == "recompute" ? "recompute" : "a scan"),
                {node->note()}, "return it from the body to use it afterwards");
  return tensor;
}

Value GraphBuilder::transpose(Value value, ArrayRef<int64_t> permutation, Location loc) {
  if (llvm::is_sorted(permutation))
    return value;
  return ir::TransposeOp::create(builder, loc, value, permutation);
}

Value GraphBuilder::reshape(Value value, ArrayRef<ir::SizeAttr> sizes, Location loc) {
  auto from = cast<RankedTensorType>(value.getType());
  RankedTensorType to = ir::getTensorType(sizes, from.getElementType());
  return from == to ? value : ir::ReshapeOp::create(builder, loc, to, value).getResult();
}

Value GraphBuilder::align(const Node &node, const Axes &target, Location loc) {
  SmallVector<int64_t> permutation, dims;
  for (auto [i, axis] : llvm::enumerate(target)) {
    int64_t from = indexOf(node.axes, axis);
    if (from < 0)
      continue;
    permutation.push_back(from);
    dims.push_back(i);
  }
  Value value = transpose(node.value, permutation, loc);
  if (dims.size() == target.size())
    return value;
  return ir::BroadcastOp::create(builder, loc, type(target, node.dtype), value, dims);
}

} // namespace detail
} // namespace weft::dsl
