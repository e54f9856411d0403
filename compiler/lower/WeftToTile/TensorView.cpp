// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/WeftToTile/TensorView.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace weft::compiler {

SmallVector<SizeExpr> getDenseStrides(ArrayRef<SizeExpr> sizes) {
  SmallVector<SizeExpr> strides(sizes.size());
  SizeExpr stride(1);
  for (size_t axis = sizes.size(); axis-- > 0;) {
    strides[axis] = stride;
    stride = stride * sizes[axis];
  }
  return strides;
}

SmallVector<SizeExpr> getSizeExprs(RankedTensorType type) {
  SmallVector<SizeExpr> sizes;
  for (ir::SizeAttr size : ir::getDimSizes(type))
    sizes.push_back(SizeExpr(size));
  return sizes;
}

TensorView TensorView::dense(Value base, RankedTensorType type) {
  TensorView view;
  view.base = base;
  view.element = type.getElementType();
  view.sizes = getSizeExprs(type);
  view.strides = getDenseStrides(view.sizes);
  return view;
}

bool TensorView::isDense(RankedTensorType type) const {
  if (!base || !(offset == SizeExpr(0)) || sizes != getSizeExprs(type))
    return false;
  SizeExpr count(1), baseCount(1);
  for (const SizeExpr &size : sizes)
    count = count * size;
  for (const SizeExpr &size : getSizeExprs(cast<RankedTensorType>(base.getType())))
    baseCount = baseCount * size;
  SmallVector<SizeExpr> expected = getDenseStrides(sizes);
  for (auto [size, stride, dense] : llvm::zip(sizes, strides, expected))
    if (!size.isConstant(1) && !(stride == dense))
      return false;
  return count == baseCount;
}

TensorView TensorView::permute(ArrayRef<int64_t> permutation) const {
  TensorView result = *this;
  for (auto [to, from] : llvm::enumerate(permutation)) {
    result.sizes[to] = sizes[from];
    result.strides[to] = strides[from];
  }
  return result;
}

TensorView TensorView::slice(size_t axis, const SizeExpr &start, const SizeExpr &length) const {
  TensorView result = *this;
  result.offset = offset + start * strides[axis];
  result.sizes[axis] = length;
  return result;
}

TensorView TensorView::reverse(size_t axis) const {
  TensorView view = *this;
  view.offset = offset + strides[axis] * (sizes[axis] - SizeExpr(1));
  view.strides[axis] = strides[axis] * SizeExpr(-1);
  return view;
}

void TensorView::insertAxis(size_t axis, const SizeExpr &size, const SizeExpr &stride) {
  sizes.insert(sizes.begin() + axis, size);
  strides.insert(strides.begin() + axis, stride);
}

namespace {

/// The axes [begin, end) as one run: its stride, or nothing if there are gaps.
std::optional<SizeExpr> getRunStride(const TensorView &view, size_t begin, size_t end) {
  std::optional<size_t> last;
  for (size_t axis = end; axis-- > begin;) {
    if (view.sizes[axis].isConstant(1))
      continue;
    SizeExpr inner(1);
    for (size_t i = axis + 1; last && i <= *last; ++i)
      inner = inner * view.sizes[i];
    if (!last)
      last = axis;
    else if (!(view.strides[axis] == view.strides[*last] * inner))
      return std::nullopt;
  }
  return last ? view.strides[*last] : SizeExpr(1);
}

} // namespace

