// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --weft-to-tile --split-input-file --verify-diagnostics %s

func.func private @other(tensor<4xf32>) -> tensor<4xf32>
func.func @kernels_c1(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{'func.call' op expects an op that has a kernel, got none for 'func.call' (kernels.C1)}}
  %y = func.call @other(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// expected-error @below {{'func.func' op expects one block, got 2 (kernels.C2)}}
func.func @kernels_c2(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
^unreached:
  return %x : tensor<4xf32>
}

// -----

// expected-error @below {{'func.func' op expects tensor arguments, got 'f32' (kernels.C3)}}
func.func @kernels_c3(%x: f32) {
  return
}

// -----

func.func @kernels_c4(%q: tensor<1x1x2x?xf32, #weft.bounded<[1, 1, 2, n(8 by 1)]>>, %v: tensor<1x1x2x4xf32>) -> tensor<1x1x2x4xf32> {
  // expected-error @below {{'weft.span_attention' op expects constant feature sizes, got n (kernels.C4)}}
  %y, %stats = weft.span_attention %q, %q, %v reach 0 to #weft.size<2> before_start masked kinds [] epsilon 0.0 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %true, %one : f32, i1, f32
  } : tensor<1x1x2x?xf32, #weft.bounded<[1, 1, 2, n(8 by 1)]>>, tensor<1x1x2x?xf32, #weft.bounded<[1, 1, 2, n(8 by 1)]>>, tensor<1x1x2x4xf32> -> tensor<1x1x2x4xf32>, tensor<1x1x2x3xf32>
  return %y : tensor<1x1x2x4xf32>
}

// -----

func.func @kernels_c5(%q: tensor<1x1x1048576x4xf32>) -> tensor<1x1x1048576x4xf32> {
  // expected-error @below {{'weft.block_sparse_attention' op expects a layout of at most 4194304 blocks of 128, got more for 1048576 queries and 1048576 keys (kernels.C5)}}
  %y, %stats = weft.block_sparse_attention %q, %q, %q layout <128, [strided(1024)]> kinds [] epsilon 0.0 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %true, %one : f32, i1, f32
  } : tensor<1x1x1048576x4xf32>, tensor<1x1x1048576x4xf32>, tensor<1x1x1048576x4xf32> -> tensor<1x1x1048576x4xf32>, tensor<1x1x1048576x3xf32>
  return %y : tensor<1x1x1048576x4xf32>
}
