// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every truncation and every single-bit flip of a small artifact: rejected, or, under a new hash,
// read without harm.
#include "test/runtime/TestModels.h"

namespace weft::test {
namespace {

TEST(Damage, EveryTruncationIsRejected) {
  std::vector<std::byte> bytes = makeBounded().build();
  for (size_t length = 0; length < bytes.size(); ++length) {
    Result<Artifact> artifact = Artifact::parse(std::span(bytes).first(length), "cut.weft");
    ASSERT_FALSE(artifact) << length;
    ASSERT_EQ(artifact.status().code(), ErrorCode::File);
  }
}

TEST(Damage, EverySingleBitFlipIsRejected) {
  ArtifactBuilder builder = makeBounded();
  builder.code = "short";
  std::vector<std::byte> bytes = builder.build();
  ASSERT_TRUE(Artifact::parse(bytes, "whole.weft"));
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    bytes[bit / 8] ^= std::byte(1 << bit % 8);
    ASSERT_FALSE(Artifact::parse(bytes, "flipped.weft")) << "bit " << bit;
    bytes[bit / 8] ^= std::byte(1 << bit % 8);
  }
}

// A forger can write a hash: what lies behind it must stand alone.
TEST(Damage, FlipsUnderANewHashAreHarmless) {
  ArtifactBuilder builder = makeBounded();
  builder.code = "short";
  std::vector<std::byte> bytes = builder.build();
  size_t accepted = 0, rejected = 0;
  auto flipAll = [&](size_t begin, size_t end) {
    for (size_t bit = 8 * begin; bit < 8 * end; ++bit) {
      bytes[bit / 8] ^= std::byte(1 << bit % 8);
      sealArtifact(bytes);
      Result<Artifact> artifact = Artifact::parse(bytes, "forged.weft");
      if (artifact)
        artifact->printExec();
      ++(artifact ? accepted : rejected);
      bytes[bit / 8] ^= std::byte(1 << bit % 8);
    }
  };
  flipAll(sizeof(WeftArtifactHeader), sizeof(WeftArtifactHeader) + 4 * sizeof(WeftSection));
  for (WeftSectionType type : {WEFT_SECTION_MANIFEST, WEFT_SECTION_EXEC}) {
    WeftSection section = getSection(bytes, type);
    flipAll(section.offset, section.offset + section.storedLength);
  }
  EXPECT_GT(accepted, 100u); // names and texts
  EXPECT_GT(rejected, 5000u);
}

} // namespace
} // namespace weft::test
