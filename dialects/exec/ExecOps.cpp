// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers of the exec ops. The labels in brackets are those of docs/spec/exec.md.
#include "dialects/exec/ExecDialect.h"

#define GET_OP_CLASSES
#include "dialects/exec/ExecOps.cpp.inc"

using namespace mlir;

namespace weft::exec {

namespace {

/// Bytes at which the runtime and the kernels expect buffers to start (abi/Kernel.h).
constexpr int64_t alignment = 64;

/// On loops: turns may run at the same time (compiler/support/Loops.h).
constexpr StringLiteral parallelAttrName = "weft.parallel";

RankedTensorType getTensor(Type type) {
  if (auto buffer = dyn_cast<BufferType>(type))
    return buffer.getTensor();
  return cast<RankedTensorType>(type);
}

/// Two shapes hold equally many elements at all sizes if their constant parts do and both have as
/// many run-time dimensions: other names of bytes keep a run-time dimension whole.
LogicalResult checkSameBytes(Operation *op, RankedTensorType from, RankedTensorType to,
                             StringRef label) {
  auto measure = [](RankedTensorType type) {
    int64_t constant = 1, dynamic = 0;
    for (int64_t size : type.getShape())
      (ShapedType::isDynamic(size) ? dynamic : constant) =
          ShapedType::isDynamic(size) ? dynamic + 1 : constant * size;
    return std::make_pair(constant, dynamic);
  };
  if (from.getElementType() != to.getElementType())
    return op->emitOpError("expects both element types to be equal, got ")
           << from.getElementType() << " vs " << to.getElementType() << " (" << label << ".C1)";
  if (measure(from) != measure(to))
    return op->emitOpError("expects both shapes to hold the same elements, got ")
           << from << " vs " << to << " (" << label << ".C2)";
  return success();
}

/// The element type of an array argument of a kernel: the only type its own type mentions. The
/// kernel belongs to another dialect, of which exec knows no more than that.
Type getArrayElement(Type array) {
  Type element;
  array.walkImmediateSubElements([](Attribute) {}, [&](Type inner) { element = inner; });
  return element;
}

/// Checks a use of a kernel by dispatch or launch. Once kernels are machine code (functions without
/// an index argument) there is nothing left to compare.
LogicalResult checkKernel(Operation *op, FlatSymbolRefAttr name, ArrayRef<Type> arrays,
                          std::optional<ArrayAttr> sizes, std::optional<unsigned> firstResult,
                          SymbolTableCollection &symbols) {
  StringRef label = op->getName().stripDialect();
  Operation *kernel = symbols.lookupNearestSymbolFrom(op, name);
  if (!kernel || kernel->getNumRegions() != 1)
    return op->emitOpError("expects its kernel to be in the module, got ")
           << name << " (" << label << ".C1)";
  Region &body = kernel->getRegion(0);
  if (body.empty() || body.front().getNumArguments() == 0 ||
      !body.front().getArguments().back().getType().isIndex())
    return success();
  auto emit = [&] {
    InFlightDiagnostic error = op->emitOpError("expects ");
    error.attachNote(kernel->getLoc()) << "the kernel is here";
    return error;
  };
  BlockArgument task = body.front().getArguments().back();
  if (task.getArgNumber() != arrays.size())
    return emit() << "as many arrays as its kernel has, got " << arrays.size() << " vs "
                  << task.getArgNumber() << " (" << label << ".C2)";
  for (auto [i, array] : llvm::enumerate(arrays)) {
    Type element = getArrayElement(body.front().getArgument(i).getType());
    if (element != getTensor(array).getElementType())
      return emit() << "array " << i << " to have the element type of its kernel, got "
                    << getTensor(array).getElementType() << " vs " << element << " (" << label
                    << ".C3)";
  }
  auto bounds = kernel->getAttrOfType<DenseI64ArrayAttr>("sizes");
  if (size_t given = sizes ? sizes->size() : 0, expected = bounds ? bounds.size() : 0;
      given != expected)
    return emit() << "as many sizes as its kernel has, got " << given << " vs " << expected << " ("
                  << label << ".C5)";
  auto writes = kernel->getAttrOfType<DenseI64ArrayAttr>("writes");
  for (unsigned i = 0; firstResult && writes && i < arrays.size(); ++i)
    if (llvm::is_contained(writes.asArrayRef(), int64_t(i)) != (i >= *firstResult))
      return emit() << "its kernel to write exactly the results, got "
                    << (i < *firstResult ? "a write to input " : "no write to array ") << i << " ("
                    << label << ".C4)";
  return success();
}

LogicalResult checkSize(Operation *op, int64_t bound, int64_t step, RankedTensorType value) {
  StringRef label = op->getName().stripDialect();
  if (bound < 0 || step < 1)
    return op->emitOpError("expects a bound of at least 0 and a step of at least 1, got ")
           << bound << " and " << step << " (" << label << ".C1)";
  if (!value.getElementType().isInteger(32) || !value.hasStaticShape() ||
      value.getNumElements() != 1)
    return op->emitOpError("expects its value to be one i32, got ")
           << value << " (" << label << ".C2)";
  return success();
}

/// True if `slice` is `whole` without axis 0. The encoding, which exec does not read, is left to
/// the planner.
bool isSlice(Type slice, Type whole) {
  auto part = cast<RankedTensorType>(slice), all = cast<RankedTensorType>(whole);
  return all.getRank() > 0 && part.getElementType() == all.getElementType() &&
         part.getShape() == all.getShape().drop_front();
}

/// True if a tensor is the first slots of `whole`, as many as that has more than there are steps.
bool isWindow(Type window, Type whole, Type stacked) {
  auto part = cast<RankedTensorType>(window), all = cast<RankedTensorType>(whole);
  if (part.getRank() != all.getRank() || all.getRank() == 0 ||
      part.getElementType() != all.getElementType() || part.isDynamicDim(0))
    return false;
  int64_t steps = cast<RankedTensorType>(stacked).getDimSize(0), slots = all.getDimSize(0);
  bool hasRoom =
      ShapedType::isDynamic(steps) ? all.isDynamicDim(0) : slots == steps + part.getDimSize(0);
  return hasRoom && part.getDimSize(0) > 0 &&
         part.getShape().drop_front() == all.getShape().drop_front();
}

} // namespace

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

LogicalResult DispatchOp::verifySymbolUses(SymbolTableCollection &symbols) {
  SmallVector<Type> arrays(getInputs().getTypes());
  llvm::append_range(arrays, getOutputs().getTypes());
  return checkKernel(*this, getKernelAttr(), arrays, getSizes(), getInputs().size(), symbols);
}

LogicalResult AliasOp::verify() {
  return checkSameBytes(*this, getInput().getType(), getResult().getType(), "alias");
}

LogicalResult LoopOp::verify() {
  Block &body = getBody().front();
  OperandRange yielded = body.getTerminator()->getOperands();
  size_t carried = getInitial().size();
  if (!llvm::equal(getCarried().getTypes(), getInitial().getTypes()))
    return emitOpError("expects carried results of the initial values' types, got ")
           << getCarried().getTypes() << " vs " << getInitial().getTypes() << " (loop.C1)";
  size_t moving = carried + getInputs().size(), buffers = getBuffers().size();
  size_t arguments = moving + getWindows().size() + 2 * buffers;
  if (body.getNumArguments() != arguments)
    return emitOpError("expects one block argument for each carried value, input and window, and "
                       "two for each buffer, got ")
           << body.getNumArguments() << " vs " << arguments << " (loop.C2)";
  size_t results = carried + getOutputs().size();
  if (yielded.size() != results + buffers)
    return emitOpError("expects one yielded value for each carried value, output and buffer, got ")
           << yielded.size() << " vs " << results + buffers << " (loop.C3)";
  for (auto [i, type] : llvm::enumerate(getInitial().getTypes()))
    if (body.getArgument(i).getType() != type || yielded[i].getType() != type)
      return emitOpError("expects carried value ")
             << i << " to keep its type " << type << ", got block argument "
             << body.getArgument(i).getType() << " and yielded " << yielded[i].getType()
             << " (loop.C4)";
  for (auto [i, type] : llvm::enumerate(getInputs().getTypes()))
    if (!isSlice(body.getArgument(carried + i).getType(), type))
      return emitOpError("expects the block argument of input ")
             << i << " to be " << type << " without axis 0, got "
             << body.getArgument(carried + i).getType() << " (loop.C5)";
  for (auto [i, type] : llvm::enumerate(getOutputs().getTypes()))
    if (!isSlice(yielded[carried + i].getType(), type))
      return emitOpError("expects the yielded value of output ")
             << i << " to be " << type << " without axis 0, got " << yielded[carried + i].getType()
             << " (loop.C6)";
  SmallVector<Type> stacked(getInputs().getTypes());
  llvm::append_range(stacked, getOutputs().getTypes());
  if (stacked.empty())
    return emitOpError("expects an input or an output, whose axis 0 is the number of iterations "
                       "(loop.C7)");
  for (Type type : stacked)
    if (getTensor(type).getDimSize(0) != getTensor(stacked.front()).getDimSize(0))
      return emitOpError("expects axis 0 of all inputs and outputs to be equal, got ")
             << stacked.front() << " vs " << type << " (loop.C8)";
  if (!llvm::equal(getBuffers().getTypes(), getChanged().getTypes()))
    return emitOpError("expects buffers to keep their types, got ")
           << getChanged().getTypes() << " vs " << getBuffers().getTypes() << " (loop.C9)";
  SmallVector<Type> wholes(getWindows().getTypes());
  llvm::append_range(wholes, getBuffers().getTypes());
  for (auto [i, whole] : llvm::enumerate(wholes)) {
    Type window = body.getArgument(moving + i).getType();
    if (!isWindow(window, whole, stacked.front()))
      return emitOpError("expects the block argument of window ")
             << i << " to be as many slots of " << whole << " as it has more than there are steps, "
             << "got " << window << " (loop.C10)";
    if (i < getWindows().size())
      continue;
    size_t buffer = i - getWindows().size();
    Type slot = body.getArgument(moving + wholes.size() + buffer).getType();
    Type stored = yielded[results + buffer].getType();
    if (!isSlice(slot, whole) || (stored != slot && stored != window))
      return emitOpError("expects the second block argument of buffer ")
             << buffer << " to be one slot of " << whole
             << " and the yielded value to be of one of "
             << "its arguments' types, got " << slot << " and " << stored << " (loop.C11)";
  }
  if ((*this)->hasAttr(parallelAttrName) && (carried > 0 || buffers > 0 || getReverse()))
    return emitOpError("expects turns that see nothing of each other to be weft.parallel, got ")
           << carried << " carried values and " << buffers << " buffers"
           << (getReverse() ? ", in reverse" : "") << " (loop.C12)";
  return success();
}

LogicalResult BindSizeOp::verify() {
  return checkSize(*this, getBound(), getStep(), getValue().getType());
}

/// The runtime hands the turns of one loop out, not of loops inside of each other; and what a turn
/// decides would hold for the others.
static LogicalResult checkParallel(ForOp loop) {
  WalkResult walk = loop.getBody().walk([&](Operation *op) {
    auto inner = dyn_cast<ForOp>(op);
    return WalkResult(failure(isa<SetSizeOp>(op) || (inner && inner->hasAttr(parallelAttrName))));
  });
  if (walk.wasInterrupted())
    return loop.emitOpError("expects neither a set_size nor another parallel loop in a parallel "
                            "one (for.C2)");
  return success();
}

LogicalResult ProgramOp::verify() {
  if (int64_t(getArena()) < 0 || getArena() % alignment != 0)
    return emitOpError("expects an arena of a multiple of ")
           << alignment << " bytes, got " << int64_t(getArena()) << " (program.C1)";
  // The runtime finds arguments and results by position (abi/Exec.def).
  auto rank = [](BufferKind kind) { return std::min(unsigned(kind), unsigned(BufferKind::arena)); };
  BufferOp before;
  bool steps = false;
  for (Operation &op : getBody().front()) {
    if (!isa<BufferOp>(op)) {
      steps = true;
      continue;
    }
    auto buffer = cast<BufferOp>(op);
    if (steps || (before && rank(buffer.getKind()) < rank(before.getKind())))
      return buffer.emitOpError("expects buffers before steps: arguments, then results, then the "
                                "others (program.C2)");
    before = buffer;
  }
  WalkResult walk = getBody().walk([&](Operation *op) {
    LogicalResult result = success();
    if (op->getDialect() != getOperation()->getDialect())
      result = op->emitOpError("expects only exec ops in a program (program.C3)");
    if (auto loop = dyn_cast<ForOp>(op);
        loop && loop.getSymbol().empty() && int64_t(loop.getOffset()) < 0)
      result = loop.emitOpError("expects at least 0 iterations, got ")
               << int64_t(loop.getOffset()) << " (for.C1)";
    if (auto loop = dyn_cast<ForOp>(op); loop && loop->hasAttr(parallelAttrName))
      result = checkParallel(loop);
    if (auto size = dyn_cast<SetSizeOp>(op))
      result =
          checkSize(size, size.getBound(), size.getStep(), getTensor(size.getValue().getType()));
    return failed(result) ? WalkResult::interrupt() : WalkResult::advance();
  });
  return failure(walk.wasInterrupted());
}

LogicalResult BufferOp::verify() {
  bool placed = getKind() == BufferKind::arena || getKind() == BufferKind::constant;
  if (int64_t(getOffset()) < 0 || getOffset() % alignment != 0 || (!placed && getOffset() != 0))
    return emitOpError("expects an offset that is a multiple of ")
           << alignment << ", and 0 outside the arena and the constants, got "
           << int64_t(getOffset()) << " (buffer.C1)";
  if ((getKind() == BufferKind::constant) != getValue().has_value())
    return emitOpError("expects a value exactly if it is a constant (buffer.C2)");
  if (getValue() && getValue()->getShapedType() != getType().getTensor())
    return emitOpError("expects its value to have the type of the buffer, got ")
           << getValue()->getShapedType() << " vs " << getType().getTensor() << " (buffer.C3)";
  return success();
}

LogicalResult WindowOp::verify() {
  uint64_t nesting = 0;
  for (Operation *loop = (*this)->getParentOp(); isa_and_nonnull<ForOp>(loop);
       loop = loop->getParentOp())
    ++nesting;
  if (getDepth() >= nesting)
    return emitOpError("expects its depth to be that of an enclosing exec.for, got ")
           << int64_t(getDepth()) << " inside " << nesting << " (window.C1)";
  auto outer = getBuffer().getDefiningOp<WindowOp>();
  if (outer && (outer.getBuffer().getDefiningOp<WindowOp>() || outer.getDepth() >= getDepth()))
    return emitOpError("expects to move on a buffer, or on one window of a loop further out "
                       "(window.C2)");
  RankedTensorType whole = getTensor(getBuffer().getType()), part = getTensor(getType());
  if (whole.getElementType() != part.getElementType())
    return emitOpError("expects the element type of its buffer, got ")
           << part.getElementType() << " vs " << whole.getElementType() << " (window.C3)";
  if (!part.hasStaticShape())
    return emitOpError("expects a constant shape, got ") << part << " (window.C4)";
  return success();
}

LogicalResult LaunchOp::verifySymbolUses(SymbolTableCollection &symbols) {
  if (int64_t(getTasks()) < 0)
    return emitOpError("expects at least 0 tasks, got ") << int64_t(getTasks()) << " (launch.C4)";
  return checkKernel(*this, getKernelAttr(), SmallVector<Type>(getBuffers().getTypes()), getSizes(),
                     std::nullopt, symbols);
}

LogicalResult CopyOp::verify() {
  return checkSameBytes(*this, getTensor(getSource().getType()),
                        getTensor(getDestination().getType()), "copy");
}

} // namespace weft::exec
