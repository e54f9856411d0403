// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "weft/Checkpoint.h"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include <xxhash.h>

#include "runtime/base/File.h"
#include "runtime/base/Format.h"
#include "runtime/base/Json.h"
#include "weft/Safetensors.h"

namespace weft {
namespace {

namespace fs = std::filesystem;

constexpr const char *shardNames[] = {"params.safetensors", "optimizer.safetensors",
                                      "states.safetensors"};
constexpr const char *runName = "run.json";
constexpr const char *latestName = "LATEST";
constexpr int64_t runFormat = 1;

template <typename Model> auto getShards(Model &model) {
  return std::array{&model.params, &model.optimizer, &model.states};
}

std::string computeHash(std::span<const std::byte> bytes) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
  return fmt::format("{:02x}",
                     fmt::join(canonical.digest, canonical.digest + sizeof canonical.digest, ""));
}

std::string computeJsonHash(const Json &json) { return computeHash(asBytes(json.dump())); }

Status systemError(const std::string &path, const char *action) {
  return makeError(ErrorCode::Resource, "{}: cannot {}: {}", path, action, std::strerror(errno));
}

/// The step of a complete checkpoint's name, or nothing.
std::optional<uint64_t> parseStep(std::string_view name) {
  if (!name.starts_with("step-"))
    return std::nullopt;
  uint64_t step;
  auto [end, error] = std::from_chars(name.data() + 5, name.data() + name.size(), step);
  return error == std::errc() && end == name.data() + name.size() ? std::optional(step)
                                                                  : std::nullopt;
}

/// Steps of the complete checkpoints, newest first.
std::vector<uint64_t> listSteps(const std::string &folder) {
  std::vector<uint64_t> steps;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    if (std::optional<uint64_t> step = parseStep(it->path().filename().string()))
      steps.push_back(*step);
  std::sort(steps.rbegin(), steps.rend());
  return steps;
}

std::string getPath(const std::string &folder, uint64_t step) {
  return fmt::format("{}/step-{}", folder, step);
}

/// Unfinished saves: those of processes that are gone, and of this one's number from an earlier
/// life.
void removeStale(const std::string &folder) {
  std::error_code error;
  std::vector<fs::path> stale;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::string name = it->path().filename().string();
    size_t mark = name.find(".tmp-");
    if (mark == std::string::npos || !(name.starts_with("step-") || name.starts_with(latestName)))
      continue;
    pid_t process = pid_t(std::strtol(name.c_str() + mark + 5, nullptr, 10));
    bool isGone = process > 0 && ::kill(process, 0) != 0 && errno == ESRCH;
    if (isGone || process == ::getpid())
      stale.push_back(it->path());
  }
  for (const fs::path &path : stale)
    fs::remove_all(path, error);
}

Json describeRun(const RunRecord &run, const std::map<std::string, std::string> &hashes) {
  Json json = {{"format", runFormat},  {"step", run.step},     {"seed", run.seed},
               {"loader", run.loader}, {"config", run.config}, {"shards", hashes}};
  json["hash"] = computeJsonHash(json);
  return json;
}

Status writeShards(const std::string &path, const Checkpoint &checkpoint) {
  std::map<std::string, std::string> hashes;
  auto shards = getShards(checkpoint.model);
  for (size_t i = 0; i < shards.size(); ++i) {
    Result<std::vector<std::byte>> bytes = formatSafetensors(*shards[i]);
    if (!bytes)
      return bytes.status();
    hashes[shardNames[i]] = computeHash(*bytes);
    std::span<const std::byte> piece = *bytes;
    if (Status status = writeNewFile(path + "/" + shardNames[i], {&piece, 1}); !status)
      return status;
  }
  std::string text = describeRun(checkpoint.run, hashes).dump(1) + "\n";
  std::span<const std::byte> piece = asBytes(text);
  if (Status status = writeNewFile(path + "/" + runName, {&piece, 1}); !status)
    return status;
  return syncFolder(path);
}

/// Puts the finished folder in place; a checkpoint of the same step is exchanged for it in one
/// stroke.
Status moveIntoPlace(const std::string &temporary, const std::string &path) {
  if (!fs::exists(path))
    return renameDurably(temporary, path);
  if (::renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, path.c_str(), RENAME_EXCHANGE) != 0)
    return systemError(path, "exchange with its new content");
  Status status = syncFolder(fs::path(path).parent_path().string());
  std::error_code error;
  fs::remove_all(temporary, error);
  return status;
}

void removeOld(const std::string &folder, uint64_t newest, int keep) {
  int kept = 0;
  std::error_code error;
  for (uint64_t step : listSteps(folder)) {
    // Later steps belong to a run that was given up; the user may still want them.
    if (step > newest || kept++ < std::max(keep, 2))
      continue;
    fs::remove_all(getPath(folder, step), error);
  }
}

template <typename Value, typename Read>
void readMap(JsonReader &parent, const char *key, std::map<std::string, Value> &map, Read read,
             Status &failure) {
  const Json &object = parent.readObject(key);
  JsonReader reader(object, key);
  for (const auto &item : object.items())
    map[item.key()] = read(reader, item.key().c_str());
  if (failure)
    failure = reader.status();
}

