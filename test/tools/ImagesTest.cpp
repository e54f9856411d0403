// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "models/common/Images.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

using namespace weft;
using namespace weft::models;

static const Image pixels{2, 1, std::string("\x00\x80\xff\x01\x02\x03", 6)};
static const std::string ppm = "P6 # two pixels\n2 1\n255\n" + pixels.bytes;

TEST(Images, PngSurvives) {
  std::string png = *encodePng(pixels);
  Image read = *parseImage(png, "a.png");
  EXPECT_EQ(read.width, 2);
  EXPECT_EQ(read.height, 1);
  EXPECT_EQ(read.bytes, pixels.bytes);
}

TEST(Images, PpmIsReadAsItStands) { EXPECT_EQ(parseImage(ppm, "a.ppm")->bytes, pixels.bytes); }

TEST(Images, WhatIsNoImageIsRefused) {
  auto refusal = [](const std::string &bytes) {
    Result<Image> image = parseImage(bytes, "a.ppm");
    EXPECT_FALSE(image);
    return image.status().message();
  };
  EXPECT_EQ(refusal("GIF89a"), "a.ppm: expects a PNG or a binary PPM (P6)");
  EXPECT_EQ(refusal("P6 2 1 65535\n"),
            "a.ppm: expects the header of a PPM: P6, width, height and 255");
  EXPECT_EQ(refusal("P6 2"), "a.ppm: expects the header of a PPM: P6, width, height and 255");
  EXPECT_EQ(refusal(ppm + "x"), "a.ppm: expects 6 bytes of pixels, got 7");
  EXPECT_EQ(refusal("P6 0 1 255\n"), "a.ppm: expects at most 2^26 pixels, got 0 x 1");
  EXPECT_EQ(refusal("P6 9000000000000 9000000000000 255\n"),
            "a.ppm: expects at most 2^26 pixels, got 9000000000000 x 9000000000000");
  std::string png = *encodePng(pixels);
  EXPECT_NE(refusal(png.substr(0, png.size() / 2)).find("cannot be read as a PNG"),
            std::string::npos);
}

namespace {
class ImageFolder : public testing::Test {
protected:
  ImageFolder() { std::filesystem::create_directories(folder + "/valid"); }
  ~ImageFolder() override { std::filesystem::remove_all(folder); }

  void write(const std::string &name, const std::string &bytes) const {
    std::ofstream(folder + "/" + name, std::ios::binary) << bytes;
  }
  static std::string makeImage(char value) { return "P6 1 1 255\n" + std::string(3, value); }

  std::string folder =
      (std::filesystem::temp_directory_path() / ("weft-images-" + std::to_string(getpid())))
          .string();
};
} // namespace

TEST_F(ImageFolder, NamesOrderTheImagesAndTheLastAreHeldOut) {
  write("b.ppm", makeImage(2));
  write("a.ppm", makeImage(1));
  write("c.png", *encodePng({1, 1, std::string(3, '\3')}));
  write("notes.txt", "no image");
  Corpus corpus = *readImages(folder, "");
  EXPECT_EQ(corpus.record, 3);
  EXPECT_EQ(corpus.train.ids, (std::vector<int32_t>{1, 1, 1, 2, 2, 2}));
  EXPECT_EQ(corpus.valid.ids, (std::vector<int32_t>{3, 3, 3}));
  EXPECT_EQ(*readImageIds(folder + "/b.ppm", 3), (std::vector<int32_t>{2, 2, 2}));

  write("valid/d.ppm", makeImage(4));
  Corpus other = *readImages(folder, folder + "/valid");
  EXPECT_EQ(other.train.ids.size(), 9u);
  EXPECT_EQ(other.valid.ids, (std::vector<int32_t>{4, 4, 4}));
  EXPECT_NE(other.fingerprint, corpus.fingerprint);
}

TEST_F(ImageFolder, OtherSizesAreToldByName) {
  write("a.ppm", makeImage(1));
  write("b.ppm", ppm);
  EXPECT_EQ(readImages(folder, "").status().message(),
            folder + "/b.ppm: expects the size of " + folder + "/a.ppm, 1 x 1 pixels, got 2 x 1");
  EXPECT_EQ(readImageIds(folder + "/b.ppm", 3).status().message(),
            folder + "/b.ppm: expects images of 3 bytes, which the model reads, got 2 x 1 pixels "
                     "of 3");
  EXPECT_EQ(readImages(folder + "/valid", "").status().message(),
            folder + "/valid: expects files that end in .png or .ppm, got none in this folder");
}
