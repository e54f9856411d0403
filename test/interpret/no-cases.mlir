// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: not weft-check %s | FileCheck %s
// RUN: not weft-check --gradient %s | FileCheck %s
// RUN: not weft-check --kernels %s | FileCheck %s
// A file in which nothing is checked is a failure.
// CHECK: 0 passed, 0 failed

func.func @nothing() {
  return
}
