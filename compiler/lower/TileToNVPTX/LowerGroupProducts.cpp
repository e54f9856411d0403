// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products of warp groups by wgmma: in kernels with consumers, and in those that one warp group
// runs, copies and all. The factors are in shared memory and named by descriptors
// (docs/spec/kernels.md says which bits); a left one may be in registers.
#include "compiler/lower/TileToNVPTX/Lowering.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace weft::compiler {

/// Without an instruction, or with one that NVVM has no operation for.
LLVM::InlineAsmOp GpuKernelLowering::emitAsm(Type result, ValueRange operands, StringRef text,
                                             StringRef constraints) {
  auto dialect = LLVM::AsmDialectAttr::get(b.getContext(), LLVM::AsmDialect::AD_ATT);
  return LLVM::InlineAsmOp::create(b, result, operands, text, constraints,
                                   /*has_side_effects=*/true, /*is_align_stack=*/false,
                                   LLVM::TailCallKind::None, dialect, ArrayAttr());
}

namespace {

/// One factor of a product, as wgmma is told where it is.
struct GroupFactor {
  tile::BufferType type;
  bool kIsDown; ///< k counts the rows of the buffer
  Value first;

  /// Bytes from the first element to so many further along k: lines down, or across a panel and on
  /// into the next one.
  int64_t getStep(int64_t k) const {
    if (kIsDown)
      return k * tile::BufferType::lineBytes;
    int64_t bytes = k * type.getElementBytes();
    return bytes / tile::BufferType::lineBytes * type.getPanelBytes() +
           bytes % tile::BufferType::lineBytes;
  }
};

} // namespace

/// A descriptor: the address in 16 bytes; from bit 16 on how far it is from panel to panel, used
/// where k is down; from bit 32 on from 8 rows to the next 8; in bits 62 and 63 that lines of 128
/// bytes are swizzled.
static Value makeDescriptor(Emitter &b, const GroupFactor &factor, Value address) {
  constexpr int64_t unit = 16, window = 0x3FFFF;
  int64_t panel = factor.kIsDown ? factor.type.getPanelBytes() : unit;
  int64_t eight = tile::BufferType::period * tile::BufferType::lineBytes;
  int64_t fixed = panel / unit << 16 | eight / unit << 32 | int64_t(1) << 62;
  Type word = b.getI32Type();
  Value start = arith::AndIOp::create(b, address, b.makeInt(word, window));
  start = arith::ShRUIOp::create(b, start, b.makeInt(word, 4));
  return arith::OrIOp::create(b, arith::ExtUIOp::create(b, b.getI64Type(), start),
                              b.makeI64(fixed));
}

/// What all instructions of a product have in common.
struct GpuKernelLowering::GroupProduct {
  Type element, sums;
  int64_t columns;
  bool leftIsDown, rightIsDown; ///< along k
};

/// sums, if it adds, and 64 x 16 x columns; the left factor is a descriptor or four registers.
Value GpuKernelLowering::multiplyGroup(const GroupProduct &product, Value sums,
                                       ArrayRef<Value> left, Value right, bool adds) {
  MLIRContext *context = b.getContext();
  bool isHalf = product.element.isF16();
  if (left.size() == 1) {
    auto element =
        NVVM::WGMMATypesAttr::get(context, isHalf ? NVVM::WGMMATypes::f16 : NVVM::WGMMATypes::bf16);
    auto layoutOf = [&](bool isColumns) {
      return NVVM::MMALayoutAttr::get(context,
                                      isColumns ? NVVM::MMALayout::col : NVVM::MMALayout::row);
    };
    auto plus = NVVM::WGMMAScaleInAttr::get(context, NVVM::WGMMAScaleIn::one);
    auto scale = adds ? NVVM::WGMMAScaleOut::one : NVVM::WGMMAScaleOut::zero;
    return NVVM::WgmmaMmaAsyncOp::create(
        b, product.sums, sums, left[0], right,
        NVVM::MMAShapeAttr::get(context, groupRows, product.columns, groupDepth), element, element,
        NVVM::WGMMATypesAttr::get(context, NVVM::WGMMATypes::f32),
        NVVM::WGMMAScaleOutAttr::get(context, scale), plus, plus, layoutOf(product.leftIsDown),
        layoutOf(!product.rightIsDown), NVVM::MMAIntOverflowAttr());
  }
  // NVVM's operation has no form for registers.
  auto count = int64_t(cast<LLVM::LLVMStructType>(product.sums).getBody().size());
  std::string results, outputs, tied, factor;
  Registers operands;
  for (int64_t i = 0; i < count; ++i) {
    results += (i ? ", $" : "$") + std::to_string(i);
    outputs += i ? ",=f" : "=f";
    tied += "," + std::to_string(i);
    operands.push_back(LLVM::ExtractValueOp::create(b, sums, i));
  }
  for (auto [i, value] : llvm::enumerate(left)) {
    factor += (i ? ", $" : "$") + std::to_string(2 * count + int64_t(i));
    operands.push_back(value);
  }
  operands.push_back(right);
  std::string kind = isHalf ? "f16" : "bf16";
  std::string text = "{ .reg .pred p; setp.ne.b32 p, " + std::to_string(adds) +
                     ", 0; wgmma.mma_async.sync.aligned.m64n" + std::to_string(product.columns) +
                     "k16.f32." + kind + "." + kind + " {" + results + "}, {" + factor + "}, $" +
                     std::to_string(2 * count + int64_t(left.size())) + ", p, 1, 1, " +
                     std::to_string(product.rightIsDown) + "; }";
  return emitAsm(product.sums, operands, text, outputs + tied + ",r,r,r,r,l").getResult(0);
}

