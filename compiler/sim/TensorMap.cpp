// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/sim/TensorMap.h"

#include <algorithm>
#include <cstring>

#include "llvm/ADT/Twine.h"

namespace weft::sim {

static constexpr uint32_t magicNumber = 0x71DE3A95;

uint64_t swizzle(uint64_t address, Swizzle mode) {
  uint64_t bits = mode == Swizzle::None ? 0 : (2u << (static_cast<int>(mode) - 1)) - 1;
  return address ^ ((address >> 7 & bits) << 4);
}

uint32_t DecodedMap::getElementBytes() const {
  static constexpr uint32_t bytes[] = {1, 2, 4, 4, 8, 8, 2, 4, 8, 2};
  return bytes[static_cast<int>(element)];
}

uint64_t DecodedMap::getBoxBytes() const {
  uint64_t bytes = getElementBytes();
  for (int i = 0; i < rank; ++i)
    bytes *= box[i];
  return bytes;
}

llvm::Expected<TensorMap> encodeTiled(const TensorShape &shape) {
  auto refuse = [](const llvm::Twine &text) {
    return llvm::createStringError("no tensor map: " + text);
  };
  size_t rank = shape.sizes.size();
  if (rank < 1 || rank > 5 || shape.box.size() != rank || shape.strides.size() != rank - 1)
    return refuse("needs 1 to 5 sizes, as many box sizes and one stride less");
  DecodedMap map{};
  map.magic = magicNumber;
  map.element = shape.element;
  map.rank = static_cast<uint8_t>(rank);
  map.swizzle = shape.swizzle;
  map.fillsWithNan = shape.fillsWithNan;
  map.base = static_cast<char *>(shape.base);
  if (reinterpret_cast<uintptr_t>(shape.base) % 16)
    return refuse("the tensor is not aligned to 16 bytes");
  for (size_t i = 0; i < rank; ++i) {
    map.sizes[i] = shape.sizes[i];
    map.box[i] = shape.box[i];
    if (map.sizes[i] == 0 || map.sizes[i] > uint64_t{1} << 32)
      return refuse("a size of " + llvm::Twine(map.sizes[i]));
    if (map.box[i] == 0 || map.box[i] > 256)
      return refuse("a box size of " + llvm::Twine(map.box[i]) + ", at most 256");
  }
  for (size_t i = 0; i + 1 < rank; ++i) {
    map.strides[i] = shape.strides[i];
    if (map.strides[i] % 16 || map.strides[i] >= uint64_t{1} << 40)
      return refuse("a stride of " + llvm::Twine(map.strides[i]) +
                    " bytes, which is not a multiple of 16");
  }
  uint64_t inner = uint64_t{map.box[0]} * map.getElementBytes();
  uint64_t span = uint64_t{16} << static_cast<int>(map.swizzle);
  if (inner % 16)
    return refuse("rows of the box of " + llvm::Twine(inner) + " bytes, not a multiple of 16");
  if (map.swizzle != Swizzle::None && inner > span)
    return refuse("rows of the box of " + llvm::Twine(inner) + " bytes under a swizzle of " +
                  llvm::Twine(span));
  TensorMap result{};
  std::memcpy(&result, &map, sizeof(map));
  return result;
}

const DecodedMap *decode(const void *map) {
  auto *decoded = static_cast<const DecodedMap *>(map);
  return decoded->magic == magicNumber ? decoded : nullptr;
}

void DecodedMap::forEachRow(
    llvm::ArrayRef<int32_t> coordinates,
    llvm::function_ref<void(uint64_t, char *, uint64_t, uint64_t)> row) const {
  uint64_t rows = 1, rowBytes = uint64_t{box[0]} * getElementBytes();
  for (int i = 1; i < rank; ++i)
    rows *= box[i];
  int64_t width = static_cast<int64_t>(sizes[0]);
  int64_t before = std::clamp<int64_t>(-int64_t{coordinates[0]}, 0, box[0]);
  int64_t end = std::clamp<int64_t>(width - coordinates[0], before, box[0]);
  for (uint64_t index = 0; index < rows; ++index) {
    uint64_t rest = index;
    bool isInside = true;
    char *start = base + (coordinates[0] + before) * static_cast<int64_t>(getElementBytes());
    for (int i = 1; i < rank; ++i) {
      int64_t at = coordinates[static_cast<size_t>(i)] + static_cast<int64_t>(rest % box[i]);
      rest /= box[i];
      isInside &= at >= 0 && at < static_cast<int64_t>(sizes[i]);
      start += at * static_cast<int64_t>(strides[i - 1]);
    }
    row(index * rowBytes, start, static_cast<uint64_t>(before),
        isInside ? static_cast<uint64_t>(end - before) : 0);
  }
}

} // namespace weft::sim
