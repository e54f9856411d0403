// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @matrix_product() {
  %lhs = weft.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf64>
  %rhs = weft.constant dense<[[1.0, 0.0], [0.0, 1.0], [2.0, -1.0]]> : tensor<3x2xf64>
  %product = weft.dot %lhs, %rhs batch [] x [] contract [1] x [0] : tensor<2x3xf64>, tensor<3x2xf64> -> tensor<2x2xf64>
  %expected = weft.constant dense<[[7.0, -1.0], [16.0, -1.0]]> : tensor<2x2xf64>
  check.close %product, %expected tolerance 1.0e-12 : tensor<2x2xf64>, tensor<2x2xf64>
  return
}

// Batch axes come first in the result, wherever they stand in the operands.
func.func @batch_axes_first() {
  %lhs = weft.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf64>
  %rhs = weft.constant dense<[[10.0, 20.0], [30.0, 40.0]]> : tensor<2x2xf64>
  // result[b] = sum over k of lhs[k, b] rhs[b, k]
  %y = weft.dot %lhs, %rhs batch [1] x [0] contract [0] x [1] : tensor<2x2xf64>, tensor<2x2xf64> -> tensor<2xf64>
  %expected = weft.constant dense<[70.0, 220.0]> : tensor<2xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<2xf64>, tensor<2xf64>
  return
}

func.func @outer_product() {
  %lhs = weft.constant dense<[1.0, 2.0]> : tensor<2xf64>
  %rhs = weft.constant dense<[3.0, 5.0, 7.0]> : tensor<3xf64>
  %y = weft.dot %lhs, %rhs batch [] x [] contract [] x [] : tensor<2xf64>, tensor<3xf64> -> tensor<2x3xf64>
  %expected = weft.constant dense<[[3.0, 5.0, 7.0], [6.0, 10.0, 14.0]]> : tensor<2x3xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<2x3xf64>, tensor<2x3xf64>
  return
}

func.func @two_contracted_axes() {
  %lhs = weft.constant dense<[[[1.0, 2.0], [3.0, 4.0]]]> : tensor<1x2x2xf64>
  %rhs = weft.constant dense<[[1.0, 10.0], [100.0, 1000.0]]> : tensor<2x2xf64>
  // contracted crosswise: lhs[0, i, j] rhs[j, i]
  %y = weft.dot %lhs, %rhs batch [] x [] contract [1, 2] x [1, 0] : tensor<1x2x2xf64>, tensor<2x2xf64> -> tensor<1xf64>
  %expected = weft.constant dense<[4231.0]> : tensor<1xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<1xf64>, tensor<1xf64>
  return
}

// An empty contraction sums nothing; a bounded axis takes part at its actual size.
func.func @bounded_contraction() {
  %two = weft.constant dense<2> : tensor<i32>
  weft.set_size #weft.size<n(4 by 1)> = %two : tensor<i32>
  %whole = weft.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf64>
  %kept = weft.tail %whole axis 0 : tensor<4xf64> -> tensor<?xf64, #weft.bounded<[n(4 by 1)]>>
  %y = weft.dot %kept, %kept batch [] x [] contract [0] x [0] : tensor<?xf64, #weft.bounded<[n(4 by 1)]>>, tensor<?xf64, #weft.bounded<[n(4 by 1)]>> -> tensor<f64>
  %expected = weft.constant dense<25.0> : tensor<f64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<f64>, tensor<f64>
  return
}

func.func @empty_contraction() {
  %zero = weft.constant dense<0> : tensor<i32>
  weft.set_size #weft.size<n(4 by 1)> = %zero : tensor<i32>
  %whole = weft.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf64>
  %kept = weft.tail %whole axis 0 : tensor<4xf64> -> tensor<?xf64, #weft.bounded<[n(4 by 1)]>>
  %y = weft.dot %kept, %kept batch [] x [] contract [0] x [0] : tensor<?xf64, #weft.bounded<[n(4 by 1)]>>, tensor<?xf64, #weft.bounded<[n(4 by 1)]>> -> tensor<f64>
  %expected = weft.constant dense<0.0> : tensor<f64>
  check.equal %y, %expected : tensor<f64>, tensor<f64>
  return
}

// Factors are rounded to 8 significant bits, their products and the sum are not: 1.0078125 * 1.0078125 has 15.
func.func @rounded_factors() {
  %lhs = weft.constant dense<[1.0078125, 1.001]> : tensor<2xf32>
  %a = weft.cast %lhs : tensor<2xf32> -> tensor<2xbf16>
  %y = weft.dot %a, %a batch [] x [] contract [0] x [0] : tensor<2xbf16>, tensor<2xbf16> -> tensor<f32>
  %expected = weft.constant dense<2.01568603515625> : tensor<f32>
  check.equal %y, %expected : tensor<f32>, tensor<f32>
  %exact = weft.dot %lhs, %lhs batch [] x [] contract [0] x [0] : tensor<2xf32>, tensor<2xf32> -> tensor<f32>
  %different = weft.compare ne %y, %exact : tensor<f32> -> tensor<i1>
  %true = weft.constant dense<true> : tensor<i1>
  check.equal %different, %true : tensor<i1>, tensor<i1>
  return
}
