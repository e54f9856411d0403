// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef TILE_TYPES_TD
#define TILE_TYPES_TD

include "dialects/tile/TileDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"

class Tile_Type<string name, string typeMnemonic> : TypeDef<Tile_Dialect, name> {
  let mnemonic = typeMnemonic;
}

def Tile_ArrayType : Tile_Type<"Array", "array"> {
  let summary = "a global array: base pointer and element type";
  let parameters = (ins "::mlir::Type":$element);
  let assemblyFormat = "`<` $element `>`";
}

def Tile_ViewType : Tile_Type<"View", "view"> {
  let summary = "a strided rank-n window on a global array; sizes and strides are run-time values";
  let parameters = (ins "int64_t":$rank, "::mlir::Type":$element);
  let assemblyFormat = "`<` $rank `x` $element `>`";
}

def Tile_Function : I32EnumAttr<"Function", "a function of the tile.math table", [
    I32EnumAttrCase<"exp2", 0>, I32EnumAttrCase<"log2", 1>, I32EnumAttrCase<"tanh", 2>, I32EnumAttrCase<"erf", 3>,
    I32EnumAttrCase<"sigmoid", 4>, I32EnumAttrCase<"rsqrt", 5>, I32EnumAttrCase<"sqrt", 6>, I32EnumAttrCase<"floor", 7>,
    I32EnumAttrCase<"exp", 8>, I32EnumAttrCase<"log", 9>, I32EnumAttrCase<"sin", 10>, I32EnumAttrCase<"cos", 11>]> {
  let cppNamespace = "::weft::tile";
  let genSpecializedAttr = 0;
}
def Tile_FunctionAttr : EnumAttr<Tile_Dialect, Tile_Function, "function"> {
  let assemblyFormat = "$value";
}

def Tile_Reduction : I32EnumAttr<"Reduction", "how a reduction combines", [
    I32EnumAttrCase<"sum", 0>, I32EnumAttrCase<"max", 1>]> {
  let cppNamespace = "::weft::tile";
  let genSpecializedAttr = 0;
}
def Tile_ReductionAttr : EnumAttr<Tile_Dialect, Tile_Reduction, "reduction"> {
  let assemblyFormat = "$value";
}

#endif
