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
  let description = [{
    `swizzled` is how tensor cores read: rows and columns go on to the next multiple of 16, zeros beyond the matrix, and the
    pieces of 16 bytes are permuted in each line of 128 bytes, so that those of 8 rows one below another lie in different
    banks: piece i of a line is in place i XOR (r / n mod 8), where r is the row and n the number of rows in a line, 1 for
    long rows. Example: `!tile.buffer<64 x 24 x bf16 stride 32 swizzled>`

    Products of warp groups read panels: a swizzled buffer with a stride of one line holds the columns beyond it in another
    panel of all rows, behind the one before. Example: `!tile.buffer<64 x 256 x bf16 stride 64 swizzled>`, four panels
  }];
  let parameters = (ins "int64_t":$rows, "int64_t":$columns, "::mlir::Type":$element, "int64_t":$stride,
                        DefaultValuedParameter<"bool", "false">:$swizzled);
  let assemblyFormat = "`<` $rows `x` $columns `x` $element `stride` $stride `` custom<Swizzle>($swizzled) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// A tensor core multiplies 16 by 16 elements.
    static constexpr int64_t atom = 16;
    /// Bytes of a piece, of a line of pieces, and the rows in which their order repeats.
    static constexpr int64_t pieceBytes = 16, lineBytes = 128, period = 8;
    /// With what a swizzled buffer holds beyond the matrix.
    int64_t getHeldRows() const;
    int64_t getHeldColumns() const;
    int64_t getElementBytes() const;
    /// Whether columns go on in panels, and how many bytes each of them has.
    bool isPanelled() const;
    int64_t getPanelBytes() const;
    /// Rows of a line of a swizzled buffer.
    int64_t getLineRows() const;
    /// Bytes from the buffer's begin to an element.
    int64_t getPlace(int64_t row, int64_t column) const;
    /// Bytes in shared memory; i1 takes one.
    int64_t getByteSize() const;
  }];
}

#endif
