// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What to say when a GPU has no room for a function.
#ifndef RUNTIME_EXEC_MEMORYSHORTAGE_H
#define RUNTIME_EXEC_MEMORYSHORTAGE_H

#include "runtime/exec/ExecProgram.h"
#include "weft/Device.h"

namespace weft {

/// A lack of memory on a device with memory of its own, with the plan's largest buffers, the lines
/// of the model that they come from, and what helps, in bytes. Any other status stays as it is.
Status explainShortage(const Status &status, const ExecProgram &program, const Manifest &manifest,
                       size_t function, const Device &device);

} // namespace weft

#endif
