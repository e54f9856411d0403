// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where kernels of a device find the bytes of tensors: in place on devices that compute on host
// memory, in a copy on those with memory of their own. The copy is made once and stays: weights,
// moments and caches cross over once, then each call finds what the one before wrote.
#ifndef RUNTIME_DEVICE_RESIDENCE_H
#define RUNTIME_DEVICE_RESIDENCE_H

#include <vector>

#include "weft/Device.h"
#include "weft/Tensor.h"

namespace weft {

/// Of one call. Addresses hold as long as it lives, also where a call of another thread wants the
/// tensor on another device.
class Residence {
public:
  explicit Residence(const Device &device) : device(device) {}
  Residence(const Residence &) = delete;
  Residence &operator=(const Residence &) = delete;
  ~Residence();

  /// A tensor with room for the shape and any content. On a device with memory of its own it takes
  /// memory of the host only when the host reads it.
  Result<Tensor> allocate(DType dtype, const Shape &shape) const;
  /// Address of the newest bytes of an argument, at the device. `again`: brings the host's bytes
  /// even if the device has seen them.
  Result<std::byte *> locate(const Tensor &argument, bool again);
  /// Address of a result, whose content does not matter yet; for good once `markWritten` says so.
  Result<std::byte *> locateResult(const Tensor &result);
  /// A call has written it: the device has the newest bytes.
  void markWritten(const Tensor &result) const;
  /// A call failed that may have written it, in the place of an argument.
  void lose(const Tensor &result) const;

private:
  bool isHost() const { return !device.api().hasOwnMemory; }
  Result<std::byte *> take(const Result<void *> &place);
  const Device &device;
  std::vector<Tensor::Storage *> lent; ///< each counts this call among its users; the caller's
};

} // namespace weft

#endif
