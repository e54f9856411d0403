// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Floats of 16 bits: bf16, the upper half of an f32, and f16, IEEE 754's binary16. Registers hold
// their bits; arithmetic is f32's.
#ifndef COMPILER_LOWER_TILETOMACHINE_NARROWFLOATS_H
#define COMPILER_LOWER_TILETOMACHINE_NARROWFLOATS_H

#include "compiler/lower/TileToMachine/Emitter.h"

namespace weft::compiler {

/// Whether these are, or elements of this tile are, bf16 or f16.
bool isNarrowFloat(mlir::Type type);

/// The f32 of these bits of `element`; scalars or vectors.
mlir::Value emitWiden(Emitter &b, mlir::Value bits, mlir::Type element);

/// The bits of the `element` nearest to an f32 or f64, of two equally near the even one; beyond the
/// largest, infinity. NaN stays NaN, numbers below the normal ones stay what they are.
mlir::Value emitNarrow(Emitter &b, mlir::Value number, mlir::Type element);

/// The bits of two f32 at once, by one instruction of a GPU (Emitter::isForGpu).
std::pair<mlir::Value, mlir::Value> emitNarrowPair(Emitter &b, mlir::Value first,
                                                   mlir::Value second, mlir::Type element);

/// The bits of a constant.
mlir::TypedAttr getBits(mlir::FloatAttr constant);

/// Whether an operation takes or gives narrow elements as numbers, not only moves them.
bool computesWithNarrow(mlir::Operation *op);
/// Such an operation on operands that stand for op's: bits where op's are narrow.
mlir::Value emitWithNarrow(Emitter &b, mlir::Operation *op, llvm::ArrayRef<mlir::Value> operands);

} // namespace weft::compiler

#endif
