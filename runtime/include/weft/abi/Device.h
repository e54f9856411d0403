/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* The interface of a device. Plain C, no dependencies. The runtime brings cpu; interpreter
 * is a plug-in of the compiler's side that exports weftDeviceOpen.
 *
 * Every function returns 0 or an exit-code class (docs/spec/cli.md) and then describes the failure
 * in lastError, which stays valid until the next call on the same device. */
#ifndef WEFT_ABI_DEVICE_H
#define WEFT_ABI_DEVICE_H

#include <stdint.h>

#include "weft/abi/Exec.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WEFT_DEVICE_VERSION 1u

typedef struct WeftDevice WeftDevice;
typedef struct WeftProgram WeftProgram; /* the loaded code of one artifact */

/* A tensor at the boundary of a device that runs whole functions. */
typedef struct WeftTensorView {
  void *data;     /* row-major, dense */
  uint64_t dtype; /* WeftDType */
  uint64_t rank;
  int64_t *dims;     /* rank entries; of a result, written by the device */
  uint64_t capacity; /* bytes at data */
} WeftTensorView;

typedef struct WeftDeviceApi {
  uint32_t version; /* WEFT_DEVICE_VERSION */
  const char *name; /* "cpu", "interpreter" */

  /* Memory the device computes on; 64-byte aligned. For the CPU it is host memory. */
  int (*allocate)(WeftDevice *, uint64_t bytes, void **memory);
  void (*release)(WeftDevice *, void *memory);
  int (*toDevice)(WeftDevice *, void *destination, const void *source, uint64_t bytes);
  int (*toHost)(WeftDevice *, void *destination, const void *source, uint64_t bytes);
  int (*copy)(WeftDevice *, void *destination, const void *source, uint64_t bytes);

  /* code: the artifact's section for this device; names: one symbol per kernel, in kernel order. */
  int (*load)(WeftDevice *, const void *code, uint64_t codeBytes, const char *const *names,
              uint64_t nameCount, WeftProgram **program);
  void (*unload)(WeftDevice *, WeftProgram *program);

  /* Runs tasks [0, tasks) of a kernel; complete when it returns, or at the next synchronize.
   * arrays and sizes (one value per size of the kernel) may change once it has returned. */
  int (*launch)(WeftDevice *, WeftProgram *program, uint64_t kernel, void *const *arrays,
                const int64_t *sizes, int64_t tasks);
  int (*synchronize)(WeftDevice *);

  /* Null on devices that run exec programs. A device that gives the meaning of the graph instead
   * (the interpreter: its code section is IR text) runs a whole function here; results are copied
   * out in the dtype the caller asks for. */
  int (*call)(WeftDevice *, WeftProgram *program, const char *function,
              const WeftTensorView *arguments, uint64_t argumentCount, WeftTensorView *results,
              uint64_t resultCount);

  const char *(*lastError)(WeftDevice *);
  void (*close)(WeftDevice *);
} WeftDeviceApi;

/* Entry point of a device plug-in. options: "threads=2,pin=0"-style text, may be empty. */
typedef int (*WeftDeviceOpen)(const char *options, const WeftDeviceApi **api, WeftDevice **device);

#ifdef __cplusplus
}
#endif

#endif
