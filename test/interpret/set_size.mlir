// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @multiple_of_the_step() {
  %n = weft.constant dense<128> : tensor<i32>
  weft.set_size #weft.size<n(1000 by 64)> = %n : tensor<i32>
  %got = weft.size <n(1000 by 64)> : tensor<i32>
  check.equal %got, %n : tensor<i32>, tensor<i32>
  return
}

// The bound itself is allowed although it is no multiple of the step.
func.func @the_bound() {
  %n = weft.constant dense<1000> : tensor<i32>
  weft.set_size #weft.size<n(1000 by 64)> = %n : tensor<i32>
  %got = weft.size <n(1000 by 64)> : tensor<i32>
  check.equal %got, %n : tensor<i32>, tensor<i32>
  return
}

// A symbol keeps its last value.
func.func @changed() {
  %two = weft.constant dense<2> : tensor<i32>
  %three = weft.constant dense<3> : tensor<i32>
  weft.set_size #weft.size<n(8 by 1)> = %two : tensor<i32>
  weft.set_size #weft.size<n(8 by 1)> = %three : tensor<i32>
  %got = weft.size <n(8 by 1)> : tensor<i32>
  check.equal %got, %three : tensor<i32>, tensor<i32>
  return
}
