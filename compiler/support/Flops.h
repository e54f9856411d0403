// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a launch has to multiply and add: known where ops are lowered, read where the manifest is
// written, and of no meaning in between.
#ifndef COMPILER_SUPPORT_FLOPS_H
#define COMPILER_SUPPORT_FLOPS_H

#include "llvm/ADT/StringRef.h"

namespace weft::compiler {

/// Of exec.dispatch and exec.launch: an array of arrays of #weft.size, products to be summed.
inline constexpr llvm::StringLiteral flopsAttrName = "weft.flops";

} // namespace weft::compiler

#endif
