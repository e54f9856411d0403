// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Texts and vocabularies: a vocabulary file, a zero byte, a text. The text gives a vocabulary of
// its own, which must encode it and survive its file; the ids are read in batches. All of it is
// also read as a sound, which must survive its file.
#include "models/common/Batches.h"
#include "models/common/Data.h"
#include "models/common/Sounds.h"
#include "test/fuzz/FuzzTarget.h"

using namespace weft;
using namespace weft::models;

static void readBatches(const std::vector<int32_t> &ids, int64_t size) {
  for (auto [streams, block] : {std::pair<int64_t, int64_t>(1, 1), {2, 3}, {3, 2}}) {
    Result<Batches> batches = Batches::make(ids, streams, block, "fuzz.txt");
    if (!batches)
      continue;
    Tensor tokens = *Tensor::zeros(DType::I32, {streams, block});
    Tensor targets = *Tensor::zeros(DType::I32, {streams, block});
    for (int i = 0; i < 8; ++i) {
      if (batches->atEnd())
        batches->wrap(uint64_t(i));
      batches->read(tokens, targets);
      for (int32_t id : targets.values<int32_t>())
        fuzz::require(id >= 0 && id < size, "ids lie in the vocabulary");
    }
  }
}

static void readSound(std::string_view bytes) {
  Result<Sound> sound = parseWav(bytes, "fuzz.wav");
  if (!sound)
    return fuzz::requireRefusal(sound.status());
  fuzz::require(parseWav(encodeWav(*sound), "fuzz.wav")->steps == sound->steps, "sounds survive");
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string_view text = fuzz::asText(data, size);
  std::string_view words = fuzz::takeUntil(text, '\0');
  fuzz::MemoryBound bound(size);
  readSound(fuzz::asText(data, size));
  Result<Vocabulary> given = Vocabulary::parse(words, "vocabulary.txt");
  if (!given)
    fuzz::requireRefusal(given.status());
  for (const Vocabulary &vocabulary :
       {Vocabulary::bytes(), Vocabulary::ofText(text), given ? *given : Vocabulary::bytes()}) {
    Result<std::vector<int32_t>> ids = vocabulary.encode(text, "fuzz.txt");
    if (!ids) {
      fuzz::requireRefusal(ids.status());
      continue;
    }
    std::string decoded;
    for (int32_t id : *ids) {
      fuzz::require(id >= 0 && id < vocabulary.size(), "ids lie in the vocabulary");
      decoded += vocabulary.decode(id);
    }
    fuzz::require(!vocabulary.isBytes() || decoded == text, "bytes survive");
    readBatches(*ids, vocabulary.size());
  }
  fuzz::require(bool(Vocabulary::ofText(text).encode(text, "fuzz.txt")),
                "the vocabulary of a text encodes it");
  return 0;
}
