// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/DataSource.h"

#include <filesystem>

#include "models/common/Files.h"
#include "models/common/Images.h"
#include "models/common/Sounds.h"
#include "tools/weft/Failure.h"

using namespace weft;
using namespace weft::driver;
using models::Unit;

std::vector<std::string> driver::listUnits() {
  std::vector<std::string> names;
  for (Unit unit : {Unit::Automatic, Unit::Bytes, Unit::Words, Unit::Images, Unit::Sounds})
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

Unit driver::getUnit(const models::Corpus &corpus, const std::string &unit) {
  Unit asked = *models::findUnit(unit);
  if (asked == Unit::Images || asked == Unit::Sounds)
    return asked;
  return corpus.vocabulary.isBytes() ? Unit::Bytes : Unit::Words;
}

void driver::checkRecords(const models::Corpus &corpus, int64_t length) {
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
