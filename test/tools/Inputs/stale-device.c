/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 * A device of interface version 2: its table ends where a newer one has more functions. */
#include <stdint.h>

static const struct {
  uint32_t version;
  const void *functions[14];
} table = {2, {0}};

int weftDeviceOpen(const char *options, const void **api, void **device) {
  static int there;
  *api = &table;
  *device = &there;
  return options == 0;
}
