// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Quote.h"

#include <gtest/gtest.h>

using namespace weft::driver;

TEST(Quote, TextStaysAndControlIsShown) {
  EXPECT_EQ(escape("grün 漢 😀"), "grün 漢 😀");
  EXPECT_EQ(escape("a\x1b[2Jb\n"), "a\\x1b[2Jb\\x0a");
  EXPECT_EQ(escape("a\nb", true), "a\nb");
}

// Unicode 15, table 3-7: overlong forms, surrogates, beyond U+10FFFF, cut short.
TEST(Quote, BytesThatAreNoUtf8AreShown) {
  EXPECT_EQ(escape("\xff\xfe"), "\\xff\\xfe");
  EXPECT_EQ(escape("\xc0\x80"), "\\xc0\\x80");
  EXPECT_EQ(escape("\xe0\x9f\xbf"), "\\xe0\\x9f\\xbf");
  EXPECT_EQ(escape("\xed\xa0\x80"), "\\xed\\xa0\\x80");
  EXPECT_EQ(escape("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
  EXPECT_EQ(escape("a\xe6\xbc"), "a\\xe6\\xbc");
}

TEST(Quote, LongTextIsCutBetweenCharacters) {
  EXPECT_EQ(quote(std::string(80, 'x')), "'" + std::string(80, 'x') + "'");
  EXPECT_EQ(quote(std::string(5000, 'x')), "'" + std::string(80, 'x') + "...'");
  EXPECT_EQ(quote(std::string(79, 'x') + "üüü"), "'" + std::string(79, 'x') + "...'");
}
