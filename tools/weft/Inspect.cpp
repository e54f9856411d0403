// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft inspect: what an artifact holds, as text or JSON.
#include <filesystem>
#include <memory>

#include <nlohmann/json.hpp>

#include "tools/weft/Commands.h"
#include "tools/weft/Failure.h"
#include "tools/weft/KernelTable.h"
#include "tools/weft/PatternPlot.h"
#include "tools/weft/Quote.h"
#include "tools/weft/Resources.h"
#include "tools/weft/Suggest.h"
#include "weft/Artifact.h"

using namespace weft;
using namespace weft::driver;

namespace {
struct InspectOptions {
  std::string path, target, function, section;
  bool kernels = false, resources = false, json = false;
};
} // namespace

static std::string printSignature(const Manifest &manifest, const FunctionSpec &function) {
  std::string text = fmt::format("{}\n", function.name);
  auto list = [&](const char *heading, const std::vector<TensorSpec> &tensors) {
    for (const TensorSpec &tensor : tensors)
      text += fmt::format("  {:<8} {:<24} {:<10} {}\n", heading, tensor.key, tensor.role,
                          manifest.formatType(tensor.dtype, tensor.shape));
  };
  list("takes", function.arguments);
  list("returns", function.results);
  return text;
}

static int64_t countWeights(const Manifest &manifest) {
  int64_t count = 0;
  for (const ParamSpec &param : manifest.params) {
    int64_t size = 1;
    for (int64_t dimension : param.shape)
      size *= dimension;
    count += size;
  }
  return count;
}

/// The patterns of the first function that has attention.
static void printAttention(const Artifact &artifact) {
  std::string function;
  std::vector<Attention> attentions = readAttentions(artifact, function);
  if (attentions.empty())
    return;
  fmt::print("\nattention of {}\n", function);
  for (const Attention &attention : attentions)
    if (attention.shape.keys > mostCountedKeys) {
      fmt::print("  {} keys are too many to count\n", attention.shape.keys);
      return;
    }
  for (const PatternPanel &panel : makePanels(attentions, /*cells=*/0))
    fmt::print("  {}: {} queries, {} keys, {}\n", getName(panel), panel.shape.queries,
               panel.shape.keys, describe(panel));
}

static void printSummary(const Artifact &artifact) {
  const Manifest &manifest = artifact.manifest();
  fmt::print("model     {}\nproducer  {}\nhash      {}\n", manifest.model, manifest.producer,
             artifact.hash());
  if (artifact.targets().size() > 1)
    fmt::print("targets   {}\n", fmt::join(artifact.targets(), " "));
  fmt::print("target    {}", manifest.targetKind);
  for (const std::string &feature : manifest.targetFeatures)
    fmt::print(" {}", feature);
  fmt::print("\ndtype     {}\n", manifest.dtype);
  if (manifest.precision != "f32")
    fmt::print("precision {}\n", manifest.precision);
  fmt::print("weights   {} in {} params\nkernels   {}\n", countWeights(manifest),
             manifest.params.size(), manifest.kernels.size());
  if (!manifest.config.empty())
    fmt::print("\nconfig\n");
  for (const auto &[key, value] : manifest.config)
    fmt::print("  {:<24} {}\n", key, value);
  fmt::print("\nsections\n");
  for (const ArtifactSection &section : artifact.sections())
    fmt::print("  {:<12} {:<16} {:>10} bytes\n", getSectionTypeName(section.type), section.name,
               section.storedLength);
  if (!manifest.symbols.empty())
    fmt::print("\nrun-time sizes\n");
  for (const SymbolSpec &symbol : manifest.symbols)
    fmt::print("  {:<24} at most {}, in steps of {}\n", symbol.name, symbol.bound, symbol.step);
  fmt::print("\nparams\n");
  for (const ParamSpec &param : manifest.params)
    fmt::print("  {:<24} {:<16} {} {}\n", param.name, formatType(param.dtype, param.shape),
               param.init.kind, param.init.scale);
  fmt::print("\nfunctions\n");
  for (const FunctionSpec &function : manifest.functions) {
    fmt::print("  {:<24} {} arguments, {} results\n", function.name, function.arguments.size(),
               function.results.size());
    for (const std::string &form : function.scans)
      fmt::print("    scan {}\n", form);
  }
  printAttention(artifact);
}

static void printJson(const Artifact &artifact) {
  const std::string &target = artifact.manifest().targetKind;
  bool isFirst = target == artifact.targets().front();
  const ArtifactSection *section =
      artifact.findSection(WEFT_SECTION_MANIFEST, isFirst ? "" : target);
  nlohmann::ordered_json json = nlohmann::ordered_json::parse(Artifact::getText(*section));
  json["targets"] = artifact.targets();
  json["hash"] = artifact.hash();
  for (const ArtifactSection &part : artifact.sections())
    json["sections"].push_back({{"type", getSectionTypeName(part.type)},
                                {"name", part.name},
                                {"bytes", part.storedLength}});
  fmt::print("{}\n", toText(json, 2));
}

