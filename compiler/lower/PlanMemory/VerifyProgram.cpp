// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs programs on paper. Knows nothing of lifetimes: it follows which buffer's values the bytes
// hold.
#include "compiler/lower/PlanMemory/ProgramBuilder.h"

#include "compiler/support/Bytes.h"
#include "compiler/support/LaunchSizes.h"
#include "compiler/support/Loops.h"
#include "weft/abi/Exec.h"
#include "llvm/ADT/TypeSwitch.h"

#include <map>

using namespace mlir;

namespace weft::compiler {

#define GEN_PASS_DEF_VERIFYPROGRAMPASS
#include "compiler/lower/PlanMemory/Passes.h.inc"

namespace {

class PaperRun {
public:
  PaperRun(exec::ProgramOp program, SymbolTable &symbols, ArrayAttr sizeSymbols)
      : program(program), symbols(symbols), sizeSymbols(sizeSymbols) {}

  LogicalResult run();

private:
  struct Place {
    exec::BufferOp op;
    int64_t begin = 0, end = 0; // of the arena; both 0 elsewhere
    bool written = false;       // some step wrote it, or the caller did
    Place *taken = nullptr; // of a result: the argument that the caller may give it the bytes of
    bool isTaken = false;   // of an argument: the result that takes its bytes was written

    bool sharesBytes(const Place &other) const { return begin < other.end && other.begin < end; }
  };

  LogicalResult declare(exec::BufferOp op);
  /// Another buffer that wrote some of these bytes later, or null.
  exec::BufferOp findOverwriter(const Place &place) const;
  void takeBytes(const Place &place);
  LogicalResult checkSignature();
  LogicalResult checkTaken();
  LogicalResult runBlock(Block &block);
  LogicalResult read(Operation *step, unsigned operand, Value value);
  LogicalResult write(Operation *step, unsigned operand, Value value);
  LogicalResult launch(exec::LaunchOp op);
  LogicalResult loop(exec::ForOp op);
  Place &placeOf(Value value) {
    while (auto window = value.getDefiningOp<exec::WindowOp>())
      value = window.getBuffer();
    return places.find(value.getDefiningOp())->second;
  }

