// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

// Two keys with equal scores: p = a = 1/2. Values 2 (distance 2) and 4 (distance 1), dy = 1: g = 2, 4, gbar = 3, so
// ds = -1/2, 1/2; dq = sum ds k = -1/2 * 10 + 1/2 * 30 = 10; dk = ds q = 0; dv = a.
func.func @plain() {
  %query = weft.constant dense<0.0> : tensor<1x1x1x1xf64>
  %keys = weft.constant dense<[[[[10.0], [30.0], [77.0]]]]> : tensor<1x1x3x1xf64>
  %values = weft.constant dense<[[[[2.0], [4.0], [77.0]]]]> : tensor<1x1x3x1xf64>
  %statistics = weft.constant dense<[[[[0.0, 2.0, 2.0]]]]> : tensor<1x1x1x3xf64>
  %dy = weft.constant dense<1.0> : tensor<1x1x1x1xf64>
  %y = weft.constant dense<3.0> : tensor<1x1x1x1xf64>
  %dq, %dk, %dv = weft.span_attention_grad %query, %keys, %values reach 1 to #weft.size<2> before_start masked
      kinds [] epsilon 0.0 given %y, %statistics, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x1x1xf64>, tensor<1x1x3x1xf64>, tensor<1x1x3x1xf64>, tensor<1x1x1x3xf64>, tensor<1x1x1x1xf64> -> tensor<1x1x1x1xf64>, tensor<1x1x3x1xf64>, tensor<1x1x3x1xf64>
  %ten = weft.constant dense<10.0> : tensor<1x1x1x1xf64>
  %no_dk = weft.constant dense<0.0> : tensor<1x1x3x1xf64>
  %halves = weft.constant dense<[[[[0.5], [0.5], [0.0]]]]> : tensor<1x1x3x1xf64>
  check.close %dq, %ten tolerance 1.0e-12 : tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>
  check.close %dk, %no_dk tolerance 1.0e-12 : tensor<1x1x3x1xf64>, tensor<1x1x3x1xf64>
  check.close %dv, %halves tolerance 1.0e-12 : tensor<1x1x3x1xf64>, tensor<1x1x3x1xf64>
  return
}

// Both bounds of the clamp count. S = 2, ramp 1, z = 0: raw = 2 - d + 2 z is exactly 1 at d = 1 and exactly 0 at d = 2, so m = 1, 0 and
// U = 1, Z = 2, N = 1/2, p = 1/2. g = 4 and 2, gbar = 4: dm(2) = 1/2 (2 - 4) / (1/2) = -2, dm(1) = 0, dz = 2 * -2 = -4.
func.func @span_at_its_start() {
  %query = weft.constant dense<0.0> : tensor<1x1x1x1xf64>
  %keys = weft.constant dense<1.0> : tensor<1x1x3x1xf64>
  %values = weft.constant dense<[[[[2.0], [4.0], [77.0]]]]> : tensor<1x1x3x1xf64>
  %z = weft.constant dense<[0.0]> : tensor<1xf64>
  %statistics = weft.constant dense<[[[[0.0, 1.0, 2.0]]]]> : tensor<1x1x1x3xf64>
  %dy = weft.constant dense<1.0> : tensor<1x1x1x1xf64>
  %y = weft.constant dense<4.0> : tensor<1x1x1x1xf64>
  %dq, %dk, %dv, %dz = weft.span_attention_grad %query, %keys, %values reach 1 to #weft.size<2> before_start masked
      captures(%z : tensor<1xf64>) kinds [#weft.capture<per_head>] epsilon 0.0 given %y, %statistics, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %true = weft.constant true
    %two = weft.constant 2.0 : f64
    %left = weft.sub %two, %d : f64
    %reach = weft.mul %two, %zh : f64
    %raw = weft.add %left, %reach : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %content, %true, %m : f64, i1, f64
  } : tensor<1x1x1x1xf64>, tensor<1x1x3x1xf64>, tensor<1x1x3x1xf64>, tensor<1x1x1x3xf64>, tensor<1x1x1x1xf64> -> tensor<1x1x1x1xf64>, tensor<1x1x3x1xf64>, tensor<1x1x3x1xf64>, tensor<1xf64>
  %expected = weft.constant dense<[-4.0]> : tensor<1xf64>
  check.close %dz, %expected tolerance 1.0e-12 : tensor<1xf64>, tensor<1xf64>
  return
}

