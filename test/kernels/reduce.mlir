// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=x86 %s
// RUN: weft-check --kernels=sim %s
// RUN: weft-check --kernels=barriers %s
// sum and max: over contiguous and outer axes, to a scalar in one and in two levels, of fused trees, of nothing.
func.func @last_axis(%x: tensor<9x63xf64>) -> (tensor<9xf64>, tensor<9xf64>) attributes {check.kernel} {
  %s = weft.sum %x axes [1] : tensor<9x63xf64> -> tensor<9xf64>
  %m = weft.max %x axes [1] : tensor<9x63xf64> -> tensor<9xf64>
  return %s, %m : tensor<9xf64>, tensor<9xf64>
}
func.func @first_axis(%x: tensor<17x65xf32>) -> (tensor<65xf32>, tensor<65xf32>) attributes {check.kernel} {
  %s = weft.sum %x axes [0] : tensor<17x65xf32> -> tensor<65xf32>
  %m = weft.max %x axes [0] : tensor<17x65xf32> -> tensor<65xf32>
  return %s, %m : tensor<65xf32>, tensor<65xf32>
}
func.func @some_axes(%x: tensor<3x4x5x6xf64>) -> (tensor<4x6xf64>, tensor<3x5xf64>, tensor<5xf64>) attributes {check.kernel} {
  %a = weft.sum %x axes [0, 2] : tensor<3x4x5x6xf64> -> tensor<4x6xf64>
  %b = weft.sum %x axes [1, 3] : tensor<3x4x5x6xf64> -> tensor<3x5xf64>
  %c = weft.max %x axes [0, 1, 3] : tensor<3x4x5x6xf64> -> tensor<5xf64>
  return %a, %b, %c : tensor<4x6xf64>, tensor<3x5xf64>, tensor<5xf64>
}
func.func @transposed(%x: tensor<7x11xf32>) -> tensor<11xf32> attributes {check.kernel} {
  %t = weft.transpose %x permutation [1, 0] : tensor<7x11xf32> -> tensor<11x7xf32>
  %s = weft.sum %t axes [1] : tensor<11x7xf32> -> tensor<11xf32>
  return %s : tensor<11xf32>
}
func.func @to_scalar(%x: tensor<1xf64>, %y: tensor<64xf64>, %z: tensor<129xf64>) -> (tensor<f64>, tensor<f64>, tensor<f64>) attributes {check.kernel} {
  %a = weft.sum %x axes [0] : tensor<1xf64> -> tensor<f64>
  %b = weft.sum %y axes [0] : tensor<64xf64> -> tensor<f64>
  %c = weft.max %z axes [0] : tensor<129xf64> -> tensor<f64>
  return %a, %b, %c : tensor<f64>, tensor<f64>, tensor<f64>
}
func.func @two_levels(%x: tensor<210x300xf64>) -> (tensor<f64>, tensor<f64>) attributes {check.kernel} {
  %s = weft.sum %x axes [0, 1] : tensor<210x300xf64> -> tensor<f64>
  %m = weft.max %x axes [0, 1] : tensor<210x300xf64> -> tensor<f64>
  return %s, %m : tensor<f64>, tensor<f64>
}
func.func @two_levels_kept(%x: tensor<3x40000xf64>) -> tensor<3xf64> attributes {check.kernel} {
  %s = weft.sum %x axes [1] : tensor<3x40000xf64> -> tensor<3xf64>
  return %s : tensor<3xf64>
}
func.func @fused(%x: tensor<5x70xf64>, %y: tensor<5x70xf64>) -> tensor<5xf64> attributes {check.kernel} {
  %p = weft.mul %x, %y : tensor<5x70xf64>
  %e = weft.exp %p : tensor<5x70xf64>
  %s = weft.sum %e axes [1] : tensor<5x70xf64> -> tensor<5xf64>
  return %s : tensor<5xf64>
}
func.func @no_axis(%x: tensor<5xf64>) -> tensor<5xf64> attributes {check.kernel} {
  %s = weft.sum %x axes [] : tensor<5xf64> -> tensor<5xf64>
  return %s : tensor<5xf64>
}
func.func @bounded(%x: tensor<2x?xf64, #weft.bounded<[2, n(100 by 1)]>>) -> (tensor<2xf64>, tensor<?xf64, #weft.bounded<[n(100 by 1)]>>, tensor<f64>)
    attributes {check.kernel, check.sizes = [{n = 0}, {n = 1}, {n = 64}, {n = 65}, {n = 100}]} {
  %rows = weft.sum %x axes [1] : tensor<2x?xf64, #weft.bounded<[2, n(100 by 1)]>> -> tensor<2xf64>
  %columns = weft.sum %x axes [0] : tensor<2x?xf64, #weft.bounded<[2, n(100 by 1)]>> -> tensor<?xf64, #weft.bounded<[n(100 by 1)]>>
  %all = weft.sum %x axes [0, 1] : tensor<2x?xf64, #weft.bounded<[2, n(100 by 1)]>> -> tensor<f64>
  return %rows, %columns, %all : tensor<2xf64>, tensor<?xf64, #weft.bounded<[n(100 by 1)]>>, tensor<f64>
}
