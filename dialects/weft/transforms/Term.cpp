// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/weft/transforms/Term.h"

using namespace mlir;

namespace weft::ir {

template <typename OpTy, typename... Args> static Term emit(Term a, Args &&...args) {
  return {a.builder, OpTy::create(*a.builder, a.value, std::forward<Args>(args)...)};
}

Term splat(Term like, double number) {
  return {like.builder, createSplat(*like.builder, like.builder->getLoc(), like.getType(), number)};
}

Term operator+(Term a, Value b) { return emit<AddOp>(a, b); }
Term operator-(Term a, Value b) { return emit<SubOp>(a, b); }
Term operator*(Term a, Value b) { return emit<MulOp>(a, b); }
Term operator/(Term a, Value b) { return emit<DivOp>(a, b); }
Term operator+(Term a, double b) { return a + splat(a, b).value; }
Term operator-(double a, Term b) { return splat(b, a) - b.value; }
Term operator*(Term a, double b) { return a * splat(a, b).value; }
Term operator/(double a, Term b) { return splat(b, a) / b.value; }
Term operator-(Term a) { return emit<NegOp>(a); }

Term exp(Term a) { return emit<ExpOp>(a); }
Term log(Term a) { return emit<LogOp>(a); }
Term sqrt(Term a) { return emit<SqrtOp>(a); }
Term rsqrt(Term a) { return emit<RsqrtOp>(a); }
Term tanh(Term a) { return emit<TanhOp>(a); }
Term sin(Term a) { return emit<SinOp>(a); }
Term cos(Term a) { return emit<CosOp>(a); }
Term minimum(Term a, double b) { return emit<MinimumOp>(a, splat(a, b).value); }

Term compare(ComparePredicate predicate, Term a, Value b) {
  return {a.builder, CompareOp::create(*a.builder, predicate, a.value, b)};
}
Term compare(ComparePredicate predicate, Term a, double b) {
  return compare(predicate, a, splat(a, b).value);
}
Term select(Value condition, Term a, Value b) {
  return {a.builder, SelectOp::create(*a.builder, a.getType(), condition, a.value, b)};
}
Term select(Value condition, Term a, double b) { return select(condition, a, splat(a, b).value); }

Term convert(Term a, Type element) {
  if (a.getType().getElementType() == element)
    return a;
  return {a.builder,
          CastOp::create(*a.builder, getTensorType(getDimSizes(a.getType()), element), a.value)};
}

Term sum(Term a, ArrayRef<int64_t> axes) { return axes.empty() ? a : emit<SumOp>(a, axes); }

Term broadcast(Term a, RankedTensorType type, ArrayRef<int64_t> dims) {
  if (a.getType() == type)
    return a;
  return {a.builder, BroadcastOp::create(*a.builder, type, a.value, dims)};
}

Term spread(Term a, RankedTensorType type, ArrayRef<int64_t> axes) {
  return broadcast(a, type, getOtherAxes(type.getRank(), axes));
}

template <typename OpTy> static Term shorten(Term a, int64_t axis, SizeAttr size) {
  SmallVector<SizeAttr> sizes = getDimSizes(a.getType());
  sizes[axis] = size;
  RankedTensorType type = getTensorType(sizes, a.getType().getElementType());
  return {a.builder, OpTy::create(*a.builder, type, a.value, axis)};
}

Term part(Term a, int64_t axis, SizeAttr start, SizeAttr length) {
  SizeAttr whole = getDimSize(a.getType(), axis);
  if (start.isConstant() && length.isConstant() &&
      start.plus(length.getOffset()).getOffset() <= whole.getOffset())
    return emit<SliceOp>(a, axis, start.getOffset(), length.getOffset());
  // At most one of the two names the symbol: the end is the other one further on.
  SizeAttr end =
      start.isConstant() ? length.plus(start.getOffset()) : start.plus(length.getOffset());
  Term result = a;
  if (end != whole)
    result = shorten<HeadOp>(result, axis, end);
  if (length != end)
    result = shorten<TailOp>(result, axis, length);
  return result;
}

SmallVector<int64_t> getOtherAxes(int64_t rank, ArrayRef<int64_t> axes) {
  SmallVector<int64_t> others;
  for (int64_t axis = 0; axis < rank; ++axis)
    if (!llvm::is_contained(axes, axis))
      others.push_back(axis);
  return others;
}

} // namespace weft::ir
