// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One row per op, in the order of the .td files. g is the gradient of the result y; every row is
// the transpose of the op's derivative applied to g, written with ordinary weft ops.
#include "dialects/weft/transforms/VjpRules.h"

#include "dialects/weft/VerifyAttention.h"
#include "dialects/weft/WeftFeedbackAttention.h"

#include "mlir/IR/IRMapping.h"

#include <cmath>

using namespace mlir;

namespace weft::ir {

namespace {

class VjpTable {
public:
  VjpTable() {
    addMath();
    addReductions();
    addShapes();
    addControl();
    addAttention();
  }

  const VjpRule *find(Operation *op) const {
    auto found = rules.find(op->getName().getTypeID());
    return found == rules.end() ? nullptr : &found->second;
  }

private:
  void addMath();
  void addReductions();
  void addShapes();
  void addControl();
  void addAttention();

  template <typename OpTy, typename Function> void rule(Function function) {
    rules[TypeID::get<OpTy>()].apply = [function](Operation *op, const Vjp &v) {
      function(cast<OpTy>(op), v);
    };
  }
  template <typename... OpTys> void constant() {
    ((rules[TypeID::get<OpTys>()].isConstant = true), ...);
  }

  DenseMap<TypeID, VjpRule> rules;
};

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

} // namespace

// elementwise

void VjpTable::addMath() {
  constant<ConstantOp, IotaOp, CompareOp, OneHotOp, FloorOp, StopGradientOp, SizeOp, SetSizeOp>();

  rule<AddOp>([](AddOp y, const Vjp &v) {
    v.give(y.getLhs(), v.g);
    v.give(y.getRhs(), v.g);
  });
  rule<SubOp>([](SubOp y, const Vjp &v) {
    v.give(y.getLhs(), v.g);
    v.give(y.getRhs(), -v.g);
  });
  rule<MulOp>([](MulOp y, const Vjp &v) {
    v.give(y.getLhs(), v.g * y.getRhs());
    v.give(y.getRhs(), v.g * y.getLhs());
  });
  rule<DivOp>([](DivOp y, const Vjp &v) {
    v.give(y.getLhs(), v.g / y.getRhs());
    v.give(y.getRhs(), -(v.g * y.getResult() / y.getRhs()));
  });
  rule<MaximumOp>([](MaximumOp y, const Vjp &v) {
    Term lhsWins = compare(ComparePredicate::ge, v(y.getLhs()), y.getRhs());
    v.give(y.getLhs(), select(lhsWins, v.g, 0.0));
    v.give(y.getRhs(), select(lhsWins, splat(v.g, 0.0), v.g));
  });
  rule<MinimumOp>([](MinimumOp y, const Vjp &v) {
    Term lhsWins = compare(ComparePredicate::le, v(y.getLhs()), y.getRhs());
    v.give(y.getLhs(), select(lhsWins, v.g, 0.0));
    v.give(y.getRhs(), select(lhsWins, splat(v.g, 0.0), v.g));
  });
  rule<NegOp>([](NegOp y, const Vjp &v) { v.give(y.getInput(), -v.g); });
  rule<ExpOp>([](ExpOp y, const Vjp &v) { v.give(y.getInput(), v.g * y.getResult()); });
  rule<LogOp>([](LogOp y, const Vjp &v) { v.give(y.getInput(), v.g / y.getInput()); });
  rule<SqrtOp>([](SqrtOp y, const Vjp &v) { v.give(y.getInput(), v.g * 0.5 / y.getResult()); });
  rule<RsqrtOp>([](RsqrtOp y, const Vjp &v) {
    Term root = v(y.getResult());
    v.give(y.getInput(), v.g * -0.5 * (root * root * root));
  });
  rule<TanhOp>([](TanhOp y, const Vjp &v) {
    v.give(y.getInput(), v.g * (1.0 - v(y.getResult()) * y.getResult()));
  });
  rule<ErfOp>([](ErfOp y, const Vjp &v) {
    Term x = v(y.getInput());
    v.give(x, v.g * M_2_SQRTPI * exp(-(x * x)));
  });
  rule<SigmoidOp>([](SigmoidOp y, const Vjp &v) {
    v.give(y.getInput(), v.g * y.getResult() * (1.0 - v(y.getResult())));
  });
  rule<SinOp>([](SinOp y, const Vjp &v) { v.give(y.getInput(), v.g * cos(v(y.getInput()))); });
  rule<CosOp>([](CosOp y, const Vjp &v) { v.give(y.getInput(), -(v.g * sin(v(y.getInput())))); });
  rule<ReluOp>([](ReluOp y, const Vjp &v) {
    v.give(y.getInput(), select(compare(ComparePredicate::gt, v(y.getResult()), 0.0), v.g, 0.0));
  });
  rule<ClampOp>([](ClampOp y, const Vjp &v) { // both bounds included (docs/spec/weft.md)
    double low = y.getLow().convertToDouble(), high = y.getHigh().convertToDouble();
    Term below = select(compare(ComparePredicate::le, v(y.getInput()), high), v.g, 0.0);
    v.give(y.getInput(), select(compare(ComparePredicate::ge, v(y.getInput()), low), below, 0.0));
  });
  rule<SelectOp>([](SelectOp y, const Vjp &v) {
    v.give(y.getWhenTrue(), select(y.getCondition(), v.g, 0.0));
    v.give(y.getWhenFalse(), select(y.getCondition(), splat(v.g, 0.0), v.g));
  });
  rule<CastOp>([](CastOp y, const Vjp &v) {
    v.give(y.getInput(), convert(v.g, getElementOrSelf(y.getInput().getType())));
  });
  rule<DropoutOp>([](DropoutOp y, const Vjp &v) { // linear in its input, with the same mask
    v.give(y.getInput(),
           DropoutOp::create(v.builder, v.g, y.getKey(), y.getRateAttr(), y.getIdAttr()));
  });
}

// contraction, reductions, norms, tables, losses

/// One factor of a dot.
struct Factor {
  Value value;
  ArrayRef<int64_t> batch, contract;

