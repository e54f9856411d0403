// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Umbrella: the op files in reading order, nothing else.
#ifndef TILE_OPS_TD
#define TILE_OPS_TD

include "dialects/tile/TileControlOps.td"
include "dialects/tile/TileMemoryOps.td"
include "dialects/tile/TileComputeOps.td"
include "dialects/tile/TileStagedOps.td"

#endif
