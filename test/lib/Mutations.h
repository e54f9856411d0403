// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ways to damage a staged kernel, each in exactly one place.
#ifndef TEST_LIB_MUTATIONS_H
#define TEST_LIB_MUTATIONS_H

#include <string>
#include <vector>

#include "mlir/IR/BuiltinOps.h"

namespace weft::check {

/// The places of one kind in a staged module, in words; damages the one of this number, none for
/// -1.
using Mutation = std::vector<std::string>(mlir::ModuleOp staged, int number);

/// Erases a barrier, wait or fence.
Mutation removeSync;
/// Lets one access go one row or column further than its view or buffer does.
Mutation widenBound;
/// The same by more and more. Where the first index that the bound keeps out lies further than one
/// beyond it, as it does where tiles end at some places only, one more lets nothing in.
llvm::ArrayRef<Mutation *> getWiderBounds();
/// The same places without a bound: one that is beyond every index. A kernel that is the same with
/// it has no bound there that could be widened.
Mutation dropBound;
/// Puts a second barrier behind one that is there: changes the code and no meaning, so that a
/// runner that sees it is wrong.
Mutation doubleSync;

} // namespace weft::check

#endif
