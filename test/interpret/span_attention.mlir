// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-check %s

// The unit vector of the soft span: S = 8, ramp 2, z = 0.25 gives m(1..8) = 1, 1, 1, 0.5, 0, 0, 0, 0. The query is 0, so all
// scores are equal; key j stands at distance 8 - j and carries the unit vector of that distance: y is a(1..8) = m / 3.5.
func.func @soft_span() {
  %query = weft.constant dense<0.0> : tensor<1x1x1x1xf64>
  %keys = weft.constant dense<1.0> : tensor<1x1x9x1xf64>
  %values = weft.constant dense<[[[
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0],
    [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0],
    [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0]]]]> : tensor<1x1x9x8xf64>
  %z = weft.constant dense<[0.25]> : tensor<1xf64>
  %y, %statistics = weft.span_attention %query, %keys, %values reach 1 to #weft.size<8> before_start masked
      captures(%z : tensor<1xf64>) kinds [#weft.capture<per_head>] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):
    %one = weft.constant 1.0 : f64
    %ramp = weft.constant 2.0 : f64
    %bound = weft.constant 8.0 : f64
    %true = weft.constant true
    %reach = weft.mul %zh, %bound : f64
    %before = weft.sub %one, %d : f64
    %left = weft.add %before, %reach : f64
    %ratio = weft.div %left, %ramp : f64
    %raw = weft.add %ratio, %one : f64
    %m = weft.clamp %raw low 0.0 high 1.0 : f64
    weft.yield %content, %true, %m : f64, i1, f64
  } : tensor<1x1x1x1xf64>, tensor<1x1x9x1xf64>, tensor<1x1x9x8xf64> -> tensor<1x1x1x8xf64>, tensor<1x1x1x3xf64>
  %a = weft.constant dense<[[[[0.2857142857142857, 0.2857142857142857, 0.2857142857142857, 0.14285714285714285,
                               0.0, 0.0, 0.0, 0.0]]]]> : tensor<1x1x1x8xf64>
  %max_u_z = weft.constant dense<[[[[0.0, 3.5, 8.0]]]]> : tensor<1x1x1x3xf64>
  check.close %y, %a tolerance 1.0e-12 : tensor<1x1x1x8xf64>, tensor<1x1x1x8xf64>
  check.close %statistics, %max_u_z tolerance 1.0e-12 : tensor<1x1x1x3xf64>, tensor<1x1x1x3xf64>
  return
}

// Two heads with three keys of equal scores: the first head reaches distance 1 (1.5 is no distance of its own), the second 3 of
// the 2 that the op allows, so y = 40, and (20 + 40) / 2. What a head does not reach has no part in Z.
func.func @reach_of_heads() {
  %query = weft.constant dense<0.0> : tensor<1x2x1x1xf64>
  %keys = weft.constant dense<1.0> : tensor<1x1x4x1xf64>
  %values = weft.constant dense<[[[[10.0], [20.0], [40.0], [77.0]]]]> : tensor<1x1x4x1xf64>
  %reach = weft.constant dense<[1.5, 3.0]> : tensor<2xf64>
  %y, %statistics = weft.span_attention %query, %keys, %values reach 1 to #weft.size<2> heads(%reach : tensor<2xf64>)
      before_start masked kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x1x1xf64>, tensor<1x1x4x1xf64>, tensor<1x1x4x1xf64> -> tensor<1x2x1x1xf64>, tensor<1x2x1x3xf64>
  %expected = weft.constant dense<[[[[40.0]], [[30.0]]]]> : tensor<1x2x1x1xf64>
  %max_u_z = weft.constant dense<[[[[0.0, 1.0, 1.0]], [[0.0, 2.0, 2.0]]]]> : tensor<1x2x1x3xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<1x2x1x1xf64>, tensor<1x2x1x1xf64>
  check.close %statistics, %max_u_z tolerance 1.0e-12 : tensor<1x2x1x3xf64>, tensor<1x2x1x3xf64>
  return
}

