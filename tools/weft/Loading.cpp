// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Loading.h"

#include <charconv>
#include <filesystem>

#include "tools/weft/Failure.h"
#include "tools/weft/Recompile.h"
#include "tools/weft/Trust.h"
#include "weft/Average.h"
#include "weft/Checkpoint.h"
#include "weft/Safetensors.h"

using namespace weft;
using namespace weft::driver;

Device driver::openDevice(const DeviceChoice &choice) {
  std::string options = choice.options;
  if (choice.name == "cpu" && choice.threads > 0)
    options += fmt::format("{}threads={}", options.empty() ? "" : ",", choice.threads);
  return take(Device::open(choice.name, options));
}

Artifact driver::fitTo(const Artifact &artifact, const Device &device, bool allowNative) {
  if (!Module::canLoad(artifact, device) &&
      artifact.findSection(WEFT_SECTION_IR_TEXT, "graph") != nullptr)
    return recompile(artifact, "", getTarget(device));
  if (!device.runsGraphs())
    requireTrust(artifact, allowNative);
  return artifact;
}

/// The K of "last-K", or 0 for the others.
static int64_t parseWeights(const std::string &weights) {
  if (weights == "newest" || weights == "ema")
    return 0;
  int64_t count = 0;
  const char *end = weights.data() + weights.size();
  bool isLast = weights.starts_with("last-");
  auto [stop, error] = std::from_chars(weights.data() + (isLast ? 5 : weights.size()), end, count);
  if (!isLast || error != std::errc() || stop != end || count < 1)
    fail(ErrorCode::Usage, "--weights expects newest, ema or last-K with K of at least 1, got '{}'",
         weights);
  return count;
}

static TensorMap averageLast(const std::string &folder, int64_t count) {
  std::vector<std::string> paths = take(listCheckpoints(folder));
  if (int64_t(paths.size()) < count)
    fail(ErrorCode::Usage,
         "--weights=last-{} expects as many checkpoints in {}, got {}; train with "
         "keep={}",
         count, folder, paths.size(), count);
  ParamMean mean;
  for (int64_t i = 0; i < count; ++i)
    check(mean.add(take(loadCheckpoint(paths[size_t(i)])).model.params));
  return take(mean.get());
}

static TensorMap loadParams(const Source &source, const std::optional<RunFolder> &folder) {
  int64_t last = parseWeights(source.weights);
  if (source.weights != "newest" && (!source.params.empty() || !folder))
    fail(ErrorCode::Usage, "--weights chooses among the weights of a run's folder, got {}",
         folder ? "--params too" : "an artifact");
  if (!source.params.empty())
    return take(readSafetensors(source.params)).tensors;
  if (!folder)
    fail(ErrorCode::Usage, "{} is an artifact without weights; --params FILE names them",
         source.path);
  if (last > 0)
    return averageLast(folder->checkpoints(), last);
  FoundCheckpoint found = take(loadLatestCheckpoint(folder->checkpoints()));
  for (const std::string &warning : found.warnings)
    fmt::print(stderr, "weft: warning: {}\n", warning);
  if (source.weights == "ema")
    return take(getAverages(found.checkpoint.model));
  return std::move(found.checkpoint.model.params);
}

LoadedModel driver::loadModel(const Source &source) {
  std::error_code error;
  std::optional<RunFolder> folder;
  if (std::filesystem::is_directory(source.path, error))
    folder.emplace(source.path);
  Device device = openDevice(source.device);
  Artifact artifact = fitTo(take(Artifact::read(folder ? folder->artifact() : source.path)), device,
                            source.allowNative);
  LoadedModel loaded{{take(Module::load(artifact, device)), {}}, {}, {}};
  loaded.session.model.params = loadParams(source, folder);
  check(verifyParams(loaded.session.module.manifest(), loaded.session.model.params));
  if (folder) {
    loaded.facts = folder->readFacts();
    loaded.vocabulary = folder->readVocabulary(*loaded.facts);
  }
  return loaded;
}

std::vector<Option> driver::getSourceOptions(Source &source) {
  std::vector<Option> options = {
      {.name = "run",
       .value = &source.path,
       .help = "folder of a run, or an artifact",
       .required = true,
       .names = Names::FileOrFolder},
      {.name = "--params",
       .value = &source.params,
       .help = "weights as safetensors (default: the run's newest checkpoint)",
       .names = Names::File},
      {.name = "--weights",
       .value = &source.weights,
       .help = "of a run: newest, ema (the moving average), last-K (mean of K checkpoints)"},
  };
  for (Option &option : getDeviceOptions(source.device))
    options.push_back(std::move(option));
  options.push_back({.name = "--allow-native",
                     .value = &source.allowNative,
                     .help = "run machine code that was not compiled here"});
  return options;
}

std::vector<Option> driver::getDeviceOptions(DeviceChoice &choice) {
  return {{.name = "--device",
           .value = &choice.name,
           .help = "where functions run; cuda: a GPU; sim: its kernels, simulated",
           .choices = {"cpu", "cuda", "interpreter", "sim"}},
          {.name = "--device-options",
           .value = &choice.options,
           .help = "of the device, as seed=3,races=all"},
          getThreadsOption(choice.threads)};
}

Option driver::getThreadsOption(int64_t &threads) {
  return {.name = "--threads",
          .value = &threads,
          .help = "threads of the cpu (default: all processors)",
          .range = {{1, 4096}}};
}

Option driver::getRunOption(std::string &run) {
  return {.name = "run",
          .value = &run,
          .help = "folder of a run",
          .required = true,
          .names = Names::Folder};
}

Option driver::getOutputOption(std::string &output, const std::string &help) {
  return {.name = "-o,--output",
          .value = &output,
          .help = help,
          .required = true,
          .names = Names::Output};
}
