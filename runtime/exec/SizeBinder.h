// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Size symbols get their values from the shapes of a call's arguments.
#ifndef RUNTIME_EXEC_SIZEBINDER_H
#define RUNTIME_EXEC_SIZEBINDER_H

#include <span>

#include "weft/Manifest.h"

namespace weft {

/// Checks the arguments of a call against the function and returns the sizes table; symbols no
/// argument mentions are 0. Fails with Model and says which argument and axis, what was expected
/// and what was given. With `anyFloat` a float argument may have any float type.
Result<std::vector<int64_t>> bindSizes(const Manifest &manifest, const FunctionSpec &function,
                                       std::span<const Tensor> arguments, bool anyFloat);

/// Whether a symbol may have this value: in [0, bound], a multiple of the step or the bound itself.
bool isValidSize(int64_t value, int64_t bound, int64_t step);

/// A shape at its largest.
Shape getBoundShape(const Manifest &manifest, const TensorSpec &spec);
/// Gives a tensor that has room for it, and its rank, the shape at the sizes of a call. Takes no
/// memory.
Status setActualShape(Tensor &tensor, const TensorSpec &spec, std::span<const int64_t> sizes);

} // namespace weft

#endif
