// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the driver encodes for copies of tiles: the simulator has an encoding of its own, of the
// same size, with the same limits.
#ifndef COMPILER_SIM_TENSORMAP_H
#define COMPILER_SIM_TENSORMAP_H

#include <cstdint>

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

namespace weft::sim {

enum class TensorElement : uint8_t { U8, U16, U32, S32, U64, S64, F16, F32, F64, BF16 };

/// Which bits of a shared address are mixed: 128 bytes mix three, 64 two, 32 one.
enum class Swizzle : uint8_t { None, Bytes32, Bytes64, Bytes128 };

/// Opaque; a kernel gets it by value, or its address.
struct alignas(64) TensorMap {
  uint64_t words[16];
};

/// Dimensions go from the innermost out; the innermost has no stride.
struct TensorShape {
  TensorElement element;
  void *base;
  llvm::ArrayRef<uint64_t> sizes, strides;
  llvm::ArrayRef<uint32_t> box;
  Swizzle swizzle = Swizzle::None;
  /// What is outside reads as NaN, not as zero.
  bool fillsWithNan = false;
};

/// An Error is what the driver would refuse.
llvm::Expected<TensorMap> encodeTiled(const TensorShape &shape);

/// A map as the engine reads it.
struct DecodedMap {
  uint32_t magic;
  TensorElement element;
  uint8_t rank;
  Swizzle swizzle;
  bool fillsWithNan;
  char *base;
  uint64_t sizes[5], strides[4];
  uint32_t box[5];

  uint32_t getElementBytes() const;
  /// Bytes of one box, also of what is outside of the tensor.
  uint64_t getBoxBytes() const;
  /// Calls with each row of the box: where it begins in shared memory, the address of its first
  /// element inside of the tensor, how many elements are before that, and how many are inside.
  void forEachRow(llvm::ArrayRef<int32_t> coordinates,
                  llvm::function_ref<void(uint64_t, char *, uint64_t, uint64_t)> row) const;
};
static_assert(sizeof(DecodedMap) <= sizeof(TensorMap));

/// Null where the bytes are no map.
const DecodedMap *decode(const void *map);

/// Where an address goes under a swizzle.
uint64_t swizzle(uint64_t address, Swizzle mode);

} // namespace weft::sim

#endif