// The epsilon correction: one key, m = 1, epsilon 1: y = v / 2, N = 2, gbar = a g = 1/2 * 6 = 3; ds = 1/2 (6 - 3) - 1 * 3 / 2 * 1 = 0:
// a single score changes nothing. dm = 1 * (6 - 3) / 2 = 1.5, and d(m / (m + 1)) * 6 = 6 / 4 agrees.
func.func @epsilon() {
  %query = weft.constant dense<3.0> : tensor<1x1x1x1xf64>
  %keys = weft.constant dense<2.0> : tensor<1x1x2x1xf64>
  %values = weft.constant dense<6.0> : tensor<1x1x2x1xf64>
  %position = weft.constant dense<5.0> : tensor<1x1xf64>
  %weight = weft.constant dense<1.0> : tensor<f64>
  %statistics = weft.constant dense<[[[[21.0, 1.0, 1.0]]]]> : tensor<1x1x1x3xf64>
  %dy = weft.constant dense<1.0> : tensor<1x1x1x1xf64>
  %y = weft.constant dense<3.0> : tensor<1x1x1x1xf64>
  %dq, %dk, %dv, %dp, %dm = weft.span_attention_grad %query, %keys, %values position(%position : tensor<1x1xf64>)
      reach 1 to #weft.size<1> before_start zeros
      captures(%weight : tensor<f64>) kinds [#weft.capture<scalar>] epsilon 1.0 given %y, %statistics, %dy {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %m: f64):
    %true = weft.constant true
    %score = weft.add %content, %relative : f64
    weft.yield %score, %true, %m : f64, i1, f64
  } : tensor<1x1x1x1xf64>, tensor<1x1x2x1xf64>, tensor<1x1x2x1xf64>, tensor<1x1x1x3xf64>, tensor<1x1x1x1xf64> -> tensor<1x1x1x1xf64>, tensor<1x1x2x1xf64>, tensor<1x1x2x1xf64>, tensor<1x1xf64>, tensor<f64>
  %zero = weft.constant dense<0.0> : tensor<1x1x1x1xf64>
  %zero_position = weft.constant dense<0.0> : tensor<1x1xf64>
  %half = weft.constant dense<[[[[0.5], [0.0]]]]> : tensor<1x1x2x1xf64>
  %one_and_half = weft.constant dense<1.5> : tensor<f64>
  check.close %dq, %zero tolerance 1.0e-12 : tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>
  check.close %dp, %zero_position tolerance 1.0e-12 : tensor<1x1xf64>, tensor<1x1xf64>
  check.close %dv, %half tolerance 1.0e-12 : tensor<1x1x2x1xf64>, tensor<1x1x2x1xf64>
  check.close %dm, %one_and_half tolerance 1.0e-12 : tensor<f64>, tensor<f64>
  return
}

// A row without keys gives no gradient and no NaN.
func.func @all_masked() {
  %query = weft.constant dense<1.0> : tensor<1x1x1x1xf64>
  %keys = weft.constant dense<3.0> : tensor<1x1x1x1xf64>
  %statistics = weft.constant dense<0.0> : tensor<1x1x1x3xf64>
  %y = weft.constant dense<0.0> : tensor<1x1x1x1xf64>
  %dq, %dk, %dv = weft.span_attention_grad %query, %keys, %keys reach 1 to #weft.size<2> before_start masked
      kinds [] epsilon 0.0 given %y, %statistics, %query {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>, tensor<1x1x1x3xf64>, tensor<1x1x1x1xf64> -> tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>
  %zero = weft.constant dense<0.0> : tensor<1x1x1x1xf64>
  check.equal %dq, %zero : tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>
  check.equal %dk, %zero : tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>
  check.equal %dv, %zero : tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>
  return
}

// Factors of bf16: scores 0 and -1.203125, so e = 1 and 0.30025..., which stands beside its value as 0.30078125, though not in
// U and Z. Its value 1 gives y = 0.30078125 / 1.30025... Backwards the weights 0.76908 and 0.23092 are rounded beside dy, and
// ds = -0.17791 and 0.17750 beside keys and query: both to 182 / 1024.
func.func @rounded_factors() {
  %query = weft.constant dense<1.0> : tensor<1x1x1x1xbf16>
  %keys = weft.constant dense<[[[[0.0], [-1.203125]]]]> : tensor<1x1x2x1xbf16>
  %values = weft.constant dense<[[[[0.0], [1.0]]]]> : tensor<1x1x2x1xbf16>
  %dy = weft.constant dense<1.0> : tensor<1x1x1x1xbf16>
  %y, %statistics = weft.span_attention %query, %keys, %values reach 0 to #weft.size<1> before_start masked
      kinds [] epsilon 0.0 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %true, %one : f32, i1, f32
  } : tensor<1x1x1x1xbf16>, tensor<1x1x2x1xbf16>, tensor<1x1x2x1xbf16> -> tensor<1x1x1x1xf32>, tensor<1x1x1x3xf32>
  %expected = weft.constant dense<0.231325> : tensor<1x1x1x1xf32>
  %max_u_z = weft.constant dense<[[[[0.0, 1.300254, 1.300254]]]]> : tensor<1x1x1x3xf32>
  check.close %y, %expected tolerance 1.0e-6 : tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>
  check.close %statistics, %max_u_z tolerance 1.0e-6 : tensor<1x1x1x3xf32>, tensor<1x1x1x3xf32>
  %dq, %dk, %dv = weft.span_attention_grad %query, %keys, %values reach 0 to #weft.size<1> before_start masked
      kinds [] epsilon 0.0 given %y, %statistics, %dy {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %true = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %true, %one : f32, i1, f32
  } : tensor<1x1x1x1xbf16>, tensor<1x1x2x1xbf16>, tensor<1x1x2x1xbf16>, tensor<1x1x1x3xf32>, tensor<1x1x1x1xbf16>
    -> tensor<1x1x1x1xf32>, tensor<1x1x2x1xf32>, tensor<1x1x2x1xf32>
  %expected_dq = weft.constant dense<-0.213836669921875> : tensor<1x1x1x1xf32>
  %expected_dk = weft.constant dense<[[[[-0.177734375], [0.177734375]]]]> : tensor<1x1x2x1xf32>
  %expected_dv = weft.constant dense<[[[[0.76953125], [0.23046875]]]]> : tensor<1x1x2x1xf32>
  check.close %dq, %expected_dq tolerance 1.0e-7 : tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>
  check.equal %dk, %expected_dk : tensor<1x1x2x1xf32>, tensor<1x1x2x1xf32>
  check.equal %dv, %expected_dv : tensor<1x1x2x1xf32>, tensor<1x1x2x1xf32>
  return
}
