// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @splat() {
  %splat = weft.constant dense<0.5> : tensor<2x2xf64>
  %written = weft.constant dense<[[0.5, 0.5], [0.5, 0.5]]> : tensor<2x2xf64>
  check.equal %splat, %written : tensor<2x2xf64>, tensor<2x2xf64>
  return
}

// An f32 constant keeps its f32 value: 0.1 is not 0.1 in f64.
func.func @single_precision() {
  %single = weft.constant dense<0.1> : tensor<f32>
  %cast = weft.cast %single : tensor<f32> -> tensor<f64>
  %expected = weft.constant dense<0.10000000149011612> : tensor<f64>
  check.equal %cast, %expected : tensor<f64>, tensor<f64>
  return
}

func.func @truth() {
  %flags = weft.constant dense<[true, false]> : tensor<2xi1>
  %numbers = weft.cast %flags : tensor<2xi1> -> tensor<2xi32>
  %expected = weft.constant dense<[1, 0]> : tensor<2xi32>
  check.equal %numbers, %expected : tensor<2xi32>, tensor<2xi32>
  return
}
