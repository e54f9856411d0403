// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// LLVM's part: an LLVM module of kernels, optimised and written as text or as an object.
#ifndef COMPILER_TARGET_CODEGENERATOR_H
#define COMPILER_TARGET_CODEGENERATOR_H

#include <memory>
#include <string>

#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

#include "compiler/target/X86.h"

namespace weft::compiler {

/// One code generator; each thread needs its own.
class CodeGenerator {
public:
  /// Null where this LLVM has none for x86.
  static std::unique_ptr<CodeGenerator> create(const X86Level &level);

  /// What decides the code for a module besides the module: LLVM, features, passes.
  static std::string describe(const X86Level &level);

  /// Optimises a module in place and writes it. `form` is not Shared: that is the linker's. Failure
  /// is a bug of ours: a pass list that does not parse, a form that cannot be written.
  mlir::FailureOr<std::string> run(llvm::Module &module, X86Form form);

private:
  CodeGenerator(std::unique_ptr<llvm::TargetMachine> machine, int level)
      : machine(std::move(machine)), level(level) {}
  mlir::LogicalResult optimise(llvm::Module &module);
  mlir::FailureOr<std::string> emit(llvm::Module &module, X86Form form);

  std::unique_ptr<llvm::TargetMachine> machine;
  int level;
};

} // namespace weft::compiler

#endif
