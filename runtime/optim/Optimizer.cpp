// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "weft/Optimizer.h"

#include <algorithm>
#include <new>

#include "runtime/artifact/ParamHome.h"
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

/// While it lives the model does not hold what results of a call may take over: the call's
/// arguments have the only handles of this update, and give them back unless the model got others.
class Loan {
public:
  Loan(const FunctionSpec &function, ModelState &model, TensorMap &arguments)
      : function(function), model(model), arguments(arguments) {
    forEach([](Tensor &home, Tensor &argument) {
      if (home.identity() == argument.identity())
        Tensor(std::move(home));
    });
  }
  ~Loan() {
    forEach([](Tensor &home, Tensor &argument) {
      if (!home.identity())
        home = std::move(argument);
    });
  }
  Loan(const Loan &) = delete;
  Loan &operator=(const Loan &) = delete;

private:
  template <typename Body> void forEach(Body body) {
    for (const TensorSpec &result : function.results) {
      if (result.takes < 0)
        continue;
      const TensorSpec &spec = function.arguments[result.takes];
      TensorMap *part = findHome(spec, model);
      auto argument = arguments.find(spec.key);
      if (!part || argument == arguments.end())
        continue;
      if (auto home = part->find(findHomeName(spec, function)); home != part->end())
        body(home->second, argument->second);
    }
  }

  const FunctionSpec &function;
  ModelState &model;
  TensorMap &arguments;
};

} // namespace

Optimizer::Optimizer(Function function, Schedule schedule, std::map<std::string, double> hypers)
    : compiled(std::move(function)), schedule(schedule), hypers(std::move(hypers)) {}

bool Optimizer::worksInPlace() const {
  const std::vector<TensorSpec> &results = compiled.spec().results;
  return std::all_of(results.begin(), results.end(), [](const TensorSpec &result) {
    return result.takes >= 0 || (result.role != "param" && result.role != "optimizer");
  });
}

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
  Loan loan(compiled.spec(), model, inputs);
  // All memory before the call; what fails must not be seen in `model`.
  ModelState next = model;
  for (const TensorSpec &result : compiled.spec().results)
    if (TensorMap *home = findHome(result, next))
      (*home)[findHomeName(result, compiled.spec())];
  Result<TensorMap> results = compiled.callInPlace(inputs);
  if (!results)
    return results.status();
  keepResults(compiled.spec(), *results, next);
  std::swap(model, next);
  ++done;
  return results;
} catch (const std::bad_alloc &) {
  return makeError(ErrorCode::Resource, "out of memory in an update");
}

} // namespace weft
