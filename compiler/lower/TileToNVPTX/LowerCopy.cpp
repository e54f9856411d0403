// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Matrices from device memory into shared memory, past the registers: by cp.async in pieces of 16
// bytes where the view allows, else element by element.
#include "compiler/lower/TileToNVPTX/Lowering.h"
#include "compiler/lower/TileToNVPTX/Ranges.h"

using namespace mlir;

namespace weft::compiler {

static constexpr int64_t pieceBytes = tile::BufferType::pieceBytes;

Value GpuKernelLowering::isMultiple(Value value, int64_t of) {
  Value rest = b.createOrFold<arith::AndIOp>(value, b.makeI64(of - 1));
  return b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::eq, rest, b.makeI64(0));
}

/// Whether pieces of so many bytes from this element of a view on are whole in memory: columns are
/// neighbours, and each row's piece begins where the first one does.
Value GpuKernelLowering::isInPieces(const Window &window, ArrayRef<Value> places, int64_t bytes) {
  size_t last = places.size() - 1;
  Value isDense =
      b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::eq, window.strides[last], b.makeI64(1));
  Value column = last ? places[1] : b.makeI64(0);
  Value first = LLVM::PtrToIntOp::create(b, b.getI64Type(), getAddress(window, places[0], column));
  Value all = allOf({isDense, isMultiple(first, bytes)});
  if (last)
    all = allOf(
        {all, isMultiple(b.mul(window.strides[0], b.makeI64(getByteSize(window.element))), bytes)});
  return all;
}

Value GpuKernelLowering::lowerCopy(tile::CopyOp op) {
  tile::BufferType type = op.getBuffer().getType();
  const Window window = windows.lookup(op.getView());
  Value base = buffers.lookup(op.getBuffer());
  Value row = scalars.lookup(op.getIndices()[0]), column = scalars.lookup(op.getIndices()[1]);
  int64_t piece = pieceBytes / type.getElementBytes();
  auto view = op.getView().getDefiningOp<tile::ViewOp>();
  CopyBounds bounds = {window.sizes[0], window.sizes[1]};
  std::array<int64_t, 2> shape = {type.getRows(), type.getColumns()};
  for (size_t axis = 0; axis < 2; ++axis) {
    Value index = op.getIndices()[axis], size = view.getSizes()[axis];
    if (isAlwaysBelow(index, shape[axis] - 1, size))
      bounds[axis] = Value();
    else if (isAtMost(size, index)) // a round ahead of the last one
      bounds[axis] = b.makeI64(0);
    else if (axis == 0 && isNeverBeyond(index, shape[axis] - 1, size))
      bounds[axis] =
          b.makeI64(int64_t(1) << 62); // rows before the view are more than that, unsigned
  }
  // A piece never begins before the view.
  Value isFast = arith::CmpIOp::create(b, arith::CmpIPredicate::sge, column, b.makeI64(0));
  isFast = allOf({isFast, isInPieces(window, {row, column}, pieceBytes)});
  if (type.getStride() % piece != 0)
    isFast = b.makeInt(b.getI1Type(), 0);
  b.branch(
      isFast, {},
      [&] {
        copyPieces(type, base, window, bounds, row, column);
        return Registers();
      },
      [&] {
        copyElements(type, base, window, bounds, row, column);
        return Registers();
      });
  return isFast;
}

