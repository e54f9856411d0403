// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/base/Storage.h"

#include <cstdlib>

#include "runtime/base/Format.h"
#include "runtime/base/Memory.h"

namespace weft {

Tensor::Storage::~Storage() {
  if (remote)
    device->api().release(device->handle(), remote);
  std::free(memory);
}

Status Tensor::Storage::copyToHostLocked() {
  if (newest.load() != Newest::Device)
    return {};
  if (!memory)
    memory = static_cast<std::byte *>(allocateMemory(uint64_t(capacity)));
  if (!memory)
    return outOfMemory("out of memory: a tensor of {} bytes does not fit", capacity);
  int code = device->api().toHost(device->handle(), memory, remote, uint64_t(capacity));
  if (code != 0)
    return device->check(code);
  newest = Newest::Both;
  return {};
}

Status Tensor::Storage::copyToHost() {
  if (newest.load() != Newest::Device)
    return {};
  std::lock_guard lock(mutex);
  return copyToHostLocked();
}

Status Tensor::Storage::takeToHost() {
  if (newest.load() == Newest::Host)
    return {};
  std::lock_guard lock(mutex);
  Status status = copyToHostLocked();
  if (status)
    newest = Newest::Host;
  return status;
}

Status Tensor::Storage::placeLocked(const Device &wanted) {
  if (remote && device->handle() == wanted.handle())
    return {};
  if (remote) {
    if (Status status = copyToHostLocked(); !status)
      return status;
    newest = Newest::Host;
    device->api().release(device->handle(), remote);
    remote = nullptr;
  }
  void *place = nullptr;
  int code = wanted.api().allocate(wanted.handle(), uint64_t(capacity), &place);
  if (code != 0)
    return wanted.check(code);
  device = wanted;
  remote = place;
  return {};
}

Status Tensor::Storage::placeOn(const Device &wanted) {
  std::lock_guard lock(mutex);
  return placeLocked(wanted);
}

Status Tensor::Storage::copyToDevice(const Device &wanted, bool again) {
  std::lock_guard lock(mutex);
  if (Status status = placeLocked(wanted); !status)
    return status;
  Newest now = newest.load();
  if (now == Newest::Device || (now == Newest::Both && !again))
    return {};
  int code = device->api().toDevice(device->handle(), remote, memory, uint64_t(capacity));
  if (code != 0)
    return device->check(code);
  newest = Newest::Both;
  return {};
}

} // namespace weft
