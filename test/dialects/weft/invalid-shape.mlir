// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s -split-input-file -verify-diagnostics
// One function for each label of docs/spec/weft.md, named after it.

func.func @transpose_c1(%x: tensor<2x3xf32>) {
  // expected-error @below {{'weft.transpose' op expects permutation to name each axis once, got 2 entries for rank 2 (transpose.C1)}}
  // expected-error @below {{'weft.transpose' op failed to infer returned types}}
  %0 = weft.transpose %x permutation [0, 0] : tensor<2x3xf32> -> tensor<2x2xf32>
  return
}

// -----

func.func @reshape_c1(%x: tensor<2x3xf32>) {
  // expected-error @below {{'weft.reshape' op expects one element type, got 'f32' vs 'f64' (reshape.C1)}}
  %0 = weft.reshape %x : tensor<2x3xf32> -> tensor<6xf64>
  return
}

// -----

func.func @reshape_c2(%x: tensor<2x3xf32>) {
  // expected-error @below {{'weft.reshape' op expects the same number of elements around each bounded size, got [2, 3] vs [7] (reshape.C2)}}
  %0 = weft.reshape %x : tensor<2x3xf32> -> tensor<7xf32>
  return
}

// -----

func.func @reshape_c2_bounded(%x: tensor<2x?x3xf32, #weft.bounded<[2, n(8 by 1), 3]>>) {
  // expected-error @below {{'weft.reshape' op expects the same number of elements around each bounded size, got [2, n, 3] vs [n, 6] (reshape.C2)}}
  %0 = weft.reshape %x : tensor<2x?x3xf32, #weft.bounded<[2, n(8 by 1), 3]>> -> tensor<?x6xf32, #weft.bounded<[n(8 by 1), 6]>>
  return
}

// -----

func.func @slice_c1(%x: tensor<8xf32>) {
  // expected-error @below {{'weft.slice' op expects axis to be less than the rank, got 1 vs 1 (slice.C1)}}
  // expected-error @below {{'weft.slice' op failed to infer returned types}}
  %0 = weft.slice %x axis 1 start 0 length 2 : tensor<8xf32> -> tensor<2xf32>
  return
}

// -----

func.func @slice_c2(%x: tensor<8xf32>) {
  // expected-error @below {{'weft.slice' op expects start and length to lie inside the axis, got 7 and 2 vs 8 (slice.C2)}}
  // expected-error @below {{'weft.slice' op failed to infer returned types}}
  %0 = weft.slice %x axis 0 start 7 length 2 : tensor<8xf32> -> tensor<2xf32>
  return
}

// -----

func.func @slice_c2_bounded(%x: tensor<?xf32, #weft.bounded<[n(8 by 1) + 2]>>) {
  // expected-error @below {{'weft.slice' op expects start and length to lie inside the axis, got 0 and 3 vs n + 2 (slice.C2)}}
  // expected-error @below {{'weft.slice' op failed to infer returned types}}
  %0 = weft.slice %x axis 0 start 0 length 3 : tensor<?xf32, #weft.bounded<[n(8 by 1) + 2]>> -> tensor<3xf32>
  return
}

// -----

func.func @tail_c1(%x: tensor<8xf32>) {
  // expected-error @below {{'weft.tail' op expects axis to be less than the rank, got 1 vs 1 (tail.C1)}}
  %0 = weft.tail %x axis 1 : tensor<8xf32> -> tensor<2xf32>
  return
}

// -----

func.func @tail_c2(%x: tensor<8x2xf32>) {
  // expected-error @below {{'weft.tail' op expects the result to differ from input only in the size of axis 0, got [4, 3] vs [8, 2] (tail.C2)}}
  %0 = weft.tail %x axis 0 : tensor<8x2xf32> -> tensor<4x3xf32>
  return
}

// -----

func.func @tail_c3(%x: tensor<8xf32>) {
  // expected-error @below {{'weft.tail' op expects the result's axis to be at most the input's, got 9 vs 8 (tail.C3)}}
  %0 = weft.tail %x axis 0 : tensor<8xf32> -> tensor<9xf32>
  return
}

// -----

func.func @head_c1(%x: tensor<8xf32>) {
  // expected-error @below {{'weft.head' op expects axis to be less than the rank, got 1 vs 1 (head.C1)}}
  %0 = weft.head %x axis 1 : tensor<8xf32> -> tensor<2xf32>
  return
}

// -----

func.func @head_c2(%x: tensor<8x2xf32>) {
  // expected-error @below {{'weft.head' op expects the result to differ from input only in the size of axis 0, got [4, 3] vs [8, 2] (head.C2)}}
  %0 = weft.head %x axis 0 : tensor<8x2xf32> -> tensor<4x3xf32>
  return
}

