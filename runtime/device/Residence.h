// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where kernels of a device find the bytes of tensors: in place on devices that compute on host
// memory, in a copy on those with memory of their own. The copy is made once and stays: weights,
// moments and caches cross over once, then each call finds what the one before wrote.
#ifndef RUNTIME_DEVICE_RESIDENCE_H
#define RUNTIME_DEVICE_RESIDENCE_H

#include "weft/Device.h"
#include "weft/Tensor.h"

namespace weft {

class Residence {
public:
  explicit Residence(const Device &device) : device(device) {}

  /// A tensor with room for the shape and any content. On a device with memory of its own it takes
  /// memory of the host only when the host reads it.
  Result<Tensor> allocate(DType dtype, const Shape &shape) const;
  /// Address of the newest bytes of an argument, at the device. `again`: brings the host's bytes
  /// even if the device has seen them.
  Result<std::byte *> locate(const Tensor &argument, bool again) const;
  /// Address of a result, whose content does not matter yet; for good once `markWritten` says so.
  Result<std::byte *> locateResult(const Tensor &result) const;
  /// A call has written it, or may have: the device has the newest bytes.
  void markWritten(const Tensor &result) const;

private:
  bool isHost() const { return !device.api().hasOwnMemory; }
  const Device &device;
};

} // namespace weft

#endif
