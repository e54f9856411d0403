// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Declarations of weights and carried state, run-time sizes, scan.
#ifndef WEFT_CONTROL_OPS_TD
#define WEFT_CONTROL_OPS_TD

include "dialects/weft/WeftMathOps.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"

def ParamOp : Weft_Op<"param", [Symbol]> {
  let summary = "declares a weight: name, type, initial distribution, allowed range";
  let description = [{
    `init` is "zeros", "ones", "constant", "normal" or "uniform" with `scale` (value, standard deviation, half width).
    With `low` and `high` every update ends by clamping to them.
    Example: `weft.param @layer0.z : tensor<4xf32> init "constant" scale 0.0 {low = 0.0 : f64, high = 1.0 : f64}`

    There is no fold. It is not differentiable.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<Weft_FloatTensor>:$type, StrAttr:$init, F64Attr:$scale,
      OptionalAttr<F64Attr>:$low, OptionalAttr<F64Attr>:$high);
  let assemblyFormat = "$sym_name `:` $type `init` $init `scale` $scale attr-dict";
  let hasVerifier = 1;
}

def StateOp : Weft_Op<"state", [Symbol]> {
  let summary = "declares a tensor carried from call to call; zeros at the start, an empty bounded axis starts at size 0";
  let description = "Example: `weft.state @layer0.cache : tensor<2x?x64xf32, #weft.bounded<[2, cache0(1024 by 64), 64]>>` There is no fold. It is not differentiable.";
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<Weft_Tensor>:$type);
  let assemblyFormat = "$sym_name `:` $type attr-dict";
  let hasVerifier = 1;
}

def SizeOp : Weft_Op<"size", [MemoryEffects<[MemRead]>]> {
  let summary = "the run-time value of a size, as an i32 scalar tensor";
  let description = "Example: `%n = weft.size <cache0(1024 by 64) + 512> : tensor<i32>`. It is not differentiable.";
  let arguments = (ins Weft_SizeAttr:$size);
  let results = (outs Weft_IntTensor:$result);
  let assemblyFormat = "$size attr-dict `:` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def SetSizeOp : Weft_Op<"set_size", [MemoryEffects<[MemWrite]>]> {
  let summary = "gives a size symbol its value for the rest of the call";
  let description = [{
    Comes before every value whose type mentions the symbol. A value outside [0, bound] or off the step stops the call.
    Example: `weft.set_size <span0(1024 by 64)> = %n : tensor<i32>`

    There is no fold. It is not differentiable.
  }];
  let arguments = (ins Weft_SizeAttr:$size, Weft_IntTensor:$value);
  let assemblyFormat = "$size `=` $value attr-dict `:` type($value)";
  let hasVerifier = 1;
}

