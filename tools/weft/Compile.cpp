// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft compile: a model, or IR text of any phase, to an artifact, or to the IR of a phase.
#include <charconv>
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
#include "tools/weft/CompilerLibrary.h"
#include "tools/weft/Failure.h"
#include "tools/weft/ModelSource.h"
#include "tools/weft/Trust.h"

#include "compiler/Phases.h"

using namespace weft;
using namespace weft::driver;

namespace {
struct CompileOptions {
  std::string model, output, config, target = "cpu", dtype, until, from = "graph", emit, dumpTo,
                                     optimizer;
  std::string gradients, sizes;
  bool average = false, fields = false, quiet = false;
  std::vector<Setting> settings;
};
} // namespace

static std::vector<std::string> listPhases() {
  std::vector<std::string> names;
  for (const compiler::PhaseInfo &info : compiler::phases)
    names.emplace_back(info.name);
  return names;
}

/// The IR text to compile.
static std::string getGraph(const CompileOptions &options) {
  if (options.model.ends_with(".mlir") || options.model == "-") {
    if (!options.settings.empty() || !options.config.empty())
      fail(ErrorCode::Usage, "{} is IR text and has no config; settings belong to a model",
           options.model);
    if (options.model == "-")
      return std::string(std::istreambuf_iterator<char>(std::cin), {});
    return take(models::readText(options.model));
  }
  ModelSource source = ModelSource::find(options.model);
  Config config = source.configure(options.config, options.settings);
  return source.trace(config);
}

static int listFields(const CompileOptions &options) {
  ModelSource source = ModelSource::find(options.model);
  Config config = source.configure(options.config, options.settings);
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
      fail(ErrorCode::Usage, "--sizes expects symbol=number,..., got '{}'", part);
    sizes[part.substr(0, equals)] = value;
  }
  return sizes;
}

static int runCompile(const CompileOptions &options) {
  if (options.fields)
    return listFields(options);
  nlohmann::json request = {{"target", options.target}, {"from", options.from}};
  std::string until = options.until.empty() ? "artifact" : options.until;
  request["until"] = until;
  // IR goes to the terminal by default, an artifact never does.
  if (options.output.empty() && until == "artifact" && options.emit.empty())
    fail(ErrorCode::Usage, "weft compile expects -o FILE for the artifact");
  if (!options.dtype.empty())
    request["dtype"] = options.dtype;
  if (!options.emit.empty())
    request["emit"] = options.emit;
  if (!options.sizes.empty() && options.emit != "memory")
    fail(ErrorCode::Usage, "--sizes belongs to --emit=memory");
  if (!options.sizes.empty())
    request["sizes"] = parseSizes(options.sizes);
  if (!options.dumpTo.empty())
    request["dumpTo"] = options.dumpTo;
  std::string ir = getGraph(options);
  if (options.model.ends_with(".mlir"))
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
  CompileProgress progress;
  if (!options.quiet && options.output != "-" && !options.output.empty())
    progress = [](const std::string &text) { fmt::print(stderr, "compile {}\n", text); };
  std::string result = compileText(ir, request, progress);
  if (until == "artifact" && (options.emit.empty() || options.emit == "artifact"))
    trust(result);
  write(options.output.empty() ? "-" : options.output, result);
  return 0;
}

Command driver::makeCompileCommand() {
  auto options = std::make_shared<CompileOptions>();
  return {
      "compile",
      "Compile a model to an artifact, or print the IR of a phase",
      {
          {"model", &options->model,
           "name of a model, a .cpp file, or IR text (.mlir, - for stdin)", true},
          {"-o,--output", &options->output, "file to write; - for the standard output"},
          {"--config", &options->config, "a config of the model, or a TOML file"},
          {"--target", &options->target, "cpu (this machine's features), or cpu:avx2 and the like"},
          {"--dtype", &options->dtype, "element type of the whole graph", false, {"f32", "f64"}},
          {"--until", &options->until, "stop after this phase and print its IR", false,
           listPhases()},
          {"--from", &options->from, "phase the IR text is in", false, listPhases()},
          {"--emit",
           &options->emit,
           "what to write",
           false,
           {"artifact", "ir", "llvm", "asm", "obj", "memory"}},
          {"--sizes", &options->sizes,
           "with --emit=memory: run-time sizes to plan for too (a=1,b=2)"},
          {"--dump-to", &options->dumpTo, "folder that receives the IR of every phase"},
          {"--gradients{step}", &options->gradients,
           "add .forward, .backward and .grad of these functions (a,b; alone: step)"},
          {"--optimizer",
           &options->optimizer,
           "add the training step step.train with this update",
           false,
           {"adagrad", "adam", "adamw", "sgd"}},
          {"--average", &options->average,
           "with --optimizer: keep a moving average of every parameter"},
          {"--fields", &options->fields, "list the model's fields and configs, compile nothing"},
          {"-q,--quiet", &options->quiet, "no progress"},
      },
      &options->settings,
      [options] { return runCompile(*options); }};
}