// -----

func.func @head_c3(%x: tensor<8xf32>) {
  // expected-error @below {{'weft.head' op expects the result's axis to be at most the input's, got 9 vs 8 (head.C3)}}
  %0 = weft.head %x axis 0 : tensor<8xf32> -> tensor<9xf32>
  return
}

// -----

func.func @pad_c1(%x: tensor<8xf32>) {
  // expected-error @below {{'weft.pad' op expects axis to be less than the rank, got 1 vs 1 (pad.C1)}}
  %0 = weft.pad %x axis 1 : tensor<8xf32> -> tensor<9xf32>
  return
}

// -----

func.func @pad_c2(%x: tensor<8x2xf32>) {
  // expected-error @below {{'weft.pad' op expects the result to differ from input only in the size of axis 0, got [9, 3] vs [8, 2] (pad.C2)}}
  %0 = weft.pad %x axis 0 : tensor<8x2xf32> -> tensor<9x3xf32>
  return
}

// -----

func.func @pad_c3(%x: tensor<8xf32>) {
  // expected-error @below {{'weft.pad' op expects either start >= 0 or at_end, got start 1 (pad.C3)}}
  %0 = weft.pad %x axis 0 start 1 at_end : tensor<8xf32> -> tensor<9xf32>
  return
}

// -----

func.func @pad_c4(%x: tensor<8xf32>) {
  // expected-error @below {{'weft.pad' op expects the result's axis to hold the input's, got 9 vs 2 + 8 (pad.C4)}}
  %0 = weft.pad %x axis 0 start 2 : tensor<8xf32> -> tensor<9xf32>
  return
}

// -----

func.func @concat_c1() {
  // expected-error @below {{'weft.concat' op expects at least one input (concat.C1)}}
  // expected-error @below {{'weft.concat' op failed to infer returned types}}
  %0 = weft.concat axis 0 : () -> tensor<9xf32>
  return
}

// -----

func.func @concat_c2(%x: tensor<8xf32>) {
  // expected-error @below {{'weft.concat' op expects axis to be less than the rank, got 1 vs 1 (concat.C2)}}
  // expected-error @below {{'weft.concat' op failed to infer returned types}}
  %0 = weft.concat %x axis 1 : (tensor<8xf32>) -> tensor<8xf32>
  return
}

// -----

func.func @concat_c3(%x: tensor<8x2xf32>, %y: tensor<4x3xf32>) {
  // expected-error @below {{'weft.concat' op expects inputs to differ only in axis 0, got [8, 2] vs [4, 3] (concat.C3)}}
  // expected-error @below {{'weft.concat' op failed to infer returned types}}
  %0 = weft.concat %x, %y axis 0 : (tensor<8x2xf32>, tensor<4x3xf32>) -> tensor<12x2xf32>
  return
}

// -----

