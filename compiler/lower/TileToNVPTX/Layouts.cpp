// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/TileToNVPTX/Layouts.h"
#include "compiler/lower/TileToNVPTX/TileToNVPTX.h"
#include "compiler/lower/TileToNVPTX/WarpGroups.h"
#include "compiler/support/Cause.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace weft::compiler {

namespace {

/// Hands out threads, the fastest first; those that are left hold copies.
struct Threads {
  SmallVector<tile::Digit> digits;
  int64_t left = gpuThreads;

  /// At most `most` threads along an axis of so many places; how many there are.
  int64_t take(int64_t axis, int64_t places, int64_t step, int64_t most) {
    int64_t count = std::min({left, most, int64_t(llvm::PowerOf2Ceil(places))});
    if (count > 1)
      digits.push_back({count, axis, step});
    left /= count;
    return count;
  }
  void finish() {
    if (left > 1)
      digits.push_back({left, tile::Digit::none, 0});
  }
};

void addRegisters(SmallVectorImpl<tile::Digit> &digits, int64_t count, int64_t axis, int64_t step) {
  if (count > 1)
    digits.push_back({count, axis, step});
}

} // namespace

tile::LayoutAttr getRowLayout(MLIRContext *context, ArrayRef<int64_t> shape, int64_t run,
                              int64_t mostColumns, int64_t count) {
  Threads threads;
  threads.left = count;
  SmallVector<tile::Digit> registers;
  if (!shape.empty()) {
    int64_t axis = shape.size() - 1, columns = shape.back();
    int64_t across = threads.take(axis, llvm::divideCeil(columns, run), run, mostColumns);
    addRegisters(registers, run, axis, 1);
    addRegisters(registers, llvm::divideCeil(columns, run * across), axis, run * across);
  }
  if (shape.size() == 2) {
    int64_t down = threads.take(0, shape[0], 1, count);
    addRegisters(registers, llvm::divideCeil(shape[0], down), 0, down);
  }
  threads.finish();
  return tile::LayoutAttr::get(context, threads.digits, registers);
}

tile::LayoutAttr getColumnLayout(MLIRContext *context, ArrayRef<int64_t> shape) {
  Threads threads;
  SmallVector<tile::Digit> registers;
  if (shape.size() == 2) {
    int64_t across = threads.take(1, shape[1], 1, gpuThreads);
    addRegisters(registers, llvm::divideCeil(shape[1], across), 1, across);
  }
  addRegisters(registers, shape[0], 0, 1);
  threads.finish();
  return tile::LayoutAttr::get(context, threads.digits, registers);
}

int64_t getRowRun(ArrayRef<int64_t> shape, int64_t threads) {
  if (shape.empty())
    return 1;
  int64_t run = 4, count = 1;
  for (int64_t extent : shape)
    count *= extent;
  while (run > 1 && (shape.back() % run != 0 || count < run * threads))
    run /= 2;
  return run;
}

bool usesTensorCores(tile::DotOp dot) {
  // An atom is 16 x 8 x 16: from half of it on.
  constexpr int64_t least = 8;
  auto sums = cast<RankedTensorType>(dot.getType());
  return isa<BFloat16Type, Float16Type>(dot.getFactorType(0).getElementType()) &&
         sums.getElementType().isF32() &&
         std::min({sums.getDimSize(0), sums.getDimSize(1), dot.getDepth()}) >= least;
}

tile::LayoutAttr getAccumulatorLayout(MLIRContext *context, ArrayRef<int64_t> shape,
                                      bool wholeRows) {
  constexpr int64_t atom = tile::BufferType::atom, warps = gpuThreads / 32;
  int64_t atomsDown = llvm::divideCeil(shape[0], atom),
          atomsAcross = llvm::divideCeil(shape[1], atom);
  // Warps that compute the same cost more than rows that are brought together to be reduced.
  wholeRows &= atomsDown % warps == 0;
  // Most warps first, then the fewest fragments of factors that a warp loads.
  int64_t down = 1, across = 1;
  for (int64_t d = 1; d <= warps; d *= 2)
    for (int64_t a = 1; a * d <= warps; a *= 2) {
      if (atomsDown % d != 0 || atomsAcross % a != 0 || (wholeRows && a > 1))
        continue;
      bool loadsLess = atomsDown / d + atomsAcross / a < atomsDown / down + atomsAcross / across;
      if (d * a > down * across || (d * a == down * across && loadsLess))
        std::tie(down, across) = std::pair(d, a);
    }
  Threads threads;
  threads.digits = {{4, 1, 2}, {8, 0, 1}};
  threads.left = warps;
  threads.take(0, down, atom, down);
  threads.take(1, across, atom, across);
  threads.finish();
  SmallVector<tile::Digit> registers = {{2, 1, 1}, {2, 0, 8}, {2, 1, 8}};
  addRegisters(registers, atomsAcross / across, 1, atom * across);
  addRegisters(registers, atomsDown / down, 0, atom * down);
  return tile::LayoutAttr::get(context, threads.digits, registers);
}

bool mayBeInPieces(tile::ViewOp view) {
  if (view.getStrides().size() != 2)
    return false;
  OpFoldResult across = getAsOpFoldResult(view.getStrides()[1]),
               down = getAsOpFoldResult(view.getStrides()[0]);
  if (isConstantIntValue(down, 1) && !isConstantIntValue(across, 1))
    std::swap(across, down);
  std::optional<int64_t> step = getConstantIntValue(across), line = getConstantIntValue(down);
  int64_t bytes = llvm::divideCeil(view.getType().getElement().getIntOrFloatBitWidth(), 8);
  return (!step || *step == 1) && (!line || *line * bytes % tile::BufferType::pieceBytes == 0);
}

