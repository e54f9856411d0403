// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Config.h"

#include <gtest/gtest.h>

#include "test/tools/TestFolder.h"
#include "tools/weft/Failure.h"

using namespace weft;
using namespace weft::driver;

static Config makeConfig() {
  Config config;
  config.add({.name = "hidden", .type = FieldType::Integer, .value = "64", .low = 1, .high = 512});
  config.add({.name = "dropout", .type = FieldType::Float, .value = "0", .low = 0, .high = 0.99});
  config.add({.name = "cache", .type = FieldType::Boolean, .value = "true"});
  for (const Field &field : getTrainingFields())
    config.add(field);
  return config;
}

class ConfigTest : public testing::Test {
protected:
  /// The message of the failure that `action` ends in.
  template <typename Action> static std::string failure(Action action) {
    try {
      action();
    } catch (const Failure &failure) {
      EXPECT_EQ(failure.status.code(), ErrorCode::Usage);
      return failure.status.message();
    }
    return "no failure";
  }

  Config config = makeConfig();
  test::TestFolder folder;
};

TEST_F(ConfigTest, FileThenCommandLine) {
  std::string path =
      folder.write("a.toml", "# comment\nhidden = 32\ndropout = 1e-1\ncache = false\n");
  config.readFile(path);
  config.apply({{"hidden", "48"}});
  EXPECT_EQ(config.integer("hidden"), 48);
  EXPECT_EQ(config.number("dropout"), 0.1);
  EXPECT_EQ(config.text("cache"), "false");
  EXPECT_NE(config.print().find(path + ":3"), std::string::npos);
  EXPECT_NE(config.print().find("command line"), std::string::npos);
  EXPECT_TRUE(config.isDefault("lr"));
}

TEST_F(ConfigTest, UnknownKeySuggests) {
  EXPECT_EQ(failure([&] {
              config.apply({{"hiden", "3"}});
            }),
            "command line: no field 'hiden', did you mean 'hidden'?");
  std::string path = folder.write("a.toml", "\nwarmpu = 3\n");
  EXPECT_EQ(failure([&] { config.readFile(path); }),
            path + ":2: no field 'warmpu', did you mean 'warmup'?");
}

TEST_F(ConfigTest, RangesAndTypesAreChecked) {
  EXPECT_EQ(failure([&] {
              config.apply({{"hidden", "513"}});
            }),
            "command line: hidden expects an integer from 1 to 512, got '513'");
  EXPECT_EQ(failure([&] {
              config.apply({{"hidden", "3.5"}});
            }),
            "command line: hidden expects an integer from 1 to 512, got '3.5'");
  EXPECT_EQ(failure([&] {
              config.apply({{"dropout", "nan"}});
            }),
            "command line: dropout expects a number from 0 to 0.99, got 'nan'");
  EXPECT_EQ(failure([&] {
              config.apply({{"cache", "1"}});
            }),
            "command line: cache expects true or false, got '1'");
  EXPECT_EQ(failure([&] {
              config.apply({{"optimizer", "lion"}});
            }),
            "command line: optimizer expects one of adagrad, adam, adamw, sgd, got 'lion'");
}

TEST_F(ConfigTest, BrokenFilesNameTheLine) {
  std::string path = folder.write("a.toml", "hidden = 3\nlr = = 3\n");
  EXPECT_EQ(failure([&] { config.readFile(path); }).rfind(path + ":2: ", 0), 0u);
  path = folder.write("b.toml", "hidden = [1, 2]\n");
  EXPECT_EQ(failure([&] { config.readFile(path); }),
            path + ":1: hidden expects a number, true, false or text of one line, got '[1, 2]'");
}

