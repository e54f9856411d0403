// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The reach of block-sparse attention: which tiles of keys a block of query rows meets, which tiles
// of rows a block of keys, and the mask of each. Lists of blocks lie in constant arrays; kernels
// walk those of their head and never see an empty block.
#ifndef COMPILER_LOWER_WEFTTOTILE_BLOCKSPARSEATTENTIONREACH_H
#define COMPILER_LOWER_WEFTTOTILE_BLOCKSPARSEATTENTIONREACH_H

#include "compiler/lower/WeftToTile/KernelBuilder.h"
#include "dialects/weft/BlockLayout.h"

namespace weft::compiler {

/// What a loop over tiles counts.
struct TileRange {
  mlir::Value from, to;
  int64_t step;
};

class BlockReach {
public:
  /// Tiles of `rows` queries and `cols` keys; both divide a block.
  BlockReach(KernelBuilder &k, FunctionLowering &lowering, ir::BlocksAttr layout, int64_t queries,
             int64_t keys, int64_t rows, int64_t cols);

  /// Fixes the head.
  void enter(mlir::Value head);
  /// The tiles of keys that the rows from this one on meet, by number; the first key of one.
  TileRange getKeyTiles(mlir::Value firstRow);
  mlir::Value enterKeys(mlir::Value tile, mlir::Value firstRow);
  /// The tiles of rows that meet the keys from this one on; the first row of one.
  TileRange getRowTiles(mlir::Value firstKey);
  mlir::Value enterRows(mlir::Value tile, mlir::Value firstKey);
  /// [R, C]: true for the pairs of the current tile that the layout reaches.
  mlir::Value loadMask();

private:
  /// Lists by rows of blocks, or by columns; the arrays are null until a kernel reads them.
  struct Lists {
    std::vector<int32_t> starts, entries; ///< of all patterns; an entry is a number and its mask
    int64_t count;                        ///< of starts of a pattern
    mlir::Value startsArray, entriesArray;
  };
  void add(Lists &lists, const ir::BlockLayout::List &list);
  mlir::Value addConstant(mlir::DenseElementsAttr elements);
  mlir::Value addNumbers(llvm::ArrayRef<int32_t> numbers);
  /// An element of a constant array of numbers, as an index.
  mlir::Value load(mlir::Value array, int64_t size, mlir::Value index);
  /// The tiles of the lists for the block that begins at `first`, each block of `tilesOfBlock`.
  TileRange getTiles(Lists &lists, mlir::Value first, int64_t tilesOfBlock);
  /// The place where a tile of a list begins; sets the mask.
  mlir::Value enterTile(Lists &lists, mlir::Value tile, int64_t tilesOfBlock, int64_t extent);
  mlir::Value getRest(mlir::Value index, int64_t divisor);

  KernelBuilder &k;
  FunctionLowering &lowering;
  ir::BlocksAttr attribute;
  ir::BlockLayout layout;
  int64_t rows, cols;
  Lists byRows, byColumns;
  mlir::Value masksArray, headsArray;
  mlir::Value pattern;                  ///< of the head
  mlir::Value mask, firstRow, firstKey; ///< of the tile
};

} // namespace weft::compiler

#endif
