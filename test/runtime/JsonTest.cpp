// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <gtest/gtest.h>

#include "runtime/base/Json.h"

namespace weft {
namespace {

TEST(Json, DuplicateKeysAreRefused) {
  EXPECT_TRUE(parseJson(R"({"a": 1, "b": {"a": 2}})"));
  EXPECT_EQ(parseJson(R"({"a": {"b": 1, "b": 2}})").status().message(),
            "JSON object has the key `b` twice");
}

TEST(Json, DepthIsBounded) {
  auto nest = [](int depth) {
    return "{\"a\":" + std::string(size_t(depth), '[') + std::string(size_t(depth), ']') + "}";
  };
  EXPECT_TRUE(parseJson(nest(31)));
  EXPECT_EQ(parseJson(nest(32)).status().message(), "JSON is nested deeper than 32 levels");
  EXPECT_FALSE(parseJson("{\"a\":" + std::string(1000000, '[')));
}

TEST(Json, MalformedTextSaysWhere) {
  EXPECT_EQ(parseJson("{\"a\": tru}").status().message(), "JSON is malformed at byte 10");
  EXPECT_EQ(parseJson("[1]").status().message(), "JSON expects an object at the top, got [1]");
  for (const char *text :
       {"", "{", "{}x", "{\"a\":1e999999}", "{\"a\":\"\xff\"}", "{\"a\":\"\n\"}"})
    EXPECT_EQ(parseJson(text).status().code(), ErrorCode::File) << text;
}

TEST(Json, ReaderKeepsTheFirstFailure) {
  Result<JsonTree> tree = parseJson(R"({"name": 3, "size": 18446744073709551615})");
  const Json &json = tree->value;
  JsonReader reader(json, "params[1]");
  EXPECT_EQ(reader.readInteger("size", 0, 100), 0);
  EXPECT_EQ(reader.readString("name"), "");
  EXPECT_EQ(reader.status().message(),
            "`params[1].size` expects an integer in [0, 100], got 18446744073709551615");
}

TEST(Json, MemoryIsBounded) {
  std::string many = "{\"a\":[[]";
  for (int i = 0; i < 700000; ++i)
    many += ",[]";
  Status status = parseJson(many + "]}").status();
  EXPECT_EQ(status.code(), ErrorCode::File);
  EXPECT_TRUE(
      status.message().starts_with("JSON has too many values: expects them to take at most "))
      << status.message();
}

TEST(Json, MembersOfAnotherKindAreRefused) {
  Result<JsonTree> tree = parseJson(R"({"name": "x", "list": []})");
  auto getError = [&](auto read) {
    JsonReader reader(tree->value, "");
    read(reader);
    return reader.status().message();
  };
  EXPECT_EQ(getError([](auto &r) { r.readNumber("none"); }),
            "`none` expects a number, got nothing");
  EXPECT_EQ(getError([](auto &r) { r.readNumber("name"); }), "`name` expects a number, got \"x\"");
  EXPECT_EQ(getError([](auto &r) { r.readArray("name"); }), "`name` expects an array, got \"x\"");
  EXPECT_EQ(getError([](auto &r) { r.readObject("list"); }), "`list` expects an object, got []");
}

} // namespace
} // namespace weft
