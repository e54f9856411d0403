// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Suggest.h"

#include <gtest/gtest.h>

using namespace weft::driver;

TEST(Suggest, FindsSlipsOfTheFingers) {
  std::vector<std::string> names = {"train", "eval", "generate", "compile"};
  EXPECT_EQ(findNearest("trian", names), "train");
  EXPECT_EQ(findNearest("evl", names), "eval");
  EXPECT_EQ(findNearest("gen", names), "generate");
}

TEST(Suggest, FarNamesListWhatIsKnown) {
  EXPECT_EQ(findNearest("zzzzzz", {"train", "eval"}), "");
  EXPECT_EQ(suggest("zzzzzz", {"train", "eval"}), "; known: train, eval");
  EXPECT_EQ(suggest("x", {}), "");
}