  exec::ProgramOp program;
  SymbolTable &symbols;
  ArrayAttr sizeSymbols;
  llvm::MapVector<Operation *, Place> places;
  /// Who wrote the arena last, from each key to the next one. A buffer's bytes are few pieces
  /// however many buffers lie there in turn, so that long programs are checked as fast as short
  /// ones.
  std::map<int64_t, exec::BufferOp> writers{{0, {}}};
  unsigned loops = 0; ///< around the step that runs
};

LogicalResult PaperRun::declare(exec::BufferOp op) {
  std::optional<int64_t> bytes = getBoundBytes(op.getType().getTensor());
  if (!bytes)
    return op.emitOpError("expects its tensor to take at most ")
           << largestBytes << " bytes at the bounds of its sizes, got "
           << ir::formatShape(op.getType().getTensor()) << " (program.C4)";
  int64_t offset = op.getOffset();
  bool arena = op.getKind() == exec::BufferKind::arena;
  if (arena && *bytes > int64_t(program.getArena()) - offset)
    return op.emitOpError("expects its ")
           << *bytes << " bytes to lie inside the arena of " << program.getArena()
           << " bytes, got offset " << op.getOffset() << " (program.C4)";
  Place place;
  place.op = op;
  if (arena) {
    place.begin = offset;
    place.end = offset + *bytes;
  }
  place.written =
      op.getKind() == exec::BufferKind::argument || op.getKind() == exec::BufferKind::constant;
  places.insert({op, std::move(place)});
  return success();
}

exec::BufferOp PaperRun::findOverwriter(const Place &place) const {
  if (place.begin == place.end)
    return {};
  for (auto piece = std::prev(writers.upper_bound(place.begin));
       piece != writers.end() && piece->first < place.end; ++piece)
    if (piece->second != place.op)
      return piece->second;
  return {};
}

void PaperRun::takeBytes(const Place &place) {
  if (place.begin == place.end)
    return;
  // Who goes on behind the end; then everything that begins inside goes.
  exec::BufferOp behind = std::prev(writers.upper_bound(place.end))->second;
  writers.erase(writers.lower_bound(place.begin), writers.upper_bound(place.end));
  writers[place.begin] = place.op;
  writers[place.end] = behind;
}

LogicalResult PaperRun::checkSignature() {
  auto check = [&](StringRef name, exec::BufferKind kind) -> LogicalResult {
    auto descriptions = program->getAttrOfType<ArrayAttr>(name);
    size_t count =
        llvm::count_if(places, [&](auto &entry) { return entry.second.op.getKind() == kind; });
    if (descriptions && descriptions.size() == count)
      return success();
    return program.emitOpError("expects ")
           << name << " to describe each " << exec::stringifyBufferKind(kind) << " buffer, got "
           << (descriptions ? descriptions.size() : 0) << " vs " << count << " (program.C5)";
  };
  return success(succeeded(check(argumentsAttrName, exec::BufferKind::argument)) &&
                 succeeded(check(resultsAttrName, exec::BufferKind::result)));
}

/// Connects results with the arguments whose bytes they may take.
LogicalResult PaperRun::checkTaken() {
  SmallVector<Place *> arguments, results;
  for (auto &[op, place] : places) {
    if (place.op.getKind() == exec::BufferKind::argument)
      arguments.push_back(&place);
    if (place.op.getKind() == exec::BufferKind::result)
      results.push_back(&place);
  }
  DenseSet<Place *> taken;
  for (auto [description, result] :
       llvm::zip_equal(program->getAttrOfType<ArrayAttr>(resultsAttrName), results)) {
    auto number = cast<DictionaryAttr>(description).getAs<IntegerAttr>(takesAttrName);
    if (!number)
      continue;
    uint64_t i = number.getValue().getZExtValue();
    result->taken = i < arguments.size() ? arguments[i] : nullptr;
    RankedTensorType type = result->op.getType().getTensor();
    if (!result->taken || !taken.insert(result->taken).second || !type.hasStaticShape() ||
        result->taken->op.getType() != result->op.getType())
      return result->op.emitOpError("expects ")
             << takesAttrName << " to be the number of an argument of the same type, of constant "
             << "sizes, that no other result takes, got " << i << " (program.C14)";
  }
  return success();
}

LogicalResult PaperRun::run() {
  Block &body = program.getBody().front();
  for (auto op : body.getOps<exec::BufferOp>())
    if (failed(declare(op)))
      return failure();
  if (failed(checkSignature()) || failed(checkTaken()) || failed(runBlock(body)))
    return failure();
  for (auto &[op, place] : places)
    if (place.op.getKind() == exec::BufferKind::result && !place.written)
      return place.op.emitOpError("expects every result to be written (program.C6)");
  return success();
}

LogicalResult PaperRun::runBlock(Block &block) {
  for (Operation &step : block) {
    LogicalResult result = TypeSwitch<Operation *, LogicalResult>(&step)
                               .Case([&](exec::LaunchOp op) { return launch(op); })
                               .Case([&](exec::CopyOp op) {
                                 return success(succeeded(read(op, 0, op.getSource())) &&
                                                succeeded(write(op, 1, op.getDestination())));
                               })
                               .Case([&](exec::SetSizeOp op) { return read(op, 0, op.getValue()); })
                               .Case([&](exec::ForOp op) { return loop(op); })
                               .Default(success());
    if (failed(result))
      return failure();
  }
  return success();
}

LogicalResult PaperRun::read(Operation *step, unsigned operand, Value value) {
  Place &place = placeOf(value);
  if (!place.written) {
    InFlightDiagnostic error = step->emitOpError("expects operand ")
                               << operand << " to be written before it is read (program.C7)";
    error.attachNote(place.op.getLoc()) << "the buffer is declared here";
    return error;
  }
  if (place.isTaken)
    return step->emitOpError("expects operand ")
           << operand << " to be read before the result that takes its bytes is written "
           << "(program.C14)";
  if (exec::BufferOp overwriter = findOverwriter(place)) {
    InFlightDiagnostic error =
        step->emitOpError("expects operand ")
        << operand << " to still hold its values, got the bytes of another buffer (program.C8)";
    error.attachNote(place.op.getLoc()) << "the buffer that is read, at " << place.begin;
    error.attachNote(overwriter.getLoc())
        << "the buffer that was written since, at " << overwriter.getOffset();
    return error;
  }
  return success();
}

LogicalResult PaperRun::write(Operation *step, unsigned operand, Value value) {
  Place &place = placeOf(value);
  if (place.op.getKind() == exec::BufferKind::argument ||
      place.op.getKind() == exec::BufferKind::constant)
    return step->emitOpError("expects to write only results and the arena, got ")
           << exec::stringifyBufferKind(place.op.getKind()) << " buffer as operand " << operand
           << " (program.C9)";
  place.written = true;
  if (place.taken)
    place.taken->isTaken = true;
  takeBytes(place);
  return success();
}

LogicalResult PaperRun::launch(exec::LaunchOp op) {
  auto kernel = symbols.lookup<tile::KernelOp>(op.getKernel());
  if (!kernel)
    return op.emitOpError("expects the kernel to be a tile.kernel, got ")
           << op.getKernelAttr() << " (program.C10)";
  if (failed(verifyLaunchSizes(op, op.getSizes(), kernel.getSizes(), sizeSymbols, "program.C13")))
    return failure();
  auto isWritten = [&](unsigned i) { return llvm::is_contained(kernel.getWrites(), int64_t(i)); };
  for (auto [i, buffer] : llvm::enumerate(op.getBuffers()))
    if (!isWritten(i) && failed(read(op, i, buffer)))
      return failure();
  for (auto [i, buffer] : llvm::enumerate(op.getBuffers()))
    if (isWritten(i) && failed(write(op, i, buffer)))
      return failure();
  // Tasks run in any order, so an array that one of them writes may not be read by another under a
  // second name.
  for (auto [i, buffer] : llvm::enumerate(op.getBuffers()))
    for (auto [j, other] : llvm::enumerate(op.getBuffers())) {
      if (i == j || !isWritten(i))
        continue;
      Place &place = placeOf(buffer), &second = placeOf(other);
      if (buffer.getDefiningOp<exec::WindowOp>() && isSamePart(buffer, other) && !isWritten(j) &&
          mayWorkInPlace(kernel, j, i))
        continue;
      if (place.op == second.op || place.sharesBytes(second))
        return op.emitOpError(
                   "expects the arrays it writes to share no bytes with its others, got operands ")
               << i << " and " << j << " (program.C11)";
      if (place.taken == &second && !mayWorkInPlace(kernel, j, i))
        return op.emitOpError("expects a kernel that works in place, since operand ")
               << i << " may take the bytes of operand " << j << " (program.C14)";
    }
  return success();
}

LogicalResult PaperRun::loop(exec::ForOp op) {
  // The runtime's limit also bounds the time taken here, which doubles with every loop.
  if (loops == WEFT_EXEC_MAX_LOOPS)
    return op.emitOpError("expects to lie in fewer than ")
           << WEFT_EXEC_MAX_LOOPS << " loops, got " << loops << " (program.C12)";
  if (op->hasAttr(parallelAttrName) && failed(verifyTurns(op, loops, symbols)))
    return failure();
  ++loops;
  Block &body = op.getBody().front();
  // The second time around finds what the first one leaves behind.
  LogicalResult result = success(succeeded(runBlock(body)) && succeeded(runBlock(body)));
  --loops;
  return result;
}

struct VerifyProgram : impl::VerifyProgramPassBase<VerifyProgram> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    auto sizeSymbols = getOperation()->getAttrOfType<ArrayAttr>("weft.symbols");
    for (auto program : getOperation().getOps<exec::ProgramOp>())
      if (failed(PaperRun(program, symbols, sizeSymbols).run()))
        return signalPassFailure();
    markAllAnalysesPreserved();
  }
};

} // namespace
} // namespace weft::compiler
