// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Loading.h"

#include <filesystem>

#include "tools/weft/Failure.h"
#include "tools/weft/Trust.h"
#include "weft/Checkpoint.h"
#include "weft/Safetensors.h"

using namespace weft;
using namespace weft::driver;

Device driver::openDevice(const std::string &name, int64_t threads) {
  return take(Device::open(name, threads > 0 ? fmt::format("threads={}", threads) : ""));
}

static TensorMap loadParams(const Source &source, const std::optional<RunFolder> &folder) {
  if (!source.params.empty())
    return take(readSafetensors(source.params)).tensors;
  if (!folder)
    fail(ErrorCode::Usage, "{} is an artifact without weights; --params FILE names them",
         source.path);
  FoundCheckpoint found = take(loadLatestCheckpoint(folder->checkpoints()));
  for (const std::string &warning : found.warnings)
    fmt::print(stderr, "weft: warning: {}\n", warning);
  return std::move(found.checkpoint.model.params);
}

LoadedModel driver::loadModel(const Source &source) {
  std::error_code error;
  std::optional<RunFolder> folder;
  if (std::filesystem::is_directory(source.path, error))
    folder.emplace(source.path);
  Device device = openDevice(source.device, source.threads);
  Artifact artifact = take(Artifact::read(folder ? folder->artifact() : source.path));
  if (!device.runsGraphs())
    requireTrust(artifact, source.allowNative);
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
  return {
      {.name = "run",
       .value = &source.path,
       .help = "folder of a run, or an artifact",
       .required = true,
       .names = Names::FileOrFolder},
      {.name = "--params",
       .value = &source.params,
       .help = "weights as safetensors (default: the run's newest checkpoint)",
       .names = Names::File},
      getDeviceOption(source.device),
      getThreadsOption(source.threads),
      {.name = "--allow-native",
       .value = &source.allowNative,
       .help = "run machine code that was not compiled here"},
  };
}

Option driver::getDeviceOption(std::string &device) {
  return {.name = "--device",
          .value = &device,
          .help = "where functions run",
          .choices = {"cpu", "interpreter"}};
}

Option driver::getThreadsOption(int64_t &threads) {
  return {.name = "--threads",
          .value = &threads,
          .help = "threads of the cpu (default: all processors)",
          .range = {{1, 4096}}};
}
