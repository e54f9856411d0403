// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --canonicalize --split-input-file | FileCheck %s
// Folds change how much is computed, never what comes out: identities, constants, inverse movements.

// CHECK-LABEL: @identities
// CHECK-SAME: (%[[X:.*]]: tensor<4xf32>)
// CHECK-NEXT: return %[[X]]
func.func @identities(%x: tensor<4xf32>) -> tensor<4xf32> {
  %zero = weft.constant dense<0.0> : tensor<4xf32>
  %one = weft.constant dense<1.0> : tensor<4xf32>
  %add = weft.add %x, %zero : tensor<4xf32>
  %sub = weft.sub %add, %zero : tensor<4xf32>
  %mul = weft.mul %one, %sub : tensor<4xf32>
  %div = weft.div %mul, %one : tensor<4xf32>
  %maximum = weft.maximum %div, %div : tensor<4xf32>
  %minimum = weft.minimum %maximum, %maximum : tensor<4xf32>
  %neg = weft.neg %minimum : tensor<4xf32>
  %back = weft.neg %neg : tensor<4xf32>
  %cast = weft.cast %back : tensor<4xf32> -> tensor<4xf32>
  return %cast : tensor<4xf32>
}

// -----

// Wide and back is the same number, narrow and back is not; a constant is rounded as any number is.
// CHECK-LABEL: @casts
// CHECK-SAME: (%[[X:[a-z0-9]+]]: tensor<4xbf16>, %[[Y:[a-z0-9]+]]: tensor<4xf32>)
// CHECK-DAG: %[[TENTH:.*]] = weft.constant dense<1.000980e-01> : tensor<4xbf16>
// CHECK-DAG: %[[NARROW:.*]] = weft.cast %[[Y]]
// CHECK-DAG: %[[ROUNDED:.*]] = weft.cast %[[NARROW]]
// CHECK: return %[[X]], %[[ROUNDED]], %[[TENTH]]
func.func @casts(%x: tensor<4xbf16>, %y: tensor<4xf32>) -> (tensor<4xbf16>, tensor<4xf32>, tensor<4xbf16>) {
  %wide = weft.cast %x : tensor<4xbf16> -> tensor<4xf32>
  %same = weft.cast %wide : tensor<4xf32> -> tensor<4xbf16>
  %narrow = weft.cast %y : tensor<4xf32> -> tensor<4xbf16>
  %rounded = weft.cast %narrow : tensor<4xbf16> -> tensor<4xf32>
  %tenth = weft.constant dense<0.1> : tensor<4xf32>
  %constant = weft.cast %tenth : tensor<4xf32> -> tensor<4xbf16>
  return %same, %rounded, %constant : tensor<4xbf16>, tensor<4xf32>, tensor<4xbf16>
}

// -----

// A zero factor and a difference of equals stay: they turn NaN and infinity into NaN.
// CHECK-LABEL: @keeps_nan
// CHECK: weft.mul
// CHECK: weft.sub
func.func @keeps_nan(%x: tensor<4xf32>) -> tensor<4xf32> {
  %zero = weft.constant dense<0.0> : tensor<4xf32>
  %product = weft.mul %x, %zero : tensor<4xf32>
  %difference = weft.sub %product, %product : tensor<4xf32>
  return %difference : tensor<4xf32>
}

// -----

// CHECK-LABEL: @constants
// CHECK-DAG: weft.constant dense<7.000000e+00> : tensor<2xf64>
// CHECK-DAG: weft.constant dense<5.000000e-01> : tensor<2xf64>
// CHECK-DAG: weft.constant dense<-2> : tensor<2xi32>
// CHECK-DAG: weft.constant dense<true> : tensor<2xi1>
func.func @constants() -> (tensor<2xf64>, tensor<2xf64>, tensor<2xi32>, tensor<2xi1>) {
  %three = weft.constant dense<3.0> : tensor<2xf64>
  %four = weft.constant dense<4.0> : tensor<2xf64>
  %seven = weft.add %three, %four : tensor<2xf64>
  %two = weft.sqrt %four : tensor<2xf64>
  %half = weft.rsqrt %four : tensor<2xf64>
  %minus = weft.neg %two : tensor<2xf64>
  %int = weft.cast %minus : tensor<2xf64> -> tensor<2xi32>
  %less = weft.compare lt %three, %four : tensor<2xf64> -> tensor<2xi1>
  return %seven, %half, %int, %less : tensor<2xf64>, tensor<2xf64>, tensor<2xi32>, tensor<2xi1>
}

