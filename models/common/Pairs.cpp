// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "models/common/Pairs.h"

#include <algorithm>
#include <filesystem>

#include "models/common/Files.h"

using namespace weft;
using namespace weft::models;

using Lines = std::vector<std::vector<int32_t>>;

namespace {
/// The two texts of a part.
struct Sides {
  std::string source, target;
  std::string sourcePath, targetPath;
};
} // namespace

static bool exists(const std::string &path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

bool models::isParallel(const std::string &path) {
  return isFolder(path) && exists(path + "/train.source");
}

static Result<Sides> readSides(const std::string &folder, const char *part,
                               std::vector<TextFile> *files) {
  Sides sides;
  sides.sourcePath = folder + "/" + part + ".source";
  sides.targetPath = folder + "/" + part + ".target";
  for (auto [text, path] :
       {std::pair(&sides.source, &sides.sourcePath), std::pair(&sides.target, &sides.targetPath)}) {
    Result<std::string> content = readText(*path, files ? &files->emplace_back() : nullptr);
    if (!content)
      return content.status();
    *text = *std::move(content);
    if (!text->empty() && text->back() != '\n')
      *text += '\n';
  }
  return sides;
}

/// The words of each line, without <eos>.
static Result<Lines> encodeLines(std::string_view text, const Vocabulary &vocabulary,
                                 const std::string &origin) {
  Result<std::vector<int32_t>> ids = vocabulary.encode(text, origin);
  if (!ids)
    return ids.status();
  Lines lines(1);
  for (int32_t id : *ids) {
    if (id == padToken || id == startToken)
      return Status(ErrorCode::File, origin + ":" + std::to_string(lines.size()) +
                                         ": expects words other than <pad>, <s> and <eos>, got " +
                                         vocabulary.decode(id));
    if (id == endToken)
      lines.emplace_back();
    else
      lines.back().push_back(id);
  }
  lines.pop_back();
  size_t ends = size_t(std::count(text.begin(), text.end(), '\n'));
  if (lines.size() != ends)
    return Status(ErrorCode::File, origin + ": expects words other than <pad>, <s> and <eos>, got "
                                            "<eos> in a line");
  return lines;
}

static Status checkLength(size_t words, size_t line, int64_t size, const char *side,
                          const std::string &origin) {
  if (int64_t(words) + 1 <= size)
    return {};
  return Status(ErrorCode::File, origin + ":" + std::to_string(line) + ": expects at most " +
                                     std::to_string(size - 1) + " words, got " +
                                     std::to_string(words) + "; " + side + "=" +
                                     std::to_string(words + 1) + " would fit");
}

static std::vector<int32_t> padded(std::vector<int32_t> words, int32_t end, int64_t size) {
  words.push_back(end);
  words.resize(size_t(size), padToken);
  return words;
}

Result<Lines> models::encodeSources(std::string_view text, const Vocabulary &vocabulary,
                                    int64_t size, const std::string &origin, const char *side) {
  std::string whole(text);
  if (!whole.empty() && whole.back() != '\n')
    whole += '\n';
  Result<Lines> lines = encodeLines(whole, vocabulary, origin);
  if (!lines)
    return lines.status();
  for (size_t i = 0; i < lines->size(); ++i) {
    if (Status status = checkLength((*lines)[i].size(), i + 1, size, side, origin); !status)
      return status;
    (*lines)[i] = padded(std::move((*lines)[i]), endToken, size);
  }
  return lines;
}

static Result<TokenText> encodePairs(const Sides &sides, const Vocabulary &vocabulary,
                                     const PairSizes &sizes) {
  Result<Lines> sources = encodeSources(sides.source, vocabulary, sizes.source, sides.sourcePath);
  if (!sources)
    return sources.status();
  Result<Lines> targets = encodeLines(sides.target, vocabulary, sides.targetPath);
  if (!targets)
    return targets.status();
  if (sources->size() != targets->size())
    return Status(ErrorCode::File, sides.targetPath + ": expects as many lines as " +
                                       sides.sourcePath + ", which has " +
                                       std::to_string(sources->size()) + ", got " +
                                       std::to_string(targets->size()));
  TokenText result;
  result.origin = sides.targetPath;
  for (size_t i = 0; i < targets->size(); ++i) {
    const std::vector<int32_t> &source = (*sources)[i], &words = (*targets)[i];
    if (Status status = checkLength(words.size(), i + 1, sizes.target, "target", sides.targetPath);
        !status)
      return status;
    auto append = [](std::vector<int32_t> &to, const std::vector<int32_t> &from) {
      to.insert(to.end(), from.begin(), from.end());
    };
    append(result.ids, source);
    std::vector<int32_t> said = {startToken};
    append(said, words);
    said.resize(size_t(sizes.target), padToken);
    append(result.ids, said);
    std::vector<int32_t> asked = padded(words, endToken, sizes.target);
    std::fill(asked.begin() + int64_t(words.size()) + 1, asked.end(), -1);
    result.labels.insert(result.labels.end(), size_t(sizes.source), -1);
    append(result.labels, asked);
  }
  return result;
}

/// Words of the longest line.
static int64_t countLongest(std::string_view text) {
  int64_t longest = 0;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    int64_t words = 0;
    bool isInside = false;
    for (char byte : line) {
      bool isSpace = byte == ' ' || byte == '\t' || byte == '\r' || byte == '\v' || byte == '\f';
      words += !isSpace && !isInside;
      isInside = !isSpace;
    }
    longest = std::max(longest, words);
  }
  return longest;
}

