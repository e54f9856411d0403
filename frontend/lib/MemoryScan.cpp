// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "frontend/lib/MemoryScan.h"

using namespace mlir;

namespace weft::dsl {

using namespace detail;

Memory::Memory(Axis seen, std::vector<Tensor> past, Where where)
    : seen(std::move(seen)), where(where), tensors(std::move(past)) {}

/// The builder of a memory's tensors, or of what is written to it.
static GraphBuilder &getBuilder(const std::vector<Tensor> &tensors,
                                const std::vector<Tensor> &written, Where where) {
  SmallVector<const Tensor *> operands;
  for (const std::vector<Tensor> *group : {&tensors, &written})
    for (const Tensor &tensor : *group)
      operands.push_back(&tensor);
  return builderOf(operands, where);
}

Tensor Memory::read(size_t which, Where at) const {
  if (which < tensors.size())
    return tensors[which];
  GraphBuilder &graph = getBuilder(tensors, {}, at);
  graph.report(Error(at,
                     "a memory of " + std::to_string(tensors.size()) +
                         " tensors expects the number of one of them, from 0, got " +
                         std::to_string(which),
                     {{where, "the memory is made here"}}, "they are in the order of its past"));
  return graph.unknown(at);
}

void Memory::write(std::vector<Tensor> written, Where at) {
  GraphBuilder &graph = getBuilder(tensors, written, at);
  try {
    graph.enter(at);
    if (!inStep)
      throw Error(at, "a memory expects to be written in the body of its scan, got a write outside",
                  {{where, "the memory is made here"}},
                  "hand it to scan, and write to it in the body");
    if (slots)
      throw Error(at, "a memory expects one write in a step, got a second",
                  {{where, "the memory is made here"}},
                  "write all its tensors at once: memory.write({a, b})");
    slots = std::move(written);
  } catch (const Error &error) {
    graph.report(error);
  }
}

namespace detail {

Axes MemoryScan::getSeen(const Part &part) const {
  Axes axes{memory.seen};
  axes.insert(axes.end(), part.rest.begin(), part.rest.end());
  return axes;
}

bool MemoryScan::place() {
  const Size &seen = memory.seen.getSize();
  if (!seen.isConstant() || seen.getOffset() < 1)
    throw Error(where,
                "a memory expects the size of its axis `" + memory.seen.getName() +
                    "` to be a number of at least 1, got " + seen.str(),
                {{memory.where, "the memory is made here"}},
                "the axis is how many steps back a step sees");
  if (memory.tensors.empty())
    throw Error(where, "a memory expects at least one tensor, got none",
                {{memory.where, "the memory is made here"}},
                "give it what was written before: zeros, or a state");
  for (const Tensor &tensor : memory.tensors) {
    Tensor placed = graph.place(tensor, DType::f32, where);
    const Node &node = *placed.getNode();
    if (node.isUnknown())
      return false;
    requireAxis(node, memory.seen, "a memory", where);
    Part part{{}, node.dtype, placed};
    for (const Axis &axis : node.axes)
      if (!(axis == memory.seen))
        part.rest.push_back(axis);
    Axes slots = getSeen(part);
    Location loc = graph.location(where, node.scope);
    Value past = graph.align(node, slots, loc);
    slots.front() = Axis(memory.seen.getName(), over.getSize() + seen.getOffset());
    wholes.push_back(ir::PadOp::create(graph.builder, loc, graph.type(slots, node.dtype), past,
                                       /*axis=*/0, /*start=*/0, /*at_end=*/false));
    parts.push_back(std::move(part));
  }
  return true;
}

void MemoryScan::enterStep(Block *block) {
  for (auto [part, tensor] : llvm::zip(parts, memory.tensors)) {
    Axes axes = getSeen(part);
    Value window = block->addArgument(graph.type(axes, part.dtype),
                                      graph.location(where, part.past.getNode()->scope));
    tensor = graph.wrap(window, axes, part.dtype, where, "a memory", {part.past.getNode()});
  }
  memory.slots.reset();
  memory.inStep = true;
}

bool MemoryScan::collect(SmallVectorImpl<Value> &yielded) {
  memory.inStep = false;
  if (!memory.slots)
    throw Error(where, "scan expects its body to write to the memory, got no write",
                {{memory.where, "the memory is made here"}},
                "end the body with memory.write({...}), one tensor for each of its past");
  if (memory.slots->size() != parts.size())
    throw Error(where,
                "a memory of " + std::to_string(parts.size()) +
                    " tensors expects as many to be written, got " +
                    std::to_string(memory.slots->size()),
                {{memory.where, "the memory is made here"}},
                "write one tensor for each of the past, in the same order");
  for (auto [part, tensor] : llvm::zip(parts, *memory.slots)) {
    Tensor slot = graph.place(tensor, part.dtype, where);
    const Node &node = *slot.getNode();
    if (node.isUnknown())
      return false;
    checkShared(node, *part.past.getNode(), where);
    bool same = node.axes.size() == part.rest.size() && node.dtype == part.dtype;
    for (const Axis &axis : part.rest)
      same &= findAxis(node.axes, axis.getName()) != nullptr;
    if (!same)
      throw Error(where,
                  "a memory expects what a step writes to have axes " + formatAxes(part.rest) +
                      " of " + formatDType(part.dtype) + ", got " + formatAxes(node.axes) + " of " +
                      formatDType(node.dtype),
                  {node.note(), part.past.getNode()->note()},
                  "a step writes what the past holds, without axis `" + memory.seen.getName() +
                      "`");
    yielded.push_back(graph.align(node, part.rest, graph.location(where, node.scope)));
  }
  return true;
}

void MemoryScan::finish(ValueRange written) {
  for (auto [part, tensor, whole] : llvm::zip(parts, memory.tensors, written)) {
    Axes axes = getSeen(part);
    Value last = ir::TailOp::create(graph.builder, whole.getLoc(), graph.type(axes, part.dtype),
                                    whole, /*axis=*/0);
    tensor = graph.wrap(last, axes, part.dtype, where, "a memory", {part.past.getNode()});
  }
}

void MemoryScan::giveUp() {
  memory.inStep = false;
  for (Tensor &tensor : memory.tensors)
    tensor = graph.unknown(where);
}

} // namespace detail

} // namespace weft::dsl
