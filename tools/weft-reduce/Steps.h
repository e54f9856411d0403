// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ways to make a module smaller. A step lists its changes; the search in Reduce.cpp tries
// ranges of them.
//
//   changes:   c0  c1  c2  c3  c4  c5  c6  c7      in the order of the text
//              [------------------------------]    all at once,
//              [--------------][--------------]    then halves, the last one first,
//              [------][------][------][------]    then quarters, ... then each alone
//
// The changes of a range are made from the last to the first, so users go before what they use and
// what a region holds before the op that holds it. A change that finds that it cannot be made does
// nothing. Whether the outcome is valid is the verifier's business.
#ifndef TOOLS_WEFTREDUCE_STEPS_H
#define TOOLS_WEFTREDUCE_STEPS_H

#include <functional>
#include <vector>

#include "mlir/IR/BuiltinOps.h"

namespace weft::reduce {

using Change = std::function<void()>;

struct Step {
  llvm::StringLiteral name;
  std::vector<Change> (*list)(mlir::ModuleOp module);
};

/// All steps, those that take away most first.
llvm::ArrayRef<Step> getSteps();

} // namespace weft::reduce

#endif
