// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A device without kernels: a launch does nothing, a copy copies. It runs exec programs whose code
// nobody compiled.
#include <cstring>

#include "weft/abi/Device.h"

namespace {

int launch(WeftDevice *, WeftProgram *, uint64_t, void *const *, const uint64_t *, const int64_t *,
           int64_t) {
  return 0;
}
int copy(WeftDevice *, void *destination, const void *source, uint64_t bytes) {
  std::memmove(destination, source, bytes);
  return 0;
}
int synchronize(WeftDevice *) { return 0; }
const char *lastError(WeftDevice *) { return ""; }

} // namespace

extern "C" int weftDeviceOpen(const char *, const WeftDeviceApi **api, WeftDevice **device) {
  static const WeftDeviceApi functions = {.version = WEFT_DEVICE_VERSION,
                                          .name = "fuzz",
                                          .codeTypes = nullptr,
                                          .rate = nullptr,
                                          .target = nullptr,
                                          .hasOwnMemory = 0,
                                          .allocate = nullptr,
                                          .release = nullptr,
                                          .countMemory = nullptr,
                                          .toDevice = copy,
                                          .toHost = copy,
                                          .copy = copy,
                                          .load = nullptr,
                                          .unload = nullptr,
                                          .launch = launch,
                                          .spread = nullptr,
                                          .synchronize = synchronize,
                                          .words = nullptr,
                                          .graphs = nullptr,
                                          .clock = nullptr,
                                          .call = nullptr,
                                          .lastError = lastError,
                                          .finish = nullptr,
                                          .close = nullptr};
  *api = &functions;
  *device = nullptr; // nothing to close
  return 0;
}
