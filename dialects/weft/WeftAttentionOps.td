// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attention. Three ops (span here, block-sparse in WeftBlockAttentionOps.td, feedback in WeftFeedbackAttentionOps.td) share one semantics.
//
// A query q_i may *reach* the keys k_j at distances d = position(i) - j with d_min <= d <= d_max; d = 0 is the query's
// own position. A head may have a bound of its own below d_max, a value of the step. A region turns element values into a score s, a mask b (false: absent) and a weight m in [0, 1]:
//
//   e_j = [b_j] exp(s_j - max)      Z = sum_j e_j      U = sum_j m_j e_j
//   a_j = m_j e_j / (U + epsilon Z)                    y_i = sum_j dropout(a_j) v_j
//
// over the keys of one or more *sources*: the banded keys, which distances order, then any number of further ones, which
// every query reaches (persistent vectors, recurrent states). It equals softmax, then weights, then renormalisation with
// epsilon (Sukhbaatar et al. 2019, eq. 4-6, and its code).
// The weight is applied after the exponential and differentiated in probability space; it is never an additive log.
#ifndef WEFT_ATTENTION_OPS_TD
#define WEFT_ATTENTION_OPS_TD

include "dialects/weft/WeftControlOps.td"
include "dialects/weft/WeftInterfaces.td"

def SpanAttentionOp : Weft_Op<"span_attention", [Pure, AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<AttentionOpInterface>, IsolatedFromAbove,
    SingleBlock]> {
  let summary = "attention to a band of keys and to further key sources under one softmax";
  let description = [{
    Operands: query [B, H, M, D], keys [B, H, L, D], values [B, H, L, E]; position [S, D] holds the relative key of
    distance d in row d - d_min, S >= d_max - d_min + 1. Keys and values may have size 1 in place of B (shared by the batch)
    and of H (shared by all heads, multi-query attention). The queries are the newest M positions: query i stands at key
    index L - M + i. With `heads`, head h reaches only distances d <= head_reach[h], a number that counts as a constant: what
    lies beyond is not reached, so it costs nothing and has no part in max, Z and U. `before_start`: keys at negative indices are `masked`, or `zeros` (key and value 0, still scored).

    Region arguments, all scalars of the element type: content (q . k), relative (q . P_d, 0 without position), distance d,
    query index i, key index j (may be negative), then one per capture, indexed by its kind. It yields
    score, mask (i1), weight. Its vocabulary is closed: weft elementwise ops and constants on scalars.

    Source s has source_keys [B, H, N, D] and source_values [B, H, N, E], sizes 1 for B and H as above, and a region of its
    own, whose arguments are content, query index, key index and the captures. Every query reaches all N keys. Of the
    captures it reads those by scalar, per_head and by_query.

    `dropout` (rate > 0) acts on a_j after renormalisation, with element index ((b H + h) M + i) T + c. Column c is
    d - d_min for the band and S + n for key n of the sources, counted on from source to source; T = S + all N; S and N are
    bounds, so masks do not depend on trimming.

    Query, keys, values, position, source_keys and source_values are factors of products, of one type. If that is bf16 or f16, everything
    else is f32, max is the next multiple of log 2, and mu m e is rounded to it before it multiplies a value.

    Results: y [B, H, M, E] and, for the gradient, statistics [B, H, M, 3] = (max, U, Z). A row without any key gives 0.

    Example (adaptive span, S = 8, ramp 2):
    ```
    %y, %stats = weft.span_attention %q, %k, %v position(%p : tensor<8x4xf32>) reach 1 to #weft.size<8> before_start zeros
        captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
    ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
      ...
      weft.yield %score, %true, %m : f32, i1, f32
    } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x4xf32> -> tensor<1x2x4x4xf32>, tensor<1x2x4x3xf32>
    ```
    With persistent keys (Sukhbaatar et al. 2019, All-attention), the same op has
    `source_keys(%pk : tensor<1x2x6x4xf32>) source_values(%pv : tensor<1x2x6x4xf32>)` before `reach` and
    `sources { ^bb0(%content: f32, %i: f32, %n: f32, %zh: f32): ... }` after its region.

    There is no fold.
  }];
  let arguments = (ins Weft_FloatTensor:$query, Weft_FloatTensor:$keys, Weft_FloatTensor:$values,
      Optional<Weft_FloatTensor>:$position,
      Variadic<Weft_FloatTensor>:$source_keys, Variadic<Weft_FloatTensor>:$source_values,
      Variadic<Weft_FloatTensor>:$captures, Optional<Weft_FloatTensor>:$head_reach,
      Optional<Weft_IntTensor>:$key,
      I64Attr:$d_min, Weft_SizeAttr:$d_max, Weft_BeforeStartAttr:$before_start,
      Weft_CaptureKindArrayAttr:$kinds, F64Attr:$epsilon,
      DefaultValuedAttr<F64Attr, "0.0">:$dropout, DefaultValuedAttr<I64Attr, "0">:$id);
  let results = (outs Weft_FloatTensor:$result, Weft_FloatTensor:$statistics);
  let regions = (region SizedRegion<1>:$score, VariadicRegion<SizedRegion<1>>:$source_scores);
  let assemblyFormat = [{
    $query `,` $keys `,` $values (`position` `(` $position^ `:` type($position) `)`)?
    (`source_keys` `(` $source_keys^ `:` type($source_keys) `)`
     `source_values` `(` $source_values `:` type($source_values) `)`)?
    `reach` $d_min `to` $d_max (`heads` `(` $head_reach^ `:` type($head_reach) `)`)? `before_start` $before_start
    (`captures` `(` $captures^ `:` type($captures) `)`)? `kinds` $kinds `epsilon` $epsilon
    (`dropout` $dropout^ `id` $id `(` $key `:` type($key) `)`)?
    $score (`sources` $source_scores^)? attr-dict `:` type($query) `,` type($keys) `,` type($values) `->` type($result) `,` type($statistics)
  }];
  let hasVerifier = 1;
}

