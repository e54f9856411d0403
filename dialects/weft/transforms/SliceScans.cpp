// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-slice-scans: the persistent form of a scan over many independent sequences, a parallel scan
// over slices of the batch around the scan of one slice. SliceAxes.cpp finds the batch.
#include "dialects/weft/transforms/Passes.h"
#include "dialects/weft/transforms/SliceAxes.h"
#include "dialects/weft/transforms/SliceCost.h"
#include "dialects/weft/transforms/Term.h"

#include "mlir/IR/IRMapping.h"

namespace weft::ir {
#define GEN_PASS_DEF_SLICESCANSPASS
#include "dialects/weft/transforms/Passes.h.inc"
} // namespace weft::ir

using namespace mlir;

namespace weft::ir {

namespace {

/// Attributes of scans that lowerings read (compiler/support/Loops.h).
constexpr StringLiteral parallelAttrName = "weft.parallel", loopFormAttrName = "weft.form";

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

RankedTensorType replaceSize(RankedTensorType type, int64_t axis, int64_t size) {
  SmallVector<int64_t> shape(type.getShape());
  shape[axis] = size;
  return RankedTensorType::get(shape, type.getElementType());
}

RankedTensorType addAxis0(Type type, int64_t size) {
  auto tensor = cast<RankedTensorType>(type);
  SmallVector<int64_t> shape(tensor.getShape());
  shape.insert(shape.begin(), size);
  return RankedTensorType::get(shape, tensor.getElementType());
}

/// [.., slices * slice, ..]  ->  [.., slices, slice, ..]
RankedTensorType splitAxis(RankedTensorType type, int64_t axis, int64_t slice) {
  SmallVector<int64_t> shape(type.getShape());
  shape.insert(shape.begin() + axis, shape[axis] / slice);
  shape[axis + 1] = slice;
  return RankedTensorType::get(shape, type.getElementType());
}

/// A value of a function as slices have it: [slices, ..., slice, ...].
struct Packed {
  Value value;
  int64_t axis, slice;
};

/// What is known of all values of one function.
class Packs {
public:
  /// The value by slices of its axis, in front of `builder`.
  Value pack(ImplicitLocOpBuilder &builder, Value whole, int64_t axis, int64_t slice) {
    const Packed *known = find(whole);
    if (known && known->axis == axis && known->slice == slice)
      return known->value;
    RankedTensorType split = splitAxis(typeOf(whole), axis, slice);
    Value parts = ReshapeOp::create(builder, split, whole);
    SmallVector<int64_t> order = {axis};
    llvm::append_range(order, getOtherAxes(split.getRank(), {axis}));
    Value packed = TransposeOp::create(builder, parts, order);
    packs.try_emplace(whole, Packed{packed, axis, slice});
    return packed;
  }
  /// The whole of what slices gave.
  Value unpack(ImplicitLocOpBuilder &builder, RankedTensorType type, Value packed, int64_t axis,
               int64_t slice) {
    SmallVector<int64_t> order;
    for (int64_t i = 1; i < typeOf(packed).getRank(); ++i) {
      if (i == axis + 1)
        order.push_back(0);
      order.push_back(i);
    }
    Value parts = TransposeOp::create(builder, packed, order);
    Value whole = ReshapeOp::create(builder, type, parts);
    packs.try_emplace(whole, Packed{packed, axis, slice});
    return whole;
  }
  const Packed *find(Value whole) const {
    auto known = packs.find(whole);
    return known == packs.end() ? nullptr : &known->second;
  }

private:
  DenseMap<Value, Packed> packs;
};

class ScanSlicer {
public:
  ScanSlicer(ScanOp scan, const SliceAxes &axes, int64_t slices, int64_t slice, Packs &packs)
      : scan(scan), axes(axes), slices(slices), slice(slice), packs(packs),
        builder(scan.getLoc(), scan) {}

