// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/WeftToTile/BlockSparseAttentionReach.h"
#include "dialects/tile/TilePromise.h"

using namespace mlir;

namespace weft::compiler {

BlockReach::BlockReach(KernelBuilder &k, FunctionLowering &lowering, ir::BlocksAttr attribute,
                       int64_t queries, int64_t keys, int64_t rows, int64_t cols)
    : k(k), lowering(lowering), attribute(attribute), layout(attribute, queries, keys), rows(rows),
      cols(cols) {
  byRows.count = layout.getRowCount() + 1;
  byColumns.count = layout.getColumnCount() + 1;
  for (unsigned i = 0; i < layout.lists.size(); ++i) {
    add(byRows, layout.lists[i]);
    add(byColumns, layout.transpose(i));
  }
}

void BlockReach::add(Lists &lists, const ir::BlockLayout::List &list) {
  int32_t before = lists.entries.size() / 2;
  for (int32_t start : list.starts)
    lists.starts.push_back(before + start);
  for (auto [other, mask] : llvm::zip(list.others, list.masks))
    lists.entries.insert(lists.entries.end(), {other, mask});
}

Value BlockReach::addConstant(DenseElementsAttr elements) {
  return k.addInput(
      exec::ConstantOp::create(lowering.builder, k.getLoc(), elements.getType(), elements));
}

Value BlockReach::addNumbers(ArrayRef<int32_t> numbers) {
  static constexpr int32_t none[] = {0}; // an array has an element, also where no block is active
  ArrayRef<int32_t> some = numbers.empty() ? ArrayRef(none) : numbers;
  auto type = RankedTensorType::get({static_cast<int64_t>(some.size())}, k.getI32Type());
  return addConstant(DenseElementsAttr::get(type, some));
}

/// Promises of a loaded number of a table that it is from 0 to `most`.
static Value promise(Value number, int64_t most) {
  auto extract =
      number.getDefiningOp<arith::IndexCastOp>().getIn().getDefiningOp<tile::ExtractOp>();
  extract->setAttr(tile::withinAttrName, Builder(extract).getDenseI64ArrayAttr({0, most}));
  return number;
}

Value BlockReach::load(Value array, int64_t size, Value index) {
  auto type = RankedTensorType::get({size}, k.getI32Type());
  Value number = k.loadScalar(array, TensorView::dense({}, type), index);
  return arith::IndexCastOp::create(k, k.getIndexType(), number);
}

Value BlockReach::getRest(Value index, int64_t divisor) {
  if (divisor == 1)
    return k.getIndex(0);
  return arith::RemUIOp::create(k, index, k.getIndex(divisor));
}

void BlockReach::enter(Value head) {
  pattern = k.getIndex(0);
  if (attribute.getPatterns().size() == 1)
    return;
  SmallVector<int32_t> heads(attribute.getHeads());
  if (!headsArray)
    headsArray = addNumbers(heads);
  pattern = promise(load(headsArray, heads.size(), head), attribute.getPatterns().size() - 1);
}

TileRange BlockReach::getTiles(Lists &lists, Value first, int64_t tilesOfBlock) {
  if (!lists.startsArray) {
    lists.startsArray = addNumbers(lists.starts);
    lists.entriesArray = addNumbers(lists.entries);
  }
  if (lists.entries.empty())
    return {k.getIndex(0), k.getIndex(0), 1};
  Value block =
      k.addIndex(k.mulIndex(pattern, k.getIndex(lists.count)), k.divIndex(first, layout.size));
  auto getBound = [&](Value index) {
    Value start = load(lists.startsArray, lists.starts.size(), index);
    return k.mulIndex(promise(start, lists.entries.size() / 2), k.getIndex(tilesOfBlock));
  };
  Value from = getBound(block), to = getBound(k.addIndex(block, k.getIndex(1)));
  return {from, to, 1};
}

Value BlockReach::enterTile(Lists &lists, Value tile, int64_t tilesOfBlock, int64_t extent) {
  Value entry = k.mulIndex(k.divIndex(tile, tilesOfBlock), k.getIndex(2));
  int64_t size = std::max<int64_t>(lists.entries.size(), 1);
  mask = promise(load(lists.entriesArray, size, k.addIndex(entry, k.getIndex(1))),
                 layout.masks.size() - 1);
  int64_t others = &lists == &byRows ? layout.getColumnCount() : layout.getRowCount();
  Value block = promise(load(lists.entriesArray, size, entry), others - 1);
  return k.addIndex(k.mulIndex(block, k.getIndex(layout.size)),
                    k.mulIndex(getRest(tile, tilesOfBlock), k.getIndex(extent)));
}

TileRange BlockReach::getKeyTiles(Value row) { return getTiles(byRows, row, layout.size / cols); }

Value BlockReach::enterKeys(Value tile, Value row) {
  firstRow = row;
  return firstKey = enterTile(byRows, tile, layout.size / cols, cols);
}

TileRange BlockReach::getRowTiles(Value key) {
  return getTiles(byColumns, key, layout.size / rows);
}

Value BlockReach::enterRows(Value tile, Value key) {
  firstKey = key;
  return firstRow = enterTile(byColumns, tile, layout.size / rows, rows);
}

Value BlockReach::loadMask() {
  int64_t size = layout.size, count = layout.masks.size();
  auto type = RankedTensorType::get({count * size, size}, k.getI1Type());
  if (!masksArray) {
    SmallVector<bool> bits;
    for (const ir::BlockLayout::Mask &one : layout.masks)
      for (int64_t row = 0; row < size; ++row)
        for (int64_t column = 0; column < size; ++column)
          bits.push_back(layout.isReached(one, row, column));
    masksArray = addConstant(DenseElementsAttr::get(type, bits));
  }
  Value view = k.openView(masksArray, TensorView::dense({}, type), {Value(), Value()}, {0, 1});
  Value row = k.addIndex(k.mulIndex(mask, k.getIndex(size)), getRest(firstRow, size));
  return k.load(view, {row, getRest(firstKey, size)}, {rows, cols});
}

} // namespace weft::compiler
