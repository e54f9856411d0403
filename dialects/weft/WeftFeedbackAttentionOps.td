// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Feedback attention: what a step of weft.scan asks its memory (Fan et al. 2020, eq. 4). Apart from WeftOps.td, since few
// folders name these ops: whoever does includes WeftFeedbackAttention.h.
#ifndef WEFT_FEEDBACK_ATTENTION_OPS_TD
#define WEFT_FEEDBACK_ATTENTION_OPS_TD

include "dialects/weft/WeftMathOps.td"
include "dialects/weft/WeftInterfaces.td"

def FeedbackAttentionOp : Weft_Op<"feedback_attention", [Pure, AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<AttentionOpInterface>, IsolatedFromAbove, SingleBlock]> {
  let summary = "one query of each sequence over what the last S steps wrote";
  let description = [{
    Operands: query [B, H, 1, D], keys [B, H, S, D], values [B, H, S, E]: a window of a memory, oldest slot first. Keys and values may
    have size 1 in place of H, shared by all heads. Slot j stands at distance d = S - j, so the newest at 1; the query's own position
    is not attended, and nothing lies before the first slot. position [S, D] holds the relative key of slot j in row j. The formula
    is that of weft.span_attention with the slots in place of the band:

      e_j = [b_j] exp(s_j - max)      Z = sum_j e_j      U = sum_j m_j e_j
      a_j = m_j e_j / (U + epsilon Z)                    y = sum_j keep_j a_j v_j

    Region and yielded values are as there: content, relative, distance, query index (always 0), key index j, then one argument per
    capture, of kind scalar or per_head; it yields score, mask, weight. `keep` [B, H, 1, S] multiplies weights after the
    renormalisation and counts as a constant: a dropout mask, which the steps of a scan cannot draw for themselves.

    Query, keys, values and position are factors of products, of one type, as in weft.span_attention. Results: y [B, H, 1, E] and, for
    the gradient, statistics [B, H, 1, 3] = (max, U, Z).

    Example (4 slots, one soft span per head of ramp 2):
    ```
    %y, %stats = weft.feedback_attention %q, %k, %v position(%p : tensor<4x4xf32>) captures(%z : tensor<2xf32>)
        kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
    ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
      ...
      weft.yield %score, %true, %m : f32, i1, f32
    } : tensor<1x2x1x4xf32>, tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32> -> tensor<1x2x1x4xf32>, tensor<1x2x1x3xf32>
    ```

    There is no fold.
  }];
  let arguments = (ins Weft_FloatTensor:$query, Weft_FloatTensor:$keys, Weft_FloatTensor:$values,
      Optional<Weft_FloatTensor>:$position, Optional<Weft_FloatTensor>:$keep, Variadic<Weft_FloatTensor>:$captures,
      Weft_CaptureKindArrayAttr:$kinds, F64Attr:$epsilon);
  let results = (outs Weft_FloatTensor:$result, Weft_FloatTensor:$statistics);
  let regions = (region SizedRegion<1>:$score);
  let assemblyFormat = [{
    $query `,` $keys `,` $values (`position` `(` $position^ `:` type($position) `)`)? (`keep` `(` $keep^ `:` type($keep) `)`)?
    (`captures` `(` $captures^ `:` type($captures) `)`)? `kinds` $kinds `epsilon` $epsilon $score attr-dict
    `:` type($query) `,` type($keys) `,` type($values) `->` type($result) `,` type($statistics)
  }];
  let hasVerifier = 1;
}

def FeedbackAttentionGradOp : Weft_Op<"feedback_attention_grad", [Pure, AttrSizedOperandSegments, IsolatedFromAbove, SingleBlock,
    TypesMatchWith<"attended has the shape of result_grad", "result_grad", "attended", "getSumType($_self)">,
    DeclareOpInterfaceMethods<AttentionOpInterface>]> {
  let summary = "what feedback_attention's gradients are made of: the query's, and one number for each slot";
  let description = [{
    Takes the forward op's operands, attributes and region, its results and the gradient of y. With a, p, ds and dm of
    weft.span_attention_grad, keep in place of dropout's multiplier, and the region's own derivatives, the results are

    - the query's gradient [B, H, 1, D], dcontent k + drelative P summed over the slots;
    - dcontent [B, H, 1, S] and, with position, drelative [B, H, 1, S]: the gradients of q . k_j and q . P_j;
    - keep a [B, H, 1, S], the weights as y has them;
    - for each capture [B, H], its gradient before it is summed over what shares it.

    Keys, values and position then take products of these with query and result_grad, which a scan sums over time as it does those of
    weights. Factors are result_grad and those of the forward op; if they are bf16 or f16, the three rows of numbers are rounded.

    There is no fold. It is not differentiable.
  }];
  let arguments = (ins Weft_FloatTensor:$query, Weft_FloatTensor:$keys, Weft_FloatTensor:$values,
      Optional<Weft_FloatTensor>:$position, Optional<Weft_FloatTensor>:$keep, Variadic<Weft_FloatTensor>:$captures,
      Weft_FloatTensor:$attended, Weft_FloatTensor:$statistics, Weft_FloatTensor:$result_grad,
      Weft_CaptureKindArrayAttr:$kinds, F64Attr:$epsilon);
  let results = (outs Variadic<Weft_FloatTensor>:$grads);
  let regions = (region SizedRegion<1>:$score);
  let assemblyFormat = [{
    $query `,` $keys `,` $values (`position` `(` $position^ `:` type($position) `)`)? (`keep` `(` $keep^ `:` type($keep) `)`)?
    (`captures` `(` $captures^ `:` type($captures) `)`)? `kinds` $kinds `epsilon` $epsilon
    `given` $attended `,` $statistics `,` $result_grad $score attr-dict
    `:` type($query) `,` type($keys) `,` type($values) `,` type($statistics) `,` type($result_grad) `->` type($grads)
  }];
  let extraClassDeclaration = [{
    /// The types of the results for these operands.
    static ::llvm::SmallVector<::mlir::Type> getGradTypes(::weft::ir::AttentionOpInterface op);
    ::mlir::Value getQueryGrad() { return getGrads()[0]; }
    ::mlir::Value getContentGrad() { return getGrads()[1]; }
    /// Null without position.
    ::mlir::Value getRelativeGrad() { return getPosition() ? getGrads()[2] : ::mlir::Value(); }
    ::mlir::Value getWeights() { return getGrads()[getPosition() ? 3 : 2]; }
    ::mlir::ValueRange getCaptureGrads() { return getGrads().drop_front(getPosition() ? 4 : 3); }
  }];
  let hasVerifier = 1;
}

#endif
