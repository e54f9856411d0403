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

def Tile_LayoutAttr : AttrDef<Tile_Dialect, "Layout"> {
  let mnemonic = "layout";
  let summary = "which thread of a block holds which elements of a tile, and in which register";
  let description = [{
    The encoding of tiles at the staged level. The number of a thread is written in mixed digits, the first the fastest,
    and so is the number of a register. Each digit moves the element along an axis. Elements beyond the tile are held,
    and hold anything; threads that differ only in digits `alike` hold the same elements.
    Example: 128 threads, of which 32 lie along a row and 4 down the rows, each with two runs of two columns:
    `#tile.layout<threads (32 on 1 step 2, 4 on 0 step 1) registers (2 on 1 step 1, 2 on 0 step 4)>`
  }];
  let parameters = (ins ArrayRefParameter<"::weft::tile::Digit">:$threads,
                        ArrayRefParameter<"::weft::tile::Digit">:$registers);
  let hasCustomAssemblyFormat = 1;
  let genMnemonicAlias = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    int64_t getThreadCount() const;
    int64_t getRegisterCount() const;
    /// The element of a register in the thread of number 0, as offsets along both axes.
    std::array<int64_t, 2> getOffsets(int64_t number) const;
    /// Threads of a warp are neighbours: whether all elements along an axis lie in one warp.
    bool isWithinWarp(int64_t axis) const;
    /// The layout of a tile without this axis, as a reduction leaves it: every thread along it holds the result.
    LayoutAttr slice(int64_t axis) const;
  }];
}

def Tile_BufferType : Tile_Type<"Buffer", "buffer"> {
  let summary = "a matrix in the memory that the threads of a block share; `stride` elements from row to row";
  let parameters = (ins "int64_t":$rows, "int64_t":$columns, "::mlir::Type":$element, "int64_t":$stride);
  let assemblyFormat = "`<` $rows `x` $columns `x` $element `stride` $stride `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Bytes in shared memory; i1 takes one.
    int64_t getByteSize() const;
  }];
}

#endif
