// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/TileToNVPTX/TileToNVPTX.h"
#include "compiler/lower/TileToMachine/TileToMachine.h"
#include "compiler/lower/TileToNVPTX/HeldFactors.h"
#include "compiler/lower/TileToNVPTX/Lowering.h"
#include "compiler/support/LaunchSizes.h"

#include "mlir/Pass/PassManager.h"

namespace weft::compiler {

#define GEN_PASS_DEF_TILETONVPTXPASS
#include "compiler/lower/TileToNVPTX/Passes.h.inc"

} // namespace weft::compiler

using namespace mlir;

namespace weft::compiler {

GpuKernelLowering::GpuKernelLowering(tile::KernelOp kernel)
    : kernel(kernel), b(kernel.getLoc(), kernel) {
  b.isForGpu = true;
}

Type GpuKernelLowering::getPointer(unsigned space) {
  return LLVM::LLVMPointerType::get(b.getContext(), space);
}

/// Warp groups read panels of lines, from stages that producers filled where there are some; a left
/// factor may be in the registers of one that runs the whole kernel.
static LogicalResult checkGroupProduct(tile::DotOp dot) {
  auto kernel = dot->getParentOfType<tile::KernelOp>();
  int64_t consumers = getConsumers(kernel), groups = std::max<int64_t>(consumers, 1);
  auto sums = cast<RankedTensorType>(dot.getType());
  bool isRight = sums.getDimSize(0) == groups * groupRows &&
                 sums.getDimSize(1) <= mostGroupColumns &&
                 getLayout(sums) == getGroupLayout(dot.getContext(), sums.getShape());
  for (Value factor : {dot.getA(), dot.getB()}) {
    if (auto held = dyn_cast<RankedTensorType>(factor.getType())) {
      isRight &= consumers == 0 && factor == dot.getA() && dot.getDepth() % groupDepth == 0 &&
                 getLayout(held) == getGroupLayout(dot.getContext(), held.getShape());
      continue;
    }
    auto buffer = cast<tile::BufferType>(factor.getType());
    isRight &= consumers == 0 || factor.getDefiningOp<tile::ProduceOp>();
    isRight &= buffer.getSwizzled() &&
               buffer.getStride() * buffer.getElementBytes() == tile::BufferType::lineBytes;
  }
  if (isRight)
    return success();
  return dot.emitOpError("expects factors in panels of ")
         << tile::BufferType::lineBytes << " bytes, in a kernel with consumers stages of a "
         << "tile.produce, and sums of " << groupRows << " rows for each of " << groups
         << " warp groups, got " << dot.getA().getType() << ", " << dot.getB().getType() << ", "
         << sums << " (nvptx.C7)";
}

/// What tensor cores read is swizzled, and what they leave lies in atoms.
static LogicalResult checkFactors(tile::DotOp dot) {
  if (!usesTensorCores(dot))
    return success();
  if (isOfGroup(dot))
    return checkGroupProduct(dot);
  auto isSwizzled = [](Value factor) {
    return cast<tile::BufferType>(factor.getType()).getSwizzled();
  };
  auto sums = cast<RankedTensorType>(dot.getType());
  bool isOfAtoms = llvm::any_of(ArrayRef<bool>{false, true}, [&](bool wholeRows) {
    return getLayout(sums) == getAccumulatorLayout(dot.getContext(), sums.getShape(), wholeRows);
  });
  if ((isHeldFactor(dot) || isSwizzled(dot.getA())) && isSwizzled(dot.getB()) && isOfAtoms)
    return success();
  return dot.emitOpError("expects swizzled factors and sums in an accumulator layout, got ")
         << dot.getA().getType() << ", " << dot.getB().getType() << ", " << sums << " (nvptx.C6)";
}

static bool isKnownElement(Type type) {
  return isa<Float64Type, Float32Type, BFloat16Type, Float16Type>(type) || type.isInteger(32) ||
         type.isInteger(1);
}

LogicalResult GpuKernelLowering::checkSupported() {
  if (failed(checkConstants(kernel)))
    return failure();
  WalkResult result = kernel.getBody().walk([&](Operation *op) -> WalkResult {
    for (Value value : op->getResults()) {
      auto type = dyn_cast<RankedTensorType>(value.getType());
      if (type && !isKnownElement(type.getElementType()))
        return op->emitOpError(
                   "expects elements to be f64, f32, bf16, f16, i32 or i1 on a GPU, got ")
               << type.getElementType() << " (nvptx.C2)";
      if (type && !isa_and_nonnull<tile::LayoutAttr>(type.getEncoding()))
        return op->emitOpError("expects every tile to have a layout, got ")
               << type << " (nvptx.C3)";
    }
    bool isKnown = isa<scf::ForOp, scf::IfOp, scf::YieldOp>(op) ||
                   (isa<arith::ArithDialect>(op->getDialect()) && op->getNumResults() == 1) ||
                   (isa<tile::TileDialect>(op->getDialect()) &&
                    !isa<tile::ConvertOp, tile::TransposeOp, tile::ShearOp, tile::UnshearOp>(op));
    auto dot = dyn_cast<tile::DotOp>(op);
    if (isa<tile::ProduceOp, tile::ReleaseOp>(op) != (getConsumers(kernel) > 0) &&
        isa<tile::ProduceOp, tile::ReleaseOp, tile::BarrierOp, tile::WaitOp>(op))
      return op->emitOpError("expects producers to be in kernels with ")
             << consumersAttrName << ", and barriers of all threads in others (nvptx.C8)";
    bool isOfTiles = dot && (isTile(dot.getB()) ||
                             (isTile(dot.getA()) && !isHeldFactor(dot) && !isOfGroup(dot)));
    if (!isKnown || isOfTiles)
      return op->emitOpError("expects to be an operation of the staged level (nvptx.C5)");
    if (dot && failed(checkFactors(dot)))
      return failure();
    return success();
  });
  return failure(result.wasInterrupted());
}

/// A block takes every n-th task, n being the number of blocks.
void GpuKernelLowering::emitTasks(llvm::function_ref<void()> emitTask) {
  Type wide = b.getI64Type();
  auto number = [&](Value narrow) -> Value { return arith::ExtUIOp::create(b, wide, narrow); };
  Value first = number(NVVM::BlockIdXOp::create(b, b.getI32Type()));
  Value blocks = number(NVVM::GridDimXOp::create(b, b.getI32Type()));
  auto loop = scf::ForOp::create(b, first, b.makeI64(kernel.getTasks()), blocks);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(loop.getBody()->getTerminator());
  scalars.map(kernel.getTask(), loop.getInductionVar());
  emitTask();
}

/// What computes the kernel's products of 16 bits, for those who look at it.
static StringAttr describeProducts(tile::KernelOp kernel) {
  std::string text;
  kernel.walk([&](tile::DotOp dot) {
    if (usesTensorCores(dot))
      text = isOfGroup(dot) ? "wgmma" : "mma.sync";
  });
  if (auto why = kernel->getAttrOfType<StringAttr>(whyNoGroupsAttrName); why && !text.empty())
    text += ": " + why.str();
  return text.empty() ? StringAttr() : StringAttr::get(kernel.getContext(), text);
}

LogicalResult GpuKernelLowering::run() {
  if (failed(checkSupported()))
    return failure();
  SmallVector<Type> parameters(kernel.getArrayCount(), getPointer(1));
  parameters.append(kernel.getSizes().size(), b.getI64Type());
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()), parameters);
  auto function = LLVM::LLVMFuncOp::create(b, kernel.getSymName(), type);
  function->setAttr(NVVM::NVVMDialect::getKernelFuncAttrName(), b.getUnitAttr());
  int64_t consumers = getConsumers(kernel);
  int64_t threads = consumers > 0 ? (consumers + 1) * gpuThreads : gpuThreads;
  function->setAttr(NVVM::NVVMDialect::getReqntidAttrName(),
                    b.getDenseI32ArrayAttr({int32_t(threads)}));
  // Without this ptxas guesses how many blocks will share a processor, and spills to let them.
  int64_t blocks = consumers > 0 ? getGroupRegisters(consumers).blocks : 1;
  function->setAttr(NVVM::NVVMDialect::getMinctasmAttrName(), b.getI32IntegerAttr(int32_t(blocks)));
  if (StringAttr products = describeProducts(kernel))
    function->setAttr(productsAttrName, products);
  if (!kernel.getSizes().empty())
    function->setAttr(kernelSizesAttrName, b.getDenseI64ArrayAttr(kernel.getSizes()));
  entry = function.addEntryBlock(b);
  b.setInsertionPointToEnd(entry);
  for (unsigned i = 0; i < kernel.getArrayCount(); ++i)
    scalars.map(kernel.getArray(i), entry->getArgument(i));
  for (unsigned i = 0; i < kernel.getSizes().size(); ++i)
    sizes.push_back(entry->getArgument(kernel.getArrayCount() + i));
  thread.number =
      arith::ExtUIOp::create(b, b.getI64Type(), NVVM::ThreadIdXOp::create(b, b.getI32Type()));
  if (consumers > 0)
    emitRoles(consumers);
  else
    emitTasks([&] { lowerBlock(kernel.getBody().front()); });
  LLVM::ReturnOp::create(b, ValueRange());
  function->setAttr(sharedBytesAttrName, b.getI64IntegerAttr(sharedBytes));
  return success();
}