  SmallVector<int64_t> getFree() const {
    auto bound = llvm::to_vector(llvm::concat<const int64_t>(batch, contract));
    return getOtherAxes(typeOf(value).getRank(), bound);
  }
};

/// The gradient of `wanted` in y = wanted . other: g and `other` contracted over what belongs to
/// `other` alone, then brought into the order of wanted's axes. `firstFree`: the axis of g where
/// other's free axes begin.
static Value dotGradient(const Vjp &v, const Factor &wanted, const Factor &other,
                         int64_t firstFree) {
  SmallVector<int64_t> batch = llvm::to_vector(llvm::seq<int64_t>(wanted.batch.size()));
  SmallVector<int64_t> otherFree = other.getFree(), wantedFree = wanted.getFree();
  SmallVector<int64_t> gradContract =
      llvm::to_vector(llvm::seq<int64_t>(firstFree, firstFree + otherFree.size()));

  // The contracted axes appear in the order of other's axes; here they get wanted's names.
  SmallVector<std::pair<int64_t, int64_t>> pairs;
  for (auto [otherAxis, wantedAxis] : llvm::zip(other.contract, wanted.contract))
    pairs.push_back({otherAxis, wantedAxis});
  llvm::sort(pairs);
  auto contracted = llvm::to_vector(llvm::make_second_range(pairs));

  // Either factor may stand first; take the order that needs no transpose, if one does.
  auto names = llvm::to_vector(llvm::concat<const int64_t>(wanted.batch, contracted, wantedFree));
  if (llvm::is_sorted(names))
    return DotOp::create(v.builder, other.value, v.g, other.batch, batch, otherFree, gradContract);
  names = llvm::to_vector(llvm::concat<const int64_t>(wanted.batch, wantedFree, contracted));
  Value product =
      DotOp::create(v.builder, v.g, other.value, batch, other.batch, gradContract, otherFree);
  if (llvm::is_sorted(names))
    return product;
  SmallVector<int64_t> permutation(names.size());
  for (auto [position, name] : llvm::enumerate(names))
    permutation[name] = position;
  return TransposeOp::create(v.builder, product, permutation);
}

/// The mean over the last axis.
static Term meanOfRows(Term a) {
  int64_t last = a.getType().getRank() - 1;
  SizeAttr size = getDimSize(a.getType(), last);
  Term total = sum(a, {last});
  if (size.isConstant())
    return total * (1.0 / static_cast<double>(size.getOffset()));
  return total / sum(splat(a, 1.0), {last});
}

/// One number for each row, repeated along the last axis.
static Term alongRows(Term a, RankedTensorType type) {
  return spread(a, type, {type.getRank() - 1});
}

static Term rowMean(Term a) { return alongRows(meanOfRows(a), a.getType()); }

/// 1 / the deviation of rows whose mean square is that of `a`.
static Term getRowFactor(Term a, const APFloat &epsilon) {
  return alongRows(rsqrt(meanOfRows(a * a) + epsilon.convertToDouble()), a.getType());
}

void VjpTable::addReductions() {
  rule<DotOp>([](DotOp y, const Vjp &v) {
    Factor lhs{y.getLhs(), y.getLhsBatch(), y.getLhsContract()};
    Factor rhs{y.getRhs(), y.getRhsBatch(), y.getRhsContract()};
    int64_t batch = lhs.batch.size(), lhsFree = lhs.getFree().size();
    // The gradient of rounded factors is rounded at its end only.
    Type element = typeOf(y.getLhs()).getElementType(), wide = v.g.getType().getElementType();
    for (Factor *factor : {&lhs, &rhs})
      factor->value = convert(v(factor->value), wide);
    v.give(y.getLhs(), convert(v(dotGradient(v, lhs, rhs, batch + lhsFree)), element));
    v.give(y.getRhs(), convert(v(dotGradient(v, rhs, lhs, batch)), element));
  });
  rule<SumOp>([](SumOp y, const Vjp &v) {
    v.give(y.getInput(), spread(v.g, typeOf(y.getInput()), y.getAxes()));
  });
  rule<MaxOp>([](MaxOp y, const Vjp &v) { // ties share equally
    Term x = v(y.getInput());
    Term wins =
        compare(ComparePredicate::eq, x, spread(v(y.getResult()), x.getType(), y.getAxes()));
    Term winners = sum(select(wins, splat(x, 1.0), 0.0), y.getAxes());
    v.give(x, select(wins, spread(v.g / winners, x.getType(), y.getAxes()), 0.0));
  });
  rule<SoftmaxOp>([](SoftmaxOp y, const Vjp &v) {
    int64_t axis = y.getAxis();
    Term mean = spread(sum(v.g * y.getResult(), {axis}), v.g.getType(), {axis});
    v.give(y.getInput(), v(y.getResult()) * (v.g - mean));
  });
  rule<LogSoftmaxOp>([](LogSoftmaxOp y, const Vjp &v) {
    int64_t axis = y.getAxis();
    v.give(y.getInput(),
           v.g - exp(v(y.getResult())) * spread(sum(v.g, {axis}), v.g.getType(), {axis}));
  });
  rule<CumsumOp>([](CumsumOp y, const Vjp &v) {
    v.give(y.getInput(), CumsumOp::create(v.builder, v.g, y.getAxis(), !y.getReverse()));
  });
  rule<TopKOp>([](TopKOp y, const Vjp &v) { // of the values; indices have none
    int64_t last = typeOf(y.getInput()).getRank() - 1;
    v.give(y.getInput(),
           ScatterAddOp::create(v.builder, y.getInput().getType(), v.g, y.getIndices(), last));
  });
  rule<LayerNormOp>([](LayerNormOp y, const Vjp &v) { // Ba et al. 2016, with h the normalised input
    RankedTensorType type = typeOf(y.getInput());
    int64_t last = type.getRank() - 1;
    SmallVector<int64_t> rows = getOtherAxes(type.getRank(), {last});
    Term centered = v(y.getInput()) - rowMean(v(y.getInput()));
    Term factor = getRowFactor(centered, y.getEpsilon());
    Term h = centered * factor;
    Term scaled = v.g * broadcast(v(y.getScale()), type, {last});
    v.give(y.getInput(), factor * (scaled - rowMean(scaled) - h * rowMean(scaled * h)));
    v.give(y.getScale(), sum(v.g * h, rows));
    v.give(y.getShift(), sum(v.g, rows));
  });
  rule<RmsNormOp>([](RmsNormOp y, const Vjp &v) { // as LayerNormOp without the mean
    RankedTensorType type = typeOf(y.getInput());
    int64_t last = type.getRank() - 1;
    Term x = v(y.getInput());
    Term factor = getRowFactor(x, y.getEpsilon());
    Term h = x * factor;
    Term scaled = v.g * broadcast(v(y.getScale()), type, {last});
    v.give(x, factor * (scaled - h * rowMean(scaled * h)));
    v.give(y.getScale(), sum(v.g * h, getOtherAxes(type.getRank(), {last})));
  });
  rule<EmbeddingOp>([](EmbeddingOp y, const Vjp &v) {
    v.give(y.getTable(),
           EmbeddingGradOp::create(v.builder, y.getTable().getType(), v.g, y.getIds()));
  });
  rule<EmbeddingGradOp>([](EmbeddingGradOp y, const Vjp &v) {
    v.give(y.getRows(), EmbeddingOp::create(v.builder, v.g, y.getIds()));
  });
  rule<CrossEntropyOp>([](CrossEntropyOp y, const Vjp &v) { // softmax minus the target's one-hot
    RankedTensorType type = typeOf(y.getLogits());
    int64_t last = type.getRank() - 1;
    Term p{&v.builder, SoftmaxOp::create(v.builder, type, y.getLogits(), last)};
    Value target = OneHotOp::create(v.builder, type, y.getTargets());
    v.give(y.getLogits(), spread(v.g, type, {last}) * (p - target));
  });
}

// moves

void VjpTable::addShapes() {
  rule<TransposeOp>([](TransposeOp y, const Vjp &v) {
    SmallVector<int64_t> inverse(y.getPermutation().size());
    for (auto [to, from] : llvm::enumerate(y.getPermutation()))
      inverse[from] = to;
    v.give(y.getInput(), TransposeOp::create(v.builder, v.g, inverse));
  });
  rule<ReshapeOp>([](ReshapeOp y, const Vjp &v) {
    v.give(y.getInput(), ReshapeOp::create(v.builder, y.getInput().getType(), v.g));
  });
  rule<SliceOp>([](SliceOp y, const Vjp &v) {
    v.give(y.getInput(), PadOp::create(v.builder, y.getInput().getType(), v.g, y.getAxis(),
                                       y.getStart(), /*at_end=*/false));
  });
  rule<HeadOp>([](HeadOp y, const Vjp &v) {
    v.give(y.getInput(), PadOp::create(v.builder, y.getInput().getType(), v.g, y.getAxis(),
                                       /*start=*/0, /*at_end=*/false));
  });
  rule<TailOp>([](TailOp y, const Vjp &v) {
    v.give(y.getInput(), PadOp::create(v.builder, y.getInput().getType(), v.g, y.getAxis(),
                                       /*start=*/0, /*at_end=*/true));
  });
  rule<PadOp>([](PadOp y, const Vjp &v) {
    int64_t axis = y.getAxis();
    if (y.getAtEnd())
      return v.give(y.getInput(), TailOp::create(v.builder, y.getInput().getType(), v.g, axis));
    SizeAttr start = SizeAttr::get(y.getContext(), y.getStart());
    v.give(y.getInput(), part(v.g, axis, start, getDimSize(typeOf(y.getInput()), axis)));
  });
  rule<ConcatOp>([](ConcatOp y, const Vjp &v) {
    int64_t axis = y.getAxis();
    SizeAttr start = SizeAttr::get(y.getContext(), 0);
    for (Value input : y.getInputs()) {
      SizeAttr length = getDimSize(typeOf(input), axis);
      v.give(input, part(v.g, axis, start, length));
      start = start.isConstant() ? length.plus(start.getOffset()) : start.plus(length.getOffset());
    }
  });
  rule<BroadcastOp>([](BroadcastOp y, const Vjp &v) {
    v.give(y.getInput(), sum(v.g, getOtherAxes(v.g.getType().getRank(), y.getDims())));
  });
  rule<WindowOp>([](WindowOp y, const Vjp &v) {
    v.give(y.getInput(), WindowSumOp::create(v.builder, v.g, y.getAxis()));
  });
  rule<WindowSumOp>([](WindowSumOp y, const Vjp &v) {
    int64_t axis = y.getAxis(), length = typeOf(y.getInput()).getDimSize(axis + 1);
    v.give(y.getInput(), WindowOp::create(v.builder, v.g, axis, length));
  });
  rule<GatherOp>([](GatherOp y, const Vjp &v) {
    v.give(y.getInput(), ScatterAddOp::create(v.builder, y.getInput().getType(), v.g,
                                              y.getIndices(), y.getBatch()));
  });
  rule<ScatterAddOp>([](ScatterAddOp y, const Vjp &v) {
    v.give(y.getUpdates(), GatherOp::create(v.builder, v.g, y.getIndices(), y.getBatch()));
  });
}

// control

void VjpTable::addControl() {
  rule<OptimizationBarrierOp>(
      [](OptimizationBarrierOp y, const Vjp &v) { v.give(y.getInput(), v.g); });
}

// attention

/// Gives the operands of an attention op the gradients that `create` makes of the gradient of y.
template <typename Op, typename Create>
static void giveAttention(Op y, const Vjp &v, Create create) {
  SmallVector<Value> inputs = getDifferentiated(y);
  SmallVector<Type> types(ValueRange(inputs).getTypes());
  for (Type &type : types)
    type = getSumType(type);
  auto gradient = create(types, convert(v.g, getElementOrSelf(y.getQuery().getType())));
  for (auto [from, to] : llvm::zip(y->getRegions(), gradient->getRegions())) {
    IRMapping mapping;
    from.cloneInto(&to, mapping);
  }
  for (auto [input, grad] : llvm::zip(inputs, gradient.getGrads()))
    v.give(input, convert(v(grad), getElementOrSelf(input.getType())));
}

/// The gradient of keys or values of slots: a row of numbers times what they were multiplied with,
/// summed over the heads that share them.
static Value spreadOverSlots(const Vjp &v, Value numbers, Value factor, Value slots) {
  Type element = typeOf(slots).getElementType(), wide = typeOf(numbers).getElementType();
  SmallVector<int64_t> batch = {0}, contract = {2};
  if (getDimSize(typeOf(slots), 1) == getDimSize(typeOf(factor), 1))
    batch.push_back(1);
  else
    contract.insert(contract.begin(), 1);
  Term product = v(DotOp::create(v.builder, numbers, convert(v(factor), wide), batch, batch,
                                 contract, contract));
  Type type = typeOf(slots).clone(wide);
  if (product.getType() != type)
    product = v(ReshapeOp::create(v.builder, type, product));
  return convert(product, element);
}

/// Of the op itself only the query's gradient; the others are products of its rows of numbers,
/// which a scan can sum over time.
static void giveFeedback(FeedbackAttentionOp y, const Vjp &v) {
  Term resultGrad = convert(v.g, typeOf(y.getQuery()).getElementType());
  auto gradient = FeedbackAttentionGradOp::create(
      v.builder, FeedbackAttentionGradOp::getGradTypes(cast<AttentionOpInterface>(*y)),
      y.getQuery(), y.getKeys(), y.getValues(), y.getPosition(), y.getKeep(), y.getCaptures(),
      y.getResult(), y.getStatistics(), resultGrad, y.getKindsAttr(), y.getEpsilonAttr());
  IRMapping mapping;
  y.getScore().cloneInto(&gradient.getScore(), mapping);
  Type element = typeOf(y.getQuery()).getElementType();
  v.give(y.getQuery(), convert(v(gradient.getQueryGrad()), element));
  v.give(y.getKeys(), spreadOverSlots(v, gradient.getContentGrad(), y.getQuery(), y.getKeys()));
  v.give(y.getValues(), spreadOverSlots(v, gradient.getWeights(), resultGrad, y.getValues()));
  if (Value position = y.getPosition()) {
    Value numbers = gradient.getRelativeGrad();
    Value query = convert(v(y.getQuery()), typeOf(numbers).getElementType());
    SmallVector<int64_t> none, rows = {0, 1, 2};
    v.give(position,
           convert(v(DotOp::create(v.builder, numbers, query, none, none, rows, rows)), element));
  }
  for (auto [capture, kind, each] :
       llvm::zip(y.getCaptures(), getKindValues(y.getKinds()), gradient.getCaptureGrads())) {
    SmallVector<int64_t> shared = {0};
    if (kind == CaptureKind::scalar)
      shared.push_back(1);
    v.give(capture, sum(v(each), shared));
  }
}

void VjpTable::addAttention() {
  rule<FeedbackAttentionOp>([](FeedbackAttentionOp y, const Vjp &v) { giveFeedback(y, v); });
  rule<SpanAttentionOp>([](SpanAttentionOp y, const Vjp &v) {
    giveAttention(y, v, [&](TypeRange types, Value resultGrad) {
      return SpanAttentionGradOp::create(
          v.builder, types, y.getQuery(), y.getKeys(), y.getValues(), y.getPosition(),
          y.getSourceKeys(), y.getSourceValues(), y.getCaptures(), y.getHeadReach(), y.getKey(),
          y.getResult(), y.getStatistics(), resultGrad, y.getDMinAttr(), y.getDMaxAttr(),
          y.getBeforeStartAttr(), y.getKindsAttr(), y.getEpsilonAttr(), y.getDropoutAttr(),
          y.getIdAttr(), y.getSourceScores().size());
    });
  });
  rule<BlockSparseAttentionOp>([](BlockSparseAttentionOp y, const Vjp &v) {
    giveAttention(y, v, [&](TypeRange types, Value resultGrad) {
      return BlockSparseAttentionGradOp::create(
          v.builder, types, y.getQuery(), y.getKeys(), y.getValues(), y.getSourceKeys(),
          y.getSourceValues(), y.getCaptures(), y.getKey(), y.getResult(), y.getStatistics(),
          resultGrad, y.getLayoutAttr(), y.getKindsAttr(), y.getEpsilonAttr(), y.getDropoutAttr(),
          y.getIdAttr(), y.getSourceScores().size());
    });
  });
}

const VjpRule *findVjpRule(Operation *op) {
  static const VjpTable table;
  return table.find(op);
}

} // namespace weft::ir
