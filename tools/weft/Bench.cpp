// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft bench: times of an artifact's functions over a grid of run-time sizes and threads.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <thread>

#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "runtime/exec/SizeBinder.h"
#include "tools/weft/Commands.h"
#include "tools/weft/Failure.h"
#include "tools/weft/Grid.h"
#include "tools/weft/KernelTable.h"
#include "tools/weft/Loading.h"
#include "tools/weft/Probe.h"
#include "tools/weft/Quote.h"
#include "tools/weft/Suggest.h"
#include "tools/weft/Terminal.h"
#include "tools/weft/Trust.h"
#include "weft/Random.h"

using namespace weft;
using namespace weft::driver;

namespace {

struct BenchOptions {
  std::string artifact, functions, sizes, threads, format = "md", progress = "auto";
  DeviceChoice device; ///< its threads are those of the row
  int64_t repetitions = 10, warmup = 2, seed = 0;
  bool allowNative = false, kernels = false, json = false;
};

/// One cell of the grid.
struct Row {
  std::string function;
  std::optional<int64_t> size; ///< of every size symbol, or its bound where that is smaller
  int64_t threads = 0;
  std::vector<double> seconds; ///< sorted
  int64_t tokens = 0;          ///< that one call reads; 0 when it reads none
  KernelTable kernels = {};    ///< of one call, with --kernels
  Roof roof = {};

  /// Linear between the neighbours (type 7 of Hyndman and Fan 1996).
  double quantile(double part) const {
    double at = part * double(seconds.size() - 1);
    auto below = size_t(at);
    size_t above = std::min(below + 1, seconds.size() - 1);
    return seconds[below] + (at - double(below)) * (seconds[above] - seconds[below]);
  }
};

/// Arguments of a call: weights as they begin, tokens and other inputs from the seed, sizes as
/// asked for.
class Caller {
public:
  Caller(Module &module, const BenchOptions &options) : module(module), options(options) {}

  Row measure(const std::string &name, std::optional<int64_t> size, int64_t threads);

private:
  std::vector<int64_t> chooseSizes(std::optional<int64_t> size) const;
  Tensor makeArgument(const TensorSpec &argument, const std::vector<int64_t> &sizes,
                      uint64_t stream) const;
  void measureKernels(const Function &function, TensorMap &arguments, Row &row);

