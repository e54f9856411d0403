// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the planner says of a counted loop, for the writer.
#ifndef COMPILER_SUPPORT_LOOPS_H
#define COMPILER_SUPPORT_LOOPS_H

#include "llvm/ADT/StringRef.h"

namespace weft::compiler {

/// On exec.for: the counter goes down from the last to 0.
inline constexpr llvm::StringLiteral reverseAttrName = "weft.reverse";

/// On weft.scan, exec.loop and exec.for: no turn sees anything of another one, so they may run at
/// the same time.
inline constexpr llvm::StringLiteral parallelAttrName = "weft.parallel";

/// On weft.scan, exec.loop and exec.for, a text: which form the loop has, and why
/// (weft-slice-scans).
inline constexpr llvm::StringLiteral loopFormAttrName = "weft.form";

} // namespace weft::compiler

#endif
