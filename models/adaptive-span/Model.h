// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Adaptive Attention Span in Transformers (Sukhbaatar, Grave, Bojanowski, Joulin, ACL 2019), as its
// code computes it: post-norm, a cache of hidden states per layer, relative keys shared by all
// layers and heads, and a span that every head learns. Letters are the paper's: S the longest span,
// R the ramp, M the block, z the span as a fraction of S.
#ifndef MODELS_ADAPTIVE_SPAN_MODEL_H
#define MODELS_ADAPTIVE_SPAN_MODEL_H

#include <numeric>

#include "weft/dsl.h"
#include "weft/nn/Layers.h"

namespace weft::models {

struct AdaptiveSpan {
  static constexpr const char *name = "adaptive-span";
  static constexpr const char *summary =
      "Transformer language model whose heads learn how far to look back";

  int64_t vocab = 256, hidden = 64, ff = 256, layers = 2, heads = 4, span = 256, block = 64,
          ramp = 32;
  double spanLoss = 2e-6, spanInit = 0;
  bool adaptiveCache = true;
  double dropout = 0, embDropout = 0;
  int64_t batch = 8, evalBatch = 8;

  template <class V> void visit(V &v);

  /// Throws UsageError where fields do not fit together.
  void check() const;

  /// One training step on a block: loss, objective with the span penalty, new caches.
  void step(dsl::Function &f) const;
  /// The loss of a block without dropout, with caches of its own batch.
  void eval(dsl::Function &f) const;
  /// The logits after one token of one stream.
  void generate(dsl::Function &f) const;

private:
  struct Axes;
  struct Sizes;
  enum class Mode { train, measure };

  Sizes chooseSizes(dsl::Function &f, int64_t layer, dsl::Tensor z, const Axes &a) const;
  dsl::Tensor layer(dsl::Scope w, dsl::Tensor x, dsl::Tensor cache, dsl::Tensor position,
                    const Sizes &size, const Axes &a, Mode mode) const;
  dsl::Tensor logits(dsl::Function &f, dsl::Tensor tokens, const Axes &a, Mode mode) const;
  void measure(dsl::Function &f, int64_t rows, Mode mode) const;
};

template <class V> void AdaptiveSpan::visit(V &v) {
  v("vocab", vocab, 1, 1000000, "number of token ids");
  v("hidden", hidden, 1, 65536, "width of the model");
  v("ff", ff, 1, 262144, "width of the feed-forward layers");
  v("layers", layers, 1, 256, "number of layers");
  v("heads", heads, 1, 1024, "attention heads of a layer; must divide hidden");
  v("span", span, 1, 1048576, "S: the longest span, in positions");
  v("block", block, 1, 65536, "M: new positions of a step");
  v("ramp", ramp, 1, 65536, "R: positions over which a head's weight falls from 1 to 0");
  v("span_loss", spanLoss, 0.0, 1.0, "price of one position of mean span, in nats");
  v("span_init", spanInit, 0.0, 1.0, "z at the start, as a fraction of span");
  v("adaptive_cache", adaptiveCache, "keep only as much cache as the spans need");
  v("dropout", dropout, 0.0, 0.99, "dropout of attention weights and of the feed-forward layer");
  v("emb_dropout", embDropout, 0.0, 0.99, "dropout of the embedding and of the last hidden state");
  v("batch", batch, 1, 65536, "streams of a training step");
  v("eval_batch", evalBatch, 1, 65536, "streams of an evaluation");
}

} // namespace weft::models

#endif
