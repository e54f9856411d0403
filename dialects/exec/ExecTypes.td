// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef EXEC_TYPES_TD
#define EXEC_TYPES_TD

include "dialects/exec/ExecDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def Exec_BufferType : TypeDef<Exec_Dialect, "Buffer"> {
  let mnemonic = "buffer";
  let summary = "a piece of memory that holds one tensor";
  let parameters = (ins "::mlir::RankedTensorType":$tensor);
  let assemblyFormat = "`<` $tensor `>`";
}

def Exec_BufferKind : I32EnumAttr<"BufferKind", "where a buffer lives (abi/Exec.def)", [
    I32EnumAttrCase<"argument", 1>, I32EnumAttrCase<"result", 2>, I32EnumAttrCase<"arena", 3>,
    I32EnumAttrCase<"constant", 4>]> {
  let cppNamespace = "::weft::exec";
  let genSpecializedAttr = 0;
}
def Exec_BufferKindAttr : EnumAttr<Exec_Dialect, Exec_BufferKind, "kind"> {
  let assemblyFormat = "$value";
}

#endif
