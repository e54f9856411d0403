// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The tile registers of AMX in software, for processors without them: kernels lowered for AMX are
// tested everywhere.
//
//   emulateTiles(module);                    // after the machine phase
//   ... compile for cpu:avx512bf16, run ...
//   std::string fault = takeTileFault();     // what the processor would have refused
#ifndef TEST_LIB_TILEEMULATION_H
#define TEST_LIB_TILEEMULATION_H

#include <string>

#include "mlir/IR/BuiltinOps.h"

namespace weft::check {

/// Replaces the instructions of AMX in lowered kernels by calls of functions of this process, where
/// alone the code runs from now on.
void emulateTiles(mlir::ModuleOp module);

/// The first fault since the last call; empty: none.
std::string takeTileFault();

/// One instruction, for tests of the emulation itself.
namespace tile {
void ldtilecfg(const void *configuration);
void tilezero(int8_t number);
void tileloadd(int8_t number, const void *memory, int64_t stride);
void tdpbf16ps(int8_t sum, int8_t left, int8_t right);
void tilestored(int8_t number, void *memory, int64_t stride);
void tilerelease();
} // namespace tile

} // namespace weft::check

#endif