  Module &module;
  const BenchOptions &options;
};

/// A symbol takes multiples of its step, and its bound.
std::vector<int64_t> Caller::chooseSizes(std::optional<int64_t> size) const {
  std::vector<int64_t> sizes;
  for (const SymbolSpec &symbol : module.manifest().symbols)
    sizes.push_back(!size || *size >= symbol.bound ? symbol.bound : *size - *size % symbol.step);
  return sizes;
}

Tensor Caller::makeArgument(const TensorSpec &argument, const std::vector<int64_t> &sizes,
                            uint64_t stream) const {
  if (argument.role == "key")
    return take(makeKey(uint64_t(options.seed), stream));
  Shape bound = getBoundShape(module.manifest(), argument);
  Tensor tensor = take(Tensor::zeros(argument.dtype, std::move(bound)));
  check(setActualShape(tensor, argument, sizes));
  // An update in place must leave the weights: a rate of 0, and nothing in Adam that is 0 / 0.
  if (argument.role == "hyper" && argument.name != "lr")
    check(fillUniform(tensor, 0, stream, 0.5, 0.5));
  if (argument.role != "input")
    return tensor;
  if (argument.dtype == DType::F32 || argument.dtype == DType::F64)
    check(fillUniform(tensor, uint64_t(options.seed), stream, -1, 1));
  auto vocabulary = module.manifest().config.find("vocab");
  int64_t most =
      vocabulary == module.manifest().config.end() ? 0 : std::atoll(vocabulary->second.c_str());
  int64_t next = options.seed;
  if (argument.dtype == DType::I32 && most > 0)
    for (int32_t &token : tensor.values<int32_t>())
      token = int32_t((next = next * 31 % 65537 + 7) % most);
  return tensor;
}

Row Caller::measure(const std::string &name, std::optional<int64_t> size, int64_t threads) {
  Function function = take(module.function(name));
  std::vector<int64_t> sizes = chooseSizes(size);
  ModelState model;
  model.params = take(initializeParams(module.manifest(), uint64_t(options.seed)));
  model.optimizer = take(zeroOptimizer(function.spec()));
  TensorMap arguments;
  Row row{name, size, threads, {}, 0};
  uint64_t stream = 1000; // apart from those of the weights
  for (const TensorSpec &argument : function.spec().arguments) {
    if (argument.role != "param" && argument.role != "optimizer")
      arguments.emplace(argument.key, makeArgument(argument, sizes, stream++));
    if (argument.name == "tokens" && argument.role == "input")
      row.tokens = arguments.at(argument.key).size();
  }
  bindArguments(function.spec(), model, arguments);
  model = {}; // an update is in place, as in training, where nobody else holds its tensors
  for (int64_t i = -options.warmup; i < options.repetitions; ++i) {
    auto begin = std::chrono::steady_clock::now();
    take(function.callInPlace(arguments));
    std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    if (i >= 0)
      row.seconds.push_back(taken.count());
  }
  std::sort(row.seconds.begin(), row.seconds.end());
  if (options.kernels)
    measureKernels(function, arguments, row);
  return row;
}

/// In calls of their own: whoever listens waits for each launch.
void Caller::measureKernels(const Function &function, TensorMap &arguments, Row &row) {
  auto threads = int(row.threads > 0 ? row.threads : std::thread::hardware_concurrency());
  Probe probe(threads);
  std::vector<double> peaks = {probe.measure(5e-3)};
  module.observe([&](const CallRecord &record) { row.kernels.add(record); });
  for (int64_t i = 0; i < options.repetitions; ++i) {
    take(function.callInPlace(arguments));
    peaks.push_back(probe.measure(5e-3));
  }
  module.observe({});
  row.kernels.divide(double(options.repetitions));
  std::nth_element(peaks.begin(), peaks.begin() + std::ptrdiff_t(peaks.size() / 2), peaks.end());
  row.roof = {peaks[peaks.size() / 2], measureCopySpeed(threads)};
}

bool dependsOnSizes(const FunctionSpec &function) {
  for (const TensorSpec &argument : function.arguments)
    for (const DimSpec &dim : argument.shape)
      if (dim.symbol >= 0)
        return true;
  return false;
}

/// Those that are named, or all that can be called without another one's results.
std::vector<FunctionSpec> chooseFunctions(const Manifest &manifest, const BenchOptions &options) {
  std::vector<FunctionSpec> chosen;
  std::vector<std::string> names;
  for (const FunctionSpec &function : manifest.functions) {
    names.push_back(function.name);
    bool needsAnother = std::any_of(
        function.arguments.begin(), function.arguments.end(), [](const TensorSpec &argument) {
          return argument.role == "saved" || argument.role == "cotangent";
        });
    if (options.functions.empty() && !needsAnother)
      chosen.push_back(function);
  }
  if (options.functions.empty())
    return chosen;
  for (const std::string &name : splitList(options.functions)) {
    const FunctionSpec *function = manifest.findFunction(name);
    if (!function)
      fail(ErrorCode::Usage, "{} has no function {}{}", options.artifact, quote(name),
           suggest(name, names));
    chosen.push_back(*function);
  }
  return chosen;
}

nlohmann::ordered_json toJson(const Row &row) {
  nlohmann::ordered_json json = {
      {"function", row.function},          {"threads", row.threads},
      {"repetitions", row.seconds.size()}, {"median_s", row.quantile(0.5)},
      {"q1_s", row.quantile(0.25)},        {"q3_s", row.quantile(0.75)},
      {"min_s", row.seconds.front()},      {"max_s", row.seconds.back()}};
  json["size"] = row.size ? nlohmann::ordered_json(*row.size) : nlohmann::ordered_json();
  if (row.tokens > 0)
    json["tokens_per_s"] = double(row.tokens) / row.quantile(0.5);
  if (row.roof.flops > 0) {
    json["peak_flops_per_s"] = row.roof.flops;
    json["copy_bytes_per_s"] = row.roof.bytes;
    json["kernels"] = driver::toJson(row.kernels, row.roof);
  }
  return json;
}

void print(const std::vector<Row> &rows, const BenchOptions &options, const Module &module) {
  if (options.json || options.format == "json") {
    nlohmann::ordered_json json = {
        {"artifact", options.artifact},     {"hash", module.artifact().hash()},
        {"dtype", module.manifest().dtype}, {"device", options.device.name},
        {"warmup", options.warmup},         {"rows", nlohmann::ordered_json::array()}};
    for (const Row &row : rows)
      json["rows"].push_back(toJson(row));
    fmt::print("{}\n", toText(json, 2));
    return;
  }
  bool isTable = options.format == "md";
  fmt::print(
      "{}", isTable ? "| function | size | threads | median ms | q1 | q3 | min | max | tokens/s |\n"
                      "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
                    : "function,size,threads,median_ms,q1_ms,q3_ms,min_ms,max_ms,tokens_per_s\n");
  for (const Row &row : rows) {
    std::vector<std::string> cells = {row.function, row.size ? fmt::format("{}", *row.size) : "",
                                      fmt::format("{}", row.threads)};
    for (double value : {row.quantile(0.5), row.quantile(0.25), row.quantile(0.75),
                         row.seconds.front(), row.seconds.back()})
      cells.push_back(fmt::format("{:.4f}", value * 1e3));
    cells.push_back(row.tokens > 0 ? fmt::format("{:.0f}", double(row.tokens) / row.quantile(0.5))
                                   : "");
    fmt::print("{}\n", isTable ? fmt::format("| {} |", fmt::join(cells, " | "))
                               : fmt::format("{}", fmt::join(cells, ",")));
  }
  for (const Row &row : rows) {
    if (row.roof.flops == 0)
      continue;
    fmt::print("\n{}{}, {} threads: roof {:.1f} GF/s on registers, {:.1f} GB/s copied\n",
               row.function, row.size ? fmt::format(" at size {}", *row.size) : "", row.threads,
               row.roof.flops * 1e-9, row.roof.bytes * 1e-9);
    printKernels(row.kernels, row.roof);
  }
}

int runBench(const BenchOptions &options) {
  constexpr int64_t anySize = int64_t(1) << 40;
  std::vector<std::optional<int64_t>> sizes = {std::nullopt};
  if (!options.sizes.empty()) {
    sizes.clear();
    for (int64_t size : parseGrid("--sizes", options.sizes, 0, anySize))
      sizes.emplace_back(size);
  }
  if (options.kernels && options.format == "csv")
    fail(ErrorCode::Usage,
         "--kernels makes tables of its own, so --format expects md or json, got csv");
  std::vector<int64_t> threads = {0};
  if (!options.threads.empty())
    threads = parseGrid("--threads", options.threads, 1, 4096);
  std::error_code error;
  bool isRun = std::filesystem::is_directory(options.artifact, error);
  Artifact artifact =
      take(Artifact::read(isRun ? options.artifact + "/model.weft" : options.artifact));
  std::vector<FunctionSpec> functions = chooseFunctions(artifact.manifest(), options);
  StatusLine line(options.json ? ReportStyle::None : parseStyle(options.progress));
  std::vector<Row> rows;
  std::optional<Module> module;
  size_t all = threads.size() * sizes.size() * functions.size();
  for (int64_t count : threads) {
    Device device = openDevice({options.device.name, options.device.options, count});
    if (options.kernels && device.runsGraphs())
      fail(ErrorCode::Usage, "--kernels expects a device that launches kernels, got {}",
           options.device.name);
    Artifact fitting = fitTo(artifact, device, options.allowNative);
    module.emplace(take(Module::load(fitting, device)));
    for (const FunctionSpec &function : functions)
      for (const std::optional<int64_t> &size : sizes) {
        std::string text = fmt::format("bench {}/{} {}", rows.size() + 1, all, function.name);
        line.show({text, drawBar(double(rows.size()) / double(all), 20)});
        line.tell(text);
        // A function that has no such axis is the same at every size.
        if (!dependsOnSizes(function) && size != sizes.front())
          continue;
        rows.push_back(
            Caller(*module, options)
                .measure(function.name, dependsOnSizes(function) ? size : std::nullopt, count));
      }
  }
  line.clear();
  print(rows, options, *module);
  return 0;
}

} // namespace

