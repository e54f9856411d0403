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

#define WEFT_DEVICE_VERSION 5u

typedef struct WeftDevice WeftDevice;
typedef struct WeftProgram WeftProgram; /* the loaded code of one artifact */
typedef struct WeftGraph WeftGraph;     /* recorded launches and copies, which run as one */

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

/* Words of 4 bytes that come to the host without a wait for each. */
typedef struct WeftWordApi {
  /* Fetches a word as it is behind everything launched until now, and does not wait for it. slot:
   * for `read`; WEFT_NO_SLOT where no more are free. */
  int (*note)(WeftDevice *, const void *source, uint32_t *slot);
  /* Waits for what was noted, and takes the slots back. values: null where nobody wants them any
   * more; then it does not wait. */
  int (*read)(WeftDevice *, const uint32_t *slots, uint64_t count, int32_t *values);
} WeftWordApi;
#define WEFT_NO_SLOT 0xFFFFFFFFu

/* What a device with a stream of launches can record. */
typedef struct WeftGraphApi {
  /* From here to `end` what this thread launches and copies does not run: it is recorded, with its
   * addresses, sizes and tasks; nothing else is called between. records: 0 where the device was
   * asked to wait for each launch; then everything runs as ever, and no `end` follows. */
  int (*begin)(WeftDevice *, int *records);
  /* Ends what `begin` began, also behind a failure; graph: null where the record is of no use. */
  int (*end)(WeftDevice *, WeftGraph **graph);
  /* Like a launch, any number of times. */
  int (*run)(WeftDevice *, WeftGraph *graph);
  void (*release)(WeftDevice *, WeftGraph *graph);
} WeftGraphApi;

/* A clock of the device, which sees launches where the host only sees itself wait. */
typedef struct WeftClockApi {
  /* Sets a mark, a number below 16, behind everything launched; an earlier one is gone. */
  int (*mark)(WeftDevice *, uint32_t mark);
  /* Seconds between two marks; waits for the second. */
  int (*measure)(WeftDevice *, uint32_t first, uint32_t second, double *seconds);
} WeftClockApi;

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
  /* Calls turn(context, i) for each i in [0, turns), in any order and on any of its threads, which
   * launch and copy for themselves from there: those run in the order of their turn, on its thread.
   * Returns when all have ended. Null: turns run one after another. */
  int (*spread)(WeftDevice *, void (*turn)(void *context, int64_t i), void *context, int64_t turns);
  int (*synchronize)(WeftDevice *);
  const WeftWordApi *words;   /* null: none */
  const WeftGraphApi *graphs; /* null: none */
  const WeftClockApi *clock;  /* null: none */

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
