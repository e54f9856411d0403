// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Dispatch form: kernels on tensor values.
#ifndef EXEC_DISPATCH_OPS_TD
#define EXEC_DISPATCH_OPS_TD

include "dialects/exec/ExecTypes.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"

def Exec_Tensor : RankedTensorOf<[AnyType], [], "tensor">;

def DispatchOp : Exec_Op<"dispatch", [Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "runs a kernel: its array arguments are the inputs, then the results";
  let description = [{
    Results are fresh; the kernel writes every element of them. `scratch` results at the end are working memory whose
    values nobody reads. `sizes` gives each size of the kernel its value: attributes that the planner reads, exec does not.
    Example: `%y = exec.dispatch @add_0(%a, %b) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>`
  }];
  let arguments = (ins FlatSymbolRefAttr:$kernel, Variadic<Exec_Tensor>:$inputs, OptionalAttr<ArrayAttr>:$sizes);
  let results = (outs Variadic<Exec_Tensor>:$outputs);
  let assemblyFormat = "$kernel `(` $inputs `)` (`sizes` $sizes^)? attr-dict `:` functional-type($inputs, $outputs)";
}

def AliasOp : Exec_Op<"alias", [Pure]> {
  let summary = "the same bytes under another shape";
  let description = "Example: `%y = exec.alias %x : tensor<2x3xf32> -> tensor<6xf32>`";
  let arguments = (ins Exec_Tensor:$input);
  let results = (outs Exec_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
}

def ConstantOp : Exec_Op<"constant", [Pure, ConstantLike, AllTypesMatch<["value", "result"]>]> {
  let summary = "bytes of the constants section";
  let arguments = (ins ElementsAttr:$value);
  let results = (outs Exec_Tensor:$result);
  let assemblyFormat = "$value attr-dict";
  let hasFolder = 1;
}

def LoopOp : Exec_Op<"loop", [Pure, AttrSizedOperandSegments, AttrSizedResultSegments,
    SingleBlockImplicitTerminator<"::weft::exec::LoopYieldOp">]> {
  let summary = "a counted loop over axis 0 of its inputs, carrying tensors";
  let description = [{
    As weft.scan, but values of the enclosing function may be used in the body. Of L + T slots, in `windows` and in `buffers`, step t
    sees slots t to t + L - 1; of buffers, in a second argument, also slot L + t, and it yields the one or the other, to be stored
    there. Block arguments: carried..., slices..., windows..., windows of buffers..., slots of buffers... . Yields carried...,
    outputs..., parts of buffers... . After planning, all these are windows that move with the counter.
  }];
  let arguments = (ins Variadic<Exec_Tensor>:$initial, Variadic<Exec_Tensor>:$inputs, Variadic<Exec_Tensor>:$windows,
      Variadic<Exec_Tensor>:$buffers, BoolAttr:$reverse);
  let results = (outs Variadic<Exec_Tensor>:$carried, Variadic<Exec_Tensor>:$outputs, Variadic<Exec_Tensor>:$changed);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `carry` `(` $initial `)` `over` `(` $inputs `)` (`windows` `(` $windows^ `:` type($windows) `)`)?
    (`buffers` `(` $buffers^ `)` `:` functional-type($buffers, $changed))? `reverse` $reverse attr-dict-with-keyword $body
    `:` functional-type($initial, $carried) `,` functional-type($inputs, $outputs)
  }];
  let hasVerifier = 1;
}

def LoopYieldOp : Exec_Op<"loop_yield", [Pure, Terminator, ReturnLike, HasParent<"LoopOp">]> {
  let summary = "ends the body of exec.loop";
  let arguments = (ins Variadic<Exec_Tensor>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
  let builders = [OpBuilder<(ins), [{ (void)$_state; /* no values */ }]>];
}

def BindSizeOp : Exec_Op<"bind_size"> {
  let summary = "gives a size symbol its value, dispatch form";
  let description = [{Example: `exec.bind_size "span0" at most 1024 by 64 = %n : tensor<i32>`}];
  let arguments = (ins StrAttr:$symbol, I64Attr:$bound, I64Attr:$step, Exec_Tensor:$value);
  let assemblyFormat = "$symbol `at` `most` $bound `by` $step `=` $value attr-dict `:` type($value)";
  let hasVerifier = 1;
}

#endif
