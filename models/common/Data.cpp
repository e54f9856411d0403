// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "models/common/Data.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "models/common/Files.h"
#include "models/common/Parts.h"

using namespace weft;
using namespace weft::models;

static constexpr std::pair<Unit, const char *> unitNames[] = {
    {Unit::Automatic, "auto"}, {Unit::Bytes, "bytes"},   {Unit::Words, "words"},
    {Unit::Images, "images"},  {Unit::Sounds, "sounds"}, {Unit::Pairs, "pairs"}};

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

static constexpr std::string_view endOfLine = "<eos>", noLabel = "_";

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

Vocabulary Vocabulary::ofText(std::string_view text, std::string_view labels) {
  Vocabulary result;
  std::unordered_set<std::string_view> seen;
  auto add = [&](std::string_view word, int64_t) {
    if (seen.insert(word).second)
      result.words.emplace_back(word);
    return true;
  };
  visitWords(text, add);
  seen.insert(noLabel);
  if (!labels.empty())
    visitWords(labels, add);
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

/// How many words each line has, <eos> included.
static std::vector<size_t> countWords(std::string_view text) {
  std::vector<size_t> counts;
  visitWords(text, [&](std::string_view, int64_t line) {
    counts.resize(size_t(line));
    ++counts.back();
    return true;
  });
  return counts;
}

Result<std::vector<int32_t>> Vocabulary::encodeLabels(std::string_view labels,
                                                      std::string_view text,
                                                      const std::string &origin) const {
  std::unordered_map<std::string_view, int32_t> idOf;
  for (size_t i = 0; i < words.size(); ++i)
    idOf.emplace(words[i], int32_t(i));
  idOf[noLabel] = idOf[endOfLine] = -1;
  std::vector<size_t> expected = countWords(text), counts = countWords(labels);
  auto mistake = [&](size_t line, const std::string &what) {
    return Status(ErrorCode::File, origin + ":" + std::to_string(line) + ": expects " + what);
  };
  expected.resize(std::max(expected.size(), counts.size()), 1);
  counts.resize(expected.size(), 1);
  for (size_t i = 0; i < counts.size(); ++i)
    if (counts[i] != expected[i])
      return mistake(i + 1, "a label or _ for each of the " + std::to_string(expected[i] - 1) +
                                " words of the line, got " + std::to_string(counts[i] - 1));
  std::vector<int32_t> ids;
  std::optional<Status> unknown;
  visitWords(labels, [&](std::string_view label, int64_t line) {
    auto found = idOf.find(label);
    if (found == idOf.end()) {
      unknown = mistake(size_t(line),
                        "labels that the training text has, got '" + std::string(label) + "'");
      return false;
    }
    ids.push_back(found->second);
    return true;
  });
  if (unknown)
    return *unknown;
  return ids;
}

std::string Vocabulary::decode(int32_t token) const {
  if (isBytes())
    return std::string(1, char(token));
  if (token < 0 || size_t(token) >= words.size())
    return "";
  return words[size_t(token)] == endOfLine ? "\n" : words[size_t(token)] + " ";
}

/// Bytes have no labels: a label is said behind a word.
static Result<TokenText> encodePart(const TextPart &part, const Vocabulary &vocabulary) {
  TokenText result{{}, {}, part.origin};
  if (part.text.empty())
    return result;
  Result<std::vector<int32_t>> ids = vocabulary.encode(part.text, part.origin);
  if (!ids)
    return ids.status();
  result.ids = *std::move(ids);
  if (part.labels.empty())
    return result;
  if (vocabulary.isBytes())
    return Status(ErrorCode::File,
                  part.origin + ".labels: expects tokens that are words, got bytes");
  Result<std::vector<int32_t>> labels =
      vocabulary.encodeLabels(part.labels, part.text, part.origin + ".labels");
  if (!labels)
    return labels.status();
  result.labels = *std::move(labels);
  return result;
}

Result<Corpus> models::readCorpus(const std::string &path, const std::string &valid, Unit unit) {
  Result<Parts> parts = readParts(path, valid);
  if (!parts)
    return parts.status();
  bool words = unit == Unit::Words || (unit == Unit::Automatic && parts->isWords);
  Corpus corpus;
  corpus.files = std::move(parts->files);
  corpus.vocabulary =
      words ? Vocabulary::ofText(parts->train.text, parts->train.labels) : Vocabulary::bytes();
  corpus.fingerprint = startOfFingerprint;
  for (const TextPart *part : {&parts->train, &parts->valid}) {
    corpus.fingerprint = models::fingerprint(corpus.fingerprint, part->text);
    if (!part->labels.empty())
      corpus.fingerprint = models::fingerprint(corpus.fingerprint, part->labels);
  }
  for (auto [tokens, part] :
       {std::pair(&corpus.train, &parts->train), std::pair(&corpus.valid, &parts->valid),
        std::pair(&corpus.test, &parts->test)}) {
    Result<TokenText> encoded = encodePart(*part, corpus.vocabulary);
    if (!encoded)
      return encoded.status();
    *tokens = *std::move(encoded);
  }
  return corpus;
}

Result<std::vector<TokenText>> models::readHeldOut(const std::string &path,
                                                   const Vocabulary &vocabulary) {
  Result<std::vector<TextPart>> parts = readHeldOutParts(path);
  if (!parts)
    return parts.status();
  std::vector<TokenText> result;
  for (const TextPart &part : *parts) {
    Result<TokenText> encoded = encodePart(part, vocabulary);
    if (!encoded)
      return encoded.status();
    result.push_back(*std::move(encoded));
  }
  return result;
}

Status Corpus::verifyUnchanged() const {
  for (const TextFile &file : files)
    if (Status status = models::verifyUnchanged(file); !status)
      return status;
  return {};
}
