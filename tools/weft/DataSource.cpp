// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/DataSource.h"

#include <filesystem>

#include "models/common/Files.h"
#include "models/common/Images.h"
#include "models/common/Sounds.h"
#include "models/common/Worlds.h"
#include "tools/weft/Failure.h"

using namespace weft;
using namespace weft::driver;
using models::Unit;

std::vector<std::string> driver::listUnits() {
  std::vector<std::string> names;
  for (Unit unit :
       {Unit::Automatic, Unit::Bytes, Unit::Words, Unit::Images, Unit::Sounds, Unit::Pairs})
    names.emplace_back(models::getName(unit));
  return names;
}

models::Corpus driver::readCorpus(const std::string &path, const std::string &valid,
                                  const std::string &unit) {
  Unit asked = *models::findUnit(unit);
  if (asked == Unit::Images)
    return take(models::readImages(path, valid));
  if (asked == Unit::Sounds)
    return take(models::readSounds(path, valid));
  return take(models::readCorpus(path, valid, asked));
}

bool driver::isParallel(const std::string &path, const std::string &unit) {
  Unit asked = *models::findUnit(unit);
  return asked == Unit::Pairs || (asked == Unit::Automatic && models::isParallel(path));
}

models::Corpus driver::readPairs(const std::string &folder, Config &config) {
  models::PairSizes sizes = take(models::measurePairs(folder));
  for (auto [key, size] :
       {std::pair("source", &sizes.source), std::pair("target", &sizes.target)}) {
    if (!config.has(key))
      fail(ErrorCode::Usage, "parallel texts expect a model with a field {}, got one without", key);
    if (config.isDefault(key))
      config.set(key, std::to_string(*size), "the text");
    else
      *size = config.integer(key);
  }
  return take(models::readPairs(folder, sizes));
}

models::PairSizes driver::getPairSizes(const Session &session) {
  auto get = [&](const char *key) {
    const auto &config = session.module.manifest().config;
    auto found = config.find(key);
    int64_t size = found == config.end() ? 0 : std::atoll(found->second.c_str());
    if (size < 1)
      fail(ErrorCode::Usage, "parallel texts expect a model with a field {}, got {}", key,
           session.module.manifest().model);
    return size;
  };
  return {get("source"), get("target")};
}

std::vector<std::string> driver::listAllTasks() {
  std::vector<std::string> names = models::listTasks();
  for (std::string &world : models::listWorlds())
    names.push_back(std::move(world));
  return names;
}

models::Corpus driver::describeWorld(const std::string &world) {
  models::WorldFacts facts = models::makeWorld(world)->facts();
  std::string tokens;
  for (const std::string &token : facts.tokens)
    tokens += token + "\n";
  models::Corpus corpus;
  corpus.vocabulary = take(models::Vocabulary::parse(tokens, world));
  corpus.fingerprint = models::fingerprint(models::startOfFingerprint, world);
  corpus.fingerprint = models::fingerprint(corpus.fingerprint, tokens);
  return corpus;
}

Unit driver::getUnit(const models::Corpus &corpus, const std::string &unit) {
  Unit asked = *models::findUnit(unit);
  if (asked == Unit::Images || asked == Unit::Sounds || asked == Unit::Pairs)
    return asked;
  return corpus.vocabulary.isBytes() ? Unit::Bytes : Unit::Words;
}

void driver::checkRecords(const models::Corpus &corpus, int64_t length) {
  if (corpus.record > 0 && !corpus.train.labels.empty() && corpus.record != length)
    fail(ErrorCode::Usage,
         "a block of the model expects to be one pair of the data, {} words, got {} positions",
         corpus.record, length);
  if (corpus.record > 0 && corpus.record != length)
    fail(ErrorCode::Usage,
         "a block of the model expects to be one image of the data, {} bytes, got {} positions; "
         "context={} and the images' width would fit",
         corpus.record, length, corpus.record);
}

/// A folder itself, or its held-out parts in their order; a file.
static std::vector<std::string> listParts(const std::string &path) {
  std::vector<std::string> parts;
  std::error_code error;
  if (models::isFolder(path))
    for (const char *part : {"/valid", "/test"})
      if (std::filesystem::exists(path + part, error))
        parts.push_back(path + part);
  return parts.empty() ? std::vector<std::string>{path} : parts;
}

std::vector<models::TokenText> driver::readHeldOut(const std::string &path, Unit unit,
                                                   const models::Vocabulary &vocabulary,
                                                   const Session &session) {
  if (unit == Unit::Pairs)
    return take(models::readHeldOutPairs(path, vocabulary, getPairSizes(session)));
  if (unit != Unit::Images && unit != Unit::Sounds)
    return take(models::readHeldOut(path, vocabulary));
  std::vector<models::TokenText> texts;
  for (const std::string &part : listParts(path)) {
    std::vector<int32_t> ids =
        unit == Unit::Images ? take(models::readImageIds(part, session.getBlock("eval").second))
                             : take(models::readSoundIds(part));
    texts.push_back({std::move(ids), {}, part});
  }
  return texts;
}
