/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* The interface of a device. Plain C, no dependencies. The runtime brings cpu and cuda; interpreter
 * and sim are plug-ins of the compiler's side that export weftDeviceOpen.
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

#define WEFT_DEVICE_VERSION 3u

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

/* A kernel of the artifact. */
typedef struct WeftKernelInfo {
  const char *symbol; /* its name in the code */
  uint64_t arrayCount, sizeCount;
  uint64_t threads, sharedBytes; /* of a block on a GPU, dynamic memory; 0 elsewhere */
  const char *place;             /* the line of the model it was made for, or empty */
} WeftKernelInfo;

typedef struct WeftDeviceApi {
  uint32_t version; /* WEFT_DEVICE_VERSION */
  const char *name; /* "cpu", "cuda", "interpreter", "sim" */
  /* WeftSectionType of the sections whose code it can load, the best first; ends with 0. */
  const uint32_t *codeTypes;
  /* How well it runs code of this type compiled for this target ("sm_80"): 0 not at all, else more
   * is better. Null: any code of codeTypes, in its order. */
  uint64_t (*rate)(WeftDevice *, uint32_t codeType, const char *target);
  /* The target of the GPU that is there ("sm_90"), for those that compile for it; or null. */
  const char *(*target)(WeftDevice *);

  /* Whether its memory is its own: then host code must not touch what allocate gives, and only the
   * copies below cross over. 0: it is host memory, and kernels run on host addresses in place. */
  uint32_t hasOwnMemory;
  /* Memory the device computes on; 64-byte aligned, with any content. release may be called while
   * launches that use the memory have not ended: what is allocated then is used after them. */
  int (*allocate)(WeftDevice *, uint64_t bytes, void **memory);
  void (*release)(WeftDevice *, void *memory);
  /* Bytes that could be allocated now, and that there are in all; may be null. */
  int (*countMemory)(WeftDevice *, uint64_t *unused, uint64_t *total);
  /* The source of toDevice and the destination of toHost are host memory that may change, or be
   * read, once they have returned; ranges of copy may overlap. In the order of launches. */
  int (*toDevice)(WeftDevice *, void *destination, const void *source, uint64_t bytes);
  int (*toHost)(WeftDevice *, void *destination, const void *source, uint64_t bytes);
  int (*copy)(WeftDevice *, void *destination, const void *source, uint64_t bytes);

  /* code: a section of one of codeTypes; kernels: in the order of their numbers. */
  int (*load)(WeftDevice *, const void *code, uint64_t codeBytes, const WeftKernelInfo *kernels,
              uint64_t kernelCount, WeftProgram **program);
  void (*unload)(WeftDevice *, WeftProgram *program);

  /* Runs tasks [0, tasks) of a kernel; complete when it returns, or at the next synchronize.
   * arrays, bytes (from each array to the end of its buffer) and sizes (one value per size of the
   * kernel) may change once it has returned. */
  int (*launch)(WeftDevice *, WeftProgram *program, uint64_t kernel, void *const *arrays,
                const uint64_t *bytes, const int64_t *sizes, int64_t tasks);
  int (*synchronize)(WeftDevice *);

  /* Null on devices that run exec programs. A device that gives the meaning of the graph instead
   * (the interpreter: its code section is IR text) runs a whole function here; results are copied
   * out in the dtype the caller asks for. */
  int (*call)(WeftDevice *, WeftProgram *program, const char *function,
              const WeftTensorView *arguments, uint64_t argumentCount, WeftTensorView *results,
              uint64_t resultCount);

  const char *(*lastError)(WeftDevice *);
  /* Gives back everything but the device itself, and says what failed since the last call that
   * could; only lastError and close may follow. May be null. */
  int (*finish)(WeftDevice *);
  void (*close)(WeftDevice *);
} WeftDeviceApi;

/* Entry point of a device plug-in. options: "threads=2,pin=0"-style text, may be empty. A device
 * that fails to open may be there all the same, for its lastError and to be closed; else it is
 * null. */
typedef int (*WeftDeviceOpen)(const char *options, const WeftDeviceApi **api, WeftDevice **device);

#ifdef __cplusplus
}
#endif

#endif
