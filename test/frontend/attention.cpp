// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attend: axes become [batch, heads, time, features] and the reach becomes the score region.
// RUN: %dsl %s -o %t && %t | FileCheck %s
#include <iostream>

#include "weft/dsl.h"
#include "weft/nn/Layers.h"

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
  // Each head looks as far as its own span reaches, and one further for what z S rounds.
  // CHECK-LABEL: func.func @skip(
  // CHECK-DAG: %[[LONGEST:.*]] = weft.constant dense<8.000000e+00> : tensor<3xf32>
  // CHECK-DAG: %[[FURTHER:.*]] = weft.constant dense<4.000000e+00> : tensor<3xf32>
  // CHECK: %[[SPANS:.*]] = weft.mul %[[ZS:.*]], %[[LONGEST]] : tensor<3xf32>
  // CHECK: %[[REACHED:.*]] = weft.add %[[SPANS]], %[[FURTHER]] : tensor<3xf32>
  // CHECK: %[[BOUND:.*]] = weft.stop_gradient %[[REACHED]] : tensor<3xf32>
  // CHECK: weft.span_attention {{.*}} reach 1 to <8> heads(%[[BOUND]] : tensor<3xf32>) before_start zeros captures(%[[ZS]] : tensor<3xf32>)
  g.function("skip", [&](Function &f) {
    Tensor q = f.input("q", DType::f32, {b, t, h, k}), K = f.input("K", DType::f32, {b, h, s, k});
    f.output("y", attend({.query = t, .keys = s, .over = k}, q, K, K,
                         softSpan(f.weights()("z", {h}), {.ramp = 2, .max = 8, .skip = true})));
  });
  // One axis rides along: it is the batch, and heads are 1. Keys without it are shared.
  // CHECK-LABEL: func.func @causal(
  // CHECK: weft.reshape %arg1 : tensor<12x16xf32> -> tensor<1x1x12x16xf32>
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
  // 1 / sqrt(D) keeps what rounding to f32 loses, for a graph that is made f64.
  // CHECK-LABEL: func.func @narrow(
  // CHECK: weft.constant 0.577350259 : f32 {weft.exact = 0.577350{{[0-9]+}} : f64}
  g.function("narrow", [&](Function &f) {
    Tensor q = f.input("q", DType::f32, {t, h});
    f.output("y", attend({.query = t, .keys = t, .over = h}, q, q, q, slidingWindow(4, 1)));
  });
  // Keys that all heads share, persistent vectors of each head, a state that heads share, and a
  // bias from a table of T5 buckets: 4 buckets up to distance 8 are 0, 1, 2 (2 .. 3) and 3.
  // CHECK-LABEL: func.func @sources(
  // CHECK: %[[IDS:.*]] = weft.constant dense<[1, 2, 2, 3, 3, 3, 3, 3]> : tensor<8xi32>
  // CHECK: %[[BIAS:.*]] = weft.gather %{{.*}} : {{.*}} -> tensor<8x3xf32>
  // CHECK: %[[K:.*]] = weft.reshape %arg1 : tensor<2x12x16xf32> -> tensor<2x1x12x16xf32>
  // CHECK: %[[TABLE:.*]] = weft.transpose %[[BIAS]] permutation [1, 0] : tensor<8x3xf32> -> tensor<3x8xf32>
  // CHECK: weft.span_attention %{{[^,]*}}, %[[K]], %{{[^(]*}} source_keys(%{{[^(]*}} : tensor<1x3x5x16xf32>, tensor<2x1x6x16xf32>)
  // CHECK-SAME: source_values(%{{[^(]*}} : tensor<1x3x5x16xf32>, tensor<2x1x6x16xf32>) reach 1 to <8> before_start masked
  // CHECK-SAME: captures(%[[TABLE]] : tensor<3x8xf32>) kinds [#weft.capture<per_head_by_distance>]
  // CHECK: ^bb0(%[[QK:.*]]: f32 {{.*}}, %[[QP:.*]]: f32 {{.*}}, %{{.*}}: f32 {{.*}}, %{{.*}}: f32 {{.*}}, %{{.*}}: f32 {{.*}}, %[[B:.*]]: f32
  // CHECK: %[[SCALED:.*]] = weft.mul
  // CHECK: weft.add %[[SCALED]], %[[B]] : f32
  // CHECK: } sources {
  // CHECK: ^bb0(%[[QN:.*]]: f32 {{.*}}, %{{.*}}: f32 {{.*}}, %{{.*}}: f32 {{.*}}, %{{.*}}: f32
  // CHECK: weft.mul %[[QN]]
  // CHECK: }, {
  g.function("sources", [&](Function &f) {
    Axis n("persistent", 5), m("state", 6);
    Tensor q = f.input("q", DType::f32, {b, t, h, k}), K = f.input("K", DType::f32, {b, s, k});
    Tensor state = f.input("state", DType::f32, {b, m, k}), own = f.weights()("own", {h, n, k});
    Tensor bias =
        weft::nn::t5Bias(f.weights() / "bias", h, r, {.buckets = 4, .farthest = 8, .first = 1});
    f.output("y", attend({.query = t, .keys = s, .over = k}, q, K, K, slidingWindow(8, 1),
                         {.bias = bias, .sources = {{n, own, own}, {m, state, state}}}));
  });
  return g.write(std::cout, std::cerr);
}
