// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels %s
// RUN: weft-check --kernels=x86 %s
// RUN: weft-check --kernels=sim %s
// Sums along rows and what is made of them as one kernel: gradients of norms and of softmax, written out, with columns below, at and
// above a tile; numbers of rows that are read from outside; a reader that stands in the middle; one that reads a spread number.

func.func @norm_one(%x: tensor<1x1xf64>, %g: tensor<1x1xf64>, %w: tensor<1xf64>) -> (tensor<1x1xf64>, tensor<1x1xf64>, tensor<1xf64>) attributes {check.kernel} {
  %inv = weft.constant dense<1.0> : tensor<1xf64>
  %eps = weft.constant dense<1.0e-2> : tensor<1xf64>
  %m_s = weft.sum %x axes [1] : tensor<1x1xf64> -> tensor<1xf64>
  %m_n = weft.mul %m_s, %inv : tensor<1xf64>
  %m = weft.broadcast %m_n dims [0] : tensor<1xf64> -> tensor<1x1xf64>
  %c = weft.sub %x, %m : tensor<1x1xf64>
  %cc = weft.mul %c, %c : tensor<1x1xf64>
  %vs = weft.sum %cc axes [1] : tensor<1x1xf64> -> tensor<1xf64>
  %vn = weft.mul %vs, %inv : tensor<1xf64>
  %ve = weft.add %vn, %eps : tensor<1xf64>
  %fr = weft.rsqrt %ve : tensor<1xf64>
  %f = weft.broadcast %fr dims [0] : tensor<1xf64> -> tensor<1x1xf64>
  %h = weft.mul %c, %f : tensor<1x1xf64>
  %wb = weft.broadcast %w dims [1] : tensor<1xf64> -> tensor<1x1xf64>
  %s = weft.mul %g, %wb : tensor<1x1xf64>
  %ms_s = weft.sum %s axes [1] : tensor<1x1xf64> -> tensor<1xf64>
  %ms_n = weft.mul %ms_s, %inv : tensor<1xf64>
  %ms = weft.broadcast %ms_n dims [0] : tensor<1xf64> -> tensor<1x1xf64>
  %sh = weft.mul %s, %h : tensor<1x1xf64>
  %mh_s = weft.sum %sh axes [1] : tensor<1x1xf64> -> tensor<1xf64>
  %mh_n = weft.mul %mh_s, %inv : tensor<1xf64>
  %mh = weft.broadcast %mh_n dims [0] : tensor<1xf64> -> tensor<1x1xf64>
  %a = weft.sub %s, %ms : tensor<1x1xf64>
  %b = weft.mul %h, %mh : tensor<1x1xf64>
  %d = weft.sub %a, %b : tensor<1x1xf64>
  %dx = weft.mul %f, %d : tensor<1x1xf64>
  %gh = weft.mul %g, %h : tensor<1x1xf64>
  %dw = weft.sum %gh axes [0] : tensor<1x1xf64> -> tensor<1xf64>
  return %dx, %h, %dw : tensor<1x1xf64>, tensor<1x1xf64>, tensor<1xf64>
}

