// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The bytes behind tensors: in host memory, in that of a device, or in both.
#ifndef RUNTIME_BASE_STORAGE_H
#define RUNTIME_BASE_STORAGE_H

#include <atomic>
#include <mutex>
#include <optional>

#include "weft/Device.h"
#include "weft/Tensor.h"

namespace weft {

struct Tensor::Storage {
  /// Who has the newest bytes. A tensor that never was on a device is the host's.
  enum class Newest { Host, Both, Device };

  std::byte *memory = nullptr; ///< of the host; null until the host asks for what a device wrote
  int64_t capacity = 0;        ///< bytes, on the device as on the host
  std::optional<Device> device;
  void *remote = nullptr; ///< memory of that device
  std::atomic<Newest> newest = Newest::Host;
  std::mutex mutex; ///< while bytes move, or their place changes

  Storage() = default;
  Storage(const Storage &) = delete;
  Storage &operator=(const Storage &) = delete;
  ~Storage();

  /// Makes the host's bytes as new as any.
  Status copyToHost();
  /// The same for bytes that may be written: the device's are old then.
  Status takeToHost();
  /// Memory on that device, the host's bytes in it; gives up memory on another. `again`: also bytes
  /// that both have, which somebody may have written through a span.
  Status copyToDevice(const Device &wanted, bool again);
  /// Memory on that device with any content.
  Status placeOn(const Device &wanted);

private:
  Status copyToHostLocked();
  Status placeLocked(const Device &wanted);
};

} // namespace weft

#endif