/// The registers of a left factor, two elements in each: what sums of its shape leave in a thread
/// is what wgmma takes, from left to right.
GpuKernelLowering::Registers GpuKernelLowering::packLeft(tile::DotOp op) {
  Registers pairs;
  const Registers elements = tiles.lookup(op.getA());
  Type two = VectorType::get({2}, b.getIntegerType(16));
  for (size_t i = 0; i < elements.size(); i += 2) {
    Value pair = LLVM::PoisonOp::create(b, two);
    for (int64_t half = 0; half < 2; ++half)
      pair = LLVM::InsertElementOp::create(b, pair, elements[i + half], b.makeI64(half));
    pairs.push_back(LLVM::BitcastOp::create(b, b.getI32Type(), pair));
  }
  return pairs;
}

/// sums += a b: of each warp group 64 rows, 16 along k at a time.
void GpuKernelLowering::lowerGroupDot(tile::DotOp op) {
  auto type = cast<RankedTensorType>(op.getType());
  bool isLeftHeld = isTile(op.getA()), isShared = getConsumers(kernel) == 0;
  auto makeFactor = [&](Value buffer, bool kIsDown) {
    return GroupFactor{cast<tile::BufferType>(buffer.getType()), kIsDown, buffers.lookup(buffer)};
  };
  auto describe = [&](const GroupFactor &factor, Value further) {
    Value address = LLVM::PtrToIntOp::create(b, b.getI32Type(), factor.first);
    return makeDescriptor(b, factor, further ? b.add(address, further) : address);
  };
  std::optional<GroupFactor> left;
  Value leftDescriptor;
  if (!isLeftHeld) {
    left = makeFactor(op.getA(), op.getTransposeA());
    // The rows of this thread's group: lines further down, or a panel further across.
    Value further;
    if (getConsumers(kernel) > 1) {
      int64_t lines = groupRows * tile::BufferType::lineBytes;
      int64_t apart = left->kIsDown ? left->type.getPanelBytes() : lines;
      Value group = arith::ShRUIOp::create(b, thread.number, b.makeI64(llvm::Log2_64(gpuThreads)));
      group = arith::TruncIOp::create(b, b.getI32Type(), group);
      further = b.mul(group, b.makeInt(b.getI32Type(), apart));
    }
    leftDescriptor = describe(*left, further);
  }
  GroupFactor right = makeFactor(op.getB(), !op.getTransposeB());
  Value rightDescriptor = describe(right, Value());
  // Registers that other instructions write stand before the fence: behind it none may.
  Registers held = isLeftHeld ? keepInPlace(packLeft(op), "r") : Registers();
  bool adds = !matchPattern(op.getAcc(), m_AnyZeroFloat());
  Registers sums = tiles.lookup(op.getAcc());
  if (adds && isShared)
    sums = keepInPlace(sums, "f");
  auto together = LLVM::LLVMStructType::getLiteral(b.getContext(),
                                                   SmallVector<Type>(sums.size(), b.getF32Type()));
  // Where sums begin with 0, the first instruction does not look at them.
  Value product = LLVM::UndefOp::create(b, together);
  for (auto [i, sum] : llvm::enumerate(adds ? sums : Registers()))
    product = LLVM::InsertValueOp::create(b, product, sum, int64_t(i));
  // From here to the wait nothing touches the sums' registers.
  NVVM::WgmmaFenceAlignedOp::create(b);
  GroupProduct common = {right.type.getElement(), together,
                         int64_t(llvm::alignTo(type.getDimSize(1), 8)), left && left->kIsDown,
                         right.kIsDown};
  auto step = [&](const GroupFactor &factor, Value descriptor, int64_t k) {
    return b.add(descriptor, b.makeI64(factor.getStep(k) / 16));
  };
  for (int64_t k = 0; k < op.getDepth(); k += groupDepth) {
    Registers factor;
    if (isLeftHeld)
      factor.append(held.begin() + k / 4, held.begin() + k / 4 + 4);
    else
      factor.push_back(step(*left, leftDescriptor, k));
    product =
        multiplyGroup(common, product, factor, step(right, rightDescriptor, k), adds || k > 0);
  }
  NVVM::WgmmaGroupSyncAlignedOp::create(b);
  NVVM::WgmmaWaitGroupSyncOp::create(b, 0);
  for (auto [i, sum] : llvm::enumerate(sums))
    sum = LLVM::ExtractValueOp::create(b, product, int64_t(i));
  // LLVM does not know that products write registers later than where they stand: behind these it
  // reads them behind the wait.
  tiles[op] = keepInPlace(sums, "f");
}

/// The same values, which are read and made just here: no instruction, but LLVM does not know.
GpuKernelLowering::Registers GpuKernelLowering::keepInPlace(ArrayRef<Value> values,
                                                            StringRef kind) {
  std::string outputs, tied;
  SmallVector<Type> types;
  for (auto [i, value] : llvm::enumerate(values)) {
    outputs += (i ? ",=" : "=") + kind.str();
    tied += "," + std::to_string(i);
    types.push_back(value.getType());
  }
  Type together =
      types.size() == 1 ? types[0] : LLVM::LLVMStructType::getLiteral(b.getContext(), types);
  Value same = emitAsm(together, values, "", outputs + tied).getResult(0);
  if (types.size() == 1)
    return {same};
  Registers results;
  for (size_t i = 0; i < values.size(); ++i)
    results.push_back(LLVM::ExtractValueOp::create(b, same, int64_t(i)));
  return results;
}

} // namespace weft::compiler
