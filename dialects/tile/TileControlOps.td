// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernel, its task index and the run-time sizes.
#ifndef TILE_CONTROL_OPS_TD
#define TILE_CONTROL_OPS_TD

include "dialects/tile/TileTypes.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/FunctionInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"

def KernelOp : Tile_Op<"kernel", [Symbol, IsolatedFromAbove, SingleBlockImplicitTerminator<"::weft::tile::ReturnOp">]> {
  let summary = "a block program, run once for each task";
  let description = [{
    Block arguments: one `!tile.array` each, in the order of the launch's arguments, then the task index. `tasks` is the
    number of tasks at the bounds of the sizes; a task whose part is empty at the actual sizes does nothing.
    `writes` lists the arguments the kernel writes; the others are read only. `sizes` lists the largest value of each of
    its run-time sizes: which symbols they are, each launch says, so that layers with symbols of their own share a kernel.
    Example:
    ```
    tile.kernel @double tasks 4 writes [1] sizes [1024] {
    ^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
      ...
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, I64Attr:$tasks, DenseI64ArrayAttr:$writes,
      DefaultValuedOptionalAttr<DenseI64ArrayAttr, "{}">:$sizes);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name `tasks` $tasks `writes` $writes (`sizes` $sizes^)? attr-dict-with-keyword $body";
  let hasVerifier = 1;
  let skipDefaultBuilders = 1;
  let builders = [OpBuilder<(ins "::llvm::StringRef":$name, "int64_t":$tasks, "::llvm::ArrayRef<int64_t>":$writes,
      "::llvm::ArrayRef<::mlir::Type>":$elements)>];
  let extraClassDeclaration = [{
    ::mlir::Value getTask() { return getBody().front().getArguments().back(); }
    ::mlir::Value getArray(unsigned i) { return getBody().front().getArgument(i); }
    unsigned getArrayCount() { return getBody().front().getNumArguments() - 1; }
  }];
}

def ReturnOp : Tile_Op<"return", [Pure, Terminator, HasParent<"KernelOp">]> {
  let summary = "ends a kernel";
  let assemblyFormat = "attr-dict";
}

def SizeOp : Tile_Op<"size", [Pure]> {
  let summary = "the value that the launch gives a size of the kernel";
  let description = [{Example: `%n = tile.size 0`}];
  let arguments = (ins I64Attr:$number);
  let results = (outs Index:$result);
  let assemblyFormat = "$number attr-dict";
  let hasVerifier = 1;
}

#endif
