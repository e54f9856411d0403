// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/device/Residence.h"

#include "runtime/base/Memory.h"
#include "runtime/base/Storage.h"

namespace weft {

Residence::~Residence() {
  for (Tensor::Storage *storage : lent)
    storage->giveBack(device);
}

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
  Result<void *> place = tensor.storage->lendPlace(device);
  if (!place)
    return place.status();
  tensor.storage->giveBack(device);
  tensor.storage->markWritten(device);
  return tensor;
}

/// The address, or one tensor less to give back.
Result<std::byte *> Residence::take(const Result<void *> &place) {
  if (place)
    return static_cast<std::byte *>(*place);
  lent.pop_back();
  return place.status();
}

Result<std::byte *> Residence::locate(const Tensor &argument, bool again) {
  if (isHost() || !argument.storage) {
    if (Status status = argument.fetch(); !status)
      return status;
    return argument.data();
  }
  lent.push_back(argument.storage.get());
  return take(argument.storage->lend(device, again));
}

Result<std::byte *> Residence::locateResult(const Tensor &result) {
  if (isHost() || !result.storage)
    return locate(result, false);
  lent.push_back(result.storage.get());
  return take(result.storage->lendPlace(device));
}

void Residence::markWritten(const Tensor &result) const {
  if (!isHost() && result.storage)
    result.storage->markWritten(device);
}

void Residence::lose(const Tensor &result) const {
  if (result.storage)
    result.storage->lose(isHost() ? nullptr : &device);
}

} // namespace weft
