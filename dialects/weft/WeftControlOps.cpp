// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers of WeftControlOps.td. The labels in brackets are those of docs/spec/weft.md.
#include "dialects/weft/WeftDialect.h"

#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace weft::ir {

LogicalResult ParamOp::verify() {
  auto type = cast<RankedTensorType>(getType());
  if (!type.hasStaticShape())
    return emitOpError("expects a static shape, got ") << formatShape(type) << " (param.C1)";
  StringRef init = getInit();
  if (!llvm::is_contained({"zeros", "ones", "constant", "normal", "uniform"}, init))
    return emitOpError("expects init to be zeros, ones, constant, normal or uniform, got '")
           << init << "' (param.C2)";
  double scale = getScale().convertToDouble();
  bool spread = init == "normal" || init == "uniform";
  if (!std::isfinite(scale) || (spread && scale < 0))
    return emitOpError("expects scale to be finite, and at least 0 for ")
           << init << ", got " << scale << " (param.C3)";
  if (getLow() && getHigh() && !(getLow()->convertToDouble() <= getHigh()->convertToDouble()))
    return emitOpError("expects low to be at most high, got ")
           << getLow()->convertToDouble() << " vs " << getHigh()->convertToDouble()
           << " (param.C4)";
  return success();
}

LogicalResult StateOp::verify() {
  for (auto [dim, size] : llvm::enumerate(getDimSizes(cast<RankedTensorType>(getType()))))
    if (!size.isConstant() && size.getOffset() != 0)
      return emitOpError("expects bounded axis ")
             << dim << " to be a symbol alone, so that it can start at size 0, got " << size.str()
             << " (state.C1)";
  return success();
}

LogicalResult SizeOp::verify() {
  if (cast<RankedTensorType>(getType()).getRank() != 0)
    return emitOpError("expects the result to be tensor<i32>, got ")
           << getType() << " (size_of.C1)";
  return success();
}

LogicalResult SetSizeOp::verify() {
  if (cast<RankedTensorType>(getValue().getType()).getRank() != 0)
    return emitOpError("expects the value to be tensor<i32>, got ")
           << getValue().getType() << " (set_size.C1)";
  if (getSize().isConstant() || getSize().getOffset() != 0)
    return emitOpError("expects the size to be a symbol alone, got ")
           << getSize().str() << " (set_size.C2)";
  return success();
}

/// The type of one step's slice: axis 0 removed.
static RankedTensorType dropAxis0(RankedTensorType type) {
  return getTensorType(ArrayRef(getDimSizes(type)).drop_front(), type.getElementType());
}

SizeAttr ScanOp::getTrips() {
  return getDimSize(cast<RankedTensorType>(getInputs().front().getType()), 0);
}

/// How many slots of a tensor of L + T slots a step sees, L; nothing if there is no such L.
static std::optional<int64_t> getWindowLength(RankedTensorType type, SizeAttr trips) {
  if (type.getRank() < 1)
    return std::nullopt;
  SizeAttr slots = getDimSize(type, 0);
  int64_t length = slots.getOffset() - trips.getOffset();
  if (length < 1 || trips.plus(length) != slots)
    return std::nullopt;
  return length;
}

/// The first slots of a tensor, as many as `length` says.
static RankedTensorType getWindowType(RankedTensorType type, int64_t length) {
  SmallVector<SizeAttr> sizes = getDimSizes(type);
  sizes.front() = SizeAttr::get(type.getContext(), length);
  return getTensorType(sizes, type.getElementType());
}

