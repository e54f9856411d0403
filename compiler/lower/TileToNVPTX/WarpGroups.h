// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products of warp groups, which sm_90a has: 128 threads multiply 64 rows by up to 256 columns,
// both factors in shared memory, while other warps copy what comes next.
#ifndef COMPILER_LOWER_TILETONVPTX_WARPGROUPS_H
#define COMPILER_LOWER_TILETONVPTX_WARPGROUPS_H

#include "dialects/tile/TileDialect.h"

namespace weft::compiler {

/// Attribute of a kernel: how many warp groups multiply; one more copies for them.
inline constexpr llvm::StringLiteral consumersAttrName = "tile.consumers";
/// 0 where the kernel's products are no warp groups'.
int64_t getConsumers(mlir::Operation *kernel);

/// Gives a kernel its consumers, if warp groups can compute its product: one, of factors that are
/// loaded for it alone, of whole groups of rows, and nothing around it that threads would exchange
/// elements for.
void chooseConsumers(tile::KernelOp kernel);

/// Attribute of a kernel without consumers whose products one warp group computes, all threads of
/// the block, from what they copied themselves.
inline constexpr llvm::StringLiteral groupProductsAttrName = "tile.group_products";
bool hasGroupProducts(mlir::Operation *kernel);

/// Attribute of a kernel with products of 16 bits that are no warp groups': why, in words.
inline constexpr llvm::StringLiteral whyNoGroupsAttrName = "tile.why_no_groups";

/// Gives a kernel without consumers tile.group_products, if a warp group can compute all of its
/// products of 16 bits, else says why not.
void chooseGroupProducts(tile::KernelOp kernel);

/// Attribute of a tile.barrier: behind it products of warp groups, too, see what was written, which
/// read shared memory another way than threads and their copies write it.
inline constexpr llvm::StringLiteral fenceAttrName = "tile.fence";

/// Whether wgmma computes this product.
bool isOfGroup(tile::DotOp dot);

/// What wgmma leaves: of each 16 rows of a warp and each 8 columns a thread holds two neighbours in
/// both halves of the rows. Each 64 rows belong to another warp group.
tile::LayoutAttr getGroupLayout(mlir::MLIRContext *context, llvm::ArrayRef<int64_t> shape);

/// Rows of one group's product, and the depth of one wgmma of 16 bits.
constexpr int64_t groupRows = 64, groupDepth = 16, mostGroupColumns = 256;

/// What a block of sm_90a may ask for.
constexpr int64_t largestGroupBlock = 227 * 1024;

/// Registers of a thread that multiplies and of one that copies, and how many blocks are on a
/// processor then. A launch gives all threads an equal part of 64 K registers, in eighths.
struct GroupRegisters {
  int64_t consumer, producer, blocks;
};
constexpr GroupRegisters getGroupRegisters(int64_t consumers) {
  // 2 x 128 x (208 + 40), and 128 x (2 x 232 + 40).
  return consumers == 1 ? GroupRegisters{208, 40, 2} : GroupRegisters{232, 40, 1};
}

} // namespace weft::compiler

#endif
