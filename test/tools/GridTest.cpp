// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Grid.h"

#include <gtest/gtest.h>

#include "tools/weft/Failure.h"

using namespace weft;
using namespace weft::driver;

using Numbers = std::vector<int64_t>;

TEST(Grid, ListsAndRanges) {
  EXPECT_EQ(parseGrid("--x", "5", 0, 10), Numbers{5});
  EXPECT_EQ(parseGrid("--x", "1,2,8", 0, 10), (Numbers{1, 2, 8}));
  EXPECT_EQ(parseGrid("--x", "1:4,9", 0, 10), (Numbers{1, 2, 3, 4, 9}));
  EXPECT_EQ(parseGrid("--x", "0:64:16", 0, 64), (Numbers{0, 16, 32, 48, 64}));
  EXPECT_EQ(parseGrid("--x", "0:60:16", 0, 64), (Numbers{0, 16, 32, 48}));
}

TEST(Grid, TheLargestNumberDoesNotOverflow) {
  EXPECT_EQ(parseGrid("--x", "9223372036854775806:9223372036854775807", 0, INT64_MAX).size(), 2u);
}

TEST(Grid, RefusesWhatIsNoGrid) {
  for (const char *text : {"", ",", "1,", "x", "1:", ":1", "2:1", "1:2:0", "1:2:3:4", "-1", "11",
                           "1,1", "1:3,2", "1.5", "0:99999", "99999999999999999999"})
    EXPECT_THROW(parseGrid("--x", text, 0, text[0] == '0' ? 100000 : 10), Failure) << text;
}