/// Signature and program of one function, as text or as one JSON object.
static void printFunction(const Artifact &artifact, const InspectOptions &options) {
  const Manifest &manifest = artifact.manifest();
  const FunctionSpec *function = manifest.findFunction(options.function);
  if (!function) {
    std::vector<std::string> names;
    for (const FunctionSpec &known : manifest.functions)
      names.push_back(known.name);
    fail(ErrorCode::Usage, "{} has no function {}{}", options.path, quote(options.function),
         suggest(options.function, names));
  }
  std::string program = artifact.printExec(options.function);
  if (!options.json) {
    fmt::print("{}\n{}", printSignature(manifest, *function), program);
    return;
  }
  nlohmann::ordered_json json = {{"name", function->name}};
  auto list = [&](const char *key, const std::vector<TensorSpec> &tensors) {
    json[key] = nlohmann::ordered_json::array();
    for (const TensorSpec &tensor : tensors)
      json[key].push_back({{"name", tensor.key},
                           {"role", tensor.role},
                           {"type", manifest.formatType(tensor.dtype, tensor.shape)}});
  };
  list("takes", function->arguments);
  list("returns", function->results);
  json["program"] = program;
  fmt::print("{}\n", toText(json, 2));
}

static void printText(const Artifact &artifact, const InspectOptions &options) {
  const ArtifactSection *section = artifact.findSection(WEFT_SECTION_IR_TEXT, options.section);
  if (!section) {
    std::vector<std::string> phases;
    for (const ArtifactSection &known : artifact.sections())
      if (known.type == WEFT_SECTION_IR_TEXT)
        phases.push_back(known.name);
    fail(ErrorCode::Usage, "{} holds no IR text of phase {}{}", options.path,
         quote(options.section), suggest(options.section, phases));
  }
  std::string text(Artifact::getText(*section));
  if (options.json)
    fmt::print("{}\n", toText(nlohmann::ordered_json{{"phase", options.section}, {"text", text}}));
  else
    fmt::print("{}", text);
}

/// That of a card, by its data sheet; none for a CPU, which is measured.
static Roof getRoof(const Manifest &manifest) {
  std::optional<compiler::GpuTarget> gpu = compiler::getGpuTarget(manifest.targetKind);
  if (!gpu)
    return {};
  return {manifest.precision != "f32" ? gpu->tensorFlops : gpu->flops, gpu->bytes};
}

static void printGpuResources(const Artifact &artifact, const InspectOptions &options) {
  const Manifest &manifest = artifact.manifest();
  std::optional<compiler::GpuTarget> gpu = compiler::getGpuTarget(manifest.targetKind);
  if (!gpu)
    fail(ErrorCode::Usage,
         "--resources expects code for a GPU, got {}; weft compile --target=sm_80 "
         "makes it, --target chooses among several",
         manifest.targetKind);
  if (options.json)
    fmt::print("{}\n", toText(resourcesToJson(manifest, *gpu), 2));
  else
    printResources(manifest, *gpu);
}

/// Of one function, or of all.
static void printPlans(const Artifact &artifact, const InspectOptions &options) {
  Roof roof = getRoof(artifact.manifest());
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  std::vector<std::string> names;
  bool isFound = options.function.empty();
  for (const FunctionSpec &function : artifact.manifest().functions) {
    names.push_back(function.name);
    isFound |= function.name == options.function;
    if ((!options.function.empty() && function.name != options.function) || !artifact.execProgram())
      continue;
    KernelTable table = KernelTable::plan(artifact, function.name);
    json[function.name] = toJson(table, roof);
    if (options.json)
      continue;
    fmt::print("{}\n", function.name);
    printKernels(table, roof);
    fmt::print("\n");
  }
  if (!isFound)
    fail(ErrorCode::Usage, "{} has no function {}{}", options.path, quote(options.function),
         suggest(options.function, names));
  if (options.json)
    fmt::print("{}\n", toText(json, 2));
}

static int runInspect(const InspectOptions &options) {
  std::error_code error;
  bool isRun = std::filesystem::is_directory(options.path, error);
  Artifact artifact = take(Artifact::read(isRun ? options.path + "/model.weft" : options.path));
  if (!options.target.empty())
    artifact = take(artifact.withTarget(options.target));
  if (options.resources)
    printGpuResources(artifact, options);
  else if (!options.section.empty())
    printText(artifact, options);
  else if (options.kernels)
    printPlans(artifact, options);
  else if (!options.function.empty())
    printFunction(artifact, options);
  else if (options.json)
    printJson(artifact);
  else
    printSummary(artifact);
  return 0;
}

Command driver::makeInspectCommand() {
  auto options = std::make_shared<InspectOptions>();
  return {"inspect",
          "Show what an artifact holds",
          "Artifacts",
          {
              {.name = "artifact",
               .value = &options->path,
               .help = "an artifact, or the folder of a run",
               .required = true,
               .names = Names::FileOrFolder},
              {.name = "--target",
               .value = &options->target,
               .help = "of an artifact for several targets, which (default: the first)"},
              {.name = "--function",
               .value = &options->function,
               .help = "signature, program and memory plan of one function"},
              {.name = "--kernels",
               .value = &options->kernels,
               .help = "what the kernels of one function, or of all, have to do in a call"},
              {.name = "--resources",
               .value = &options->resources,
               .help = "registers, spills, shared memory and occupancy of a GPU's kernels",
               .excludes = {"--function", "--kernels", "--ir"}},
              {.name = "--ir",
               .value = &options->section,
               .help = "the IR text of a phase, where the artifact keeps it",
               .excludes = {"--function", "--kernels"}},
              {.name = "--json", .value = &options->json, .help = "the same as JSON"},
          },
          nullptr,
          [options](const Invocation &) { return runInspect(*options); }};
}
