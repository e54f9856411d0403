// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --gradient %s

func.func @three(%a: tensor<2x3xf64>, %b: tensor<2x1xf64>, %c: tensor<2x2xf64>) -> tensor<2x6xf64> attributes {check.gradient} {
  %y = weft.concat %a, %b, %c axis 1 : (tensor<2x3xf64>, tensor<2x1xf64>, tensor<2x2xf64>) -> tensor<2x6xf64>
  return %y : tensor<2x6xf64>
}

func.func @twice(%a: tensor<3xf64>) -> tensor<6xf64> attributes {check.gradient} {
  %y = weft.concat %a, %a axis 0 : (tensor<3xf64>, tensor<3xf64>) -> tensor<6xf64>
  return %y : tensor<6xf64>
}

// A cache first, empty or not.
func.func @bounded_first(%cache: tensor<?x2xf64, #weft.bounded<[n(6 by 2), 2]>>, %x: tensor<3x2xf64>) -> tensor<?x2xf64, #weft.bounded<[n(6 by 2) + 3, 2]>> attributes {check.gradient, check.sizes = [{n = 0}, {n = 4}]} {
  %y = weft.concat %cache, %x axis 0 : (tensor<?x2xf64, #weft.bounded<[n(6 by 2), 2]>>, tensor<3x2xf64>) -> tensor<?x2xf64, #weft.bounded<[n(6 by 2) + 3, 2]>>
  return %y : tensor<?x2xf64, #weft.bounded<[n(6 by 2) + 3, 2]>>
}

func.func @bounded_middle(%a: tensor<2x2xf64>, %cache: tensor<?x2xf64, #weft.bounded<[n(6 by 2), 2]>>, %b: tensor<3x2xf64>) -> tensor<?x2xf64, #weft.bounded<[n(6 by 2) + 5, 2]>> attributes {check.gradient, check.sizes = [{n = 0}, {n = 4}]} {
  %y = weft.concat %a, %cache, %b axis 0 : (tensor<2x2xf64>, tensor<?x2xf64, #weft.bounded<[n(6 by 2), 2]>>, tensor<3x2xf64>) -> tensor<?x2xf64, #weft.bounded<[n(6 by 2) + 5, 2]>>
  return %y : tensor<?x2xf64, #weft.bounded<[n(6 by 2) + 5, 2]>>
}
