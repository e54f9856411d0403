// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/weft/WeftFeedbackAttention.h"

#include "dialects/weft/WeftDialect.cpp.inc"
#include "dialects/weft/WeftInterfaces.cpp.inc"

using namespace mlir;

namespace weft::ir {

void WeftDialect::initialize() {
  registerAttributes();
  addOperations<
#define GET_OP_LIST
#include "dialects/weft/WeftOps.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/weft/WeftFeedbackAttentionOps.cpp.inc"
      >();
}

Operation *WeftDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type,
                                            Location loc) {
  auto typed = dyn_cast<TypedAttr>(value);
  if (!typed)
    return nullptr;
  return ConstantOp::create(builder, loc, type, typed);
}

SizeAttr getDimSize(RankedTensorType type, int64_t dim) {
  if (auto bounded = dyn_cast_or_null<BoundedAttr>(type.getEncoding()))
    return bounded.getSizes()[dim];
  return SizeAttr::get(type.getContext(), type.getDimSize(dim));
}

SmallVector<SizeAttr> getDimSizes(RankedTensorType type) {
  SmallVector<SizeAttr> sizes;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    sizes.push_back(getDimSize(type, dim));
  return sizes;
}

RankedTensorType getTensorType(ArrayRef<SizeAttr> sizes, Type element) {
  SmallVector<int64_t> shape;
  bool bounded = false;
  for (SizeAttr size : sizes) {
    bounded |= !size.isConstant();
    shape.push_back(size.isConstant() ? size.getOffset() : ShapedType::kDynamic);
  }
  if (!bounded)
    return RankedTensorType::get(shape, element);
  return RankedTensorType::get(shape, element, BoundedAttr::get(element.getContext(), sizes));
}

std::string formatShape(RankedTensorType type) {
  std::string text = "[";
  for (auto [dim, size] : llvm::enumerate(getDimSizes(type)))
    text += (dim ? ", " : "") + size.str();
  return text + "]";
}

Type getElementOrSelf(Type type) {
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    return tensor.getElementType();
  return type;
}

Type getSumType(Type factor) {
  if (auto tensor = dyn_cast<RankedTensorType>(factor))
    return tensor.clone(getSumType(tensor.getElementType()));
  return isa<BFloat16Type, Float16Type>(factor) ? Type(Float32Type::get(factor.getContext()))
                                                : factor;
}

} // namespace weft::ir
