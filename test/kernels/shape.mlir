// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=x86 %s
// RUN: weft-check --kernels=sim %s
// concat, pad, window_sum and shape ops whose own result is wanted.
func.func @concat(%a: tensor<3x4x5xf64>, %b: tensor<3x2x5xf64>) -> tensor<3x6x5xf64> attributes {check.kernel} {
  %y = weft.concat %a, %b axis 1 : (tensor<3x4x5xf64>, tensor<3x2x5xf64>) -> tensor<3x6x5xf64>
  return %y : tensor<3x6x5xf64>
}
func.func @concat_cache(%cache: tensor<2x?x5xf64, #weft.bounded<[2, n(70 by 1), 5]>>, %x: tensor<2x3x5xf64>)
    -> (tensor<2x?x5xf64, #weft.bounded<[2, n(70 by 1) + 3, 5]>>, tensor<2x?x5xf64, #weft.bounded<[2, n(70 by 1), 5]>>, tensor<2x?x5xf64, #weft.bounded<[2, n(70 by 1), 5]>>)
    attributes {check.kernel, check.sizes = [{n = 0}, {n = 1}, {n = 70}]} {
  %seen = weft.concat %cache, %x axis 1 : (tensor<2x?x5xf64, #weft.bounded<[2, n(70 by 1), 5]>>, tensor<2x3x5xf64>) -> tensor<2x?x5xf64, #weft.bounded<[2, n(70 by 1) + 3, 5]>>
  %kept = weft.tail %seen axis 1 : tensor<2x?x5xf64, #weft.bounded<[2, n(70 by 1) + 3, 5]>> -> tensor<2x?x5xf64, #weft.bounded<[2, n(70 by 1), 5]>>
  %old = weft.head %seen axis 1 : tensor<2x?x5xf64, #weft.bounded<[2, n(70 by 1) + 3, 5]>> -> tensor<2x?x5xf64, #weft.bounded<[2, n(70 by 1), 5]>>
  return %seen, %kept, %old : tensor<2x?x5xf64, #weft.bounded<[2, n(70 by 1) + 3, 5]>>, tensor<2x?x5xf64, #weft.bounded<[2, n(70 by 1), 5]>>, tensor<2x?x5xf64, #weft.bounded<[2, n(70 by 1), 5]>>
}
func.func @pad(%x: tensor<2x3xf32>) -> (tensor<2x8xf32>, tensor<2x8xf32>, tensor<2x3xf32>) attributes {check.kernel} {
  %a = weft.pad %x axis 1 start 2 : tensor<2x3xf32> -> tensor<2x8xf32>
  %b = weft.pad %x axis 1 at_end : tensor<2x3xf32> -> tensor<2x8xf32>
  %c = weft.pad %x axis 1 : tensor<2x3xf32> -> tensor<2x3xf32>
  return %a, %b, %c : tensor<2x8xf32>, tensor<2x8xf32>, tensor<2x3xf32>
}
func.func @pad_bounded(%x: tensor<2x3xf64>, %like: tensor<?xf64, #weft.bounded<[n(20 by 1)]>>) -> tensor<2x?xf64, #weft.bounded<[2, n(20 by 1) + 3]>> attributes {check.kernel, check.sizes = [{n = 0}, {n = 20}]} {
  %a = weft.pad %x axis 1 at_end : tensor<2x3xf64> -> tensor<2x?xf64, #weft.bounded<[2, n(20 by 1) + 3]>>
  return %a : tensor<2x?xf64, #weft.bounded<[2, n(20 by 1) + 3]>>
}
// As many zeros as the input leaves: most where it is empty.
func.func @pad_whole(%x: tensor<?x3xf64, #weft.bounded<[n(20 by 1), 3]>>) -> tensor<20x3xf64> attributes {check.kernel, check.sizes = [{n = 0}, {n = 7}, {n = 20}]} {
  %a = weft.pad %x axis 0 : tensor<?x3xf64, #weft.bounded<[n(20 by 1), 3]>> -> tensor<20x3xf64>
  return %a : tensor<20x3xf64>
}
func.func @window_sum(%x: tensor<2x6x3x5xf64>, %last: tensor<4x70x3xf64>) -> (tensor<2x8x5xf64>, tensor<4x72xf64>) attributes {check.kernel} {
  %y = weft.window_sum %x axis 1 : tensor<2x6x3x5xf64> -> tensor<2x8x5xf64>
  %z = weft.window_sum %last axis 1 : tensor<4x70x3xf64> -> tensor<4x72xf64>
  return %y, %z : tensor<2x8x5xf64>, tensor<4x72xf64>
}
func.func @returned(%x: tensor<4x6xf32>) -> (tensor<6x4xf32>, tensor<24xf32>, tensor<2x6xf32>, tensor<4x6xf32>, tensor<3x8xf32>) attributes {check.kernel} {
  %t = weft.transpose %x permutation [1, 0] : tensor<4x6xf32> -> tensor<6x4xf32>
  %flat = weft.reshape %x : tensor<4x6xf32> -> tensor<24xf32>
  %s = weft.slice %x axis 0 start 1 length 2 : tensor<4x6xf32> -> tensor<2x6xf32>
  %mixed = weft.reshape %t : tensor<6x4xf32> -> tensor<3x8xf32>
  return %t, %flat, %s, %x, %mixed : tensor<6x4xf32>, tensor<24xf32>, tensor<2x6xf32>, tensor<4x6xf32>, tensor<3x8xf32>
}
// Another name of the same bytes; a result of its own.
func.func @optimization_barrier(%x: tensor<4x6xf32>) -> (tensor<4x6xf32>, tensor<4x6xf32>) attributes {check.kernel} {
  %e = weft.exp %x : tensor<4x6xf32>
  %again = weft.optimization_barrier %e : tensor<4x6xf32>
  %s = weft.add %again, %e : tensor<4x6xf32>
  return %s, %again : tensor<4x6xf32>, tensor<4x6xf32>
}
