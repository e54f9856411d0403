// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a command says of itself: to people, on one screen, and to programs.
#ifndef TOOLS_WEFT_HELP_H
#define TOOLS_WEFT_HELP_H

#include <string>
#include <vector>

#include "tools/weft/CommandLine.h"

namespace weft::driver {

/// "MODEL" for a positional argument, "N", "FILE" or "a|b" for the value of an option.
std::string getPlaceholder(const Option &option);

/// Every command with its sentence, by group.
std::string printCommandList(const std::vector<Command> &commands);

/// Arguments and options by group, with defaults. `all` adds ranges, environment variables, the
/// settings of training and the exit codes.
std::string printHelp(const Command &command, bool all);

/// The commands as data: `weft help --json`.
std::string printHelpJson(const std::vector<Command> &commands);

} // namespace weft::driver

#endif
