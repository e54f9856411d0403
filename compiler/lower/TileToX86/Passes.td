// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef TILE_TO_X86_PASSES_TD
#define TILE_TO_X86_PASSES_TD

include "mlir/Pass/PassBase.td"

def TileWidenFactorsPass : Pass<"tile-widen-factors", "::mlir::ModuleOp"> {
  let summary = "factors of f16 become f32 before they are multiplied";
  let description = [{
    x86 multiplies f16 only with AVX512-FP16, and adds in f16. So `tile.dot` of f16 becomes one of `arith.extf`, which is
    exact: a factor is widened once, as it is packed, not once for each row or column that meets it. What only moves
    elements (transpose, shear, unshear) moves the widened ones.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def TileToX86Pass : Pass<"tile-to-x86", "::mlir::ModuleOp"> {
  let summary = "every tile.kernel becomes an llvm.func of the kernel ABI, vector by vector";
  let description = [{
    Bodies are scf, arith on vectors and llvm memory operations; `convert-kernels-to-llvm` (TileToMachine) finishes them.
    What a tile becomes is told in Lowering.h.
  }];
  let options = [Option<"vectorBits", "vector-bits", "int64_t", "512",
      "width of the registers that dot products block for: 512 or 256">,
    Option<"bf16", "bf16", "::weft::compiler::Bf16Products", "::weft::compiler::Bf16Products::Widened",
      "how products of bf16 are computed", [{::llvm::cl::values(
        clEnumValN(::weft::compiler::Bf16Products::Widened, "widened", "as f32"),
        clEnumValN(::weft::compiler::Bf16Products::Pairs, "pairs", "with AVX-512 BF16"),
        clEnumValN(::weft::compiler::Bf16Products::Tiles, "tiles", "with AMX"))}]>];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"];
}

def VerifyMachinePass : Pass<"x86-verify-machine", "::mlir::ModuleOp"> {
  let summary = "checks what the code generator and the runtime assume of lowered kernels";
  let description = [{
    Kernels have the type of abi/Kernel.h, call nothing (no intrinsic that would become a call of libm either), and take
    a constant, bounded amount of stack; every launch has its function. Labels `machine.C1` on: docs/spec/kernels.md.
  }];
  let dependentDialects = ["::weft::exec::ExecDialect", "::weft::ir::WeftDialect"];
}

#endif
