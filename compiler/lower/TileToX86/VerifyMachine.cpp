// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The contract between lowered kernels and the code generator: what abi/Kernel.h promises of a
// kernel.
#include "compiler/lower/TileToX86/Lowering.h"
#include "compiler/lower/TileToX86/TileToX86.h"
#include "compiler/support/LaunchSizes.h"

#include "dialects/exec/ExecDialect.h"
#include "dialects/weft/WeftDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace weft::compiler {

#define GEN_PASS_DEF_VERIFYMACHINEPASS
#include "compiler/lower/TileToX86/Passes.h.inc"

namespace {

/// What verify-nvptx-machine checks. By name: this is no place for the dialect of GPUs.
bool isOfGpu(Operation *op) { return isa<LLVM::GlobalOp>(op) || op->hasAttr("nvvm.kernel"); }

/// Intrinsics that become instructions on every level of x86 that Weft generates for. The others
/// may become calls of libm or libc (llvm.exp, llvm.memcpy), which a kernel does not have.
bool isInstruction(Operation *op) {
  return isa<LLVM::FMAOp, LLVM::FMulAddOp, LLVM::Prefetch, LLVM::MaskedLoadOp, LLVM::MaskedStoreOp,
             LLVM::masked_gather, LLVM::masked_scatter, LLVM::SqrtOp, LLVM::FFloorOp, LLVM::FAbsOp,
             LLVM::CopySignOp, LLVM::RintOp, LLVM::RoundEvenOp, LLVM::MaxNumOp, LLVM::MinNumOp,
             LLVM::MaximumOp, LLVM::MinimumOp, LLVM::SMaxOp, LLVM::SMinOp, LLVM::UMaxOp,
             LLVM::UMinOp, LLVM::AbsOp, LLVM::vector_reduce_fadd, LLVM::vector_reduce_fmax,
             LLVM::vector_reduce_fmaximum, LLVM::vector_reduce_add, LLVM::vector_reduce_smax,
             LLVM::AssumeOp>(op);
}

/// Of those that MLIR has no operations for: what products of bf16 are made of.
bool isInstruction(LLVM::CallIntrinsicOp call) {
  static constexpr StringRef known[] = {
      "llvm.x86.avx512bf16.dpbf16ps.128",
      "llvm.x86.avx512bf16.dpbf16ps.256",
      "llvm.x86.avx512bf16.dpbf16ps.512",
      "llvm.x86.avx512bf16.cvtneps2bf16.256",
      "llvm.x86.avx512bf16.cvtneps2bf16.512",
      "llvm.x86.ldtilecfg",
      "llvm.x86.tilezero",
      "llvm.x86.tileloadd64",
      "llvm.x86.tdpbf16ps",
      "llvm.x86.tilestored64",
      "llvm.x86.tilerelease",
  };
  return llvm::is_contained(known, call.getIntrin());
}

LogicalResult verifyBodyOp(Operation *op, int64_t &stack) {
  if (!isa<LLVM::LLVMDialect>(op->getDialect()))
    return op->emitOpError("expects to be an llvm operation in a lowered kernel (machine.C2)");
  if (auto call = dyn_cast<LLVM::CallIntrinsicOp>(op); call && isInstruction(call))
    return success();
  if (isa<LLVM::CallOp, LLVM::InvokeOp, LLVM::InlineAsmOp, LLVM::CallIntrinsicOp, LLVM::FRemOp,
          LLVM::AddressOfOp>(op))
    return op->emitOpError("expects a kernel to call nothing and to keep nothing (machine.C3)");
  if (op->getName().getStringRef().starts_with("llvm.intr.") && !isInstruction(op))
    return op->emitOpError(
        "expects an intrinsic that becomes an instruction, not a call of libm or "
        "libc (machine.C3)");
  auto memory = dyn_cast<LLVM::AllocaOp>(op);
  if (!memory)
    return success();
  llvm::APInt count;
  if (!matchPattern(memory.getArraySize(), m_ConstantInt(&count)) ||
      memory->getBlock() != &memory->getParentRegion()->front())
    return op->emitOpError(
        "expects stack memory of constant size, taken where the kernel begins (machine.C4)");
  DataLayout layout = DataLayout::closest(op);
  stack += layout.getTypeSize(memory.getElemType()).getFixedValue() * count.getZExtValue();
  return success();
}

LogicalResult verifyFunction(LLVM::LLVMFuncOp function) {
  MLIRContext *context = function.getContext();
  Type pointer = LLVM::LLVMPointerType::get(context);
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(context),
                                          {pointer, pointer, IntegerType::get(context, 64)});
  if (function.getFunctionType() != type || function.isExternal())
    return function.emitOpError("expects a body and the type of a kernel, ")
           << type << ", got " << function.getFunctionType() << " (machine.C1)";
  int64_t stack = 0;
  WalkResult walk =
      function.getBody().walk([&](Operation *op) { return WalkResult(verifyBodyOp(op, stack)); });
  if (walk.wasInterrupted())
    return failure();
  if (stack > stackBudget)
    return function.emitOpError("expects at most ")
           << stackBudget << " bytes of stack, got " << stack << " (machine.C4)";
  return success();
}

LogicalResult verifyProgram(exec::ProgramOp program, SymbolTable &symbols) {
  auto sizeSymbols = program->getParentOfType<ModuleOp>()->getAttrOfType<ArrayAttr>("weft.symbols");
  WalkResult walk = program.walk([&](exec::LaunchOp launch) -> WalkResult {
    auto kernel = symbols.lookup<LLVM::LLVMFuncOp>(launch.getKernel());
    if (!kernel)
      return launch.emitOpError("expects its kernel to be lowered, got ")
             << launch.getKernelAttr() << " (machine.C5)";
    auto bounds = kernel->getAttrOfType<DenseI64ArrayAttr>(kernelSizesAttrName);
    return verifyLaunchSizes(launch, launch.getSizes(),
                             bounds ? bounds.asArrayRef() : ArrayRef<int64_t>(), sizeSymbols,
                             "machine.C7");
  });
  return failure(walk.wasInterrupted());
}

struct VerifyMachinePass : impl::VerifyMachinePassBase<VerifyMachinePass> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    for (Operation &op : getOperation().getOps())
      if (!isOfGpu(&op) && failed(verify(op, symbols)))
        return signalPassFailure();
    markAllAnalysesPreserved();
  }

  static LogicalResult verify(Operation &op, SymbolTable &symbols) {
    if (auto function = dyn_cast<LLVM::LLVMFuncOp>(op))
      return verifyFunction(function);
    if (auto program = dyn_cast<exec::ProgramOp>(op))
      return verifyProgram(program, symbols);
    if (isa<ir::ParamOp, ir::StateOp>(op))
      return success();
    return op.emitOpError("expects an llvm.func, an exec.program, a weft.param or a weft.state at "
                          "the top of the module (machine.C6)");
  }
};

} // namespace

} // namespace weft::compiler
