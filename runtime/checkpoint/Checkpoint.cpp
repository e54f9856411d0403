// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "weft/Checkpoint.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <xxhash.h>

#include "runtime/base/File.h"
#include "runtime/base/Format.h"
#include "runtime/base/Json.h"
#include "runtime/checkpoint/CheckpointFolder.h"
#include "runtime/checkpoint/SafetensorsPieces.h"

namespace weft {
namespace {

namespace fs = std::filesystem;

constexpr const char *shardNames[] = {"params.safetensors", "optimizer.safetensors",
                                      "states.safetensors"};
constexpr const char *runName = "run.json";
constexpr int64_t runFormat = 2;

template <typename Model> auto getShards(Model &model) {
  return std::array{&model.params, &model.optimizer, &model.states};
}

/// XXH3, 128 bits, of bytes that come in pieces.
class Hasher {
public:
  Hasher() : state(XXH3_createState(), &XXH3_freeState) {
    if (!state)
      throw std::bad_alloc();
    XXH3_128bits_reset(state.get());
  }
  void add(std::span<const std::byte> bytes) {
    XXH3_128bits_update(state.get(), bytes.data(), bytes.size());
    count += bytes.size();
  }
  uint64_t getCount() const { return count; }
  std::string format() const {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state.get()));
    return fmt::format("{:02x}",
                       fmt::join(canonical.digest, canonical.digest + sizeof canonical.digest, ""));
  }

private:
  std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state;
  uint64_t count = 0;
};

std::string computeHash(std::span<const std::byte> bytes) {
  Hasher hasher;
  hasher.add(bytes);
  return hasher.format();
}

/// Text of a command line need not be UTF-8; what is not becomes U+FFFD.
std::string format(const Json &json, int indent = -1) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

std::string computeJsonHash(const Json &json) { return computeHash(asBytes(format(json))); }

/// What run.json says of the other files.
struct ShardFacts {
  uint64_t bytes = 0;
  std::string hash;
};
using ShardTable = std::map<std::string, ShardFacts>;

Json describeRun(const RunRecord &run, const ShardTable &shards) {
  Json table = Json::object();
  for (const auto &[name, facts] : shards)
    table[name] = {{"bytes", facts.bytes}, {"hash", facts.hash}};
  Json json = {{"format", runFormat},  {"step", run.step},     {"seed", run.seed},
               {"loader", run.loader}, {"config", run.config}, {"shards", table}};
  json["hash"] = computeJsonHash(json);
  return json;
}

/// A part that is missing or cannot be read makes a checkpoint a damaged one; memory that is
/// missing does not.
Status asDamage(const Status &status) {
  return status.code() == ErrorCode::Resource ? status : fileError("{}", status.message());
}

Status compareShard(const std::string &path, const ShardFacts &expected, const ShardFacts &got) {
  if (got.bytes != expected.bytes)
    return fileError("{}: expects {} bytes, got {}: the file is damaged", path, expected.bytes,
                     got.bytes);
  if (got.hash != expected.hash)
    return fileError("{}: hash expects {}, got {}: the file is damaged", path, expected.hash,
                     got.hash);
  return {};
}

/// The bytes of a shard that run.json vouches for.
Result<std::vector<std::byte>> readShard(const std::string &path, const ShardFacts &facts) {
  Result<std::vector<std::byte>> bytes = readFile(path);
  if (!bytes)
    return asDamage(bytes.status());
  if (Status status = compareShard(path, facts, {bytes->size(), computeHash(*bytes)}); !status)
    return status;
  return bytes;
}

/// The same check without the memory.
Status verifyShard(const std::string &path, const ShardFacts &facts) {
  Hasher hasher;
  Status status = readPieces(path, [&](std::span<const std::byte> piece) { hasher.add(piece); });
  return status ? compareShard(path, facts, {hasher.getCount(), hasher.format()})
                : asDamage(status);
}

