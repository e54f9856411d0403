// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=x86 %s
// RUN: weft-check --kernels=sim %s
// RUN: weft-check --kernels=barriers %s
// RUN: weft-check --kernels=variants %s
// RUN: weft-check --kernels=apart %s
// Several elementwise values of one kernel: whole tiles and less, broadcasts, run-time sizes, other element types, values
// that readers compute again; and what must stay apart, because an op between reads one of them.

// The update of Adam: three results, all of whose arrays are read once.
func.func @update(%p: tensor<3x257xf32>, %g: tensor<3x257xf32>, %m: tensor<3x257xf32>, %v: tensor<3x257xf32> {check.range = array<f64: 0.0, 1.0>},
    %beta: tensor<f32>, %row: tensor<257xf32>) -> (tensor<3x257xf32>, tensor<3x257xf32>, tensor<3x257xf32>) attributes {check.kernel} {
  %b = weft.broadcast %beta dims [] : tensor<f32> -> tensor<3x257xf32>
  %r = weft.broadcast %row dims [1] : tensor<257xf32> -> tensor<3x257xf32>
  %small = weft.constant dense<1.0e-3> : tensor<3x257xf32>
  %c = weft.mul %g, %r : tensor<3x257xf32>
  %bm = weft.mul %b, %m : tensor<3x257xf32>
  %m1 = weft.add %bm, %c : tensor<3x257xf32>
  %cc = weft.mul %c, %c : tensor<3x257xf32>
  %v1 = weft.add %v, %cc : tensor<3x257xf32>
  %root = weft.sqrt %v1 : tensor<3x257xf32>
  %e = weft.add %root, %small : tensor<3x257xf32>
  %q = weft.div %m1, %e : tensor<3x257xf32>
  %p1 = weft.sub %p, %q : tensor<3x257xf32>
  return %p1, %m1, %v1 : tensor<3x257xf32>, tensor<3x257xf32>, tensor<3x257xf32>
}

