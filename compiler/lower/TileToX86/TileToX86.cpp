// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/TileToX86/TileToX86.h"
#include "compiler/lower/TileToMachine/NarrowFloats.h"
#include "compiler/lower/TileToMachine/TileToMachine.h"
#include "compiler/lower/TileToX86/Lowering.h"
#include "compiler/support/LaunchSizes.h"

#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"

namespace weft::compiler {

#define GEN_PASS_DEF_TILETOX86PASS
#include "compiler/lower/TileToX86/Passes.h.inc"

} // namespace weft::compiler

using namespace mlir;

namespace weft::compiler {

KernelLowering::KernelLowering(tile::KernelOp kernel, int64_t vectorBits, Bf16Products bf16)
    : kernel(kernel), vectorBits(vectorBits), bf16(bf16), b(kernel.getLoc(), kernel) {}

static bool isSupportedElement(Type type) {
  return type.isF32() || type.isF64() || isNarrowFloat(type) || type.isInteger(32) ||
         type.isInteger(1);
}

static LogicalResult checkType(Operation *op, Type type) {
  Type element = getElementTypeOrSelf(type);
  if (auto view = dyn_cast<tile::ViewType>(type))
    element = view.getElement();
  if (auto array = dyn_cast<tile::ArrayType>(type))
    element = array.getElement();
  if (isSupportedElement(element) || (!isa<RankedTensorType>(type) && element.isIntOrIndex()))
    return success();
  return op->emitOpError("expects elements to be f64, f32, bf16, f16, i32 or i1 on x86, got ")
         << element << " (x86.C1)";
}

static LogicalResult failStackBudget(tile::KernelOp kernel, uint64_t bytes) {
  return kernel.emitOpError("expects its tiles to take at most ")
         << stackBudget << " bytes at once, got " << bytes << " (x86.C4)";
}

/// Factors are often read where they lie: what they need of the stack turns out later.
static uint64_t getTileLimit(Operation *op) {
  bool isFactor =
      isa<tile::LoadOp>(op) && !op->use_empty() &&
      llvm::all_of(op->getUsers(), [](Operation *user) { return isa<tile::DotOp>(user); });
  return uint64_t(stackBudget) * (isFactor ? 64 : 1);
}

/// Before tiles are lowered, which takes time by their sizes.
static LogicalResult checkTile(tile::KernelOp kernel, Type type, uint64_t limit) {
  auto tile = dyn_cast<RankedTensorType>(type);
  if (!tile || !tile.hasStaticShape())
    return success();
  uint64_t bytes = getByteSize(tile.getElementType());
  for (int64_t size : tile.getShape())
    bytes = llvm::SaturatingMultiply(bytes, uint64_t(size));
  return bytes > limit ? failStackBudget(kernel, bytes) : success();
}

/// Ops that place, copy and wait for the tiles of a GPU (docs/spec/tile.md).
static bool isStaged(Operation *op) {
  return isa<tile::ConvertOp, tile::BufferOp, tile::StageOp, tile::CopyOp, tile::CommitOp,
             tile::WaitOp, tile::ProduceOp, tile::ReleaseOp, tile::WriteOp, tile::ReadOp,
             tile::BarrierOp>(op);
}

LogicalResult KernelLowering::checkSupported() {
  WalkResult result = kernel.getBody().walk([&](Operation *op) -> WalkResult {
    for (Type type : op->getResultTypes())
      if (failed(checkType(op, type)) || failed(checkTile(kernel, type, getTileLimit(op))))
        return failure();
    if (isa<tile::DotOp, tile::ReduceOp>(op) && isNarrowFloat(op->getResult(0).getType()))
      return op->emitOpError("expects sums to be of f64 or f32 on x86, got ")
             << getElementTypeOrSelf(op->getResult(0).getType()) << " (x86.C5)";
    if (isa<tile::DotOp>(op) && getElementTypeOrSelf(op->getOperand(0).getType()).isF16())
      return op->emitOpError("expects factors of f16 to be widened by tile-widen-factors (x86.C6)");
    if (auto constant = dyn_cast<arith::ConstantOp>(op))
      if (isTile(op->getResult(0)) && !isa<SplatElementsAttr>(constant.getValue()))
        return op->emitOpError("expects a tile constant to have one value in all elements, got ")
               << constant.getValue() << " (x86.C2)";
    bool isKnown = (isa<tile::TileDialect>(op->getDialect()) && !isStaged(op)) ||
                   isa<scf::ForOp, scf::IfOp, scf::YieldOp>(op) ||
                   (isa<arith::ArithDialect>(op->getDialect()) && op->getNumResults() == 1);
    if (!isKnown)
      return op->emitOpError(
          "expects to be an operation of plain tile, arith, scf.for or scf.if (x86.C3)");
    return success();
  });
  return failure(result.wasInterrupted());
}

LogicalResult KernelLowering::run() {
  if (failed(checkSupported()))
    return failure();
  Type pointer = b.getPointerType();
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()),
                                          {pointer, pointer, b.getI64Type()});
  auto function = LLVM::LLVMFuncOp::create(b, kernel.getSymName(), type);
  if (!kernel.getSizes().empty())
    function->setAttr(kernelSizesAttrName, b.getDenseI64ArrayAttr(kernel.getSizes()));
  b.hasBf16Rounding = bf16 != Bf16Products::Widened;
  entry = function.addEntryBlock(b);
  b.setInsertionPointToEnd(entry);
  Value arrays = entry->getArgument(0);
  sizesTable = entry->getArgument(1);
  for (unsigned i = 0; i < kernel.getArrayCount(); ++i) {
    Value slot = b.offset(b.getI64Type(), arrays, b.makeI64(i));
    scalars.map(kernel.getArray(i), LLVM::LoadOp::create(b, pointer, slot, 8));
  }
  scalars.map(kernel.getTask(), entry->getArgument(2));
  bool usesTiles = false;
  kernel.getBody().walk([&](tile::DotOp op) { usesTiles |= isTileProduct(op); });
  if (usesTiles)
    beginTiles();
  lowerBlock(kernel.getBody().front());
  if (usesTiles)
    endTiles();
  LLVM::ReturnOp::create(b, ValueRange());
  if (stackBytes > stackBudget) {
    // The kernel stays alone under its name: a limit that a model meets leaves valid IR behind.
    function.erase();
    return failStackBudget(kernel, uint64_t(stackBytes));
  }
  return success();
}

namespace {

struct TileToX86Pass : impl::TileToX86PassBase<TileToX86Pass> {
  using TileToX86PassBase::TileToX86PassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    for (auto kernel : llvm::make_early_inc_range(module.getOps<tile::KernelOp>())) {
      if (failed(KernelLowering(kernel, vectorBits, bf16).run()))
        return signalPassFailure();
      kernel.erase();
    }
  }
};

} // namespace

void addTileToX86Passes(OpPassManager &manager, int64_t vectorBits, Bf16Products bf16) {
  manager.addPass(createTileWidenFactorsPass());
  manager.addPass(createTileToX86Pass({vectorBits, bf16}));
  manager.nest<LLVM::LLVMFuncOp>().addPass(createConvertKernelsToLLVMPass());
}

void registerTileToX86Passes() {
  registerPass([] { return createTileWidenFactorsPass(); });
  registerPass([] { return createTileToX86Pass(); });
  registerPass([] { return createVerifyMachinePass(); });
}

} // namespace weft::compiler
