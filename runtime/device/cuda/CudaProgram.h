// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernels of one artifact on a card.
#ifndef RUNTIME_DEVICE_CUDA_CUDAPROGRAM_H
#define RUNTIME_DEVICE_CUDA_CUDAPROGRAM_H

#include <memory>
#include <span>
#include <vector>

#include "runtime/device/cuda/CudaContext.h"
#include "weft/abi/Device.h"

namespace weft::cuda {

class CudaProgram {
public:
  explicit CudaProgram(CudaContext &context) : context(context) {}
  CudaProgram(const CudaProgram &) = delete;
  CudaProgram &operator=(const CudaProgram &) = delete;
  ~CudaProgram();

  /// A cubin, or PTX, which the driver compiles for the card; it says why it cannot in its log.
  static Result<std::unique_ptr<CudaProgram>> load(CudaContext &context,
                                                   std::span<const std::byte> code,
                                                   std::span<const WeftKernelInfo> kernels);

  /// As many blocks as the card holds at once; each takes every so-manieth task.
  Status launch(uint64_t kernel, void *const *arrays, const int64_t *sizes, int64_t tasks);

private:
  struct Kernel {
    CuFunction function = nullptr;
    std::string symbol, place;
    uint64_t arrays = 0, sizes = 0;
    unsigned threads = 0, sharedBytes = 0;
    int64_t blocks = 0; ///< that the card holds at once
  };

  Status loadModule(std::span<const std::byte> code);
  Status findKernel(const WeftKernelInfo &info);
  std::string describeVersions(std::string_view ptx) const;

  CudaContext &context;
  CuModule module = nullptr;
  std::vector<Kernel> kernels;
  std::vector<void *> parameters; ///< of the launch being made
};

} // namespace weft::cuda

#endif
