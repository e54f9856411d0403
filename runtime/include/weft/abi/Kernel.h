/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* How a compiled CPU kernel is called. Plain C, no dependencies.
 *
 * A kernel is a block program: the launch runs it once for each task in [0, tasks), in any order
 * and on any thread. Each task writes its own part of the outputs, so the result does not depend on
 * the order. Kernels call nothing, allocate nothing and keep nothing. FTZ and DAZ are set by the
 * caller. */
#ifndef WEFT_ABI_KERNEL_H
#define WEFT_ABI_KERNEL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* arrays: one base pointer per kernel argument, 64-byte aligned unless windowed by a loop.
 * sizes: one value per size of the kernel, in its order; the launch says which symbols they are.
 * task: index of the block program. */
typedef void (*WeftKernel)(void *const *arrays, const int64_t *sizes, int64_t task);

#ifdef __cplusplus
}
#endif

#endif
