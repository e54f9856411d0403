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

std::vector<int32_t> driver::readIds(const std::string &path, Unit unit,
                                     const models::Vocabulary &vocabulary, const Session &session) {
  if (unit == Unit::Images)
    return take(models::readImageIds(path, session.getBlock("eval").second));
  if (unit == Unit::Sounds)
    return take(models::readSoundIds(path));
  std::string text = take(models::readText(path));
  return take(vocabulary.encode(text, path));
}

std::vector<std::string> driver::listParts(const std::string &path, Unit unit) {
  if (!models::isFolder(path))
    return {path};
  bool isText = unit == Unit::Bytes || unit == Unit::Words;
  std::vector<std::string> parts;
  std::error_code error;
  for (std::string part : {"/valid", "/test"})
    if (std::string name = path + part + (isText ? ".txt" : "");
        std::filesystem::exists(name, error))
      parts.push_back(name);
  if (parts.empty() && isText)
    fail(ErrorCode::File, "{}: expects valid.txt or test.txt in the folder", path);
  return parts.empty() ? std::vector<std::string>{path} : parts;
}
