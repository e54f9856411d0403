// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What every thread does for its own elements, and reductions, which threads of a warp finish
// together.
#include "compiler/lower/TileToMachine/Math.h"
#include "compiler/lower/TileToMachine/NarrowFloats.h"
#include "compiler/lower/TileToMachine/Philox.h"
#include "compiler/lower/TileToNVPTX/Lowering.h"

#include <limits>

using namespace mlir;

namespace weft::compiler {

bool GpuKernelLowering::isElementwise(Operation *op) {
  if (op->getNumResults() != 1 || !isTile(op->getResult(0)) || op->getNumOperands() == 0)
    return false;
  return OpTrait::hasElementwiseMappableTraits(op) || isa<tile::MathOp, tile::PhiloxOp>(op);
}

/// f32 rounded to 16 bits, two by an instruction; nothing for other ops, and where one is left.
auto GpuKernelLowering::roundPairs(Operation *op) -> Registers {
  if (!isa<arith::TruncFOp>(op) || !isNarrowFloat(op->getResult(0).getType()) ||
      !getElementTypeOrSelf(op->getOperand(0).getType()).isF32())
    return {};
  const Registers numbers = tiles.lookup(op->getOperand(0));
  Type element = getElementTypeOrSelf(op->getResult(0).getType());
  Registers rounded;
  if (numbers.size() % 2 == 0)
    for (size_t i = 0; i < numbers.size(); i += 2) {
      auto [first, second] = emitNarrowPair(b, numbers[i], numbers[i + 1], element);
      rounded.append({first, second});
    }
  return rounded;
}

void GpuKernelLowering::lowerElementwise(Operation *op) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  if (Registers rounded = roundPairs(op); !rounded.empty()) {
    tiles[op->getResult(0)] = rounded;
    return;
  }
  Registers results;
  for (int64_t i = 0; i < getLayout(type).getRegisterCount(); ++i) {
    Registers operands;
    for (Value operand : op->getOperands())
      operands.push_back(isTile(operand) ? tiles.lookup(operand)[i] : scalars.lookup(operand));
    if (computesWithNarrow(op)) {
      results.push_back(emitWithNarrow(b, op, operands));
    } else if (auto math = dyn_cast<tile::MathOp>(op)) {
      results.push_back(emitMath(b, math.getFunction(), operands[0]));
    } else if (isa<tile::PhiloxOp>(op)) {
      results.push_back(emitPhilox(b, operands));
    } else {
      OperationState state(b.getLoc(), op->getName());
      state.addOperands(operands);
      state.addAttributes(op->getAttrs());
      state.addTypes(getValueType(type.getElementType()));
      results.push_back(b.create(state)->getResult(0));
    }
  }
  tiles[op->getResult(0)] = results;
}

void GpuKernelLowering::lowerConstant(arith::ConstantOp op) {
  auto value = cast<SplatElementsAttr>(op.getValue()).getSplatValue<TypedAttr>();
  if (isNarrowFloat(op.getType()))
    value = getBits(cast<FloatAttr>(value));
  Value one = arith::ConstantOp::create(b, value);
  tiles[op] = Registers(getLayout(op.getType()).getRegisterCount(), one);
}

void GpuKernelLowering::lowerBroadcast(tile::BroadcastOp op) {
  tile::LayoutAttr layout = getLayout(op.getType());
  int64_t count = layout.getRegisterCount();
  if (!isTile(op.getInput())) {
    tiles[op] = Registers(count, scalars.lookup(op.getInput()));
    return;
  }
  const Registers input = tiles.lookup(op.getInput());
  if (input.size() == 1) {
    tiles[op] = Registers(count, input.front());
    return;
  }
  tile::LayoutAttr from = getLayout(op.getInput().getType());
  int64_t axis = op.getDims().front();
  llvm::DenseMap<int64_t, Value> at;
  for (auto [i, value] : llvm::enumerate(input))
    at[from.getOffsets(i)[0]] = value;
  Registers results;
  for (int64_t i = 0; i < count; ++i)
    results.push_back(at.lookup(layout.getOffsets(i)[axis]));
  tiles[op] = results;
}

