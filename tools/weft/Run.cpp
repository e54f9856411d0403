// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft run: any function of an artifact on tensors from files. Names are the manifest's (weft
// inspect --function).
#include <chrono>
#include <memory>
#include <optional>

#include <nlohmann/json.hpp>

#include "tools/weft/Commands.h"
#include "tools/weft/Failure.h"
#include "tools/weft/Loading.h"
#include "tools/weft/Quote.h"
#include "tools/weft/Recompile.h"
#include "tools/weft/Suggest.h"
#include "tools/weft/TraceFile.h"
#include "weft/Random.h"
#include "weft/Safetensors.h"

using namespace weft;
using namespace weft::driver;

namespace {
struct RunOptions {
  std::string artifact, function, params, inputs, output, dtype, trace;
  DeviceChoice device;
  int64_t seed = -1;
  bool allowNative = false, json = false;
};
} // namespace

/// The same numbers in another float type.
static Tensor convert(const Tensor &tensor, DType dtype) {
  if (tensor.dtype() == dtype || !isFloat(tensor.dtype()) || !isFloat(dtype))
    return tensor;
  Tensor result = take(Tensor::allocate(dtype, tensor.shape()));
  if (dtype == DType::F64 && tensor.dtype() == DType::F32)
    std::copy_n(tensor.values<float>().data(), tensor.size(), result.values<double>().data());
  else if (dtype == DType::F32 && tensor.dtype() == DType::F64)
    std::copy_n(tensor.values<double>().data(), tensor.size(), result.values<float>().data());
  else
    fail(ErrorCode::File, "expects tensors of f32 or f64, got {}", getName(tensor.dtype()));
  return result;
}

/// Floats in files may have either width; the function's own is what it is called with.
static void add(TensorMap &arguments, const FunctionSpec &function, const std::string &path) {
  if (path.empty())
    return;
  for (const auto &[name, tensor] : take(readSafetensors(path)).tensors)
    for (const TensorSpec &argument : function.arguments)
      if (argument.key == name || (argument.role == "param" && argument.target == name))
        arguments.insert_or_assign(argument.key, convert(tensor, argument.dtype));
}

/// Names in the input file that the function does not take are mistakes; a file of weights may hold
/// more.
static void refuseUnknown(const FunctionSpec &function, const std::string &path) {
  if (path.empty())
    return;
  for (const auto &[name, tensor] : take(readSafetensors(path)).tensors) {
    bool known = false;
    for (const TensorSpec &argument : function.arguments)
      known |= argument.key == name || argument.target == name;
    if (!known)
      fail(ErrorCode::Usage,
           "{}: function {} takes no '{}' (weft inspect --function {} lists what it takes)", path,
           function.name, name, function.name);
  }
}

/// The function of this name; the nearest one helps where there is none.
static Function findFunction(const Module &module, const RunOptions &options) {
  std::vector<std::string> names;
  for (const FunctionSpec &known : module.manifest().functions)
    names.push_back(known.name);
  if (!module.hasFunction(options.function))
    fail(ErrorCode::Usage, "{} has no function {}{}", options.artifact, quote(options.function),
         suggest(options.function, names));
  return take(module.function(options.function));
}

static int runFunction(const RunOptions &options) {
  Device device = openDevice(options.device);
  Artifact artifact = take(Artifact::read(options.artifact));
  if (!options.dtype.empty() && options.dtype != artifact.manifest().dtype)
    artifact = recompile(artifact, options.dtype, getTarget(device));
  else
    artifact = fitTo(artifact, device, options.allowNative);
  Module module = take(Module::load(artifact, device));
  Function function = findFunction(module, options);

  TensorMap arguments;
  refuseUnknown(function.spec(), options.inputs);
  add(arguments, function.spec(), options.params);
  add(arguments, function.spec(), options.inputs);
  ModelState fresh;
  fresh.states = take(zeroStates(artifact.manifest()));
  fresh.optimizer = take(zeroOptimizer(function.spec()));
  bindArguments(function.spec(), fresh, arguments);
  for (const TensorSpec &argument : function.spec().arguments)
    if (argument.role == "key" && !arguments.contains(argument.key) && options.seed >= 0)
      arguments.emplace(argument.key, take(makeKey(uint64_t(options.seed), 0)));
  std::optional<TraceFile> trace;
  if (!options.trace.empty())
    trace.emplace(options.trace).listen(module);
  auto begin = std::chrono::steady_clock::now();
  TensorMap results = take(function.call(arguments));
  std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  if (trace)
    trace->finish();
  check(writeSafetensors(options.output, results, {{"function", options.function}}));
  if (options.json) {
    nlohmann::ordered_json json = {{"function", options.function},
                                   {"output", options.output},
                                   {"seconds", seconds.count()},
                                   {"results", nlohmann::ordered_json::array()}};
    for (const auto &[name, tensor] : results)
      json["results"].push_back(
          {{"name", name}, {"type", formatType(tensor.dtype(), tensor.shape())}});
    fmt::print("{}\n", toText(json));
  }
  return 0;
}

Command driver::makeRunCommand() {
  auto options = std::make_shared<RunOptions>();
  std::vector<Option> list = {
      {.name = "artifact",
       .value = &options->artifact,
       .help = "an artifact",
       .required = true,
       .names = Names::File},
      {.name = "--function",
       .value = &options->function,
       .help = "its name; weft inspect lists them",
       .required = true},
      {.name = "--params",
       .value = &options->params,
       .help = "weights as safetensors",
       .names = Names::File},
      {.name = "--inputs",
       .value = &options->inputs,
       .help = "all other arguments as safetensors; states left out are zero",
       .names = Names::File},
      {.name = "-o,--output",
       .value = &options->output,
       .help = "safetensors file for the results",
       .required = true,
       .names = Names::Output},
      {.name = "--dtype",
       .value = &options->dtype,
       .help = "float type of the computation (default: the artifact's)",
       .choices = {"f32", "f64"}},
      {.name = "--allow-native",
       .value = &options->allowNative,
       .help = "run machine code that was not compiled here"},
      {.name = "--seed",
       .value = &options->seed,
       .help = "makes the argument 'key' when --inputs has none",
       .range = {{0, 9e15}}},
      {.name = "--trace",
       .value = &options->trace,
       .help = "file for a profile of the kernels, for Perfetto or chrome://tracing",
       .names = Names::Output},
      {.name = "--json",
       .value = &options->json,
       .help = "names and types of the results as one JSON object"},
  };
  for (Option &option : getDeviceOptions(options->device))
    list.push_back(std::move(option));
  return {"run",       "Call one function of an artifact on tensors from files",
          "Artifacts", std::move(list),
          nullptr,     [options](const Invocation &) { return runFunction(*options); }};
}
