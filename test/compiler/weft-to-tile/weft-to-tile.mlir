// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --weft-to-tile %s | FileCheck %s

// The sizes table: symbols in the order of first appearance.
// CHECK: module attributes {{.*}}weft.symbols = [#weft.size<cache0(1024 by 64)>, #weft.size<span0(512 by 64)>]

// Declarations stay.
// CHECK: weft.param @w
weft.param @w : tensor<4xf32> init "zeros" scale 0.0

// Tasks are counted at the bound; those outside the actual size do nothing.
// CHECK-LABEL: func.func @sizes
// CHECK: exec.dispatch @sizes.0.neg(%{{.*}}) sizes [#weft.size<cache0(1024 by 64)>]
// CHECK: %[[N:.*]] = exec.dispatch @sizes.1.size() sizes [#weft.size<cache0(1024 by 64)>] : () -> tensor<i32>
// CHECK: exec.bind_size "span0" at most 512 by 64 = %[[N]] : tensor<i32>
func.func @sizes(%x: tensor<?x64xf32, #weft.bounded<[cache0(1024 by 64), 64]>>) -> tensor<?x64xf32, #weft.bounded<[cache0(1024 by 64), 64]>> {
  %y = weft.neg %x : tensor<?x64xf32, #weft.bounded<[cache0(1024 by 64), 64]>>
  %n = weft.size <cache0(1024 by 64)> : tensor<i32>
  weft.set_size <span0(512 by 64)> = %n : tensor<i32>
  return %y : tensor<?x64xf32, #weft.bounded<[cache0(1024 by 64), 64]>>
}

// A scan is a loop of dispatches; what it captures is used directly.
// CHECK-LABEL: func.func @scan
// CHECK-SAME: (%[[H0:.*]]: tensor<4xf32>, %[[XS:.*]]: tensor<8x4xf32>, %[[B:.*]]: tensor<4xf32>)
// CHECK: exec.loop carry(%[[H0]]) over(%[[XS]]) reverse true
// CHECK: ^bb0(%[[H:[a-z0-9]+]]: tensor<4xf32>, %[[X:[a-z0-9]+]]: tensor<4xf32>):
// CHECK: %[[N:.*]] = exec.dispatch @scan.0.add(%[[H]], %[[X]], %[[B]])
// CHECK: exec.loop_yield %[[N]], %[[N]]
func.func @scan(%h0: tensor<4xf32>, %xs: tensor<8x4xf32>, %b: tensor<4xf32>) -> (tensor<4xf32>, tensor<8x4xf32>) {
  %last, %all = weft.scan carry(%h0) over(%xs) with (%b : tensor<4xf32>) attributes {reverse = true} {
  ^bb0(%h: tensor<4xf32>, %x: tensor<4xf32>, %bias: tensor<4xf32>):
    %s = weft.add %h, %x : tensor<4xf32>
    %n = weft.add %s, %bias : tensor<4xf32>
    weft.yield %n, %n : tensor<4xf32>, tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<8x4xf32>) -> tensor<8x4xf32>
  return %last, %all : tensor<4xf32>, tensor<8x4xf32>
}

// The kernel numbers its sizes, so that it serves other symbols too.
// CHECK: tile.kernel @sizes.0.neg tasks 16 writes [1] sizes [1024]
// CHECK: %[[CACHE:.*]] = tile.size 0
// CHECK: arith.cmpi ult
// CHECK: scf.if
