// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --verify-roundtrip | FileCheck %s

// CHECK-LABEL: func.func @cache_and_input
// CHECK: weft.concat %{{.*}}, %{{.*}} axis 1 :
// CHECK-SAME: -> tensor<2x?x16xf32, #weft.bounded<[2, cache0(1024 by 64) + 8, 16]>>
func.func @cache_and_input(%cache: tensor<2x?x16xf32, #weft.bounded<[2, cache0(1024 by 64), 16]>>, %x: tensor<2x8x16xf32>)
    -> tensor<2x?x16xf32, #weft.bounded<[2, cache0(1024 by 64) + 8, 16]>> {
  %seen = weft.concat %cache, %x axis 1 : (tensor<2x?x16xf32, #weft.bounded<[2, cache0(1024 by 64), 16]>>, tensor<2x8x16xf32>) -> tensor<2x?x16xf32, #weft.bounded<[2, cache0(1024 by 64) + 8, 16]>>
  return %seen : tensor<2x?x16xf32, #weft.bounded<[2, cache0(1024 by 64) + 8, 16]>>
}
