// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/gpu/Comparison.h"

#include <cmath>
#include <cstring>
#include <limits>

#include "test/gpu/Arguments.h"

namespace weft::gpu {
namespace {

using Json = nlohmann::json;

std::vector<double> read(const Tensor &tensor) {
  check(tensor.fetch());
  std::vector<double> values;
  auto append = [&](auto span) { values.assign(span.begin(), span.end()); };
  switch (tensor.dtype()) {
  case DType::F64:
    append(tensor.constValues<double>());
    break;
  case DType::F32:
    append(tensor.constValues<float>());
    break;
  case DType::I32:
    append(tensor.constValues<int32_t>());
    break;
  case DType::I1:
    append(tensor.constValues<uint8_t>());
    break;
  default:
    throw std::runtime_error("a result of a type that no test has");
  }
  return values;
}

/// Infinite where one of both is no number, or another infinity.
double getError(double actual, double expected, double scale) {
  if (std::isnan(expected) || std::isinf(expected))
    return (std::isnan(expected) && std::isnan(actual)) || actual == expected
               ? 0
               : std::numeric_limits<double>::infinity();
  double error = std::abs(actual - expected) / (std::abs(expected) + scale);
  return std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
}

double getScale(const std::vector<double> &values) {
  double sum = 0;
  size_t count = 0;
  for (double value : values)
    if (std::isfinite(value)) {
      sum += value * value;
      ++count;
    }
  return count == 0 ? 1 : std::max(std::sqrt(sum / double(count)), 1e-30);
}

bool haveSameBits(const TensorMap &a, const TensorMap &b) {
  for (const auto &[name, tensor] : a) {
    std::span<const std::byte> one = tensor.constBytes(), other = b.at(name).constBytes();
    if (one.size() != other.size() || std::memcmp(one.data(), other.data(), one.size()) != 0)
      return false;
  }
  return true;
}

Json judge(const ComparisonOptions &options, const Module &module, const Module &oracle,
           const Json &wanted) {
  std::string name = wanted.at("function");
  double tolerance = wanted.at("tolerance");
  Json record = {{"function", name}, {"ok", false}, {"worst", 0.0}};
  // A handle for each call: what one call leaves must not help the next.
  auto call = [&](const TensorMap &arguments) {
    return take(take(module.function(name)).call(arguments));
  };
  TensorMap arguments = drawArguments(module, take(module.function(name)).spec(),
                                      wanted.value("inputs", Json::object()), options.seed);
  TensorMap actual = call(arguments), again = call(arguments);
  Function reference = take(oracle.function(name));
  TensorMap expected = take(reference.call(convertArguments(arguments, reference.spec())));
  double worst = -1;
  std::string problem;
  for (const auto &[key, tensor] : expected) {
    std::vector<double> right = read(tensor), found = read(actual.at(key));
    if (right.size() != found.size()) {
      problem = key + " has another size";
      break;
    }
    double scale = getScale(right);
    if (options.isPlanted && !found.empty())
      found.back() += 3 * tolerance * (std::abs(found.back()) + scale) + 1e-30;
    for (size_t i = 0; i < right.size(); ++i) {
      double error = getError(found[i], right[i], scale);
      if (error > worst) {
        worst = error;
        record["result"] = key + "[" + std::to_string(i) + "]";
      }
    }
  }
  if (problem.empty() && worst > tolerance)
    problem = "an error of " + std::to_string(worst) + " at " + record.value("result", "");
  if (problem.empty() && !haveSameBits(actual, again))
    problem = "other bits at the second call";
  record["worst"] = std::isfinite(worst) ? Json(std::max(worst, 0.0)) : Json("no number");
  record["ok"] = problem.empty();
  if (!problem.empty())
    record["problem"] = problem;
  return record;
}

} // namespace

Json compare(const ComparisonOptions &options, const Device &device, const Json &cases) {
  Module module = take(Module::load(options.artifact, device));
  Module oracle = take(Module::load(options.oracle, take(Device::open("cpu"))));
  Json records = Json::array();
  for (const Json &wanted : cases)
    try {
      records.push_back(judge(options, module, oracle, wanted));
    } catch (const Failure &failure) {
      records.push_back(
          {{"function", wanted.at("function")}, {"ok", false}, {"problem", failure.what()}});
    }
  return records;
}

} // namespace weft::gpu
