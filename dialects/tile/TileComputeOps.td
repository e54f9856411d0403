// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arithmetic on tiles beyond what arith already says.
#ifndef TILE_COMPUTE_OPS_TD
#define TILE_COMPUTE_OPS_TD

include "dialects/tile/TileMemoryOps.td"

def Tile_Factor : AnyTypeOf<[Tile_FloatTile, Tile_BufferType], "tile of floats, or at the staged level a buffer">;

def DotOp : Tile_Op<"dot", [Pure, AllTypesMatch<["acc", "result"]>]> {
  let summary = "acc + a b, or acc + a b^T with transpose_b";
  let description = [{
    a is [M, K], b is [K, N] (or [N, K]), acc is [M, N]. The sum over k runs in ascending order inside fixed lanes: for a
    given CPU feature level the result is the same bits every time. Factors of bf16 or f16 may be summed in f32. A buffer may hold
    a^T, [K, M], with transpose_a.
    Example: `%c = tile.dot %a, %b, %acc transpose_b : tensor<8x32xf32>, tensor<16x32xf32>, tensor<8x16xf32>`
  }];
  let arguments = (ins Tile_Factor:$a, Tile_Factor:$b, Tile_FloatTile:$acc, UnitAttr:$transpose_b,
                       UnitAttr:$transpose_a);
  let results = (outs Tile_FloatTile:$result);
  let assemblyFormat = "$a `,` $b `,` $acc (`transpose_a` $transpose_a^)? (`transpose_b` $transpose_b^)? attr-dict `:` type($a) `,` type($b) `,` type($acc)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// What the factors' tiles, or their buffers, hold.
    ::mlir::RankedTensorType getFactorType(int64_t number);
    /// The length of the sums.
    int64_t getDepth();
  }];
}

def ReduceOp : Tile_Op<"reduce", [Pure]> {
  let summary = "sum or maximum over one axis, which disappears";
  let description = "Example: `%m = tile.reduce max %t axis 1 : tensor<8x16xf32> -> tensor<8xf32>`";
  let arguments = (ins Tile_ReductionAttr:$kind, Tile_FloatTile:$input, I64Attr:$axis);
  let results = (outs Tile_FloatTile:$result);
  let assemblyFormat = "$kind $input `axis` $axis attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
}

def BroadcastOp : Tile_Op<"broadcast", [Pure]> {
  let summary = "repeats a scalar or a rank-1 tile along the other axis";
  let description = [{
    `dims` says which result axes the input's axes become. Examples:
    `%s = tile.broadcast %x dims [] : f32 -> tensor<8x16xf32>`, `%r = tile.broadcast %m dims [0] : tensor<8xf32> -> tensor<8x16xf32>`
  }];
  let arguments = (ins Tile_TileOrScalar:$input, DenseI64ArrayAttr:$dims);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$input `dims` $dims attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
}

def TransposeOp : Tile_Op<"transpose", [Pure]> {
  let summary = "a tile with rows and columns exchanged";
  let description = "Example: `%t = tile.transpose %x : tensor<8x16xf32> -> tensor<16x8xf32>`";
  let arguments = (ins Tile_FloatTile:$input);
  let results = (outs Tile_FloatTile:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
}

def ShearOp : Tile_Op<"shear", [Pure]> {
  let summary = "each row begins one column further left than the row above: diagonals become columns, read backwards";
  let description = [{
    Element (r, c) of [R, C] is element (r, R - 1 - r + c) of the input [R, W], W >= R + C - 1: what belongs to the distance
    r - c becomes what belongs to row r and column c.
    Example: `%t = tile.shear %x : tensor<8x24xf32> -> tensor<8x16xf32>`
  }];
  let arguments = (ins Tile_FloatTile:$input);
  let results = (outs Tile_FloatTile:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
}

def UnshearOp : Tile_Op<"unshear", [Pure]> {
  let summary = "the transposed map of shear: elements go back to their diagonals, all others are 0";
  let description = [{
    Element (r, R - 1 - r + c) of [R, W] is element (r, c) of the input [R, C], W >= R + C - 1.
    Example: `%t = tile.unshear %x : tensor<8x16xf32> -> tensor<8x24xf32>`
  }];
  let arguments = (ins Tile_FloatTile:$input);
  let results = (outs Tile_FloatTile:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
}

def ExtractOp : Tile_Op<"extract", [Pure]> {
  let summary = "the element of a tile at constant indices, as a scalar";
  let description = "Example: `%id = tile.extract %t[0] : tensor<1xi32> -> i32`";
  let arguments = (ins Tile_Tile:$tile, DenseI64ArrayAttr:$indices);
  let results = (outs Tile_Element:$result);
  let assemblyFormat = "$tile `` $indices attr-dict `:` type($tile) `->` type($result)";
  let hasVerifier = 1;
}

def IotaOp : Tile_Op<"iota", [Pure]> {
  let summary = "start + index along one axis, as i32";
  let description = "Example: `%c = tile.iota axis 1 start %j : tensor<8x16xi32>`";
  let arguments = (ins I64Attr:$axis, Index:$start);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "`axis` $axis `start` $start attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def MathOp : Tile_Op<"math", [Pure, SameOperandsAndResultType]> {
  let summary = "an elementary function of the shared table: our own polynomials on every target, no libm";
  let description = "Example: `%e = tile.math exp2 %x : tensor<8x16xf32>`";
  let arguments = (ins Tile_FunctionAttr:$function, Tile_FloatLike:$input);
  let results = (outs Tile_FloatLike:$result);
  let assemblyFormat = "$function $input attr-dict `:` type($result)";
}

def PhiloxOp : Tile_Op<"philox", [Pure, AllTypesMatch<["index", "result"]>]> {
  let summary = "Philox4x32-10 words by element index";
  let description = [{
    Word (index mod 4) of Philox4x32-10 with key (key0, key1) and counter (index / 4, id, step0, step1), for each index.
    Example: `%w = tile.philox %index key %k0, %k1 step %s0, %s1 id %id : tensor<64xi32>`
  }];
  let arguments = (ins Tile_Tile:$index, I32:$key0, I32:$key1, I32:$step0, I32:$step1, I32:$id);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$index `key` $key0 `,` $key1 `step` $step0 `,` $step1 `id` $id attr-dict `:` type($result)";
  let hasVerifier = 1;
}

#endif
