// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "models/common/Batches.h"

#include <algorithm>

#include "weft/Random.h"

using namespace weft;
using namespace weft::models;

Result<Batches> Batches::make(std::span<const int32_t> ids, int64_t streams, int64_t block,
                              const std::string &origin, std::span<const int32_t> labels) {
  Batches result;
  result.ids = ids;
  result.labels = labels;
  result.streams = streams;
  result.block = block;
  result.length = int64_t(ids.size()) / streams;
  // After a wrap the first block may begin as late as at M - 1, and each block needs one token
  // more.
  if (result.length <= 2 * block)
    return Status(ErrorCode::File,
                  origin + ": expects at least " + std::to_string(streams * (2 * block + 1)) +
                      " tokens for " + std::to_string(streams) + " streams in blocks of " +
                      std::to_string(block) + ", got " + std::to_string(ids.size()));
  return result;
}

Status Batches::seek(Place place) {
  if (place.position < 0 || place.position >= length || place.wraps < 0)
    return Status(ErrorCode::File, "expects a position in a stream of " + std::to_string(length) +
                                       " tokens, got " + std::to_string(place.position));
  at = place;
  return {};
}

void Batches::wrap(uint64_t seed) {
  ++at.wraps;
  uint64_t wraps = uint64_t(at.wraps);
  std::array<uint32_t, 4> words = philox({uint32_t(wraps), uint32_t(wraps >> 32), 0, 0},
                                         {uint32_t(seed), uint32_t(seed >> 32)});
  at.position = int64_t(words[0]) % block;
}

void Batches::read(const Tensor &tokens, const Tensor &targets) {
  for (int64_t stream = 0; stream < streams; ++stream) {
    int64_t from = stream * length + at.position;
    const int32_t *asked = labels.empty() ? ids.data() + from + 1 : labels.data() + from;
    std::copy_n(ids.data() + from, block, tokens.values<int32_t>().data() + stream * block);
    std::copy_n(asked, block, targets.values<int32_t>().data() + stream * block);
  }
  at.position += block;
}
