// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft compile: a model, or IR text of any phase, to an artifact, or to the IR of a phase.
#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>

#include <nlohmann/json.hpp>

#include "models/common/Data.h"
#include "runtime/base/File.h"
#include "tools/weft/Commands.h"
#include "tools/weft/CompileStatus.h"
#include "tools/weft/CompilerLibrary.h"
#include "tools/weft/Failure.h"
#include "tools/weft/ModelSource.h"
#include "tools/weft/Quote.h"
#include "tools/weft/Suggest.h"
#include "tools/weft/Trust.h"

#include "compiler/Forms.h"
#include "compiler/Phases.h"

using namespace weft;
using namespace weft::driver;

namespace {
struct CompileOptions {
  std::string model, output, config, target = "cpu", dtype, precision = "f32", scans = "auto",
                                     until, from = "graph", emit, dumpTo, optimizer;
  std::string gradients, sizes, progress = "auto", sourceName;
  bool average = false, epsilonHat = false, fields = false, quiet = false, json = false;
  std::vector<Setting> settings;
};
} // namespace

static std::vector<std::string> listPhases() {
  std::vector<std::string> names;
  for (const compiler::PhaseInfo &info : compiler::phases)
    names.emplace_back(info.name);
  return names;
}

/// The phases that are text: all but the artifact.
static std::vector<std::string> listTextPhases() {
  std::vector<std::string> names = listPhases();
  names.pop_back();
  return names;
}

static std::vector<std::string> listForms() {
  std::vector<std::string> names;
  for (const compiler::FormInfo &info : compiler::forms)
    names.emplace_back(info.name);
  return names;
}

static bool isText(const CompileOptions &options) {
  return options.model.ends_with(".mlir") || options.model == "-";
}

/// A setting of training on the command line would change nothing in the artifact. From a file or a
/// variable, which serve `weft train` too, it may come along.
static void refuseTraining(const Config &config) {
  for (const Field &field : config.all())
    if (field.isTraining && field.origin == "command line") {
      bool isFlag = field.name == "optimizer" || field.name == "precision";
      fail(ErrorCode::Usage, "command line: {} is a field of training, not of the model; {}",
           field.name,
           isFlag ? fmt::format("weft compile expects --{} {}", field.name, field.value)
                  : "it belongs to weft train");
    }
}

/// The IR text to compile.
static std::string getGraph(const CompileOptions &options) {
  if (isText(options)) {
    if (!options.settings.empty() || !options.config.empty())
      fail(ErrorCode::Usage, "{} is IR text and has no config; settings belong to a model",
           options.model);
    if (options.model == "-")
      return std::string(std::istreambuf_iterator<char>(std::cin), {});
    return take(models::readText(options.model));
  }
  ModelSource source = ModelSource::find(options.model);
  Config config = source.configure(options.config, options.settings);
  refuseTraining(config);
  if (options.from != "graph")
    fail(ErrorCode::Usage, "--from={} expects IR text, got the model {}", options.from,
         options.model);
  return source.trace(config);
}

static int listFields(const CompileOptions &options) {
  if (isText(options))
    fail(ErrorCode::Usage, "{} is IR text and has no fields; --fields belongs to a model",
         options.model);
  ModelSource source = ModelSource::find(options.model);
  Config config = source.configure(options.config, options.settings);
  if (options.json) {
    nlohmann::ordered_json result = {{"model", source.name()},
                                     {"summary", source.summary()},
                                     {"fields", nlohmann::ordered_json::parse(config.toJson())},
                                     {"configs", nlohmann::ordered_json::array()}};
    for (const auto &[name, help] : source.configs())
      result["configs"].push_back({{"name", name}, {"help", help}});
    fmt::print("{}\n", toText(result, 2));
    return 0;
  }
  fmt::print("{}: {}\n\nfields:\n{}\nconfigs:\n", source.name(), source.summary(),
             config.print(true));
  for (const auto &[name, help] : source.configs())
    fmt::print("  {:<18} {}\n", name, help);
  return 0;
}

/// The parts of "a,b".
static std::vector<std::string> split(const std::string &text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');)
    parts.push_back(part);
  return parts;
}

static void write(const std::string &path, const std::string &content) {
  if (path == "-") {
    std::cout << content << std::flush;
    return;
  }
  std::error_code unknown;
  if (std::filesystem::is_regular_file(path, unknown) || !std::filesystem::exists(path, unknown)) {
    check(replaceFile(path, {{asBytes(content)}}));
    return;
  }
  std::ofstream file(path, std::ios::binary); // a pipe or a device is not replaced
  file << content;
  file.close();
  if (!file)
    fail(ErrorCode::Resource, "{}: cannot write: {}", path, std::strerror(errno));
}

