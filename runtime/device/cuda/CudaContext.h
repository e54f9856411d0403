// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One card as this process uses it: its primary context and one stream, on which everything happens
// in order.
#ifndef RUNTIME_DEVICE_CUDA_CUDACONTEXT_H
#define RUNTIME_DEVICE_CUDA_CUDACONTEXT_H

#include <string>

#include "runtime/device/cuda/Driver.h"

namespace weft::cuda {

/// Options of the device: "card=0,driver=PATH,sync=1".
struct CudaOptions {
  std::string driver; ///< library in the place of libcuda.so.1
  int card = 0;
  bool waits = false; ///< for each kernel, so that an error names it

  static Result<CudaOptions> parse(std::string_view text);
};

class CudaContext {
public:
  CudaContext() = default;
  CudaContext(const CudaContext &) = delete;
  CudaContext &operator=(const CudaContext &) = delete;
  ~CudaContext() { close(); }

  Status open(const CudaOptions &options);
  /// Gives back stream and context; failures go to `note`.
  void close();

  /// Makes the context that of the calling thread, and tells what was noted since.
  Status enter();
  /// Waits for everything on the stream.
  Status wait() const;
  /// Keeps the first failure of a call that has nobody to tell, for the next that has.
  void note(const Status &status) {
    if (trouble)
      trouble = status;
  }
  Status takeTrouble() { return std::exchange(trouble, Status()); }

  Driver driver;
  CudaOptions options;
  CuStream stream = nullptr;
  std::string cardName;
  int driverVersion = 0; ///< the newest CUDA that it knows: 12040 for 12.4
  int sm = 0;            ///< compute capability, 90 for 9.0
  int processors = 0, threadLimit = 0;
  int sharedLimit = 0; ///< bytes of dynamic shared memory of a block, with the opt-in

private:
  Status findCard();

  CuCard card = 0;
  CuContext context = nullptr;
  Status trouble;
};

} // namespace weft::cuda

#endif
