// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// "did you mean": the nearest of the names that would have been right.
#ifndef TOOLS_WEFT_SUGGEST_H
#define TOOLS_WEFT_SUGGEST_H

#include <string>
#include <string_view>
#include <vector>

namespace weft::driver {

/// The candidate with the smallest edit distance, or nothing when none is close.
std::string findNearest(std::string_view name, const std::vector<std::string> &candidates);

/// ", did you mean 'lr'?", or, when nothing is close, "; known: a, b, c".
std::string suggest(std::string_view name, const std::vector<std::string> &candidates);

} // namespace weft::driver

#endif