func.func @norm_few(%x: tensor<3x5xf64>, %g: tensor<3x5xf64>, %w: tensor<5xf64>) -> (tensor<3x5xf64>, tensor<3x5xf64>, tensor<5xf64>) attributes {check.kernel} {
  %inv = weft.constant dense<0.2> : tensor<3xf64>
  %eps = weft.constant dense<1.0e-2> : tensor<3xf64>
  %m_s = weft.sum %x axes [1] : tensor<3x5xf64> -> tensor<3xf64>
  %m_n = weft.mul %m_s, %inv : tensor<3xf64>
  %m = weft.broadcast %m_n dims [0] : tensor<3xf64> -> tensor<3x5xf64>
  %c = weft.sub %x, %m : tensor<3x5xf64>
  %cc = weft.mul %c, %c : tensor<3x5xf64>
  %vs = weft.sum %cc axes [1] : tensor<3x5xf64> -> tensor<3xf64>
  %vn = weft.mul %vs, %inv : tensor<3xf64>
  %ve = weft.add %vn, %eps : tensor<3xf64>
  %fr = weft.rsqrt %ve : tensor<3xf64>
  %f = weft.broadcast %fr dims [0] : tensor<3xf64> -> tensor<3x5xf64>
  %h = weft.mul %c, %f : tensor<3x5xf64>
  %wb = weft.broadcast %w dims [1] : tensor<5xf64> -> tensor<3x5xf64>
  %s = weft.mul %g, %wb : tensor<3x5xf64>
  %ms_s = weft.sum %s axes [1] : tensor<3x5xf64> -> tensor<3xf64>
  %ms_n = weft.mul %ms_s, %inv : tensor<3xf64>
  %ms = weft.broadcast %ms_n dims [0] : tensor<3xf64> -> tensor<3x5xf64>
  %sh = weft.mul %s, %h : tensor<3x5xf64>
  %mh_s = weft.sum %sh axes [1] : tensor<3x5xf64> -> tensor<3xf64>
  %mh_n = weft.mul %mh_s, %inv : tensor<3xf64>
  %mh = weft.broadcast %mh_n dims [0] : tensor<3xf64> -> tensor<3x5xf64>
  %a = weft.sub %s, %ms : tensor<3x5xf64>
  %b = weft.mul %h, %mh : tensor<3x5xf64>
  %d = weft.sub %a, %b : tensor<3x5xf64>
  %dx = weft.mul %f, %d : tensor<3x5xf64>
  %gh = weft.mul %g, %h : tensor<3x5xf64>
  %dw = weft.sum %gh axes [0] : tensor<3x5xf64> -> tensor<5xf64>
  return %dx, %h, %dw : tensor<3x5xf64>, tensor<3x5xf64>, tensor<5xf64>
}

func.func @norm_tile(%x: tensor<9x64xf64>, %g: tensor<9x64xf64>, %w: tensor<64xf64>) -> (tensor<9x64xf64>, tensor<9x64xf64>, tensor<64xf64>) attributes {check.kernel} {
  %inv = weft.constant dense<0.015625> : tensor<9xf64>
  %eps = weft.constant dense<1.0e-2> : tensor<9xf64>
  %m_s = weft.sum %x axes [1] : tensor<9x64xf64> -> tensor<9xf64>
  %m_n = weft.mul %m_s, %inv : tensor<9xf64>
  %m = weft.broadcast %m_n dims [0] : tensor<9xf64> -> tensor<9x64xf64>
  %c = weft.sub %x, %m : tensor<9x64xf64>
  %cc = weft.mul %c, %c : tensor<9x64xf64>
  %vs = weft.sum %cc axes [1] : tensor<9x64xf64> -> tensor<9xf64>
  %vn = weft.mul %vs, %inv : tensor<9xf64>
  %ve = weft.add %vn, %eps : tensor<9xf64>
  %fr = weft.rsqrt %ve : tensor<9xf64>
  %f = weft.broadcast %fr dims [0] : tensor<9xf64> -> tensor<9x64xf64>
  %h = weft.mul %c, %f : tensor<9x64xf64>
  %wb = weft.broadcast %w dims [1] : tensor<64xf64> -> tensor<9x64xf64>
  %s = weft.mul %g, %wb : tensor<9x64xf64>
  %ms_s = weft.sum %s axes [1] : tensor<9x64xf64> -> tensor<9xf64>
  %ms_n = weft.mul %ms_s, %inv : tensor<9xf64>
  %ms = weft.broadcast %ms_n dims [0] : tensor<9xf64> -> tensor<9x64xf64>
  %sh = weft.mul %s, %h : tensor<9x64xf64>
  %mh_s = weft.sum %sh axes [1] : tensor<9x64xf64> -> tensor<9xf64>
  %mh_n = weft.mul %mh_s, %inv : tensor<9xf64>
  %mh = weft.broadcast %mh_n dims [0] : tensor<9xf64> -> tensor<9x64xf64>
  %a = weft.sub %s, %ms : tensor<9x64xf64>
  %b = weft.mul %h, %mh : tensor<9x64xf64>
  %d = weft.sub %a, %b : tensor<9x64xf64>
  %dx = weft.mul %f, %d : tensor<9x64xf64>
  %gh = weft.mul %g, %h : tensor<9x64xf64>
  %dw = weft.sum %gh axes [0] : tensor<9x64xf64> -> tensor<64xf64>
  return %dx, %h, %dw : tensor<9x64xf64>, tensor<9x64xf64>, tensor<64xf64>
}

