// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which earlier positions a position of the Sparse Transformer sees (Child et al. 2019, sections
// 4.2 and 4.3). A pattern has two parts, A1 and A2, which reach every position together in two
// steps:
//
//            A1                                  A2
//   strided  the last l positions                every l-th position before
//   fixed    those of the same l positions       the last c of each l positions
//
// and three ways to put them into a layer: `interleaved` layers take turns, `merged` ones see both,
// of `heads` each sees one. Every position sees itself but for A2 of fixed, alone: there the first
// ones see nobody.
#ifndef MODELS_SPARSE_REACH_H
#define MODELS_SPARSE_REACH_H

#include <string>
#include <vector>

#include "weft/dsl.h"

namespace weft::models {

using dsl::Axis, dsl::BlockLayout, dsl::DType, dsl::Function, dsl::Init, dsl::Pattern, dsl::Scope,
    dsl::Tensor, dsl::WeightOptions;

/// Of whole numbers below 2^23, as floats: half a step keeps the rounded quotient off the next one.
inline Tensor quotient(Tensor i, int64_t by) { return floor((i + 0.5) / double(by)); }
inline Tensor remainder(Tensor i, int64_t by) { return i - quotient(i, by) * double(by); }

struct SparseReach {
  std::string attention = "fixed", integration = "merged";
  int64_t stride = 32, columns = 8, groups = 1, block = 16;

  template <class V> void visit(V &v) {
    v("attention", attention, {"dense", "strided", "fixed"},
      "which earlier positions a position sees; dense: all");
    v("integration", integration, {"interleaved", "merged", "heads"},
      "how the two parts of a pattern come together: layers take turns, all heads see both, heads "
      "take turns");
    v("stride", stride, 1, 65536, "l: of the pattern, and of a matrix of positions");
    v("columns", columns, 1, 65536, "c: of fixed, positions of each l that all later ones see");
    v("groups", groups, 1, 1024,
      "of fixed: heads take turns with so many groups of columns, the first from the end of each "
      "l");
    v("block", block, 16, 128, "positions of a block of the kernels: 16, 32, 64 or 128");
  }

  /// Throws UsageError where fields do not fit together.
  void check(int64_t context, int64_t heads) const;

  /// softmax(q_i K_S_i / sqrt(k)) V_S_i
  Tensor attendTo(const dsl::AttendAxes &axes, Tensor q, Tensor K, Tensor V, int64_t layer) const;

  enum class Part { first, second, both };
  struct Head {
    Part part;
    int64_t group;
  };
  /// Head h of a layer has entry h mod n of these n.
  std::vector<Head> turns(int64_t layer) const;

private:
  Pattern pattern(const Head &head) const;
};

inline std::vector<SparseReach::Head> SparseReach::turns(int64_t layer) const {
  std::vector<Part> parts = {Part::both};
  if (integration == "interleaved")
    parts = {layer % 2 == 0 ? Part::first : Part::second};
  if (integration == "heads")
    parts = {Part::first, Part::second};
  std::vector<Head> result;
  for (int64_t group = 0; group < groups; ++group)
    for (Part part : parts)
      result.push_back({part, group});
  return result;
}

inline void SparseReach::check(int64_t context, int64_t heads) const {
  auto refuse = [](const std::string &text) { throw UsageError(text); };
  auto number = [](int64_t value) { return std::to_string(value); };
  if (block != 16 && block != 32 && block != 64 && block != 128)
    refuse("block expects 16, 32, 64 or 128, got " + number(block));
  if (attention == "dense")
    return;
  if (attention == "strided" && context % stride != 0)
    refuse("context expects to be a multiple of stride, got " + number(context) + " vs " +
           number(stride) + "; " + number((context / stride + 1) * stride) + " would fit");
  if (attention == "strided" && groups != 1)
    refuse("groups belongs to attention fixed, got attention strided");
  if (attention == "fixed" && (stride % columns != 0 || groups > stride / columns))
    refuse(
        "columns expects to divide stride into at least as many parts as there are groups, got " +
        number(columns) + " of " + number(stride) + " for " + number(groups));
  int64_t count = int64_t(turns(0).size());
  if (heads % count != 0)
    refuse("heads expects to be a multiple of " + number(count) +
           ", the patterns that they take turns with, got " + number(heads));
}

inline Pattern SparseReach::pattern(const Head &head) const {
  bool strided = attention == "strided";
  Pattern first = strided ? Pattern::local(stride) : Pattern::window(stride);
  Pattern second =
      strided ? Pattern::strided(stride) : Pattern::columns(stride, columns, head.group);
  return head.part == Part::first ? first : head.part == Part::second ? second : first | second;
}

inline Tensor SparseReach::attendTo(const dsl::AttendAxes &axes, Tensor q, Tensor K, Tensor V,
                                    int64_t layer) const {
  if (attention == "dense")
    return attend(axes, q, K, V, dsl::causal());
  std::vector<BlockLayout> layouts;
  for (const Head &head : turns(layer))
    layouts.push_back(pattern(head).blocks(axes.query.getSize().getMaximum(), block));
  return attend(axes, q, K, V, BlockLayout::heads(layouts));
}

} // namespace weft::models

#endif
