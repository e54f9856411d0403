// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Umbrella: the op files in reading order, nothing else.
#ifndef WEFT_OPS_TD
#define WEFT_OPS_TD

include "dialects/weft/WeftMathOps.td"
include "dialects/weft/WeftShapeOps.td"
include "dialects/weft/WeftControlOps.td"
include "dialects/weft/WeftAttentionOps.td"
include "dialects/weft/WeftBlockAttentionOps.td"

#endif