// -----

// CHECK-LABEL: @functions_of_constants
// CHECK: %[[C:.*]] = weft.constant dense<1.000000e+00> : tensor<f64>
// CHECK-NEXT: return %[[C]]
func.func @functions_of_constants() -> tensor<f64> {
  %zero = weft.constant dense<0.0> : tensor<f64>
  %exp = weft.exp %zero : tensor<f64>
  %log = weft.log %exp : tensor<f64>
  %tanh = weft.tanh %log : tensor<f64>
  %relu = weft.relu %tanh : tensor<f64>
  %floor = weft.floor %relu : tensor<f64>
  %stopped = weft.stop_gradient %floor : tensor<f64>
  %clamped = weft.clamp %stopped low 1.0 high 2.0 : tensor<f64>
  return %clamped : tensor<f64>
}

// -----

// CHECK-LABEL: @more_functions_of_constants
// CHECK-DAG: %[[ERF:.*]] = weft.constant dense<0.84270079294971489> : tensor<f64>
// CHECK-DAG: %[[HALF:.*]] = weft.constant dense<5.000000e-01> : tensor<f64>
// CHECK-DAG: %[[ONE:.*]] = weft.constant dense<1.000000e+00> : tensor<f64>
// CHECK-DAG: %[[SIN:.*]] = weft.constant dense<0.8414709848078965> : tensor<f64>
// CHECK-DAG: %[[NAN:.*]] = weft.constant dense<0x7FF8000000000000> : tensor<f64>
// CHECK: return %[[ERF]], %[[HALF]], %[[ONE]], %[[SIN]], %[[NAN]]
func.func @more_functions_of_constants() -> (tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>) {
  %zero = weft.constant dense<0.0> : tensor<f64>
  %huge = weft.constant dense<1.0e10> : tensor<f64>
  %half = weft.sigmoid %zero : tensor<f64>
  %one = weft.cos %zero : tensor<f64>
  %erf = weft.erf %one : tensor<f64>
  %sin = weft.sin %one : tensor<f64>
  %nan = weft.sin %huge : tensor<f64>
  return %erf, %half, %one, %sin, %nan : tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>
}

// -----

// NaN is unequal to everything, itself included.
// CHECK-LABEL: @comparisons_with_nan
// CHECK-DAG: %[[TRUE:.*]] = weft.constant dense<true> : tensor<i1>
// CHECK-DAG: %[[FALSE:.*]] = weft.constant dense<false> : tensor<i1>
// CHECK: return %[[TRUE]], %[[FALSE]], %[[FALSE]]
func.func @comparisons_with_nan() -> (tensor<i1>, tensor<i1>, tensor<i1>) {
  %nan = weft.constant dense<0x7FF8000000000000> : tensor<f64>
  %ne = weft.compare ne %nan, %nan : tensor<f64> -> tensor<i1>
  %eq = weft.compare eq %nan, %nan : tensor<f64> -> tensor<i1>
  %ge = weft.compare ge %nan, %nan : tensor<f64> -> tensor<i1>
  return %ne, %eq, %ge : tensor<i1>, tensor<i1>, tensor<i1>
}

// -----

// Integer division rounds toward zero; by zero it stays.
// CHECK-LABEL: @integers
// CHECK-DAG: weft.constant dense<-3> : tensor<i32>
// CHECK-DAG: weft.div
func.func @integers() -> (tensor<i32>, tensor<i32>) {
  %seven = weft.constant dense<7> : tensor<i32>
  %minus_two = weft.constant dense<-2> : tensor<i32>
  %zero = weft.constant dense<0> : tensor<i32>
  %quotient = weft.div %seven, %minus_two : tensor<i32>
  %undefined = weft.div %seven, %zero : tensor<i32>
  return %quotient, %undefined : tensor<i32>, tensor<i32>
}

// -----

