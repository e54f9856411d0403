// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef WEFT_TO_TILE_PASSES_TD
#define WEFT_TO_TILE_PASSES_TD

include "mlir/Pass/PassBase.td"

def ChooseSchedulePass : Pass<"weft-choose-schedule", "::mlir::ModuleOp"> {
  let summary = "puts the tile sizes of the target on every weft op";
  let description = [{
    Attribute `schedule = {rows, cols, depth}`: the extent of a tile along the rows, columns and the contracted or looped
    axis. One table per target; the emitters of weft-to-tile read nothing else. An op that has the attribute keeps it.
  }];
  let options = [Option<"target", "target", "std::string", "\"cpu\"", "the target, for example cpu or cpu:avx2">];
}

def WeftToTilePass : Pass<"weft-to-tile", "::mlir::ModuleOp"> {
  let summary = "turns every weft op into dispatches of tile kernels";
  let description = [{
    On entry: verified weft functions of one block. On exit: every function is in dispatch form (exec), every computation
    is an `exec.dispatch` of a `tile.kernel` "<function>.<n>.<op>", and the module attribute `weft.symbols` lists the size
    symbols in the order of the sizes table. Only `weft.param` and `weft.state` remain of weft.
  }];
  let options = [Option<"fuse", "fuse", "bool", "true",
                        "compute elementwise values in the kernels of others; off, each has its own: for tests">];
  let dependentDialects = ["::weft::ir::WeftDialect", "::weft::tile::TileDialect", "::weft::exec::ExecDialect", "::mlir::scf::SCFDialect",
      "::mlir::arith::ArithDialect"];
}

#endif
