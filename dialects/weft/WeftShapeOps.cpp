// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers and result types of WeftShapeOps.td. The labels in brackets are those of
// docs/spec/weft.md.
#include "dialects/weft/WeftDialect.h"

#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace mlir;

namespace weft::ir {

static bool isAxis(int64_t axis, RankedTensorType type) {
  return axis >= 0 && axis < type.getRank();
}

LogicalResult TransposeOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                            ValueRange operands, DictionaryAttr attributes,
                                            OpaqueProperties properties, RegionRange regions,
                                            SmallVectorImpl<Type> &types) {
  Adaptor op(operands, attributes, properties, regions);
  auto type = cast<RankedTensorType>(op.getInput().getType());
  ArrayRef<int64_t> permutation = op.getPermutation();
  if (static_cast<int64_t>(permutation.size()) != type.getRank() ||
      !isPermutationVector(permutation))
    return emitOptionalError(
        loc, "'weft.transpose' op expects permutation to name each axis once, got ",
        permutation.size(), " entries for rank ", type.getRank(), " (transpose.C1)");
  SmallVector<SizeAttr> sizes;
  for (int64_t axis : permutation)
    sizes.push_back(getDimSize(type, axis));
  types.push_back(getTensorType(sizes, type.getElementType()));
  return success();
}

LogicalResult ReshapeOp::verify() {
  auto input = cast<RankedTensorType>(getInput().getType()),
       result = cast<RankedTensorType>(getType());
  if (input.getElementType() != result.getElementType())
    return emitOpError("expects one element type, got ")
           << input.getElementType() << " vs " << result.getElementType() << " (reshape.C1)";
  // The products of the static sizes between bounded ones must agree, and so must the bounded ones.
  auto groups = [](RankedTensorType type) {
    SmallVector<int64_t> products{1};
    SmallVector<SizeAttr> bounded;
    for (SizeAttr size : getDimSizes(type)) {
      if (size.isConstant()) {
        products.back() *= size.getOffset();
      } else {
        bounded.push_back(size);
        products.push_back(1);
      }
    }
    return std::pair(products, bounded);
  };
  if (groups(input) != groups(result))
    return emitOpError("expects the same number of elements around each bounded size, got ")
           << formatShape(input) << " vs " << formatShape(result) << " (reshape.C2)";
  return success();
}

LogicalResult SliceOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                        ValueRange operands, DictionaryAttr attributes,
                                        OpaqueProperties properties, RegionRange regions,
                                        SmallVectorImpl<Type> &types) {
  Adaptor op(operands, attributes, properties, regions);
  auto type = cast<RankedTensorType>(op.getInput().getType());
  int64_t axis = op.getAxis(), start = op.getStart(), length = op.getLength();
  if (!isAxis(axis, type))
    return emitOptionalError(loc, "'weft.slice' op expects axis to be less than the rank, got ",
                             axis, " vs ", type.getRank(), " (slice.C1)");
  SizeAttr size = getDimSize(type, axis);
  int64_t least = size.getOffset(); // a symbol may be 0
  if (start < 0 || length < 0 || start + length > least)
    return emitOptionalError(
        loc, "'weft.slice' op expects start and length to lie inside the axis, got ", start,
        " and ", length, " vs ", size.str(), " (slice.C2)");
  SmallVector<SizeAttr> sizes = getDimSizes(type);
  sizes[axis] = SizeAttr::get(type.getContext(), length);
  types.push_back(getTensorType(sizes, type.getElementType()));
  return success();
}

/// Shapes equal but for one axis.
static bool differOnlyAt(int64_t axis, RankedTensorType a, RankedTensorType b) {
  if (a.getRank() != b.getRank() || a.getElementType() != b.getElementType())
    return false;
  for (int64_t dim = 0; dim < a.getRank(); ++dim)
    if (dim != axis && getDimSize(a, dim) != getDimSize(b, dim))
      return false;
  return true;
}

/// tail and head: the result is a part of the input along one axis.
template <typename Op> static LogicalResult verifyPart(Op op, StringRef name) {
  auto input = cast<RankedTensorType>(op.getInput().getType()),
       result = cast<RankedTensorType>(op.getType());
  int64_t axis = op.getAxis();
  if (!isAxis(axis, input))
    return op.emitOpError("expects axis to be less than the rank, got ")
           << axis << " vs " << input.getRank() << " (" << name << ".C1)";
  if (!differOnlyAt(axis, input, result))
    return op.emitOpError("expects the result to differ from input only in the size of axis ")
           << axis << ", got " << formatShape(result) << " vs " << formatShape(input) << " ("
           << name << ".C2)";
  SizeAttr from = getDimSize(input, axis), to = getDimSize(result, axis);
  if (to.isConstant() && to.getOffset() > from.getMaximum())
    return op.emitOpError("expects the result's axis to be at most the input's, got ")
           << to.str() << " vs " << from.str() << " (" << name << ".C3)";
  return success();
}

