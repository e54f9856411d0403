// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The run-time sizes of kernels: a kernel numbers them and says how large each may be, a dispatch
// or launch says which symbols they are. So the layers of a model, each with symbols of its own,
// share one kernel.
#ifndef COMPILER_SUPPORT_LAUNCHSIZES_H
#define COMPILER_SUPPORT_LAUNCHSIZES_H

#include <optional>

#include "dialects/weft/WeftDialect.h"

namespace weft::compiler {

/// The bounds of a lowered kernel's sizes, where it has any: what `sizes` was on its tile.kernel.
inline constexpr llvm::StringLiteral kernelSizesAttrName = "weft.sizes";

/// Whether the module attribute weft.symbols has this size's symbol, with its bound and step:
/// sizes are read from a table by position, so one that is not listed has no value.
inline bool isListed(mlir::ArrayAttr symbols, ir::SizeAttr size) {
  return symbols && llvm::is_contained(symbols, size.plus(-size.getOffset()));
}

/// Checks what a dispatch or launch gives the sizes of its kernel; `label` ends the messages.
inline mlir::LogicalResult verifyLaunchSizes(mlir::Operation *op,
                                             std::optional<mlir::ArrayAttr> given,
                                             llvm::ArrayRef<int64_t> bounds,
                                             mlir::ArrayAttr symbols, llvm::StringRef label) {
  size_t count = given ? given->size() : 0;
  if (count != bounds.size())
    return op->emitOpError("expects as many sizes as its kernel has, got ")
           << count << " vs " << bounds.size() << " (" << label << ")";
  for (size_t i = 0; i < count; ++i) {
    auto size = mlir::dyn_cast<ir::SizeAttr>((*given)[i]);
    int64_t largest = 0;
    bool isInside =
        size && size.getOffset() >= 0 &&
        !llvm::AddOverflow(size.isConstant() ? 0 : size.getBound(), size.getOffset(), largest) &&
        largest <= bounds[i] && (size.isConstant() || isListed(symbols, size));
    if (!isInside)
      return op->emitOpError("expects size ")
             << i << " to be a constant or a symbol of weft.symbols and inside [0, " << bounds[i]
             << "], got " << (*given)[i] << " (" << label << ")";
  }
  return mlir::success();
}

} // namespace weft::compiler

#endif
