// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parallel texts: line i of `train.source` is answered by line i of `train.target`, and so for
// `valid` and `test`. Tokens are words of one vocabulary for both sides. Each pair is a record of
// its own, and what a decoder is to say stands in its labels:
//
//   tokens  w1 .. wn <eos> <pad> ..   | <s> v1 .. vm <pad> ..
//   labels  nothing is asked          | v1 .. vm <eos> nothing ..
#ifndef MODELS_COMMON_PAIRS_H
#define MODELS_COMMON_PAIRS_H

#include "models/common/Data.h"

namespace weft::models {

constexpr int32_t padToken = 0, startToken = 1, endToken = 2;

/// Tokens of both sides of a record, <eos> and <s> included.
struct PairSizes {
  int64_t source = 0, target = 0;
};

/// Whether a path is a folder of parallel texts.
bool isParallel(const std::string &path);

/// What the longest lines of train.source and train.target need.
Result<PairSizes> measurePairs(const std::string &folder);

/// Fails with File, at the line, where the texts of a part have not equally many lines, a line is
/// longer than `sizes` or has one of the three words above.
Result<Corpus> readPairs(const std::string &folder, const PairSizes &sizes);

/// The parts of the folder that are not trained on.
Result<std::vector<TokenText>>
readHeldOutPairs(const std::string &folder, const Vocabulary &vocabulary, const PairSizes &sizes);

/// A side of a record for each line, of `size` tokens; `side` is the field that errors name. Fails
/// as readPairs does.
Result<std::vector<std::vector<int32_t>>> encodeSources(std::string_view text,
                                                        const Vocabulary &vocabulary, int64_t size,
                                                        const std::string &origin,
                                                        const char *side = "source");

} // namespace weft::models

#endif