LogicalResult ScanOp::verify() {
  if (getInputs().empty())
    return emitOpError("expects at least one input to count the steps (scan.C1)");
  SizeAttr trips;
  for (auto [i, input] : llvm::enumerate(getInputs())) {
    auto type = cast<RankedTensorType>(input.getType());
    if (type.getRank() < 1)
      return emitOpError("expects input ")
             << i << " to have an axis to run over, got " << type << " (scan.C2)";
    if (trips && getDimSize(type, 0) != trips)
      return emitOpError("expects axis 0 of all inputs to have one size, got ")
             << trips.str() << " vs " << getDimSize(type, 0).str() << " of input " << i
             << " (scan.C2)";
    trips = getDimSize(type, 0);
  }
  if (getInitial().getTypes() != getCarried().getTypes())
    return emitOpError("expects carried results to have the types of the initial values, got ")
           << getCarried().getTypes() << " vs " << getInitial().getTypes() << " (scan.C3)";
  if (getMemories().getTypes() != getWritten().getTypes() ||
      getSums().getTypes() != getTotals().getTypes())
    return emitOpError("expects memories and sums to keep their types, got ")
           << getWritten().getTypes() << " and " << getTotals().getTypes() << " vs "
           << getMemories().getTypes() << " and " << getSums().getTypes() << " (scan.C8)";
  if (!getMemories().empty() && getReverse())
    return emitOpError("expects to run forwards with a memory, in which a step reads what steps "
                       "before it wrote, got reverse (scan.C10)");
  if ((*this)->hasAttr("weft.parallel") &&
      (getReverse() || !getInitial().empty() || !getMemories().empty() || !getSums().empty()))
    return emitOpError("expects steps that see nothing of each other to be weft.parallel, got ")
           << getInitial().size() << " carried values, " << getMemories().size() << " memories and "
           << getSums().size() << " sums" << (getReverse() ? ", in reverse" : "") << " (scan.C11)";

  SmallVector<Type> arguments(getInitial().getTypes()), slots, added;
  for (Value input : getInputs())
    arguments.push_back(dropAxis0(cast<RankedTensorType>(input.getType())));
  for (auto [kind, values] : {std::pair<StringRef, ValueRange>("windows", getWindows()),
                              {"memory", getMemories()},
                              {"sums", getSums()}})
    for (auto [i, value] : llvm::enumerate(values)) {
      auto type = cast<RankedTensorType>(value.getType());
      std::optional<int64_t> length = getWindowLength(type, trips);
      if (!length)
        return emitOpError("expects axis 0 of ")
               << kind << ' ' << i << " to have at least " << trips.plus(1).str()
               << " slots, one for each of " << trips.str() << " steps and those that a step sees, "
               << "got " << type << " (scan.C9)";
      Type window = getWindowType(type, *length), slot = dropAxis0(type);
      arguments.push_back(kind == "sums" ? slot : window);
      if (kind == "memory")
        slots.push_back(slot);
      if (kind == "sums")
        added.push_back(window);
    }
  llvm::append_range(arguments, getCaptures().getTypes());
  Block &body = getBody().front();
  if (!llvm::equal(body.getArgumentTypes(), arguments))
    return emitOpError(
               "expects the region to take carried values, input slices, windows and captures: ")
           << arguments << ", got " << body.getArgumentTypes() << " (scan.C4)";

  SmallVector<Type> yielded(getInitial().getTypes());
  for (auto [i, output] : llvm::enumerate(getOutputs())) {
    auto type = cast<RankedTensorType>(output.getType());
    if (type.getRank() < 1 || getDimSize(type, 0) != trips)
      return emitOpError("expects output ") << i << " to be stacked along an axis 0 of size "
                                            << trips.str() << ", got " << type << " (scan.C5)";
    yielded.push_back(dropAxis0(type));
  }
  llvm::append_range(yielded, slots);
  llvm::append_range(yielded, added);
  Operation *terminator = body.getTerminator();
  if (!llvm::equal(terminator->getOperandTypes(), yielded)) {
    InFlightDiagnostic diagnostic =
        emitOpError("expects the region to yield carried values, output slices, slots of memories "
                    "and what is added to sums: ")
        << yielded << ", got " << terminator->getOperandTypes() << " (scan.C6)";
    diagnostic.attachNote(terminator->getLoc()) << "yielded here";
    return diagnostic;
  }

  llvm::SetVector<Value> outside;
  getUsedValuesDefinedAbove(getBody(), outside);
  if (!outside.empty()) {
    InFlightDiagnostic diagnostic = emitOpError(
        "expects the region to use only its arguments, got a value from outside (scan.C7)");
    diagnostic.attachNote(outside.front().getLoc())
        << "defined here; hand it in through `with(...)`";
    return diagnostic;
  }
  return success();
}

LogicalResult RecomputeOp::verify() {
  Block &body = getBody().front();
  if (!llvm::equal(body.getArgumentTypes(), getInputs().getTypes()))
    return emitOpError("expects the region to take the inputs: ")
           << getInputs().getTypes() << ", got " << body.getArgumentTypes() << " (recompute.C1)";
  Operation *terminator = body.getTerminator();
  if (!llvm::equal(terminator->getOperandTypes(), getResultTypes())) {
    InFlightDiagnostic diagnostic = emitOpError("expects the region to yield the results: ")
                                    << getResultTypes() << ", got " << terminator->getOperandTypes()
                                    << " (recompute.C2)";
    diagnostic.attachNote(terminator->getLoc()) << "yielded here";
    return diagnostic;
  }
  // A symbol that got its value anew would leave values of the old shape behind.
  for (auto setSize : body.getOps<SetSizeOp>())
    return setSize.emitOpError("expects to stand outside of weft.recompute, whose region is "
                               "computed twice (recompute.C3)");
  return success();
}

} // namespace weft::ir
