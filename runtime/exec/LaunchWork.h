// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a launch has to do, for profiles: nobody pays for it who does not ask.
#ifndef RUNTIME_EXEC_LAUNCHWORK_H
#define RUNTIME_EXEC_LAUNCHWORK_H

#include "runtime/exec/ExecProgram.h"

namespace weft {

struct LaunchWork {
  double flops = 0; ///< of products of matrices (FunctionSpec::flops)
  double bytes = 0; ///< of all arrays, each counted once
};

/// `launch` is an op of `function`; `sizes` has a value for each symbol.
LaunchWork countWork(const ExecProgram &program, const Manifest &manifest,
                     const WeftExecFunction &function, const WeftExecOp &launch,
                     std::span<const int64_t> sizes);

} // namespace weft

#endif
