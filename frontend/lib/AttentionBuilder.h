// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How attend builds its op: named axes to [batch, heads, time, features], and a reach to a score
// region. Inside of the frontend.
#ifndef FRONTEND_LIB_ATTENTIONBUILDER_H
#define FRONTEND_LIB_ATTENTIONBUILDER_H

#include "frontend/lib/GraphBuilder.h"
#include "weft/dsl/Attention.h"

namespace weft::dsl::detail {

using namespace mlir;

/// The axes of the four dimensions of the op, each a group of axes of the language.
struct Layout {
  Axes batch, heads, features;
};

/// Keys and values, the axis of their keys, and how messages call them.
struct Source {
  const Node &keys, &values;
  Axis axis;
  std::string owner;
};

/// What the types of reach have in common.
struct Reach {
  int64_t first = 0;
  Size last;
  bool zeros = false;
  double epsilon = 0;
  const SoftSpan *span = nullptr;
  const BlockLayout *blocks = nullptr; ///< in place of distances
};

inline Axes join(std::initializer_list<Axes> groups) {
  Axes all;
  for (const Axes &group : groups)
    all.insert(all.end(), group.begin(), group.end());
  return all;
}

/// The axes of the values that neither the query nor the keys have.
Axes findFeatures(const Layout &layout, const Source &source);

/// One size for a group of axes: 1, the size of the only axis, or the product of constants.
Size fold(const Axes &group, Where where);

class Attend {
public:
  Attend(GraphBuilder &graph, const AttendAxes &axes, Where where)
      : graph(graph), axes(axes), where(where) {}

  Tensor build(const Tensor &query, const Tensor &keys, const Tensor &values, const Reach &reach,
               const AttendOptions &options);
  /// Feedback attention: one query for each sequence (FeedbackAttention.cpp).
  Tensor buildSteps(const Tensor &query, const Tensor &keys, const Tensor &values,
                    const LastSteps &reach, const AttendOptions &options);

private:
  const Node &place(const Tensor &tensor, const char *role);
  /// `isPerHead`: heads differ in their reach, though no operand says which axis they are.
  Layout findLayout(const Node &query, const Node *span, const Node *bias, bool isPerHead);
  /// Throws unless a layout of blocks fits the axes; what only distances have is refused.
  void checkBlocks(const BlockLayout &blocks, const Node &query, const AttendOptions &options);
  /// Throws unless the source fits the query and the layout.
  void checkSource(const Node &query, const Layout &layout, const Source &source);
  Value toFour(const Node &node, const Axes &batch, const Axes &heads, const Axis &time,
               const Axes &features);
  /// Keys and values of the op; groups of axes that both lack have size 1.
  std::pair<Value, Value> placeSource(const Layout &layout, const Source &source);
  Value placePosition(const Node &query, const Tensor &position, const Reach &reach);
  void addCapture(Value value, ir::CaptureKind kind);
  void captureSpan(const Node &span, const Layout &layout);
  /// How far each head reaches by its span, the first capture.
  Value placeHeadReach(const Reach &reach);
  void captureBias(const Node &query, const Node &bias, const Layout &layout, const Reach &reach);
  /// The op without its regions.
  struct Operands {
    Value query, keys, values, position;
    SmallVector<Value> sourceKeys, sourceValues;
    Value headReach, key;
    double dropout;
    int64_t id;
  };
  ir::AttentionOpInterface createOp(const Operands &operands, TypeRange types, const Reach &reach);
  /// The stride of a layout that is strided and nothing else, where its queries and keys can be put
  /// in the order of their remainders: there it is plain causal attention of that many batches. 0
  /// for all others.
  int64_t findStride(const Operands &operands, const Reach &reach);
  /// [B, H, n, D] to [B stride, H, n / stride, D] and back.
  Value permute(Value value, int64_t stride);
  Value permuteBack(Value value, int64_t stride);
  ir::BlocksAttr getBlocks(const BlockLayout &layout, int64_t heads);
  void buildScore(Region &region, const Reach &reach, bool hasBias);
  void buildSourceScore(Region &region);
  /// A block for a region whose arguments are `first` scalars and the captures.
  Block *addBlock(Region &region, unsigned first);
  /// A scalar of a region; what rounding to its type loses stays in its weft.exact.
  Value number(Type element, double value) {
    auto constant = ir::ConstantOp::create(graph.builder, loc, element, value);
    if (constant.getSplatValue() != value)
      constant->setAttr("weft.exact", graph.builder.getF64FloatAttr(value));
    return constant;
  }
  double getScale() const {
    return 1 / std::sqrt(static_cast<double>(axes.over.getSize().getOffset()));
  }
  int64_t checkDropout(double rate);
  /// Throws unless the axes and options are those of one query over the slots of a memory.
  void checkSteps(const Node &query, const LastSteps &reach, const AttendOptions &options);

  GraphBuilder &graph;
  const AttendAxes &axes;
  Where where;
  Location loc = graph.location(where);
  DType element = DType::f32; // of what has none of its own: that of the query
  Type scalar;                // the same, for regions
  std::vector<Tensor> keep;   // owns what `place` made
  SmallVector<Value> captures;
  SmallVector<Attribute> kinds;
  bool isOneQuery = false; // without an axis of its own
};

} // namespace weft::dsl::detail

#endif
