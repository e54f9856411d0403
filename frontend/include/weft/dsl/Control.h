// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recurrence. A C++ loop unrolls while tracing; scan does not.
#ifndef WEFT_DSL_CONTROL_H
#define WEFT_DSL_CONTROL_H

#include <functional>

#include "weft/dsl/Tensor.h"

namespace weft::dsl {

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

} // namespace weft::dsl

#endif
