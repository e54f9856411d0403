// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Element types of tensors. The numbers are those of abi/Exec.h and stand in artifacts.
//
// Example:
//   std::optional<DType> type = findDType("f64");
//   if (type && isFloat(*type))
//     std::printf("%lld bytes\n", (long long)getByteWidth(*type)); // 8 bytes
//   static_assert(dtypeOf<int32_t> == DType::I32 && canView<uint16_t>(DType::BF16));
//
// Functions of values only: no failure, no state, safe from any thread.
#ifndef WEFT_DTYPE_H
#define WEFT_DTYPE_H

#include <cstdint>
#include <optional>
#include <string_view>

namespace weft {

enum class DType : uint64_t { F32 = 1, F64 = 2, BF16 = 3, F16 = 4, I32 = 5, I1 = 6 };

/// Bytes of one element; i1 takes a whole byte, 0 or 1.
int64_t getByteWidth(DType dtype);
/// "f32", "bf16", ...; as written in manifests and on the command line.
std::string_view getName(DType dtype);
/// The element type of this name, or nothing.
std::optional<DType> findDType(std::string_view name);
/// The element type of this number of abi/Exec.h, or nothing.
std::optional<DType> findDType(uint64_t number);
/// Whether gradients of it exist.
bool isFloat(DType dtype);

/// Whether C++ values of type T can view elements of `dtype`. The 16-bit floats are viewed as
/// uint16_t.
template <typename T> constexpr bool canView(DType dtype);
template <> constexpr bool canView<float>(DType dtype) { return dtype == DType::F32; }
template <> constexpr bool canView<double>(DType dtype) { return dtype == DType::F64; }
template <> constexpr bool canView<int32_t>(DType dtype) { return dtype == DType::I32; }
template <> constexpr bool canView<uint8_t>(DType dtype) { return dtype == DType::I1; }
template <> constexpr bool canView<uint16_t>(DType dtype) {
  return dtype == DType::BF16 || dtype == DType::F16;
}

/// The element type that C++ values of type T have by themselves.
template <typename T> inline constexpr DType dtypeOf = DType::F32;
template <> inline constexpr DType dtypeOf<double> = DType::F64;
template <> inline constexpr DType dtypeOf<int32_t> = DType::I32;
template <> inline constexpr DType dtypeOf<uint8_t> = DType::I1;

} // namespace weft

#endif
