// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/base/Storage.h"

#include <algorithm>
#include <cstdlib>

#include "runtime/base/Format.h"
#include "runtime/base/Memory.h"

namespace weft {

Tensor::Storage::~Storage() {
  for (const Copy &copy : copies)
    copy.device.api().release(copy.device.handle(), copy.memory);
  std::free(memory);
}

Tensor::Storage::Copy *Tensor::Storage::find(const Device &device) {
  auto found = std::find_if(copies.begin(), copies.end(), [&](const Copy &copy) {
    return copy.device.handle() == device.handle();
  });
  return found == copies.end() ? nullptr : &*found;
}

Status Tensor::Storage::copyToHostLocked() {
  if (newest.load() == Newest::Nowhere)
    return makeError(ErrorCode::Device, "the values are lost: a call failed while it wrote them in "
                                        "place; go on from a checkpoint");
  if (newest.load() != Newest::Device)
    return {};
  if (!memory)
    memory = static_cast<std::byte *>(allocateMemory(uint64_t(capacity)));
  if (!memory)
    return outOfMemory("out of memory: a tensor of {} bytes does not fit", capacity);
  const Copy &copy = *std::find_if(copies.begin(), copies.end(),
                                   [](const Copy &candidate) { return candidate.isNew; });
  int code =
      copy.device.api().toHost(copy.device.handle(), memory, copy.memory, uint64_t(capacity));
  if (code != 0)
    return copy.device.check(code);
  newest = Newest::Both;
  return {};
}

Status Tensor::Storage::copyToHost() {
  Newest now = newest.load();
  if (now == Newest::Host || now == Newest::Both)
    return {};
  std::lock_guard lock(mutex);
  return copyToHostLocked();
}

Status Tensor::Storage::takeToHost() {
  if (newest.load() == Newest::Host)
    return {};
  std::lock_guard lock(mutex);
  if (Status status = copyToHostLocked(); !status)
    return status;
  for (Copy &copy : copies)
    copy.isNew = false;
  newest = Newest::Host;
  return {};
}

Result<Tensor::Storage::Copy *> Tensor::Storage::placeLocked(const Device &wanted) {
  if (Copy *copy = find(wanted))
    return copy;
  // Tensors go from device to device without filling both; but what a call of another thread was
  // given stays where it is.
  bool isIdle =
      std::any_of(copies.begin(), copies.end(), [](const Copy &copy) { return copy.users == 0; });
  if (isIdle) {
    if (Status status = newest.load() == Newest::Device ? copyToHostLocked() : Status(); !status)
      return status;
    std::erase_if(copies, [](const Copy &copy) {
      if (copy.users == 0)
        copy.device.api().release(copy.device.handle(), copy.memory);
      return copy.users == 0;
    });
    bool hasNew =
        std::any_of(copies.begin(), copies.end(), [](const Copy &copy) { return copy.isNew; });
    if (newest.load() == Newest::Both && !hasNew)
      newest = Newest::Host;
  }
  copies.reserve(copies.size() + 1); // memory of the device is not lost where the host has none
  void *place = nullptr;
  int code = wanted.api().allocate(wanted.handle(), uint64_t(capacity), &place);
  if (code != 0)
    return wanted.check(code);
  copies.push_back({wanted, place});
  return &copies.back();
}

Result<void *> Tensor::Storage::lendPlace(const Device &device) {
  std::lock_guard lock(mutex);
  Result<Copy *> copy = placeLocked(device);
  if (!copy)
    return copy.status();
  ++(*copy)->users;
  return (*copy)->memory;
}

Result<void *> Tensor::Storage::lend(const Device &device, bool again) {
  std::lock_guard lock(mutex);
  Result<Copy *> found = placeLocked(device);
  if (!found)
    return found.status();
  Copy &copy = **found;
  bool isThere = copy.isNew && (newest.load() == Newest::Device || !again);
  if (!isThere || newest.load() == Newest::Nowhere) {
    if (Status status = copyToHostLocked(); !status)
      return status;
    int code = device.api().toDevice(device.handle(), copy.memory, memory, uint64_t(capacity));
    if (code != 0)
      return device.check(code);
    if (newest.load() == Newest::Host || again)
      for (Copy &other : copies)
        other.isNew = false;
    copy.isNew = true;
    newest = Newest::Both;
  }
  ++copy.users;
  return copy.memory;
}

void Tensor::Storage::giveBack(const Device &device) {
  std::lock_guard lock(mutex);
  --find(device)->users;
}

void Tensor::Storage::markWritten(const Device &device) {
  std::lock_guard lock(mutex);
  for (Copy &copy : copies)
    copy.isNew = copy.device.handle() == device.handle();
  newest = Newest::Device;
}

void Tensor::Storage::lose(const Device *device) {
  std::lock_guard lock(mutex);
  bool isKept = device && (newest.load() == Newest::Both || newest.load() == Newest::Host);
  for (Copy &copy : copies)
    copy.isNew = false;
  newest = isKept ? Newest::Host : Newest::Nowhere;
}

} // namespace weft
