// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/TileToMachine/TileToMachine.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/LLVMCommon/ConversionTarget.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Transforms/DialectConversion.h"

namespace weft::compiler {

#define GEN_PASS_DEF_CONVERTKERNELSTOLLVMPASS
#include "compiler/lower/TileToMachine/Passes.h.inc"

} // namespace weft::compiler

using namespace mlir;

namespace weft::compiler {
namespace {

struct ConvertKernelsToLLVMPass : impl::ConvertKernelsToLLVMPassBase<ConvertKernelsToLLVMPass> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    RewritePatternSet structured(context);
    populateSCFToControlFlowConversionPatterns(structured);
    ConversionTarget flat(*context);
    flat.addIllegalDialect<scf::SCFDialect>();
    flat.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
    if (failed(applyPartialConversion(getOperation(), flat, std::move(structured))))
      return signalPassFailure();

    LLVMTypeConverter converter(context);
    RewritePatternSet patterns(context);
    arith::populateArithToLLVMConversionPatterns(converter, patterns);
    cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
    LLVMConversionTarget target(*context);
    if (failed(applyPartialConversion(getOperation(), target, std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

void registerTileToMachinePasses() {
  registerPass([] { return createConvertKernelsToLLVMPass(); });
}

} // namespace weft::compiler
