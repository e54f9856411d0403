// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "weft/Optimizer.h"

#include <new>

#include "runtime/base/Format.h"

namespace weft {
namespace {

Result<Tensor> makeScalar(DType dtype, double value) {
  switch (dtype) {
  case DType::F32:
    return Tensor::scalar<float>(float(value));
  case DType::F64:
    return Tensor::scalar<double>(value);
  case DType::I32:
    return Tensor::scalar<int32_t>(int32_t(value));
  default:
    return makeError(ErrorCode::Model, "expects element type f32, f64 or i32, got {}",
                     getName(dtype));
  }
}

} // namespace

Optimizer::Optimizer(Function function, Schedule schedule, std::map<std::string, double> hypers)
    : compiled(std::move(function)), schedule(schedule), hypers(std::move(hypers)) {}

Status Optimizer::bindHypers(TensorMap &arguments) const {
  for (const TensorSpec &spec : compiled.spec().arguments) {
    if (spec.role != "hyper" || arguments.contains(spec.key))
      continue;
    auto given = hypers.find(spec.name);
    double value;
    if (given != hypers.end())
      value = given->second;
    else if (spec.name == "lr")
      value = rate();
    else if (spec.name == "step")
      value = double(done + 1);
    else
      return makeError(ErrorCode::Usage, "function `{}` expects a value for `{}`, got none",
                       compiled.spec().name, spec.name);
    Result<Tensor> scalar = makeScalar(spec.dtype, value);
    if (!scalar)
      return scalar.status().within(fmt::format("argument `{}`", spec.name));
    arguments[spec.key] = *scalar;
  }
  return {};
}

Result<TensorMap> Optimizer::update(TensorMap inputs, ModelState &model) try {
  if (Status status = bindHypers(inputs); !status)
    return status;
  bindArguments(compiled.spec(), model, inputs);
  Result<TensorMap> results = compiled.call(inputs);
  if (!results)
    return results.status();
  ModelState next = model; // handles only; what fails after this must not be seen in `model`
  keepResults(compiled.spec(), *results, next);
  std::swap(model, next);
  ++done;
  return results;
} catch (const std::bad_alloc &) {
  return makeError(ErrorCode::Resource, "out of memory in an update");
}

} // namespace weft
