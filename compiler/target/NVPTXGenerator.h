// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// LLVM's part for GPUs: an LLVM module of kernels, optimised and written as PTX.
#ifndef COMPILER_TARGET_NVPTXGENERATOR_H
#define COMPILER_TARGET_NVPTXGENERATOR_H

#include <memory>
#include <string>

#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"

#include "compiler/target/NVPTX.h"

namespace weft::compiler {

/// One code generator; each thread needs its own.
class NVPTXGenerator {
public:
  /// Null where this LLVM has none for NVIDIA's GPUs.
  static std::unique_ptr<NVPTXGenerator> create(const GpuTarget &target);

  /// Prepares a module as translated from MLIR, in place: triple, data layout, what LLVM must not
  /// move, how f32 treats denormals; then LLVM's own passes.
  void optimise(llvm::Module &module);

  /// PTX of a module that was optimised, which is used up. The module has passed checkSelectable:
  /// what the back end has no instruction for would end the process.
  llvm::Expected<std::string> emit(llvm::Module &module);

private:
  explicit NVPTXGenerator(std::unique_ptr<llvm::TargetMachine> machine)
      : machine(std::move(machine)) {}

  std::unique_ptr<llvm::TargetMachine> machine;
};

} // namespace weft::compiler

#endif