def ScanOp : Weft_Op<"scan", [Pure, IsolatedFromAbove, SingleBlockImplicitTerminator<"::weft::ir::YieldOp">,
    AttrSizedOperandSegments, AttrSizedResultSegments]> {
  let summary = "runs a region once for each index of one axis, carrying tensors";
  let description = [{
    `inputs` are sliced along their axis 0 and the slices given to the region after the carried values; `captures`
    are given whole, last. The region yields the next carried values, then one value per output; outputs are stacked
    along a new axis 0. Trip count T: the size of axis 0 of the inputs.

    What a step sees of other steps without carrying it has L + T slots along its axis 0. At step t the region is given

    - of each of the `windows` slots t to t + L - 1;
    - of each memory the same, and yields slot L + t: so it sees what the L steps before it wrote, or the first L slots;
    - of each of the `sums` slot L + t, and yields what is added to slots t to t + L - 1. In reverse, all that is added to slot
      L + t was added before.

    Memories and sums come back as results. A value of the L last steps is read where it lies.

    Block arguments: carried..., input slices..., windows..., windows of memories..., slots of sums..., captures... . The region
    sees nothing else from outside, and no pass moves a constant out of it.
    Example:
    ```
    %last, %all = weft.scan carry(%h0) over(%xs) {
    ^bb0(%h: tensor<4xf32>, %x: tensor<4xf32>):
      %n = weft.add %h, %x : tensor<4xf32>
      weft.yield %n, %n : tensor<4xf32>, tensor<4xf32>
    } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<8x4xf32>) -> tensor<8x4xf32>

    %mean = weft.scan carry() over(%xs) memory(%m) : (tensor<11x4xf32>) -> tensor<11x4xf32> {
    ^bb0(%x: tensor<4xf32>, %three: tensor<3x4xf32>):
      %sum = weft.sum %three axes [0] : tensor<3x4xf32> -> tensor<4xf32>
      %next = weft.add %sum, %x : tensor<4xf32>
      weft.yield %next : tensor<4xf32>
    } : () -> (), (tensor<8x4xf32>) -> ()
    ```

    There is no fold.
  }];
  let arguments = (ins Variadic<Weft_Tensor>:$initial, Variadic<Weft_Tensor>:$inputs, Variadic<Weft_Tensor>:$windows,
      Variadic<Weft_Tensor>:$memories, Variadic<Weft_FloatTensor>:$sums, Variadic<Weft_Tensor>:$captures,
      DefaultValuedAttr<BoolAttr, "false">:$reverse);
  let results = (outs Variadic<Weft_Tensor>:$carried, Variadic<Weft_Tensor>:$outputs, Variadic<Weft_Tensor>:$written,
      Variadic<Weft_FloatTensor>:$totals);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `carry` `(` $initial `)` `over` `(` $inputs `)` (`windows` `(` $windows^ `:` type($windows) `)`)?
    (`memory` `(` $memories^ `)` `:` functional-type($memories, $written))?
    (`sums` `(` $sums^ `)` `:` functional-type($sums, $totals))?
    (`with` `(` $captures^ `:` type($captures) `)`)?
    attr-dict-with-keyword $body `:` functional-type($initial, $carried) `,` functional-type($inputs, $outputs)
  }];
  let builders = [OpBuilder<(ins "::mlir::TypeRange":$outputs, "::mlir::ValueRange":$initial, "::mlir::ValueRange":$inputs,
      "::mlir::ValueRange":$windows, "::mlir::ValueRange":$memories, "::mlir::ValueRange":$sums,
      "::mlir::ValueRange":$captures, "bool":$reverse), [{
    build($_builder, $_state, initial.getTypes(), outputs, memories.getTypes(), sums.getTypes(), initial, inputs, windows,
          memories, sums, captures, reverse);
  }]>];
  let extraClassDeclaration = [{
    /// The size of axis 0 of the inputs.
    ::weft::ir::SizeAttr getTrips();
    /// What a step yields, one value a result.
    ::mlir::OperandRange getYielded() { return getBody().front().getTerminator()->getOperands(); }
  }];
  let hasVerifier = 1;
}

def RecomputeOp : Weft_Op<"recompute", [Pure, IsolatedFromAbove, SingleBlockImplicitTerminator<"::weft::ir::YieldOp">]> {
  let summary = "a region whose values a gradient computes again instead of keeping them";
  let description = [{
    The region is given the inputs and yields the results; its meaning is that of its ops. What it says is where the values come
    from that its gradient reads: `weft-differentiate` computes the region once more, on the way back, from the inputs
    (activation checkpointing; Chen et al. 2016). Dropout has the same mask then, since its numbers are counters.
    Example:
    ```
    %y = weft.recompute(%x) {
    ^bb0(%inner: tensor<4xf32>):
      %e = weft.exp %inner : tensor<4xf32>
      %t = weft.tanh %e : tensor<4xf32>
      weft.yield %t : tensor<4xf32>
    } : (tensor<4xf32>) -> tensor<4xf32>
    ```

    There is no fold.
  }];
  let arguments = (ins Variadic<Weft_Tensor>:$inputs);
  let results = (outs Variadic<Weft_Tensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "`(` $inputs `)` attr-dict-with-keyword $body `:` functional-type($inputs, $results)";
  let hasVerifier = 1;
}

def OptimizationBarrierOp : Weft_Op<"optimization_barrier", [Pure, SameOperandsAndResultType]> {
  let summary = "the input, as a value that no pass takes for the input";
  let description = [{
    So what is computed from it is not merged with the same computed from the input, and lives when its own readers do: the
    inputs of a region that is computed again. No bytes move.
    Example: `%again = weft.optimization_barrier %x : tensor<2x8xf32>`

    There is no fold.
  }];
  let arguments = (ins Weft_Tensor:$input);
  let results = (outs Weft_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($result)";
}

def YieldOp : Weft_Op<"yield", [Pure, Terminator, ReturnLike]> {
  let summary = "ends a weft region and hands its values out";
  let arguments = (ins Variadic<Weft_AnyLike>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
  let builders = [OpBuilder<(ins), [{ (void)$_state; /* no values */ }]>];
}

#endif
