// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The bytes behind tensors: in host memory, in that of devices, or in both.
#ifndef RUNTIME_BASE_STORAGE_H
#define RUNTIME_BASE_STORAGE_H

#include <atomic>
#include <mutex>
#include <vector>

#include "weft/Device.h"
#include "weft/Tensor.h"

namespace weft {

struct Tensor::Storage {
  /// Who has the newest bytes. A tensor that never was on a device is the host's. Nowhere: a call
  /// failed while it wrote them.
  enum class Newest { Host, Both, Device, Nowhere };

  /// The bytes in memory of a device.
  struct Copy {
    Device device;
    void *memory = nullptr;
    bool isNew = false;
    int users = 0; ///< calls that have been given the address
  };

  std::byte *memory = nullptr; ///< of the host; null until the host asks for what a device wrote
  int64_t capacity = 0;        ///< bytes, on a device as on the host
  std::atomic<Newest> newest = Newest::Host;

  Storage() = default;
  Storage(const Storage &) = delete;
  Storage &operator=(const Storage &) = delete;
  ~Storage();

  /// Makes the host's bytes as new as any.
  Status copyToHost();
  /// The same for bytes that may be written: those of devices are old then.
  Status takeToHost();
  /// Memory on that device, the newest bytes in it, which stays there until `giveBack`. Memory on
  /// other devices that no call uses is given up. `again`: also bytes that the host and the device
  /// have, which somebody may have written through a span.
  Result<void *> lend(const Device &device, bool again);
  /// The same with any content, for results.
  Result<void *> lendPlace(const Device &device);
  void giveBack(const Device &device);
  /// That device alone has the newest bytes.
  void markWritten(const Device &device);
  /// A call that failed may have written them in the memory of that device, or, where it is null,
  /// in that of the host: what the host has in its own stays, else they are lost.
  void lose(const Device *device);

private:
  Status copyToHostLocked();
  Result<Copy *> placeLocked(const Device &wanted);
  Copy *find(const Device &device);

  std::mutex mutex; ///< while bytes move, or their places change
  std::vector<Copy> copies;
};

} // namespace weft

#endif
