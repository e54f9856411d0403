// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From the bytes of an exec section to a program that the interpreter may run without looking
// again.
#ifndef RUNTIME_ARTIFACT_EXECREADER_H
#define RUNTIME_ARTIFACT_EXECREADER_H

#include "runtime/exec/ExecProgram.h"

namespace weft {

/// Splits the section into its tables.
Result<ExecProgram> readExecProgram(std::span<const std::byte> section);

/// What the interpreter relies on: every index in range; For and End nested; as many arguments as
/// the kernel has; arena and constant buffers inside their memory at the bounds; every size symbol
/// set before it is used.
Status verifyExecProgram(const ExecProgram &program);

/// Tables and manifest describe the same symbols, kernels and functions.
Status verifyExecMatchesManifest(const ExecProgram &program, const Manifest &manifest);

} // namespace weft

#endif
