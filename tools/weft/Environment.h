// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// WEFT_THREADS=2 stands for --threads 2 of any command that has it, WEFT_LR=0.1 for the setting
// lr=0.1. A variable WEFT_... that stands for nothing is most likely a slip, so it is told.
#ifndef TOOLS_WEFT_ENVIRONMENT_H
#define TOOLS_WEFT_ENVIRONMENT_H

#include <string>
#include <vector>

#include "tools/weft/CommandLine.h"
#include "tools/weft/Config.h"

namespace weft::driver {

/// Warns of every WEFT_... variable that is no flag of a command and none of `settings`. A command
/// whose settings depend on a model calls this once it knows them.
void warnUnknownVariables(const std::vector<Command> &commands,
                          const std::vector<std::string> &settings);

} // namespace weft::driver

#endif
