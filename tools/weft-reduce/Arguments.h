// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What was typed.
#ifndef TOOLS_WEFTREDUCE_ARGUMENTS_H
#define TOOLS_WEFTREDUCE_ARGUMENTS_H

#include <cstdint>
#include <string>
#include <vector>

#include "llvm/Support/Error.h"

namespace weft::reduce {

struct Arguments {
  std::string input, test, output;
  std::vector<std::string> testArguments;
  uint64_t maxTests = 0;
  bool json = false, quiet = false;
};

/// Fails with invalid_argument, before anything is read or made. Answers --help itself.
llvm::Expected<Arguments> parseArguments(int argc, char **argv);

} // namespace weft::reduce

#endif
