// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The contract between the emitters of kernels and what lowers and plans them.
#include "compiler/lower/PlanMemory/PlanMemory.h"

#include "compiler/support/LaunchSizes.h"
#include "dialects/tile/TileDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace weft::compiler {

#define GEN_PASS_DEF_VERIFYDISPATCHPASS
#include "compiler/lower/PlanMemory/Passes.h.inc"

namespace {

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

bool isPlainTile(Operation *op) {
  return isa<tile::TileDialect>(op->getDialect()) || isa<scf::ForOp, scf::IfOp, scf::YieldOp>(op) ||
         (isa<arith::ArithDialect>(op->getDialect()) && op->getNumResults() == 1);
}

LogicalResult verifyBodyOp(Operation *op, llvm::DenseSet<unsigned> &stored) {
  if (!isPlainTile(op))
    return op->emitOpError(
        "expects to be a tile, arith, scf.for or scf.if operation in a kernel (dispatch_form.C1)");
  // Whoever lowers a kernel tells by this which array a load or a store touches.
  for (Value operand : op->getOperands())
    if (isa<tile::ViewType>(operand.getType()) && !operand.getDefiningOp<tile::ViewOp>())
      return op->emitOpError("expects the view to come from a tile.view, not through control flow "
                             "or a choice (dispatch_form.C2)");
  if (auto view = dyn_cast<tile::ViewOp>(op)) {
    auto array = dyn_cast<BlockArgument>(view.getArray());
    if (!array || !isa<tile::KernelOp>(array.getOwner()->getParentOp()))
      return op->emitOpError(
          "expects the array to be an argument of the kernel (dispatch_form.C2)");
  }
  if (auto store = dyn_cast<tile::StoreOp>(op)) {
    auto view = store.getView().getDefiningOp<tile::ViewOp>();
    stored.insert(cast<BlockArgument>(view.getArray()).getArgNumber());
  }
  return success();
}

/// True if no dispatch could tell that an array has no store: it has no element there, or nobody
/// reads it (scratch).
bool needsNoStore(tile::KernelOp kernel, uint64_t array) {
  bool isUsed = false, isFree = true;
  kernel->getParentOfType<ModuleOp>().walk([&](exec::DispatchOp dispatch) {
    if (dispatch.getKernel() != kernel.getName())
      return;
    isUsed = true;
    unsigned inputs = dispatch.getInputs().size();
    if (array < inputs || array >= inputs + dispatch->getNumResults())
      return void(isFree = false);
    Value result = dispatch->getResult(array - inputs);
    isFree &= result.use_empty() ||
              llvm::is_contained(cast<RankedTensorType>(result.getType()).getShape(), 0);
  });
  return isUsed && isFree;
}

LogicalResult verifyKernel(tile::KernelOp kernel) {
  llvm::DenseSet<unsigned> stored;
  WalkResult walk = kernel.getBody().walk<WalkOrder::PreOrder>(
      [&](Operation *op) { return WalkResult(verifyBodyOp(op, stored)); });
  if (walk.wasInterrupted())
    return failure();
  for (int64_t array : kernel.getWrites())
    if (!stored.contains(array) && !needsNoStore(kernel, array))
      return kernel.emitOpError(
                 "expects a store to each array it lists in writes, got none to array ")
             << array << " (dispatch_form.C3)";
  return success();
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

bool isDispatchForm(Operation *op) {
  return isa<exec::DispatchOp, exec::AliasOp, exec::ConstantOp, exec::LoopOp, exec::LoopYieldOp,
             exec::BindSizeOp, func::ReturnOp>(op);
}

/// What the caller binds by name must have one.
LogicalResult verifySignature(func::FuncOp function) {
  auto described = [](DictionaryAttr attributes) {
    return attributes && attributes.get("weft.name") && attributes.get("weft.role");
  };
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    if (!described(function.getArgAttrDict(i)))
      return function.emitOpError("expects weft.name and weft.role on each argument, got argument ")
             << i << " without (dispatch_form.C4)";
  for (unsigned i = 0; i < function.getNumResults(); ++i)
    if (!described(function.getResultAttrDict(i)))
      return function.emitOpError("expects weft.name and weft.role on each result, got result ")
             << i << " without (dispatch_form.C4)";
  return success();
}

class FunctionCheck {
public:
  FunctionCheck(func::FuncOp function, SymbolTable &kernels, ArrayAttr symbols)
      : function(function), kernels(kernels), symbols(symbols) {}

  LogicalResult run() {
    if (!function.getBody().hasOneBlock())
      return function.emitOpError("expects a body of one block (dispatch_form.C5)");
    if (failed(verifySignature(function)) ||
        failed(verifySizes(function, function.getArgumentTypes())))
      return failure();
    WalkResult walk = function.getBody().walk([&](Operation *op) -> WalkResult {
      if (!isDispatchForm(op))
        return op->emitOpError("expects to be an operation of the dispatch form of exec, or "
                               "func.return (dispatch_form.C5)");
      if (auto dispatch = dyn_cast<exec::DispatchOp>(op); dispatch && failed(verifySizes(dispatch)))
        return failure();
      return verifySizes(op, op->getResultTypes());
    });
    return failure(walk.wasInterrupted());
  }

private:
  LogicalResult verifySizes(exec::DispatchOp op) {
    auto kernel = kernels.lookup<tile::KernelOp>(op.getKernel());
    return kernel ? verifyLaunchSizes(op, op.getSizes(), kernel.getSizes(), symbols,
                                      "dispatch_form.C8")
                  : success();
  }

  LogicalResult verifySizes(Operation *op, TypeRange types) {
    for (Type type : types) {
      auto tensor = dyn_cast<RankedTensorType>(type);
      if (!tensor)
        continue;
      for (ir::SizeAttr size : ir::getDimSizes(tensor))
        if (!size.isConstant() && !isListed(symbols, size))
          return op->emitOpError("expects the symbol of each size to be listed in the module's "
                                 "weft.symbols, got ")
                 << size.getSymbol() << " (dispatch_form.C6)";
    }
    return success();
  }

  func::FuncOp function;
  SymbolTable &kernels;
  ArrayAttr symbols;
};

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

struct VerifyDispatchPass : impl::VerifyDispatchPassBase<VerifyDispatchPass> {
  void runOnOperation() override {
    SymbolTable kernels(getOperation());
    auto symbols = getOperation()->getAttrOfType<ArrayAttr>("weft.symbols");
    for (Operation &op : getOperation().getOps())
      if (failed(verify(op, kernels, symbols)))
        return signalPassFailure();
    markAllAnalysesPreserved();
  }

  static LogicalResult verify(Operation &op, SymbolTable &kernels, ArrayAttr symbols) {
    if (auto kernel = dyn_cast<tile::KernelOp>(op))
      return verifyKernel(kernel);
    if (auto function = dyn_cast<func::FuncOp>(op))
      return FunctionCheck(function, kernels, symbols).run();
    if (isa<ir::ParamOp, ir::StateOp>(op))
      return success();
    return op.emitOpError("expects a func.func, a tile.kernel, a weft.param or a weft.state at the "
                          "top of the module (dispatch_form.C7)");
  }
};

} // namespace

} // namespace weft::compiler