Status writeShards(const std::string &path, const Checkpoint &checkpoint) {
  ShardTable table;
  auto shards = getShards(checkpoint.model);
  for (size_t i = 0; i < shards.size(); ++i) {
    std::string head;
    Result<std::vector<std::span<const std::byte>>> pieces =
        layOutSafetensors(*shards[i], {}, head);
    if (!pieces)
      return pieces.status();
    Hasher hasher;
    for (std::span<const std::byte> piece : *pieces)
      hasher.add(piece);
    table[shardNames[i]] = {hasher.getCount(), hasher.format()};
    if (Status status = writeNewFile(path + "/" + shardNames[i], *pieces); !status)
      return status;
  }
  std::string text = format(describeRun(checkpoint.run, table), 1) + "\n";
  std::span<const std::byte> piece = asBytes(text);
  if (Status status = writeNewFile(path + "/" + runName, {&piece, 1}); !status)
    return status;
  // What the disk holds is read once before an older checkpoint may go for it.
  for (const auto &[name, facts] : table)
    if (Status status = verifyShard(path + "/" + name, facts); !status)
      return status;
  return syncFolder(path);
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

Result<RunRecord> readRun(const std::string &path, ShardTable &shards) {
  Result<std::vector<std::byte>> bytes = readFile(path);
  if (!bytes)
    return asDamage(bytes.status());
  Result<JsonTree> json = parseJson({reinterpret_cast<const char *>(bytes->data()), bytes->size()});
  if (!json)
    return json.status().within(path);
  JsonReader reader(json->value, "");
  if (int64_t format = reader.readInteger("format", 0, INT64_MAX);
      reader.status() && format != runFormat)
    return fileError("{}: expects format {}, got {}", path, runFormat, format);
  RunRecord run;
  Status failure;
  run.step = uint64_t(reader.readInteger("step", 0, INT64_MAX));
  if (reader.has("seed") && json->value["seed"].is_number_unsigned())
    run.seed = json->value["seed"].get<uint64_t>();
  else
    reader.fail("seed", "a number in [0, 2^64)", nullptr);
  auto readInteger = [](JsonReader &from, const char *key) {
    return from.readInteger(key, INT64_MIN, INT64_MAX);
  };
  auto readText = [](JsonReader &from, const char *key) { return from.readString(key); };
  readMap(reader, "loader", run.loader, readInteger, failure);
  readMap(reader, "config", run.config, readText, failure);
  auto readFacts = [&](JsonReader &from, const char *key) {
    JsonReader entry(from.readObject(key), fmt::format("shards.{}", key));
    ShardFacts facts = {uint64_t(entry.readInteger("bytes", 0, INT64_MAX)),
                        entry.readString("hash")};
    if (failure)
      failure = entry.status();
    return facts;
  };
  readMap(reader, "shards", shards, readFacts, failure);
  std::string hash = reader.readString("hash");
  if (Status status = failure ? reader.status() : failure; !status)
    return status.within(path);
  json->value.erase("hash");
  if (std::string got = computeJsonHash(json->value); got != hash)
    return fileError("{}: hash expects {}, got {}: the file is damaged", path, hash, got);
  return run;
}

/// Whether all files are there at their sizes; their hashes were checked when they were written.
bool isWhole(const std::string &path) {
  ShardTable shards;
  if (!readRun(path + "/" + runName, shards))
    return false;
  for (const auto &[name, facts] : shards) {
    struct stat info;
    if (::stat((path + "/" + name).c_str(), &info) != 0 || uint64_t(info.st_size) != facts.bytes)
      return false;
  }
  return true;
}

/// "; a save takes 5000 bytes, 3000 are free: 2000 are missing".
std::string describeSpace(const std::string &folder, uint64_t needed) {
  struct statvfs info;
  if (::statvfs(folder.c_str(), &info) != 0)
    return "";
  uint64_t free = uint64_t(info.f_bavail) * info.f_frsize;
  std::string text = fmt::format("; it takes {} bytes, {} are free", needed, free);
  return free < needed ? text + fmt::format(": {} are missing", needed - free) : text;
}

/// A save that fails is a failure of the disk, whatever a single call says.
Status failSave(const CheckpointFolder &folder, const Checkpoint &checkpoint, Status status) {
  if (status.code() == ErrorCode::Model)
    return status;
  return makeError(ErrorCode::Resource, "checkpoint of step {} not saved: {}{}",
                   checkpoint.run.step, status.message(),
                   describeSpace(folder.path(), estimateBytes(checkpoint.model)));
}

Status save(const CheckpointFolder &folder, const Checkpoint &checkpoint) {
  uint64_t step = checkpoint.run.step;
  Status status = folder.create();
  if (status)
    status = folder.removeStale();
  if (!status)
    return status;
  std::string draft = folder.getDraft(step);
  if (::mkdir(draft.c_str(), 0755) != 0)
    return systemError(draft, "create");
  status = writeShards(draft, checkpoint);
  if (!status) {
    std::error_code ignored;
    fs::remove_all(draft, ignored);
    return status;
  }
  status = folder.moveIntoPlace(step);
  if (status)
    status = folder.writeLatest(step);
  return status;
}

} // namespace

