// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Placing values: locations, types, free tensors, alignment of axes.
#include "frontend/lib/GraphBuilder.h"

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

GraphBuilder &builderOf(std::initializer_list<const Tensor *> operands, Where where) {
  for (const Tensor *operand : operands)
    if (operand->getNode() && operand->getNode()->builder)
      return *operand->getNode()->builder;
  throw Error(where,
              "expects at least one tensor of a graph, got only numbers, indices or empty tensors");
}

GraphBuilder::GraphBuilder(const std::string &model,
                           const std::map<std::string, std::string> &config)
    : builder(&context) {
  context.loadDialect<ir::WeftDialect, func::FuncDialect>();
  module = ModuleOp::create(UnknownLoc::get(&context));
  (*module)->setAttr("weft.model", builder.getStringAttr(model));
  SmallVector<NamedAttribute> entries;
  for (const auto &[key, value] : config)
    entries.push_back(builder.getNamedAttr(key, builder.getStringAttr(value)));
  (*module)->setAttr("weft.config", builder.getDictionaryAttr(entries));
}

void GraphBuilder::report(const Error &error) {
  if (!reported.insert({error.where.file_name(), error.where.line()}).second)
    return;
  errors.push_back(error);
  if (errors.size() >= 20)
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
    if (axis.getSize().getMaximum() < 0)
      throw Error(where, what + " expects axis `" + axis.getName() +
                             "` to have a size of at least 0, got " + axis.getSize().str());
  }
}

Tensor GraphBuilder::wrap(Value value, Axes axes, DType dtype, Where where, std::string made,
                          std::initializer_list<const Node *> operands) {
  auto node = std::make_shared<Node>();
  node->builder = this;
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
  node->axes = axes;
  node->where = where;
  return Tensor(std::move(node));
}

/// What a table's number is as an element of i32 or i1.
static Attribute makeInteger(const Node &node, double number, Type element, Where where) {
  if (std::trunc(number) != number || std::abs(number) > 0x1p31)
    throw Error(where,
                "expects whole numbers in a constant that meets " +
                    std::string(element.isInteger(1) ? "i1" : "i32") + ", got " +
                    std::to_string(number),
                {node.note()});
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
  RankedTensorType placed = type(node.axes, dtype);
  if (node.isTable)
    return placeNumbers(node, node.table, dtype, where);
  if (!node.axes.empty())
    return ir::IotaOp::create(builder, location(node.where), placed, 0, llvm::APFloat(node.start),
                              llvm::APFloat(node.step));
  if (isa<FloatType>(placed.getElementType()))
    return placeNumbers(node, node.start, dtype, where);
  return ir::createSplat(builder, location(node.where), placed, node.start);
}

Tensor GraphBuilder::place(const Tensor &tensor, DType dtype, Where where) {
  const Node *node = tensor.getNode();
  if (!node)
    throw Error(where, "expects a tensor, got an empty one");
  if (node->isFree()) {
    Value value = placeFree(*node, dtype, where);
    return wrap(value, node->axes, dtype, node->where, node->made, {});
  }
  if (node->builder != this || node->function != function->index)
    throw Error(where, node->describe() + " belongs to another function", {node->note()},
                "each function makes its own tensors; weights are shared by name");
  if (!llvm::is_contained(function->blocks, Value(node->value).getParentBlock()))
    throw Error(where, node->describe() + " lives only in the body of a scan", {node->note()},
                "return it from the body to use it afterwards");
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
