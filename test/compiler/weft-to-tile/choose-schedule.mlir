// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --weft-choose-schedule %s | FileCheck %s --check-prefixes=CHECK,AVX512
// RUN: weft-opt --weft-choose-schedule=target=cpu:avx2 %s | FileCheck %s --check-prefixes=CHECK,AVX2
// RUN: not weft-opt --weft-choose-schedule=target=abacus %s 2>&1 | FileCheck %s --check-prefix=INVALID

// INVALID: expects a target with a schedule table (cpu or cpu:<features>), got 'abacus'

// CHECK-LABEL: func.func @schedule
// AVX512: weft.dot {{.*}}schedule = {cols = 64 : i64, depth = 64 : i64, rows = 48 : i64}
// AVX2: weft.dot {{.*}}schedule = {cols = 64 : i64, depth = 64 : i64, rows = 24 : i64}
// CHECK: weft.neg {{.*}}schedule = {cols = 256 : i64, depth = 16 : i64, rows = 1 : i64}
func.func @schedule(%a: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %y = weft.dot %a, %a batch [] x [] contract [1] x [0] : tensor<4x4xf32>, tensor<4x4xf32> -> tensor<4x4xf32>
  %n = weft.neg %y : tensor<4x4xf32>
  return %n : tensor<4x4xf32>
}
