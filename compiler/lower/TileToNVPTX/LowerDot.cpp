// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products of matrices in shared memory, one fused multiply-add an element: every element type,
// every shape.
#include "compiler/lower/TileToMachine/Bf16.h"
#include "compiler/lower/TileToNVPTX/Lowering.h"

using namespace mlir;

namespace weft::compiler {

void GpuKernelLowering::lowerDot(tile::DotOp op) {
  auto type = cast<RankedTensorType>(op.getType());
  tile::LayoutAttr layout = getLayout(type);
  auto left = cast<tile::BufferType>(op.getA().getType()),
       right = cast<tile::BufferType>(op.getB().getType());
  Value a = buffers.lookup(op.getA()), c = buffers.lookup(op.getB());
  bool isWidened = left.getElement().isBF16();
  // Rows and columns beyond the tile read the last one: what they give is never looked at.
  auto getSource = [&](int64_t axis, int64_t number) {
    Value place = getPlace(layout, axis, number);
    return arith::MinUIOp::create(b, place, b.makeI64(type.getDimSize(axis) - 1)).getResult();
  };
  // Registers of one row, or of one column, share a factor.
  llvm::DenseMap<int64_t, Value> rows, columns;
  for (int64_t i = 0; i < layout.getRegisterCount(); ++i) {
    std::array<int64_t, 2> at = layout.getOffsets(i);
    if (!rows.contains(at[0]))
      rows[at[0]] = getSource(0, i);
    if (!columns.contains(at[1]))
      columns[at[1]] = getSource(1, i);
  }
  auto loadFactor = [&](tile::BufferType buffer, Value base, Value row, Value column) {
    Value factor = b.loadScalar(buffer.getElement(), getAddress(buffer, base, row, column));
    return isWidened ? emitWiden(b, factor) : factor;
  };
  const Registers start = tiles.lookup(op.getAcc());
  tiles[op] =
      b.loop(0, left.getColumns(), 1, start, [&](Value k, ArrayRef<Value> carried) -> Registers {
        llvm::DenseMap<int64_t, Value> factorOfRow, factorOfColumn;
        Registers sums;
        for (int64_t i = 0; i < layout.getRegisterCount(); ++i) {
          std::array<int64_t, 2> at = layout.getOffsets(i);
          Value &x = factorOfRow[at[0]];
          if (!x)
            x = loadFactor(left, a, rows.lookup(at[0]), k);
          Value &y = factorOfColumn[at[1]];
          if (!y) {
            Value column = columns.lookup(at[1]);
            y = op.getTransposeB() ? loadFactor(right, c, column, k)
                                   : loadFactor(right, c, k, column);
          }
          sums.push_back(LLVM::FMAOp::create(b, x, y, carried[i]));
        }
        return sums;
      });
}

} // namespace weft::compiler
