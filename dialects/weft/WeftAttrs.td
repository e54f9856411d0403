// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef WEFT_ATTRS_TD
#define WEFT_ATTRS_TD

include "dialects/weft/WeftDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/TensorEncoding.td"

class Weft_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<Weft_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

def Weft_SizeAttr : Weft_Attr<"Size", "size"> {
  let summary = "a size: a constant, or a symbol with bound and step, plus a constant";
  let description = [{
    Printed as `#weft.size<512>` or `#weft.size<cache0(1024 by 64) + 512>`: the run-time value of symbol
    `cache0`, at most 1024 and a multiple of 64 (or the bound itself), plus 512.
  }];
  let parameters = (ins "::mlir::StringAttr":$symbol, "int64_t":$bound, "int64_t":$step, "int64_t":$offset);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// A constant size.
    static SizeAttr get(::mlir::MLIRContext *context, int64_t constant);
    bool isConstant() const { return getSymbol().empty(); }
    /// The largest value the size can take.
    int64_t getMaximum() const { return (isConstant() ? 0 : getBound()) + getOffset(); }
    /// The same size plus a constant.
    SizeAttr plus(int64_t constant) const;
    /// Prints without the `#weft.size<>` around it; used by messages and by #weft.bounded.
    void printInner(::llvm::raw_ostream &os) const;
    std::string str() const;
    static ::mlir::FailureOr<SizeAttr> parseInner(::mlir::AsmParser &parser);
  }];
  let skipDefaultBuilders = 0;
}

def Weft_BoundedAttr : Weft_Attr<"Bounded", "bounded",
    [DeclareAttrInterfaceMethods<VerifiableTensorEncoding>]> {
  let summary = "tensor encoding that names the size of every dimension";
  let description = [{
    `tensor<2x?x64xf32, #weft.bounded<[2, cache0(1024 by 64) + 512, 64]>>`. One size a dimension; static
    dimensions repeat their number. Only tensors with at least one bounded dimension carry it.
  }];
  let parameters = (ins ArrayRefParameter<"::weft::ir::SizeAttr">:$sizes);
  let hasCustomAssemblyFormat = 1;
}

def Weft_PatternAttr : Weft_Attr<"Pattern", "pattern"> {
  let summary = "which keys a query reaches: a union of closed forms and of listed blocks";
  let description = [{
    Printed as `#weft.pattern<local(128) | strided(64)>`. The closed forms, for a query at position p and a key j:

    | form | reached |
    | --- | --- |
    | `all` | j <= p |
    | `local(l)` | 0 <= p - j < l |
    | `strided(l)` | j <= p, (p - j) mod l = 0 |
    | `window(l)` | j <= p, floor(j / l) = floor(p / l) |
    | `columns(l, c, g)` | j <= p, j mod l in [l - (g + 1) c, l - g c) |
    | `prefix(m)` | j < m |

    `listed [0, 0, -1, 1, 0, 0] masks [..]` names blocks by row, column and mask, sorted; mask -1 is a whole block. A mask is a word
    of 64 bits for each row of the block, two where blocks are larger; bit c is pair (row, c).
  }];
  let parameters = (ins ArrayRefParameter<"::weft::ir::PatternTerm">:$terms, ArrayRefParameter<"int64_t">:$listed,
      ArrayRefParameter<"int64_t">:$masks);
  let hasCustomAssemblyFormat = 1;
  let extraClassDeclaration = [{
    /// Prints without the `#weft.pattern<>` around it; used by #weft.blocks.
    void printInner(::llvm::raw_ostream &os) const;
    static ::mlir::FailureOr<PatternAttr> parseInner(::mlir::AsmParser &parser);
  }];
}

def Weft_BlocksAttr : Weft_Attr<"Blocks", "blocks"> {
  let summary = "a size of blocks, patterns, and which of them each head has";
  let description = [{
    `#weft.blocks<32, [all]>`: all heads have the only pattern. `#weft.blocks<32, [local(128), strided(64)] heads [0, 1, 0, 1]>`:
    head h has pattern heads[h].
  }];
  let parameters = (ins "int64_t":$size, ArrayRefParameter<"::weft::ir::PatternAttr">:$patterns,
      ArrayRefParameter<"int64_t">:$heads);
  let hasCustomAssemblyFormat = 1;
  let extraClassDeclaration = [{
    /// The number of the pattern of a head.
    int64_t getPatternOf(int64_t head) const { return getHeads().empty() ? 0 : getHeads()[head]; }
  }];
}

def Weft_ComparePredicate : I32EnumAttr<"ComparePredicate", "how two values are compared", [
    I32EnumAttrCase<"eq", 0>, I32EnumAttrCase<"ne", 1>, I32EnumAttrCase<"lt", 2>,
    I32EnumAttrCase<"le", 3>, I32EnumAttrCase<"gt", 4>, I32EnumAttrCase<"ge", 5>]> {
  let cppNamespace = "::weft::ir";
  let genSpecializedAttr = 0;
}
def Weft_ComparePredicateAttr : EnumAttr<Weft_Dialect, Weft_ComparePredicate, "predicate"> {
  let assemblyFormat = "$value";
}

def Weft_BeforeStart : I32EnumAttr<"BeforeStart", "what a query finds before the first key", [
    I32EnumAttrCase<"masked", 0>, I32EnumAttrCase<"zeros", 1>]> {
  let cppNamespace = "::weft::ir";
  let genSpecializedAttr = 0;
}
def Weft_BeforeStartAttr : EnumAttr<Weft_Dialect, Weft_BeforeStart, "before_start"> {
  let assemblyFormat = "$value";
}

def Weft_CaptureKind : I32EnumAttr<"CaptureKind", "how a capture of an attention region is indexed", [
    I32EnumAttrCase<"scalar", 0>, I32EnumAttrCase<"per_head", 1>, I32EnumAttrCase<"by_distance", 2>,
    I32EnumAttrCase<"by_query", 3>, I32EnumAttrCase<"by_key", 4>,
    I32EnumAttrCase<"per_head_by_distance", 5>]> {
  let cppNamespace = "::weft::ir";
  let genSpecializedAttr = 0;
}
def Weft_CaptureKindAttr : EnumAttr<Weft_Dialect, Weft_CaptureKind, "capture"> {
  let assemblyFormat = "`<` $value `>`";
}
def Weft_CaptureKindArrayAttr : TypedArrayAttrBase<Weft_CaptureKindAttr, "capture kinds">;

#endif