Command driver::makeBenchCommand() {
  auto options = std::make_shared<BenchOptions>();
  std::vector<Option> device = getDeviceOptions(options->device);
  return {"bench",
          "Measure how long the functions of an artifact take",
          "Artifacts",
          {{.name = "artifact",
            .value = &options->artifact,
            .help = "an artifact, or the folder of a run",
            .required = true,
            .names = Names::FileOrFolder},
           {.name = "--functions",
            .value = &options->functions,
            .help = "names, as a,b (default: all that can be called alone)"},
           {.name = "--sizes",
            .value = &options->sizes,
            .help = "run-time sizes to measure at, as 0,64 or 0:64:16 (default: their bounds)"},
           {.name = "--threads",
            .value = &options->threads,
            .help = "numbers of threads, as 1,2 or 1:4 (default: all processors, shown as 0)"},
           {.name = "-r,--repetitions",
            .value = &options->repetitions,
            .help = "calls that are measured",
            .range = {{1, 1e6}}},
           {.name = "--warmup",
            .value = &options->warmup,
            .help = "calls before them that are not",
            .range = {{0, 1e6}}},
           {.name = "--seed",
            .value = &options->seed,
            .help = "of weights and inputs",
            .range = {{0, 9e15}}},
           device[0],
           device[1],
           {.name = "--allow-native",
            .value = &options->allowNative,
            .help = "run machine code that was not compiled here"},
           {.name = "--kernels",
            .value = &options->kernels,
            .help = "also what each kernel does and takes, beside the roof of this machine"},
           {.name = "--format",
            .value = &options->format,
            .help = "a table of Markdown, CSV, or JSON",
            .choices = {"md", "csv", "json"}},
           {.name = "--progress",
            .value = &options->progress,
            .help = "how progress is shown",
            .choices = {"auto", "bar", "plain", "none"}},
           {.name = "--json",
            .value = &options->json,
            .help = "the same as --format=json",
            .excludes = {"--format", "--progress"}}},
          nullptr,
          [options](const Invocation &) { return runBench(*options); }};
}
