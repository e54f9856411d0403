// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --weft-to-tile %s | FileCheck %s

// A reshape renames bytes, a transpose that is returned is copied, a concat is one kernel with a section an input.
// CHECK-LABEL: func.func @buffers
// CHECK-SAME: (%[[X:.*]]: tensor<4x6xf32>)
// CHECK: %[[BOTH:.*]] = exec.dispatch @buffers.0.concat(%[[X]]) : (tensor<4x6xf32>) -> tensor<8x6xf32>
// CHECK: %[[FLAT:.*]] = exec.alias %[[X]] : tensor<4x6xf32> -> tensor<24xf32>
// CHECK: %[[T:.*]] = exec.dispatch @buffers.1.copy(%[[X]]) : (tensor<4x6xf32>) -> tensor<6x4xf32>
// CHECK: return %[[FLAT]], %[[T]], %[[BOTH]]
// CHECK: tile.kernel @buffers.0.concat tasks 2
// CHECK: arith.cmpi ult
// CHECK: arith.cmpi ult
// CHECK: tile.kernel @buffers.1.copy
// CHECK: tile.view %{{.*}} offset %c0 sizes %c6, %c4 strides %c1, %c6
func.func @buffers(%x: tensor<4x6xf32>) -> (tensor<24xf32>, tensor<6x4xf32>, tensor<8x6xf32>) {
  %flat = weft.reshape %x : tensor<4x6xf32> -> tensor<24xf32>
  %t = weft.transpose %x permutation [1, 0] : tensor<4x6xf32> -> tensor<6x4xf32>
  %both = weft.concat %x, %x axis 0 : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<8x6xf32>
  return %flat, %t, %both : tensor<24xf32>, tensor<6x4xf32>, tensor<8x6xf32>
}
