// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The contract between lowered GPU kernels, the code generator and the runtime.
#include "compiler/target/NVPTX.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"

#include "compiler/support/LaunchSizes.h"

using namespace mlir;

namespace weft::compiler {

#define GEN_PASS_DEF_VERIFYNVPTXMACHINEPASS
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/target/Passes.h.inc"

namespace {

/// Address spaces.
constexpr unsigned global = 1, shared = 3;
/// Threads of a warp, and the most that a block has on any GPU.
constexpr int64_t warpSize = 32, largestBlock = 1024;

LogicalResult verifyParameters(LLVM::LLVMFuncOp function) {
  auto bounds = function->getAttrOfType<DenseI64ArrayAttr>(kernelSizesAttrName);
  size_t sizes = bounds ? bounds.size() : 0, count = function.getNumArguments();
  bool isLegal = !function.isExternal() && count >= sizes &&
                 isa<LLVM::LLVMVoidType>(function.getFunctionType().getReturnType());
  for (size_t i = 0; isLegal && i < count; ++i) {
    Type type = function.getArgumentTypes()[i];
    auto pointer = dyn_cast<LLVM::LLVMPointerType>(type);
    isLegal =
        i < count - sizes ? pointer && pointer.getAddressSpace() == global : type.isInteger(64);
  }
  if (isLegal)
    return success();
  return function.emitOpError("expects a body, no result, arrays as !llvm.ptr<1> and then ")
         << sizes << " sizes as i64, got " << function.getFunctionType() << " (nvptx_machine.C1)";
}

LogicalResult verifyLaunch(LLVM::LLVMFuncOp function) {
  auto threads =
      function->getAttrOfType<DenseI32ArrayAttr>(NVVM::NVVMDialect::getReqntidAttrName());
  bool isLegal = threads && threads.size() == 1 && threads[0] > 0 && threads[0] % warpSize == 0 &&
                 threads[0] <= largestBlock;
  if (!isLegal)
    return function.emitOpError("expects nvvm.reqntid to be one multiple of ")
           << warpSize << " of at most " << largestBlock << " threads (nvptx_machine.C2)";
  auto bytes = function->getAttrOfType<IntegerAttr>(sharedBytesAttrName);
  if (!bytes || !bytes.getType().isInteger(64) || bytes.getInt() < 0)
    return function.emitOpError("expects ")
           << sharedBytesAttrName << ", the bytes of shared memory of a launch, as an i64 of at "
           << "least 0 (nvptx_machine.C3)";
  return success();
}

bool isSharedMemory(LLVM::GlobalOp op) {
  auto array = dyn_cast<LLVM::LLVMArrayType>(op.getGlobalType());
  return op.getSymName() == sharedMemoryName && op.getAddrSpace() == shared && array &&
         array.getNumElements() == 0 && op.getLinkage() == LLVM::Linkage::External;
}

LogicalResult verifyBody(LLVM::LLVMFuncOp function) {
  WalkResult walk = function.getBody().walk([&](Operation *op) -> WalkResult {
    if (!isa<LLVM::LLVMDialect, NVVM::NVVMDialect>(op->getDialect()))
      return op->emitOpError("expects to be an llvm or nvvm operation in a GPU kernel "
                             "(nvptx_machine.C4)");
    if (isa<LLVM::CallOp, LLVM::InvokeOp>(op))
      return op->emitOpError("expects a GPU kernel to call nothing (nvptx_machine.C5)");
    auto address = dyn_cast<LLVM::AddressOfOp>(op);
    if (address && address.getGlobalName() != sharedMemoryName)
      return op->emitOpError("expects a GPU kernel to have one global, @")
             << sharedMemoryName << " (nvptx_machine.C6)";
    return success();
  });
  return failure(walk.wasInterrupted());
}

struct VerifyNVPTXMachinePass : impl::VerifyNVPTXMachinePassBase<VerifyNVPTXMachinePass> {
  void runOnOperation() override {
    for (auto global : getOperation().getOps<LLVM::GlobalOp>())
      if (!isSharedMemory(global)) {
        global.emitOpError("expects the global of a module to be external shared memory of no "
                           "elements, @")
            << sharedMemoryName << " (nvptx_machine.C6)";
        return signalPassFailure();
      }
    for (auto function : getOperation().getOps<LLVM::LLVMFuncOp>()) {
      if (!function->hasAttr(NVVM::NVVMDialect::getKernelFuncAttrName()))
        continue;
      if (failed(verifyParameters(function)) || failed(verifyLaunch(function)) ||
          failed(verifyBody(function)))
        return signalPassFailure();
    }
    markAllAnalysesPreserved();
  }
};

} // namespace

void addVerifyNVPTXMachinePass(OpPassManager &manager) {
  manager.addPass(createVerifyNVPTXMachinePass());
}

void registerNVPTXPasses() { registerTargetPasses(); }

} // namespace weft::compiler