void GpuKernelLowering::renewThread() {
  Type word = b.getI32Type();
  Value number = arith::TruncIOp::create(b, word, thread.number);
  // No instruction, but LLVM does not know, and moves it nowhere.
  Value same = emitAsm(word, number, "", "=r,0").getResult(0);
  thread = ThreadPlaces();
  thread.number = arith::ExtUIOp::create(b, b.getI64Type(), same);
}

Value GpuKernelLowering::getThreadOffset(tile::LayoutAttr layout, int64_t axis) {
  Value &known = thread.offsets[{layout, axis}];
  if (known)
    return known;
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointAfterValue(thread.number);
  Value offset = b.makeI64(0);
  int64_t period = 1;
  for (const tile::Digit &digit : layout.getThreads()) {
    if (digit.axis == axis) {
      Value value = b.createOrFold<arith::ShRUIOp>(thread.number, b.makeI64(llvm::Log2_64(period)));
      value = b.createOrFold<arith::AndIOp>(value, b.makeI64(digit.size - 1));
      offset = b.add(offset, b.mul(value, b.makeI64(digit.step)));
    }
    period *= digit.size;
  }
  return thread.offsets[{layout, axis}] = offset;
}

Value GpuKernelLowering::isOwner(tile::LayoutAttr layout) {
  if (auto known = thread.owners.find(layout); known != thread.owners.end())
    return known->second;
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointAfterValue(thread.number);
  int64_t period = 1, copies = 0;
  for (const tile::Digit &digit : layout.getThreads()) {
    if (digit.axis == tile::Digit::none)
      copies |= (digit.size - 1) * period;
    period *= digit.size;
  }
  Value owner;
  if (copies)
    owner = arith::CmpIOp::create(b, arith::CmpIPredicate::eq,
                                  arith::AndIOp::create(b, thread.number, b.makeI64(copies)),
                                  b.makeI64(0));
  return thread.owners[layout] = owner;
}

