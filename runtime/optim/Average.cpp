// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "weft/Average.h"

#include <new>

#include "runtime/base/Format.h"

namespace weft {
namespace {

constexpr const char *slot = ".ema";

template <typename T> void addValues(const Tensor &sum, const Tensor &term) {
  std::span<double> sums = sum.values<double>();
  std::span<const T> terms = term.constValues<T>();
  for (size_t i = 0; i < terms.size(); ++i)
    sums[i] += double(terms[i]);
}

template <typename T> void divide(const Tensor &mean, const Tensor &sum, double count) {
  std::span<double> sums = sum.values<double>();
  std::span<T> means = mean.values<T>();
  for (size_t i = 0; i < means.size(); ++i)
    means[i] = T(sums[i] / count);
}

} // namespace

Status startAverages(ModelState &model) try {
  for (const auto &[name, param] : model.params) {
    auto place = model.optimizer.find(name + slot);
    if (place == model.optimizer.end())
      continue;
    Result<Tensor> copy = param.clone();
    if (!copy)
      return copy.status();
    place->second = *copy;
  }
  return {};
} catch (const std::bad_alloc &) {
  return makeError(ErrorCode::Resource, "out of memory while averages were started");
}

Result<TensorMap> getAverages(const ModelState &model) try {
  TensorMap averages;
  for (const auto &[name, param] : model.params) {
    auto found = model.optimizer.find(name + slot);
    if (found == model.optimizer.end())
      return makeError(
          ErrorCode::Usage,
          "`{}` has no moving average: train with ema=0.999, or compile with --average", name);
    averages[name] = found->second;
  }
  return averages;
} catch (const std::bad_alloc &) {
  return makeError(ErrorCode::Resource, "out of memory while averages were collected");
}

Status ParamMean::add(const TensorMap &params) try {
  bool isFirst = added == 0;
  if (!isFirst && params.size() != first.size())
    return makeError(ErrorCode::Model, "a mean of parameters expects {} of them, got {}",
                     first.size(), params.size());
  for (const auto &[name, param] : params) {
    if (param.dtype() != DType::F32 && param.dtype() != DType::F64)
      return makeError(ErrorCode::Model, "parameter `{}`: a mean expects f32 or f64, got {}", name,
                       getName(param.dtype()));
    auto known = first.find(name);
    if (!isFirst && (known == first.end() || known->second.dtype() != param.dtype() ||
                     known->second.shape() != param.shape()))
      return makeError(ErrorCode::Model, "parameter `{}`: a mean expects {}, got {}", name,
                       known == first.end()
                           ? "no such name"
                           : formatType(known->second.dtype(), known->second.shape()),
                       formatType(param.dtype(), param.shape()));
  }
  if (isFirst) {
    TensorMap fresh;
    for (const auto &[name, param] : params) {
      Result<Tensor> zeros = Tensor::zeros(DType::F64, param.shape());
      if (!zeros)
        return zeros.status();
      fresh[name] = *zeros;
    }
    first = params;
    sums = std::move(fresh);
  }
  for (const auto &[name, param] : params)
    if (Status status = param.fetch(); !status)
      return status.within(fmt::format("parameter `{}`", name));
  for (const auto &[name, param] : params) {
    addValues<float>(sums.at(name), param);
    addValues<double>(sums.at(name), param);
  }
  ++added;
  return {};
} catch (const std::bad_alloc &) {
  return makeError(ErrorCode::Resource, "out of memory while parameters were averaged");
}

Result<TensorMap> ParamMean::get() const try {
  if (added == 0)
    return makeError(ErrorCode::Usage, "a mean of parameters expects at least one set, got none");
  TensorMap means;
  for (const auto &[name, param] : first) {
    Result<Tensor> mean = Tensor::zeros(param.dtype(), param.shape());
    if (!mean)
      return mean.status();
    divide<float>(*mean, sums.at(name), double(added));
    divide<double>(*mean, sums.at(name), double(added));
    means[name] = *mean;
  }
  return means;
} catch (const std::bad_alloc &) {
  return makeError(ErrorCode::Resource, "out of memory while parameters were averaged");
}

} // namespace weft
