// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/device/cuda/CudaStaging.h"

#include <algorithm>
#include <cstring>

namespace weft::cuda {
namespace {

constexpr uint64_t pieceBytes = uint64_t(4) << 20;
constexpr uint64_t alignment = 64;

} // namespace

Status CudaStaging::prepare(Piece &piece) {
  if (!piece.memory) {
    void *memory = nullptr;
    if (Status status = WEFT_CUDA_CALL(context.driver, memHostAlloc, &memory, pieceBytes, 0);
        !status)
      return status.within("pinned memory");
    piece.memory = static_cast<std::byte *>(memory);
  }
  if (!piece.passed)
    return WEFT_CUDA_CALL(context.driver, eventCreate, &piece.passed, CuEventDisableTiming);
  return {};
}

Status CudaStaging::makeRoom(uint64_t bytes) {
  Piece *piece = &pieces[current];
  if (Status status = prepare(*piece); !status)
    return status;
  if (piece->used + bytes <= pieceBytes)
    return {};
  Status status = WEFT_CUDA_CALL(context.driver, eventRecord, piece->passed, context.stream);
  if (!status)
    return status;
  piece->isOnTheWay = true;
  current = (current + 1) % pieces.size();
  piece = &pieces[current];
  status = prepare(*piece);
  if (status && piece->isOnTheWay)
    status = WEFT_CUDA_CALL(context.driver, eventSynchronize, piece->passed);
  if (!status)
    return status;
  piece->isOnTheWay = false;
  piece->used = 0;
  return {};
}

Status CudaStaging::toDevice(void *destination, const void *source, uint64_t bytes) {
  auto address = reinterpret_cast<CuAddress>(destination);
  const auto *from = static_cast<const std::byte *>(source);
  while (bytes > 0) {
    uint64_t count = std::min(bytes, pieceBytes);
    if (Status status = makeRoom(count); !status)
      return status;
    Piece &piece = pieces[current];
    std::memcpy(piece.memory + piece.used, from, count);
    if (Status status = WEFT_CUDA_CALL(context.driver, memcpyHtoDAsync, address,
                                       piece.memory + piece.used, count, context.stream);
        !status)
      return status;
    piece.used += (count + alignment - 1) / alignment * alignment;
    address += count;
    from += count;
    bytes -= count;
  }
  return {};
}

/// The stream is empty: no copy needs the pieces any more.
void CudaStaging::emptyPieces() {
  for (Piece &piece : pieces) {
    piece.used = 0;
    piece.isOnTheWay = false;
  }
}

Status CudaStaging::toHost(void *destination, const void *source, uint64_t bytes) {
  auto address = reinterpret_cast<CuAddress>(source);
  auto *to = static_cast<std::byte *>(destination);
  while (bytes > 0) {
    uint64_t count = std::min(bytes, pieceBytes);
    if (Status status = makeRoom(count); !status)
      return status;
    std::byte *place = pieces[current].memory + pieces[current].used;
    Status status =
        WEFT_CUDA_CALL(context.driver, memcpyDtoHAsync, place, address, count, context.stream);
    if (status)
      status = context.wait();
    if (!status)
      return status;
    std::memcpy(to, place, count);
    emptyPieces();
    address += count;
    to += count;
    bytes -= count;
  }
  return {};
}

void CudaStaging::close() {
  for (Piece &piece : pieces) {
    if (piece.passed)
      context.attempt([&] { return WEFT_CUDA_CALL(context.driver, eventDestroy, piece.passed); });
    if (piece.memory)
      context.attempt([&] { return WEFT_CUDA_CALL(context.driver, memFreeHost, piece.memory); });
    piece = Piece();
  }
}

} // namespace weft::cuda
