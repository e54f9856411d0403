// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How many bytes a tensor takes: at the bounds of its sizes, where memory is reserved, and at given
// sizes.
#ifndef COMPILER_SUPPORT_BYTES_H
#define COMPILER_SUPPORT_BYTES_H

#include <optional>

#include "dialects/weft/WeftDialect.h"
#include "llvm/ADT/StringMap.h"

namespace weft::compiler {

/// Start of every planned buffer: one cache line, the widest vector, and what abi/Kernel.h
/// promises.
inline constexpr int64_t bufferAlignment = 64;

/// No tensor may be larger, so that offsets and their sums stay inside 64 bits.
inline constexpr int64_t largestBytes = int64_t(1) << 48;

/// Bytes of one element; a truth value takes one (abi/Exec.h, WEFT_I1).
inline int64_t getElementBytes(mlir::Type element) {
  return element.isInteger(1) ? 1 : element.getIntOrFloatBitWidth() / 8;
}

namespace detail {
template <typename SizeOf>
std::optional<int64_t> multiplySizes(mlir::RankedTensorType type, SizeOf sizeOf) {
  int64_t bytes = getElementBytes(type.getElementType());
  for (ir::SizeAttr size : ir::getDimSizes(type))
    if (llvm::MulOverflow(bytes, sizeOf(size), bytes) || bytes < 0 || bytes > largestBytes)
      return std::nullopt;
  return bytes;
}
} // namespace detail

/// Bytes of a tensor at the bounds of its sizes, or nothing if that is beyond largestBytes.
inline std::optional<int64_t> getBoundBytes(mlir::RankedTensorType type) {
  return detail::multiplySizes(type, [](ir::SizeAttr size) { return size.getMaximum(); });
}

/// Bytes of a tensor at these values of the symbols; a symbol without a value stands at its bound.
inline std::optional<int64_t> getBytesAt(mlir::RankedTensorType type,
                                         const llvm::StringMap<int64_t> &sizes) {
  return detail::multiplySizes(type, [&](ir::SizeAttr size) {
    auto value = sizes.find(size.getSymbol().getValue());
    return value == sizes.end() || size.isConstant() ? size.getMaximum()
                                                     : value->second + size.getOffset();
  });
}

} // namespace weft::compiler

#endif
