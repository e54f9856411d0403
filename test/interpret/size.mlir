// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @symbol_and_constant() {
  %three = weft.constant dense<3> : tensor<i32>
  weft.set_size #weft.size<n(8 by 1)> = %three : tensor<i32>
  %n = weft.size <n(8 by 1) + 5> : tensor<i32>
  %constant = weft.size <12> : tensor<i32>
  %eight = weft.constant dense<8> : tensor<i32>
  %twelve = weft.constant dense<12> : tensor<i32>
  check.equal %n, %eight : tensor<i32>, tensor<i32>
  check.equal %constant, %twelve : tensor<i32>, tensor<i32>
  return
}
