// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Definitions and builders of the tile ops; verifiers are in the files named after the .td files.
#include "dialects/tile/TileDialect.h"

#define GET_OP_CLASSES
#include "dialects/tile/TileOps.cpp.inc"

using namespace mlir;

namespace weft::tile {

void KernelOp::build(OpBuilder &builder, OperationState &state, StringRef name, int64_t tasks,
                     ArrayRef<int64_t> writes, ArrayRef<Type> elements) {
  state.addAttribute(getSymNameAttrName(state.name), builder.getStringAttr(name));
  state.addAttribute(getTasksAttrName(state.name), builder.getI64IntegerAttr(tasks));
  state.addAttribute(getWritesAttrName(state.name), builder.getDenseI64ArrayAttr(writes));
  Region *body = state.addRegion();
  Block &block = body->emplaceBlock();
  for (Type element : elements)
    block.addArgument(ArrayType::get(builder.getContext(), element), state.location);
  block.addArgument(builder.getIndexType(), state.location);
  ensureTerminator(*body, builder, state.location);
}

} // namespace weft::tile
