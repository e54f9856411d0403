// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef TARGET_PASSES_TD
#define TARGET_PASSES_TD

include "mlir/Pass/PassBase.td"

def VerifyNVPTXMachinePass : Pass<"verify-nvptx-machine", "::mlir::ModuleOp"> {
  let summary = "checks what the code generator and the runtime assume of GPU kernels";
  let description = [{
    GPU kernels are the functions with `nvvm.kernel`. They take arrays and sizes by value, say how many threads and how much
    shared memory a launch gives, call nothing and share nothing but that memory. Labels `nvptx_machine.C1` on:
    docs/spec/kernels.md.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::NVVM::NVVMDialect"];
}

#endif
