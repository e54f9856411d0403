// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/RunFolder.h"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <unistd.h>

#include "runtime/base/File.h"
#include "runtime/base/Json.h"
#include "tools/weft/Failure.h"
#include "tools/weft/Quote.h"
#include "weft/Checkpoint.h"

using namespace weft;
using namespace weft::driver;
namespace fs = std::filesystem;

void driver::writeFile(const std::string &path, const std::string &content) {
  check(replaceFile(path, {{asBytes(content)}}));
}

/// Whether it is there. What cannot be told must not count as absent: a run would begin again.
static bool isThere(const std::string &path) {
  std::error_code error;
  bool found = fs::exists(path, error);
  if (error)
    fail(ErrorCode::Resource, "{}: cannot read: {}", path, error.message());
  return found;
}

bool RunFolder::exists() const { return isThere(folder + "/run.json"); }

bool RunFolder::hasCheckpoint() const {
  if (!isThere(checkpoints()))
    return false;
  std::error_code error;
  for (fs::directory_iterator it(checkpoints(), error), end; !error && it != end;
       it.increment(error))
    if (it->path().filename().string().starts_with("step-") && !it->path().has_extension())
      return true;
  if (error)
    fail(ErrorCode::Resource, "{}: cannot list: {}", checkpoints(), error.message());
  return false;
}

/// A dangling link is there, too.
static bool isAbsent(const fs::path &path) {
  std::error_code error;
  return fs::symlink_status(path, error).type() == fs::file_type::not_found;
}

void RunFolder::requireWritable() const {
  fs::path path = fs::absolute(folder);
  while (isAbsent(path))
    path = path.parent_path();
  std::error_code error;
  if (!fs::is_directory(path, error) && !error)
    fail(ErrorCode::Resource, "{}: cannot create: {} is no folder", folder, path.string());
  if (access(path.c_str(), W_OK | X_OK) != 0)
    fail(ErrorCode::Resource, "{}: cannot write: {}: {}", folder, path.string(),
         std::strerror(errno));
}

std::vector<std::string> RunFolder::parts() const {
  return {artifact(), config(), metrics(), vocabulary(), checkpoints(), diagnostic()};
}

/// The drafts of run.json, by which a run that has not begun is known.
static bool isMark(const std::string &name) { return name.starts_with("run.json.tmp-"); }

RunFolder::Writer RunFolder::findWriter() const {
  Writer found = Writer::None;
  std::error_code error;
  if (!fs::is_directory(folder, error))
    return found;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::string name = it->path().filename().string();
    if (isMark(name) && !isStaleDraft(name))
      return Writer::Alive;
    if (isMark(name))
      found = Writer::Gone;
  }
  if (error)
    fail(ErrorCode::Resource, "{}: cannot list: {}", folder, error.message());
  return found;
}

void RunFolder::requireFree() const {
  std::string record = folder + "/run.json";
  auto refuse = [&](const std::string &path) {
    fail(ErrorCode::Usage,
         "{} is there, but {} holds no run: move it away, or choose another --out DIR", path,
         folder);
  };
  if (exists()) {
    try {
      readFacts();
    } catch (const Failure &failure) {
      if (failure.status.code() == ErrorCode::Resource)
        throw;
      refuse(record);
    }
    fail(ErrorCode::Usage, "{} holds a run: --resume goes on with it, --out DIR starts another",
         folder);
  }
  Writer writer = findWriter();
  if (writer == Writer::Alive)
    fail(ErrorCode::Usage, "another process begins a run in {}: choose another --out DIR", folder);
  std::vector<std::string> names = {record};
  if (writer == Writer::None)
    names = parts(), names.push_back(record);
  for (const std::string &name : names)
    if (!isAbsent(name))
      refuse(name);
}

NewRun::NewRun(const RunFolder &folder)
    : folder(folder), mark(fmt::format("{}/run.json.tmp-{}", folder.path(), ::getpid())) {
  folder.requireFree();
  bool hasLeftovers = folder.findWriter() == RunFolder::Writer::Gone;
  for (fs::path path = fs::absolute(folder.path()); isAbsent(path); path = path.parent_path())
    folders.push_back(path.string());
  try {
    folder.create();
    check(writeNewFile(mark, {}));
    check(syncFolder(folder.path()));
    // Of two that have come so far at once each sees the other.
    if (folder.findWriter() == RunFolder::Writer::Alive)
      folder.requireFree();
  } catch (const Failure &) {
    removeMark();
    throw;
  }
  if (hasLeftovers)
    removeParts();
}

void NewRun::keep(const RunFacts &facts) {
  folder.writeFacts(facts); // the draft that this renames is the mark
  isKept = true;
  folder.removeStale(); // marks of processes that are gone
}

