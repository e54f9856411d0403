// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The record of a checkpoint, in a folder with three good shards. First byte 0: run.json is the
// rest; 1: its hashes are set right, which a forger can do too. Before run.json stands a line: the
// content of LATEST. What is accepted is saved and loaded again: it must be the same.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "test/fuzz/FuzzTarget.h"
#include "weft/Checkpoint.h"
#include "weft/Safetensors.h"

using namespace weft;
namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

constexpr const char *shards[] = {"params.safetensors", "optimizer.safetensors",
                                  "states.safetensors"};

void writeText(const std::string &path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// A folder that lives as long as the process, with a checkpoint whose shards hold one tensor.
class Folder {
public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "weft-fuzz-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
    fs::create_directories(path + "/step-1");
    Tensor tensor = *Tensor::zeros(DType::F32, {2});
    std::vector<std::byte> bytes = *formatSafetensors({{"w", tensor}});
    shard.assign(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    for (const char *name : shards)
      writeText(path + "/step-1/" + name, shard);
  }
  ~Folder() { fs::remove_all(path); }
  std::string path, shard;
};

std::string fixHashes(std::string_view text, const std::string &shard) {
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_object())
    return std::string(text);
  if (json.contains("shards") && json["shards"].is_object())
    for (const char *name : shards)
      if (json["shards"].contains(name))
        json["shards"][name] = {{"bytes", shard.size()}, {"hash", fuzz::computeHash(shard)}};
  json.erase("hash");
  json["hash"] = fuzz::computeHash(json.dump());
  return json.dump();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const Folder folder, saved;
  if (size == 0)
    return -1;
  std::string_view text = fuzz::asText(data + 1, size - 1);
  std::string_view latest = fuzz::takeUntil(text, '\n');
  writeText(folder.path + "/LATEST", latest);
  writeText(folder.path + "/step-1/run.json",
            data[0] == 1 ? fixHashes(text, folder.shard) : std::string(text));
  fuzz::MemoryBound bound(size + 3 * folder.shard.size());
  Result<FoundCheckpoint> found = loadLatestCheckpoint(folder.path);
  if (!found) {
    fuzz::requireRefusal(found.status());
    return 0;
  }
  const Checkpoint &checkpoint = found->checkpoint;
  fuzz::require(bool(saveCheckpoint(saved.path, checkpoint)), "what was loaded can be saved");
  Result<Checkpoint> again =
      loadCheckpoint(saved.path + "/step-" + std::to_string(checkpoint.run.step));
  fuzz::require(bool(again), "what was saved can be loaded");
  fuzz::require(again->run.seed == checkpoint.run.seed &&
                    again->run.loader == checkpoint.run.loader &&
                    again->run.config == checkpoint.run.config,
                "the record survives");
  return 0;
}
