// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/interpret/CheckFinite.h"

#include <cmath>

using namespace mlir;

namespace weft::compiler {
namespace {

/// What a tensor holds, as its element type holds it.
struct Extent {
  explicit Extent(const TensorValue &tensor) : element(tensor.element) {
    for (double exact : tensor.elements) {
      double value = roundTo(tensor.element, exact);
      if (std::isfinite(value)) {
        low = std::min(low, value);
        high = std::max(high, value);
        continue;
      }
      if (count++ == 0)
        first = value;
      hasNan |= std::isnan(value);
    }
  }

  std::string str() const {
    std::string text =
        low > high ? "no finite value" : "[" + formatNumber(low) + ", " + formatNumber(high) + "]";
    return count ? text + " and " + std::to_string(count) + " that are not finite" : text;
  }

  Type element;
  double low = INFINITY, high = -INFINITY, first = 0;
  int64_t count = 0;
  bool hasNan = false;
};

} // namespace

LogicalResult checkFinite(Operation *op, const TensorValue &result,
                          ArrayRef<const TensorValue *> operands) {
  Extent made(result);
  if (made.count == 0 || operands.empty())
    return success();
  SmallVector<Extent> given;
  for (const TensorValue *operand : operands)
    given.emplace_back(*operand);
  bool isGivenNan = llvm::any_of(given, [](const Extent &extent) { return extent.hasNan; });
  bool isGivenFinite = llvm::all_of(given, [](const Extent &extent) { return extent.count == 0; });
  if (made.hasNan ? isGivenNan : !isGivenFinite)
    return success();
  std::string ranges;
  for (const Extent &extent : given)
    ranges += (ranges.empty() ? "" : ", ") + extent.str();
  return op->emitOpError("is the first to make a value that is not finite: ")
         << made.count << " of " << result.getCount() << ", the first is "
         << formatNumber(made.first) << "; its operands lie in " << ranges;
}

LogicalResult checkFinite(func::FuncOp function, ArrayRef<TensorValue> arguments) {
  for (auto [position, value] : llvm::enumerate(arguments)) {
    Extent extent(value);
    if (extent.count == 0)
      continue;
    auto name = function.getArgAttrOfType<StringAttr>(unsigned(position), "weft.name");
    return function.emitOpError("expects finite arguments, got ")
           << extent.str() << " in '" << (name ? name.getValue() : "an argument") << "'";
  }
  return success();
}

} // namespace weft::compiler
