// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/exec/SizeBinder.h"

#include <array>

#include "runtime/base/Format.h"

namespace weft {
namespace {

/// Binds symbol by symbol and remembers which argument gave each its value.
class SizeBinder {
public:
  SizeBinder(const Manifest &manifest)
      : manifest(manifest), givenBy(manifest.symbols.size(), nullptr) {
    sizes.resize(manifest.symbols.size(), 0);
  }

  Status bind(const TensorSpec &spec, const Tensor &tensor, bool anyFloat) {
    bool isTypeRight = tensor.dtype() == spec.dtype ||
                       (anyFloat && isFloat(tensor.dtype()) && isFloat(spec.dtype));
    if (!isTypeRight || tensor.rank() != int64_t(spec.shape.size()))
      return describe(spec, tensor, "");
    for (size_t axis = 0; axis < spec.shape.size(); ++axis)
      if (Status status = bindAxis(spec, tensor, axis); !status)
        return status;
    return {};
  }

  std::vector<int64_t> sizes;

private:
  Status bindAxis(const TensorSpec &spec, const Tensor &tensor, size_t axis) {
    const DimSpec &dim = spec.shape[axis];
    int64_t size = tensor.shape()[axis];
    if (dim.symbol < 0)
      return size == dim.offset ? Status() : describe(spec, tensor, "");
    const SymbolSpec &symbol = manifest.symbols[dim.symbol];
    int64_t value = size - dim.offset;
    if (!isValidSize(value, symbol.bound, symbol.step))
      return describe(spec, tensor,
                      fmt::format(" with {} in [0, {}] and a multiple of {} or the bound",
                                  symbol.name, symbol.bound, symbol.step));
    const TensorSpec *&giver = givenBy[dim.symbol];
    if (giver && sizes[dim.symbol] != value)
      return describe(
          spec, tensor,
          fmt::format(" with {} = {} as in `{}`", symbol.name, sizes[dim.symbol], giver->key));
    giver = &spec;
    sizes[dim.symbol] = value;
    return {};
  }

  Status describe(const TensorSpec &spec, const Tensor &tensor,
                  const std::string &condition) const {
    return makeError(ErrorCode::Model, "argument `{}` expects {}{}, got {}", spec.key,
                     manifest.formatType(spec.dtype, spec.shape), condition,
                     formatType(tensor.dtype(), tensor.shape()));
  }

  const Manifest &manifest;
  std::vector<const TensorSpec *> givenBy;
};

} // namespace

bool isValidSize(int64_t value, int64_t bound, int64_t step) {
  return value >= 0 && value <= bound && (value % step == 0 || value == bound);
}

Result<std::vector<int64_t>> bindSizes(const Manifest &manifest, const FunctionSpec &function,
                                       std::span<const Tensor> arguments, bool anyFloat) {
  if (arguments.size() != function.arguments.size())
    return makeError(ErrorCode::Model, "expects {} arguments, got {}", function.arguments.size(),
                     arguments.size());
  SizeBinder binder(manifest);
  for (size_t i = 0; i < arguments.size(); ++i)
    if (Status status = binder.bind(function.arguments[i], arguments[i], anyFloat); !status)
      return status;
  return std::move(binder.sizes);
}

Shape getBoundShape(const Manifest &manifest, const TensorSpec &spec) {
  Shape shape;
  for (const DimSpec &dim : spec.shape)
    shape.push_back(dim.offset + (dim.symbol < 0 ? 0 : manifest.symbols[dim.symbol].bound));
  return shape;
}

Status setActualShape(Tensor &tensor, const TensorSpec &spec, std::span<const int64_t> sizes) {
  std::array<int64_t, maxRank> shape;
  for (size_t axis = 0; axis < spec.shape.size(); ++axis) {
    const DimSpec &dim = spec.shape[axis];
    shape[axis] = dim.offset + (dim.symbol < 0 ? 0 : sizes[dim.symbol]);
    if (shape[axis] < 0)
      return makeError(ErrorCode::Model, "`{}` expects sizes of at least 0, got {}", spec.key,
                       shape[axis]);
  }
  return tensor.resize(std::span(shape).first(spec.shape.size()));
}

} // namespace weft