func.func @concat_c4(%x: tensor<?xf32, #weft.bounded<[a(8 by 1)]>>, %y: tensor<?xf32, #weft.bounded<[b(8 by 1)]>>) {
  // expected-error @below {{'weft.concat' op expects at most one bounded size on the axis, got a and b (concat.C4)}}
  // expected-error @below {{'weft.concat' op failed to infer returned types}}
  %0 = weft.concat %x, %y axis 0 : (tensor<?xf32, #weft.bounded<[a(8 by 1)]>>, tensor<?xf32, #weft.bounded<[b(8 by 1)]>>) -> tensor<16xf32>
  return
}

// -----

func.func @broadcast_c1(%x: tensor<3xf32>) {
  // expected-error @below {{'weft.broadcast' op expects one element type, got 'f32' vs 'f64' (broadcast.C1)}}
  %0 = weft.broadcast %x dims [0] : tensor<3xf32> -> tensor<3x2xf64>
  return
}

// -----

func.func @broadcast_c2(%x: tensor<3x2xf32>) {
  // expected-error @below {{'weft.broadcast' op expects dims to be one ascending result axis for each input axis, got 2 entries for input [3, 2] and result [2, 3] (broadcast.C2)}}
  %0 = weft.broadcast %x dims [1, 0] : tensor<3x2xf32> -> tensor<2x3xf32>
  return
}

// -----

func.func @broadcast_c3(%x: tensor<3xf32>) {
  // expected-error @below {{'weft.broadcast' op expects input axis 0 and result axis 1 to have one size, got 3 vs 4 (broadcast.C3)}}
  %0 = weft.broadcast %x dims [1] : tensor<3xf32> -> tensor<2x4xf32>
  return
}

// -----

func.func @window_c1(%x: tensor<8xf32>) {
  // expected-error @below {{'weft.window' op expects axis to be less than the rank, got 1 vs 1 (window.C1)}}
  // expected-error @below {{'weft.window' op failed to infer returned types}}
  %0 = weft.window %x axis 1 length 3 : tensor<8xf32> -> tensor<6x3xf32>
  return
}

// -----

func.func @window_c2(%x: tensor<8xf32>) {
  // expected-error @below {{'weft.window' op expects length to be between 1 and the axis, got 9 vs 8 (window.C2)}}
  // expected-error @below {{'weft.window' op failed to infer returned types}}
  %0 = weft.window %x axis 0 length 9 : tensor<8xf32> -> tensor<0x9xf32>
  return
}

// -----

func.func @window_sum_c1(%x: tensor<8xf32>) {
  // expected-error @below {{'weft.window_sum' op expects axis and the one after it to be less than the rank, got 0 vs 1 (window_sum.C1)}}
  // expected-error @below {{'weft.window_sum' op failed to infer returned types}}
  %0 = weft.window_sum %x axis 0 : tensor<8xf32> -> tensor<8xf32>
  return
}

// -----

func.func @window_sum_c2(%x: tensor<4x?xf32, #weft.bounded<[4, n(8 by 1)]>>) {
  // expected-error @below {{'weft.window_sum' op expects a constant window length of at least 1, got n (window_sum.C2)}}
  // expected-error @below {{'weft.window_sum' op failed to infer returned types}}
  %0 = weft.window_sum %x axis 0 : tensor<4x?xf32, #weft.bounded<[4, n(8 by 1)]>> -> tensor<8xf32>
  return
}

// -----

func.func @gather_c1(%x: tensor<2x8x4xf32>, %i: tensor<3x5xi32>) {
  // expected-error @below {{'weft.gather' op expects its operands to have 1 equal leading axes, got [2, 8, 4] vs [3, 5] (gather.C1)}}
  // expected-error @below {{'weft.gather' op failed to infer returned types}}
  %0 = weft.gather %x, %i batch 1 : tensor<2x8x4xf32>, tensor<3x5xi32> -> tensor<2x5x4xf32>
  return
}

// -----

func.func @gather_c1_rank(%x: tensor<2x8x4xf32>, %i: tensor<2xi32>) {
  // expected-error @below {{'weft.gather' op expects its operands to have 2 equal leading axes, got [2, 8, 4] vs [2] (gather.C1)}}
  // expected-error @below {{'weft.gather' op failed to infer returned types}}
  %0 = weft.gather %x, %i batch 2 : tensor<2x8x4xf32>, tensor<2xi32> -> tensor<2xf32>
  return
}

// -----

func.func @gather_c2(%x: tensor<2xf32>, %i: tensor<2x5xi32>) {
  // expected-error @below {{'weft.gather' op expects input to have an axis after the batch, got [2] with batch 1 (gather.C2)}}
  // expected-error @below {{'weft.gather' op failed to infer returned types}}
  %0 = weft.gather %x, %i batch 1 : tensor<2xf32>, tensor<2x5xi32> -> tensor<2x5xf32>
  return
}

// -----

func.func @scatter_add_c1(%u: tensor<2x5x4xf32>, %i: tensor<2x5xi32>) {
  // expected-error @below {{'weft.scatter_add' op expects its operands to have 1 equal leading axes, got [3, 8, 4] vs [2, 5] (scatter_add.C1)}}
  %0 = weft.scatter_add %u, %i batch 1 : tensor<2x5x4xf32>, tensor<2x5xi32> -> tensor<3x8x4xf32>
  return
}

// -----

func.func @scatter_add_c2(%u: tensor<2x5xf32>, %i: tensor<2x5xi32>) {
  // expected-error @below {{'weft.scatter_add' op expects the result to have an axis after the batch, got [2] with batch 1 (scatter_add.C2)}}
  %0 = weft.scatter_add %u, %i batch 1 : tensor<2x5xf32>, tensor<2x5xi32> -> tensor<2xf32>
  return
}

// -----

func.func @scatter_add_c3(%u: tensor<2x5x3xf32>, %i: tensor<2x5xi32>) {
  // expected-error @below {{'weft.scatter_add' op expects updates to have the shape of indices plus the result's features, got 'tensor<2x5x3xf32>' vs 'tensor<2x5xi32>' and 'tensor<2x8x4xf32>' (scatter_add.C3)}}
  %0 = weft.scatter_add %u, %i batch 1 : tensor<2x5x3xf32>, tensor<2x5xi32> -> tensor<2x8x4xf32>
  return
}