// Scores log 1, log 2, log 5 at distances 3, 2, 1: probabilities 1/8, 2/8, 5/8 of the values 10, 20, 40. Half of each score
// comes from the relative keys.
func.func @softmax_row() {
  %query = weft.constant dense<1.0> : tensor<1x1x1x1xf64>
  %keys = weft.constant dense<[[[[0.0], [0.34657359027997264], [0.8047189562170503], [77.0]]]]> : tensor<1x1x4x1xf64>
  %values = weft.constant dense<[[[[10.0], [20.0], [40.0], [77.0]]]]> : tensor<1x1x4x1xf64>
  %position = weft.constant dense<[[0.8047189562170503], [0.34657359027997264], [0.0]]> : tensor<3x1xf64>
  %y, %statistics = weft.span_attention %query, %keys, %values position(%position : tensor<3x1xf64>)
      reach 1 to #weft.size<3> before_start masked kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %score = weft.add %content, %relative : f64
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %score, %true, %one : f64, i1, f64
  } : tensor<1x1x1x1xf64>, tensor<1x1x4x1xf64>, tensor<1x1x4x1xf64> -> tensor<1x1x1x1xf64>, tensor<1x1x1x3xf64>
  %expected = weft.constant dense<31.25> : tensor<1x1x1x1xf64>
  %max_u_z = weft.constant dense<[[[[1.6094379124341003, 1.6, 1.6]]]]> : tensor<1x1x1x3xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>
  check.close %statistics, %max_u_z tolerance 1.0e-12 : tensor<1x1x1x3xf64>, tensor<1x1x1x3xf64>
  return
}

// Two queries at key indices 0 and 1, distances 1 to 3. Masked: query 0 finds no key and gets 0, query 1 finds key 0 alone.
func.func @masked_before_the_start() {
  %query = weft.constant dense<1.0> : tensor<1x1x2x1xf64>
  %keys = weft.constant dense<0.6931471805599453> : tensor<1x1x2x1xf64>
  %values = weft.constant dense<[[[[4.0], [77.0]]]]> : tensor<1x1x2x1xf64>
  %y, %statistics = weft.span_attention %query, %keys, %values reach 1 to #weft.size<3> before_start masked
      kinds [] epsilon 1.0e-8 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x2x1xf64>, tensor<1x1x2x1xf64>, tensor<1x1x2x1xf64> -> tensor<1x1x2x1xf64>, tensor<1x1x2x3xf64>
  %expected = weft.constant dense<[[[[0.0], [3.99999996]]]]> : tensor<1x1x2x1xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<1x1x2x1xf64>, tensor<1x1x2x1xf64>
  return
}

// The same with zeros: keys before the start score 0 and take their share. Query 0: nothing but zeros; query 1: 2 of 4.
func.func @zeros_before_the_start() {
  %query = weft.constant dense<1.0> : tensor<1x1x2x1xf64>
  %keys = weft.constant dense<0.6931471805599453> : tensor<1x1x2x1xf64>
  %values = weft.constant dense<[[[[4.0], [77.0]]]]> : tensor<1x1x2x1xf64>
  %y, %statistics = weft.span_attention %query, %keys, %values reach 1 to #weft.size<3> before_start zeros
      kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x2x1xf64>, tensor<1x1x2x1xf64>, tensor<1x1x2x1xf64> -> tensor<1x1x2x1xf64>, tensor<1x1x2x3xf64>
  %expected = weft.constant dense<[[[[0.0], [2.0]]]]> : tensor<1x1x2x1xf64>
  %max_u_z = weft.constant dense<[[[[0.0, 3.0, 3.0], [0.6931471805599453, 2.0, 2.0]]]]> : tensor<1x1x2x3xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<1x1x2x1xf64>, tensor<1x1x2x1xf64>
  check.close %statistics, %max_u_z tolerance 1.0e-12 : tensor<1x1x2x3xf64>, tensor<1x1x2x3xf64>
  return
}

// A mask of the region: key 1 is absent.
func.func @region_mask() {
  %query = weft.constant dense<0.0> : tensor<1x1x3x1xf64>
  %keys = weft.constant dense<1.0> : tensor<1x1x3x1xf64>
  %values = weft.constant dense<[[[[2.0], [77.0], [4.0]]]]> : tensor<1x1x3x1xf64>
  %y, %statistics = weft.span_attention %query, %keys, %values reach 0 to #weft.size<2> before_start masked
      kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %one = weft.constant 1.0 : f64
    %even = weft.compare ne %j, %one : f64 -> i1
    weft.yield %content, %even, %one : f64, i1, f64
  } : tensor<1x1x3x1xf64>, tensor<1x1x3x1xf64>, tensor<1x1x3x1xf64> -> tensor<1x1x3x1xf64>, tensor<1x1x3x3xf64>
  %expected = weft.constant dense<[[[[2.0], [2.0], [3.0]]]]> : tensor<1x1x3x1xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<1x1x3x1xf64>, tensor<1x1x3x1xf64>
  return
}