/// Each thread copies pieces of one column of them; where a row's pieces are no power of two, some
/// threads copy none.
void GpuKernelLowering::copyPieces(tile::BufferType type, Value base, const Window &window,
                                   const CopyBounds &bounds, Value row, Value column) {
  int64_t piece = pieceBytes / type.getElementBytes();
  int64_t pieces = llvm::divideCeil(type.getHeldColumns(), piece);
  int64_t across = std::min<int64_t>(llvm::PowerOf2Ceil(pieces), gpuThreads);
  int64_t down = gpuThreads / across, rows = type.getHeldRows();
  Value r = b.createOrFold<arith::DivUIOp>(thread.number, b.makeI64(across));
  Value c = b.createOrFold<arith::RemUIOp>(thread.number, b.makeI64(across));
  c = b.mul(c, b.makeI64(piece));
  BufferPlaces places(b, type, base, r, c);
  Value firstRow = b.add(row, r), firstColumn = b.add(column, c);
  Value source = getAddress(window, firstRow, firstColumn);
  // Of a piece, the bytes that lie in the view and in the matrix; the others become zeros.
  auto getBytes = [&](int64_t further) {
    Value limit = b.makeI64(type.getColumns());
    if (bounds[1])
      limit = arith::MinSIOp::create(b, arith::SubIOp::create(b, bounds[1], column), limit);
    Value there = arith::SubIOp::create(b, limit, b.add(c, b.makeI64(further)));
    there = arith::MaxSIOp::create(b, there, b.makeI64(0));
    there = arith::MinSIOp::create(b, there, b.makeI64(piece));
    return b.mul(arith::TruncIOp::create(b, b.getI32Type(), there),
                 b.makeInt(b.getI32Type(), type.getElementBytes()));
  };
  Value none = b.makeInt(b.getI32Type(), 0);
  for (int64_t further = 0; further < pieces * piece; further += across * piece) {
    Value bytes = getBytes(further);
    for (int64_t i = 0; i < rows; i += down) {
      Value held = b.add(r, b.makeI64(i)), isInside;
      if (bounds[0])
        isInside = b.isBelow(b.add(firstRow, b.makeI64(i)), bounds[0]);
      if (i + down > type.getRows())
        isInside = allOf({isInside, b.isBelow(held, b.makeI64(type.getRows()))});
      Value place = b.add(b.mul(window.strides[0], b.makeI64(i)), b.makeI64(further));
      Value to = places.getAddress(i, further);
      auto copy = [&] {
        NVVM::CpAsyncOp::create(b, to, b.offset(window.element, source, place), pieceBytes,
                                NVVM::LoadCacheModifierKind::CG,
                                isInside ? b.select(isInside, bytes, none) : bytes);
        return Registers();
      };
      Value isMine;
      if (i + down > rows)
        isMine = allOf({isMine, b.isBelow(held, b.makeI64(rows))});
      if (further + across * piece > pieces * piece)
        isMine =
            allOf({isMine, b.isBelow(b.add(c, b.makeI64(further)), b.makeI64(pieces * piece))});
      if (isMine)
        b.branch(isMine, {}, copy, [] { return Registers(); });
      else
        copy();
    }
  }
}

void GpuKernelLowering::copyElements(tile::BufferType type, Value base, const Window &window,
                                     const CopyBounds &bounds, Value row, Value column) {
  const ThreadPlaces outside = thread;
  renewThread();
  int64_t across = type.getHeldColumns(), total = across * type.getHeldRows();
  Value zero = b.makeZeros(type.getElement(), 0);
  Type word = b.getI32Type();
  auto number = [&](int64_t value) { return b.makeInt(word, value); };
  auto wide = [&](Value narrow) { return b.createOrFold<arith::ExtUIOp>(b.getI64Type(), narrow); };
  // Counted in 32 bits: this is the rare way, and what it needs should not take registers from the
  // other one.
  auto loop = scf::ForOp::create(b, arith::TruncIOp::create(b, word, thread.number), number(total),
                                 number(gpuThreads));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(loop.getBody()->getTerminator());
  Value r = wide(arith::DivUIOp::create(b, loop.getInductionVar(), number(across))),
        c = wide(arith::RemUIOp::create(b, loop.getInductionVar(), number(across)));
  Value from[2] = {b.add(row, r), b.add(column, c)};
  Value isInside =
      allOf({b.isBelow(r, b.makeI64(type.getRows())), b.isBelow(c, b.makeI64(type.getColumns())),
             bounds[0] ? b.isBelow(from[0], bounds[0]) : Value(),
             bounds[1] ? b.isBelow(from[1], bounds[1]) : Value()});
  Registers element = b.branch(
      isInside, {zero.getType()},
      [&] {
        return Registers{b.loadScalar(type.getElement(), getAddress(window, from[0], from[1]))};
      },
      [&] { return Registers{zero}; });
  b.store(element.front(), getAddress(type, base, r, c));
  thread = outside;
}

} // namespace weft::compiler