  void run(StringRef form) {
    SmallVector<Value> sliced, whole;
    for (auto [i, operand] : llvm::enumerate(scan.getOperands()))
      if (int64_t axis = axes.getOperandAxis(i); axis >= 0)
        sliced.push_back(packs.pack(builder, operand, axis, slice));
      else if (!llvm::is_contained(whole, operand))
        whole.push_back(operand);
    SmallVector<Type> outputs;
    for (unsigned i = 0; i < scan->getNumResults(); ++i)
      outputs.push_back(addAxis0(getResultType(i), slices));
    auto outer = ScanOp::create(builder, outputs, ValueRange(), sliced, ValueRange(), ValueRange(),
                                ValueRange(), whole, /*reverse=*/false);
    outer->setAttr(parallelAttrName, builder.getUnitAttr());
    outer->setAttr(loopFormAttrName, builder.getStringAttr(form));
    makeStep(outer, whole);
    builder.setInsertionPointAfter(outer);
    for (unsigned i = 0; i < scan->getNumResults(); ++i) {
      Value packed = outer.getOutputs()[i], old = scan->getResult(i);
      int64_t axis = axes.getResultAxis(i);
      if (axes.isPartial(scan.getYielded()[i]))
        old.replaceAllUsesWith(SumOp::create(builder, packed, ArrayRef<int64_t>{0}));
      else if (axis < 0)
        old.replaceAllUsesWith(takeFirst(packed, old.getType()));
      else
        old.replaceAllUsesWith(packs.unpack(builder, typeOf(old), packed, axis, slice));
    }
    scan.erase();
  }

private:
  RankedTensorType getResultType(unsigned i) {
    RankedTensorType type = typeOf(scan->getResult(i));
    int64_t axis = axes.getResultAxis(i);
    bool isWhole = axis < 0 || axes.isPartial(scan.getYielded()[i]);
    return isWhole ? type : replaceSize(type, axis, slice);
  }

  /// What is the same in all slices.
  Value takeFirst(Value packed, Type type) {
    Value first = SliceOp::create(builder, packed, /*axis=*/0, /*start=*/0, /*length=*/1);
    return ReshapeOp::create(builder, type, first);
  }

  /// The type that a value of the body has for one slice.
  RankedTensorType getSliced(Value value) {
    int64_t axis = axes.getAxis(value);
    return axis < 0 ? typeOf(value) : replaceSize(typeOf(value), axis, slice);
  }

  /// The step of the outer scan: the scan of one slice.
  void makeStep(ScanOp outer, ArrayRef<Value> whole) {
    Block &step = outer.getBody().emplaceBlock();
    for (Value input : outer.getInputs())
      step.addArgument(RankedTensorType::get(typeOf(input).getShape().drop_front(),
                                             typeOf(input).getElementType()),
                       input.getLoc());
    size_t slicedCount = step.getNumArguments(), next = 0;
    for (Value value : whole)
      step.addArgument(value.getType(), value.getLoc());
    SmallVector<Value> operands;
    for (auto [i, operand] : llvm::enumerate(scan.getOperands()))
      operands.push_back(
          axes.getOperandAxis(i) >= 0
              ? step.getArgument(next++)
              : step.getArgument(slicedCount + (llvm::find(whole, operand) - whole.begin())));
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(&step);
    ArrayRef<Value> left = operands;
    auto take = [&](size_t count) {
      ArrayRef<Value> taken = left.take_front(count);
      left = left.drop_front(count);
      return taken;
    };
    ArrayRef<Value> initial = take(scan.getInitial().size()),
                    inputs = take(scan.getInputs().size()),
                    windows = take(scan.getWindows().size()),
                    memories = take(scan.getMemories().size()), sums = take(scan.getSums().size()),
                    captures = take(scan.getCaptures().size());
    SmallVector<Type> outputs;
    for (unsigned i = 0; i < scan.getOutputs().size(); ++i)
      outputs.push_back(getResultType(scan.getInitial().size() + i));
    auto inner = ScanOp::create(builder, outputs, initial, inputs, windows, memories, sums,
                                captures, scan.getReverse());
    makeBody(inner);
    YieldOp::create(builder, inner.getResults());
  }