std::optional<TensorView> reshapeView(const TensorView &view, ArrayRef<SizeExpr> sizes) {
  TensorView result = view;
  result.sizes.assign(sizes.begin(), sizes.end());
  result.strides.assign(sizes.size(), SizeExpr(0));
  size_t in = 0, out = 0;
  while (in < view.getRank() || out < sizes.size()) {
    size_t inBegin = in, outBegin = out;
    SizeExpr inCount = in < view.getRank() ? view.sizes[in++] : SizeExpr(1);
    SizeExpr outCount = out < sizes.size() ? sizes[out++] : SizeExpr(1);
    while (!(inCount == outCount)) {
      // The side that is smaller takes its next axis; a constant is smaller than a bounded size.
      std::optional<int64_t> inNumber = inCount.getConstant(), outNumber = outCount.getConstant();
      bool growIn = inNumber && (!outNumber || *inNumber < *outNumber);
      if (growIn && in < view.getRank())
        inCount = inCount * view.sizes[in++];
      else if (!growIn && outNumber && out < sizes.size())
        outCount = outCount * sizes[out++];
      else
        return std::nullopt;
    }
    std::optional<SizeExpr> stride = getRunStride(view, inBegin, in);
    if (!stride)
      return std::nullopt;
    for (size_t axis = out; axis-- > outBegin;) {
      result.strides[axis] = *stride;
      stride = *stride * sizes[axis];
    }
  }
  return result;
}

bool isViewOp(Operation *op) {
  return isa<ir::TransposeOp, ir::ReshapeOp, ir::SliceOp, ir::TailOp, ir::HeadOp, ir::BroadcastOp,
             ir::WindowOp, ir::StopGradientOp>(op);
}

std::optional<TensorView> viewThrough(Operation *op, const TensorView &input) {
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!type)
    return std::nullopt;
  SmallVector<SizeExpr> sizes = getSizeExprs(type);
  using Result = std::optional<TensorView>;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](ir::TransposeOp transpose) -> Result {
        return input.permute(transpose.getPermutation());
      })
      .Case([&](ir::ReshapeOp) -> Result { return reshapeView(input, sizes); })
      .Case([&](ir::SliceOp slice) -> Result {
        return input.slice(slice.getAxis(), SizeExpr(slice.getStart()),
                           SizeExpr(slice.getLength()));
      })
      .Case([&](ir::TailOp tail) -> Result {
        size_t axis = tail.getAxis();
        return input.slice(axis, input.sizes[axis] - sizes[axis], sizes[axis]);
      })
      .Case([&](ir::HeadOp head) -> Result {
        return input.slice(head.getAxis(), SizeExpr(0), sizes[head.getAxis()]);
      })
      .Case([&](ir::BroadcastOp broadcast) -> Result {
        TensorView result = input;
        result.sizes = sizes;
        result.strides.assign(sizes.size(), SizeExpr(0));
        for (auto [from, to] : llvm::enumerate(broadcast.getDims()))
          result.strides[to] = input.strides[from];
        return result;
      })
      .Case([&](ir::WindowOp window) -> Result {
        TensorView result = input;
        size_t axis = window.getAxis();
        result.sizes[axis] = sizes[axis];
        result.insertAxis(axis + 1, sizes[axis + 1], input.strides[axis]);
        return result;
      })
      .Case([&](ir::StopGradientOp) -> Result { return input; })
      .Default([](Operation *) -> Result { return std::nullopt; });
}

void collapseAxes(ArrayRef<TensorView *> views) {
  auto eraseAxis = [&](size_t axis) {
    for (TensorView *view : views) {
      view->sizes.erase(view->sizes.begin() + axis);
      view->strides.erase(view->strides.begin() + axis);
    }
  };
  for (size_t axis = views.front()->getRank(); axis-- > 0;)
    if (views.front()->sizes[axis].isConstant(1))
      eraseAxis(axis);
  for (size_t axis = views.front()->getRank(); axis-- > 1;) {
    SizeExpr inner = views.front()->sizes[axis];
    bool oneRun = llvm::all_of(views, [&](TensorView *view) {
      return view->strides[axis - 1] == view->strides[axis] * inner;
    });
    if (!oneRun)
      continue;
    for (TensorView *view : views) {
      view->sizes[axis - 1] = view->sizes[axis - 1] * inner;
      view->strides[axis - 1] = view->strides[axis];
    }
    eraseAxis(axis);
  }
}

} // namespace weft::compiler
