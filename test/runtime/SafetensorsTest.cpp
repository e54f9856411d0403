// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "weft/Safetensors.h"
#include "test/runtime/TestModels.h"

namespace weft::test {
namespace {

std::vector<std::byte> makeFile(const std::string &header, size_t dataSize) {
  uint64_t length = header.size();
  std::vector<std::byte> bytes(8 + header.size() + dataSize);
  std::memcpy(bytes.data(), &length, 8);
  std::memcpy(bytes.data() + 8, header.data(), header.size());
  return bytes;
}

std::string getError(const std::string &header, size_t dataSize) {
  Result<Safetensors> file = parseSafetensors(makeFile(header, dataSize), "t.safetensors");
  if (file)
    return "";
  EXPECT_EQ(file.status().code(), ErrorCode::File);
  return file.status().message();
}

TensorMap makeTensors() {
  return {{"weight", floats({4, 8}, std::vector<float>(32, 0.5f))},
          {"bias", floats({3}, {1, 2, 3})},
          {"empty", floats({0, 5}, {})},
          {"scalar", take(Tensor::scalar<double>(2.5))},
          {"flags", take(Tensor::of<uint8_t>({3}, {1, 0, 1}))},
          {"tokens", take(Tensor::of<int32_t>({2}, {7, -1}))}};
}

TEST(Safetensors, WhatIsWrittenIsRead) {
  TemporaryFolder folder;
  TensorMap tensors = makeTensors();
  ASSERT_TRUE(writeSafetensors(folder / "a.safetensors", tensors, {{"format", "pt"}}));
  Safetensors file = take(readSafetensors(folder / "a.safetensors"));
  EXPECT_EQ(file.metadata.at("format"), "pt");
  ASSERT_EQ(file.tensors.size(), tensors.size());
  for (const auto &[name, tensor] : tensors) {
    const Tensor &got = file.tensors.at(name);
    EXPECT_EQ(formatType(got.dtype(), got.shape()), formatType(tensor.dtype(), tensor.shape()))
        << name;
    EXPECT_TRUE(std::ranges::equal(got.bytes(), tensor.bytes())) << name;
  }
  EXPECT_EQ(take(formatSafetensors(file.tensors, file.metadata)),
            take(formatSafetensors(tensors, {{"format", "pt"}})));
}

TEST(Safetensors, DataStartsAtAMultipleOf64AndNoFileIsLeftBeside) {
  TemporaryFolder folder;
  std::vector<std::byte> bytes = take(formatSafetensors(makeTensors()));
  uint64_t length;
  std::memcpy(&length, bytes.data(), 8);
  EXPECT_EQ((8 + length) % 64, 0u);
  EXPECT_EQ(char(bytes[8]), '{');
  ASSERT_TRUE(writeSafetensors(folder / "a.safetensors", makeTensors()));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(Safetensors, EveryErrorOfTheFormatIsNamed) {
  auto entry = [](const char *name, const char *shape, int begin, int end) {
    return "\"" + std::string(name) + "\":{\"dtype\":\"F32\",\"shape\":" + shape +
           ",\"data_offsets\":[" + std::to_string(begin) + "," + std::to_string(end) + "]}";
  };
  std::string a = entry("a", "[2]", 0, 8);
  EXPECT_EQ(getError("{" + a + "}", 8), "");
  EXPECT_EQ(getError("{" + a + "}   ", 8), "");
  EXPECT_EQ(getError("{" + a + "}", 9),
            "t.safetensors: expects 8 bytes of data as the header says, got 9");
  EXPECT_EQ(getError("{" + a + "," + a + "}", 8),
            "t.safetensors: header: JSON object has the key `a` twice");
  EXPECT_EQ(
      getError("{" + a + "," + entry("b", "[2]", 4, 12) + "}", 12),
      "t.safetensors: `b` expects to start at byte 8 of the data, got 4: there is an overlap");
  EXPECT_EQ(getError("{" + a + "," + entry("b", "[2]", 12, 20) + "}", 20),
            "t.safetensors: `b` expects to start at byte 8 of the data, got 12: there is a hole");
  EXPECT_EQ(getError("{" + entry("a", "[3]", 0, 8) + "}", 8),
            "t.safetensors: `a` expects 12 bytes for 3xf32, got [0, 8)");
  EXPECT_EQ(getError("{" + entry("a", "[2]", 8, 0) + "}", 8),
            "t.safetensors: `a` expects 8 bytes for 2xf32, got [8, 0)");
  EXPECT_EQ(getError(" {" + a + "}", 8), "t.safetensors: expects '{' at offset 8");
  EXPECT_EQ(getError("{\"a\":{\"dtype\":\"Q4\",\"shape\":[],\"data_offsets\":[0,4]}}", 4),
            "t.safetensors: `a.dtype` expects one of F32, F64, BF16, F16, I32, BOOL, got \"Q4\"");
  EXPECT_EQ(getError("{" + entry("a", "[1099511627776,1099511627776]", 0, 8) + "}", 8),
            "t.safetensors: `a` expects a tensor of at most 2^48 bytes, got "
            "1099511627776x1099511627776xf32");
  EXPECT_EQ(getError("{\"__metadata__\":{\"k\":3}}", 0),
            "t.safetensors: `__metadata__.k` expects a text, got 3");
  EXPECT_NE(getError("{" + entry("a", "[-1]", 0, 8) + "}", 8), "");
  EXPECT_NE(getError("{" + a, 8), "");
}

TEST(Safetensors, HeaderLengthsAtEveryEdgeAreRefused) {
  for (uint64_t length : {uint64_t(0), uint64_t(1), uint64_t(100'000'001), uint64_t(1) << 31,
                          uint64_t(1) << 63, ~uint64_t(0)}) {
    std::vector<std::byte> bytes = makeFile("{}", 0);
    std::memcpy(bytes.data(), &length, 8);
    EXPECT_FALSE(parseSafetensors(bytes, "t")) << length;
  }
}

TEST(Safetensors, EveryTruncationIsRejected) {
  std::vector<std::byte> bytes = take(formatSafetensors(makeTensors()));
  for (size_t length = 0; length < bytes.size(); ++length)
    ASSERT_FALSE(parseSafetensors(std::span(bytes).first(length), "cut")) << length;
}

TEST(Safetensors, BitFlipsInTheHeaderAreHarmless) {
  std::vector<std::byte> bytes = take(formatSafetensors(makeTensors()));
  uint64_t length;
  std::memcpy(&length, bytes.data(), 8);
  size_t rejected = 0;
  for (size_t bit = 0; bit < 8 * (8 + length); ++bit) {
    bytes[bit / 8] ^= std::byte(1 << bit % 8);
    rejected += !parseSafetensors(bytes, "flipped");
    bytes[bit / 8] ^= std::byte(1 << bit % 8);
  }
  EXPECT_GT(rejected, 2 * length); // the rest are letters of names and spaces
}

} // namespace
} // namespace weft::test
