// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attend: axes become [batch, heads, time, features] and the reach becomes the score region.
// RUN: %dsl %s -o %t && %t | FileCheck %s
#include <iostream>

#include "weft/dsl.h"

using namespace weft::dsl;

int main() {
  Axis b("batch", 2), t("time", 4), s("seen", 12), h("head", 3), k("key", 16), r("distance", 8);
  Graph g("attention");
  // CHECK-LABEL: func.func @span(
  // CHECK: %[[Q:.*]] = weft.transpose %arg0 permutation [0, 2, 1, 3] : tensor<2x4x3x16xf32> -> tensor<2x3x4x16xf32>
  // CHECK: %[[Y:.*]], %{{.*}} = weft.span_attention %[[Q]], %arg1, %arg2 position(%arg5 : tensor<8x16xf32>)
  // CHECK-SAME: reach 1 to <8> before_start zeros captures(%arg4 : tensor<3xf32>)
  // CHECK-SAME: kinds [#weft.capture<per_head>] epsilon 1.000000e-08 dropout 1.250000e-01 id 0(%arg3 : tensor<4xi32>) {
  // CHECK-NEXT: ^bb0(%[[QK:.*]]: f32 {{.*}}, %[[QP:.*]]: f32 {{.*}}, %[[D:.*]]: f32 {{.*}}, %{{.*}}: f32 {{.*}}, %{{.*}}: f32 {{.*}}, %[[Z:.*]]: f32
  // CHECK-DAG: %[[SCALE:.*]] = weft.constant 2.500000e-01 : f32
  // CHECK-DAG: %[[SUM:.*]] = weft.add %[[QK]], %[[QP]] : f32
  // CHECK-DAG: %[[SCORE:.*]] = weft.mul %[[SUM]], %[[SCALE]] : f32
  // CHECK-DAG: %[[ONE:.*]] = weft.constant 1.000000e+00 : f32
  // CHECK-DAG: %[[STEPS:.*]] = weft.sub %[[ONE]], %[[D]] : f32
  // CHECK-DAG: %[[S:.*]] = weft.constant 8.000000e+00 : f32
  // CHECK-DAG: %[[R:.*]] = weft.constant 2.000000e+00 : f32
  // CHECK-DAG: %[[SPAN:.*]] = weft.mul %[[Z]], %[[S]] : f32
  // CHECK: %[[LEFT:.*]] = weft.add %[[STEPS]], %[[SPAN]] : f32
  // CHECK: %[[RAMP:.*]] = weft.div %[[LEFT]], %[[R]] : f32
  // CHECK: %[[RAW:.*]] = weft.add %[[RAMP]], %[[ONE]] : f32
  // CHECK: %[[M:.*]] = weft.clamp %[[RAW]] low 0.000000e+00 high 1.000000e+00 : f32
  // CHECK: weft.yield %[[SCORE]], %{{.*}}, %[[M]] : f32, i1, f32
  // CHECK: return %[[Y]] : tensor<2x3x4x16xf32>
  g.function("span", [&](Function &f) {
    Tensor q = f.input("q", DType::f32, {b, t, h, k}), K = f.input("K", DType::f32, {b, h, s, k});
    Tensor V = f.input("V", DType::f32, {b, h, s, k});
    Tensor z = f.weights()("z", {h}), p = f.weights()("p", {r, k});
    f.output("y", attend({.query = t, .keys = s, .over = k}, q, K, V,
                         softSpan(z, {.ramp = 2, .max = 8}), {.position = p, .dropout = 0.125}));
  });
  // One axis rides along: it is the batch, and heads are 1. Keys without it are shared.
  // CHECK-LABEL: func.func @causal(
  // CHECK: weft.broadcast %arg1 dims [1, 2] : tensor<12x16xf32> -> tensor<2x12x16xf32>
  // CHECK: weft.reshape {{.*}} -> tensor<2x1x12x16xf32>
  // CHECK: weft.span_attention {{.*}} reach 0 to <11> before_start masked kinds [] epsilon 0.000000e+00 {
  // CHECK: weft.reshape {{.*}} : tensor<2x1x4x16xf32> -> tensor<2x4x16xf32>
  g.function("causal", [&](Function &f) {
    Tensor q = f.input("q", DType::f32, {b, t, k}), K = f.input("K", DType::f32, {s, k});
    f.output("y", attend({.query = t, .keys = s, .over = k}, q, K, K, causal()));
  });
  // Self attention over one time axis, values of another width, a run-time reach.
  // CHECK-LABEL: func.func @window(
  // CHECK: weft.set_size <window.reach(4 by 2)> =
  // CHECK: weft.span_attention {{.*}} reach 1 to <window.reach(4 by 2)> before_start masked
  // CHECK: -> tensor<1x1x4x3xf32>
  g.function("window", [&](Function &f) {
    Size reach = f.symbol("reach", 4, 2);
    f.setSize(reach, f.input("n", DType::i32, {}));
    Tensor q = f.input("q", DType::f32, {t, k});
    f.output("y", attend({.query = t, .keys = t, .over = k}, q, q, f.input("V", DType::f32, {t, h}),
                         slidingWindow(reach, 1)));
  });
  return g.write(std::cout, std::cerr);
}
