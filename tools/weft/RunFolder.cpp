// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/RunFolder.h"

#include <filesystem>
#include <sstream>

#include <nlohmann/json.hpp>

#include "runtime/base/File.h"
#include "tools/weft/Failure.h"
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

void RunFolder::create() const {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    fail(ErrorCode::Resource, "{}: cannot create: {}", folder, error.message());
}

void RunFolder::removeStale() const {
  std::error_code error;
  std::vector<fs::path> stale;
  for (const auto &entry : fs::directory_iterator(folder, error))
    if (isStaleDraft(entry.path().filename().string()))
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
                                 {"unit", facts.words ? "words" : "bytes"},
                                 {"seed", facts.seed},
                                 {"fingerprint", facts.fingerprint}};
  writeFile(folder + "/run.json",
            json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

RunFacts RunFolder::readFacts() const {
  std::string path = folder + "/run.json";
  std::string text = take(models::readText(path));
  try {
    nlohmann::json json = nlohmann::json::parse(text);
    return {json.at("model"),           json.at("data"), json.at("valid"),
            json.at("unit") == "words", json.at("seed"), json.at("fingerprint")};
  } catch (const nlohmann::json::exception &error) {
    fail(ErrorCode::File, "{}: expects the facts of a run: {}", path, error.what());
  }
}

void RunFolder::writeVocabulary(const models::Vocabulary &vocabulary) const {
  if (!vocabulary.isBytes())
    check(vocabulary.write(folder + "/vocabulary.txt"));
}

models::Vocabulary RunFolder::readVocabulary(const RunFacts &facts) const {
  return facts.words ? take(models::Vocabulary::read(folder + "/vocabulary.txt"))
                     : models::Vocabulary::bytes();
}

bool RunFolder::trimMetrics(int64_t step) const {
  std::string kept;
  bool isMeasured = false;
  std::string text;
  if (isThere(metrics())) {
    std::vector<std::byte> bytes = take(readFile(metrics()));
    text.assign(reinterpret_cast<const char *>(bytes.data()), bytes.size());
  }
  std::istringstream file(text);
  for (std::string line; std::getline(file, line);) {
    nlohmann::json record = nlohmann::json::parse(line, nullptr, false);
    // A line cut short by a kill does not parse and goes too.
    if (!record.is_object() || record.value("step", int64_t(0)) > step)
      continue;
    isMeasured |= record.value("step", int64_t(0)) == step && record.contains("valid_loss");
    kept += line + "\n";
  }
  writeFile(metrics(), kept);
  return isMeasured;
}
