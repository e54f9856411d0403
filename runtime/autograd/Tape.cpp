// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "weft/Tape.h"

#include <algorithm>
#include <new>

#include "runtime/base/Format.h"

namespace weft {
namespace {

template <typename T> void addValues(std::span<T> sum, std::span<const T> values) {
  for (size_t i = 0; i < sum.size(); ++i)
    sum[i] += values[i];
}

Status addInto(const Tensor &sum, const Tensor &term) {
  if (sum.dtype() != term.dtype() || sum.shape() != term.shape())
    return makeError(ErrorCode::Model, "a sum of gradients expects equal types, got {} and {}",
                     formatType(sum.dtype(), sum.shape()), formatType(term.dtype(), term.shape()));
  for (const Tensor *part : {&sum, &term})
    if (Status status = part->fetch(); !status)
      return status;
  if (sum.dtype() == DType::F32)
    addValues<float>(sum.values<float>(), term.constValues<float>());
  else if (sum.dtype() == DType::F64)
    addValues<double>(sum.values<double>(), term.constValues<double>());
  else
    return makeError(ErrorCode::Model, "a sum of gradients expects f32 or f64, got {}",
                     getName(sum.dtype()));
  return {};
}

Status outOfMemory(const char *moment) {
  return makeError(ErrorCode::Resource, "out of memory while {}", moment);
}

/// A tensor of the type of `like` with this value everywhere.
Result<Tensor> fillLike(const Tensor &like, double value) {
  Result<Tensor> tensor = Tensor::zeros(like.dtype(), like.shape());
  if (!tensor || value == 0)
    return tensor;
  std::ranges::fill(tensor->values<float>(), float(value));
  std::ranges::fill(tensor->values<double>(), value);
  return tensor;
}

const TensorSpec *findSpec(const std::vector<TensorSpec> &specs, const std::string &name,
                           bool isSaved) {
  for (const TensorSpec &spec : specs)
    if (spec.name == name && (spec.role == "saved") == isSaved)
      return &spec;
  return nullptr;
}

/// The tensor of a call that an argument of its backward function means: a saved result, or an
/// argument of the forward function, which is not returned again; for a cotangent the result it
/// belongs to. Null: none.
const Tensor *findSource(const TensorSpec &wanted, const FunctionSpec &forward,
                         const TensorMap &arguments, const TensorMap &results) {
  bool isSaved = wanted.role == "saved";
  if (const TensorSpec *result = findSpec(forward.results, wanted.name, isSaved))
    return &results.at(result->key);
  const TensorSpec *argument = isSaved ? findSpec(forward.arguments, wanted.name, false) : nullptr;
  return argument ? &arguments.at(argument->key) : nullptr;
}

} // namespace

const Tensor *Gradients::find(const Tensor &value) const {
  auto found = entries.find(value.identity());
  return found == entries.end() ? nullptr : &found->second.gradient;
}

Status Gradients::add(const Tensor &value, const Tensor &gradient) {
  auto [place, isNew] = entries.try_emplace(value.identity(), Entry{value, gradient, false});
  if (isNew)
    return {};
  Entry &entry = place->second;
  if (!entry.isOwned) {
    Result<Tensor> sum = entry.gradient.clone();
    if (!sum)
      return sum.status();
    entry.gradient = *sum;
    entry.isOwned = true;
  }
  return addInto(entry.gradient, gradient);
}

Result<TensorMap> Gradients::forUpdate(const TensorMap &params) const try {
  TensorMap arguments;
  for (const auto &[name, param] : params) {
    const Tensor *known = find(param);
    Result<Tensor> gradient = known ? Result<Tensor>(*known) : fillLike(param, 0);
    if (!gradient)
      return gradient.status().within(fmt::format("the gradient of `{}`", name));
    arguments[name + ".gradient"] = *gradient;
  }
  return arguments;
} catch (const std::bad_alloc &) {
  return outOfMemory("gradients were collected");
}

Status scale(const TensorMap &tensors, double factor) {
  for (const auto &[name, tensor] : tensors) {
    if (tensor.dtype() != DType::F32 && tensor.dtype() != DType::F64)
      return makeError(ErrorCode::Model, "{}: scale expects f32 or f64, got {}", name,
                       getName(tensor.dtype()));
    if (Status status = tensor.fetch(); !status)
      return status.within(name);
    for (float &value : tensor.values<float>())
      value = float(value * factor);
    for (double &value : tensor.values<double>())
      value *= factor;
  }
  return {};
}

Status accumulate(TensorMap &into, const TensorMap &from) try {
  for (const auto &[name, tensor] : from) {
    auto found = into.find(name);
    if (found != into.end()) {
      if (Status status = addInto(found->second, tensor); !status)
        return status.within(name);
      continue;
    }
    Result<Tensor> copy = tensor.clone();
    if (!copy)
      return copy.status();
    into[name] = *copy;
  }
  return {};
} catch (const std::bad_alloc &) {
  return outOfMemory("gradients were summed");
}

Result<TensorMap> Tape::call(const Module &module, const std::string &function,
                             const TensorMap &arguments) try {
  Result<Function> forward = module.function(function + ".forward");
  Result<Function> backward = module.function(function + ".backward");
  if (!forward || !backward)
    return (forward ? backward.status() : forward.status())
        .within(
            fmt::format("the gradient of `{}` is not in the artifact, compile it with --grad={}",
                        function, function));
  Result<TensorMap> results = forward->call(arguments);
  if (!results)
    return results.status();
  TensorMap outputs;
  for (const TensorSpec &spec : forward->spec().results)
    if (spec.role != "saved")
      outputs[spec.key] = results->at(spec.key);
  calls.push_back({*forward, *backward, arguments, std::move(*results)});
  return outputs;
} catch (const std::bad_alloc &) {
  return outOfMemory("a call was recorded");
}

Result<TensorMap> Tape::call(const Module &module, const std::string &function, TensorMap inputs,
                             ModelState &model) try {
  const FunctionSpec *forward = module.manifest().findFunction(function + ".forward");
  if (forward)
    bindArguments(*forward, model, inputs);
  size_t before = calls.size();
  try {
    Result<TensorMap> results = call(module, function, inputs);
    if (!results)
      return results;
    ModelState next = model; // handles only; what fails after this must not be seen in `model`
    keepResults(*forward, *results, next);
    std::swap(model, next);
    return results;
  } catch (const std::bad_alloc &) {
    calls.erase(calls.begin() + ptrdiff_t(before), calls.end());
    throw;
  }
} catch (const std::bad_alloc &) {
  return outOfMemory("a call was recorded");
}

Status Tape::runBackward(const Call &call, Gradients &gradients) {
  const FunctionSpec &forward = call.forward.spec();
  TensorMap arguments;
  bool isReached = false;
  for (const TensorSpec &spec : call.backward.spec().arguments) {
    const Tensor *source = findSource(spec, forward, call.arguments, call.results);
    if (!source)
      return makeError(ErrorCode::File, "`{}` expects `{}` among the tensors of `{}`",
                       call.backward.spec().name, spec.name, forward.name);
    if (spec.role == "saved") {
      arguments[spec.key] = *source;
      continue;
    }
    const Tensor *gradient = gradients.find(*source);
    isReached |= gradient != nullptr;
    Result<Tensor> cotangent = gradient ? Result<Tensor>(*gradient) : fillLike(*source, 0);
    if (!cotangent)
      return cotangent.status();
    arguments[spec.key] = *cotangent;
  }
  if (!isReached)
    return {};
  Result<TensorMap> results = call.backward.call(arguments);
  if (!results)
    return results.status();
  for (const TensorSpec &spec : call.backward.spec().results) {
    const TensorSpec *argument = findSpec(forward.arguments, spec.name, false);
    if (!argument)
      return makeError(ErrorCode::File, "`{}` expects `{}` among the arguments of `{}`",
                       call.backward.spec().name, spec.name, forward.name);
    if (Status status = gradients.add(call.arguments.at(argument->key), results->at(spec.key));
        !status)
      return status;
  }
  return {};
}

Result<Gradients> Tape::backward(const std::vector<std::pair<Tensor, Tensor>> &starts) const try {
  Gradients gradients;
  for (const auto &[value, gradient] : starts) {
    const void *identity = value.identity();
    auto returns = [identity](const Call &call) {
      return std::ranges::any_of(
          call.results, [&](const auto &item) { return item.second.identity() == identity; });
    };
    if (std::ranges::none_of(calls, returns))
      return makeError(ErrorCode::Usage, "backward expects a result of a recorded call");
    if (value.dtype() != gradient.dtype() || value.shape() != gradient.shape())
      return makeError(ErrorCode::Model, "backward expects a gradient of {}, got {}",
                       formatType(value.dtype(), value.shape()),
                       formatType(gradient.dtype(), gradient.shape()));
    if (Status status = gradients.add(value, gradient); !status)
      return status;
  }
  for (auto call = calls.rbegin(); call != calls.rend(); ++call)
    if (Status status = runBackward(*call, gradients); !status)
      return status;
  return gradients;
} catch (const std::bad_alloc &) {
  return outOfMemory("gradients were computed");
}

Result<Gradients> Tape::backward(const Tensor &loss, double seed) const try {
  Result<Tensor> start = fillLike(loss, seed);
  if (!start)
    return start.status();
  return backward({{loss, *start}});
} catch (const std::bad_alloc &) {
  return outOfMemory("gradients were computed");
}

Status Tape::addGradients(TensorMap &sum, const Tensor &loss, double seed,
                          const ModelState &model) const {
  Result<Gradients> gradients = backward(loss, seed);
  if (!gradients)
    return gradients.status();
  Result<TensorMap> found = gradients->forUpdate(model.params);
  return found ? accumulate(sum, *found) : found.status();
}

} // namespace weft
