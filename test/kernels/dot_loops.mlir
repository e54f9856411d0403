// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels=sim %s
// RUN: weft-check --kernels=barriers %s
// RUN: weft-check --kernels %s
// Products whose chunks run ahead of the loop that multiplies them: rows that begin with whole pieces of 16 bytes and rows
// that do not, factors that lie transposed, axes that end within a piece.
func.func @rounded(%a: tensor<40x96xbf16>, %b: tensor<96x24xbf16>, %c: tensor<24x96xbf16>)
    -> (tensor<40x24xf32>, tensor<40x24xf32>) attributes {check.kernel} {
  %x = weft.dot %a, %b batch [] x [] contract [1] x [0] : tensor<40x96xbf16>, tensor<96x24xbf16> -> tensor<40x24xf32>
  %y = weft.dot %a, %c batch [] x [] contract [1] x [1] : tensor<40x96xbf16>, tensor<24x96xbf16> -> tensor<40x24xf32>
  return %x, %y : tensor<40x24xf32>, tensor<40x24xf32>
}
func.func @rounded_down(%a: tensor<100x20xbf16>, %b: tensor<100x33xbf16>) -> tensor<20x33xf32> attributes {check.kernel} {
  %x = weft.dot %a, %b batch [] x [] contract [0] x [0] : tensor<100x20xbf16>, tensor<100x33xbf16> -> tensor<20x33xf32>
  return %x : tensor<20x33xf32>
}
func.func @single(%a: tensor<20x100xf32>, %b: tensor<100x18xf32>, %c: tensor<18x100xf32>)
    -> (tensor<20x18xf32>, tensor<20x18xf32>) attributes {check.kernel} {
  %x = weft.dot %a, %b batch [] x [] contract [1] x [0] : tensor<20x100xf32>, tensor<100x18xf32> -> tensor<20x18xf32>
  %y = weft.dot %a, %c batch [] x [] contract [1] x [1] : tensor<20x100xf32>, tensor<18x100xf32> -> tensor<20x18xf32>
  return %x, %y : tensor<20x18xf32>, tensor<20x18xf32>
}
func.func @double_down(%a: tensor<50x9xf64>, %b: tensor<50x20xf64>) -> tensor<9x20xf64> attributes {check.kernel} {
  %x = weft.dot %a, %b batch [] x [] contract [0] x [0] : tensor<50x9xf64>, tensor<50x20xf64> -> tensor<9x20xf64>
  return %x : tensor<9x20xf64>
}
