// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef TILE_TO_NVPTX_PASSES_TD
#define TILE_TO_NVPTX_PASSES_TD

include "mlir/Pass/PassBase.td"

def TileAssignLayoutsPass : Pass<"tile-assign-layouts", "::mlir::ModuleOp"> {
  let summary = "says which thread of a block holds which elements of every tile";
  let description = [{
    All matrices of one shape have one layout in a kernel, so that arithmetic never moves anything. Tiles of rank 1
    follow the reductions and broadcasts that they meet; where two disagree stands a `tile.convert`.
    With `warp-groups`, products that warp groups of sm_90a can compute are theirs: the kernel gets `tile.consumers`.
  }];
  let options = [Option<"warpGroups", "warp-groups", "bool", "false", "the GPU has products of warp groups (sm_90a)">];
  let dependentDialects = ["::weft::tile::TileDialect"];
}

def TilePlaceBuffersPass : Pass<"tile-place-buffers", "::mlir::ModuleOp"> {
  let summary = "what threads exchange goes through buffers in shared memory";
  let description = [{
    Factors of products, transposes, shears and converts are written to a buffer where the tile is made, and read where
    they are needed. Label `nvptx.C1`: docs/spec/kernels.md.
  }];
  let dependentDialects = ["::weft::tile::TileDialect"];
}

def TilePipelineCopiesPass : Pass<"tile-pipeline-copies", "::mlir::ModuleOp"> {
  let summary = "copies to shared memory run some rounds ahead of the loop that reads them";
  let description = [{
    Buffers that a loop copies at places which follow from its induction variable become rings of up to four stages, by
    what fits; each round waits for the oldest group and begins the copies of a later one.
  }];
  let dependentDialects = ["::weft::tile::TileDialect", "::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"];
}

def TileSpecialisePass : Pass<"tile-specialise", "::mlir::ModuleOp"> {
  let summary = "warps that copy run ahead of the warp groups that multiply";
  let description = [{
    In kernels with `tile.consumers` the copies of the loop around the product become a `tile.produce`, their buffers rings of up to
    four stages, by what fits, and behind the product stands a `tile.release`.
  }];
  let dependentDialects = ["::weft::tile::TileDialect"];
}

def TileInsertBarriersPass : Pass<"tile-insert-barriers", "::mlir::ModuleOp"> {
  let summary = "a barrier between accesses of two threads to the same memory, and nowhere else";
  let description = [{
    Buffers, and arrays that the kernel writes: a read behind a write, and a write behind a read. Loops are
    followed around, and a block that takes another task. An element of an array that the same
    thread touches both times needs none: the tiles have one layout, stand at the same place, and
    are loaded by the owners of their elements alone. So does a buffer that is written again, one that owners
    alone read where they wrote, and one that is copied to in the same way. Waits that nothing needs are left out.
  }];
  let dependentDialects = ["::weft::tile::TileDialect"];
}

def TileToNVPTXPass : Pass<"tile-to-nvptx", "::mlir::ModuleOp"> {
  let summary = "every staged tile.kernel becomes an llvm.func that a GPU launches";
  let description = [{
    Parameters are the arrays, then the values of the sizes; the block takes task after task. Labels `nvptx.C2` on:
    docs/spec/kernels.md.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::NVVM::NVVMDialect", "::mlir::arith::ArithDialect",
      "::mlir::scf::SCFDialect"];
}

#endif