// A row whose keys the region masks altogether gives 0, not NaN.
func.func @all_masked() {
  %query = weft.constant dense<1.0> : tensor<1x1x1x1xf64>
  %values = weft.constant dense<3.0> : tensor<1x1x2x1xf64>
  %y, %statistics = weft.span_attention %query, %values, %values reach 0 to #weft.size<1> before_start zeros
      kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %false = weft.constant false
    %one = weft.constant 1.0 : f64
    weft.yield %content, %false, %one : f64, i1, f64
  } : tensor<1x1x1x1xf64>, tensor<1x1x2x1xf64>, tensor<1x1x2x1xf64> -> tensor<1x1x1x1xf64>, tensor<1x1x1x3xf64>
  %expected = weft.constant dense<0.0> : tensor<1x1x1x1xf64>
  check.equal %y, %expected : tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>
  return
}

// Every kind of capture, multiplied into the weight m. One key a query and epsilon 1: y = m / (m + 1). Query i of head h reaches
// key i; m = 0.5 * head * 0.5 * query * key.
func.func @captures() {
  %query = weft.constant dense<0.0> : tensor<1x2x2x1xf64>
  %keys = weft.constant dense<1.0> : tensor<1x2x3x1xf64>
  %scalar = weft.constant dense<0.5> : tensor<f64>
  %head = weft.constant dense<[1.0, 0.5]> : tensor<2xf64>
  %distance = weft.constant dense<[0.5]> : tensor<1xf64>
  %row = weft.constant dense<[1.0, 0.5]> : tensor<2xf64>
  %key = weft.constant dense<[1.0, 0.25, 77.0]> : tensor<3xf64>
  %y, %statistics = weft.span_attention %query, %keys, %keys reach 1 to #weft.size<1> before_start masked
      captures(%scalar, %head, %distance, %row, %key : tensor<f64>, tensor<2xf64>, tensor<1xf64>, tensor<2xf64>, tensor<3xf64>)
      kinds [#weft.capture<scalar>, #weft.capture<per_head>, #weft.capture<by_distance>, #weft.capture<by_query>,
             #weft.capture<by_key>] epsilon 1.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %s: f64, %h: f64, %by_d: f64, %by_i: f64, %by_j: f64):
    %true = weft.constant true
    %sh = weft.mul %s, %h : f64
    %shd = weft.mul %sh, %by_d : f64
    %shdi = weft.mul %shd, %by_i : f64
    %m = weft.mul %shdi, %by_j : f64
    weft.yield %content, %true, %m : f64, i1, f64
  } : tensor<1x2x2x1xf64>, tensor<1x2x3x1xf64>, tensor<1x2x3x1xf64> -> tensor<1x2x2x1xf64>, tensor<1x2x2x3xf64>
  %expected = weft.constant dense<[[[[0.2], [0.030303030303030304]], [[0.1111111111111111], [0.015384615384615385]]]]> : tensor<1x2x2x1xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<1x2x2x1xf64>, tensor<1x2x2x1xf64>
  return
}

// The reach follows a size: two of at most four distances, so the mean of the two newest keys before the query.
func.func @bounded_reach() {
  %two = weft.constant dense<2> : tensor<i32>
  weft.set_size #weft.size<span(4 by 1)> = %two : tensor<i32>
  %query = weft.constant dense<0.0> : tensor<1x1x1x1xf64>
  %values = weft.constant dense<[[[[1.0], [2.0], [4.0], [8.0], [16.0]]]]> : tensor<1x1x5x1xf64>
  %y, %statistics = weft.span_attention %query, %values, %values reach 1 to #weft.size<span(4 by 1)> before_start masked
      kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x1x1xf64>, tensor<1x1x5x1xf64>, tensor<1x1x5x1xf64> -> tensor<1x1x1x1xf64>, tensor<1x1x1x3xf64>
  %expected = weft.constant dense<6.0> : tensor<1x1x1x1xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>
  return
}

