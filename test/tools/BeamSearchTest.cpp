// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/BeamSearch.h"

#include <cmath>
#include <map>

#include <gtest/gtest.h>

using namespace weft::driver;
using Tokens = std::vector<int32_t>;

namespace {
/// A language of the tokens 0 (start), 1 (end), 2 and more: chances by what was said so far.
struct Language {
  std::map<Tokens, std::vector<double>> chances;
  std::vector<Tokens> said = {}; ///< of each row
  size_t calls = 0, rows = 0;

  Advance advance() {
    return [this](const std::vector<size_t> &parents, const Tokens &tokens) {
      std::vector<Tokens> next;
      std::vector<std::vector<double>> result;
      for (size_t i = 0; i < parents.size(); ++i) {
        next.push_back(said.empty() ? Tokens{} : said.at(parents[i]));
        if (tokens[i] != 0)
          next.back().push_back(tokens[i]);
        result.emplace_back();
        for (double chance : chances.at(next.back()))
          result.back().push_back(std::log(chance));
      }
      said = next;
      ++calls;
      rows = std::max(rows, parents.size());
      return result;
    };
  }
};

/// The likelier first word leads to worse sentences.
Language makeTrap() {
  return {{{{}, {0, 0.1, 0.5, 0.4}},
           {{2}, {0, 0.4, 0.3, 0.3}},
           {{3}, {0, 0.9, 0.1, 0}},
           {{2, 2}, {0, 1, 0, 0}},
           {{2, 3}, {0, 1, 0, 0}},
           {{3, 2}, {0, 1, 0, 0}}}};
}
} // namespace

TEST(BeamSearch, GreedyTakesTheLikeliestWordAndABeamTheLikeliestSentence) {
  Language language = makeTrap();
  std::vector<Sentence> greedy =
      searchSentences(language.advance(), {.width = 1, .longest = 4, .start = 0, .end = 1});
  ASSERT_EQ(greedy.size(), 1u);
  EXPECT_EQ(greedy[0].tokens, (Tokens{2}));
  EXPECT_TRUE(greedy[0].hasEnded);
  EXPECT_NEAR(greedy[0].score, std::log(0.5 * 0.4), 1e-12);
  EXPECT_EQ(language.rows, 1u);

  language = makeTrap();
  std::vector<Sentence> beam =
      searchSentences(language.advance(), {.width = 2, .longest = 4, .start = 0, .end = 1});
  ASSERT_EQ(beam.size(), 2u);
  EXPECT_EQ(beam[0].tokens, (Tokens{3}));
  EXPECT_NEAR(beam[0].score, std::log(0.4 * 0.9), 1e-12);
  EXPECT_EQ(beam[1].tokens, (Tokens{2}));
  EXPECT_EQ(language.rows, 2u);
}

TEST(BeamSearch, ALengthPenaltyPrefersLongerSentences) {
  // "2" ends at once with 0.3, or goes on surely to a sentence of three words with 0.28.
  Language language{{{{}, {0, 0.02, 0.98, 0}},
                     {{2}, {0, 0.5, 0.5, 0}},
                     {{2, 2}, {0, 0, 1, 0}},
                     {{2, 2, 2}, {0, 0.9, 0.1, 0}},
                     {{2, 2, 2, 2}, {0, 1, 0, 0}}}};
  for (auto [penalty, words] : {std::pair(0.0, 1u), std::pair(1.0, 3u)}) {
    language.said.clear();
    std::vector<Sentence> found =
        searchSentences(language.advance(),
                        {.width = 2, .longest = 5, .start = 0, .end = 1, .lengthPenalty = penalty});
    EXPECT_EQ(found[0].tokens.size(), words) << penalty;
    double length = double(words) + 1;
    EXPECT_NEAR(getRank(found[0], penalty), found[0].score / std::pow((5 + length) / 6, penalty),
                1e-12);
  }
}

TEST(BeamSearch, WhatDoesNotEndIsCutAndComesLast) {
  Language language{{{{}, {0, 0.1, 0.9, 0}}, {{2}, {0, 0, 1, 0}}, {{2, 2}, {0, 0, 1, 0}}}};
  std::vector<Sentence> found =
      searchSentences(language.advance(), {.width = 2, .longest = 3, .start = 0, .end = 1});
  ASSERT_EQ(found.size(), 2u);
  EXPECT_TRUE(found[0].hasEnded);
  EXPECT_EQ(found[0].tokens, Tokens{});
  EXPECT_FALSE(found[1].hasEnded);
  EXPECT_EQ(found[1].tokens, (Tokens{2, 2, 2}));
  EXPECT_GT(found[1].score, found[0].score);

  language.said.clear();
  found = searchSentences(language.advance(), {.width = 1, .longest = 3, .start = 0, .end = 1});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_FALSE(found[0].hasEnded);
}

TEST(BeamSearch, StopsWhenNothingCanBecomeBetter) {
  Language language{{{{}, {0, 0.9, 0.1, 0}}, {{2}, {0, 0.5, 0.5, 0}}, {{2, 2}, {0, 1, 0, 0}}}};
  searchSentences(language.advance(), {.width = 1, .longest = 100, .start = 0, .end = 1});
  EXPECT_EQ(language.calls, 1u);
}
