// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a lowered GPU kernel tells those that compile and launch it.
#ifndef COMPILER_LOWER_TILETONVPTX_GPUKERNEL_H
#define COMPILER_LOWER_TILETONVPTX_GPUKERNEL_H

#include <cstdint>

#include "llvm/ADT/StringRef.h"

namespace weft::compiler {

/// Threads of a block.
inline constexpr int64_t gpuThreads = 128;

/// Attribute of a lowered kernel: the bytes of shared memory that a launch gives each block.
inline constexpr llvm::StringLiteral sharedBytesAttrName = "weft.shared";

/// Attribute of a lowered kernel with products of 16 bits: the instruction that computes them, and
/// where the GPU has a faster one, why not that.
inline constexpr llvm::StringLiteral productsAttrName = "weft.products";

/// Name of the symbol that stands for that memory.
inline constexpr llvm::StringLiteral sharedMemoryName = "weft_shared";

} // namespace weft::compiler

#endif
