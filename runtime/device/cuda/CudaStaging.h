// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Copies between host and card through pinned memory, which the card reads and writes by itself.
#ifndef RUNTIME_DEVICE_CUDA_CUDASTAGING_H
#define RUNTIME_DEVICE_CUDA_CUDASTAGING_H

#include <array>

#include "runtime/device/cuda/CudaContext.h"

namespace weft::cuda {

/// Two pinned pieces. While the card reads one the host fills the other; a piece is filled again
/// once the event behind its last copy has passed.
class CudaStaging {
public:
  explicit CudaStaging(CudaContext &context) : context(context) {}

  /// The source may change when this returns; the copy follows what is on the stream.
  Status toDevice(void *destination, const void *source, uint64_t bytes);
  /// Waits: the bytes are there when this returns.
  Status toHost(void *destination, const void *source, uint64_t bytes);
  void close();

private:
  struct Piece {
    std::byte *memory = nullptr;
    CuEvent passed = nullptr;
    uint64_t used = 0;
    bool isOnTheWay = false; ///< `passed` stands behind its copies
  };

  Status prepare(Piece &piece);
  /// Makes room for `bytes` in the current piece, or goes on to the next.
  Status makeRoom(uint64_t bytes);
  void emptyPieces();

  CudaContext &context;
  std::array<Piece, 2> pieces;
  size_t current = 0;
};

} // namespace weft::cuda

#endif
