// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Views, loads and stores.
#ifndef TILE_MEMORY_OPS_TD
#define TILE_MEMORY_OPS_TD

include "dialects/tile/TileControlOps.td"

def Tile_Element : AnyTypeOf<[F64, F32, BF16, F16, I32, I1], "element">;
def Tile_Tile : StaticShapeTensorOf<[F64, F32, BF16, F16, I32, I1]>;
def Tile_FloatTile : StaticShapeTensorOf<[F64, F32, BF16, F16]>;
def Tile_TileOrScalar : AnyTypeOf<[Tile_Element, Tile_Tile], "element or tile">;
def Tile_FloatLike : AnyTypeOf<[F64, F32, Tile_FloatTile], "float or tile of floats">;

def ViewOp : Tile_Op<"view", [Pure, SameVariadicOperandSize]> {
  let summary = "a strided window on an array";
  let description = [{
    Element (i_0, .., i_n) is array[offset + sum i_k * stride_k], all counted in elements. A stride may be 0 or negative.
    Example: `%v = tile.view %x offset %o sizes %n, %m strides %m, %one : !tile.array<f32> -> !tile.view<2 x f32>`
  }];
  let arguments = (ins Tile_ArrayType:$array, Index:$offset, Variadic<Index>:$sizes, Variadic<Index>:$strides);
  let results = (outs Tile_ViewType:$result);
  let assemblyFormat = "$array `offset` $offset `sizes` $sizes `strides` $strides attr-dict `:` type($array) `->` type($result)";
  let hasVerifier = 1;
}

def LoadOp : Tile_Op<"load"> {
  let summary = "reads a tile at a position of a view";
  let description = [{
    Tile rank = view rank, at most 2, or rank 0 of a rank-1 view position. Element (r, c) is view[i + r, j + c]; where that lies
    outside the view (a position may be negative), it is `fill`.
    Example: `%t = tile.load %v[%i, %j] fill %zero : !tile.view<2 x f32>, f32 -> tensor<8x16xf32>`
  }];
  let arguments = (ins Arg<Tile_ViewType, "", [MemRead]>:$view, Variadic<Index>:$indices, Tile_Element:$fill);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$view `[` $indices `]` `fill` $fill attr-dict `:` type($view) `,` type($fill) `->` type($result)";
  let hasVerifier = 1;
}

def StoreOp : Tile_Op<"store"> {
  let summary = "writes the part of a tile that lies inside the view";
  let description = "Example: `tile.store %t, %v[%i, %j] : tensor<8x16xf32>, !tile.view<2 x f32>`";
  let arguments = (ins Tile_Tile:$tile, Arg<Tile_ViewType, "", [MemWrite]>:$view, Variadic<Index>:$indices);
  let assemblyFormat = "$tile `,` $view `[` $indices `]` attr-dict `:` type($tile) `,` type($view)";
  let hasVerifier = 1;
}

#endif
