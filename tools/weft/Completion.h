// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Completion scripts for shells, made of the list of commands.
#ifndef TOOLS_WEFT_COMPLETION_H
#define TOOLS_WEFT_COMPLETION_H

#include <string>
#include <vector>

#include "tools/weft/CommandLine.h"

namespace weft::driver {

/// `shell`: "bash", "zsh" or "fish".
std::string printCompletion(const std::string &shell, const std::vector<Command> &commands);

} // namespace weft::driver

#endif
