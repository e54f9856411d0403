// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One card as this process uses it: its primary context and one stream, on which everything happens
// in order.
#ifndef RUNTIME_DEVICE_CUDA_CUDACONTEXT_H
#define RUNTIME_DEVICE_CUDA_CUDACONTEXT_H

#include <new>
#include <string>
#include <utility>

#include "runtime/device/cuda/Driver.h"

namespace weft::cuda {

/// Options of the device: "card=0,driver=PATH,sync=1,poison=1".
struct CudaOptions {
  std::string driver; ///< library in the place of libcuda.so.1
  int card = 0;
  bool waits = false;   ///< for each kernel, so that an error names it
  bool poisons = false; ///< fresh memory, so that what reads it before it is written gives NaN

  static Result<CudaOptions> parse(std::string_view text);
};

class CudaContext {
public:
  CudaContext() = default;
  CudaContext(const CudaContext &) = delete;
  CudaContext &operator=(const CudaContext &) = delete;
  ~CudaContext() { close(); }

  Status open(const CudaOptions &options);
  /// Gives back stream and context; failures are kept for `takeTrouble`.
  void close();

  /// Makes the context that of the calling thread, and tells what was noted since.
  Status enter();
  Status makeCurrent() const;
  /// Waits for everything on the stream.
  Status wait() const;
  /// Does what has nobody to tell of a failure, a Status or a lack of memory, and keeps the first
  /// for the next call that has.
  template <typename Call> void attempt(Call call) noexcept {
    try {
      Status status = call();
      if (trouble)
        trouble = std::move(status);
    } catch (const std::bad_alloc &) {
      lacksMemory = true;
    }
  }
  Status takeTrouble();

  Driver driver;
  CudaOptions options;
  CuStream stream = nullptr;
  std::string cardName;
  int driverVersion = 0; ///< the newest CUDA that it knows: 12040 for 12.4
  int sm = 0;            ///< compute capability, 90 for 9.0
  int processors = 0, threadLimit = 0, cacheBytes = 0;
  int sharedLimit = 0; ///< bytes of dynamic shared memory of a block, with the opt-in

private:
  Status findCard();

  CuCard card = 0;
  CuContext context = nullptr;
  Status trouble;
  bool lacksMemory = false; ///< of the host, even for the words of `trouble`
};

} // namespace weft::cuda

#endif