  void makeBody(ScanOp inner) {
    Block &from = scan.getBody().front(), &to = inner.getBody().emplaceBlock();
    IRMapping map;
    for (BlockArgument argument : from.getArguments())
      map.map(argument, to.addArgument(getSliced(argument), argument.getLoc()));
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(&to);
    for (Operation &op : from.without_terminator()) {
      if (auto constant = dyn_cast<ConstantOp>(op); constant && axes.getAxis(constant) >= 0) {
        map.map(constant.getResult(),
                createSplat(builder, op.getLoc(), getSliced(constant), *constant.getSplatValue()));
        continue;
      }
      Operation *clone = builder.clone(op, map);
      bool fits = op.hasTrait<OpTrait::Elementwise>() || isa<ConcatOp>(op);
      for (OpOperand &operand : clone->getOpOperands())
        if (Value old = op.getOperand(operand.getOperandNumber()); fits)
          fit(operand, old, op.getResult(0), clone);
      for (auto [old, result] : llvm::zip(op.getResults(), clone->getResults()))
        result.setType(getSliced(old));
    }
    SmallVector<Value> yielded;
    SmallVector<Type> types = getYieldedTypes(inner);
    for (auto [i, old] : llvm::enumerate(scan.getYielded())) {
      Value value = map.lookup(old);
      if (value.getType() != types[i])
        value = createSplat(builder, value.getLoc(), types[i], *findUniform(old));
      yielded.push_back(value);
    }
    YieldOp::create(builder, yielded);
  }

  /// A uniform operand takes the size that the op's result has now.
  void fit(OpOperand &operand, Value old, Value result, Operation *clone) {
    int64_t axis = axes.getAxis(result);
    std::optional<double> uniform = findUniform(old);
    if (axis < 0 || !uniform || typeOf(operand.get()).getDimSize(axis) == slice)
      return;
    OpBuilder at(clone);
    operand.set(createSplat(at, clone->getLoc(), replaceSize(typeOf(old), axis, slice), *uniform));
  }

  /// What the inner scan's step must yield.
  SmallVector<Type> getYieldedTypes(ScanOp inner) {
    SmallVector<Type> types;
    size_t carried = scan.getInitial().size(), stacked = carried + scan.getOutputs().size();
    size_t memories = stacked + scan.getMemories().size();
    for (auto [i, old] : llvm::enumerate(scan.getYielded())) {
      RankedTensorType type = typeOf(old);
      int64_t axis = axes.isPartial(old) ? -1 : axes.getResultAxis(i);
      if (axis >= 0) // outputs and slots of memories have no axis 0 here
        type = replaceSize(type, i >= carried && i < memories ? axis - 1 : axis, slice);
      types.push_back(type);
    }
    return types;
  }

  ScanOp scan;
  const SliceAxes &axes;
  int64_t slices, slice;
  Packs &packs;
  ImplicitLocOpBuilder builder;
};

/// The axes of a packed value for those of the whole; the batch becomes two.
SmallVector<int64_t> getPackedAxes(ArrayRef<int64_t> axes, int64_t batch) {
  SmallVector<int64_t> result;
  if (llvm::is_contained(axes, batch))
    result.push_back(0);
  for (int64_t axis : axes)
    result.push_back(axis + 1);
  return result;
}

/// As many turns the runtime runs at the same time (runtime/exec/ExecInterpreter.cpp).
constexpr int64_t mostTurns = 1024;

class SliceScansPass : public impl::SliceScansPassBase<SliceScansPass> {
public:
  using SliceScansPassBase::SliceScansPassBase;

  void runOnOperation() override {
    if (!llvm::is_contained({"auto", "counted", "persistent"}, form)) {
      getOperation().emitError("expects form to be auto, counted or persistent, got '")
          << form << "' (slice-scans.C1)";
      return signalPassFailure();
    }
    if (slice < 0) {
      getOperation().emitError("expects slice to be at least 0, got ")
          << slice.getValue() << " (slice-scans.C2)";
      return signalPassFailure();
    }
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal())
        runOnFunction(function);
  }

private:
  void runOnFunction(func::FuncOp function) {
    Packs packs;
    for (ScanOp scan : llvm::to_vector(function.getBody().getOps<ScanOp>()))
      if (!scan->hasAttr(parallelAttrName) && !scan->hasAttr(loopFormAttrName))
        runOnScan(scan, packs);
    for (DotOp dot : llvm::to_vector(function.getBody().getOps<DotOp>()))
      readBySlices(dot, packs);
    for (SumOp sum : llvm::to_vector(function.getBody().getOps<SumOp>()))
      readBySlices(sum, packs);
  }

