// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "models/common/Batches.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "weft/Random.h"

using namespace weft;
using namespace weft::models;

Result<Batches> Batches::make(std::span<const int32_t> ids, int64_t streams, int64_t block,
                              const std::string &origin, const BatchOptions &options) {
  Batches result;
  result.ids = ids;
  result.options = options;
  result.streams = streams;
  result.block = block;
  result.length = int64_t(ids.size()) / streams;
  if (options.areRecords) {
    result.length = int64_t(ids.size()) / block / streams * block;
    if (result.length < block)
      return Status(ErrorCode::File,
                    origin + ": expects " + (options.labels.empty() ? "an image" : "a pair") +
                        " at least for each of " + std::to_string(streams) + " streams, got " +
                        std::to_string(int64_t(ids.size()) / block));
    result.shuffle();
    return result;
  }
  // After a wrap the first block may begin as late as at M - 1, and each block needs one token
  // more.
  if (result.length <= 2 * block)
    return Status(ErrorCode::File,
                  origin + ": expects at least " + std::to_string(streams * (2 * block + 1)) +
                      " tokens for " + std::to_string(streams) + " streams in blocks of " +
                      std::to_string(block) + ", got " + std::to_string(ids.size()));
  return result;
}

/// Words of the pass number `wraps`, and which of them.
static std::array<uint32_t, 4> draw(uint64_t wraps, uint64_t which, uint64_t seed) {
  return philox({uint32_t(wraps), uint32_t(wraps >> 32), uint32_t(which), uint32_t(which >> 32)},
                {uint32_t(seed), uint32_t(seed >> 32)});
}

/// Fisher and Yates, over all images: those that fill no stream are others in every pass.
void Batches::shuffle() {
  if (!options.shuffle)
    return;
  order.resize(ids.size() / size_t(block));
  std::iota(order.begin(), order.end(), int64_t(0));
  for (size_t i = order.size(); i > 1; --i) {
    std::array<uint32_t, 4> words = draw(uint64_t(at.wraps), i, *options.shuffle);
    uint64_t number = uint64_t(words[0]) << 32 | words[1];
    std::swap(order[i - 1], order[number % i]);
  }
}

Status Batches::seek(Place place) {
  bool isWhole = !options.areRecords || place.position % block == 0;
  // Behind the last image stands the end.
  int64_t end = options.areRecords ? length + 1 : length;
  if (place.position < 0 || place.position >= end || place.wraps < 0 || !isWhole)
    return Status(ErrorCode::File, "expects a position in a stream of " + std::to_string(length) +
                                       " tokens, got " + std::to_string(place.position));
  bool isOtherPass = place.wraps != at.wraps;
  at = place;
  if (options.areRecords && isOtherPass)
    shuffle();
  return {};
}

void Batches::wrap(uint64_t seed) {
  ++at.wraps;
  if (options.areRecords) {
    at.position = 0;
    return shuffle();
  }
  at.position = int64_t(draw(uint64_t(at.wraps), 0, seed)[0]) % block;
}

void Batches::read(const Tensor &tokens, const Tensor &targets) {
  for (int64_t stream = 0; stream < streams; ++stream) {
    int64_t begin = stream * length + at.position;
    if (!order.empty())
      begin = order[size_t(begin / block)] * block;
    const int32_t *from = ids.data() + begin;
    const int32_t *asked = options.labels.empty() ? from + shift() : options.labels.data() + begin;
    std::copy_n(from, block, tokens.values<int32_t>().data() + stream * block);
    std::copy_n(asked, block, targets.values<int32_t>().data() + stream * block);
  }
  at.position += block;
}
