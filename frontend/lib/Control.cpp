// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// scan: the body is traced once into a region; what it uses from outside becomes a capture.
#include "weft/dsl/Control.h"
#include "frontend/lib/GraphBuilder.h"
#include "frontend/lib/MemoryScan.h"
#include "llvm/ADT/ScopeExit.h"

using namespace mlir;

namespace weft::dsl {

using namespace detail;

namespace {

Tensor makeArgument(GraphBuilder &graph, Block *block, const Axes &axes, DType dtype, Where where,
                    const Node &from) {
  Value value = block->addArgument(graph.type(axes, dtype), graph.location(where, from.scope));
  return graph.wrap(value, axes, dtype, where, "scan", {&from});
}

bool anyUnknown(const std::vector<Tensor> &tensors) {
  for (const Tensor &tensor : tensors)
    if (tensor.getNode() && tensor.getNode()->isUnknown())
      return true;
  return false;
}

/// Leaves a trace whose body holds a mistake that is already reported.
struct UnknownBody {};

struct ScanBuilder {
  GraphBuilder &graph;
  const Axis &over;
  Where where;
  SmallVector<Value> initial, sliced;
  std::vector<Tensor> carried, slices;
  std::optional<MemoryScan> memory;

  void placeOperands(Block *block, const std::vector<Tensor> &inputs,
                     const std::vector<Tensor> &carry);
  Scanned traceBody(Block *block, const ScanBody &body, SmallVectorImpl<Value> &yielded);
};

void ScanBuilder::placeOperands(Block *block, const std::vector<Tensor> &inputs,
                                const std::vector<Tensor> &carry) {
  if (inputs.empty())
    throw Error(where,
                "scan expects at least one input, whose axis `" + over.getName() +
                    "` gives the steps",
                {}, "f.index(axis) is an input where there is no other");
  for (const Tensor &tensor : carry) {
    Tensor placed = graph.place(tensor, DType::f32, where);
    const Node &node = *placed.getNode();
    initial.push_back(node.value);
    carried.push_back(makeArgument(graph, block, node.axes, node.dtype, where, node));
  }
  for (const Tensor &tensor : inputs) {
    Tensor placed = graph.place(tensor, DType::f32, where);
    const Node &node = *placed.getNode();
    requireAxis(node, over, "scan", where);
    Axes rest;
    for (const Axis &axis : node.axes)
      if (!(axis == over))
        rest.push_back(axis);
    Axes first{over};
    first.insert(first.end(), rest.begin(), rest.end());
    sliced.push_back(graph.align(node, first, graph.location(where, node.scope)));
    slices.push_back(makeArgument(graph, block, rest, node.dtype, where, node));
  }
}

Scanned ScanBuilder::traceBody(Block *block, const ScanBody &body,
                               SmallVectorImpl<Value> &yielded) {
  OpBuilder::InsertionGuard guard(graph.builder);
  graph.builder.setInsertionPointToEnd(block);
  Scanned step = body(slices, carried);
  if (anyUnknown(step.carry) || anyUnknown(step.outputs))
    throw UnknownBody();
  if (step.carry.size() != carried.size())
    throw Error(where,
                "scan expects its body to hand on " + std::to_string(carried.size()) +
                    " carried tensors, got " + std::to_string(step.carry.size()),
                {}, "return one next value for each tensor that is carried, in the same order");
  for (size_t i = 0; i < carried.size(); ++i) {
    Tensor next = graph.place(step.carry[i], carried[i].dtype(), where);
    const Node &from = *next.getNode(), &to = *carried[i].getNode();
    checkShared(from, to, where);
    bool same = from.axes.size() == to.axes.size() && from.dtype == to.dtype;
    for (const Axis &axis : to.axes)
      same &= findAxis(from.axes, axis.getName()) != nullptr;
    if (!same)
      throw Error(where,
                  "scan expects a carried tensor to keep its axes, got " + formatAxes(from.axes) +
                      " of " + formatDType(from.dtype) + " after " + formatAxes(to.axes) + " of " +
                      formatDType(to.dtype),
                  {from.note()}, "what a step hands on is what the next step gets");
    yielded.push_back(graph.align(from, to.axes, graph.location(where, from.scope)));
  }
  for (Tensor &output : step.outputs) {
    output = graph.place(output, DType::f32, where);
    yielded.push_back(output.getNode()->value);
  }
  if (memory && !memory->collect(yielded))
    throw UnknownBody();
  ir::YieldOp::create(graph.builder, graph.location(where), yielded);
  return step;
}

Scanned build(GraphBuilder &graph, const Axis &over, const std::vector<Tensor> &inputs,
              const std::vector<Tensor> &carry, Memory *memory, const ScanBody &body, Where where) {
  size_t depth = graph.function->blocks.size();
  Region region;
  Block *block = &region.emplaceBlock();
  // The region goes, whatever happens: an unknown body must leave no half-built op behind.
  llvm::scope_exit leave([&] { graph.function->blocks.resize(depth); });
  graph.pushBlock(block, "scan");
  ScanBuilder scan{graph, over, where, {}, {}, {}, {}, {}};
  if (memory)
    scan.memory.emplace(graph, over, *memory, where);
  llvm::scope_exit giveUp([&] {
    if (scan.memory)
      scan.memory->giveUp();
  });
  if (scan.memory && !scan.memory->place())
    throw UnknownBody();
  scan.placeOperands(block, inputs, carry);
  if (scan.memory)
    scan.memory->enterStep(block);
  SmallVector<Value> yielded;
  Scanned step = scan.traceBody(block, body, yielded);
  SmallVector<Value> captures = captureOutside(region);
  SmallVector<Type> outputTypes;
  std::vector<Axes> outputAxes;
  for (const Tensor &output : step.outputs) {
    Axes axes{over};
    axes.insert(axes.end(), output.axes().begin(), output.axes().end());
    graph.checkAxes(axes, "an output of scan", where);
    outputTypes.push_back(graph.type(axes, output.dtype()));
    outputAxes.push_back(axes);
  }
  Location loc = graph.location(where, inputs.front().getNode()->scope);
  auto op = ir::ScanOp::create(graph.builder, loc, outputTypes, scan.initial, scan.sliced,
                               /*windows=*/ValueRange(),
                               scan.memory ? scan.memory->getWholes() : ValueRange(),
                               /*sums=*/ValueRange(), captures, /*reverse=*/false);
  op.getBody().takeBody(region);
  Scanned result;
  for (size_t i = 0; i < carry.size(); ++i)
    result.carry.push_back(graph.wrap(op.getCarried()[i], scan.carried[i].axes(),
                                      scan.carried[i].dtype(), where, "scan",
                                      {inputs.front().getNode()}));
  for (size_t i = 0; i < step.outputs.size(); ++i)
    result.outputs.push_back(graph.wrap(op.getOutputs()[i], outputAxes[i], step.outputs[i].dtype(),
                                        where, "scan", {inputs.front().getNode()}));
  giveUp.release();
  if (scan.memory)
    scan.memory->finish(op.getWritten());
  return result;
}

Scanned guardedScan(const Axis &over, const std::vector<Tensor> &inputs,
                    const std::vector<Tensor> &carry, Memory *memory, const ScanBody &body,
                    Where where) {
  SmallVector<const Tensor *> operands;
  for (const std::vector<Tensor> *group : {&inputs, &carry})
    for (const Tensor &tensor : *group)
      operands.push_back(&tensor);
  GraphBuilder &graph = builderOf(operands, where);
  Tensor unknown = graph.unknown(where);
  // How many outputs a body has is not known where it has a mistake.
  Scanned nothing{std::vector<Tensor>(carry.size(), unknown), std::vector<Tensor>(64, unknown)};
  try {
    graph.enter(where);
    if (anyUnknown(inputs) || anyUnknown(carry))
      return nothing;
    if (!body)
      throw Error(where, "scan expects a body, got an empty function", {},
                  "pass a lambda that takes slices and carried tensors");
    return build(graph, over, inputs, carry, memory, body, where);
  } catch (const UnknownBody &) {
    return nothing;
  } catch (const Error &error) {
    graph.report(error);
    return nothing;
  }
}

} // namespace

Scanned scan(const Axis &over, std::vector<Tensor> inputs, std::vector<Tensor> carry,
             const ScanBody &body, Where where) {
  return guardedScan(over, inputs, carry, nullptr, body, where);
}

Scanned scan(const Axis &over, std::vector<Tensor> inputs, std::vector<Tensor> carry,
             Memory &memory, const ScanBody &body, Where where) {
  return guardedScan(over, inputs, carry, &memory, body, where);
}

Tensor scan(const Axis &over, Tensor x, Memory &memory,
            const std::function<Tensor(Tensor, Memory &)> &body, Where where) {
  ScanBody step;
  if (body)
    step = [&](std::vector<Tensor> slices, std::vector<Tensor>) {
      return Scanned{{}, {body(slices[0], memory)}};
    };
  return scan(over, std::vector<Tensor>{x}, {}, memory, step, where).outputs.front();
}

Tensor scan(const Axis &over, Tensor x, Tensor carry,
            const std::function<Tensor(Tensor, Tensor)> &body, Where where) {
  ScanBody step;
  if (body)
    step = [&](std::vector<Tensor> slices, std::vector<Tensor> carried) {
      Tensor next = body(slices[0], carried[0]);
      return Scanned{{next}, {next}};
    };
  return scan(over, std::vector<Tensor>{x}, std::vector<Tensor>{carry}, step, where)
      .outputs.front();
}

} // namespace weft::dsl
