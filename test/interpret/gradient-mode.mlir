// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: not weft-check --gradient %s 2>&1 | FileCheck %s
// weft-check --gradient sees a wrong gradient: at its kink relu has gradient 0 by definition, the central difference says a half.

func.func @kink(%x: tensor<1xf64> {check.value = dense<0.0> : tensor<1xf64>}) -> tensor<1xf64> attributes {check.gradient} {
  %y = weft.relu %x : tensor<1xf64>
  return %y : tensor<1xf64>
}

// Away from the kink all is well; the argument that is fixed has no case.
func.func @away(%x: tensor<3xf64> {check.avoid = array<f64: 0.0>}, %other: tensor<3xf64> {check.fixed})
    -> tensor<3xf64> attributes {check.gradient} {
  %positive = weft.relu %x : tensor<3xf64>
  %y = weft.mul %positive, %other : tensor<3xf64>
  return %y : tensor<3xf64>
}

// CHECK: error: gradient of argument.0: element 0: gradient 0, central difference
// CHECK: FAIL kink d/d argument.0
// CHECK: pass away d/d argument.0
// CHECK: 1 passed, 1 failed
