// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft run: any function of an artifact on tensors from files. Names are the manifest's (weft
// inspect --function).
#include <memory>

#include "tools/weft/Commands.h"
#include "tools/weft/Failure.h"
#include "tools/weft/Loading.h"
#include "tools/weft/Recompile.h"
#include "tools/weft/Trust.h"
#include "weft/Random.h"
#include "weft/Safetensors.h"

using namespace weft;
using namespace weft::driver;

namespace {
struct RunOptions {
  std::string artifact, function, params, inputs, output, dtype, device = "cpu";
  int64_t threads = 0, seed = -1;
  bool allowNative = false;
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

static int runFunction(const RunOptions &options) {
  Device device = openDevice(options.device, options.threads);
  Artifact artifact = take(Artifact::read(options.artifact));
  if (!options.dtype.empty() && options.dtype != artifact.manifest().dtype)
    artifact = recompile(artifact, options.dtype);
  else if (!device.runsGraphs())
    requireTrust(artifact, options.allowNative);
  Function function = take(take(Module::load(artifact, device)).function(options.function));

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
  TensorMap results = take(function.call(arguments));
  check(writeSafetensors(options.output, results, {{"function", options.function}}));
  return 0;
}

Command driver::makeRunCommand() {
  auto options = std::make_shared<RunOptions>();
  return {
      "run",
      "Call one function of an artifact on tensors from files",
      {
          {"artifact", &options->artifact, "an artifact", true},
          {"--function", &options->function, "its name; weft inspect lists them", true},
          {"--params", &options->params, "weights as safetensors"},
          {"--inputs", &options->inputs,
           "all other arguments as safetensors; states left out are zero"},
          {"-o,--output", &options->output, "safetensors file for the results", true},
          {"--dtype",
           &options->dtype,
           "float type of the computation (default: the artifact's)",
           false,
           {"f32", "f64"}},
          {"--device", &options->device, "where functions run", false, {"cpu", "interpreter"}},
          {"--threads",
           &options->threads,
           "threads of the cpu (default: all processors)",
           false,
           {},
           {{1, 4096}}},
          {"--allow-native", &options->allowNative, "run machine code that was not compiled here"},
          {"--seed",
           &options->seed,
           "makes the argument 'key' when --inputs has none",
           false,
           {},
           {{0, 9e15}}},
      },
      nullptr,
      [options] { return runFunction(*options); }};
}