uint64_t estimateBytes(const ModelState &model) {
  // Names, shapes and places in the headers, and the run's record.
  uint64_t bytes = 65536;
  for (const TensorMap *shard : getShards(model))
    for (const auto &[name, tensor] : *shard)
      bytes += uint64_t(tensor.byteCount()) + name.size() + 256;
  return bytes;
}

Status checkSpace(const std::string &folder, const ModelState &model, int saves) {
  struct statvfs info;
  if (::statvfs(folder.c_str(), &info) != 0)
    return systemError(folder, "ask for free space");
  uint64_t free = uint64_t(info.f_bavail) * info.f_frsize;
  uint64_t needed = estimateBytes(model) * uint64_t(saves);
  if (free >= needed)
    return {};
  return makeError(ErrorCode::Resource,
                   "{}: {} checkpoints take {} bytes, {} are free: {} are missing", folder, saves,
                   needed, free, needed - free);
}

Status saveCheckpoint(const std::string &path, const Checkpoint &checkpoint, int keep) try {
  CheckpointFolder folder(path);
  if (Status status = save(folder, checkpoint); !status)
    return failSave(folder, checkpoint, status);
  Status status = folder.dispose(checkpoint.run.step, keep, isWhole);
  return status ? status
                : makeError(ErrorCode::Resource,
                            "checkpoint of step {} saved, but older ones do not go: {}",
                            checkpoint.run.step, status.message());
} catch (const std::bad_alloc &) {
  return outOfMemory("{}: out of memory while a checkpoint was saved", path);
}

Status removeStaleCheckpoints(const std::string &path) {
  return CheckpointFolder(path).removeStale();
}

Result<std::vector<std::string>> listCheckpoints(const std::string &path) {
  CheckpointFolder folder(path);
  Result<std::vector<uint64_t>> steps = folder.listSteps();
  if (!steps)
    return steps.status();
  uint64_t latest = folder.readLatest().value_or(UINT64_MAX);
  std::vector<std::string> paths;
  for (uint64_t step : *steps)
    if (step <= latest)
      paths.push_back(folder.getPath(step));
  return paths;
}

Result<Checkpoint> loadCheckpoint(const std::string &path) try {
  Checkpoint checkpoint;
  ShardTable table;
  Result<RunRecord> run = readRun(path + "/" + runName, table);
  if (!run)
    return run.status();
  checkpoint.run = *run;
  auto shards = getShards(checkpoint.model);
  for (size_t i = 0; i < shards.size(); ++i) {
    std::string shard = path + "/" + shardNames[i];
    Result<std::vector<std::byte>> bytes = readShard(shard, table[shardNames[i]]);
    if (!bytes)
      return bytes.status();
    Result<Safetensors> tensors = parseSafetensors(*bytes, shard);
    if (!tensors)
      return tensors.status();
    *shards[i] = std::move(tensors->tensors);
  }
  return checkpoint;
} catch (const std::bad_alloc &) {
  return outOfMemory("{}: out of memory while a checkpoint was read", path);
}

Result<FoundCheckpoint> loadLatestCheckpoint(const std::string &path) try {
  CheckpointFolder folder(path);
  Result<std::vector<uint64_t>> list = folder.listSteps();
  if (!list)
    return list.status();
  std::vector<uint64_t> steps = *list;
  if (steps.empty())
    return makeError(ErrorCode::Usage, "{}: expects a folder with checkpoints, got none", path);
  FoundCheckpoint found;
  std::optional<uint64_t> named = folder.readLatest();
  auto place = named ? std::find(steps.begin(), steps.end(), *named) : steps.end();
  if (place != steps.end())
    std::rotate(steps.begin(), place, place + 1);
  else if (folder.hasLatest() || steps.size() > 1) // else: a first save that was cut short
    found.warnings.push_back(
        fmt::format("{}/LATEST does not name a checkpoint that is there", path));
  for (uint64_t step : steps) {
    found.path = folder.getPath(step);
    Result<Checkpoint> checkpoint = loadCheckpoint(found.path);
    if (checkpoint && checkpoint->run.step != step)
      checkpoint = fileError("{}: expects the checkpoint of step {}, got that of step {}",
                             found.path, step, checkpoint->run.step);
    if (checkpoint) {
      found.checkpoint = std::move(*checkpoint);
      if (!found.warnings.empty())
        found.warnings.push_back(fmt::format("resuming from {}", found.path));
      return found;
    }
    found.warnings.push_back(checkpoint.status().message());
  }
  return fileError("{}: no checkpoint is whole: {}", path, fmt::join(found.warnings, "; "));
} catch (const std::bad_alloc &) {
  return outOfMemory("{}: out of memory while a checkpoint was looked for", path);
}

} // namespace weft