  void keepCounted(ScanOp scan, const Twine &why) {
    OpBuilder builder(scan);
    scan->setAttr(loopFormAttrName, builder.getStringAttr("counted: " + why));
  }

  void runOnScan(ScanOp scan, Packs &packs) {
    if (form == "counted")
      return keepCounted(scan, "as asked");
    SmallVector<Type> types(scan->getOperandTypes());
    llvm::append_range(types, scan->getResultTypes());
    for (Operation &op : scan.getBody().front())
      llvm::append_range(types, op.getResultTypes());
    auto isStatic = [](Type type) { return cast<RankedTensorType>(type).hasStaticShape(); };
    auto isEmpty = [](Type type) { return cast<RankedTensorType>(type).getNumElements() == 0; };
    if (!llvm::all_of(types, isStatic))
      return keepCounted(scan, "sizes of a call");
    if (llvm::any_of(types, isEmpty))
      return keepCounted(scan, "a tensor without elements");
    SliceAxes axes(scan);
    Value first = scan.getBody().front().getArgument(scan.getInitial().size());
    int64_t batch = 0;
    std::string reason = "a single sequence";
    for (; batch < typeOf(first).getRank(); ++batch) {
      if (typeOf(first).getDimSize(batch) < 2)
        continue;
      if (axes.choose(first, batch))
        break;
      if (batch == 0)
        reason = axes.getReason();
    }
    if (batch == typeOf(first).getRank())
      return keepCounted(scan, reason);
    int64_t size = typeOf(first).getDimSize(batch);
    SliceCost cost(scan, axes, size, slice);
    if (cost.slices < 2)
      return keepCounted(scan, "a batch of " + Twine(size) + " has no two equal slices");
    if (cost.slices > mostTurns)
      return keepCounted(scan, "a batch of " + Twine(size) + " has " + Twine(cost.slices) +
                                   " equal slices, more than " + Twine(mostTurns));
    if (form == "auto" && cost.counted <= cost.persistent)
      return keepCounted(scan, cost.describe());
    std::string text = "persistent, " + std::to_string(cost.slices) + " slices of " +
                       std::to_string(cost.slice) + ": " +
                       (form == "auto" ? cost.describe() : "as asked");
    ScanSlicer(scan, axes, cost.slices, cost.slice, packs).run(text);
  }

  /// Whether a value is there where `op` stands.
  static bool isBefore(Value value, Operation *op) {
    Operation *maker = value.getDefiningOp();
    return !maker || maker->isBeforeInBlock(op);
  }

  /// A product over the batch reads both factors by slices, as they lie: so what steps leave is not
  /// copied into the order of the whole.
  void readBySlices(DotOp dot, const Packs &packs) {
    const Packed *lhs = packs.find(dot.getLhs()), *rhs = packs.find(dot.getRhs());
    if (!lhs || !rhs || lhs->slice != rhs->slice || !isBefore(lhs->value, dot) ||
        !isBefore(rhs->value, dot))
      return;
    ArrayRef<int64_t> left = dot.getLhsContract(), right = dot.getRhsContract();
    auto place = llvm::find(left, lhs->axis) - left.begin();
    if (size_t(place) == left.size() || right[place] != rhs->axis)
      return;
    ImplicitLocOpBuilder builder(dot.getLoc(), dot);
    auto shift = [](ArrayRef<int64_t> axes) {
      return llvm::map_to_vector(axes, [](int64_t axis) { return axis + 1; });
    };
    Value product = DotOp::create(builder, lhs->value, rhs->value, shift(dot.getLhsBatch()),
                                  shift(dot.getRhsBatch()), getPackedAxes(left, lhs->axis),
                                  getPackedAxes(right, rhs->axis));
    dot.replaceAllUsesWith(product);
    dot.erase();
  }

  void readBySlices(SumOp sum, const Packs &packs) {
    const Packed *input = packs.find(sum.getInput());
    if (!input || !llvm::is_contained(sum.getAxes(), input->axis) || !isBefore(input->value, sum))
      return;
    ImplicitLocOpBuilder builder(sum.getLoc(), sum);
    Value total = SumOp::create(builder, input->value, getPackedAxes(sum.getAxes(), input->axis));
    sum.replaceAllUsesWith(total);
    sum.erase();
  }
};

} // namespace

} // namespace weft::ir
