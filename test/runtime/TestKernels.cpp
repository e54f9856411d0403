// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels written by hand, in the place of compiled ones: they fix what the interpreter and the
// device promise.
#include "weft/abi/Kernel.h"

namespace {

template <typename T> T *at(void *const *arrays, int index) {
  return static_cast<T *>(arrays[index]);
}

} // namespace

extern "C" {

// y[8] = a[8] + b[8]; a task is two elements.
void addKernel(void *const *arrays, const int64_t *, int64_t task) {
  for (int64_t i = 2 * task; i < 2 * task + 2; ++i)
    at<float>(arrays, 2)[i] = at<float>(arrays, 0)[i] + at<float>(arrays, 1)[i];
}

// y[4] = a[4] * b[4].
void multiplyKernel(void *const *arrays, const int64_t *, int64_t) {
  for (int i = 0; i < 4; ++i)
    at<float>(arrays, 2)[i] = at<float>(arrays, 0)[i] * at<float>(arrays, 1)[i];
}

// y = sum of x[4].
void sumKernel(void *const *arrays, const int64_t *, int64_t) {
  float sum = 0;
  for (int i = 0; i < 4; ++i)
    sum += at<float>(arrays, 0)[i];
  *at<float>(arrays, 1) = sum;
}

// y[4] = x, a scalar, everywhere.
void broadcastKernel(void *const *arrays, const int64_t *, int64_t) {
  for (int i = 0; i < 4; ++i)
    at<float>(arrays, 1)[i] = *at<float>(arrays, 0);
}

// y[n, 4] = 2 x[n, 4] with n = size 0, at most 64 rows; a task is sixteen rows.
void doubleRowsKernel(void *const *arrays, const int64_t *sizes, int64_t task) {
  for (int64_t i = 64 * task; i < 64 * task + 64 && i < 4 * sizes[0]; ++i)
    at<float>(arrays, 1)[i] = 2 * at<float>(arrays, 0)[i];
}

// next[4] = h[4] / 2 + x[4]; out[4] = next: one step of a recurrence.
void stepKernel(void *const *arrays, const int64_t *, int64_t) {
  for (int i = 0; i < 4; ++i)
    at<float>(arrays, 3)[i] = at<float>(arrays, 2)[i] =
        at<float>(arrays, 0)[i] / 2 + at<float>(arrays, 1)[i];
}

// y[m] = x[64] with m = size 0.
void prefixKernel(void *const *arrays, const int64_t *sizes, int64_t) {
  for (int64_t i = 0; i < sizes[0]; ++i)
    at<float>(arrays, 1)[i] = at<float>(arrays, 0)[i];
}

// y[task] = x · x · x ... in the order of a long sum, so that another order would give other bits.
void longSumKernel(void *const *arrays, const int64_t *, int64_t task) {
  float sum = 0;
  for (int i = 0; i < 1000; ++i)
    sum += at<float>(arrays, 0)[(i * 7 + task) % 64] / float(i + 1);
  at<float>(arrays, 1)[task] = sum;
}

// w -= lr · g; count of elements 4.
void descendKernel(void *const *arrays, const int64_t *, int64_t) {
  for (int i = 0; i < 4; ++i)
    at<float>(arrays, 3)[i] =
        at<float>(arrays, 0)[i] - *at<float>(arrays, 2) * at<float>(arrays, 1)[i];
}
}
