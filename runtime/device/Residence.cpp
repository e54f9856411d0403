// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/device/Residence.h"

#include "runtime/base/Memory.h"
#include "runtime/base/Storage.h"

namespace weft {

Result<Tensor> Residence::allocate(DType dtype, const Shape &shape) const {
  if (isHost())
    return Tensor::allocate(dtype, shape);
  Result<int64_t> bytes = countBytes(dtype, shape);
  if (!bytes)
    return bytes.status();
  Tensor tensor;
  tensor.type = dtype;
  tensor.sizes = shape;
  tensor.storage = std::make_shared<Tensor::Storage>();
  tensor.storage->capacity = int64_t(getUsableBytes(uint64_t(*bytes)));
  if (Status status = tensor.storage->placeOn(device); !status)
    return status;
  tensor.storage->newest = Tensor::Storage::Newest::Device;
  return tensor;
}

Result<std::byte *> Residence::locate(const Tensor &argument, bool again) const {
  if (isHost() || !argument.storage) {
    if (Status status = argument.fetch(); !status)
      return status;
    return argument.data();
  }
  if (Status status = argument.storage->copyToDevice(device, again); !status)
    return status;
  return static_cast<std::byte *>(argument.storage->remote);
}

Result<std::byte *> Residence::locateResult(const Tensor &result) const {
  if (isHost() || !result.storage)
    return locate(result, false);
  if (Status status = result.storage->placeOn(device); !status)
    return status;
  return static_cast<std::byte *>(result.storage->remote);
}

void Residence::markWritten(const Tensor &result) const {
  if (!isHost() && result.storage)
    result.storage->newest = Tensor::Storage::Newest::Device;
}

} // namespace weft
