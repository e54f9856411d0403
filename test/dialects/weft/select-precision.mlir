// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --weft-select-precision=precision=bf16 | FileCheck %s
// RUN: weft-opt %s --weft-select-precision=precision=f32 | FileCheck %s --check-prefix=F32
// RUN: weft-opt %s --weft-select-precision=precision=bf16 --weft-select-precision=precision=bf16 | FileCheck %s
// The same with f16.
// RUN: sed 's/b[f]16/f16/g' %s > %t.mlir && weft-opt %s --weft-select-precision=precision=f16 | FileCheck %t.mlir --implicit-check-not=bf16

// F32-NOT: bf16
// CHECK: module attributes {weft.precision = "bf16"}

// Both factors are rounded, the result is not, and nothing else is.
// CHECK-LABEL: @layer
// CHECK-SAME: (%[[X:.*]]: tensor<8x16xf32>, %[[W:.*]]: tensor<16x4xf32>, %[[B:.*]]: tensor<8x4xf32>)
// CHECK-NEXT: %[[A:.*]] = weft.cast %[[X]] : tensor<8x16xf32> -> tensor<8x16xbf16>
// CHECK-NEXT: %[[C:.*]] = weft.cast %[[W]] : tensor<16x4xf32> -> tensor<16x4xbf16>
// CHECK-NEXT: %[[Y:.*]] = weft.dot %[[A]], %[[C]] batch [] x [] contract [1] x [0] : tensor<8x16xbf16>, tensor<16x4xbf16> -> tensor<8x4xf32>
// CHECK-NEXT: weft.add %[[Y]], %[[B]] : tensor<8x4xf32>
func.func @layer(%x: tensor<8x16xf32>, %w: tensor<16x4xf32>, %b: tensor<8x4xf32>) -> tensor<8x4xf32> {
  %y = weft.dot %x, %w batch [] x [] contract [1] x [0] : tensor<8x16xf32>, tensor<16x4xf32> -> tensor<8x4xf32>
  %z = weft.add %y, %b : tensor<8x4xf32>
  return %z : tensor<8x4xf32>
}

// Once for all products, and before what only moves elements: %h is not asked for in f32.
// CHECK-LABEL: @shared
// CHECK: %[[H:.*]] = weft.relu
// CHECK-NEXT: %[[A:.*]] = weft.cast %[[H]] : tensor<4x6xf32> -> tensor<4x6xbf16>
// CHECK-NEXT: %[[R:.*]] = weft.reshape %[[A]] : tensor<4x6xbf16> -> tensor<2x2x6xbf16>
// CHECK: %[[T:.*]] = weft.transpose %[[R]] permutation [2, 0, 1] : tensor<2x2x6xbf16> -> tensor<6x2x2xbf16>
// CHECK-NOT: weft.cast
// CHECK: weft.dot %[[R]], %[[T]]
// CHECK: weft.dot %[[A]], %[[A]]
// CHECK: weft.dot %[[R]], %[[R]]
func.func @shared(%x: tensor<4x6xf32>) -> (tensor<2x2x2x2xf32>, tensor<4x4xf32>, tensor<f32>) {
  %h = weft.relu %x : tensor<4x6xf32>
  %r = weft.reshape %h : tensor<4x6xf32> -> tensor<2x2x6xf32>
  %t = weft.transpose %r permutation [2, 0, 1] : tensor<2x2x6xf32> -> tensor<6x2x2xf32>
  %a = weft.dot %r, %t batch [] x [] contract [2] x [0] : tensor<2x2x6xf32>, tensor<6x2x2xf32> -> tensor<2x2x2x2xf32>
  %b = weft.dot %h, %h batch [] x [] contract [1] x [1] : tensor<4x6xf32>, tensor<4x6xf32> -> tensor<4x4xf32>
  %c = weft.dot %r, %r batch [] x [] contract [0, 1, 2] x [0, 1, 2] : tensor<2x2x6xf32>, tensor<2x2x6xf32> -> tensor<f32>
  return %a, %b, %c : tensor<2x2x2x2xf32>, tensor<4x4xf32>, tensor<f32>
}

// A product that comes after the move, but before the product of what was moved.
// CHECK-LABEL: @later
// CHECK: %[[A:.*]] = weft.cast
// CHECK-NEXT: %[[T:.*]] = weft.transpose %[[A]]
// CHECK-NEXT: weft.dot %[[A]], %[[A]]
// CHECK-NEXT: weft.dot %[[T]], %[[T]]
func.func @later(%x: tensor<4x6xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>) {
  %t = weft.transpose %x permutation [1, 0] : tensor<4x6xf32> -> tensor<6x4xf32>
  %a = weft.dot %x, %x batch [] x [] contract [1] x [1] : tensor<4x6xf32>, tensor<4x6xf32> -> tensor<4x4xf32>
  %b = weft.dot %t, %t batch [] x [] contract [0] x [0] : tensor<6x4xf32>, tensor<6x4xf32> -> tensor<4x4xf32>
  return %a, %b : tensor<4x4xf32>, tensor<4x4xf32>
}

