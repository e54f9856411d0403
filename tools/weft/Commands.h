// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The subcommands of weft; each has a file of its name.
#ifndef TOOLS_WEFT_COMMANDS_H
#define TOOLS_WEFT_COMMANDS_H

#include "tools/weft/CommandLine.h"

namespace weft::driver {

Command makeBenchCommand();
Command makeCompileCommand();
Command makeCompletionCommand();
Command makeEvalCommand();
Command makeGenerateCommand();
Command makeHelpCommand();
Command makeInspectCommand();
Command makeModelsCommand();
Command makePlotCommand();
Command makeReportCommand();
Command makeRunCommand();
Command makeTrainCommand();
Command makeTranslateCommand();

/// All of them, in the order of the help.
std::vector<Command> makeCommands();

} // namespace weft::driver

#endif