func.func @sized(%x: tensor<?x5xf64, #weft.bounded<[n(300 by 1), 5]>>, %y: tensor<?x5xf64, #weft.bounded<[n(300 by 1), 5]>>)
    -> (tensor<?x5xf64, #weft.bounded<[n(300 by 1), 5]>>, tensor<?x5xi1, #weft.bounded<[n(300 by 1), 5]>>, tensor<?x5xf64, #weft.bounded<[n(300 by 1), 5]>>)
    attributes {check.kernel, check.sizes = [{n = 0}, {n = 1}, {n = 48}, {n = 300}]} {
  %s = weft.sub %x, %y : tensor<?x5xf64, #weft.bounded<[n(300 by 1), 5]>>
  %e = weft.exp %s : tensor<?x5xf64, #weft.bounded<[n(300 by 1), 5]>>
  %c = weft.compare lt %e, %y : tensor<?x5xf64, #weft.bounded<[n(300 by 1), 5]>> -> tensor<?x5xi1, #weft.bounded<[n(300 by 1), 5]>>
  %z = weft.select %c, %e, %x : tensor<?x5xi1, #weft.bounded<[n(300 by 1), 5]>>, tensor<?x5xf64, #weft.bounded<[n(300 by 1), 5]>>
  return %e, %c, %z : tensor<?x5xf64, #weft.bounded<[n(300 by 1), 5]>>, tensor<?x5xi1, #weft.bounded<[n(300 by 1), 5]>>, tensor<?x5xf64, #weft.bounded<[n(300 by 1), 5]>>
}

// %e stands before the sum that reads it, %y after it.
func.func @between(%x: tensor<40x40xf64>) -> (tensor<40x40xf64>, tensor<40x40xf64>) attributes {check.kernel} {
  %e = weft.exp %x : tensor<40x40xf64>
  %total = weft.max %e axes [1] : tensor<40x40xf64> -> tensor<40xf64>
  %wide = weft.broadcast %total dims [0] : tensor<40xf64> -> tensor<40x40xf64>
  %y = weft.sub %e, %wide : tensor<40x40xf64>
  return %e, %y : tensor<40x40xf64>, tensor<40x40xf64>
}

// The reader of a transposed value needs all of it.
func.func @transposed(%x: tensor<40x40xf64>) -> (tensor<40x40xf64>, tensor<40x40xf64>) attributes {check.kernel} {
  %e = weft.exp %x : tensor<40x40xf64>
  %t = weft.transpose %e permutation [1, 0] : tensor<40x40xf64> -> tensor<40x40xf64>
  %n = weft.neg %t : tensor<40x40xf64>
  %y = weft.sub %e, %n : tensor<40x40xf64>
  return %e, %y : tensor<40x40xf64>, tensor<40x40xf64>
}

// Ids are read for a whole row.
func.func @classes(%x: tensor<64xi32>, %y: tensor<64xi32>) -> (tensor<64xi32>, tensor<64x4xf32>, tensor<64xi32>) attributes {check.kernel} {
  %s = weft.add %x, %y : tensor<64xi32>
  %h = weft.one_hot %s : tensor<64xi32> -> tensor<64x4xf32>
  %d = weft.sub %s, %y : tensor<64xi32>
  %q = weft.mul %d, %s : tensor<64xi32>
  return %s, %h, %q : tensor<64xi32>, tensor<64x4xf32>, tensor<64xi32>
}

// The kernel of the product stores one value; its readers are another kernel.
func.func @product(%x: tensor<20x17xf64>, %w: tensor<33x17xf64>) -> (tensor<20x33xf64>, tensor<20x33xf64>, tensor<20x33xf64>) attributes {check.kernel} {
  %y = weft.dot %x, %w batch [] x [] contract [1] x [1] : tensor<20x17xf64>, tensor<33x17xf64> -> tensor<20x33xf64>
  %r = weft.relu %y : tensor<20x33xf64>
  %a = weft.tanh %r : tensor<20x33xf64>
  %b = weft.mul %a, %r : tensor<20x33xf64>
  return %r, %a, %b : tensor<20x33xf64>, tensor<20x33xf64>, tensor<20x33xf64>
}

// Both are computed from %x again: by the maximum and by the two results.
func.func @again(%x: tensor<30x64xf32>, %mean: tensor<30xf32>) -> (tensor<30xf32>, tensor<30x64xf32>, tensor<30x64xf32>) attributes {check.kernel} {
  %wide = weft.broadcast %mean dims [0] : tensor<30xf32> -> tensor<30x64xf32>
  %d = weft.sub %x, %wide : tensor<30x64xf32>
  %dd = weft.mul %d, %d : tensor<30x64xf32>
  %most = weft.max %dd axes [1] : tensor<30x64xf32> -> tensor<30xf32>
  %e = weft.exp %d : tensor<30x64xf32>
  %z = weft.add %e, %dd : tensor<30x64xf32>
  return %most, %e, %z : tensor<30xf32>, tensor<30x64xf32>, tensor<30x64xf32>
}

func.func @dropped(%x: tensor<7x70xf32>, %key: tensor<4xi32>) -> (tensor<7x70xf32>, tensor<7x70xf32>, tensor<7x70xf32>) attributes {check.kernel} {
  %a = weft.dropout %x, %key rate 0.25 id 3 : tensor<7x70xf32>, tensor<4xi32>
  %b = weft.dropout %x, %key rate 0.5 id 4 : tensor<7x70xf32>, tensor<4xi32>
  %c = weft.sub %a, %b : tensor<7x70xf32>
  return %a, %b, %c : tensor<7x70xf32>, tensor<7x70xf32>, tensor<7x70xf32>
}

// A value of the group that a product takes in bf16: the kernel stores both. A rounding that others read in f32 again is one of
// the values.
func.func @rounded(%x: tensor<20x48xf32>, %y: tensor<20x48xf32>, %w: tensor<48x33xf32>)
    -> (tensor<20x48xf32>, tensor<20x48xf32>, tensor<20x33xf32>, tensor<20x33xf32>) attributes {check.kernel} {
  %e = weft.exp %x : tensor<20x48xf32>
  %s = weft.tanh %e : tensor<20x48xf32>
  %d = weft.sub %e, %y : tensor<20x48xf32>
  %re = weft.cast %e : tensor<20x48xf32> -> tensor<20x48xbf16>
  %rd = weft.cast %d : tensor<20x48xf32> -> tensor<20x48xbf16>
  %back = weft.cast %rd : tensor<20x48xbf16> -> tensor<20x48xf32>
  %z = weft.mul %back, %s : tensor<20x48xf32>
  %rw = weft.cast %w : tensor<48x33xf32> -> tensor<48x33xbf16>
  %p = weft.dot %re, %rw batch [] x [] contract [1] x [0] : tensor<20x48xbf16>, tensor<48x33xbf16> -> tensor<20x33xf32>
  %q = weft.dot %rd, %rw batch [] x [] contract [1] x [0] : tensor<20x48xbf16>, tensor<48x33xbf16> -> tensor<20x33xf32>
  return %e, %z, %p, %q : tensor<20x48xf32>, tensor<20x48xf32>, tensor<20x33xf32>, tensor<20x33xf32>
}
