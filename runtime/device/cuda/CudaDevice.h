// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The device "cuda": a card of NVIDIA's, behind abi/Device.h, through its driver alone.
#ifndef RUNTIME_DEVICE_CUDA_CUDADEVICE_H
#define RUNTIME_DEVICE_CUDA_CUDADEVICE_H

#include <string>

#include "weft/Status.h"
#include "weft/abi/Device.h"

namespace weft {

/// Options: "card=0,driver=PATH,sync=1". Fails with Usage on bad options, with Device where no card
/// can be used, and says what was tried.
Result<WeftDevice *> openCudaDevice(const std::string &options);

const WeftDeviceApi &getCudaDeviceApi();

} // namespace weft

#endif