def SpanAttentionGradOp : Weft_Op<"span_attention_grad", [Pure, AttrSizedOperandSegments, IsolatedFromAbove, SingleBlock,
    TypesMatchWith<"attended has the shape of result_grad", "result_grad", "attended", "getSumType($_self)">,
    DeclareOpInterfaceMethods<AttentionOpInterface>]> {
  let summary = "gradients of span_attention for query, keys, values, position and captures";
  let description = [{
    Takes the forward op's operands, attributes and region, its results and the gradient of y. With mu the dropout
    multiplier, g_j = mu_j <dy, v_j>, gbar = sum_j a_j g_j = <dy, y>, N = (U + epsilon Z) / Z, p_j = e_j / Z:
      ds_j = a_j (g_j - gbar) - (epsilon gbar / N) p_j        dm_j = p_j (g_j - gbar) / N
    and the region's own derivatives carry (ds, dm) to content, relative and captures (docs/spec/weft.md). Results in the order
    query, keys, values, [position], source_keys, source_values, captures, each of its operand's type, but f32 where that is
    bf16. Reductions over batch, heads and queries have a fixed order. Factors are result_grad and those of the forward op; if
    they are bf16 or f16, mu a and the gradients of content and relative are rounded before they multiply.

    There is no fold. It is not differentiable.
  }];
  let arguments = (ins Weft_FloatTensor:$query, Weft_FloatTensor:$keys, Weft_FloatTensor:$values,
      Optional<Weft_FloatTensor>:$position,
      Variadic<Weft_FloatTensor>:$source_keys, Variadic<Weft_FloatTensor>:$source_values,
      Variadic<Weft_FloatTensor>:$captures, Optional<Weft_FloatTensor>:$head_reach,
      Optional<Weft_IntTensor>:$key, Weft_FloatTensor:$attended, Weft_FloatTensor:$statistics, Weft_FloatTensor:$result_grad,
      I64Attr:$d_min, Weft_SizeAttr:$d_max, Weft_BeforeStartAttr:$before_start,
      Weft_CaptureKindArrayAttr:$kinds, F64Attr:$epsilon,
      DefaultValuedAttr<F64Attr, "0.0">:$dropout, DefaultValuedAttr<I64Attr, "0">:$id);
  let results = (outs Variadic<Weft_FloatTensor>:$grads);
  let regions = (region SizedRegion<1>:$score, VariadicRegion<SizedRegion<1>>:$source_scores);
  let assemblyFormat = [{
    $query `,` $keys `,` $values (`position` `(` $position^ `:` type($position) `)`)?
    (`source_keys` `(` $source_keys^ `:` type($source_keys) `)`
     `source_values` `(` $source_values `:` type($source_values) `)`)?
    `reach` $d_min `to` $d_max (`heads` `(` $head_reach^ `:` type($head_reach) `)`)? `before_start` $before_start
    (`captures` `(` $captures^ `:` type($captures) `)`)? `kinds` $kinds `epsilon` $epsilon
    (`dropout` $dropout^ `id` $id `(` $key `:` type($key) `)`)?
    `given` $attended `,` $statistics `,` $result_grad
    $score (`sources` $source_scores^)? attr-dict `:` type($query) `,` type($keys) `,` type($values) `,` type($statistics) `,` type($result_grad)
    `->` type($grads)
  }];
  let hasVerifier = 1;
}

#endif
