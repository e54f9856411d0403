// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/RunFolder.h"

#include <filesystem>
#include <fstream>
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

bool RunFolder::exists() const {
  std::error_code error;
  return fs::exists(folder + "/run.json", error);
}

bool RunFolder::hasCheckpoint() const {
  std::error_code none;
  for (const auto &entry : fs::directory_iterator(checkpoints(), none))
    if (entry.path().filename().string().starts_with("step-") && !entry.path().has_extension())
      return true;
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
  std::ifstream file(metrics());
  std::string kept;
  bool isMeasured = false;
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
