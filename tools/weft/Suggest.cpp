// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Suggest.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace weft::driver;

/// Levenshtein's distance, a swap of neighbours counted as one: the usual slips of the fingers
/// cost 1.
static size_t measureDistance(std::string_view a, std::string_view b) {
  std::vector<std::vector<size_t>> cost(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i)
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      cost[i][j] = std::min(
          {cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  return cost[a.size()][b.size()];
}

std::string weft::driver::findNearest(std::string_view name,
                                      const std::vector<std::string> &candidates) {
  std::string best;
  size_t bestDistance = std::max<size_t>(2, name.size() / 3) + 1;
  for (const std::string &candidate : candidates) {
    // A long beginning is how people abbreviate: "hid" for "hidden".
    bool isPrefix = name.size() >= 3 && candidate.starts_with(name);
    size_t distance = isPrefix ? 1 : measureDistance(name, candidate);
    if (distance < bestDistance && distance < std::max(name.size(), candidate.size())) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

std::string weft::driver::suggest(std::string_view name,
                                  const std::vector<std::string> &candidates) {
  if (std::string nearest = findNearest(name, candidates); !nearest.empty())
    return fmt::format(", did you mean '{}'?", nearest);
  return candidates.empty() ? std::string()
                            : fmt::format("; known: {}", fmt::join(candidates, ", "));
}
