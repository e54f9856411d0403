// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/tile/TileDialect.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

namespace weft::tile {

static mlir::ParseResult parseSwizzle(mlir::AsmParser &parser, bool &swizzled) {
  swizzled = succeeded(parser.parseOptionalKeyword("swizzled"));
  return mlir::success();
}

static void printSwizzle(mlir::AsmPrinter &printer, bool swizzled) {
  if (swizzled)
    printer << " swizzled";
}

} // namespace weft::tile

#include "dialects/tile/TileDialect.cpp.inc"
#include "dialects/tile/TileEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/tile/TileAttrs.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/tile/TileTypes.cpp.inc"

namespace weft::tile {

void TileDialect::initialize() {
  registerTypes();
  registerAttributes();
  addOperations<
#define GET_OP_LIST
#include "dialects/tile/TileOps.cpp.inc"
      >();
}

void TileDialect::registerTypes() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/tile/TileTypes.cpp.inc"
      >();
}

void TileDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/tile/TileAttrs.cpp.inc"
      >();
}

} // namespace weft::tile
