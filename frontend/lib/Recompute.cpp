// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// recompute: the body is traced into a region, as that of a scan; and what both do to it.
#include "frontend/lib/GraphBuilder.h"
#include "weft/dsl/Control.h"
#include "llvm/ADT/ScopeExit.h"

using namespace mlir;

namespace weft::dsl {

namespace detail {

SmallVector<Value> captureOutside(Region &body) {
  SmallVector<Value> captures;
  DenseMap<Value, Value> inside;
  body.walk([&](Operation *op) {
    for (OpOperand &operand : op->getOpOperands()) {
      Value value = operand.get();
      if (body.isAncestor(value.getParentRegion()))
        continue;
      auto [entry, isNew] = inside.try_emplace(value);
      if (isNew) {
        captures.push_back(value);
        entry->second = body.front().addArgument(value.getType(), value.getLoc());
      }
      operand.set(entry->second);
    }
  });
  return captures;
}

} // namespace detail

using namespace detail;

static Tensor build(GraphBuilder &graph, const Tensor &x, const std::function<Tensor(Tensor)> &body,
                    Where where) {
  if (!body)
    throw Error(where, "recompute expects a body, got an empty function", {},
                "pass a lambda that takes a tensor and returns one");
  size_t depth = graph.function->blocks.size();
  Region region;
  Block *block = &region.emplaceBlock();
  llvm::scope_exit leave([&] { graph.function->blocks.resize(depth); });
  graph.pushBlock(block, "recompute");
  Tensor result;
  {
    OpBuilder::InsertionGuard guard(graph.builder);
    graph.builder.setInsertionPointToEnd(block);
    result = body(graph.place(x, DType::f32, where));
    if (result.getNode() && result.getNode()->isUnknown())
      return graph.unknown(where);
    result = graph.place(result, DType::f32, where);
    ir::YieldOp::create(graph.builder, graph.location(where), result.getNode()->value);
  }
  const Node &from = *result.getNode();
  SmallVector<Value> captures = captureOutside(region);
  auto op = ir::RecomputeOp::create(graph.builder, graph.location(where, from.scope),
                                    from.value.getType(), captures);
  op.getBody().takeBody(region);
  return graph.wrap(op.getResult(0), from.axes, from.dtype, where, "recompute", {&from});
}

Tensor recompute(Tensor x, const std::function<Tensor(Tensor)> &body, Where where) {
  return guarded({&x}, where, [&](GraphBuilder &graph) { return build(graph, x, body, where); });
}

} // namespace weft::dsl