// Dropout acts on a_j, after renormalisation. Seed 0, step 0, id 5: fractions 0.409, 0.324, 0.313, 0.066 for row 0 and 0.271,
// 0.909, 0.465, 0.535 for row 1: the index is row * 4 + (d - 1). Values are one everywhere, so y counts what is kept.
func.func @dropout() {
  %query = weft.constant dense<0.0> : tensor<1x1x2x1xf64>
  %values = weft.constant dense<1.0> : tensor<1x1x6x1xf64>
  %key = weft.constant dense<0> : tensor<4xi32>
  %y, %statistics = weft.span_attention %query, %values, %values reach 1 to #weft.size<4> before_start masked
      kinds [] epsilon 0.0 dropout 0.5 id 5 (%key : tensor<4xi32>) {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x2x1xf64>, tensor<1x1x6x1xf64>, tensor<1x1x6x1xf64> -> tensor<1x1x2x1xf64>, tensor<1x1x2x3xf64>
  %expected = weft.constant dense<[[[[0.0], [1.0]]]]> : tensor<1x1x2x1xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<1x1x2x1xf64>, tensor<1x1x2x1xf64>
  return
}

// Two heads share keys and values: queries 1 and 2, scores q k with k = log 2 at distance 1 and 0 at distance 0, so probabilities
// 2/3 and 1/3, then
// 4/5 and 1/5, of the values 30 and 60.
func.func @multi_query() {
  %query = weft.constant dense<[[[[1.0]], [[2.0]]]]> : tensor<1x2x1x1xf64>
  %keys = weft.constant dense<[[[[0.6931471805599453], [0.0]]]]> : tensor<1x1x2x1xf64>
  %values = weft.constant dense<[[[[30.0], [60.0]]]]> : tensor<1x1x2x1xf64>
  %y, %statistics = weft.span_attention %query, %keys, %values reach 0 to #weft.size<1> before_start masked
      kinds [] epsilon 0.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x2x1x1xf64>, tensor<1x1x2x1xf64>, tensor<1x1x2x1xf64> -> tensor<1x2x1x1xf64>, tensor<1x2x1x3xf64>
  %expected = weft.constant dense<[[[[40.0]], [[36.0]]]]> : tensor<1x2x1x1xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<1x2x1x1xf64>, tensor<1x2x1x1xf64>
  return
}

// One softmax over the band and a persistent key, in units of e^max = 2: e is 1 and 1/2 in the band, weighed 1/2 and 1, and 1 for
// the persistent key. Z = 5/2, U = 1/2 + 1/2 + 1 = 2, y = (10 / 2 + 20 / 2 + 40) / (U + epsilon Z) with epsilon 1.
func.func @persistent() {
  %query = weft.constant dense<1.0> : tensor<1x1x1x1xf64>
  %keys = weft.constant dense<[[[[0.0], [0.6931471805599453]]]]> : tensor<1x1x2x1xf64>
  %values = weft.constant dense<[[[[20.0], [10.0]]]]> : tensor<1x1x2x1xf64>
  %key = weft.constant dense<0.6931471805599453> : tensor<1x1x1x1xf64>
  %value = weft.constant dense<40.0> : tensor<1x1x1x1xf64>
  %weights = weft.constant dense<[0.5, 1.0]> : tensor<2xf64>
  %y, %statistics = weft.span_attention %query, %keys, %values
      source_keys(%key : tensor<1x1x1x1xf64>) source_values(%value : tensor<1x1x1x1xf64>) reach 0 to #weft.size<1> before_start masked
      captures(%weights : tensor<2xf64>) kinds [#weft.capture<by_distance>] epsilon 1.0 {
  ^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %m: f64):
    %true = weft.constant true
    weft.yield %content, %true, %m : f64, i1, f64
  } sources {
  ^bb0(%content: f64, %i: f64, %n: f64, %m: f64):
    %true = weft.constant true
    %one = weft.constant 1.0 : f64
    weft.yield %content, %true, %one : f64, i1, f64
  } : tensor<1x1x1x1xf64>, tensor<1x1x2x1xf64>, tensor<1x1x2x1xf64> -> tensor<1x1x1x1xf64>, tensor<1x1x1x3xf64>
  %expected = weft.constant dense<12.222222222222221> : tensor<1x1x1x1xf64>
  %max_u_z = weft.constant dense<[[[[0.6931471805599453, 2.0, 2.5]]]]> : tensor<1x1x1x3xf64>
  check.close %y, %expected tolerance 1.0e-12 : tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>
  check.close %statistics, %max_u_z tolerance 1.0e-12 : tensor<1x1x1x3xf64>, tensor<1x1x1x3xf64>
  return
}
