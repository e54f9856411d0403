// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/gpu/Arguments.h"

#include <bit>
#include <cmath>

#include "runtime/exec/SizeBinder.h"
#include "weft/ParamStore.h"
#include "weft/Random.h"

namespace weft::gpu {
namespace {

using Json = nlohmann::json;

/// The nearest number of bf16 toward zero.
float cut(double value) {
  return std::bit_cast<float>(std::bit_cast<uint32_t>(float(value)) & 0xFFFF0000u);
}

void store(const Tensor &tensor, int64_t index, double value) {
  switch (tensor.dtype()) {
  case DType::F64:
    tensor.values<double>()[size_t(index)] = value;
    return;
  case DType::F32:
    tensor.values<float>()[size_t(index)] = float(value);
    return;
  case DType::I32:
    tensor.values<int32_t>()[size_t(index)] = int32_t(std::floor(value));
    return;
  case DType::I1:
    tensor.values<uint8_t>()[size_t(index)] = value > 0;
    return;
  default:
    throw std::runtime_error("an argument of a type that no test has");
  }
}

double load(const Tensor &tensor, int64_t index) {
  switch (tensor.dtype()) {
  case DType::F64:
    return tensor.constValues<double>()[size_t(index)];
  case DType::F32:
    return double(tensor.constValues<float>()[size_t(index)]);
  case DType::I32:
    return tensor.constValues<int32_t>()[size_t(index)];
  default:
    return tensor.constValues<uint8_t>()[size_t(index)];
  }
}

Tensor draw(const Tensor &tensor, const Json &wanted, uint64_t seed, uint64_t stream) {
  int64_t count = tensor.size();
  if (wanted.contains("values")) {
    for (int64_t i = 0; i < count; ++i)
      store(tensor, i, wanted["values"].at(size_t(i) % wanted["values"].size()).get<double>());
    return tensor;
  }
  Tensor numbers = take(Tensor::zeros(DType::F64, {count}));
  bool isInteger = tensor.dtype() == DType::I32;
  if (wanted.contains("range") || isInteger) {
    Json range = wanted.value("range", Json{0, 4});
    check(fillUniform(numbers, seed, stream, range.at(0).get<double>(), range.at(1).get<double>()));
  } else {
    check(fillNormal(numbers, seed, stream, 1));
  }
  for (int64_t i = 0; i < count; ++i) {
    double value = numbers.values<double>()[size_t(i)];
    store(tensor, i, isInteger ? value : double(cut(value)));
  }
  return tensor;
}

/// Sizes at their bounds.
std::vector<int64_t> getBounds(const Manifest &manifest) {
  std::vector<int64_t> sizes;
  for (const SymbolSpec &symbol : manifest.symbols)
    sizes.push_back(symbol.bound);
  return sizes;
}

} // namespace

TensorMap drawArguments(const Module &module, const FunctionSpec &function, const Json &inputs,
                        uint64_t seed) {
  const Manifest &manifest = module.manifest();
  ModelState model;
  model.params = take(initializeParams(manifest, seed));
  model.optimizer = take(zeroOptimizer(function));
  TensorMap arguments;
  uint64_t stream = 1000; // apart from those of the weights
  for (const TensorSpec &spec : function.arguments) {
    if (spec.role == "param" || spec.role == "optimizer")
      continue;
    if (spec.role == "key") {
      arguments.emplace(spec.key, take(makeKey(seed, 1)));
      continue;
    }
    Tensor tensor = take(Tensor::zeros(spec.dtype, getBoundShape(manifest, spec)));
    check(setActualShape(tensor, spec, getBounds(manifest)));
    Json wanted = inputs.value(spec.key, Json::object());
    // Rates, bounds, the number of a step: none that a test leaves open may be below 0.
    if (spec.role == "hyper" && wanted.empty())
      wanted = {{"values", {0.5}}};
    auto vocabulary = manifest.config.find("vocab");
    if (spec.dtype == DType::I32 && wanted.empty() && vocabulary != manifest.config.end())
      wanted = {{"range", {0, std::stoll(vocabulary->second)}}};
    arguments.emplace(spec.key, draw(tensor, wanted, seed, stream++));
  }
  bindArguments(function, model, arguments);
  return arguments;
}

TensorMap convertArguments(const TensorMap &arguments, const FunctionSpec &function) {
  TensorMap converted;
  for (const TensorSpec &spec : function.arguments) {
    auto found = arguments.find(spec.key);
    if (found == arguments.end())
      throw std::runtime_error("the two artifacts differ: only one has `" + spec.key + "`");
    const Tensor &source = found->second;
    if (source.dtype() == spec.dtype) {
      converted.emplace(spec.key, source);
      continue;
    }
    Tensor tensor = take(Tensor::zeros(spec.dtype, source.shape()));
    for (int64_t i = 0; i < source.size(); ++i)
      store(tensor, i, load(source, i));
    converted.emplace(spec.key, tensor);
  }
  return converted;
}

} // namespace weft::gpu
