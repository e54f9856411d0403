// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Search for the most likely sentence: of all continuations of the sentences at hand the `width`
// best are kept, until none that is left could become better than those that have ended. Width 1
// is the greedy choice, word by word.
#ifndef TOOLS_WEFT_BEAMSEARCH_H
#define TOOLS_WEFT_BEAMSEARCH_H

#include <cstdint>
#include <functional>
#include <vector>

namespace weft::driver {

struct Sentence {
  std::vector<int32_t> tokens; ///< without start and end
  double score = 0;            ///< log probability in nats, that of the end included
  bool hasEnded = false;       ///< false: it was cut at the longest length
};

struct SearchOptions {
  int64_t width = 1;
  int64_t longest = 1; ///< tokens of a sentence, its end included
  int32_t start = 0, end = 0;
  /// Scores are compared divided by ((5 + tokens) / 6)^penalty (Wu et al. 2016, equation 14).
  double lengthPenalty = 0;
};

/// Log probabilities of every next token, minus infinity where there is none, for each row i:
/// sentence parents[i] of the last call, continued by tokens[i]. The first call has one row, of
/// parent 0 and the start.
using Advance = std::function<std::vector<std::vector<double>>(const std::vector<size_t> &parents,
                                                               const std::vector<int32_t> &tokens)>;

/// At most `width` sentences, the best first; those that have ended before those that have not.
std::vector<Sentence> searchSentences(const Advance &advance, const SearchOptions &options);

/// What sentences are compared by.
double getRank(const Sentence &sentence, double lengthPenalty);

} // namespace weft::driver

#endif
