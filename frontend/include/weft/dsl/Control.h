// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recurrence, and what a gradient keeps. A C++ loop unrolls while tracing; scan does not.
#ifndef WEFT_DSL_CONTROL_H
#define WEFT_DSL_CONTROL_H

#include <functional>
#include <optional>

#include "weft/dsl/Tensor.h"

namespace weft::dsl {

namespace detail {
class MemoryScan;
}

/// What the last steps of a scan wrote, which every step reads where it lies: nothing is handed
/// from step to step. A recurrence over its last states has one (Fan et al. 2020, the Feedback
/// Transformer's). All its tensors are written together, once a step.
class Memory {
public:
  /// `past` is what was written before the first step, oldest first along `seen`, whose size, a
  /// number of at least 1, is how many steps a step looks back.
  Memory(Axis seen, std::vector<Tensor> past, Where where = Where::current());

  /// The axis of what a step sees, oldest first.
  const Axis &axis() const { return seen; }

  /// In the body of a scan what the steps before wrote, outside what the last steps wrote, or the
  /// past: one of its tensors, along axis().
  Tensor read(size_t which = 0, Where where = Where::current()) const;

  /// What this step writes: one tensor for each of the past, without axis(). Only in the body of
  /// the scan, and once.
  void write(std::vector<Tensor> slots, Where where = Where::current());

private:
  friend class detail::MemoryScan;

  Axis seen;
  Where where;
  std::vector<Tensor> tensors;
  std::optional<std::vector<Tensor>> slots; // of this step
  bool inStep = false;
};

/// What a step of a scan hands on (`carry`) and what it emits (`outputs`); also what the scan gives
/// back: the last carry, and the outputs stacked along the axis.
struct Scanned {
  std::vector<Tensor> carry, outputs;
};

using ScanBody = std::function<Scanned(std::vector<Tensor> slices, std::vector<Tensor> carry)>;

/// Runs `body` once for each index of `over`: it sees the inputs at that index, without the axis,
/// and the carried tensors. Weights and other tensors from outside may be used in the body.
Scanned scan(const Axis &over, std::vector<Tensor> inputs, std::vector<Tensor> carry,
             const ScanBody &body, Where where = Where::current());

/// One input, one carried tensor that is also the output: the states h_1 .. h_n stacked along
/// `over`.
Tensor scan(const Axis &over, Tensor x, Tensor carry,
            const std::function<Tensor(Tensor x, Tensor carry)> &body,
            Where where = Where::current());

/// The same with a memory, which the body reads and writes.
Scanned scan(const Axis &over, std::vector<Tensor> inputs, std::vector<Tensor> carry,
             Memory &memory, const ScanBody &body, Where where = Where::current());

/// One input and a memory; the outputs stacked along `over`.
Tensor scan(const Axis &over, Tensor x, Memory &memory,
            const std::function<Tensor(Tensor x, Memory &memory)> &body,
            Where where = Where::current());

/// body(x), whose gradient computes the body once more instead of keeping what it reads of it
/// (activation checkpointing; Chen et al. 2016): of a layer only `x` is kept until the way back,
/// which takes the time of one more forward pass. Values, gradients and the mask of dropout are the
/// same bits as without. Weights and other tensors from outside may be used in the body.
///
///   H = recompute(H, [&](Tensor H) { return block(w / "layer" / i, H); });
Tensor recompute(Tensor x, const std::function<Tensor(Tensor)> &body,
                 Where where = Where::current());

} // namespace weft::dsl

#endif