void NewRun::removeParts() const {
  std::error_code ignored;
  for (const std::string &part : folder.parts())
    fs::remove_all(part, ignored);
  // Without parts, what other marks say is no longer true: the next files of these names are not of
  // a run.
  std::vector<fs::path> others;
  for (const auto &entry : fs::directory_iterator(folder.path(), ignored))
    if (std::string name = entry.path().filename().string();
        isMark(name) && isStaleDraft(name) && entry.path() != fs::path(mark))
      others.push_back(entry.path());
  for (const fs::path &other : others)
    fs::remove(other, ignored);
}

void NewRun::removeMark() const {
  std::error_code ignored;
  fs::remove(mark, ignored);
  for (const std::string &path : folders)
    fs::remove(path, ignored); // only where nothing else is in it
}

NewRun::~NewRun() {
  if (isKept)
    return;
  removeParts();
  removeMark();
}

void RunFolder::create() const {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    fail(ErrorCode::Resource, "{}: cannot create: {}", folder, error.message());
}

void RunFolder::removeStale() const {
  std::error_code error;
  std::vector<fs::path> stale;
  bool isRun = exists(); // before that the marks say whose files the parts are
  for (const auto &entry : fs::directory_iterator(folder, error))
    if (std::string name = entry.path().filename().string();
        isStaleDraft(name) && (isRun || !isMark(name)))
      stale.push_back(entry.path());
  for (const fs::path &path : stale)
    fs::remove(path, error);
  for (const std::string &saves : {checkpoints(), diagnostic()})
    check(removeStaleCheckpoints(saves));
}

void RunFolder::writeFacts(const RunFacts &facts) const {
  nlohmann::ordered_json json = {{"format", 1},
                                 {"model", facts.model},
                                 {"data", facts.data},
                                 {"valid", facts.valid},
                                 {"unit", models::getName(facts.unit)},
                                 {"seed", facts.seed},
                                 {"fingerprint", facts.fingerprint}};
  writeFile(folder + "/run.json", toText(json, 2) + "\n");
}

RunFacts driver::readFacts(std::string_view text, const std::string &path) {
  Result<JsonTree> json = parseJson(text);
  check(json.status().within(path));
  JsonReader reader(json->value, "");
  auto readSeed = [&](const char *key) {
    if (reader.has(key) && json->value[key].is_number_unsigned())
      return json->value[key].get<uint64_t>();
    reader.fail(key, "a number in [0, 2^64)", nullptr);
    return uint64_t(0);
  };
  RunFacts facts;
  reader.readInteger("format", 1, 1);
  facts.model = reader.readString("model");
  facts.data = reader.readString("data");
  facts.valid = reader.readString("valid");
  std::string unit = reader.readString("unit");
  std::optional<models::Unit> found = models::findUnit(unit);
  if (reader.status() && (!found || found == models::Unit::Automatic))
    reader.fail("unit", "bytes, words, images or sounds", nullptr);
  facts.unit = found.value_or(models::Unit::Bytes);
  facts.seed = readSeed("seed");
  facts.fingerprint = readSeed("fingerprint");
  check(reader.status().within(path));
  return facts;
}

RunFacts RunFolder::readFacts() const {
  std::string path = folder + "/run.json";
  return driver::readFacts(take(models::readText(path)), path);
}

void RunFolder::writeVocabulary(const models::Vocabulary &vocabulary) const {
  if (!vocabulary.isBytes())
    writeFile(this->vocabulary(), vocabulary.text());
}

models::Vocabulary RunFolder::readVocabulary(const RunFacts &facts) const {
  return models::hasWords(facts.unit) ? take(models::Vocabulary::read(vocabulary()))
                                      : models::Vocabulary::bytes();
}

Metrics driver::keepMetrics(std::string_view text, int64_t step) {
  Metrics kept;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    // A line cut short by a kill does not parse and goes too.
    Result<JsonTree> record = parseJson(line);
    if (!record)
      continue;
    JsonReader reader(record->value, "");
    int64_t of = reader.readInteger("step", 0, INT64_MAX);
    if (!reader.status() || of > step)
      continue;
    kept.skipped += reader.has("skipped");
    kept.isMeasured |= of == step && reader.has("valid_loss");
    kept.lines.append(line).append("\n");
  }
  return kept;
}

Metrics RunFolder::trimMetrics(int64_t step) const {
  std::vector<std::byte> bytes;
  if (isThere(metrics()))
    bytes = take(readFile(metrics()));
  Metrics kept = keepMetrics({reinterpret_cast<const char *>(bytes.data()), bytes.size()}, step);
  writeFile(metrics(), kept.lines);
  return kept;
}
