// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A text as B parallel streams read in blocks of M tokens: stream b is the b-th of B equal,
// contiguous parts, so a state carried from block to block stays with its text. Of images, every
// block is a whole one, and its targets are its own tokens: the model shifts them. Pairs (Pairs.h)
// are such blocks with labels.
#ifndef MODELS_COMMON_BATCHES_H
#define MODELS_COMMON_BATCHES_H

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "weft/Tensor.h"

namespace weft::models {

struct BatchOptions {
  bool areRecords = false; ///< blocks are images or pairs, M tokens each
  /// Of these: each pass takes them in an order of its own, which depends on this; none: as they
  /// lie.
  std::optional<uint64_t> shuffle = std::nullopt;
  /// What is asked for each id, in place of the token that follows it; or none at all. They must
  /// outlive the object.
  std::span<const int32_t> labels = {};
};

class Batches {
public:
  /// `ids` must outlive the object. Fails with File when the text is too short for one block;
  /// `origin` names it.
  static Result<Batches> make(std::span<const int32_t> ids, int64_t streams, int64_t block,
                              const std::string &origin, const BatchOptions &options = {});

  /// Reads on in blocks of another size, which must not be above that of `make`.
  void setBlock(int64_t length) { block = length; }

  /// Where reading stands: what a checkpoint keeps.
  struct Place {
    int64_t position = 0;
    int64_t wraps = 0;
  };
  Place place() const { return at; }
  /// Fails with File when the place is not in the text.
  Status seek(Place place);

  /// Blocks of one pass from position 0, the last incomplete one dropped; each begins `overlap`
  /// tokens before the last one ends.
  int64_t blockCount(int64_t overlap = 0) const {
    return (length - shift() - overlap) / (block - overlap);
  }
  bool atEnd() const { return at.position > length - block - shift(); }
  /// Starts again, a text at a position below M that depends on the seed and on how often that
  /// happened: blocks then begin at other bytes than in the last pass. The caller clears the
  /// carried states.
  void wrap(uint64_t seed);

  /// Copies the next block into i32 tensors [B, M], M that of the block now, of tokens and of their
  /// labels, or else of the tokens that follow them, and moves on.
  void read(const Tensor &tokens, const Tensor &targets);

private:
  /// From a token to its target.
  int64_t shift() const { return options.areRecords ? 0 : 1; }
  void shuffle();

  std::span<const int32_t> ids;
  BatchOptions options;
  std::vector<int64_t> order; ///< of the images, where they are shuffled
  int64_t streams = 0, block = 0, length = 0;
  Place at;
};

} // namespace weft::models

#endif
