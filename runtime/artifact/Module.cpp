// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "weft/Module.h"

#include <algorithm>
#include <mutex>
#include <new>

#include "runtime/base/Format.h"
#include "runtime/device/Residence.h"
#include "runtime/device/cpu/CpuFeatures.h"
#include "runtime/exec/ExecInterpreter.h"
#include "runtime/exec/MemoryShortage.h"
#include "runtime/exec/SizeBinder.h"

namespace weft {

struct Module::State {
  State(Artifact artifact, Device device)
      : artifact(std::move(artifact)), device(std::move(device)) {}
  ~State() {
    if (code)
      device.api().unload(device.handle(), code);
  }
  State(const State &) = delete;
  State &operator=(const State &) = delete;

  Artifact artifact;
  Device device;
  WeftProgram *code = nullptr;
  CallObserver observer;
};

namespace {

/// What one call of a function uses and leaves for the next: the arena, and result tensors that
/// nobody else holds any more. A loop that gives results back as arguments so goes back and forth
/// between two sets of tensors without new memory.
struct CallMemory {
  ExecContext context;
  std::vector<std::vector<Tensor>> spare; ///< by result
};

/// Whether the caller's handle is the only one, but for one in `spare`, which is given up.
bool isCallers(std::vector<Tensor> &spare, const Tensor &tensor) {
  std::erase_if(spare, [&](const Tensor &other) { return other.identity() == tensor.identity(); });
  return tensor.isUnique();
}

Result<Tensor> takeResult(const Device &device, CallMemory &memory, size_t index, DType dtype,
                          const Shape &bound) {
  for (const Tensor &tensor : memory.spare[index])
    if (tensor.isUnique() && tensor.dtype() == dtype)
      return tensor.withShape(bound);
  Result<Tensor> tensor = Residence(device).allocate(dtype, bound);
  // Two are enough for a loop that gives results back as arguments.
  if (tensor && memory.spare[index].size() < 2)
    memory.spare[index].push_back(*tensor);
  return tensor;
}

} // namespace

struct Function::State {
  std::shared_ptr<Module::State> module;
  const FunctionSpec *spec = nullptr;
  size_t index = 0;
  std::mutex mutex;
  std::vector<std::unique_ptr<CallMemory>>
      idle; ///< one for each call that ever ran at the same time
  size_t made = 0;

  const Manifest &manifest() const { return module->artifact.manifest(); }

  std::unique_ptr<CallMemory> takeMemory() {
    std::lock_guard lock(mutex);
    if (idle.empty()) {
      idle.reserve(++made); // giving back takes no memory
      return std::make_unique<CallMemory>();
    }
    std::unique_ptr<CallMemory> memory = std::move(idle.back());
    idle.pop_back();
    return memory;
  }

  void giveBack(std::unique_ptr<CallMemory> memory) {
    std::lock_guard lock(mutex);
    idle.push_back(std::move(memory));
  }

