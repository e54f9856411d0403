// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --split-input-file --verify-diagnostics --weft-unroll-scans

module @unroll_scans_c1 {
  func.func @step(%h0: tensor<4xf32>, %xs: tensor<?x4xf32, #weft.bounded<[n(8 by 1), 4]>>) -> tensor<4xf32> {
    // expected-error @+1 {{'weft.scan' op expects a constant trip count to be unrolled, got n (unroll-scans.C1)}}
    %last = weft.scan carry(%h0) over(%xs) {
    ^bb0(%h: tensor<4xf32>, %x: tensor<4xf32>):
      %next = weft.mul %h, %x : tensor<4xf32>
      weft.yield %next : tensor<4xf32>
    } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<?x4xf32, #weft.bounded<[n(8 by 1), 4]>>) -> ()
    return %last : tensor<4xf32>
  }
}

// -----

module @unroll_scans_c2 {
  func.func @step(%h0: tensor<4xf32>, %xs: tensor<9223372036854775807x4xf32>) -> tensor<4xf32> {
    // expected-error @+1 {{'weft.scan' op expects to become at most 1000000 ops when it is unrolled, got 3 for each of 9223372036854775807 iterations (unroll-scans.C2)}}
    %last = weft.scan carry(%h0) over(%xs) {
    ^bb0(%h: tensor<4xf32>, %x: tensor<4xf32>):
      %next = weft.mul %h, %x : tensor<4xf32>
      weft.yield %next : tensor<4xf32>
    } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<9223372036854775807x4xf32>) -> ()
    return %last : tensor<4xf32>
  }
}

// -----

// A scan in a scan counts as often as it would be unrolled.
module @unroll_scans_c2_nested {
  func.func @step(%h0: tensor<4xf32>, %xs: tensor<1000x4xf32>) -> tensor<4xf32> {
    // expected-error @+1 {{'weft.scan' op expects to become at most 1000000 ops when it is unrolled, got 4002 for each of 1000 iterations (unroll-scans.C2)}}
    %last = weft.scan carry(%h0) over(%xs) with(%xs : tensor<1000x4xf32>) {
    ^bb0(%h: tensor<4xf32>, %x: tensor<4xf32>, %all: tensor<1000x4xf32>):
      %inner = weft.scan carry(%h) over(%all) {
      ^bb1(%g: tensor<4xf32>, %y: tensor<4xf32>):
        %next = weft.mul %g, %y : tensor<4xf32>
        weft.yield %next : tensor<4xf32>
      } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<1000x4xf32>) -> ()
      weft.yield %inner : tensor<4xf32>
    } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<1000x4xf32>) -> ()
    return %last : tensor<4xf32>
  }
}
