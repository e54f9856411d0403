// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/interpret/TensorValue.h"

#include <cstdio>

using namespace mlir;

namespace weft::compiler {

int64_t countElements(ArrayRef<int64_t> shape) {
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  return count;
}

std::string formatSizes(ArrayRef<int64_t> shape) {
  std::string text = "[";
  for (auto [dim, size] : llvm::enumerate(shape))
    text += (dim ? ", " : "") + std::to_string(size);
  return text + "]";
}

std::string formatNumber(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.15g", value);
  if (std::strtod(text, nullptr) != value)
    std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

void forEachIndex(ArrayRef<int64_t> shape, llvm::function_ref<void(ArrayRef<int64_t>)> body) {
  SmallVector<int64_t> index(shape.size(), 0);
  for (int64_t left = countElements(shape); left > 0; --left) {
    body(index);
    for (size_t dim = shape.size(); dim-- > 0;) {
      if (++index[dim] < shape[dim])
        break;
      index[dim] = 0;
    }
  }
}

TensorValue takeSlots(const TensorValue &from, int64_t first, Type type) {
  auto shape = llvm::to_vector(ArrayRef(from.shape).drop_front());
  int64_t slot = countElements(shape), count = 1;
  if (auto tensor = cast<RankedTensorType>(type); tensor.getRank() == from.getRank()) {
    count = tensor.getDimSize(0);
    shape.insert(shape.begin(), count);
  }
  auto begin = from.elements.begin() + first * slot;
  return {from.element, shape, {begin, begin + count * slot}};
}

double roundTo(Type element, double value) {
  if (element.isF32())
    return static_cast<float>(value);
  auto type = dyn_cast<FloatType>(element);
  if (!type || element.isF64())
    return value;
  llvm::APFloat rounded(value);
  bool losesInfo = false;
  rounded.convert(type.getFloatSemantics(), llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  return rounded.convertToDouble();
}

TensorValue TensorValue::splat(Type element, ArrayRef<int64_t> shape, double value) {
  return {element, SmallVector<int64_t>(shape), std::vector<double>(countElements(shape), value)};
}

static double toDouble(const llvm::APInt &value) {
  return value.getBitWidth() == 1 ? (value.isZero() ? 0.0 : 1.0)
                                  : static_cast<double>(value.getSExtValue());
}

FailureOr<TensorValue> TensorValue::fromAttribute(TypedAttr attribute) {
  if (auto number = dyn_cast<FloatAttr>(attribute))
    return splat(number.getType(), {}, number.getValueAsDouble());
  if (auto number = dyn_cast<IntegerAttr>(attribute))
    return splat(number.getType(), {}, toDouble(number.getValue()));
  auto dense = dyn_cast<DenseElementsAttr>(attribute);
  if (!dense || !dense.getType().hasStaticShape())
    return failure();
  TensorValue value{dense.getElementType(), SmallVector<int64_t>(dense.getType().getShape()), {}};
  value.elements.reserve(dense.getNumElements());
  if (isa<FloatType>(value.element)) {
    for (llvm::APFloat number : dense.getValues<llvm::APFloat>()) {
      bool losesInfo = false;
      number.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven, &losesInfo);
      value.elements.push_back(number.convertToDouble());
    }
  } else if (value.element.isIntOrIndex()) {
    for (const llvm::APInt &number : dense.getValues<llvm::APInt>())
      value.elements.push_back(toDouble(number));
  } else {
    return failure();
  }
  return value;
}

int64_t TensorValue::getOffset(ArrayRef<int64_t> index) const {
  int64_t offset = 0;
  for (auto [position, size] : llvm::zip(index, shape))
    offset = offset * size + position;
  return offset;
}

void TensorValue::round() {
  for (double &value : elements)
    value = roundTo(element, value);
}

std::string TensorValue::str() const {
  constexpr size_t shown = 64;
  std::string text = formatSizes(shape);
  for (size_t i = 0; i < std::min(elements.size(), shown); ++i)
    text += " " + formatNumber(elements[i]);
  return elements.size() > shown ? text + " ..." : text;
}

} // namespace weft::compiler
