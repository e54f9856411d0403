// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Lists of numbers on the command line: "1,2,8" and "1:4".
#ifndef TOOLS_WEFT_GRID_H
#define TOOLS_WEFT_GRID_H

#include <cstdint>
#include <string>
#include <vector>

namespace weft::driver {

/// The parts of "a,b". An empty part stays one.
std::vector<std::string> splitList(const std::string &text);

/// The numbers of "1,2,8", "1:4" (1 to 4), "0:64:16" (steps of 16) or a list of these, in order.
/// `name` is the flag, for errors (Usage): a number below `low` or above `high`, a part that is
/// none, a number twice, more than 1000 of them.
std::vector<int64_t> parseGrid(const std::string &name, const std::string &text, int64_t low,
                               int64_t high);

} // namespace weft::driver

#endif
