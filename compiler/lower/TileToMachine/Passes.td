// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef TILE_TO_MACHINE_PASSES_TD
#define TILE_TO_MACHINE_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertKernelsToLLVMPass : Pass<"convert-kernels-to-llvm", "::mlir::LLVM::LLVMFuncOp"> {
  let summary = "the scf and arith operations that a lowering of tile leaves in a kernel become llvm";
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::cf::ControlFlowDialect"];
}

#endif