/// The numbers of "cache0=64,cache1=0".
static std::map<std::string, int64_t> parseSizes(const std::string &text) {
  std::map<std::string, int64_t> sizes;
  for (const std::string &part : split(text)) {
    size_t equals = part.find('=');
    const char *begin = part.data() + (equals == std::string::npos ? part.size() : equals + 1);
    int64_t value = 0;
    auto [end, error] = std::from_chars(begin, part.data() + part.size(), value);
    if (error != std::errc() || end != part.data() + part.size() || value < 0)
      fail(ErrorCode::Usage, "--sizes expects symbol=number,..., got {}", quote(part));
    if (!sizes.emplace(part.substr(0, equals), value).second)
      fail(ErrorCode::Usage, "--sizes gives {} twice", quote(part.substr(0, equals)));
  }
  return sizes;
}

/// What can be said of the options before anything is read.
static void checkOptions(const CompileOptions &options) {
  bool isArtifact = (options.until.empty() || options.until == "artifact") &&
                    (options.emit.empty() || options.emit == "artifact");
  // IR goes to the terminal by default, an artifact never does.
  if (options.output.empty() && isArtifact)
    fail(ErrorCode::Usage, "weft compile expects -o FILE for the artifact");
  if (!options.sizes.empty() && options.emit != "memory")
    fail(ErrorCode::Usage, "--sizes belongs to --emit=memory");
  if (options.emit == "artifact" && !isArtifact)
    fail(ErrorCode::Usage, "--emit=artifact and --until={} exclude each other", options.until);
  if (options.dtype == "f64" && options.precision != "f32")
    fail(ErrorCode::Usage,
         "--precision {0} and --dtype f64 exclude each other: {0} rounds factors of f32",
         options.precision);
  if (options.json && options.output == "-")
    fail(ErrorCode::Usage, "--json and -o - exclude each other: both write to the standard output");
  std::string until = options.until.empty() ? "artifact" : options.until;
  if (std::optional<std::string> problem =
          compiler::explainTargets(options.target, *compiler::findPhase(options.from),
                                   *compiler::findPhase(until), options.emit))
    fail(ErrorCode::Usage, "{}", *problem);
  if (!options.until.empty() &&
      *compiler::findPhase(options.from) > *compiler::findPhase(options.until))
    fail(ErrorCode::Usage, "--until={} comes before --from={}", options.until, options.from);
}

/// The request to the compiler, without the text.
static nlohmann::json makeRequest(const CompileOptions &options) {
  nlohmann::json request = {{"target", options.target},
                            {"from", options.from},
                            {"until", options.until.empty() ? "artifact" : options.until}};
  if (!options.dtype.empty())
    request["dtype"] = options.dtype;
  if (options.precision != "f32")
    request["precision"] = options.precision;
  if (options.scans != "auto")
    request["scans"] = options.scans;
  if (!options.emit.empty())
    request["emit"] = options.emit;
  if (!options.sizes.empty())
    request["sizes"] = parseSizes(options.sizes);
  if (!options.dumpTo.empty())
    request["dumpTo"] = options.dumpTo;
  if (!options.sourceName.empty())
    request["source"] = options.sourceName;
  else if (options.model.ends_with(".mlir"))
    request["source"] = options.model;
  std::vector<std::string> gradients = split(options.gradients);
  if (gradients.empty() && !options.optimizer.empty())
    gradients = {"step"};
  request["gradients"] = gradients;
  if (!options.optimizer.empty()) {
    request["train"] = "step";
    request["optimizer"] = options.optimizer;
    request["average"] = options.average;
  } else if (options.average) {
    fail(ErrorCode::Usage, "--average belongs to --optimizer");
  }
  if (options.epsilonHat && !options.optimizer.starts_with("adam"))
    fail(ErrorCode::Usage, "--epsilon-hat belongs to --optimizer adam and adamw, got {}",
         options.optimizer.empty() ? "none" : options.optimizer);
  request["epsilonHat"] = options.epsilonHat;
  return request;
}

static void printResult(const CompileOptions &options, const std::string &result, bool isArtifact,
                        double seconds) {
  nlohmann::ordered_json json = {{"output", options.output.empty() ? "-" : options.output},
                                 {"kind", isArtifact ? "artifact" : "text"},
                                 {"bytes", result.size()},
                                 {"seconds", seconds}};
  if (options.output.empty())
    json["text"] = result;
  if (isArtifact)
    json["hash"] = take(Artifact::parse(std::as_bytes(std::span(result)), options.output)).hash();
  fmt::print("{}\n", toText(json));
}

