// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A device whose memory is its own: host code that uses one of its addresses crashes. It runs
// programs of copies, counts what crosses over, and fails where the options say.
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "weft/abi/Artifact.h"
#include "weft/abi/Device.h"

struct WeftDevice {
  std::atomic<long> up = 0, down = 0, blocks = 0; ///< copies to the device and from it, memory held
  long failUp = 0, failDown = 0, limit = 0;       ///< which copy fails; how much can be allocated
  bool failsToFinish = false;
  char text[128] = "";
};

namespace {

/// No address of a process has this bit, and offsets leave it as it is.
constexpr uintptr_t apart = uintptr_t(1) << 62;

char *reach(const void *memory) {
  return reinterpret_cast<char *>(reinterpret_cast<uintptr_t>(memory) & ~apart);
}

int allocate(WeftDevice *device, uint64_t bytes, void **memory) {
  if (device->limit && bytes > uint64_t(device->limit))
    return 5;
  ++device->blocks;
  char *block = static_cast<char *>(std::aligned_alloc(64, (bytes + 63) / 64 * 64));
  std::memset(block, 0xFF, bytes);
  *memory = reinterpret_cast<void *>(reinterpret_cast<uintptr_t>(block) | apart);
  return 0;
}

void release(WeftDevice *device, void *memory) {
  --device->blocks;
  std::free(reach(memory));
}

int countMemory(WeftDevice *device, uint64_t *unused, uint64_t *total) {
  *total = *unused = uint64_t(device->limit);
  return 0;
}

int toDevice(WeftDevice *device, void *destination, const void *source, uint64_t bytes) {
  if (++device->up == device->failUp)
    return 4;
  std::memcpy(reach(destination), source, bytes);
  return 0;
}

int toHost(WeftDevice *device, void *destination, const void *source, uint64_t bytes) {
  if (++device->down == device->failDown)
    return 4;
  std::memcpy(destination, reach(source), bytes);
  return 0;
}

int copy(WeftDevice *, void *destination, const void *source, uint64_t bytes) {
  std::memmove(reach(destination), reach(source), bytes);
  return 0;
}

int load(WeftDevice *, const void *, uint64_t, const WeftKernelInfo *, uint64_t, WeftProgram **) {
  return 0;
}
void unload(WeftDevice *, WeftProgram *) {}
int launch(WeftDevice *, WeftProgram *, uint64_t, void *const *, const uint64_t *, const int64_t *,
           int64_t) {
  return 4;
}
int synchronize(WeftDevice *) { return 0; }

const char *lastError(WeftDevice *device) {
  std::snprintf(device->text, sizeof device->text, "failed after %ld up, %ld down, %ld held",
                device->up.load(), device->down.load(), device->blocks.load());
  return device->text;
}
int finish(WeftDevice *device) { return device->blocks || device->failsToFinish ? 4 : 0; }
void closeDevice(WeftDevice *device) { delete device; }

constexpr uint32_t codeTypes[] = {WEFT_SECTION_CPU_CODE, 0};

constexpr WeftDeviceApi functions = {
    .version = WEFT_DEVICE_VERSION,
    .name = "apart",
    .codeTypes = codeTypes,
    .rate = nullptr,
    .target = nullptr,
    .hasOwnMemory = 1,
    .allocate = allocate,
    .release = release,
    .countMemory = countMemory,
    .toDevice = toDevice,
    .toHost = toHost,
    .copy = copy,
    .load = load,
    .unload = unload,
    .launch = launch,
    .spread = nullptr,
    .synchronize = synchronize,
    .words = nullptr,
    .graphs = nullptr,
    .clock = nullptr,
    .call = nullptr,
    .lastError = lastError,
    .finish = finish,
    .close = closeDevice,
};

} // namespace

extern "C" int weftDeviceOpen(const char *options, const WeftDeviceApi **api, WeftDevice **device) {
  *api = &functions;
  *device = new WeftDevice;
  long number = 0;
  if (std::sscanf(options, "up=%ld", &number) == 1)
    (*device)->failUp = number;
  else if (std::sscanf(options, "down=%ld", &number) == 1)
    (*device)->failDown = number;
  else if (std::sscanf(options, "limit=%ld", &number) == 1)
    (*device)->limit = number;
  else
    (*device)->failsToFinish = std::strcmp(options, "finish") == 0;
  return 0;
}
