// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The phases as pass pipelines.
#ifndef COMPILER_PIPELINE_H
#define COMPILER_PIPELINE_H

#include "mlir/Pass/PassManager.h"

#include "compiler/Options.h"

namespace weft::compiler {

/// Adds the passes that lead from the phase before into `phase`, its verifier last. Phase::Artifact
/// has none.
void addPhase(mlir::OpPassManager &manager, Phase phase, const Options &options);

/// Adds the verifier of `phase` alone: for text that claims to be in it.
void addVerifier(mlir::OpPassManager &manager, Phase phase);

/// Registers every pass of Weft by its name and every phase as `--weft-phase-<name>`.
void registerPassesAndPhases();

} // namespace weft::compiler

#endif
