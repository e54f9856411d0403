// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attention whose reach is a layout of blocks (Child et al. 2019); WeftAttentionOps.td says what it shares with the
// others.
#ifndef WEFT_BLOCK_ATTENTION_OPS_TD
#define WEFT_BLOCK_ATTENTION_OPS_TD

include "dialects/weft/WeftControlOps.td"
include "dialects/weft/WeftInterfaces.td"

def BlockSparseAttentionOp : Weft_Op<"block_sparse_attention", [Pure, AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<AttentionOpInterface>, IsolatedFromAbove,
    SingleBlock]> {
  let summary = "attention to the blocks of keys of a layout and to further key sources under one softmax";
  let description = [{
    Operands: query [B, H, M, D], keys [B, H, L, D], values [B, H, L, E]; keys and values may have size 1 in place of B and of H.
    Query i stands at position p = L - M + i and reaches the set S_p of keys that the pattern of its head says (#weft.pattern):
    softmax over S_p of q . k, times v (Child et al. 2019, eq. 2 to 4). Heads may have patterns of their own. M, L and H are
    constants. Kernels meet the blocks that have a pair in S, whole ones or under a mask; the others cost nothing.

    Region, sources, captures, epsilon, statistics and factors of bf16 are those of span_attention: the region takes content,
    relative (0), distance p - j, query index i, key index j and the captures. Captures have no distances. `dropout` acts on a_j
    with element index ((b H + h) M + i) T + c: column c is j, L + n for key n of the sources; T = L + all N.

    A row that reaches no key gives 0, and so is its gradient.

    Example (fixed pattern of stride 128 with 32 columns, two heads):
    ```
    %y, %stats = weft.block_sparse_attention %q, %k, %v layout <32, [window(128) | columns(128, 32, 0)]> kinds [] epsilon 0.0 {
    ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
      ...
      weft.yield %score, %true, %one : f32, i1, f32
    } : tensor<1x2x512x64xf32>, tensor<1x2x512x64xf32>, tensor<1x2x512x64xf32> -> tensor<1x2x512x64xf32>, tensor<1x2x512x3xf32>
    ```

    Folds: where every head reaches exactly the keys up to its position, and nothing is dropped, it is span_attention.
  }];
  let arguments = (ins Weft_FloatTensor:$query, Weft_FloatTensor:$keys, Weft_FloatTensor:$values,
      Variadic<Weft_FloatTensor>:$source_keys, Variadic<Weft_FloatTensor>:$source_values,
      Variadic<Weft_FloatTensor>:$captures, Optional<Weft_IntTensor>:$key,
      Weft_BlocksAttr:$layout, Weft_CaptureKindArrayAttr:$kinds, F64Attr:$epsilon,
      DefaultValuedAttr<F64Attr, "0.0">:$dropout, DefaultValuedAttr<I64Attr, "0">:$id);
  let results = (outs Weft_FloatTensor:$result, Weft_FloatTensor:$statistics);
  let regions = (region SizedRegion<1>:$score, VariadicRegion<SizedRegion<1>>:$source_scores);
  let assemblyFormat = [{
    $query `,` $keys `,` $values
    (`source_keys` `(` $source_keys^ `:` type($source_keys) `)`
     `source_values` `(` $source_values `:` type($source_values) `)`)?
    `layout` $layout
    (`captures` `(` $captures^ `:` type($captures) `)`)? `kinds` $kinds `epsilon` $epsilon
    (`dropout` $dropout^ `id` $id `(` $key `:` type($key) `)`)?
    $score (`sources` $source_scores^)? attr-dict `:` type($query) `,` type($keys) `,` type($values) `->` type($result) `,` type($statistics)
  }];
  let hasVerifier = 1;
  let hasCanonicalizeMethod = 1;
}

def BlockSparseAttentionGradOp : Weft_Op<"block_sparse_attention_grad", [Pure, AttrSizedOperandSegments, IsolatedFromAbove, SingleBlock,
    TypesMatchWith<"attended has the shape of result_grad", "result_grad", "attended", "getSumType($_self)">,
    DeclareOpInterfaceMethods<AttentionOpInterface>]> {
  let summary = "gradients of block_sparse_attention for query, keys, values, sources and captures";
  let description = [{
    Takes the forward op's operands, attributes and region, its results and the gradient of y; the formula is that of
    span_attention_grad, over the keys of the layout. Results in the order query, keys, values, source_keys, source_values,
    captures, each of its operand's type, but f32 where that is bf16.

    Folds as its forward op, so that both meet the same keys in the same order. It is not differentiable.
  }];
  let arguments = (ins Weft_FloatTensor:$query, Weft_FloatTensor:$keys, Weft_FloatTensor:$values,
      Variadic<Weft_FloatTensor>:$source_keys, Variadic<Weft_FloatTensor>:$source_values,
      Variadic<Weft_FloatTensor>:$captures, Optional<Weft_IntTensor>:$key,
      Weft_FloatTensor:$attended, Weft_FloatTensor:$statistics, Weft_FloatTensor:$result_grad,
      Weft_BlocksAttr:$layout, Weft_CaptureKindArrayAttr:$kinds, F64Attr:$epsilon,
      DefaultValuedAttr<F64Attr, "0.0">:$dropout, DefaultValuedAttr<I64Attr, "0">:$id);
  let results = (outs Variadic<Weft_FloatTensor>:$grads);
  let regions = (region SizedRegion<1>:$score, VariadicRegion<SizedRegion<1>>:$source_scores);
  let assemblyFormat = [{
    $query `,` $keys `,` $values
    (`source_keys` `(` $source_keys^ `:` type($source_keys) `)`
     `source_values` `(` $source_values `:` type($source_values) `)`)?
    `layout` $layout
    (`captures` `(` $captures^ `:` type($captures) `)`)? `kinds` $kinds `epsilon` $epsilon
    (`dropout` $dropout^ `id` $id `(` $key `:` type($key) `)`)?
    `given` $attended `,` $statistics `,` $result_grad
    $score (`sources` $source_scores^)? attr-dict `:` type($query) `,` type($keys) `,` type($values) `,` type($statistics) `,` type($result_grad)
    `->` type($grads)
  }];
  let hasVerifier = 1;
  let hasCanonicalizeMethod = 1;
}

#endif