/// What a buffer is there for, by who reads it.
static StringRef describeUse(tile::BufferOp buffer) {
  for (Operation *user : buffer->getUsers()) {
    if (auto stage = dyn_cast<tile::StageOp>(user))
      user = stage->use_empty() ? user : *stage->getUsers().begin();
    if (auto dot = dyn_cast<tile::DotOp>(user))
      return dot.getA() == buffer || dot.getA().getDefiningOp() == *buffer->getUsers().begin()
                 ? "the left factor of a product"
                 : "the right factor of a product";
  }
  return "what threads exchange";
}

/// Names the buffers that take the most.
static LogicalResult failSharedMemory(tile::KernelOp kernel, int64_t budget, int64_t bytes) {
  constexpr size_t most = 6;
  SmallVector<tile::BufferOp> buffers;
  kernel.walk([&](tile::BufferOp buffer) { buffers.push_back(buffer); });
  auto getBytes = [](tile::BufferOp buffer) {
    return buffer.getType().getByteSize() * int64_t(buffer.getStages());
  };
  llvm::stable_sort(buffers,
                    [&](tile::BufferOp a, tile::BufferOp c) { return getBytes(a) > getBytes(c); });
  InFlightDiagnostic error = kernel.emitOpError("expects its buffers to take at most ")
                             << budget << " bytes of shared memory, got " << bytes << " (nvptx.C1)";
  for (tile::BufferOp buffer : ArrayRef(buffers).take_front(most)) {
    tile::BufferType type = buffer.getType();
    Diagnostic &note = error.attachNote(buffer.getLoc());
    note << getBytes(buffer) << " bytes for " << describeUse(buffer) << ", " << type.getRows()
         << " x " << type.getColumns() << " of " << type.getElement();
    if (buffer.getStages() > 1)
      note << " in " << buffer.getStages() << " stages";
  }
  return markDoesNotFit(std::move(error), kernel.getSymNameAttr());
}

LogicalResult placeBuffers(tile::KernelOp kernel) {
  /// What a block of sm_80 may ask for.
  constexpr int64_t largestBlock = 163 * 1024;
  bool hasGroups = getConsumers(kernel) > 0 || hasGroupProducts(kernel);
  const int64_t sharedBudget = hasGroups ? largestGroupBlock : largestBlock;
  // Warp groups name their factors by places in which lines of 8 rows are whole.
  int64_t line = hasGroups ? tile::BufferType::period * tile::BufferType::lineBytes
                           : tile::BufferType::lineBytes;
  int64_t bytes = 0;
  kernel.walk([&](tile::BufferOp buffer) {
    tile::BufferType type = buffer.getType();
    bytes = llvm::alignTo(bytes, type.getSwizzled() ? line : 16);
    buffer.setOffset(bytes);
    bytes += type.getByteSize() * buffer.getStages();
  });
  return bytes > sharedBudget ? failSharedMemory(kernel, sharedBudget, bytes) : success();
}

LogicalResult checkConstants(tile::KernelOp kernel) {
  WalkResult result = kernel.walk([](arith::ConstantOp constant) -> WalkResult {
    if (isa<RankedTensorType>(constant.getType()) && !isa<SplatElementsAttr>(constant.getValue()))
      return constant.emitOpError("expects a tile constant to have one value in all elements, got ")
             << constant.getValue() << " (nvptx.C4)";
    return success();
  });
  return failure(result.wasInterrupted());
}

tile::LayoutAttr getLayout(Type tile) {
  return cast<tile::LayoutAttr>(cast<RankedTensorType>(tile).getEncoding());
}

int64_t getReach(tile::LayoutAttr layout, int64_t axis, int64_t number) {
  int64_t reach = layout.getOffsets(number)[axis];
  for (const tile::Digit &digit : layout.getThreads())
    if (digit.axis == axis)
      reach += (digit.size - 1) * digit.step;
  return reach;
}

bool hasCopies(tile::LayoutAttr layout) {
  return llvm::any_of(layout.getThreads(), [](const tile::Digit &digit) {
    return digit.axis == tile::Digit::none && digit.size > 1;
  });
}

static bool isUsedByOwner(Value tile) {
  return llvm::all_of(tile.getUsers(), [&](Operation *user) {
    if (isa<tile::StoreOp, tile::WriteOp>(user))
      return true;
    bool isElementwise = isa<arith::ArithDialect>(user->getDialect()) || isa<tile::MathOp>(user);
    auto type = isElementwise ? dyn_cast<RankedTensorType>(user->getResult(0).getType()) : nullptr;
    return type && getLayout(type) == getLayout(tile.getType()) &&
           isUsedByOwner(user->getResult(0));
  });
}

bool isLoadedByOwner(tile::LoadOp load) {
  auto array = cast<BlockArgument>(load.getView().getDefiningOp<tile::ViewOp>().getArray());
  auto kernel = load->getParentOfType<tile::KernelOp>();
  return llvm::is_contained(kernel.getWrites(), int64_t(array.getArgNumber())) &&
         hasCopies(getLayout(load.getType())) && isUsedByOwner(load.getResult());
}

bool isReadByOwner(tile::ReadOp read) {
  return hasCopies(getLayout(read.getType())) && isUsedByOwner(read.getResult());
}

RankedTensorType withLayout(Type tile, tile::LayoutAttr layout) {
  return cast<RankedTensorType>(tile).cloneWithEncoding(layout);
}

} // namespace weft::compiler
