// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elements of bf16: 16 bits, the upper half of an f32. Arithmetic is f32's.
#ifndef COMPILER_LOWER_TILETOMACHINE_BF16_H
#define COMPILER_LOWER_TILETOMACHINE_BF16_H

#include "compiler/lower/TileToMachine/Emitter.h"

namespace weft::compiler {

/// The f32 of these bits; scalars or vectors.
mlir::Value emitWiden(Emitter &b, mlir::Value bits);

/// The bits of the bf16 nearest to an f32 or f64, of two equally near the even one. NaN stays NaN,
/// numbers below the normal ones stay what they are: integers know no mode of the processor.
mlir::Value emitNarrow(Emitter &b, mlir::Value number);

/// The bits of a constant.
mlir::TypedAttr getBits(mlir::FloatAttr constant);

/// Whether an operation takes or gives elements of bf16 as numbers, not only moves them.
bool computesWithBf16(mlir::Operation *op);
/// Such an operation on operands that stand for op's: bits where op's are bf16.
mlir::Value emitWithBf16(Emitter &b, mlir::Operation *op, llvm::ArrayRef<mlir::Value> operands);

} // namespace weft::compiler

#endif
