// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check --kernels=sim:sm_90a %s
// RUN: sed 's/bf16/f16/g' %s | weft-check --kernels=sim:sm_90a -
// Products of warp groups: tiles of 128 x 256 x 64 by two groups that multiply, and of 64 rows by one; one below, at and one above the tile
// along the axes that lines do not run along, 8 along the others; all orientations of the factors, rings that go around several times and on
// into the next task, epilogues, batches, run-time sizes, several contracted axes, and factors that begin within a piece of 16 bytes.
func.func @tile(%a: tensor<128x64xbf16>, %b: tensor<64x256xbf16>) -> tensor<128x256xf32> attributes {check.kernel} {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [0]
      {schedule = {rows = 128 : i64, cols = 256 : i64, depth = 64 : i64, unit = 16 : i64, group_rows = 64 : i64, processors = 1 : i64, otherwise = array<i64: 128, 64, 32>}} : tensor<128x64xbf16>, tensor<64x256xbf16> -> tensor<128x256xf32>
  return %y : tensor<128x256xf32>
}
func.func @rows_below(%a: tensor<127x56xbf16>, %b: tensor<56x248xbf16>) -> tensor<127x248xf32> attributes {check.kernel} {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [0]
      {schedule = {rows = 128 : i64, cols = 256 : i64, depth = 64 : i64, unit = 16 : i64, group_rows = 64 : i64, processors = 1 : i64, otherwise = array<i64: 128, 64, 32>}} : tensor<127x56xbf16>, tensor<56x248xbf16> -> tensor<127x248xf32>
  return %y : tensor<127x248xf32>
}
func.func @rows_above(%a: tensor<129x72xbf16>, %b: tensor<72x264xbf16>) -> tensor<129x264xf32> attributes {check.kernel} {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [0]
      {schedule = {rows = 128 : i64, cols = 256 : i64, depth = 64 : i64, unit = 16 : i64, group_rows = 64 : i64, processors = 1 : i64, otherwise = array<i64: 128, 64, 32>}} : tensor<129x72xbf16>, tensor<72x264xbf16> -> tensor<129x264xf32>
  return %y : tensor<129x264xf32>
}
func.func @one_group(%a: tensor<64x64xbf16>, %b: tensor<64x128xbf16>) -> tensor<64x128xf32> attributes {check.kernel} {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [0]
      {schedule = {rows = 128 : i64, cols = 256 : i64, depth = 64 : i64, unit = 16 : i64, group_rows = 64 : i64, processors = 1 : i64, otherwise = array<i64: 128, 64, 32>}} : tensor<64x64xbf16>, tensor<64x128xbf16> -> tensor<64x128xf32>
  return %y : tensor<64x128xf32>
}
func.func @one_group_below(%a: tensor<63x64xbf16>, %b: tensor<64x120xbf16>) -> tensor<63x120xf32> attributes {check.kernel} {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [0]
      {schedule = {rows = 128 : i64, cols = 256 : i64, depth = 64 : i64, unit = 16 : i64, group_rows = 64 : i64, processors = 1 : i64, otherwise = array<i64: 128, 64, 32>}} : tensor<63x64xbf16>, tensor<64x120xbf16> -> tensor<63x120xf32>
  return %y : tensor<63x120xf32>
}
func.func @columns_below(%a: tensor<128x64xbf16>, %b: tensor<255x64xbf16>) -> tensor<128x255xf32> attributes {check.kernel} {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [1]
      {schedule = {rows = 128 : i64, cols = 256 : i64, depth = 64 : i64, unit = 16 : i64, group_rows = 64 : i64, processors = 1 : i64, otherwise = array<i64: 128, 64, 32>}} : tensor<128x64xbf16>, tensor<255x64xbf16> -> tensor<128x255xf32>
  return %y : tensor<128x255xf32>
}
func.func @columns_above(%a: tensor<65x72xbf16>, %b: tensor<257x72xbf16>) -> tensor<65x257xf32> attributes {check.kernel} {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [1]
      {schedule = {rows = 128 : i64, cols = 256 : i64, depth = 64 : i64, unit = 16 : i64, group_rows = 64 : i64, processors = 1 : i64, otherwise = array<i64: 128, 64, 32>}} : tensor<65x72xbf16>, tensor<257x72xbf16> -> tensor<65x257xf32>
  return %y : tensor<65x257xf32>
}
func.func @depth_below(%a: tensor<63x128xbf16>, %b: tensor<63x256xbf16>) -> tensor<128x256xf32> attributes {check.kernel} {
  %y = weft.dot %a, %b batch [] x [] contract [0] x [0]
      {schedule = {rows = 128 : i64, cols = 256 : i64, depth = 64 : i64, unit = 16 : i64, group_rows = 64 : i64, processors = 1 : i64, otherwise = array<i64: 128, 64, 32>}} : tensor<63x128xbf16>, tensor<63x256xbf16> -> tensor<128x256xf32>
  return %y : tensor<128x256xf32>
}
func.func @depth_above(%a: tensor<65x136xbf16>, %b: tensor<65x64xbf16>) -> tensor<136x64xf32> attributes {check.kernel} {
  %y = weft.dot %a, %b batch [] x [] contract [0] x [0]
      {schedule = {rows = 128 : i64, cols = 256 : i64, depth = 64 : i64, unit = 16 : i64, group_rows = 64 : i64, processors = 1 : i64, otherwise = array<i64: 128, 64, 32>}} : tensor<65x136xbf16>, tensor<65x64xbf16> -> tensor<136x64xf32>
  return %y : tensor<136x64xf32>
}
func.func @both_transposed(%a: tensor<80x72xbf16>, %b: tensor<33x80xbf16>) -> tensor<72x33xf32> attributes {check.kernel} {
  %y = weft.dot %a, %b batch [] x [] contract [0] x [1]
      {schedule = {rows = 128 : i64, cols = 256 : i64, depth = 64 : i64, unit = 16 : i64, group_rows = 64 : i64, processors = 1 : i64, otherwise = array<i64: 128, 64, 32>}} : tensor<80x72xbf16>, tensor<33x80xbf16> -> tensor<72x33xf32>
  return %y : tensor<72x33xf32>
}
func.func @around_the_ring(%a: tensor<129x584xbf16>, %b: tensor<584x40xbf16>) -> tensor<129x40xf32> attributes {check.kernel} {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [0]
      {schedule = {rows = 128 : i64, cols = 256 : i64, depth = 64 : i64, unit = 16 : i64, group_rows = 64 : i64, processors = 1 : i64, otherwise = array<i64: 128, 64, 32>}} : tensor<129x584xbf16>, tensor<584x40xbf16> -> tensor<129x40xf32>
  return %y : tensor<129x40xf32>
}
func.func @epilogue(%a: tensor<130x136xbf16>, %b: tensor<136x72xbf16>, %c: tensor<72xf32>, %d: tensor<130x72xf32>)
    -> (tensor<130x72xbf16>, tensor<130x72xf32>) attributes {check.kernel} {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [0]
      {schedule = {rows = 128 : i64, cols = 256 : i64, depth = 64 : i64, unit = 16 : i64, group_rows = 64 : i64, processors = 1 : i64, otherwise = array<i64: 128, 64, 32>}} : tensor<130x136xbf16>, tensor<136x72xbf16> -> tensor<130x72xf32>
  %bias = weft.broadcast %c dims [1] : tensor<72xf32> -> tensor<130x72xf32>
  %s = weft.add %y, %bias : tensor<130x72xf32>
  %h = weft.relu %s : tensor<130x72xf32>
  %r = weft.add %h, %d : tensor<130x72xf32>
  %z = weft.cast %r : tensor<130x72xf32> -> tensor<130x72xbf16>
  return %z, %r : tensor<130x72xbf16>, tensor<130x72xf32>
}
func.func @batches(%a: tensor<3x2x70x24xbf16>, %b: tensor<3x2x24x40xbf16>) -> tensor<3x2x70x40xf32> attributes {check.kernel} {
  %y = weft.dot %a, %b batch [0, 1] x [0, 1] contract [3] x [2]
      {schedule = {rows = 128 : i64, cols = 256 : i64, depth = 64 : i64, unit = 16 : i64, group_rows = 64 : i64, processors = 1 : i64, otherwise = array<i64: 128, 64, 32>}} : tensor<3x2x70x24xbf16>, tensor<3x2x24x40xbf16> -> tensor<3x2x70x40xf32>
  return %y : tensor<3x2x70x40xf32>
}
func.func @two_depths(%a: tensor<3x40x72xbf16>, %b: tensor<72x64x3xbf16>) -> tensor<40x64xf32> attributes {check.kernel} {
  %t = weft.transpose %b permutation [2, 0, 1] : tensor<72x64x3xbf16> -> tensor<3x72x64xbf16>
  %u = weft.add %t, %t : tensor<3x72x64xbf16>
  %y = weft.dot %a, %u batch [] x [] contract [0, 2] x [0, 1]
      {schedule = {rows = 128 : i64, cols = 256 : i64, depth = 64 : i64, unit = 16 : i64, group_rows = 64 : i64, processors = 1 : i64, otherwise = array<i64: 128, 64, 32>}} : tensor<3x40x72xbf16>, tensor<3x72x64xbf16> -> tensor<40x64xf32>
  return %y : tensor<40x64xf32>
}
func.func @within_a_piece(%a: tensor<70x80xbf16>, %b: tensor<72x48xbf16>) -> tensor<70x40xf32> attributes {check.kernel} {
  %x = weft.slice %a axis 1 start 3 length 72 : tensor<70x80xbf16> -> tensor<70x72xbf16>
  %z = weft.slice %b axis 1 start 5 length 40 : tensor<72x48xbf16> -> tensor<72x40xbf16>
  %y = weft.dot %x, %z batch [] x [] contract [1] x [0]
      {schedule = {rows = 128 : i64, cols = 256 : i64, depth = 64 : i64, unit = 16 : i64, group_rows = 64 : i64, processors = 1 : i64, otherwise = array<i64: 128, 64, 32>}} : tensor<70x72xbf16>, tensor<72x40xbf16> -> tensor<70x40xf32>
  return %y : tensor<70x40xf32>
}
func.func @left_within_a_piece(%a: tensor<70x80xbf16>, %b: tensor<72x48xbf16>) -> tensor<70x48xf32> attributes {check.kernel} {
  %x = weft.slice %a axis 1 start 3 length 72 : tensor<70x80xbf16> -> tensor<70x72xbf16>
  %y = weft.dot %x, %b batch [] x [] contract [1] x [0]
      {schedule = {rows = 128 : i64, cols = 256 : i64, depth = 64 : i64, unit = 16 : i64, group_rows = 64 : i64, processors = 1 : i64, otherwise = array<i64: 128, 64, 32>}} : tensor<70x72xbf16>, tensor<72x48xbf16> -> tensor<70x48xf32>
  return %y : tensor<70x48xf32>
}
func.func @right_within_a_piece(%a: tensor<70x72xbf16>, %b: tensor<72x48xbf16>) -> tensor<70x40xf32> attributes {check.kernel} {
  %z = weft.slice %b axis 1 start 5 length 40 : tensor<72x48xbf16> -> tensor<72x40xbf16>
  %y = weft.dot %a, %z batch [] x [] contract [1] x [0]
      {schedule = {rows = 128 : i64, cols = 256 : i64, depth = 64 : i64, unit = 16 : i64, group_rows = 64 : i64, processors = 1 : i64, otherwise = array<i64: 128, 64, 32>}} : tensor<70x72xbf16>, tensor<72x40xbf16> -> tensor<70x40xf32>
  return %y : tensor<70x40xf32>
}
func.func @bounded(%x: tensor<2x?x64xbf16, #weft.bounded<[2, n(100 by 1), 64]>>, %w: tensor<48x64xbf16>)
    -> (tensor<2x?x48xf32, #weft.bounded<[2, n(100 by 1), 48]>>, tensor<64x64xf32>)
    attributes {check.kernel, check.sizes = [{n = 0}, {n = 1}, {n = 63}, {n = 100}]} {
  %y = weft.dot %x, %w batch [] x [] contract [2] x [1]
      {schedule = {rows = 128 : i64, cols = 256 : i64, depth = 64 : i64, unit = 16 : i64, group_rows = 64 : i64, processors = 1 : i64, otherwise = array<i64: 128, 64, 32>}} : tensor<2x?x64xbf16, #weft.bounded<[2, n(100 by 1), 64]>>, tensor<48x64xbf16> -> tensor<2x?x48xf32, #weft.bounded<[2, n(100 by 1), 48]>>
  %g = weft.dot %x, %x batch [] x [] contract [0, 1] x [0, 1]
      {schedule = {rows = 128 : i64, cols = 256 : i64, depth = 64 : i64, unit = 16 : i64, group_rows = 64 : i64, processors = 1 : i64, otherwise = array<i64: 128, 64, 32>}} : tensor<2x?x64xbf16, #weft.bounded<[2, n(100 by 1), 64]>>, tensor<2x?x64xbf16, #weft.bounded<[2, n(100 by 1), 64]>> -> tensor<64x64xf32>
  return %y, %g : tensor<2x?x48xf32, #weft.bounded<[2, n(100 by 1), 48]>>, tensor<64x64xf32>
}