func.func @norm_more(%x: tensor<8x65xf64>, %g: tensor<8x65xf64>, %w: tensor<65xf64>) -> (tensor<8x65xf64>, tensor<8x65xf64>, tensor<65xf64>) attributes {check.kernel} {
  %inv = weft.constant dense<0.015384615384615385> : tensor<8xf64>
  %eps = weft.constant dense<1.0e-2> : tensor<8xf64>
  %m_s = weft.sum %x axes [1] : tensor<8x65xf64> -> tensor<8xf64>
  %m_n = weft.mul %m_s, %inv : tensor<8xf64>
  %m = weft.broadcast %m_n dims [0] : tensor<8xf64> -> tensor<8x65xf64>
  %c = weft.sub %x, %m : tensor<8x65xf64>
  %cc = weft.mul %c, %c : tensor<8x65xf64>
  %vs = weft.sum %cc axes [1] : tensor<8x65xf64> -> tensor<8xf64>
  %vn = weft.mul %vs, %inv : tensor<8xf64>
  %ve = weft.add %vn, %eps : tensor<8xf64>
  %fr = weft.rsqrt %ve : tensor<8xf64>
  %f = weft.broadcast %fr dims [0] : tensor<8xf64> -> tensor<8x65xf64>
  %h = weft.mul %c, %f : tensor<8x65xf64>
  %wb = weft.broadcast %w dims [1] : tensor<65xf64> -> tensor<8x65xf64>
  %s = weft.mul %g, %wb : tensor<8x65xf64>
  %ms_s = weft.sum %s axes [1] : tensor<8x65xf64> -> tensor<8xf64>
  %ms_n = weft.mul %ms_s, %inv : tensor<8xf64>
  %ms = weft.broadcast %ms_n dims [0] : tensor<8xf64> -> tensor<8x65xf64>
  %sh = weft.mul %s, %h : tensor<8x65xf64>
  %mh_s = weft.sum %sh axes [1] : tensor<8x65xf64> -> tensor<8xf64>
  %mh_n = weft.mul %mh_s, %inv : tensor<8xf64>
  %mh = weft.broadcast %mh_n dims [0] : tensor<8xf64> -> tensor<8x65xf64>
  %a = weft.sub %s, %ms : tensor<8x65xf64>
  %b = weft.mul %h, %mh : tensor<8x65xf64>
  %d = weft.sub %a, %b : tensor<8x65xf64>
  %dx = weft.mul %f, %d : tensor<8x65xf64>
  %gh = weft.mul %g, %h : tensor<8x65xf64>
  %dw = weft.sum %gh axes [0] : tensor<8x65xf64> -> tensor<65xf64>
  return %dx, %h, %dw : tensor<8x65xf64>, tensor<8x65xf64>, tensor<65xf64>
}

func.func @norm_wide(%x: tensor<2x3x130xf64>, %g: tensor<2x3x130xf64>, %w: tensor<130xf64>) -> (tensor<2x3x130xf64>, tensor<2x3x130xf64>, tensor<130xf64>) attributes {check.kernel} {
  %inv = weft.constant dense<0.007692307692307693> : tensor<2x3xf64>
  %eps = weft.constant dense<1.0e-2> : tensor<2x3xf64>
  %m_s = weft.sum %x axes [2] : tensor<2x3x130xf64> -> tensor<2x3xf64>
  %m_n = weft.mul %m_s, %inv : tensor<2x3xf64>
  %m = weft.broadcast %m_n dims [0, 1] : tensor<2x3xf64> -> tensor<2x3x130xf64>
  %c = weft.sub %x, %m : tensor<2x3x130xf64>
  %cc = weft.mul %c, %c : tensor<2x3x130xf64>
  %vs = weft.sum %cc axes [2] : tensor<2x3x130xf64> -> tensor<2x3xf64>
  %vn = weft.mul %vs, %inv : tensor<2x3xf64>
  %ve = weft.add %vn, %eps : tensor<2x3xf64>
  %fr = weft.rsqrt %ve : tensor<2x3xf64>
  %f = weft.broadcast %fr dims [0, 1] : tensor<2x3xf64> -> tensor<2x3x130xf64>
  %h = weft.mul %c, %f : tensor<2x3x130xf64>
  %wb = weft.broadcast %w dims [2] : tensor<130xf64> -> tensor<2x3x130xf64>
  %s = weft.mul %g, %wb : tensor<2x3x130xf64>
  %ms_s = weft.sum %s axes [2] : tensor<2x3x130xf64> -> tensor<2x3xf64>
  %ms_n = weft.mul %ms_s, %inv : tensor<2x3xf64>
  %ms = weft.broadcast %ms_n dims [0, 1] : tensor<2x3xf64> -> tensor<2x3x130xf64>
  %sh = weft.mul %s, %h : tensor<2x3x130xf64>
  %mh_s = weft.sum %sh axes [2] : tensor<2x3x130xf64> -> tensor<2x3xf64>
  %mh_n = weft.mul %mh_s, %inv : tensor<2x3xf64>
  %mh = weft.broadcast %mh_n dims [0, 1] : tensor<2x3xf64> -> tensor<2x3x130xf64>
  %a = weft.sub %s, %ms : tensor<2x3x130xf64>
  %b = weft.mul %h, %mh : tensor<2x3x130xf64>
  %d = weft.sub %a, %b : tensor<2x3x130xf64>
  %dx = weft.mul %f, %d : tensor<2x3x130xf64>
  %gh = weft.mul %g, %h : tensor<2x3x130xf64>
  %dw = weft.sum %gh axes [0, 1] : tensor<2x3x130xf64> -> tensor<130xf64>
  return %dx, %h, %dw : tensor<2x3x130xf64>, tensor<2x3x130xf64>, tensor<130xf64>
}

