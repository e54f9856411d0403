// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/models/RandomArguments.h"

#include "dialects/weft/WeftDialect.h"

using namespace mlir;
using weft::compiler::TensorValue;

/// The part after the last dot.
static StringRef baseName(StringRef name) { return name.substr(name.rfind('.') + 1); }

bool ArgumentRules::parse(StringRef text) {
  auto [key, value] = text.split('=');
  auto [low, high] = value.split(':');
  if (key.empty() || value.empty())
    return false;
  if (high.empty())
    return !value.getAsInteger(10, sizes[key]);
  return !low.getAsDouble(ranges[key].first) && !high.getAsDouble(ranges[key].second);
}

FailureOr<SmallVector<TensorValue>> RandomArguments::getArguments(func::FuncOp function) {
  SmallVector<TensorValue> arguments;
  for (unsigned i = 0; i < function.getNumArguments(); ++i) {
    StringRef name = function.getArgAttrOfType<StringAttr>(i, "weft.name").getValue();
    auto found = known.find(name);
    if (found == known.end()) {
      FailureOr<TensorValue> made = make(function, i, name);
      if (failed(made))
        return failure();
      found = known.try_emplace(name, *made).first;
    }
    arguments.push_back(found->second);
  }
  return arguments;
}

FailureOr<TensorValue> RandomArguments::make(func::FuncOp function, unsigned position,
                                             StringRef name) {
  auto type = cast<RankedTensorType>(function.getArgumentTypes()[position]);
  SmallVector<int64_t> shape;
  for (weft::ir::SizeAttr size : weft::ir::getDimSizes(type)) {
    auto found = size.isConstant() ? rules.sizes.end()
                                   : rules.sizes.find(baseName(size.getSymbol().getValue()));
    if (!size.isConstant() && found == rules.sizes.end())
      return function.emitError() << "expects a value for size " << size.str();
    shape.push_back(size.getOffset() + (size.isConstant() ? 0 : found->second));
  }
  TensorValue value = TensorValue::splat(type.getElementType(), shape);
  fill(value, name, function.getArgAttrOfType<FlatSymbolRefAttr>(position, "weft.param"));
  return value;
}

void RandomArguments::fill(TensorValue &value, StringRef name, FlatSymbolRefAttr symbol) {
  auto range = rules.ranges.find(baseName(name));
  bool isInteger = value.element.isInteger(32);
  double low = range == rules.ranges.end() ? (isInteger ? 0 : -1) : range->second.first;
  double high = range == rules.ranges.end() ? (isInteger ? 2 : 1) : range->second.second;
  auto param = symbol ? module.lookupSymbol<weft::ir::ParamOp>(symbol.getAttr()) : nullptr;
  if (param && range == rules.ranges.end() && param.getInit() != "normal") {
    double scale = param.getInit() == "ones"    ? 1
                   : param.getInit() == "zeros" ? 0
                                                : param.getScale().convertToDouble();
    low = param.getInit() == "uniform" ? -scale : scale;
    high = scale;
  }
  for (double &element : value.elements) {
    // Built from the bits: the distributions of <random> differ between libraries.
    double random = low + (high - low) * (double(random64() >> 11) / double(1ull << 53));
    element = isInteger ? std::floor(random) : random;
  }
  value.round(); // both sides start from numbers that the element type can hold
}