// A weight that a loop reads is rounded before the loop, what the loop makes in each step.
// CHECK-LABEL: @loop
// CHECK-SAME: (%[[H:.*]]: tensor<3xf32>, %[[W:.*]]: tensor<3x3xf32>,
// CHECK-NEXT: %[[C:.*]] = weft.cast %[[W]]
// CHECK-NEXT: weft.scan carry(%[[H]]) over(%{{.*}}) with(%[[W]], %[[C]] : tensor<3x3xf32>, tensor<3x3xbf16>)
// CHECK-NEXT: ^bb0(%[[OLD:.*]]: tensor<3xf32>, %{{.*}}: tensor<3xf32>, %{{.*}}: tensor<3x3xf32>, %[[INNER:.*]]: tensor<3x3xbf16>):
// CHECK-NEXT: %[[A:.*]] = weft.cast %[[OLD]]
// CHECK-NEXT: weft.dot %[[A]], %[[INNER]]
// CHECK: return
func.func @loop(%h: tensor<3xf32>, %w: tensor<3x3xf32>, %x: tensor<2x3xf32>) -> tensor<3xf32> {
  %last = weft.scan carry(%h) over(%x) with(%w : tensor<3x3xf32>) {
  ^bb0(%old: tensor<3xf32>, %row: tensor<3xf32>, %inner: tensor<3x3xf32>):
    %product = weft.dot %old, %inner batch [] x [] contract [0] x [0] : tensor<3xf32>, tensor<3x3xf32> -> tensor<3xf32>
    %next = weft.add %product, %row : tensor<3xf32>
    weft.yield %next : tensor<3xf32>
  } : (tensor<3xf32>) -> tensor<3xf32>, (tensor<2x3xf32>) -> ()
  return %last : tensor<3xf32>
}

// The gradient of relu asks where it let something through: the rounding knows. A comparison before the rounding, and one with
// another number, read the value.
// CHECK-LABEL: @signs
// CHECK: %[[H:.*]] = weft.relu
// CHECK: weft.compare{{ +}}gt %[[H]], %[[ZERO:[a-z0-9_]+]] :
// CHECK: %[[A:.*]] = weft.cast %[[H]] : tensor<4x6xf32> -> tensor<4x6xbf16>
// CHECK: weft.dot %[[A]], %[[A]]
// CHECK-NEXT: %[[WIDE:.*]] = weft.cast %[[A]] : tensor<4x6xbf16> -> tensor<4x6xf32>
// CHECK-NEXT: weft.compare{{ +}}gt %[[WIDE]], %[[ZERO]] :
// CHECK: weft.compare{{ +}}gt %[[H]], %{{.*}} :
// CHECK: weft.compare{{ +}}ge %[[H]], %[[ZERO]] :
func.func @signs(%x: tensor<4x6xf32>) -> (tensor<4x4xf32>, tensor<4x6xi1>, tensor<4x6xi1>, tensor<4x6xi1>, tensor<4x6xi1>) {
  %zero = weft.constant dense<0.0> : tensor<4x6xf32>
  %one = weft.constant dense<1.0> : tensor<4x6xf32>
  %h = weft.relu %x : tensor<4x6xf32>
  %before = weft.compare gt %h, %zero : tensor<4x6xf32> -> tensor<4x6xi1>
  %y = weft.dot %h, %h batch [] x [] contract [1] x [1] : tensor<4x6xf32>, tensor<4x6xf32> -> tensor<4x4xf32>
  %after = weft.compare gt %h, %zero : tensor<4x6xf32> -> tensor<4x6xi1>
  %above = weft.compare gt %h, %one : tensor<4x6xf32> -> tensor<4x6xi1>
  %least = weft.compare ge %h, %zero : tensor<4x6xf32> -> tensor<4x6xi1>
  return %y, %before, %after, %above, %least : tensor<4x4xf32>, tensor<4x6xi1>, tensor<4x6xi1>, tensor<4x6xi1>, tensor<4x6xi1>
}

// Bounded sizes stay.
// CHECK-LABEL: @bounded
// CHECK: weft.cast %{{.*}} : tensor<?x4xf32, #weft.bounded<[n(8 by 1), 4]>> -> tensor<?x4xbf16, #weft.bounded<[n(8 by 1), 4]>>
func.func @bounded(%x: tensor<?x4xf32, #weft.bounded<[n(8 by 1), 4]>>, %w: tensor<4x4xf32>) -> tensor<?x4xf32, #weft.bounded<[n(8 by 1), 4]>> {
  %y = weft.dot %x, %w batch [] x [] contract [1] x [0] : tensor<?x4xf32, #weft.bounded<[n(8 by 1), 4]>>, tensor<4x4xf32> -> tensor<?x4xf32, #weft.bounded<[n(8 by 1), 4]>>
  return %y : tensor<?x4xf32, #weft.bounded<[n(8 by 1), 4]>>
}
