// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Program form: buffers at planned offsets, one op per record of abi/Exec.def.
#ifndef EXEC_PROGRAM_OPS_TD
#define EXEC_PROGRAM_OPS_TD

include "dialects/exec/ExecDispatchOps.td"

def ProgramOp : Exec_Op<"program", [Symbol, IsolatedFromAbove, SingleBlockImplicitTerminator<"::weft::exec::EndOp">]> {
  let summary = "a compiled function: buffers first, then steps";
  let description = "`arena` is the bytes of working memory at the bounds.";
  let arguments = (ins SymbolNameAttr:$sym_name, I64Attr:$arena);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name `arena` $arena attr-dict-with-keyword $body";
  let hasVerifier = 1;
}

def EndOp : Exec_Op<"end", [Pure, Terminator]> {
  let summary = "ends a program or a for body";
  let assemblyFormat = "attr-dict";
}

def BufferOp : Exec_Op<"buffer", [Pure]> {
  let summary = "declares where a tensor's bytes lie";
  let description = [{
    `offset` counts in the arena or in the constants section; arguments and results come from the caller. A constant
    carries its bytes as `value`.
    Example: `%b = exec.buffer arena at 4096 : !exec.buffer<tensor<8x4xf32>>`
  }];
  let arguments = (ins Exec_BufferKindAttr:$kind, I64Attr:$offset, OptionalAttr<ElementsAttr>:$value);
  let results = (outs Exec_BufferType:$result);
  let assemblyFormat = "$kind `at` $offset (`=` $value^)? attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def WindowOp : Exec_Op<"window", [Pure]> {
  let summary = "a buffer that moves with the counter of an enclosing exec.for";
  let description = [{
    Base address + offset + counter * stride, in bytes. `depth` counts enclosing loops from the outermost, 0 first.
    Example: `%w = exec.window %b depth 0 stride 16 offset 0 : !exec.buffer<tensor<8x4xf32>> -> !exec.buffer<tensor<4xf32>>`
  }];
  let arguments = (ins Exec_BufferType:$buffer, I64Attr:$depth, I64Attr:$stride, I64Attr:$offset);
  let results = (outs Exec_BufferType:$result);
  let assemblyFormat = "$buffer `depth` $depth `stride` $stride `offset` $offset attr-dict `:` type($buffer) `->` type($result)";
  let hasVerifier = 1;
}

def LaunchOp : Exec_Op<"launch", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "runs all tasks of a kernel on buffers";
  let description = [{
    `sizes` as those of exec.dispatch.
    Example: `exec.launch @add_0(%a, %b, %y) tasks 4 : !exec.buffer<tensor<8xf32>>, ...`
  }];
  let arguments = (ins FlatSymbolRefAttr:$kernel, Variadic<Exec_BufferType>:$buffers, I64Attr:$tasks,
      OptionalAttr<ArrayAttr>:$sizes);
  let assemblyFormat = "$kernel `(` $buffers `)` `tasks` $tasks (`sizes` $sizes^)? attr-dict `:` type($buffers)";
}

def CopyOp : Exec_Op<"copy"> {
  let summary = "copies a buffer's bytes at its actual sizes";
  let arguments = (ins Exec_BufferType:$source, Exec_BufferType:$destination);
  let assemblyFormat = "$source `to` $destination attr-dict `:` type($source) `to` type($destination)";
  let hasVerifier = 1;
}

def ForOp : Exec_Op<"for", [SingleBlockImplicitTerminator<"::weft::exec::EndOp">]> {
  let summary = "runs its body a counted number of times";
  let description = [{
    The trip count is a constant, or a symbol plus a constant (`symbol` not empty). Example: `exec.for "" + 8 { ... }`
  }];
  let arguments = (ins StrAttr:$symbol, I64Attr:$offset);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$symbol `+` $offset attr-dict-with-keyword $body";
}

def SetSizeOp : Exec_Op<"set_size"> {
  let summary = "gives a size symbol its value from a buffer of one i32";
  let arguments = (ins StrAttr:$symbol, I64Attr:$bound, I64Attr:$step, Exec_BufferType:$value);
  let assemblyFormat = "$symbol `at` `most` $bound `by` $step `=` $value attr-dict `:` type($value)";
}

#endif
