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
              config.apply({{"optimizer", "adamw"}});
            }),
            "command line: optimizer expects one of adagrad, adam, sgd, got 'adamw', did you mean "
            "'adam'?");
}

TEST_F(ConfigTest, BrokenFilesNameTheLine) {
  std::string path = folder.write("a.toml", "hidden = 3\nlr = = 3\n");
  EXPECT_EQ(failure([&] { config.readFile(path); }).rfind(path + ":2: ", 0), 0u);
  path = folder.write("b.toml", "hidden = [1, 2]\n");
  EXPECT_EQ(failure([&] { config.readFile(path); }),
            path + ":1: hidden expects a number, true, false or text");
}

TEST_F(ConfigTest, WrittenFileReadsBack) {
  config.apply({{"hidden", "48"}, {"lr", "2e-06"}, {"optimizer", "adam"}, {"cache", "false"}});
  std::string path = folder.write("resolved.toml", config.toToml());
  Config again = makeConfig();
  again.readFile(path);
  for (const Field &field : config.all())
    EXPECT_EQ(again.text(field.name), field.value);
}

TEST_F(ConfigTest, ModelGetsOnlyItsFields) {
  EXPECT_EQ(config.modelArguments(),
            (std::vector<std::string>{"hidden=64", "dropout=0", "cache=true"}));
}
