// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/TileToNVPTX/SameThreads.h"

#include "compiler/lower/TileToNVPTX/Layouts.h"
#include "compiler/lower/TileToNVPTX/Ranges.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace weft::compiler {

/// The thread that owns each element of a tile, by row and column.
static std::map<std::array<int64_t, 2>, int64_t> getOwners(RankedTensorType type) {
  tile::LayoutAttr layout = getLayout(type);
  std::map<std::array<int64_t, 2>, int64_t> owners;
  int64_t threads = 1;
  for (const tile::Digit &digit : layout.getThreads())
    threads *= digit.size;
  for (int64_t thread = 0; thread < threads; ++thread) {
    std::array<int64_t, 2> from = {0, 0};
    int64_t rest = thread;
    bool isOwner = true;
    for (const tile::Digit &digit : layout.getThreads()) {
      int64_t value = rest % digit.size;
      rest /= digit.size;
      if (digit.axis == tile::Digit::none)
        isOwner &= value == 0;
      else
        from[digit.axis] += value * digit.step;
    }
    for (int64_t i = 0; isOwner && i < layout.getRegisterCount(); ++i) {
      std::array<int64_t, 2> at = layout.getOffsets(i);
      owners[{from[0] + at[0], from[1] + at[1]}] = thread;
    }
  }
  return owners;
}

/// True if the threads that use what is read own the same elements of the tile that is written.
static bool isReadWhereWritten(tile::ReadOp read, tile::WriteOp write) {
  auto type = cast<RankedTensorType>(read.getType());
  if (!isReadByOwner(read))
    return false;
  auto readers = getOwners(type),
       writers = getOwners(cast<RankedTensorType>(write.getTile().getType()));
  tile::BufferType buffer = read.getBuffer().getType();
  auto getSource = [](ArrayRef<int64_t> map, int64_t row, int64_t column) {
    return map[0] * row + map[1] * column + map[2];
  };
  int64_t rows = type.getRank() > 0 ? type.getDimSize(0) : 1,
          columns = type.getRank() > 1 ? type.getDimSize(1) : 1;
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column) {
      int64_t r = getSource(read.getRows(), row, column),
              c = getSource(read.getColumns(), row, column);
      bool isInBuffer = r >= 0 && r < buffer.getRows() && c >= 0 && c < buffer.getColumns();
      if (isInBuffer && writers.at({r, c}) != readers.at({row, column}))
        return false;
    }
  return true;
}

/// True if the copy takes the same one of its two ways in every task and round: whole pieces, or
/// element by element (LowerCopy.cpp). Nothing is asked of where the array begins.
static bool takesOneWay(tile::CopyOp copy) {
  tile::BufferType type = copy.getBuffer().getType();
  auto view = copy.getView().getDefiningOp<tile::ViewOp>();
  int64_t piece = tile::BufferType::pieceBytes / type.getElementBytes();
  std::optional<int64_t> down = getConstantIntValue(view.getStrides()[0]),
                         across = getConstantIntValue(view.getStrides()[1]);
  auto isPieces = [&](Value value) { return getDivisor(value) % piece == 0; };
  if (type.getStride() % piece != 0 || (across && *across != 1) || (down && *down % piece != 0))
    return true;
  Value column = copy.getIndices()[1];
  return across && down && isPieces(view.getOffset()) && isPieces(column) &&
         getRange(column).low >= 0;
}

static bool areCopiedAlike(tile::CopyOp one, tile::CopyOp other) {
  return one.getView() == other.getView() &&
         one.getBuffer().getType() == other.getBuffer().getType() && takesOneWay(one) &&
         takesOneWay(other);
}

bool areOfSameThreads(Operation *a, Operation *c) {
  auto read = dyn_cast<tile::ReadOp>(a), laterRead = dyn_cast<tile::ReadOp>(c);
  auto write = dyn_cast<tile::WriteOp>(a), laterWrite = dyn_cast<tile::WriteOp>(c);
  if (write && laterWrite)
    return write.getTile().getType() == laterWrite.getTile().getType();
  if (read && laterWrite)
    return isReadWhereWritten(read, laterWrite);
  if (write && laterRead)
    return isReadWhereWritten(laterRead, write);
  auto copy = dyn_cast<tile::CopyOp>(a), laterCopy = dyn_cast<tile::CopyOp>(c);
  return copy && laterCopy && areCopiedAlike(copy, laterCopy);
}

} // namespace weft::compiler
