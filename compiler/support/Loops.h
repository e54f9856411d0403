// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the planner says of a counted loop, for the writer.
#ifndef COMPILER_SUPPORT_LOOPS_H
#define COMPILER_SUPPORT_LOOPS_H

#include "llvm/ADT/StringRef.h"

namespace weft::compiler {

/// On exec.for: the counter goes down from the last to 0.
inline constexpr llvm::StringLiteral reverseAttrName = "weft.reverse";

} // namespace weft::compiler

#endif
