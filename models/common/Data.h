// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text as token ids. Two readings of it:
//
//   bytes  every byte is a token, V = 256
//   words  the tokenisation of the adaptive-span experiments: each line is split at white space and
//   followed by
//          <eos>; ids count the first appearances in the training part; the last line, ended or
//          not, counts as one more line, so each part ends in an <eos> of its own
//
// A corpus is one file (bytes; its last twentieth is held out unless another file is), a folder
// with train.txt, valid.txt and perhaps test.txt (words, unless bytes are asked for), or
// "task:NAME", one of Tasks.h. Words may be labelled: beside train.txt stands train.txt.labels,
// with as many words in each line, which are what the model is to say there, or `_`; then not the
// next word is asked for.
#ifndef MODELS_COMMON_DATA_H
#define MODELS_COMMON_DATA_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/common/TextFile.h"
#include "weft/Status.h"

namespace weft::models {

/// What a token is; Images.h, Sounds.h and Pairs.h read the last three.
enum class Unit { Automatic, Bytes, Words, Images, Sounds, Pairs };

/// "words", as the command line and run.json have it.
const char *getName(Unit unit);
/// Whether tokens are words, which a vocabulary lists.
constexpr bool hasWords(Unit unit) { return unit == Unit::Words || unit == Unit::Pairs; }
/// None for a name that no unit has.
std::optional<Unit> findUnit(std::string_view name);

/// Token ids by word, in both directions. Without words it stands for bytes.
class Vocabulary {
public:
  static Vocabulary bytes() { return {}; }
  /// The words of a text in the order of their first appearance, then those of its labels.
  static Vocabulary ofText(std::string_view text, std::string_view labels = {});
  /// One word a line, as text() makes it; fails with File at "path:line" for a line that text()
  /// does not make.
  static Result<Vocabulary> read(const std::string &path);
  static Result<Vocabulary> parse(std::string_view text, const std::string &path);
  std::string text() const;

  bool isBytes() const { return words.empty(); }
  int64_t size() const { return isBytes() ? 256 : int64_t(words.size()); }
  /// Fails with File at "origin:line" for a word that is not in it.
  Result<std::vector<int32_t>> encode(std::string_view text, const std::string &origin) const;
  /// An id for every word of `text`, -1 for `_` and for line ends. Fails with File at "origin:line"
  /// where the lines of both have not equally many words, or a label is not in the vocabulary.
  Result<std::vector<int32_t>> encodeLabels(std::string_view labels, std::string_view text,
                                            const std::string &origin) const;
  /// What a reader sees of a token: the byte, or the word and a space, or a line end for <eos>.
  std::string decode(int32_t token) const;

private:
  std::vector<std::string> words;
};

/// A part of a corpus.
struct TokenText {
  std::vector<int32_t> ids;
  std::vector<int32_t> labels; ///< one for each id, or none at all
  std::string origin = {};     ///< how messages name it
};

struct Corpus {
  Vocabulary vocabulary;
  TokenText train, valid, test;
  /// Tokens of an image or a pair, each of which is a block of its own; 0: the tokens are one text.
  int64_t record = 0;
  /// Of all bytes read; a resumed run checks that it reads the same text.
  uint64_t fingerprint = 0;
  std::vector<TextFile> files; ///< that it was read from

  /// Fails with File when one of the files is not what was read.
  Status verifyUnchanged() const;
};

/// Reads `path` (file, folder or task). `valid` names another held-out file, or is empty.
Result<Corpus> readCorpus(const std::string &path, const std::string &valid, Unit unit);

/// What a path stands for where a model is measured: a file itself, of a folder or a task the parts
/// that were not trained on, in their order.
Result<std::vector<TokenText>> readHeldOut(const std::string &path, const Vocabulary &vocabulary);

} // namespace weft::models

#endif
