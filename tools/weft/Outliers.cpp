// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Outliers.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "tools/weft/Failure.h"

using namespace weft;
using namespace weft::driver;

/// No state of a model has such a name: they begin with the function's.
static constexpr const char *lossName = "#outliers.loss", *normName = "#outliers.grad_norm";

double Outliers::score(const std::deque<double> &values, double value) const {
  if (values.size() < window)
    return 0;
  double count = double(values.size());
  double mean = std::accumulate(values.begin(), values.end(), 0.0) / count, squares = 0;
  for (double other : values)
    squares += (other - mean) * (other - mean);
  double deviation = std::sqrt(squares / count);
  return deviation > 0 ? (value - mean) / deviation : 0;
}

std::string Outliers::judge(double loss, double gradientNorm) {
  if (threshold <= 0)
    return "";
  std::string reason;
  for (auto [values, value, name] :
       {std::tuple(&losses, loss, "loss"), std::tuple(&norms, gradientNorm, "gradient norm")}) {
    if (double z = score(*values, value); reason.empty() && z > threshold)
      reason = fmt::format("{} {:.6g} is {:.3g} standard deviations above the mean of {} steps",
                           name, value, z, values->size());
    values->push_back(value);
    if (values->size() > window)
      values->pop_front();
  }
  return reason;
}

void Outliers::save(TensorMap &states) const {
  if (losses.empty())
    return;
  for (auto [values, name] : {std::pair(&losses, lossName), std::pair(&norms, normName)}) {
    Tensor tensor = take(Tensor::zeros(DType::F64, {int64_t(values->size())}));
    std::copy(values->begin(), values->end(), tensor.values<double>().begin());
    states.insert_or_assign(name, tensor);
  }
}

Status Outliers::load(TensorMap &states) {
  for (auto [values, name] : {std::pair(&losses, lossName), std::pair(&norms, normName)}) {
    values->clear();
    auto found = states.find(name);
    if (found == states.end())
      continue;
    std::span<double> saved = found->second.values<double>();
    if (saved.empty() || found->second.shape().size() != 1 ||
        !std::all_of(saved.begin(), saved.end(), [](double value) { return std::isfinite(value); }))
      return Status(ErrorCode::File,
                    fmt::format("`{}` expects finite numbers f64 [n], one a step", name));
    // A run that goes on with a shorter window needs its end alone, one without the option nothing.
    size_t count = threshold > 0 ? std::min(window, saved.size()) : 0;
    values->assign(saved.end() - int64_t(count), saved.end());
    states.erase(found);
  }
  if (losses.size() != norms.size())
    return Status(ErrorCode::File, fmt::format("`{}` and `{}` expect the same steps, got {} and {}",
                                               lossName, normName, losses.size(), norms.size()));
  return {};
}
