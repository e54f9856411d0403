// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef RUNTIME_ARTIFACT_EXECPRINTER_H
#define RUNTIME_ARTIFACT_EXECPRINTER_H

#include <string>

#include "runtime/exec/ExecProgram.h"

namespace weft {

/// A verified program as text: per function its buffers, then its steps, loops indented. An empty
/// name prints all.
std::string printExec(const ExecProgram &program, const Manifest &manifest,
                      const std::string &function);

} // namespace weft

#endif