Result<PairSizes> models::measurePairs(const std::string &folder) {
  Result<Sides> sides = readSides(folder, "train", nullptr);
  if (!sides)
    return sides.status();
  return PairSizes{countLongest(sides->source) + 1, countLongest(sides->target) + 1};
}

Result<Corpus> models::readPairs(const std::string &folder, const PairSizes &sizes) {
  Corpus corpus;
  Result<Sides> train = readSides(folder, "train", &corpus.files);
  if (!train)
    return train.status();
  corpus.vocabulary = Vocabulary::ofText("<pad> <s>\n" + train->source + train->target);
  corpus.record = sizes.source + sizes.target;
  corpus.fingerprint = startOfFingerprint;
  for (auto [part, into] : {std::pair("train", &corpus.train), std::pair("valid", &corpus.valid),
                            std::pair("test", &corpus.test)}) {
    if (part != std::string("train") && !exists(folder + "/" + part + ".source"))
      continue;
    Result<Sides> sides =
        part == std::string("train") ? std::move(train) : readSides(folder, part, &corpus.files);
    if (!sides)
      return sides.status();
    Result<TokenText> encoded = encodePairs(*sides, corpus.vocabulary, sizes);
    if (!encoded)
      return encoded.status();
    *into = *std::move(encoded);
    corpus.fingerprint = fingerprint(corpus.fingerprint, sides->source);
    corpus.fingerprint = fingerprint(corpus.fingerprint, sides->target);
  }
  return corpus;
}

Result<std::vector<TokenText>> models::readHeldOutPairs(const std::string &folder,
                                                        const Vocabulary &vocabulary,
                                                        const PairSizes &sizes) {
  std::vector<TokenText> result;
  for (const char *part : {"valid", "test"}) {
    if (!exists(folder + "/" + part + ".source"))
      continue;
    Result<Sides> sides = readSides(folder, part, nullptr);
    if (!sides)
      return sides.status();
    Result<TokenText> encoded = encodePairs(*sides, vocabulary, sizes);
    if (!encoded)
      return encoded.status();
    result.push_back(*std::move(encoded));
  }
  if (result.empty())
    return Status(ErrorCode::File,
                  folder + ": expects valid.source or test.source in the folder, with a .target");
  return result;
}