// CHECK-LABEL: @select
// CHECK-SAME: (%[[X:.*]]: tensor<2xf32>, %[[Y:.*]]: tensor<2xf32>, %{{.*}}: tensor<2xi1>)
// CHECK-NEXT: return %[[Y]], %[[X]]
func.func @select(%x: tensor<2xf32>, %y: tensor<2xf32>, %condition: tensor<2xi1>) -> (tensor<2xf32>, tensor<2xf32>) {
  %never = weft.constant dense<false> : tensor<2xi1>
  %second = weft.select %never, %x, %y : tensor<2xi1>, tensor<2xf32>
  %same = weft.select %condition, %x, %x : tensor<2xi1>, tensor<2xf32>
  return %second, %same : tensor<2xf32>, tensor<2xf32>
}

// -----

// CHECK-LABEL: @movements
// CHECK-SAME: (%[[X:.*]]: tensor<2x3xf32>, %{{.*}}: tensor<4xi32>)
// CHECK-NEXT: return %[[X]]
func.func @movements(%x: tensor<2x3xf32>, %key: tensor<4xi32>) -> tensor<2x3xf32> {
  %transposed = weft.transpose %x permutation [1, 0] : tensor<2x3xf32> -> tensor<3x2xf32>
  %back = weft.transpose %transposed permutation [1, 0] : tensor<3x2xf32> -> tensor<2x3xf32>
  %kept = weft.transpose %back permutation [0, 1] : tensor<2x3xf32> -> tensor<2x3xf32>
  %flat = weft.reshape %kept : tensor<2x3xf32> -> tensor<6xf32>
  %shaped = weft.reshape %flat : tensor<6xf32> -> tensor<2x3xf32>
  %slice = weft.slice %shaped axis 1 start 0 length 3 : tensor<2x3xf32> -> tensor<2x3xf32>
  %tail = weft.tail %slice axis 1 : tensor<2x3xf32> -> tensor<2x3xf32>
  %head = weft.head %tail axis 1 : tensor<2x3xf32> -> tensor<2x3xf32>
  %concat = weft.concat %head axis 0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %broadcast = weft.broadcast %concat dims [0, 1] : tensor<2x3xf32> -> tensor<2x3xf32>
  %sum = weft.sum %broadcast axes [] : tensor<2x3xf32> -> tensor<2x3xf32>
  %max = weft.max %sum axes [] : tensor<2x3xf32> -> tensor<2x3xf32>
  %dropout = weft.dropout %max, %key rate 0.0 id 1 : tensor<2x3xf32>, tensor<4xi32>
  return %dropout : tensor<2x3xf32>
}

// -----

// A splat survives movement as a splat; a bounded one cannot be an attribute and stays a broadcast.
// CHECK-LABEL: @splats
// CHECK-DAG: %[[C:.*]] = weft.constant dense<2.000000e+00> : tensor<3x2xf32>
// CHECK-DAG: %[[B:.*]] = weft.broadcast
// CHECK: return %[[C]], %[[B]]
func.func @splats() -> (tensor<3x2xf32>, tensor<?xf32, #weft.bounded<[n(8 by 1)]>>) {
  %two = weft.constant dense<2.0> : tensor<f32>
  %repeated = weft.broadcast %two dims [] : tensor<f32> -> tensor<2x3xf32>
  %transposed = weft.transpose %repeated permutation [1, 0] : tensor<2x3xf32> -> tensor<3x2xf32>
  %bounded = weft.broadcast %two dims [] : tensor<f32> -> tensor<?xf32, #weft.bounded<[n(8 by 1)]>>
  return %transposed, %bounded : tensor<3x2xf32>, tensor<?xf32, #weft.bounded<[n(8 by 1)]>>
}

// -----

// CHECK-LABEL: @sizes
// CHECK-DAG: weft.constant dense<8> : tensor<i32>
// CHECK-DAG: weft.size <n(8 by 1)> : tensor<i32>
func.func @sizes() -> (tensor<i32>, tensor<i32>) {
  %eight = weft.size <8> : tensor<i32>
  %n = weft.size <n(8 by 1)> : tensor<i32>
  return %eight, %n : tensor<i32>, tensor<i32>
}