func.func @norm_rows(%x: tensor<33x7xf64>, %g: tensor<33x7xf64>, %w: tensor<7xf64>) -> (tensor<33x7xf64>, tensor<33x7xf64>, tensor<7xf64>) attributes {check.kernel} {
  %inv = weft.constant dense<0.14285714285714285> : tensor<33xf64>
  %eps = weft.constant dense<1.0e-2> : tensor<33xf64>
  %m_s = weft.sum %x axes [1] : tensor<33x7xf64> -> tensor<33xf64>
  %m_n = weft.mul %m_s, %inv : tensor<33xf64>
  %m = weft.broadcast %m_n dims [0] : tensor<33xf64> -> tensor<33x7xf64>
  %c = weft.sub %x, %m : tensor<33x7xf64>
  %cc = weft.mul %c, %c : tensor<33x7xf64>
  %vs = weft.sum %cc axes [1] : tensor<33x7xf64> -> tensor<33xf64>
  %vn = weft.mul %vs, %inv : tensor<33xf64>
  %ve = weft.add %vn, %eps : tensor<33xf64>
  %fr = weft.rsqrt %ve : tensor<33xf64>
  %f = weft.broadcast %fr dims [0] : tensor<33xf64> -> tensor<33x7xf64>
  %h = weft.mul %c, %f : tensor<33x7xf64>
  %wb = weft.broadcast %w dims [1] : tensor<7xf64> -> tensor<33x7xf64>
  %s = weft.mul %g, %wb : tensor<33x7xf64>
  %ms_s = weft.sum %s axes [1] : tensor<33x7xf64> -> tensor<33xf64>
  %ms_n = weft.mul %ms_s, %inv : tensor<33xf64>
  %ms = weft.broadcast %ms_n dims [0] : tensor<33xf64> -> tensor<33x7xf64>
  %sh = weft.mul %s, %h : tensor<33x7xf64>
  %mh_s = weft.sum %sh axes [1] : tensor<33x7xf64> -> tensor<33xf64>
  %mh_n = weft.mul %mh_s, %inv : tensor<33xf64>
  %mh = weft.broadcast %mh_n dims [0] : tensor<33xf64> -> tensor<33x7xf64>
  %a = weft.sub %s, %ms : tensor<33x7xf64>
  %b = weft.mul %h, %mh : tensor<33x7xf64>
  %d = weft.sub %a, %b : tensor<33x7xf64>
  %dx = weft.mul %f, %d : tensor<33x7xf64>
  %gh = weft.mul %g, %h : tensor<33x7xf64>
  %dw = weft.sum %gh axes [0] : tensor<33x7xf64> -> tensor<7xf64>
  return %dx, %h, %dw : tensor<33x7xf64>, tensor<33x7xf64>, tensor<7xf64>
}

