// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels=sim %s
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=levels %s
// RUN: weft-check --kernels=variants %s
// RUN: sed 's/bf16/f16/g; s/1088/272/g; s/1031/257/g' %s | weft-check --kernels=sim -
// RUN: sed 's/bf16/f16/g; s/1088/272/g; s/1031/257/g' %s | weft-check --kernels -
// RUN: sed 's/bf16/f16/g; s/1088/272/g; s/1031/257/g' %s | weft-check --kernels=levels -
// Sums of f16 have fewer terms: its products have so many digits that sums in f32 lose some, and 1088 of them more than the bound.
// Products of factors that are rounded to bf16, and the same in f16: both orientations, down the columns, batches, views, several contracted
// axes, odd and even and padded depths, edges of tiles, roundings that are part of the kernels around them.
func.func @both_ways(%a: tensor<50x64xf32>, %b: tensor<64x70xf32>, %c: tensor<70x64xf32>, %d: tensor<64x50xf32>)
    -> (tensor<50x70xf32>, tensor<50x70xf32>, tensor<50x70xf32>, tensor<50x70xf32>) attributes {check.kernel} {
  %ra = weft.cast %a : tensor<50x64xf32> -> tensor<50x64xbf16>
  %rb = weft.cast %b : tensor<64x70xf32> -> tensor<64x70xbf16>
  %rc = weft.cast %c : tensor<70x64xf32> -> tensor<70x64xbf16>
  %rd = weft.cast %d : tensor<64x50xf32> -> tensor<64x50xbf16>
  %x = weft.dot %ra, %rb batch [] x [] contract [1] x [0] : tensor<50x64xbf16>, tensor<64x70xbf16> -> tensor<50x70xf32>
  %y = weft.dot %ra, %rc batch [] x [] contract [1] x [1] : tensor<50x64xbf16>, tensor<70x64xbf16> -> tensor<50x70xf32>
  %z = weft.dot %rd, %rb batch [] x [] contract [0] x [0] : tensor<64x50xbf16>, tensor<64x70xbf16> -> tensor<50x70xf32>
  %w = weft.dot %rd, %rc batch [] x [] contract [0] x [1] : tensor<64x50xbf16>, tensor<70x64xbf16> -> tensor<50x70xf32>
  return %x, %y, %z, %w : tensor<50x70xf32>, tensor<50x70xf32>, tensor<50x70xf32>, tensor<50x70xf32>
}
func.func @tile(%a: tensor<48x32xf32>, %b: tensor<32x64xf32>) -> tensor<48x64xf32> attributes {check.kernel} {
  %ra = weft.cast %a : tensor<48x32xf32> -> tensor<48x32xbf16>
  %rb = weft.cast %b : tensor<32x64xf32> -> tensor<32x64xbf16>
  %y = weft.dot %ra, %rb batch [] x [] contract [1] x [0] : tensor<48x32xbf16>, tensor<32x64xbf16> -> tensor<48x64xf32>
  return %y : tensor<48x64xf32>
}
// Factors meet in pairs along the contracted axis: odd depths, and depths that end within a vector.
func.func @odd(%a: tensor<49x65xf32>, %b: tensor<65x65xf32>, %c: tensor<65x65xf32>)
    -> (tensor<49x65xf32>, tensor<49x65xf32>) attributes {check.kernel} {
  %ra = weft.cast %a : tensor<49x65xf32> -> tensor<49x65xbf16>
  %rb = weft.cast %b : tensor<65x65xf32> -> tensor<65x65xbf16>
  %rc = weft.cast %c : tensor<65x65xf32> -> tensor<65x65xbf16>
  %x = weft.dot %ra, %rb batch [] x [] contract [1] x [0] : tensor<49x65xbf16>, tensor<65x65xbf16> -> tensor<49x65xf32>
  %y = weft.dot %ra, %rc batch [] x [] contract [1] x [1] : tensor<49x65xbf16>, tensor<65x65xbf16> -> tensor<49x65xf32>
  return %x, %y : tensor<49x65xf32>, tensor<49x65xf32>
}
func.func @small(%a: tensor<5x3xf32>, %b: tensor<3x7xf32>, %c: tensor<5xf32>, %d: tensor<7xf32>, %e: tensor<1x1xf32>)
    -> (tensor<5x7xf32>, tensor<5x7xf32>, tensor<7xf32>, tensor<1x1xf32>) attributes {check.kernel} {
  %ra = weft.cast %a : tensor<5x3xf32> -> tensor<5x3xbf16>
  %rb = weft.cast %b : tensor<3x7xf32> -> tensor<3x7xbf16>
  %rc = weft.cast %c : tensor<5xf32> -> tensor<5xbf16>
  %rd = weft.cast %d : tensor<7xf32> -> tensor<7xbf16>
  %re = weft.cast %e : tensor<1x1xf32> -> tensor<1x1xbf16>
  %x = weft.dot %ra, %rb batch [] x [] contract [1] x [0] : tensor<5x3xbf16>, tensor<3x7xbf16> -> tensor<5x7xf32>
  %y = weft.dot %rc, %rd batch [] x [] contract [] x [] : tensor<5xbf16>, tensor<7xbf16> -> tensor<5x7xf32>
  %s = weft.slice %rb axis 0 start 1 length 1 : tensor<3x7xbf16> -> tensor<1x7xbf16>
  %r = weft.reshape %s : tensor<1x7xbf16> -> tensor<7x1xbf16>
  %v = weft.dot %r, %re batch [] x [] contract [1] x [0] : tensor<7x1xbf16>, tensor<1x1xbf16> -> tensor<7x1xf32>
  %w = weft.reshape %v : tensor<7x1xf32> -> tensor<7xf32>
  %z = weft.dot %re, %re batch [] x [] contract [1] x [1] : tensor<1x1xbf16>, tensor<1x1xbf16> -> tensor<1x1xf32>
  return %x, %y, %w, %z : tensor<5x7xf32>, tensor<5x7xf32>, tensor<7xf32>, tensor<1x1xf32>
}
// Several chunks, and a prime, whose last chunk is filled up.
func.func @deep(%a: tensor<70x1088xf32>, %b: tensor<1088x66xf32>, %c: tensor<66x1088xf32>, %d: tensor<1088x70xf32>)
    -> (tensor<70x66xf32>, tensor<70x66xf32>, tensor<70x66xf32>) attributes {check.kernel} {
  %ra = weft.cast %a : tensor<70x1088xf32> -> tensor<70x1088xbf16>
  %rb = weft.cast %b : tensor<1088x66xf32> -> tensor<1088x66xbf16>
  %rc = weft.cast %c : tensor<66x1088xf32> -> tensor<66x1088xbf16>
  %rd = weft.cast %d : tensor<1088x70xf32> -> tensor<1088x70xbf16>
  %x = weft.dot %ra, %rb batch [] x [] contract [1] x [0] : tensor<70x1088xbf16>, tensor<1088x66xbf16> -> tensor<70x66xf32>
  %y = weft.dot %ra, %rc batch [] x [] contract [1] x [1] : tensor<70x1088xbf16>, tensor<66x1088xbf16> -> tensor<70x66xf32>
  %z = weft.dot %rd, %rb batch [] x [] contract [0] x [0] : tensor<1088x70xbf16>, tensor<1088x66xbf16> -> tensor<70x66xf32>
  return %x, %y, %z : tensor<70x66xf32>, tensor<70x66xf32>, tensor<70x66xf32>
}
func.func @prime(%a: tensor<50x1031xf32>, %b: tensor<40x1031xf32>) -> tensor<50x40xf32> attributes {check.kernel} {
  %ra = weft.cast %a : tensor<50x1031xf32> -> tensor<50x1031xbf16>
  %rb = weft.cast %b : tensor<40x1031xf32> -> tensor<40x1031xbf16>
  %y = weft.dot %ra, %rb batch [] x [] contract [1] x [1] : tensor<50x1031xbf16>, tensor<40x1031xbf16> -> tensor<50x40xf32>
  return %y : tensor<50x40xf32>
}
func.func @tall(%a: tensor<600x24xf32>, %b: tensor<80x24xf32>) -> tensor<600x80xf32> attributes {check.kernel} {
  %ra = weft.cast %a : tensor<600x24xf32> -> tensor<600x24xbf16>
  %rb = weft.cast %b : tensor<80x24xf32> -> tensor<80x24xbf16>
  %y = weft.dot %ra, %rb batch [] x [] contract [1] x [1] : tensor<600x24xbf16>, tensor<80x24xbf16> -> tensor<600x80xf32>
  return %y : tensor<600x80xf32>
}
func.func @gradient_of_weight(%dy: tensor<2x5x3x4xf32>, %x: tensor<2x5x16xf32>) -> tensor<3x4x16xf32> attributes {check.kernel} {
  %rdy = weft.cast %dy : tensor<2x5x3x4xf32> -> tensor<2x5x3x4xbf16>
  %rx = weft.cast %x : tensor<2x5x16xf32> -> tensor<2x5x16xbf16>
  %dw = weft.dot %rdy, %rx batch [] x [] contract [0, 1] x [0, 1] : tensor<2x5x3x4xbf16>, tensor<2x5x16xbf16> -> tensor<3x4x16xf32>
  return %dw : tensor<3x4x16xf32>
}
func.func @batched(%q: tensor<2x5x3x8xf32>, %k: tensor<2x7x3x8xf32>) -> tensor<2x3x5x7xf32> attributes {check.kernel} {
  %rq = weft.cast %q : tensor<2x5x3x8xf32> -> tensor<2x5x3x8xbf16>
  %rk = weft.cast %k : tensor<2x7x3x8xf32> -> tensor<2x7x3x8xbf16>
  %s = weft.dot %rq, %rk batch [0, 2] x [0, 2] contract [3] x [3] : tensor<2x5x3x8xbf16>, tensor<2x7x3x8xbf16> -> tensor<2x3x5x7xf32>
  return %s : tensor<2x3x5x7xf32>
}
func.func @apart(%a: tensor<3x40x50xf32>, %b: tensor<50x6x3xf32>) -> tensor<40x6xf32> attributes {check.kernel} {
  %ra = weft.cast %a : tensor<3x40x50xf32> -> tensor<3x40x50xbf16>
  %rb = weft.cast %b : tensor<50x6x3xf32> -> tensor<50x6x3xbf16>
  %y = weft.dot %ra, %rb batch [] x [] contract [0, 2] x [2, 0] : tensor<3x40x50xbf16>, tensor<50x6x3xbf16> -> tensor<40x6xf32>
  return %y : tensor<40x6xf32>
}
func.func @views(%a: tensor<36x34xf32>, %b: tensor<8x36xf32>) -> tensor<34x3xf32> attributes {check.kernel} {
  %ra = weft.cast %a : tensor<36x34xf32> -> tensor<36x34xbf16>
  %rb = weft.cast %b : tensor<8x36xf32> -> tensor<8x36xbf16>
  %t = weft.transpose %ra permutation [1, 0] : tensor<36x34xbf16> -> tensor<34x36xbf16>
  %s = weft.slice %rb axis 0 start 2 length 3 : tensor<8x36xbf16> -> tensor<3x36xbf16>
  %y = weft.dot %t, %s batch [] x [] contract [1] x [1] : tensor<34x36xbf16>, tensor<3x36xbf16> -> tensor<34x3xf32>
  return %y : tensor<34x3xf32>
}
func.func @bounded(%x: tensor<2x?x6xf32, #weft.bounded<[2, n(100 by 1), 6]>>, %w: tensor<5x6xf32>)
    -> (tensor<2x?x5xf32, #weft.bounded<[2, n(100 by 1), 5]>>, tensor<6x6xf32>)
    attributes {check.kernel, check.sizes = [{n = 0}, {n = 1}, {n = 49}, {n = 100}]} {
  %rx = weft.cast %x : tensor<2x?x6xf32, #weft.bounded<[2, n(100 by 1), 6]>> -> tensor<2x?x6xbf16, #weft.bounded<[2, n(100 by 1), 6]>>
  %rw = weft.cast %w : tensor<5x6xf32> -> tensor<5x6xbf16>
  %y = weft.dot %rx, %rw batch [] x [] contract [2] x [1] : tensor<2x?x6xbf16, #weft.bounded<[2, n(100 by 1), 6]>>, tensor<5x6xbf16> -> tensor<2x?x5xf32, #weft.bounded<[2, n(100 by 1), 5]>>
  %g = weft.dot %rx, %rx batch [] x [] contract [0, 1] x [0, 1] : tensor<2x?x6xbf16, #weft.bounded<[2, n(100 by 1), 6]>>, tensor<2x?x6xbf16, #weft.bounded<[2, n(100 by 1), 6]>> -> tensor<6x6xf32>
  return %y, %g : tensor<2x?x5xf32, #weft.bounded<[2, n(100 by 1), 5]>>, tensor<6x6xf32>
}
// A layer's result, rounded in the kernel of its product for the next layer: it is stored in bf16 alone.
func.func @layers(%x: tensor<9x12xf32>, %w: tensor<12x20xf32>, %b: tensor<20xf32>, %v: tensor<20x5xf32>)
    -> tensor<9x5xf32> attributes {check.kernel} {
  %rx = weft.cast %x : tensor<9x12xf32> -> tensor<9x12xbf16>
  %rw = weft.cast %w : tensor<12x20xf32> -> tensor<12x20xbf16>
  %rv = weft.cast %v : tensor<20x5xf32> -> tensor<20x5xbf16>
  %y = weft.dot %rx, %rw batch [] x [] contract [1] x [0] : tensor<9x12xbf16>, tensor<12x20xbf16> -> tensor<9x20xf32>
  %bias = weft.broadcast %b dims [1] : tensor<20xf32> -> tensor<9x20xf32>
  %s = weft.add %y, %bias : tensor<9x20xf32>
  %h = weft.relu %s : tensor<9x20xf32>
  %rh = weft.cast %h : tensor<9x20xf32> -> tensor<9x20xbf16>
  %z = weft.dot %rh, %rv batch [] x [] contract [1] x [0] : tensor<9x20xbf16>, tensor<20x5xbf16> -> tensor<9x5xf32>
  return %z : tensor<9x5xf32>
}
// What something else reads, too, is stored both ways by the kernel that computes it: an embedding, a concatenation, a
// product with a tree, a norm, a tree of its own.
func.func @beside(%table: tensor<11x12xf32>, %ids: tensor<9xi32> {check.range = array<f64: 0.0, 11.0>}, %w: tensor<20x12xf32>, %v: tensor<20x20xf32>, %g: tensor<20xf32>)
    -> (tensor<18x12xf32>, tensor<18x20xf32>, tensor<18x20xf32>, tensor<18x20xf32>, tensor<20x12xf32>, tensor<20x20xf32>, tensor<12x12xf32>) attributes {check.kernel} {
  %x = weft.embedding %table, %ids : tensor<11x12xf32>, tensor<9xi32> -> tensor<9x12xf32>
  %rx = weft.cast %x : tensor<9x12xf32> -> tensor<9x12xbf16>
  %c = weft.concat %x, %x axis 0 : (tensor<9x12xf32>, tensor<9x12xf32>) -> tensor<18x12xf32>
  %rc = weft.cast %c : tensor<18x12xf32> -> tensor<18x12xbf16>
  %rw = weft.cast %w : tensor<20x12xf32> -> tensor<20x12xbf16>
  %rv = weft.cast %v : tensor<20x20xf32> -> tensor<20x20xbf16>
  %y = weft.dot %rc, %rw batch [] x [] contract [1] x [1] : tensor<18x12xbf16>, tensor<20x12xbf16> -> tensor<18x20xf32>
  %h = weft.tanh %y : tensor<18x20xf32>
  %rh = weft.cast %h : tensor<18x20xf32> -> tensor<18x20xbf16>
  %n = weft.layer_norm %h, %g, %g epsilon 1.0e-5 : tensor<18x20xf32>, tensor<20xf32>
  %rn = weft.cast %n : tensor<18x20xf32> -> tensor<18x20xbf16>
  %m = weft.mul %n, %h : tensor<18x20xf32>
  %rm = weft.cast %m : tensor<18x20xf32> -> tensor<18x20xbf16>
  // Scaled: where f32 decides a rounding, it can go the other way.
  %a = weft.dot %rh, %rn batch [] x [] contract [0] x [0] : tensor<18x20xbf16>, tensor<18x20xbf16> -> tensor<20x20xf32>
  %b = weft.dot %rm, %rv batch [] x [] contract [1] x [1] : tensor<18x20xbf16>, tensor<20x20xbf16> -> tensor<18x20xf32>
  %d = weft.dot %rh, %rc batch [] x [] contract [0] x [0] : tensor<18x20xbf16>, tensor<18x12xbf16> -> tensor<20x12xf32>
  %e = weft.dot %rx, %rx batch [] x [] contract [0] x [0] : tensor<9x12xbf16>, tensor<9x12xbf16> -> tensor<12x12xf32>
  %unit_a = weft.constant dense<1.0e-3> : tensor<20x20xf32>
  %unit_b = weft.constant dense<1.0e-3> : tensor<18x20xf32>
  %unit_d = weft.constant dense<1.0e-3> : tensor<20x12xf32>
  %sa = weft.mul %a, %unit_a : tensor<20x20xf32>
  %sb = weft.mul %b, %unit_b : tensor<18x20xf32>
  %sd = weft.mul %d, %unit_d : tensor<20x12xf32>
  return %c, %h, %n, %sb, %sd, %sa, %e : tensor<18x12xf32>, tensor<18x20xf32>, tensor<18x20xf32>, tensor<18x20xf32>, tensor<20x12xf32>, tensor<20x20xf32>, tensor<12x12xf32>
}
// A loop gets its weight rounded.
func.func @steps(%h: tensor<3x8xf32>, %w: tensor<8x8xf32>, %x: tensor<4x3x8xf32>) -> tensor<3x8xf32> attributes {check.kernel} {
  %rw = weft.cast %w : tensor<8x8xf32> -> tensor<8x8xbf16>
  %last = weft.scan carry(%h) over(%x) with(%rw : tensor<8x8xbf16>) {
  ^bb0(%old: tensor<3x8xf32>, %row: tensor<3x8xf32>, %inner: tensor<8x8xbf16>):
    %a = weft.cast %old : tensor<3x8xf32> -> tensor<3x8xbf16>
    %product = weft.dot %a, %inner batch [] x [] contract [1] x [0] : tensor<3x8xbf16>, tensor<8x8xbf16> -> tensor<3x8xf32>
    %sum = weft.add %product, %row : tensor<3x8xf32>
    %next = weft.tanh %sum : tensor<3x8xf32>
    weft.yield %next : tensor<3x8xf32>
  } : (tensor<3x8xf32>) -> tensor<3x8xf32>, (tensor<4x3x8xf32>) -> ()
  %unit = weft.constant dense<1.0e-2> : tensor<3x8xf32>
  %scaled = weft.mul %last, %unit : tensor<3x8xf32>
  return %scaled : tensor<3x8xf32>
}
// Roundings alone, and of what comes back to f32.
func.func @roundings(%x: tensor<37x20xf32>, %y: tensor<20x37xf32>) -> (tensor<37x20xf32>, tensor<20x37xf32>, tensor<37xf32>)
    attributes {check.kernel} {
  %rx = weft.cast %x : tensor<37x20xf32> -> tensor<37x20xbf16>
  %wide = weft.cast %rx : tensor<37x20xbf16> -> tensor<37x20xf32>
  %e = weft.sub %wide, %x : tensor<37x20xf32>
  %ry = weft.cast %y : tensor<20x37xf32> -> tensor<20x37xbf16>
  %t = weft.transpose %ry permutation [1, 0] : tensor<20x37xbf16> -> tensor<37x20xbf16>
  %u = weft.reshape %t : tensor<37x20xbf16> -> tensor<20x37xbf16>
  %v = weft.cast %u : tensor<20x37xbf16> -> tensor<20x37xf32>
  %s = weft.sum %e axes [1] : tensor<37x20xf32> -> tensor<37xf32>
  return %e, %v, %s : tensor<37x20xf32>, tensor<20x37xf32>, tensor<37xf32>
}