LogicalResult TailOp::verify() { return verifyPart(*this, "tail"); }
LogicalResult HeadOp::verify() { return verifyPart(*this, "head"); }

LogicalResult PadOp::verify() {
  auto input = cast<RankedTensorType>(getInput().getType()),
       result = cast<RankedTensorType>(getType());
  int64_t axis = getAxis(), start = getStart();
  if (!isAxis(axis, input))
    return emitOpError("expects axis to be less than the rank, got ")
           << axis << " vs " << input.getRank() << " (pad.C1)";
  if (!differOnlyAt(axis, input, result))
    return emitOpError("expects the result to differ from input only in the size of axis ")
           << axis << ", got " << formatShape(result) << " vs " << formatShape(input)
           << " (pad.C2)";
  if (start < 0 || (getAtEnd() && start != 0))
    return emitOpError("expects either start >= 0 or at_end, got start ") << start << " (pad.C3)";
  SizeAttr from = getDimSize(input, axis), to = getDimSize(result, axis);
  if (from.isConstant() && to.isConstant() && start + from.getOffset() > to.getOffset())
    return emitOpError("expects the result's axis to hold the input's, got ")
           << to.str() << " vs " << start << " + " << from.str() << " (pad.C4)";
  return success();
}

LogicalResult ConcatOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                         ValueRange operands, DictionaryAttr attributes,
                                         OpaqueProperties properties, RegionRange regions,
                                         SmallVectorImpl<Type> &types) {
  Adaptor op(operands, attributes, properties, regions);
  if (op.getInputs().empty())
    return emitOptionalError(loc, "'weft.concat' op expects at least one input (concat.C1)");
  auto first = cast<RankedTensorType>(op.getInputs().front().getType());
  int64_t axis = op.getAxis();
  if (!isAxis(axis, first))
    return emitOptionalError(loc, "'weft.concat' op expects axis to be less than the rank, got ",
                             axis, " vs ", first.getRank(), " (concat.C2)");
  int64_t constant = 0;
  SizeAttr symbolic;
  for (Value input : op.getInputs()) {
    auto type = cast<RankedTensorType>(input.getType());
    if (!differOnlyAt(axis, first, type))
      return emitOptionalError(loc, "'weft.concat' op expects inputs to differ only in axis ", axis,
                               ", got ", formatShape(first), " vs ", formatShape(type),
                               " (concat.C3)");
    SizeAttr size = getDimSize(type, axis);
    constant += size.getOffset();
    if (!size.isConstant() && symbolic)
      return emitOptionalError(
          loc, "'weft.concat' op expects at most one bounded size on the axis, got ",
          symbolic.str(), " and ", size.str(), " (concat.C4)");
    if (!size.isConstant())
      symbolic = size;
  }
  SmallVector<SizeAttr> sizes = getDimSizes(first);
  sizes[axis] = symbolic ? symbolic.plus(constant - symbolic.getOffset())
                         : SizeAttr::get(first.getContext(), constant);
  types.push_back(getTensorType(sizes, first.getElementType()));
  return success();
}

LogicalResult BroadcastOp::verify() {
  auto input = cast<RankedTensorType>(getInput().getType()),
       result = cast<RankedTensorType>(getType());
  ArrayRef<int64_t> dims = getDims();
  if (input.getElementType() != result.getElementType())
    return emitOpError("expects one element type, got ")
           << input.getElementType() << " vs " << result.getElementType() << " (broadcast.C1)";
  bool ascending = static_cast<int64_t>(dims.size()) == input.getRank();
  for (size_t i = 0; i < dims.size(); ++i)
    ascending &= isAxis(dims[i], result) && (i == 0 || dims[i - 1] < dims[i]);
  if (!ascending)
    return emitOpError("expects dims to be one ascending result axis for each input axis, got ")
           << dims.size() << " entries for input " << formatShape(input) << " and result "
           << formatShape(result) << " (broadcast.C2)";
  for (auto [i, dim] : llvm::enumerate(dims))
    if (getDimSize(input, i) != getDimSize(result, dim))
      return emitOpError("expects input axis ")
             << i << " and result axis " << dim << " to have one size, got "
             << getDimSize(input, i).str() << " vs " << getDimSize(result, dim).str()
             << " (broadcast.C3)";
  return success();
}