Value GpuKernelLowering::getPlace(tile::LayoutAttr layout, int64_t axis, int64_t number) {
  return b.add(getThreadOffset(layout, axis), b.makeI64(layout.getOffsets(number)[axis]));
}

Value GpuKernelLowering::allOf(ArrayRef<Value> conditions) {
  Value all;
  for (Value condition : conditions)
    if (condition)
      all = all ? b.both(all, condition) : condition;
  return all;
}

Value GpuKernelLowering::isInside(RankedTensorType type, int64_t number) {
  tile::LayoutAttr layout = getLayout(type);
  Value inside;
  for (int64_t axis = 0; axis < type.getRank(); ++axis) {
    if (getReach(layout, axis, number) >= type.getDimSize(axis))
      inside = allOf(
          {inside, b.isBelow(getPlace(layout, axis, number), b.makeI64(type.getDimSize(axis)))});
  }
  return inside;
}

namespace {

struct TileToNVPTXPass : impl::TileToNVPTXPassBase<TileToNVPTXPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    OpBuilder builder(module.getBodyRegion());
    if (!module.lookupSymbol(sharedMemoryName) && !module.getOps<tile::KernelOp>().empty())
      LLVM::GlobalOp::create(builder, module.getLoc(),
                             LLVM::LLVMArrayType::get(builder.getI8Type(), 0),
                             /*isConstant=*/false, LLVM::Linkage::External, sharedMemoryName,
                             Attribute(), /*alignment=*/1024, /*addrSpace=*/3);
    for (auto kernel : llvm::make_early_inc_range(module.getOps<tile::KernelOp>())) {
      if (failed(GpuKernelLowering(kernel).run()))
        return signalPassFailure();
      kernel.erase();
    }
  }
};

} // namespace

void addTileStagingPasses(OpPassManager &manager, bool warpGroups) {
  TileAssignLayoutsPassOptions layouts;
  layouts.warpGroups = warpGroups;
  manager.addPass(createTileAssignLayoutsPass(layouts));
  manager.addPass(createTilePlaceBuffersPass());
  // Whoever has warps of its own for copies needs them in no other order.
  manager.addPass(createTileSpecialisePass());
  manager.addPass(createTilePipelineCopiesPass());
  // Where all accesses are explicit, and nothing moves any more.
  manager.addPass(createTileInsertBarriersPass());
}

void addStagedToNVPTXPasses(OpPassManager &manager) {
  manager.addPass(createTileToNVPTXPass());
  manager.nest<LLVM::LLVMFuncOp>().addPass(createConvertKernelsToLLVMPass());
}

void addTileToNVPTXPasses(OpPassManager &manager, bool warpGroups) {
  addTileStagingPasses(manager, warpGroups);
  addStagedToNVPTXPasses(manager);
}

void registerTileToNVPTXPasses() {
  registerPass([] { return createTileAssignLayoutsPass(); });
  registerPass([] { return createTilePlaceBuffersPass(); });
  registerPass([] { return createTileSpecialisePass(); });
  registerPass([] { return createTilePipelineCopiesPass(); });
  registerPass([] { return createTileInsertBarriersPass(); });
  registerPass([] { return createTileToNVPTXPass(); });
}

} // namespace weft::compiler
