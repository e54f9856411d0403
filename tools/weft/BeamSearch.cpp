// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/BeamSearch.h"

#include <algorithm>
#include <cmath>

using namespace weft;
using namespace weft::driver;

namespace {
/// A sentence that is at hand, continued by one token.
struct Candidate {
  size_t parent;
  int32_t token;
  double score;
};
} // namespace

double driver::getRank(const Sentence &sentence, double lengthPenalty) {
  double length = double(sentence.tokens.size()) + (sentence.hasEnded ? 1 : 0);
  return sentence.score / std::pow((5 + length) / 6, lengthPenalty);
}

/// The `count` best continuations. Equal scores keep the order of parents and tokens.
static std::vector<Candidate> chooseBest(const std::vector<Sentence> &alive,
                                         const std::vector<std::vector<double>> &chances,
                                         size_t count) {
  std::vector<Candidate> all;
  for (size_t row = 0; row < alive.size(); ++row)
    for (size_t token = 0; token < chances[row].size(); ++token)
      if (chances[row][token] > -HUGE_VAL)
        all.push_back({row, int32_t(token), alive[row].score + chances[row][token]});
  count = std::min(count, all.size());
  auto isBetter = [](const Candidate &a, const Candidate &b) {
    if (a.score != b.score)
      return a.score > b.score;
    return a.parent != b.parent ? a.parent < b.parent : a.token < b.token;
  };
  std::partial_sort(all.begin(), all.begin() + int64_t(count), all.end(), isBetter);
  all.resize(count);
  return all;
}

std::vector<Sentence> driver::searchSentences(const Advance &advance,
                                              const SearchOptions &options) {
  size_t width = size_t(options.width);
  auto isBetter = [&](const Sentence &a, const Sentence &b) {
    if (a.hasEnded != b.hasEnded)
      return a.hasEnded;
    return getRank(a, options.lengthPenalty) > getRank(b, options.lengthPenalty);
  };
  std::vector<Sentence> alive(1), ended;
  std::vector<size_t> parents = {0};
  std::vector<int32_t> tokens = {options.start};
  for (int64_t length = 1; length <= options.longest && !alive.empty(); ++length) {
    std::vector<std::vector<double>> chances = advance(parents, tokens);
    std::vector<Sentence> next;
    parents.clear();
    tokens.clear();
    // Of so many at most `width` are ends, since every sentence has one: the others fill the beam.
    std::vector<Candidate> best = chooseBest(alive, chances, 2 * width);
    for (size_t rank = 0; rank < best.size() && next.size() < width; ++rank) {
      Sentence sentence = alive[best[rank].parent];
      sentence.score = best[rank].score;
      if (best[rank].token == options.end) {
        // An end that others push out of the beam is no choice of the beam.
        sentence.hasEnded = true;
        if (rank < width)
          ended.push_back(std::move(sentence));
        continue;
      }
      sentence.tokens.push_back(best[rank].token);
      parents.push_back(best[rank].parent);
      tokens.push_back(best[rank].token);
      next.push_back(std::move(sentence));
    }
    alive = std::move(next);
    std::sort(ended.begin(), ended.end(), isBetter);
    if (ended.size() > width)
      ended.resize(width);
    // Scores only fall. With a penalty the longest sentence would lose least of its score.
    double hope = -HUGE_VAL;
    for (const Sentence &sentence : alive)
      hope = std::max(hope, sentence.score /
                                std::pow((5 + double(options.longest)) / 6, options.lengthPenalty));
    if (ended.size() == width && getRank(ended.back(), options.lengthPenalty) >= hope)
      alive.clear();
  }
  ended.insert(ended.end(), alive.begin(), alive.end());
  std::sort(ended.begin(), ended.end(), isBetter);
  if (ended.size() > width)
    ended.resize(width);
  return ended;
}
