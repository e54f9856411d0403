// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Addresses in one buffer that differ from a thread's first one by constants.
#ifndef COMPILER_LOWER_TILETONVPTX_BUFFERPLACES_H
#define COMPILER_LOWER_TILETONVPTX_BUFFERPLACES_H

#include "compiler/lower/TileToMachine/Emitter.h"

namespace weft::compiler {

/// `row` and `column` are the thread's own part of a place, i64. A further place differs in bits
/// that this part leaves 0, so a whole number of lines is added to the address and the rest, which
/// the swizzle permutes, is its XOR: few registers, of 32 bits, hold all addresses.
class BufferPlaces {
public:
  using Value = mlir::Value;

  BufferPlaces(Emitter &b, tile::BufferType type, Value base, Value row, Value column)
      : b(b), type(type), base(base) {
    auto narrow = [&](Value wide) {
      return b.createOrFold<mlir::arith::TruncIOp>(b.getI32Type(), wide);
    };
    row = narrow(row);
    place = b.mul(row, number(type.getStride()));
    column = narrow(column);
    if (type.isPanelled()) {
      Value panel = b.createOrFold<mlir::arith::DivUIOp>(column, number(type.getStride()));
      column = b.createOrFold<mlir::arith::RemUIOp>(column, number(type.getStride()));
      place = b.add(place, b.mul(panel, number(type.getPanelBytes() / type.getElementBytes())));
    }
    place = b.mul(b.add(place, column), number(type.getElementBytes()));
    if (!type.getSwizzled())
      return;
    Value phase = b.createOrFold<mlir::arith::DivUIOp>(row, number(type.getLineRows()));
    phase = b.createOrFold<mlir::arith::AndIOp>(phase, number(tile::BufferType::period - 1));
    phase = b.mul(phase, number(tile::BufferType::pieceBytes));
    place = b.createOrFold<mlir::arith::XOrIOp>(place, phase);
  }

  /// Where the element so many rows and columns further is.
  Value getAddress(int64_t row, int64_t column) {
    int64_t step = type.getPlace(row, column);
    int64_t within = type.getSwizzled() ? step % tile::BufferType::lineBytes : 0;
    Value &address = addresses[within];
    if (!address) {
      Value from = within ? b.createOrFold<mlir::arith::XOrIOp>(place, number(within)) : place;
      address = b.offset(b.getI8Type(), base, from);
    }
    return b.offset(b.getI8Type(), address, number(step - within));
  }

private:
  Value number(int64_t value) { return b.makeInt(b.getI32Type(), value); }

  Emitter &b;
  tile::BufferType type;
  Value base, place;
  llvm::SmallDenseMap<int64_t, Value> addresses;
};

} // namespace weft::compiler

#endif
