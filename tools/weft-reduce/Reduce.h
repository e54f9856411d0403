// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Delta debugging of IR: takes away what a script does not need to find a text interesting.
//
//   1. The text as it is must be interesting.
//   2. Printed by Weft, without locations if they do not matter, it must be so still.
//   3. Each step of Steps.h in its turn: ranges of its changes, halves first. What became smaller,
//      passes the verifier, can be read back and is interesting takes the place of the text.
//   4. Again from 3, until a whole round changes nothing.
//
// A text counts as smaller by its ops (a constant for half of one), then by arguments and results,
// then by its length: so the search ends. The order of everything is fixed: the same input and the
// same answers give the same output.
#ifndef TOOLS_WEFTREDUCE_REDUCE_H
#define TOOLS_WEFTREDUCE_REDUCE_H

#include "tools/weft-reduce/Script.h"

#include "mlir/IR/BuiltinOps.h"

namespace weft::reduce {

struct Request {
  std::string text;   ///< what `module` was read from
  std::string output; ///< written anew, and renamed into place, whenever something went away
  uint64_t maxTests;  ///< how often the script may be asked
  llvm::raw_ostream *progress;
};

struct Outcome {
  unsigned opsBefore = 0, opsAfter = 0; ///< all but modules
  uint64_t tests = 0;
  bool isFinished = false;    ///< false: `maxTests` came first
  bool isReprintable = false; ///< false: printing it anew already made the text uninteresting
};

/// Fails with invalid_argument when the text is not interesting or the script cannot be started,
/// with io_error when a file cannot be written.
llvm::Expected<Outcome> reduce(mlir::ModuleOp module, const Script &script, const Request &request);

} // namespace weft::reduce

#endif