// The lines that are settings, and what is said of every other form of TOML.
TEST_F(ConfigTest, LinesOfAFile) {
  Config config;
  for (const char *name : {"width", "note", "rate"})
    config.add({.name = name, .value = "1"});
  auto read = [&](const std::string &text) { config.readToml(text, "f"); };
  read(
      "\xef\xbb\xbf # \xc3\xa9\r\n\t\r\n\"width\"=+1_0\t# '\n'note' = 'a \"\\b'\r\nrate = -2.5e-3");
  EXPECT_EQ(config.text("width"), "10");
  EXPECT_EQ(config.text("note"), "a \"\\b");
  EXPECT_EQ(config.number("rate"), -2.5e-3);
  read(R"(note = "\u00e9\U0001F600\\ # \"'")");
  EXPECT_EQ(config.text("note"), "\xc3\xa9\xf0\x9f\x98\x80\\ # \"'");

  const std::string escapes = R"(f:1: expects \b \t \n \f \r \" \\ \uXXXX or \UXXXXXXXX, got )";
  const std::pair<std::string, std::string> cases[] = {
      {"[a]", "f:1: expects a line of key = value, got '[a]'"},
      {"\n= 3", "f:2: expects a line of key = value, got '= 3'"},
      {"a.b = 3", "f:1: expects '=' after a, got '.b = 3'"},
      {"note", "f:1: expects '=' after note, got the end of the line"},
      {"note = # 3", "f:1: note expects a number, true, false or text, got '# 3'"},
      {"note = \xd0\xa1", "f:1: note expects a number, true, false or text, got '\xd0\xa1'"},
      {"note = 3 4", "f:1: expects nothing more after the value of note, got '4'"},
      {"note = 'a''b'", "f:1: expects nothing more after the value of note, got ''b''"},
      {"note = 3\r", "f:1: expects nothing more after the value of note, got '\\x0d'"},
      {"note = \"a\nb\"", "f:1: expects \" at the end of the text '\"a'"},
      {"note = 'a", "f:1: expects ' at the end of the text ''a'"},
      {"note = 'a\rb'", "f:1: expects no control character, got the byte 0x0d"},
      {"# \x7f", "f:1: expects no control character, got the byte 0x7f"},
      {std::string("#\0", 2), "f:1: expects no control character, got the byte 0x00"},
      {R"(note = "\x41")", escapes + R"('\x41"')"},
      {R"(note = "\u12g4")", escapes + R"('\u12g4"')"},
      {R"(note = "\U0001f60")", escapes + R"('\U0001f60"')"},
      {"note = \"\\", escapes + R"('\')"},
  };
  for (auto &[text, message] : cases)
    EXPECT_EQ(failure([&] { read(text); }), message);
  for (const char *text : {"'''a'''", "\"\"\"a\"\"\"", "{a = 1}", "[1]"})
    EXPECT_EQ(failure([&] { read(std::string("note = ") + text); }),
              std::string("f:1: note expects a number, true, false or text of one line, got '") +
                  text + "'");
}

TEST_F(ConfigTest, WrittenFileReadsBack) {
  config.apply({{"hidden", "48"}, {"lr", "2e-06"}, {"optimizer", "adam"}, {"cache", "false"}});
  std::string path = folder.write("resolved.toml", config.toToml());
  Config again = makeConfig();
  again.readFile(path);
  for (const Field &field : config.all())
    EXPECT_EQ(again.text(field.name), field.value);
}

TEST_F(ConfigTest, WrittenTextReadsBack) {
  // Beyond the first plane JSON writes a pair of halves, which TOML has not; U+0085 and U+2028 are
  // ends of lines to toml++.
  for (std::string text :
       {"plain", "a \"b\" \\u0041 \\", "\xc3\xa9\xe2\x82\xac", "\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf",
        "\xc2\x85\xe2\x80\xa8\xef\xbf\xbd", "\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80"}) {
    Config written, again;
    written.add({.name = "note", .value = text});
    again.add({.name = "note", .value = "other"});
    again.readToml(written.toToml(), "f");
    EXPECT_EQ(again.text("note"), text) << written.toToml();
  }
}

TEST_F(ConfigTest, ModelGetsOnlyItsFields) {
  EXPECT_EQ(config.modelArguments(),
            (std::vector<std::string>{"hidden=64", "dropout=0", "cache=true"}));
}
