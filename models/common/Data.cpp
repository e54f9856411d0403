// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "models/common/Data.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <unordered_map>
#include <unordered_set>

#include "models/common/Files.h"

using namespace weft;
using namespace weft::models;

static constexpr std::pair<Unit, const char *> unitNames[] = {{Unit::Automatic, "auto"},
                                                              {Unit::Bytes, "bytes"},
                                                              {Unit::Words, "words"},
                                                              {Unit::Images, "images"},
                                                              {Unit::Sounds, "sounds"}};

const char *models::getName(Unit unit) {
  return std::find_if(std::begin(unitNames), std::end(unitNames),
                      [&](auto &entry) { return entry.first == unit; })
      ->second;
}

std::optional<Unit> models::findUnit(std::string_view name) {
  for (auto [unit, known] : unitNames)
    if (name == known)
      return unit;
  return std::nullopt;
}

static constexpr std::string_view endOfLine = "<eos>";

static bool isSpace(char byte) { return std::strchr(" \t\r\v\f", byte) && byte != 0; }

/// Calls visit(word, line) for every word, <eos> included; stops when it returns false.
static void visitWords(std::string_view text,
                       const std::function<bool(std::string_view, int64_t)> &visit) {
  int64_t line = 1;
  for (size_t begin = 0; begin <= text.size(); ++line) {
    size_t end = std::min(text.find('\n', begin), text.size());
    for (size_t at = begin; at < end;) {
      while (at < end && isSpace(text[at]))
        ++at;
      size_t word = at;
      while (at < end && !isSpace(text[at]))
        ++at;
      if (at > word && !visit(text.substr(word, at - word), line))
        return;
    }
    // A text that ends in a line end has no further line.
    if (!visit(endOfLine, line) || end + 1 >= text.size())
      return;
    begin = end + 1;
  }
}

Vocabulary Vocabulary::ofText(std::string_view text) {
  Vocabulary result;
  std::unordered_map<std::string_view, bool> seen;
  visitWords(text, [&](std::string_view word, int64_t) {
    if (seen.emplace(word, true).second)
      result.words.emplace_back(word);
    return true;
  });
  return result;
}

Result<Vocabulary> Vocabulary::read(const std::string &path) {
  Result<std::string> text = readText(path);
  if (!text)
    return text.status();
  return parse(*text, path);
}

Result<Vocabulary> Vocabulary::parse(std::string_view text, const std::string &path) {
  Vocabulary result;
  std::unordered_set<std::string_view> seen;
  for (size_t begin = 0; begin < text.size();) {
    size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view word = text.substr(begin, end - begin);
    if (word.empty() || std::any_of(word.begin(), word.end(), isSpace) || !seen.insert(word).second)
      return Status(ErrorCode::File, path + ":" + std::to_string(result.words.size() + 1) +
                                         ": expects one word that no line before has, got '" +
                                         std::string(word.substr(0, 60)) + "'");
    result.words.emplace_back(word);
    begin = end + 1;
  }
  if (result.words.empty())
    return Status(ErrorCode::File, path + ": expects words, got none");
  return result;
}

std::string Vocabulary::text() const {
  std::string lines;
  for (const std::string &word : words)
    lines.append(word).append("\n");
  return lines;
}

Result<std::vector<int32_t>> Vocabulary::encode(std::string_view text,
                                                const std::string &origin) const {
  std::vector<int32_t> ids;
  if (isBytes()) {
    ids.reserve(text.size());
    for (char byte : text)
      ids.push_back(uint8_t(byte));
    return ids;
  }
  std::unordered_map<std::string_view, int32_t> idOf;
  for (size_t i = 0; i < words.size(); ++i)
    idOf.emplace(words[i], int32_t(i));
  std::string unknown;
  visitWords(text, [&](std::string_view word, int64_t line) {
    auto found = idOf.find(word);
    if (found == idOf.end()) {
      unknown = origin + ":" + std::to_string(line) +
                ": expects words of the training text, got '" + std::string(word) + "'";
      return false;
    }
    ids.push_back(found->second);
    return true;
  });
  if (!unknown.empty())
    return Status(ErrorCode::File, unknown);
  return ids;
}

std::string Vocabulary::decode(int32_t token) const {
  if (isBytes())
    return std::string(1, char(token));
  if (token < 0 || size_t(token) >= words.size())
    return "";
  return words[size_t(token)] == endOfLine ? "\n" : words[size_t(token)] + " ";
}

namespace {
/// The parts of a corpus as text, with the paths that errors name.
struct Parts {
  std::string train, valid, test;
  std::string trainPath, validPath, testPath;
  bool isFolder = false;
  std::vector<TextFile> files;
};
} // namespace

static Result<Parts> readParts(const std::string &path, const std::string &valid) {
  Parts parts;
  std::error_code error;
  parts.isFolder = std::filesystem::is_directory(path, error);
  parts.trainPath = parts.isFolder ? path + "/train.txt" : path;
  parts.validPath = !valid.empty() ? valid : parts.isFolder ? path + "/valid.txt" : path;
  std::vector<std::pair<std::string *, std::string>> reads = {{&parts.train, parts.trainPath}};
  if (parts.validPath != parts.trainPath)
    reads.emplace_back(&parts.valid, parts.validPath);
  if (parts.isFolder && std::filesystem::exists(path + "/test.txt", error))
    reads.emplace_back(&parts.test, parts.testPath = path + "/test.txt");
  for (auto &[text, file] : reads) {
    Result<std::string> content = readText(file, &parts.files.emplace_back());
    if (!content)
      return content.status();
    *text = *std::move(content);
  }
  if (parts.validPath == parts.trainPath) {
    size_t kept = parts.train.size() - parts.train.size() / 20;
    parts.valid = parts.train.substr(kept);
    parts.train.resize(kept);
  }
  return parts;
}

Result<Corpus> models::readCorpus(const std::string &path, const std::string &valid, Unit unit) {
  Result<Parts> parts = readParts(path, valid);
  if (!parts)
    return parts.status();
  bool words = unit == Unit::Words || (unit == Unit::Automatic && parts->isFolder);
  Corpus corpus;
  corpus.files = std::move(parts->files);
  corpus.vocabulary = words ? Vocabulary::ofText(parts->train) : Vocabulary::bytes();
  corpus.fingerprint =
      models::fingerprint(models::fingerprint(startOfFingerprint, parts->train), parts->valid);
  struct Part {
    std::vector<int32_t> *ids;
    const std::string *text, *origin;
  };
  for (auto [ids, text, origin] : {Part{&corpus.train, &parts->train, &parts->trainPath},
                                   Part{&corpus.valid, &parts->valid, &parts->validPath},
                                   Part{&corpus.test, &parts->test, &parts->testPath}}) {
    if (text->empty())
      continue;
    Result<std::vector<int32_t>> encoded = corpus.vocabulary.encode(*text, *origin);
    if (!encoded)
      return encoded.status();
    *ids = *std::move(encoded);
  }
  return corpus;
}

Status Corpus::verifyUnchanged() const {
  for (const TextFile &file : files)
    if (Status status = models::verifyUnchanged(file); !status)
      return status;
  return {};
}
