// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A crash of a model's code becomes a message with the nearest line, and exit code 1.
#ifndef FRONTEND_LIB_CRASH_H
#define FRONTEND_LIB_CRASH_H

#include "weft/dsl/Axis.h"

namespace weft::detail {

/// For the rest of the process; `where` is named while no call of the language was made.
void explainCrashes(dsl::Where where);

} // namespace weft::detail

#endif
