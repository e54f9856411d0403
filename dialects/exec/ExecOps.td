// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Umbrella: the op files in reading order, nothing else.
#ifndef EXEC_OPS_TD
#define EXEC_OPS_TD

include "dialects/exec/ExecDispatchOps.td"
include "dialects/exec/ExecProgramOps.td"

#endif