Result<RunRecord> readRun(const std::string &path, std::map<std::string, std::string> &hashes) {
  Result<std::vector<std::byte>> bytes = readFile(path);
  if (!bytes)
    return fileError("{}", bytes.status().message());
  Result<Json> json = parseJson({reinterpret_cast<const char *>(bytes->data()), bytes->size()});
  if (!json)
    return json.status().within(path);
  JsonReader reader(*json, "");
  if (int64_t format = reader.readInteger("format", 0, INT64_MAX);
      reader.status() && format != runFormat)
    return fileError("{}: expects format {}, got {}", path, runFormat, format);
  RunRecord run;
  Status failure;
  run.step = uint64_t(reader.readInteger("step", 0, INT64_MAX));
  if (reader.has("seed") && (*json)["seed"].is_number_unsigned())
    run.seed = (*json)["seed"].get<uint64_t>();
  else
    reader.fail("seed", "a number in [0, 2^64)", nullptr);
  auto readInteger = [](JsonReader &from, const char *key) {
    return from.readInteger(key, INT64_MIN, INT64_MAX);
  };
  auto readText = [](JsonReader &from, const char *key) { return from.readString(key); };
  readMap(reader, "loader", run.loader, readInteger, failure);
  readMap(reader, "config", run.config, readText, failure);
  readMap(reader, "shards", hashes, readText, failure);
  std::string hash = reader.readString("hash");
  if (Status status = failure ? reader.status() : failure; !status)
    return status.within(path);
  Json content = *json;
  content.erase("hash");
  if (std::string got = computeJsonHash(content); got != hash)
    return fileError("{}: hash expects {}, got {}: the file is damaged", path, hash, got);
  return run;
}

} // namespace

Status saveCheckpoint(const std::string &folder, const Checkpoint &checkpoint, int keep) try {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    return makeError(ErrorCode::Resource, "{}: cannot create: {}", folder, error.message());
  removeStale(folder);
  std::string path = getPath(folder, checkpoint.run.step);
  std::string temporary = fmt::format("{}.tmp-{}", path, ::getpid());
  if (::mkdir(temporary.c_str(), 0755) != 0)
    return systemError(temporary, "create");
  Status status = writeShards(temporary, checkpoint);
  if (status)
    status = moveIntoPlace(temporary, path);
  if (!status) {
    fs::remove_all(temporary, error);
    return status.within("checkpoint not saved");
  }
  std::string text = fmt::format("step-{}\n", checkpoint.run.step);
  std::span<const std::byte> piece = asBytes(text);
  if (Status status = replaceFile(folder + "/" + latestName, {&piece, 1}); !status)
    return status;
  removeOld(folder, checkpoint.run.step, keep);
  return {};
} catch (const std::bad_alloc &) {
  return makeError(ErrorCode::Resource, "{}: out of memory while a checkpoint was saved", folder);
}

Result<Checkpoint> loadCheckpoint(const std::string &path) {
  Checkpoint checkpoint;
  std::map<std::string, std::string> hashes;
  Result<RunRecord> run = readRun(path + "/" + runName, hashes);
  if (!run)
    return run.status();
  checkpoint.run = *run;
  auto shards = getShards(checkpoint.model);
  for (size_t i = 0; i < shards.size(); ++i) {
    std::string shard = path + "/" + shardNames[i];
    Result<std::vector<std::byte>> bytes = readFile(shard);
    if (!bytes)
      return fileError("{}", bytes.status().message());
    if (std::string got = computeHash(*bytes); got != hashes[shardNames[i]])
      return fileError("{}: hash expects {}, got {}: the file is damaged", shard,
                       hashes[shardNames[i]], got);
    Result<Safetensors> tensors = parseSafetensors(*bytes, shard);
    if (!tensors)
      return tensors.status();
    *shards[i] = std::move(tensors->tensors);
  }
  return checkpoint;
}

Result<FoundCheckpoint> loadLatestCheckpoint(const std::string &folder) {
  removeStale(folder);
  std::vector<uint64_t> steps = listSteps(folder);
  if (steps.empty())
    return makeError(ErrorCode::Usage, "{}: expects a folder with checkpoints, got none", folder);
  FoundCheckpoint found;
  Result<std::vector<std::byte>> latest = readFile(folder + "/" + latestName, 64);
  std::string name =
      latest ? std::string(reinterpret_cast<const char *>(latest->data()), latest->size()) : "";
  name = name.substr(0, name.find('\n'));
  std::optional<uint64_t> named = parseStep(name);
  auto place = named ? std::find(steps.begin(), steps.end(), *named) : steps.end();
  if (place != steps.end())
    std::rotate(steps.begin(), place, place + 1);
  else
    found.warnings.push_back(
        fmt::format("{}/{} does not name a checkpoint that is there", folder, latestName));
  for (uint64_t step : steps) {
    found.path = getPath(folder, step);
    Result<Checkpoint> checkpoint = loadCheckpoint(found.path);
    if (checkpoint) {
      found.checkpoint = std::move(*checkpoint);
      if (!found.warnings.empty())
        found.warnings.push_back(fmt::format("resuming from {}", found.path));
      return found;
    }
    found.warnings.push_back(checkpoint.status().message());
  }
  return fileError("{}: no checkpoint is whole: {}", folder, fmt::join(found.warnings, "; "));
}

} // namespace weft
