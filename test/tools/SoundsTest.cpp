// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "models/common/Sounds.h"

#include <cmath>

#include <gtest/gtest.h>

using namespace weft;
using namespace weft::models;

/// A WAV file of one chunk of format and one of data.
static std::string makeWav(uint16_t channels, uint16_t bits, const std::string &data,
                           uint16_t kind = 1) {
  std::string file = "RIFF....WAVE";
  auto put = [&](uint32_t value, size_t count) {
    for (size_t i = 0; i < count; ++i)
      file.push_back(char(value >> (8 * i) & 255));
  };
  file += "LIST", put(3, 4), file += "abc", put(0, 1); // another chunk, of odd size
  file += "fmt ", put(16, 4), put(kind, 2), put(channels, 2), put(8000, 4), put(0, 4), put(0, 2);
  put(bits, 2);
  file += "data", put(uint32_t(data.size()), 4);
  return file + data;
}

TEST(Sounds, TheLawIsFineWhereItIsQuiet) {
  EXPECT_EQ(toStep(-1), 0);
  EXPECT_EQ(toStep(1), 255);
  EXPECT_EQ(toStep(7), 255);
  EXPECT_EQ(toStep(0), 128);
  // ln(1 + 255 / 100) / ln 256 = 0.2285
  EXPECT_EQ(toStep(0.01), 157);
  EXPECT_LT(std::abs(fromStep(129) - fromStep(128)), 0.001);
  EXPECT_GT(std::abs(fromStep(255) - fromStep(254)), 0.04);
  for (int step = 0; step < 256; ++step)
    EXPECT_EQ(toStep(fromStep(uint8_t(step))), step);
}

TEST(Sounds, SamplesOf8And16BitsAndTheirChannels) {
  Sound sound = *parseWav(makeWav(1, 16, std::string("\x00\x80\xff\x7f\x00\x00", 6)), "a.wav");
  EXPECT_EQ(sound.rate, 8000);
  EXPECT_EQ(sound.steps, std::string("\x00\xff\x80", 3));
  // -1 and nearly 1 on two channels are 0 together.
  EXPECT_EQ(parseWav(makeWav(2, 16, std::string("\x00\x80\xff\x7f", 4)), "a.wav")->steps, "\x7f");
  EXPECT_EQ(parseWav(makeWav(1, 8, std::string("\x00\x80", 2)), "a.wav")->steps,
            std::string("\x00\x80", 2));
}

TEST(Sounds, WhatIsWrittenIsRead) {
  std::string steps;
  for (int step = 0; step < 256; ++step)
    steps.push_back(char(step));
  Sound sound = *parseWav(encodeWav({12000, steps}), "a.wav");
  EXPECT_EQ(sound.rate, 12000);
  EXPECT_EQ(sound.steps, steps);
}

TEST(Sounds, WhatIsNoSoundIsRefused) {
  auto refusal = [](const std::string &bytes) {
    Result<Sound> sound = parseWav(bytes, "a.wav");
    EXPECT_FALSE(sound);
    return sound.status().message();
  };
  EXPECT_EQ(refusal("OggS"), "a.wav: expects a WAV file, which begins with RIFF and WAVE");
  EXPECT_EQ(refusal(makeWav(1, 24, "abc")),
            "a.wav: expects PCM of 8 or 16 bits, got format 1 of 24 bits in 1 channels");
  EXPECT_EQ(refusal(makeWav(1, 16, "ab", 3)),
            "a.wav: expects PCM of 8 or 16 bits, got format 3 of 16 bits in 1 channels");
  EXPECT_EQ(refusal(makeWav(1, 16, "")), "a.wav: expects samples, got none");
  EXPECT_EQ(refusal("RIFF....WAVEdata    "),
            "a.wav: expects the chunk `fmt ` before the data, got none");
  EXPECT_EQ(refusal("RIFF....WAVE"), "a.wav: expects a chunk `data`, got none");
}
