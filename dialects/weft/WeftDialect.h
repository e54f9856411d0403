// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The one header other folders include to see the weft dialect. See WeftDialect.td for what it is.
#ifndef DIALECTS_WEFT_WEFTDIALECT_H
#define DIALECTS_WEFT_WEFTDIALECT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/IR/TensorEncoding.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/weft/BlockPattern.h"
#include "dialects/weft/WeftDialect.h.inc"
#include "dialects/weft/WeftEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/weft/WeftAttrs.h.inc"

#include "dialects/weft/WeftInterfaces.h.inc"

#define GET_OP_CLASSES
#include "dialects/weft/WeftOps.h.inc"

namespace weft::ir {

/// Of a function, an i64: bytes of values that it computes again (weft.recompute) instead of
/// keeping them, at the bounds of their sizes.
inline constexpr llvm::StringLiteral recomputedAttrName = "weft.recomputed";

/// The size of one dimension of a tensor, static or bounded.
SizeAttr getDimSize(mlir::RankedTensorType type, int64_t dim);

/// All sizes of a tensor.
llvm::SmallVector<SizeAttr> getDimSizes(mlir::RankedTensorType type);

/// The tensor type with these sizes: carries #weft.bounded exactly if one of them is not constant.
mlir::RankedTensorType getTensorType(llvm::ArrayRef<SizeAttr> sizes, mlir::Type element);

/// Shape as a person writes it: "[2, cache0 + 512, 64]".
std::string formatShape(mlir::RankedTensorType type);

/// The element type of a tensor, or the type itself for a scalar.
mlir::Type getElementOrSelf(mlir::Type type);

/// The type in which products of factors of this type are summed: f32 for bf16 and f16, else the
/// type itself.
mlir::Type getSumType(mlir::Type factor);

/// A splat constant of a tensor or scalar type; for bounded types the attribute has the bound as
/// its shape.
mlir::Value createSplat(mlir::OpBuilder &builder, mlir::Location loc, mlir::Type type,
                        double value);

} // namespace weft::ir

#endif
