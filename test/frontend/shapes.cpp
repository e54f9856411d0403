// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Calls that move elements, contractions with paired and several axes, tables and losses.
// RUN: %dsl %s -o %t && %t | FileCheck %s
#include <iostream>

#include "weft/dsl.h"
#include "weft/nn/Layers.h"

using namespace weft::dsl;

int main() {
  Axis b("batch", 2), t("time", 5), d("model", 4), h("head", 3), v("vocab", 7);
  Graph g("shapes");
  // CHECK-LABEL: func.func @contract(
  // CHECK: %[[SCORE:.*]] = weft.dot %arg0, %arg1 batch [0, 1] x [1, 0] contract [3] x [2] : {{.*}} -> tensor<2x3x5xf32>
  // CHECK: weft.dot %[[SCORE]], %arg2 batch [] x [] contract [1, 2] x [1, 0] : {{.*}} -> tensor<2x4xf32>
  g.function("contract", [&](Function &f) {
    Tensor q = f.input("q", DType::f32, {b, h, t, d}), k = f.input("k", DType::f32, {h, b, d});
    f.output("y", dot({h, t}, dot(d, q, k), f.input("w", DType::f32, {t, h, d})));
  });
  // CHECK-LABEL: func.func @cache(
  // CHECK: %[[NOW:.*]] = weft.transpose %arg0 permutation [1, 0, 2]
  // CHECK: %[[SEEN:.*]] = weft.concat %arg1, %[[NOW]] axis 1 : {{.*}} -> tensor<2x?x4xf32, #weft.bounded<[2, cache.past(8 by 1) + 5, 4]>>
  // CHECK: weft.tail %[[SEEN]] axis 1 : {{.*}} -> tensor<2x?x4xf32, #weft.bounded<[2, cache.next(8 by 1), 4]>>
  // CHECK: weft.pad %[[SEEN]] axis 1 at_end : {{.*}} -> tensor<2x13x4xf32>
  // CHECK: return %{{.*}}, %{{.*}} : tensor<2x13x4xf32>, tensor<2x?x4xf32, #weft.bounded<[2, cache.next(8 by 1), 4]>>
  g.function("cache", [&](Function &f) {
    Size past = f.symbol("past", 8), next = f.symbol("next", 8);
    f.setSize(next, minimum(f.sizeOf(past) + 5, 8));
    Scope w = f.weights();
    Axis s("seen", past + 5);
    Tensor x = f.input("x", DType::f32, {t, b, d}); // concat turns it to the order of the cache
    Tensor cache = w.state("cache", {b, Axis("past", past), d});
    Tensor seen = concat(s, cache, rename(t, Axis("now", 5), x));
    w.carry("cache", tail(s, Axis("past", next), seen));
    f.output("all", padFront(s, Axis("all", 13), seen));
  });
  // CHECK-LABEL: func.func @windows(
  // CHECK: weft.window %arg0 axis 1 length 3 : tensor<2x5x4xf32> -> tensor<2x3x3x4xf32>
  // CHECK: weft.slice %arg0 axis 1 start 2 length 3 : tensor<2x5x4xf32> -> tensor<2x3x4xf32>
  // CHECK: weft.reshape %arg0 : tensor<2x5x4xf32> -> tensor<1x2x5x4xf32>
  // CHECK: weft.concat {{.*}} axis 0 : {{.*}} -> tensor<2x2x5x4xf32>
  g.function("windows", [&](Function &f) {
    Tensor x = f.input("x", DType::f32, {b, t, d});
    f.output("window", window(t, Axis("position", 3), Axis("offset", 3), x));
    f.output("slice", slice(t, Axis("last", 3), 2, x));
    f.output("stack", stack(Axis("two", 2), {x, x}));
  });
  // CHECK-LABEL: func.func @language(
  // CHECK: weft.embedding %{{.*}}, %arg0 : tensor<7x4xf32>, tensor<2x5xi32> -> tensor<2x5x4xf32>
  // CHECK: weft.layer_norm %{{.*}}, %{{.*}}, %{{.*}} epsilon 1.000000e-05 : tensor<2x5x4xf32>, tensor<4xf32>
  // CHECK: weft.dropout %{{.*}}, %arg1 rate 2.500000e-01 id 1 : tensor<2x5x4xf32>, tensor<4xi32>
  // CHECK: weft.cross_entropy %{{.*}}, %arg0 : tensor<2x5x7xf32>, tensor<2x5xi32> -> tensor<2x5xf32>
  g.function("language", [&](Function &f) {
    Scope w = f.weights();
    Tensor ids = f.input("ids", DType::i32, {b, t});
    Tensor x = dropout(0, embed(v, w("embed", {v, d}), ids)); // id 0 is taken although unused
    x = dropout(0.25, weft::nn::layerNorm(w / "norm", d, x));
    f.output("loss", mean({b, t}, crossEntropy(v, weft::nn::linear(w / "out", d, v, x), ids)));
  });
  // CHECK-LABEL: func.func @recurrent(
  // CHECK: %[[TURNED:.*]] = weft.transpose %arg0 permutation [1, 0, 2] : tensor<2x5x4xf32> -> tensor<5x2x4xf32>
  // CHECK: %[[LAST:.*]], %[[ALL:.*]] = weft.scan carry(%arg1) over(%[[TURNED]]) with(%arg2 : tensor<4x4xf32>) {
  // CHECK: ^bb0(%[[H:.*]]: tensor<2x4xf32> {{.*}}, %[[X:.*]]: tensor<2x4xf32> {{.*}}, %[[U:.*]]: tensor<4x4xf32>
  // CHECK: weft.dot %[[H]], %[[U]]
  // CHECK: weft.yield %[[N:.*]], %[[N]] : tensor<2x4xf32>, tensor<2x4xf32>
  // CHECK: return %[[ALL]] : tensor<5x2x4xf32>
  g.function("recurrent", [&](Function &f) {
    Axis e("next", 4);
    Tensor x = f.input("x", DType::f32, {b, t, d}), h0 = f.input("h0", DType::f32, {b, d});
    f.output("h", scan(t, x, h0, [&](Tensor xt, Tensor state) {
               return tanh(xt + rename(e, d, dot(d, state, f.weights()("U", {e, d}))));
             }));
  });
  // CHECK-LABEL: func.func @feedback(
  // CHECK: %[[TURNED:.*]] = weft.transpose %arg1 permutation [1, 0, 2] : tensor<2x3x4xf32> -> tensor<3x2x4xf32>
  // CHECK: %[[WHOLE:.*]] = weft.pad %[[TURNED]] axis 0 : tensor<3x2x4xf32> -> tensor<8x2x4xf32>
  // CHECK: %[[ALL:.*]], %[[WRITTEN:.*]] = weft.scan carry() over(%{{.*}}) memory(%[[WHOLE]]) : (tensor<8x2x4xf32>) -> tensor<8x2x4xf32> {
  // CHECK: ^bb0(%[[X:.*]]: tensor<2x4xf32> {{.*}}, %[[PAST:.*]]: tensor<3x2x4xf32> {{.*}}):
  // CHECK: weft.sum %[[PAST]] axes [0]
  // CHECK: weft.yield %[[Y:.*]], %[[Y]] : tensor<2x4xf32>, tensor<2x4xf32>
  // CHECK: %[[LAST:.*]] = weft.tail %[[WRITTEN]] axis 0 : tensor<8x2x4xf32> -> tensor<3x2x4xf32>
  // CHECK: return %[[ALL]], %[[LAST]]
  g.function("feedback", [&](Function &f) {
    Axis s("seen", 3);
    Tensor x = f.input("x", DType::f32, {b, t, d});
    Memory memory(s, {f.input("past", DType::f32, {b, s, d})});
    f.output("y", scan(t, x, memory, [&](Tensor xt, Memory &m) {
               Tensor y = tanh(xt + mean(s, m.read()));
               m.write({y});
               return y;
             }));
    f.output("last", memory.read());
  });
  // The weight is captured; dropout may stand in the region, which is no loop.
  // CHECK-LABEL: func.func @again(
  // CHECK: %[[Y:.*]] = weft.recompute(%arg2, %arg0, %arg1) {
  // CHECK: ^bb0(%[[W:.*]]: tensor<4xf32> {{.*}}, %[[X:.*]]: tensor<2x5x4xf32> {{.*}}, %[[KEY:.*]]: tensor<4xi32> {{.*}}):
  // CHECK: weft.dropout %{{.*}}, %[[KEY]] rate 1.000000e-01 id 0
  // CHECK: } : (tensor<4xf32>, tensor<2x5x4xf32>, tensor<4xi32>) -> tensor<2x5x4xf32>
  // CHECK: return %[[Y]]
  g.function("again", [&](Function &f) {
    Tensor x = f.input("x", DType::f32, {b, t, d});
    f.output("y", recompute(x, [&](Tensor x) {
               return dropout(0.1, tanh(x * f.weights()("w", {d}, {.init = Init::ones})));
             }));
  });
  return g.write(std::cout, std::cerr);
}
