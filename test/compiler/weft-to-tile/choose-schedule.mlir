// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --weft-choose-schedule %s | FileCheck %s
// RUN: weft-opt --weft-choose-schedule=target=cpu:avx2 %s | FileCheck %s
// RUN: not weft-opt --weft-choose-schedule=target=abacus %s 2>&1 | FileCheck %s --check-prefix=INVALID

// INVALID: expects a target with a schedule table (cpu or cpu:<features>), got 'abacus'

// CHECK-LABEL: func.func @schedule
// CHECK: weft.dot {{.*}}schedule = {cols = 64 : i64, depth = 512 : i64, rows = 256 : i64}
// CHECK: weft.dot {{.*}}schedule = {cols = 64 : i64, depth = 256 : i64, rows = 128 : i64}
// CHECK: weft.neg {{.*}}schedule = {cols = 256 : i64, depth = 16 : i64, rows = 1 : i64}
func.func @schedule(%a: tensor<4x4xf32>, %b: tensor<4x4xf64>) -> (tensor<4x4xf32>, tensor<4x4xf64>) {
  %y = weft.dot %a, %a batch [] x [] contract [1] x [0] : tensor<4x4xf32>, tensor<4x4xf32> -> tensor<4x4xf32>
  %z = weft.dot %b, %b batch [] x [] contract [1] x [0] : tensor<4x4xf64>, tensor<4x4xf64> -> tensor<4x4xf64>
  %n = weft.neg %y : tensor<4x4xf32>
  return %n, %z : tensor<4x4xf32>, tensor<4x4xf64>
}
