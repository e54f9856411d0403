// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "weft/ParamStore.h"

#include <algorithm>
#include <new>

#include "runtime/artifact/ParamHome.h"
#include "runtime/base/Format.h"
#include "weft/Average.h"
#include "weft/Random.h"

namespace weft {
namespace {

/// A constant is a uniform fill of width zero.
Status fillConstant(const Tensor &tensor, double value) {
  return fillUniform(tensor, 0, 0, value, value);
}

Status initialize(const Tensor &tensor, const InitSpec &init, uint64_t seed, uint64_t stream) {
  if (init.kind == "ones")
    return fillConstant(tensor, 1);
  if (init.kind == "constant")
    return fillConstant(tensor, init.scale);
  if (init.kind == "normal")
    return fillNormal(tensor, seed, stream, init.scale);
  if (init.kind == "uniform")
    return fillUniform(tensor, seed, stream, -init.scale, init.scale);
  return {};
}

} // namespace

const std::string &findHomeName(const TensorSpec &spec, const FunctionSpec &function) {
  if (!spec.target.empty())
    return spec.target;
  for (const TensorSpec &argument : function.arguments)
    if (argument.role == spec.role && argument.name == spec.name && !argument.target.empty())
      return argument.target;
  return spec.name;
}

Result<TensorMap> initializeParams(const Manifest &manifest, uint64_t seed) {
  TensorMap params;
  for (size_t i = 0; i < manifest.params.size(); ++i) {
    const ParamSpec &spec = manifest.params[i];
    Result<Tensor> tensor = Tensor::zeros(spec.dtype, spec.shape);
    Status status = tensor ? initialize(*tensor, spec.init, seed, i) : tensor.status();
    if (!status)
      return status.within(fmt::format("parameter `{}`", spec.name));
    params[spec.name] = *tensor;
  }
  return params;
}

Result<TensorMap> zeroStates(const Manifest &manifest) {
  TensorMap states;
  for (const StateSpec &spec : manifest.states) {
    Shape shape;
    for (const DimSpec &dim : spec.shape)
      shape.push_back(std::max<int64_t>(dim.offset, 0));
    Result<Tensor> tensor = Tensor::zeros(spec.dtype, shape);
    if (!tensor)
      return tensor.status().within(fmt::format("state `{}`", spec.name));
    states[spec.name] = *tensor;
  }
  return states;
}

Result<TensorMap> zeroOptimizer(const FunctionSpec &function) {
  TensorMap slots;
  for (const TensorSpec &spec : function.arguments) {
    if (spec.role != "optimizer")
      continue;
    Shape shape;
    for (const DimSpec &dim : spec.shape)
      shape.push_back(dim.offset);
    Result<Tensor> tensor = Tensor::zeros(spec.dtype, shape);
    if (!tensor)
      return tensor.status().within(fmt::format("optimizer state `{}`", spec.name));
    slots[spec.name] = *tensor;
  }
  return slots;
}

Result<ModelState> initializeModel(const Manifest &manifest, const std::string &update,
                                   uint64_t seed) try {
  const FunctionSpec *function = manifest.findFunction(update);
  if (!function)
    return makeError(ErrorCode::Usage,
                     "the artifact has no function `{}`; weft compile --optimizer=adamw adds "
                     "`update` and `step.train`",
                     update);
  Result<TensorMap> params = initializeParams(manifest, seed), states = zeroStates(manifest),
                    slots = zeroOptimizer(*function);
  for (const Result<TensorMap> *part : {&params, &states, &slots})
    if (!*part)
      return part->status();
  ModelState model{*std::move(params), *std::move(slots), *std::move(states)};
  if (Status status = startAverages(model); !status)
    return status;
  return model;
} catch (const std::bad_alloc &) {
  return makeError(ErrorCode::Resource, "out of memory while a model was initialized");
}

Status verifyParams(const Manifest &manifest, const TensorMap &params) {
  std::vector<std::string> problems;
  for (const ParamSpec &spec : manifest.params) {
    auto found = params.find(spec.name);
    std::string expected = formatType(spec.dtype, spec.shape);
    if (found == params.end())
      problems.push_back(fmt::format("`{}` ({}) is missing", spec.name, expected));
    else if (found->second.dtype() != spec.dtype || found->second.shape() != spec.shape)
      problems.push_back(fmt::format("`{}` expects {}, got {}", spec.name, expected,
                                     formatType(found->second.dtype(), found->second.shape())));
  }
  for (const auto &item : params)
    if (!manifest.findParam(item.first))
      problems.push_back(fmt::format("`{}` is not a parameter of the model", item.first));
  if (problems.empty())
    return {};
  constexpr size_t shown = 8;
  size_t more = problems.size() > shown ? problems.size() - shown : 0;
  problems.resize(problems.size() - more);
  return makeError(ErrorCode::Model, "parameters: {}{}", fmt::join(problems, "; "),
                   more ? fmt::format("; and {} more", more) : "");
}

void bindArguments(const FunctionSpec &function, const ModelState &model, TensorMap &arguments) {
  for (const TensorSpec &spec : function.arguments) {
    const TensorMap *home = findHome(spec, const_cast<ModelState &>(model));
    if (!home || arguments.contains(spec.key))
      continue;
    auto found = home->find(findHomeName(spec, function));
    if (found != home->end())
      arguments[spec.key] = found->second;
  }
}

void keepResults(const FunctionSpec &function, TensorMap &results, ModelState &model) {
  for (const TensorSpec &spec : function.results) {
    TensorMap *home = findHome(spec, model);
    auto found = results.find(spec.key);
    if (!home || found == results.end())
      continue;
    (*home)[findHomeName(spec, function)] = std::move(found->second);
    results.erase(found);
  }
}

} // namespace weft
