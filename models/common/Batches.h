// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A text as B parallel streams read in blocks of M tokens: stream b is the b-th of B equal,
// contiguous parts, so a state carried from block to block stays with its text.
#ifndef MODELS_COMMON_BATCHES_H
#define MODELS_COMMON_BATCHES_H

#include <cstdint>
#include <span>
#include <string>

#include "weft/Tensor.h"

namespace weft::models {

class Batches {
public:
  /// `ids` must outlive the object. Fails with File when the text is too short for one block;
  /// `origin` names it. `labels`, if there are any, are one for each id and must outlive it, too.
  static Result<Batches> make(std::span<const int32_t> ids, int64_t streams, int64_t block,
                              const std::string &origin, std::span<const int32_t> labels = {});

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

  /// Blocks of one pass from position 0, the last incomplete one dropped.
  int64_t blockCount() const { return (length - 1) / block; }
  bool atEnd() const { return at.position >= length - block; }
  /// Starts again at a position below M that depends on the seed and on how often that happened:
  /// blocks then begin at other bytes than in the last pass. The caller clears the carried states.
  void wrap(uint64_t seed);

  /// Copies the next block into i32 tensors [B, M], M that of the block now, of tokens and of their
  /// labels, or else of the tokens that follow them, and moves on.
  void read(const Tensor &tokens, const Tensor &targets);

private:
  std::span<const int32_t> ids, labels;
  int64_t streams = 0, block = 0, length = 0;
  Place at;
};

} // namespace weft::models

#endif