void GpuKernelLowering::lowerIota(tile::IotaOp op) {
  tile::LayoutAttr layout = getLayout(op.getType());
  Registers results;
  for (int64_t i = 0; i < layout.getRegisterCount(); ++i) {
    Value place = b.add(scalars.lookup(op.getStart()), getPlace(layout, op.getAxis(), i));
    results.push_back(arith::TruncIOp::create(b, b.getI32Type(), place));
  }
  tiles[op] = results;
}

Value GpuKernelLowering::combine(tile::Reduction kind, Value a, Value c) {
  if (kind == tile::Reduction::sum)
    return arith::AddFOp::create(b, a, c);
  return arith::MaximumFOp::create(b, a, c);
}

/// The value of the lane whose number differs in one bit.
Value GpuKernelLowering::shuffle(Value value, int64_t distance) {
  Type type = value.getType(), word = b.getI32Type();
  auto exchange = [&](Value part) -> Value {
    Value all = b.makeInt(word, -1), lane = b.makeInt(word, distance), clamp = b.makeInt(word, 31);
    return NVVM::ShflOp::create(b, part.getType(), all, part, lane, clamp, NVVM::ShflKind::bfly,
                                UnitAttr());
  };
  if (!type.isF64())
    return exchange(value);
  Value bits = arith::BitcastOp::create(b, b.getI64Type(), value);
  Value low = exchange(arith::TruncIOp::create(b, word, bits));
  Value upper = arith::ShRUIOp::create(b, bits, b.makeI64(32));
  Value high = exchange(arith::TruncIOp::create(b, word, upper));
  Value wide = arith::ExtUIOp::create(b, b.getI64Type(), high);
  wide = arith::ShLIOp::create(b, wide, b.makeI64(32));
  wide = arith::OrIOp::create(b, wide, arith::ExtUIOp::create(b, b.getI64Type(), low));
  return arith::BitcastOp::create(b, type, wide);
}

/// Each thread combines its elements in ascending order, then lanes in a tree: both fixed by the
/// layout.
void GpuKernelLowering::lowerReduce(tile::ReduceOp op) {
  auto type = cast<RankedTensorType>(op.getInput().getType());
  tile::LayoutAttr layout = getLayout(type), left = getLayout(op.getType());
  int64_t axis = op.getAxis(), other = 1 - axis;
  bool isMax = op.getKind() == tile::Reduction::max;
  Value identity =
      b.makeFloat(type.getElementType(), isMax ? -std::numeric_limits<double>::infinity() : 0.0);
  const Registers input = tiles.lookup(op.getInput());
  llvm::DenseMap<int64_t, SmallVector<std::pair<int64_t, int64_t>>> rows;
  for (int64_t i = 0; i < layout.getRegisterCount(); ++i) {
    std::array<int64_t, 2> at = layout.getOffsets(i);
    rows[type.getRank() == 2 ? at[other] : 0].push_back({at[axis], i});
  }
  Registers results;
  for (int64_t i = 0; i < left.getRegisterCount(); ++i) {
    auto &row = rows[left.getOffsets(i)[0]];
    llvm::sort(row);
    Value total;
    for (auto [place, number] : row) {
      Value element = input[number];
      if (Value inside = isInside(type, number))
        element = b.select(inside, element, identity);
      total = total ? combine(op.getKind(), total, element) : element;
    }
    int64_t period = 1;
    for (const tile::Digit &digit : layout.getThreads()) {
      for (int64_t bit = 1; digit.axis == axis && bit < digit.size; bit *= 2)
        total = combine(op.getKind(), total, shuffle(total, period * bit));
      period *= digit.size;
    }
    results.push_back(total);
  }
  tiles[op] = results;
}

} // namespace weft::compiler