  Result<std::vector<Tensor>> run(std::span<const Tensor> arguments, const CallOptions &options,
                                  bool mayTake, CallMemory &memory);
  Status runProgram(std::span<const Tensor> arguments, std::vector<Tensor> &results,
                    std::vector<int64_t> &sizes, CallMemory &memory);
  Status runGraph(std::span<const Tensor> arguments, std::vector<Tensor> &results);
};

Status Function::State::runProgram(std::span<const Tensor> arguments, std::vector<Tensor> &results,
                                   std::vector<int64_t> &sizes, CallMemory &memory) {
  ExecInterpreter interpreter(*module->artifact.execProgram(), manifest(), module->device,
                              module->code);
  if (Status status = interpreter.run(index, arguments, results, sizes, memory.context); !status)
    return status;
  for (size_t i = 0; i < results.size(); ++i) {
    if (Status status = setActualShape(results[i], spec->results[i], sizes); !status)
      return status;
    // What the caller is about to read: here a failure can still be told.
    if (Status status = spec->results[i].role == "output" ? results[i].fetch() : Status(); !status)
      return status.within(fmt::format("result `{}`", spec->results[i].key));
  }
  return {};
}

Status Function::State::runGraph(std::span<const Tensor> arguments, std::vector<Tensor> &results) {
  std::vector<Shape> shapes; // the device writes result sizes here
  for (const Tensor &argument : arguments) {
    if (Status status = argument.fetch(); !status)
      return status;
    shapes.push_back(argument.shape());
  }
  for (const Tensor &result : results)
    shapes.push_back(result.shape());
  std::vector<WeftTensorView> views;
  auto addView = [&](const Tensor &tensor, uint64_t capacity) {
    Shape &shape = shapes[views.size()];
    views.push_back(
        {tensor.data(), uint64_t(tensor.dtype()), shape.size(), shape.data(), capacity});
  };
  for (const Tensor &argument : arguments)
    addView(argument, uint64_t(argument.byteCount()));
  for (const Tensor &result : results)
    addView(result, uint64_t(result.capacity()));
  const Device &device = module->device;
  int code = device.api().call(device.handle(), module->code, spec->name.c_str(), views.data(),
                               arguments.size(), views.data() + arguments.size(), results.size());
  if (code != 0)
    return device.check(code);
  for (size_t i = 0; i < results.size(); ++i) {
    Result<Tensor> result = results[i].withShape(shapes[arguments.size() + i]);
    if (!result)
      return result.status();
    results[i] = *result;
  }
  return {};
}

Result<std::vector<Tensor>> Function::State::run(std::span<const Tensor> arguments,
                                                 const CallOptions &options, bool mayTake,
                                                 CallMemory &memory) {
  bool runsGraph = module->device.runsGraphs();
  if (options.floatType && !runsGraph)
    return makeError(ErrorCode::Usage,
                     "device `{}` runs compiled kernels: compile the model again for {}",
                     module->device.name(), getName(*options.floatType));
  Result<std::vector<int64_t>> sizes = bindSizes(manifest(), *spec, arguments, runsGraph);
  if (!sizes)
    return sizes.status();
  std::vector<Tensor> results;
  memory.spare.resize(spec->results.size());
  for (size_t i = 0; i < spec->results.size(); ++i) {
    const TensorSpec &result = spec->results[i];
    if (mayTake && !runsGraph && result.takes >= 0 &&
        isCallers(memory.spare[i], arguments[result.takes])) {
      results.push_back(arguments[result.takes]);
      continue;
    }
    DType dtype = options.floatType && isFloat(result.dtype) ? *options.floatType : result.dtype;
    Result<Tensor> tensor =
        takeResult(module->device, memory, i, dtype, getBoundShape(manifest(), result));
    if (!tensor && !runsGraph)
      return explainShortage(tensor.status(), *module->artifact.execProgram(), manifest(), index,
                             module->device)
          .within(fmt::format("result `{}`", result.key));
    if (!tensor)
      return tensor.status().within(fmt::format("result `{}`", result.key));
    results.push_back(*tensor);
  }
  Status status =
      runsGraph ? runGraph(arguments, results) : runProgram(arguments, results, *sizes, memory);
  if (!status)
    return status;
  return results;
}

const FunctionSpec &Function::spec() const { return *state->spec; }

std::string Function::signature() const {
  auto print = [&](const std::vector<TensorSpec> &specs) {
    std::string text;
    for (const TensorSpec &spec : specs)
      text += fmt::format("  {}: {} {}\n", spec.key, spec.role,
                          state->manifest().formatType(spec.dtype, spec.shape));
    return text;
  };
  return fmt::format("{}(\n{}) -> (\n{})\n", spec().name, print(spec().arguments),
                     print(spec().results));
}

Result<std::vector<Tensor>> Function::callWith(std::span<const Tensor> arguments,
                                               const CallOptions &options, bool mayTake) const try {
  std::unique_ptr<CallMemory> memory = state->takeMemory();
  const CallObserver &observer = state->module->observer;
  memory->context.observer = observer ? &observer : nullptr;
  auto begin = std::chrono::steady_clock::now();
  Result<std::vector<Tensor>> results = state->run(arguments, options, mayTake, *memory);
  if (observer && results) {
    auto end = std::chrono::steady_clock::now();
    std::chrono::duration<double> taken = end - begin;
    observer({spec().name, {}, false, 0, 0, 0, begin, end, taken.count()});
  }
  state->giveBack(std::move(memory));
  if (!results)
    return results.status().within(
        fmt::format("{}: function `{}`", state->module->artifact.origin(), spec().name));
  return results;
} catch (const std::bad_alloc &) {
  return makeError(ErrorCode::Resource, "out of memory in function `{}`", spec().name);
}

Result<std::vector<Tensor>> Function::call(std::span<const Tensor> arguments,
                                           const CallOptions &options) const {
  return callWith(arguments, options, false);
}

/// The arguments by position.
Result<std::vector<Tensor>> Function::order(const TensorMap &arguments) const {
  std::vector<Tensor> ordered;
  std::vector<std::string> missing;
  for (const TensorSpec &spec : spec().arguments) {
    auto found = arguments.find(spec.key);
    if (found != arguments.end())
      ordered.push_back(found->second);
    else
      missing.push_back(
          fmt::format("{}: {}", spec.key, state->manifest().formatType(spec.dtype, spec.shape)));
  }
  if (!missing.empty())
    return makeError(ErrorCode::Model, "function `{}` expects {} more arguments: {}", spec().name,
                     missing.size(), fmt::join(missing, ", "));
  for (const auto &[name, tensor] : arguments) {
    auto isNamed = [&name = name](const TensorSpec &spec) { return spec.key == name; };
    if (std::none_of(spec().arguments.begin(), spec().arguments.end(), isNamed))
      return makeError(ErrorCode::Model, "function `{}` has no argument `{}`; it expects {}",
                       spec().name, name, signature());
  }
  return ordered;
}

Result<TensorMap> Function::call(const TensorMap &arguments, const CallOptions &options) const {
  Result<std::vector<Tensor>> ordered = order(arguments);
  if (!ordered)
    return ordered.status();
  Result<std::vector<Tensor>> results = call(*ordered, options);
  if (!results)
    return results.status();
  TensorMap named;
  for (size_t i = 0; i < results->size(); ++i)
    named[spec().results[i].key] = (*results)[i];
  return named;
}

Result<TensorMap> Function::callInPlace(TensorMap &arguments, const CallOptions &options) const {
  Result<std::vector<Tensor>> ordered = order(arguments);
  if (!ordered)
    return ordered.status();
  // All memory before the call: what it writes stays written.
  TensorMap named;
  for (const TensorSpec &result : spec().results)
    named[result.key];
  // Until the call has ended the handles in `ordered` are the caller's only ones.
  for (auto &[name, tensor] : arguments)
    Tensor(std::move(tensor));
  Result<std::vector<Tensor>> results = callWith(*ordered, options, true);
  for (size_t i = 0; i < ordered->size(); ++i)
    arguments.find(spec().arguments[i].key)->second = std::move((*ordered)[i]);
  if (!results)
    return results.status();
  for (size_t i = 0; i < results->size(); ++i)
    named.find(spec().results[i].key)->second = std::move((*results)[i]);
  return named;
}

Result<Module> Module::load(const std::string &path, const Device &device) {
  Result<Artifact> artifact = Artifact::read(path);
  if (!artifact)
    return artifact.status();
  return load(*artifact, device);
}

namespace {

/// The code that a device runs, and the artifact as compiled for it.
struct FoundCode {
  Artifact artifact;
  const ArtifactSection *section = nullptr;
};

/// The best that there is of what the device can load.
std::optional<FoundCode> findCode(const Artifact &artifact, const Device &device) {
  std::optional<FoundCode> best;
  uint64_t bestRating = 0;
  for (const uint32_t *type = device.api().codeTypes; type && *type; ++type) {
    if (*type == WEFT_SECTION_IR_TEXT)
      // The later phase has the gradient functions too.
      for (const char *phase : {"differentiated", "graph"})
        if (const ArtifactSection *text = artifact.findSection(WEFT_SECTION_IR_TEXT, phase))
          return FoundCode{artifact, text};
    for (const std::string &target : artifact.targets()) {
      Result<Artifact> other = artifact.withTarget(target);
      const ArtifactSection *code = artifact.findSection(WeftSectionType(*type), target);
      uint64_t rating = device.rate(*type, target);
      if (rating > bestRating && code && other && other->execProgram()) {
        best = FoundCode{*other, code};
        bestRating = rating;
      }
    }
  }
  return best;
}

/// Which code a GPU that is there would run.
std::string describeTarget(const Device &device) {
  std::string target = device.target();
  return target.empty() ? ""
                        : fmt::format(" (a card that runs --target={} or an older one)", target);
}

std::vector<WeftKernelInfo> describeKernels(const Artifact &artifact) {
  const Manifest &manifest = artifact.manifest();
  const ExecProgram *program = artifact.execProgram();
  std::vector<WeftKernelInfo> kernels;
  for (size_t i = 0; i < manifest.kernels.size(); ++i) {
    WeftKernelInfo info = {.symbol = manifest.kernels[i].c_str(),
                           .arrayCount = program ? program->kernels[i].argCount : 0,
                           .sizeCount = program ? program->kernels[i].sizeCount : 0,
                           .threads = 0,
                           .sharedBytes = 0,
                           .place = i < manifest.places.size() ? manifest.places[i].c_str() : ""};
    if (!manifest.gpuKernels.empty()) {
      const GpuKernelSpec &kernel = manifest.gpuKernels[i];
      info.symbol = kernel.entry.c_str();
      info.threads = uint64_t(kernel.threads);
      info.sharedBytes = uint64_t(kernel.sharedBytes);
    }
    kernels.push_back(info);
  }
  return kernels;
}

} // namespace

bool Module::canLoad(const Artifact &artifact, const Device &device) {
  return findCode(artifact, device).has_value();
}

Result<Module> Module::load(const Artifact &artifact, const Device &device) {
  std::optional<FoundCode> code = findCode(artifact, device);
  if (!code && (device.runsGraphs() || !artifact.execProgram()))
    return fileError("{}: expects {} for device `{}`, got none", artifact.origin(),
                     device.runsGraphs() ? "a section with the graph" : "an exec section and code",
                     device.name());
  if (!code)
    return makeError(device.target().empty() ? ErrorCode::File : ErrorCode::Device,
                     "{}: expects code for device `{}`{}, got code for {}: compile the model again",
                     artifact.origin(), device.name(), describeTarget(device),
                     fmt::join(artifact.targets(), ", "));
  if (code->section->type == WEFT_SECTION_CPU_CODE)
    if (Status status = requireCpuFeatures(code->artifact.manifest().targetFeatures); !status)
      return status.within(artifact.origin());
  Module module;
  module.state = std::make_shared<State>(code->artifact, device);
  std::vector<WeftKernelInfo> kernels = describeKernels(code->artifact);
  int result = device.api().load(device.handle(), code->section->content.data(),
                                 code->section->content.size(), kernels.data(), kernels.size(),
                                 &module.state->code);
  if (result != 0)
    return device.check(result).within(artifact.origin());
  return module;
}

void Module::observe(CallObserver observer) { state->observer = std::move(observer); }

const Artifact &Module::artifact() const { return state->artifact; }
const Device &Module::device() const { return state->device; }

Result<Function> Module::function(const std::string &name) const {
  const std::vector<FunctionSpec> &functions = manifest().functions;
  std::vector<std::string> names;
  for (size_t i = 0; i < functions.size(); ++i) {
    names.push_back(functions[i].name);
    if (functions[i].name != name)
      continue;
    Function function;
    function.state = std::make_shared<Function::State>();
    function.state->module = state;
    function.state->spec = &functions[i];
    function.state->index = i;
    return function;
  }
  return makeError(ErrorCode::Usage, "{}: expects one of the functions {}, got `{}`",
                   artifact().origin(), fmt::join(names, ", "), name);
}

Result<TensorMap> Module::call(const std::string &name, const TensorMap &arguments) const {
  Result<Function> called = function(name);
  if (!called)
    return called.status();
  return called->call(arguments);
}

} // namespace weft
