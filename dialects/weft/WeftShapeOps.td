// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ops that move elements and compute nothing, and their adjoints.
#ifndef WEFT_SHAPE_OPS_TD
#define WEFT_SHAPE_OPS_TD

include "dialects/weft/WeftMathOps.td"

def TransposeOp : Weft_Op<"transpose", [Pure, DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "result dimension i is input dimension permutation[i]";
  let description = "Example: `%y = weft.transpose %x permutation [1, 0] : tensor<2x3xf32> -> tensor<3x2xf32>`";
  let arguments = (ins Weft_Tensor:$input, DenseI64ArrayAttr:$permutation);
  let results = (outs Weft_Tensor:$result);
  let assemblyFormat = "$input `permutation` $permutation attr-dict `:` type($input) `->` type($result)";
  let hasFolder = 1;
}

def ReshapeOp : Weft_Op<"reshape", [Pure]> {
  let summary = "the same elements in row-major order under another shape";
  let description = [{
    A bounded dimension keeps its place as a whole; the static dimensions on each side of it are regrouped.
    Example: `%y = weft.reshape %x : tensor<2x3x4xf32> -> tensor<6x4xf32>`
  }];
  let arguments = (ins Weft_Tensor:$input);
  let results = (outs Weft_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasFolder = 1;
  let hasVerifier = 1;
}

def SliceOp : Weft_Op<"slice", [Pure, DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "length elements from start along one axis";
  let description = "Example: `%y = weft.slice %x axis 1 start 2 length 3 : tensor<2x8xf32> -> tensor<2x3xf32>`";
  let arguments = (ins Weft_Tensor:$input, I64Attr:$axis, I64Attr:$start, I64Attr:$length);
  let results = (outs Weft_Tensor:$result);
  let assemblyFormat = "$input `axis` $axis `start` $start `length` $length attr-dict `:` type($input) `->` type($result)";
  let hasFolder = 1;
}

def TailOp : Weft_Op<"tail", [Pure]> {
  let summary = "the last elements along one axis, as many as the result type says";
  let description = [{
    The run-time length must not exceed the input's; a cache keeps its newest entries this way.
    Example: `%kept = weft.tail %seen axis 1 : tensor<2x12xf32> -> tensor<2x8xf32>`
  }];
  let arguments = (ins Weft_Tensor:$input, I64Attr:$axis);
  let results = (outs Weft_Tensor:$result);
  let assemblyFormat = "$input `axis` $axis attr-dict `:` type($input) `->` type($result)";
  let hasFolder = 1;
  let hasVerifier = 1;
}

def HeadOp : Weft_Op<"head", [Pure]> {
  let summary = "the first elements along one axis, as many as the result type says";
  let description = [{
    The mirror of tail: takes a bounded prefix off again, as the gradient of concat must.
    Example: `%cache = weft.head %seen axis 1 : tensor<2x12xf32> -> tensor<2x4xf32>`
  }];
  let arguments = (ins Weft_Tensor:$input, I64Attr:$axis);
  let results = (outs Weft_Tensor:$result);
  let assemblyFormat = "$input `axis` $axis attr-dict `:` type($input) `->` type($result)";
  let hasFolder = 1;
  let hasVerifier = 1;
}

def PadOp : Weft_Op<"pad", [Pure]> {
  let summary = "zeros around the input along one axis; the result type gives the size";
  let description = [{
    The input starts at `start`, or, with `at_end`, ends at the end. The adjoint of slice and of tail.
    Example: `%y = weft.pad %x axis 1 start 2 : tensor<2x3xf32> -> tensor<2x8xf32>`

    There is no fold.
  }];
  let arguments = (ins Weft_Tensor:$input, I64Attr:$axis, DefaultValuedAttr<I64Attr, "0">:$start, UnitAttr:$at_end);
  let results = (outs Weft_Tensor:$result);
  let assemblyFormat = "$input `axis` $axis (`start` $start^)? (`at_end` $at_end^)? attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
}

def ConcatOp : Weft_Op<"concat", [Pure, DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "inputs after one another along one axis";
  let description = [{
    At most one input has a bounded size on that axis.
    Example: `%seen = weft.concat %cache, %x axis 1 : (tensor<2x4xf32>, tensor<2x8xf32>) -> tensor<2x12xf32>`
  }];
  let arguments = (ins Variadic<Weft_Tensor>:$inputs, I64Attr:$axis);
  let results = (outs Weft_Tensor:$result);
  let assemblyFormat = "$inputs `axis` $axis attr-dict `:` functional-type($inputs, $result)";
  let hasFolder = 1;
}

def BroadcastOp : Weft_Op<"broadcast", [Pure]> {
  let summary = "repeats the input along new axes";
  let description = [{
    Input dimension i becomes result dimension `dims[i]` (ascending); all other result dimensions repeat.
    Example: `%y = weft.broadcast %b dims [1] : tensor<3xf32> -> tensor<2x3xf32>`
  }];
  let arguments = (ins Weft_Tensor:$input, DenseI64ArrayAttr:$dims);
  let results = (outs Weft_Tensor:$result);
  let assemblyFormat = "$input `dims` $dims attr-dict `:` type($input) `->` type($result)";
  let hasFolder = 1;
  let hasVerifier = 1;
}

def WindowOp : Weft_Op<"window", [Pure, DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "sliding windows along one axis";
  let description = [{
    The axis of size n is replaced by two: position (n - length + 1) and, right after it, offset (length):
    `result[..., p, o, ...] = input[..., p + o, ...]`.
    Example: `%y = weft.window %x axis 1 length 3 : tensor<2x8xf32> -> tensor<2x6x3xf32>`

    There is no fold.
  }];
  let arguments = (ins Weft_Tensor:$input, I64Attr:$axis, I64Attr:$length);
  let results = (outs Weft_Tensor:$result);
  let assemblyFormat = "$input `axis` $axis `length` $length attr-dict `:` type($input) `->` type($result)";
}

def WindowSumOp : Weft_Op<"window_sum", [Pure, DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "adds overlapping windows back; the adjoint of window";
  let description = [{
    Axes `axis` (position, size m) and `axis + 1` (offset, size l) become one of size m + l - 1:
    `result[..., q, ...] = sum over p + o = q of input[..., p, o, ...]`.

    There is no fold.
  }];
  let arguments = (ins Weft_FloatTensor:$input, I64Attr:$axis);
  let results = (outs Weft_FloatTensor:$result);
  let assemblyFormat = "$input `axis` $axis attr-dict `:` type($input) `->` type($result)";
}

def GatherOp : Weft_Op<"gather", [Pure, DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "elements of one axis by index, the same for all features behind it";
  let description = [{
    Input [batch..., n, features...] and indices [batch..., places...] with `batch` common leading axes:
    `result[b..., p..., f...] = input[b..., indices[b..., p...], f...]`, 0 where the index is outside the axis.
    Example: `%y = weft.gather %x, %i batch 1 : tensor<2x8x16xf32>, tensor<2x3xi32> -> tensor<2x3x16xf32>`

    There is no fold.
  }];
  let arguments = (ins Weft_Tensor:$input, Weft_IntTensor:$indices, I64Attr:$batch);
  let results = (outs Weft_Tensor:$result);
  let assemblyFormat = "$input `,` $indices `batch` $batch attr-dict `:` type($input) `,` type($indices) `->` type($result)";
}

def ScatterAddOp : Weft_Op<"scatter_add", [Pure]> {
  let summary = "adds elements into zeros by index, in the order of the places";
  let description = [{
    The adjoint of weft.gather: `result[b..., i, f...]` is the sum over the places p with `indices[b..., p...] = i` of
    `updates[b..., p..., f...]`, in ascending row-major order of p (deterministic). An index outside the axis adds nothing.
    Example: `%y = weft.scatter_add %u, %i batch 1 : tensor<2x3x16xf32>, tensor<2x3xi32> -> tensor<2x8x16xf32>`

    There is no fold.
  }];
  let arguments = (ins Weft_FloatTensor:$updates, Weft_IntTensor:$indices, I64Attr:$batch);
  let results = (outs Weft_FloatTensor:$result);
  let assemblyFormat = "$updates `,` $indices `batch` $batch attr-dict `:` type($updates) `,` type($indices) `->` type($result)";
  let hasVerifier = 1;
}

#endif
