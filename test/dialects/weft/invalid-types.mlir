// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s -split-input-file -verify-diagnostics
// Elementwise ops have no law but that of their element types.

func.func @add_types(%x: tensor<4xi1>) {
  // expected-error @below {{'weft.add' op operand #0 must be number or tensor of numbers, but got 'tensor<4xi1>'}}
  %0 = weft.add %x, %x : tensor<4xi1>
  return
}

// -----
func.func @sub_types(%x: tensor<4xi1>) {
  // expected-error @below {{'weft.sub' op operand #0 must be number or tensor of numbers, but got 'tensor<4xi1>'}}
  %0 = weft.sub %x, %x : tensor<4xi1>
  return
}

// -----
func.func @mul_types(%x: tensor<4xi1>) {
  // expected-error @below {{'weft.mul' op operand #0 must be number or tensor of numbers, but got 'tensor<4xi1>'}}
  %0 = weft.mul %x, %x : tensor<4xi1>
  return
}

// -----
func.func @div_types(%x: tensor<4xi1>) {
  // expected-error @below {{'weft.div' op operand #0 must be number or tensor of numbers, but got 'tensor<4xi1>'}}
  %0 = weft.div %x, %x : tensor<4xi1>
  return
}

// -----
func.func @maximum_types(%x: tensor<4xi1>) {
  // expected-error @below {{'weft.maximum' op operand #0 must be number or tensor of numbers, but got 'tensor<4xi1>'}}
  %0 = weft.maximum %x, %x : tensor<4xi1>
  return
}

// -----
func.func @minimum_types(%x: tensor<4xi1>) {
  // expected-error @below {{'weft.minimum' op operand #0 must be number or tensor of numbers, but got 'tensor<4xi1>'}}
  %0 = weft.minimum %x, %x : tensor<4xi1>
  return
}

// -----
func.func @neg_types(%x: tensor<4xi1>) {
  // expected-error @below {{'weft.neg' op operand #0 must be number or tensor of numbers, but got 'tensor<4xi1>'}}
  %0 = weft.neg %x : tensor<4xi1>
  return
}

// -----
func.func @exp_types(%x: tensor<4xi32>) {
  // expected-error @below {{'weft.exp' op operand #0 must be float or tensor of floats, but got 'tensor<4xi32>'}}
  %0 = weft.exp %x : tensor<4xi32>
  return
}

// -----
func.func @log_types(%x: tensor<4xi32>) {
  // expected-error @below {{'weft.log' op operand #0 must be float or tensor of floats, but got 'tensor<4xi32>'}}
  %0 = weft.log %x : tensor<4xi32>
  return
}

// -----
func.func @sqrt_types(%x: tensor<4xi32>) {
  // expected-error @below {{'weft.sqrt' op operand #0 must be float or tensor of floats, but got 'tensor<4xi32>'}}
  %0 = weft.sqrt %x : tensor<4xi32>
  return
}

// -----
func.func @rsqrt_types(%x: tensor<4xi32>) {
  // expected-error @below {{'weft.rsqrt' op operand #0 must be float or tensor of floats, but got 'tensor<4xi32>'}}
  %0 = weft.rsqrt %x : tensor<4xi32>
  return
}

// -----
func.func @tanh_types(%x: tensor<4xi32>) {
  // expected-error @below {{'weft.tanh' op operand #0 must be float or tensor of floats, but got 'tensor<4xi32>'}}
  %0 = weft.tanh %x : tensor<4xi32>
  return
}

// -----
func.func @floor_types(%x: tensor<4xi32>) {
  // expected-error @below {{'weft.floor' op operand #0 must be float or tensor of floats, but got 'tensor<4xi32>'}}
  %0 = weft.floor %x : tensor<4xi32>
  return
}

// -----
func.func @relu_types(%x: tensor<4xi32>) {
  // expected-error @below {{'weft.relu' op operand #0 must be float or tensor of floats, but got 'tensor<4xi32>'}}
  %0 = weft.relu %x : tensor<4xi32>
  return
}

// -----

func.func @stop_gradient_types(%x: tensor<4xi64>) {
  // expected-error @below {{'weft.stop_gradient' op operand #0 must be element or tensor, but got 'tensor<4xi64>'}}
  %0 = weft.stop_gradient %x : tensor<4xi64>
  return
}

// -----

func.func @compare_types(%x: tensor<4xi1>) {
  // expected-error @below {{'weft.compare' op operand #0 must be number or tensor of numbers, but got 'tensor<4xi1>'}}
  %0 = weft.compare lt %x, %x : tensor<4xi1> -> tensor<4xi1>
  return
}

// -----
func.func @erf_types(%x: tensor<4xi32>) {
  // expected-error @below {{'weft.erf' op operand #0 must be float or tensor of floats, but got 'tensor<4xi32>'}}
  %0 = weft.erf %x : tensor<4xi32>
  return
}

// -----
func.func @sigmoid_types(%x: tensor<4xi32>) {
  // expected-error @below {{'weft.sigmoid' op operand #0 must be float or tensor of floats, but got 'tensor<4xi32>'}}
  %0 = weft.sigmoid %x : tensor<4xi32>
  return
}

// -----
func.func @sin_types(%x: tensor<4xi32>) {
  // expected-error @below {{'weft.sin' op operand #0 must be float or tensor of floats, but got 'tensor<4xi32>'}}
  %0 = weft.sin %x : tensor<4xi32>
  return
}

// -----
func.func @cos_types(%x: tensor<4xi32>) {
  // expected-error @below {{'weft.cos' op operand #0 must be float or tensor of floats, but got 'tensor<4xi32>'}}
  %0 = weft.cos %x : tensor<4xi32>
  return
}