static int runCompile(const CompileOptions &options) {
  if (options.fields)
    return listFields(options);
  checkOptions(options);
  nlohmann::json request = makeRequest(options);
  auto begin = std::chrono::steady_clock::now();
  std::string ir = getGraph(options);
  bool isQuiet = options.quiet || options.json || options.output == "-" || options.output.empty();
  std::string result;
  {
    CompileStatus status(isQuiet ? ReportStyle::None : parseStyle(options.progress));
    result = compileText(ir, request, status.progress());
  }
  bool isArtifact =
      request["until"] == "artifact" && request.value("emit", "artifact") == "artifact";
  if (isArtifact)
    trust(result);
  if (!options.json || !options.output.empty())
    write(options.output.empty() ? "-" : options.output, result);
  std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  if (options.json)
    printResult(options, result, isArtifact, seconds.count());
  return 0;
}

Command driver::makeCompileCommand() {
  auto options = std::make_shared<CompileOptions>();
  return {"compile",
          "Compile a model to an artifact, or print the IR of a phase",
          "Models",
          {
              {.name = "model",
               .value = &options->model,
               .help = "name of a model, a .cpp file, or IR text (.mlir, - for stdin)",
               .required = true,
               .names = Names::Model},
              {.name = "-o,--output",
               .value = &options->output,
               .help = "file to write; - for the standard output",
               .names = Names::Output},
              {.name = "--config",
               .value = &options->config,
               .help = "a config of the model, or a TOML file",
               .names = Names::Config},
              {.name = "--target",
               .value = &options->target,
               .help = "cpu: this machine's features; sm_80, sm_90a: GPUs; several: cpu,sm_80",
               .choices = {"cpu", "cpu:avx2", "cpu:avx512", "cpu:avx512bf16", "cpu:amx", "sm_80",
                           "sm_90a"},
               .isList = true},
              {.name = "--dtype",
               .value = &options->dtype,
               .help = "element type of the whole graph",
               .choices = {"f32", "f64"}},
              {.name = "--precision",
               .value = &options->precision,
               .help = "what factors of matrix products are rounded to",
               .choices = {"f32", "bf16", "f16"}},
              {.name = "--scans",
               .value = &options->scans,
               .help = "form of a scan on a CPU: a loop of kernels, or a worker for each slice of "
                       "the batch",
               .choices = {"auto", "counted", "persistent"}},
              {.name = "--gradients{step}",
               .value = &options->gradients,
               .help = "add .forward, .backward and .grad of these functions (a,b; alone: step)"},
              {.name = "--optimizer",
               .value = &options->optimizer,
               .help = "add the training step step.train with this update",
               .choices = {"adagrad", "adam", "adamw", "sgd"}},
              {.name = "--average",
               .value = &options->average,
               .help = "with --optimizer: keep a moving average of every parameter"},
              {.name = "--epsilon-hat",
               .value = &options->epsilonHat,
               .help = "with adam and adamw: the epsilon stands beside the root of the squares "
                       "before their bias is corrected"},
              {.name = "--fields",
               .value = &options->fields,
               .help = "list the model's fields and configs, compile nothing",
               .excludes = {"--output", "--until", "--from", "--emit", "--dump-to", "--gradients",
                            "--optimizer", "--average", "--epsilon-hat", "--target", "--dtype",
                            "--precision", "--scans", "--sizes", "--source-name"}},
              {.name = "--until",
               .value = &options->until,
               .help = "stop after this phase and print its IR",
               .choices = listPhases(),
               .group = "phases"},
              {.name = "--from",
               .value = &options->from,
               .help = "phase the IR text is in",
               .choices = listTextPhases(),
               .group = "phases"},
              {.name = "--emit",
               .value = &options->emit,
               .help = "what to write",
               .choices = listForms(),
               .group = "phases"},
              {.name = "--sizes",
               .value = &options->sizes,
               .help = "with --emit=memory: run-time sizes to plan for too (a=1,b=2)",
               .group = "phases"},
              {.name = "--dump-to",
               .value = &options->dumpTo,
               .help = "folder for the IR of every phase, options, times and replay.sh",
               .names = Names::OutputFolder,
               .group = "phases"},
              {.name = "--source-name",
               .value = &options->sourceName,
               .help = "what messages call IR text without locations",
               .group = "phases"},
              {.name = "--progress",
               .value = &options->progress,
               .help = "how progress is shown",
               .choices = {"auto", "bar", "plain", "none"},
               .group = "output"},
              {.name = "-q,--quiet",
               .value = &options->quiet,
               .help = "the same as --progress=none",
               .excludes = {"--progress"},
               .group = "output"},
              {.name = "--json",
               .value = &options->json,
               .help = "the result, or the fields, as one JSON object",
               .excludes = {"--progress"},
               .group = "output"},
          },
          &options->settings,
          [options](const Invocation &) { return runCompile(*options); }};
}
