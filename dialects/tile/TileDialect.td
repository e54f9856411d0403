// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef TILE_DIALECT_TD
#define TILE_DIALECT_TD

include "mlir/IR/OpBase.td"

def Tile_Dialect : Dialect {
  let name = "tile";
  let cppNamespace = "::weft::tile";
  let summary = "HOW one kernel computes: a block program over tiles, the same for every target";
  let description = [{
    The second of three dialects: weft (what) -> tile (how) -> exec (when). This is its *plain* level: what kernel
    emitters write and every target lowers.

    A `tile.kernel` is run once for each task. Its arguments are global arrays. A `tile.view` describes a strided
    part of an array; `tile.load` reads a tile (a builtin ranked tensor of static shape, a value) at a position of a
    view, with a fill value outside the view; `tile.store` writes the part of a tile that lies inside the view.
    Tiles are computed on by tile.dot, tile.reduce, tile.broadcast, by arith on tiles and scalars and by the
    functions of the closed table `tile.math`; control flow is scf.for and scf.if, which may carry tiles. Index
    arithmetic is arith on `index`.

    Transposition, slicing, broadcasting (stride 0), reversal (negative stride), sliding windows and the relative shear
    of attention are all views with other strides: they need no op and cost nothing.

    Two tasks of one launch never write the same element, and no task reads what another task of the launch writes.

    Never here: layouts, on-chip buffers, barriers (the staged level, GPUs only); allocation; a choice of order
    between kernels; dynamic tile shapes.
  }];
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"];
  let extraClassDeclaration = [{
    void registerTypes();
    void registerAttributes();
  }];
}

class Tile_Op<string mnemonic, list<Trait> traits = []> : Op<Tile_Dialect, mnemonic, traits>;

#endif