LogicalResult WindowOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                         ValueRange operands, DictionaryAttr attributes,
                                         OpaqueProperties properties, RegionRange regions,
                                         SmallVectorImpl<Type> &types) {
  Adaptor op(operands, attributes, properties, regions);
  auto type = cast<RankedTensorType>(op.getInput().getType());
  int64_t axis = op.getAxis(), length = op.getLength();
  if (!isAxis(axis, type))
    return emitOptionalError(loc, "'weft.window' op expects axis to be less than the rank, got ",
                             axis, " vs ", type.getRank(), " (window.C1)");
  SizeAttr size = getDimSize(type, axis);
  if (length < 1 || length > size.getOffset() + (size.isConstant() ? 0 : 1))
    return emitOptionalError(loc,
                             "'weft.window' op expects length to be between 1 and the axis, got ",
                             length, " vs ", size.str(), " (window.C2)");
  SmallVector<SizeAttr> sizes = getDimSizes(type);
  sizes[axis] = size.plus(1 - length);
  sizes.insert(sizes.begin() + axis + 1, SizeAttr::get(type.getContext(), length));
  types.push_back(getTensorType(sizes, type.getElementType()));
  return success();
}

LogicalResult WindowSumOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                            ValueRange operands, DictionaryAttr attributes,
                                            OpaqueProperties properties, RegionRange regions,
                                            SmallVectorImpl<Type> &types) {
  Adaptor op(operands, attributes, properties, regions);
  auto type = cast<RankedTensorType>(op.getInput().getType());
  int64_t axis = op.getAxis();
  if (!isAxis(axis, type) || !isAxis(axis + 1, type))
    return emitOptionalError(
        loc,
        "'weft.window_sum' op expects axis and the one after it to be less than the rank, got ",
        axis, " vs ", type.getRank(), " (window_sum.C1)");
  SizeAttr offsets = getDimSize(type, axis + 1);
  if (!offsets.isConstant() || offsets.getOffset() < 1)
    return emitOptionalError(
        loc, "'weft.window_sum' op expects a constant window length of at least 1, got ",
        offsets.str(), " (window_sum.C2)");
  SmallVector<SizeAttr> sizes = getDimSizes(type);
  sizes[axis] = sizes[axis].plus(offsets.getOffset() - 1);
  sizes.erase(sizes.begin() + axis + 1);
  types.push_back(getTensorType(sizes, type.getElementType()));
  return success();
}

/// The words of what is wrong with `batch` common leading axes, empty if nothing is.
static std::string findBatchProblem(RankedTensorType a, RankedTensorType b, int64_t batch,
                                    StringRef label) {
  bool agrees = batch >= 0 && batch <= std::min(a.getRank(), b.getRank());
  for (int64_t axis = 0; agrees && axis < batch; ++axis)
    agrees = getDimSize(a, axis) == getDimSize(b, axis);
  if (agrees)
    return "";
  return "expects its operands to have " + std::to_string(batch) + " equal leading axes, got " +
         formatShape(a) + " vs " + formatShape(b) + " (" + label.str() + ")";
}

LogicalResult GatherOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                         ValueRange operands, DictionaryAttr attributes,
                                         OpaqueProperties properties, RegionRange regions,
                                         SmallVectorImpl<Type> &types) {
  Adaptor op(operands, attributes, properties, regions);
  auto input = cast<RankedTensorType>(op.getInput().getType()),
       indices = cast<RankedTensorType>(op.getIndices().getType());
  auto batch = static_cast<int64_t>(op.getBatch());
  std::string problem = findBatchProblem(input, indices, batch, "gather.C1");
  if (!problem.empty())
    return emitOptionalError(loc, "'weft.gather' op ", problem);
  if (batch >= input.getRank())
    return emitOptionalError(loc,
                             "'weft.gather' op expects input to have an axis after the batch, got ",
                             formatShape(input), " with batch ", batch, " (gather.C2)");
  SmallVector<SizeAttr> sizes = getDimSizes(indices);
  llvm::append_range(sizes, ArrayRef(getDimSizes(input)).drop_front(batch + 1));
  types.push_back(getTensorType(sizes, input.getElementType()));
  return success();
}

LogicalResult ScatterAddOp::verify() {
  auto updates = cast<RankedTensorType>(getUpdates().getType()),
       indices = cast<RankedTensorType>(getIndices().getType());
  auto result = cast<RankedTensorType>(getType());
  auto batch = static_cast<int64_t>(getBatch());
  std::string problem = findBatchProblem(result, indices, batch, "scatter_add.C1");
  if (!problem.empty())
    return emitOpError(problem);
  if (batch >= result.getRank())
    return emitOpError("expects the result to have an axis after the batch, got ")
           << formatShape(result) << " with batch " << batch << " (scatter_add.C2)";
  SmallVector<SizeAttr> expected = getDimSizes(indices);
  llvm::append_range(expected, ArrayRef(getDimSizes(result)).drop_front(batch + 1));
  if (getDimSizes(updates) != expected || updates.getElementType() != result.getElementType())
    return emitOpError("expects updates to have the shape of indices plus the result's features, ")
           << "got " << updates << " vs " << indices << " and " << result << " (scatter_add.C3)";
  return success();
}

} // namespace weft::ir