// Softmax's gradient; the row's sum itself is read too, and the spread one from outside, along other axes.
func.func @softmax(%y: tensor<5x70xf64>, %g: tensor<5x70xf64>) -> (tensor<5x70xf64>, tensor<5xf64>, tensor<5x5xf64>) attributes {check.kernel} {
  %gy = weft.mul %g, %y : tensor<5x70xf64>
  %s = weft.sum %gy axes [1] : tensor<5x70xf64> -> tensor<5xf64>
  %e = weft.exp %s : tensor<5xf64>
  %m = weft.broadcast %s dims [0] : tensor<5xf64> -> tensor<5x70xf64>
  %c = weft.sub %g, %m : tensor<5x70xf64>
  %dx = weft.mul %y, %c : tensor<5x70xf64>
  %square = weft.dot %m, %m batch [] x [] contract [1] x [1] : tensor<5x70xf64>, tensor<5x70xf64> -> tensor<5x5xf64>
  return %dx, %e, %square : tensor<5x70xf64>, tensor<5xf64>, tensor<5x5xf64>
}

// A product reads the centered rows before the last of what is made of them.
func.func @reader(%x: tensor<5x70xf64>, %w: tensor<70x3xf64>) -> (tensor<5x70xf64>, tensor<5x3xf64>) attributes {check.kernel} {
  %s = weft.sum %x axes [1] : tensor<5x70xf64> -> tensor<5xf64>
  %m = weft.broadcast %s dims [0] : tensor<5xf64> -> tensor<5x70xf64>
  %c = weft.sub %x, %m : tensor<5x70xf64>
  %p = weft.dot %c, %w batch [] x [] contract [1] x [0] : tensor<5x70xf64>, tensor<70x3xf64> -> tensor<5x3xf64>
  %n = weft.sum %p axes [1] : tensor<5x3xf64> -> tensor<5xf64>
  %t = weft.tanh %n : tensor<5xf64>
  %b = weft.broadcast %t dims [0] : tensor<5xf64> -> tensor<5x70xf64>
  %r = weft.mul %c, %b : tensor<5x70xf64>
  return %r, %p : tensor<5x70xf64>, tensor<5x3xf64>
}

// Numbers of rows from outside, and a condition.
func.func @outside(%x: tensor<5x70xf64>, %k: tensor<5xf64>, %c: tensor<5x70xi1>) -> tensor<5x70xf64> attributes {check.kernel} {
  %zero = weft.constant dense<0.0> : tensor<5x70xf64>
  %k2 = weft.mul %k, %k : tensor<5xf64>
  %chosen = weft.select %c, %x, %zero : tensor<5x70xi1>, tensor<5x70xf64>
  %s = weft.sum %chosen axes [1] : tensor<5x70xf64> -> tensor<5xf64>
  %n = weft.add %s, %k2 : tensor<5xf64>
  %b = weft.broadcast %n dims [0] : tensor<5xf64> -> tensor<5x70xf64>
  %o = weft.broadcast %k dims [0] : tensor<5xf64> -> tensor<5x70xf64>
  %p = weft.mul %x, %b : tensor<5x70xf64>
  %q = weft.add %p, %o : tensor<5x70xf64>
  return %q : tensor<5x70xf64>
}

// The rounding of one result stands behind all results.
func.func @rounded(%x: tensor<20x48xf32>, %w: tensor<48x33xf32>) -> (tensor<20x48xf32>, tensor<20x48xf32>, tensor<20x33xf32>) attributes {check.kernel} {
  %s = weft.sum %x axes [1] : tensor<20x48xf32> -> tensor<20xf32>
  %b = weft.broadcast %s dims [0] : tensor<20xf32> -> tensor<20x48xf32>
  %c = weft.sub %x, %b : tensor<20x48xf32>
  %t = weft.tanh %c : tensor<20x48xf32>
  %rc = weft.cast %c : tensor<20x48xf32> -> tensor<20x48xbf16>
  %rw = weft.cast %w : tensor<48x33xf32> -> tensor<48x33xbf16>
  %p = weft.dot %rc, %rw batch [] x [] contract [1] x [0] : tensor<20x48xbf16>, tensor<48x33xbf16> -> tensor<20x33xf32>
  return %c, %t, %p : tensor<20x48xf32>, tensor<20x48xf32>, tensor<20x33xf32>
}
