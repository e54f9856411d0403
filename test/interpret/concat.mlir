// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

func.func @columns() {
  %a = weft.constant dense<[[1.0], [2.0]]> : tensor<2x1xf64>
  %b = weft.constant dense<[[3.0, 4.0], [5.0, 6.0]]> : tensor<2x2xf64>
  %y = weft.concat %a, %b axis 1 : (tensor<2x1xf64>, tensor<2x2xf64>) -> tensor<2x3xf64>
  %expected = weft.constant dense<[[1.0, 3.0, 4.0], [2.0, 5.0, 6.0]]> : tensor<2x3xf64>
  check.equal %y, %expected : tensor<2x3xf64>, tensor<2x3xf64>
  return
}

func.func @cache_and_input() {
  %one = weft.constant dense<1> : tensor<i32>
  weft.set_size #weft.size<cache(2 by 1)> = %one : tensor<i32>
  %whole = weft.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf64>
  %cache = weft.tail %whole axis 0 : tensor<2x2xf64> -> tensor<?x2xf64, #weft.bounded<[cache(2 by 1), 2]>>
  %x = weft.constant dense<[[5.0, 6.0]]> : tensor<1x2xf64>
  %seen = weft.concat %cache, %x axis 0 : (tensor<?x2xf64, #weft.bounded<[cache(2 by 1), 2]>>, tensor<1x2xf64>) -> tensor<?x2xf64, #weft.bounded<[cache(2 by 1) + 1, 2]>>
  %expected = weft.constant dense<[[3.0, 4.0], [5.0, 6.0]]> : tensor<2x2xf64>
  check.equal %seen, %expected : tensor<?x2xf64, #weft.bounded<[cache(2 by 1) + 1, 2]>>, tensor<2x2xf64>
  return
}

func.func @empty_cache() {
  %zero = weft.constant dense<0> : tensor<i32>
  weft.set_size #weft.size<cache(2 by 1)> = %zero : tensor<i32>
  %whole = weft.constant dense<[1.0, 2.0]> : tensor<2xf64>
  %cache = weft.tail %whole axis 0 : tensor<2xf64> -> tensor<?xf64, #weft.bounded<[cache(2 by 1)]>>
  %x = weft.constant dense<[5.0, 6.0]> : tensor<2xf64>
  %seen = weft.concat %cache, %x axis 0 : (tensor<?xf64, #weft.bounded<[cache(2 by 1)]>>, tensor<2xf64>) -> tensor<?xf64, #weft.bounded<[cache(2 by 1) + 2]>>
  check.equal %seen, %x : tensor<?xf64, #weft.bounded<[cache(2 by 1) + 2]>>, tensor<2xf64>
  return
}
