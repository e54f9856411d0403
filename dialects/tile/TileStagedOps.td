// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The staged level, of GPUs only: tiles have layouts, and threads exchange elements through shared memory.
#ifndef TILE_STAGED_OPS_TD
#define TILE_STAGED_OPS_TD

include "dialects/tile/TileComputeOps.td"

def ConvertOp : Tile_Op<"convert", [Pure]> {
  let summary = "the same tile in another layout";
  let description = [{
    Threads keep what they have: an element that another thread holds comes through a buffer, which a later pass writes
    out. Example: `%y = tile.convert %x : tensor<8x16xf32, #a> -> tensor<8x16xf32, #b>`
  }];
  let arguments = (ins Tile_Tile:$input);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
}

def BufferOp : Tile_Op<"buffer"> {
  let summary = "a part of the block's shared memory, from a byte on";
  let description = [{
    What it holds is undefined until a write and the barrier behind it. Two buffers may share bytes if no element of one
    is read after the other was written. Example: `%b = tile.buffer 0 : !tile.buffer<64 x 32 x f32 stride 33>`
  }];
  let arguments = (ins I64Attr:$offset);
  let results = (outs Tile_BufferType:$result);
  let assemblyFormat = "$offset attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def WriteOp : Tile_Op<"write"> {
  let summary = "each thread writes its elements of a tile to a buffer";
  let description = "Example: `tile.write %x, %b : tensor<64x32xf32, #a>, !tile.buffer<64 x 32 x f32 stride 33>`";
  let arguments = (ins Tile_Tile:$tile, Arg<Tile_BufferType, "", [MemWrite]>:$buffer);
  let assemblyFormat = "$tile `,` $buffer attr-dict `:` type($tile) `,` type($buffer)";
  let hasVerifier = 1;
}

def ReadOp : Tile_Op<"read"> {
  let summary = "each thread reads its elements of a tile from a buffer, at places that row and column move linearly";
  let description = [{
    Element (r, c) is element (rows . (r, c, 1), columns . (r, c, 1)) of the buffer, or 0 outside it. A tile of rank 1 has
    c = 0, one of rank 0 also r = 0. Transposed: `rows [0, 1, 0] columns [1, 0, 0]`.
    Example: `%y = tile.read %b rows [1, 0, 0] columns [0, 1, 0] : !tile.buffer<64 x 32 x f32 stride 33> -> tensor<64x32xf32, #a>`
  }];
  let arguments = (ins Arg<Tile_BufferType, "", [MemRead]>:$buffer, DenseI64ArrayAttr:$rows, DenseI64ArrayAttr:$columns);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$buffer `rows` $rows `columns` $columns attr-dict `:` type($buffer) `->` type($result)";
  let hasVerifier = 1;
}

def BarrierOp : Tile_Op<"barrier", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "all threads of the block arrive before any goes on; what was written before is seen behind it";
  let assemblyFormat = "attr-dict";
}

#endif
