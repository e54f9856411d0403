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
    is read after the other was written. With `stages` it is a ring of so many buffers, one behind another, of which
    `tile.stage` takes one. Example: `%b = tile.buffer 0 stages 3 : !tile.buffer<64 x 32 x bf16 stride 32 swizzled>`
  }];
  let arguments = (ins I64Attr:$offset, DefaultValuedAttr<I64Attr, "1">:$stages);
  let results = (outs Tile_BufferType:$result);
  let assemblyFormat = "$offset (`stages` $stages^)? attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def StageOp : Tile_Op<"stage", [Pure, AllTypesMatch<["ring", "result"]>]> {
  let summary = "one buffer of a ring, by its number";
  let description = "Example: `%s = tile.stage %ring[%n] : !tile.buffer<64 x 32 x bf16 stride 32 swizzled>`";
  let arguments = (ins Tile_BufferType:$ring, Index:$number);
  let results = (outs Tile_BufferType:$result);
  let assemblyFormat = "$ring `[` $number `]` attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def CopyOp : Tile_Op<"copy"> {
  let summary = "begins to copy a matrix from a view to a buffer, past the registers";
  let description = [{
    Element (r, c) of the buffer becomes view[i + r, j + c], or 0 where that lies outside the view. It is there behind the
    wait for its group and the barrier behind that. Nothing else may write these elements of the array in the kernel.
    Example: `tile.copy %v[%i, %j], %b : !tile.view<2 x bf16>, !tile.buffer<64 x 32 x bf16 stride 32 swizzled>`
  }];
  let arguments = (ins Arg<Tile_ViewType, "", [MemRead]>:$view, Variadic<Index>:$indices,
                       Arg<Tile_BufferType, "", [MemWrite]>:$buffer);
  let assemblyFormat = "$view `[` $indices `]` `,` $buffer attr-dict `:` type($view) `,` type($buffer)";
  let hasVerifier = 1;
}

def CommitOp : Tile_Op<"commit", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "the copies begun since the last commit are a group";
  let assemblyFormat = "attr-dict";
}

def WaitOp : Tile_Op<"wait", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "each thread waits until its copies are done, but for those of the last `open` groups";
  let description = "Example: `tile.wait 1`";
  let arguments = (ins ConfinedAttr<I64Attr, [IntNonNegative]>:$open);
  let assemblyFormat = "$open attr-dict";
}

def ProduceOp : Tile_Op<"produce", [MemoryEffects<[MemRead, MemWrite]>, SingleBlock, NoTerminator, InferTypeOpAdaptor]> {
  let summary = "warps of their own copy to the next stage of rings, as far ahead of its readers as there are stages";
  let description = [{
    In a kernel with `tile.consumers`: the region, nothing but copies, is run by the producers, its arguments being one stage of
    each ring. The results are the same stages, full, as the consumers get them; they have them until `tile.release`.
    Example:
    ```
    %a = tile.produce %ring : !tile.buffer<64 x 64 x bf16 stride 64 swizzled> {
    ^bb0(%stage: !tile.buffer<64 x 64 x bf16 stride 64 swizzled>):
      tile.copy %v[%i, %k], %stage : !tile.view<2 x bf16>, !tile.buffer<64 x 64 x bf16 stride 64 swizzled>
    }
    ```
  }];
  let arguments = (ins Variadic<Tile_BufferType>:$rings);
  let results = (outs Variadic<Tile_BufferType>:$stages);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$rings attr-dict-with-keyword `:` type($rings) $body";
  let hasVerifier = 1;
}

def ReleaseOp : Tile_Op<"release", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "the consumers have read the stages of the last tile.produce; the producers may fill them again";
  let assemblyFormat = "attr-dict";
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
