// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Choosing, looking up and running sums: which axes are paired, where the others go, constants that
// take the type of what they meet.
// RUN: %dsl %s -o %t && %t | FileCheck %s
#include <iostream>

#include "weft/nn/Layers.h"

using namespace weft::dsl;

int main() {
  Axis b("batch", 2), t("time", 5), d("model", 4), h("head", 3), k("best", 2);
  Graph g("lookup");
  // CHECK-LABEL: func.func @choose(
  // CHECK: %[[LAST:.*]] = weft.transpose %arg0 permutation [0, 2, 1] : tensor<2x5x4xf32> -> tensor<2x4x5xf32>
  // CHECK: %[[V:.*]], %[[I:.*]] = weft.top_k %[[LAST]] k 2 : tensor<2x4x5xf32> -> tensor<2x4x2xf32>, tensor<2x4x2xi32>
  // CHECK: %{{.*}}, %[[A:.*]] = weft.top_k %arg0 k 1 : tensor<2x5x4xf32> -> tensor<2x5x1xf32>, tensor<2x5x1xi32>
  // CHECK: weft.reshape %[[A]] : tensor<2x5x1xi32> -> tensor<2x5xi32>
  g.function("choose", [&](Function &f) {
    Tensor x = f.input("x", DType::f32, {b, t, d});
    Chosen best = topK(t, k, x);
    f.output("values", best.values);
    f.output("indices", best.indices);
    f.output("argmax", argmax(d, x));
  });
  // Axes of both are the batch, in the order of x; then those of the ids, then the features.
  // CHECK-LABEL: func.func @look_up(
  // CHECK: %[[X:.*]] = weft.transpose %arg0 permutation [0, 2, 1, 3] : tensor<2x5x3x4xf32> -> tensor<2x3x5x4xf32>
  // CHECK: %[[IDS:.*]] = weft.transpose %arg1 permutation [2, 0, 1] : tensor<3x2x2xi32> -> tensor<2x3x2xi32>
  // CHECK: %[[ROWS:.*]] = weft.gather %[[X]], %[[IDS]] batch 2 : tensor<2x3x5x4xf32>, tensor<2x3x2xi32> -> tensor<2x3x2x4xf32>
  // CHECK: weft.scatter_add %{{.*}}, %{{.*}} batch 2 : tensor<2x3x2x4xf32>, tensor<2x3x2xi32> -> tensor<2x3x5x4xf32>
  // CHECK: weft.scatter_add %{{.*}}, %{{.*}} batch 0 : tensor<3x2x2x4xf32>, tensor<3x2x2xi32> -> tensor<5x4xf32>
  g.function("look_up", [&](Function &f) {
    Tensor x = f.input("x", DType::f32, {b, t, h, d}), ids = f.input("ids", DType::i32, {h, k, b});
    Tensor rows = gather(t, x, ids);
    f.output("some", scatterAdd(k, t, rows, ids));
    f.output("all", scatterAdd({h, k, b}, t, rows, ids));
  });
  // CHECK-LABEL: func.func @sums(
  // CHECK: weft.cumsum %arg0 axis 1 : tensor<2x5x4xf32>
  // CHECK: weft.cumsum %{{.*}} axis 0 reverse : tensor<2x5x4xf32>
  // CHECK: weft.log_softmax %{{.*}} axis 2 : tensor<2x5x4xf32>
  g.function("sums", [&](Function &f) {
    Tensor x = f.input("x", DType::f32, {b, t, d});
    f.output("y", logSoftmax(d, cumsum(b, cumsum(t, x), true)));
  });
  // CHECK-LABEL: func.func @norms(
  // CHECK: %[[LAST:.*]] = weft.transpose %arg0 permutation [0, 2, 1] : tensor<2x5x4xf32> -> tensor<2x4x5xf32>
  // CHECK: weft.rms_norm %[[LAST]], %{{.*}} epsilon 9.9999999999999995E-7 : tensor<2x4x5xf32>, tensor<5xf32>
  // CHECK: %[[NONE:.*]] = weft.constant dense<0.000000e+00> : tensor<4xf32>
  // CHECK: weft.layer_norm %{{.*}}, %{{.*}}, %[[NONE]] epsilon 1.000000e-05 : tensor<2x5x4xf32>, tensor<4xf32>
  g.function("norms", [&](Function &f) {
    Scope w = f.weights();
    Tensor x = f.input("x", DType::f32, {b, t, d});
    f.output("rms", weft::nn::rmsNorm(w / "rms", t, x));
    f.output("scale", weft::nn::scaleNorm(w / "scale", d, x));
  });
  // CHECK-LABEL: func.func @constants(
  // CHECK: %[[TABLE:.*]] = weft.constant dense<{{\[\[}}1.000000e+00, 2.000000e+00], [3.000000e+00, 4.000000e+00], [5.000000e+00, 6.000000e+00]]> : tensor<3x2xf32>
  // CHECK: weft.constant dense<1.000000e-01> : tensor<f32> {weft.exact = dense<1.000000e-01> : tensor<f64>}
  // CHECK-NEXT: weft.broadcast
  // CHECK: weft.constant dense<2.500000e-01> : tensor<f32> loc
  // CHECK: %[[IDS:.*]] = weft.constant dense<[2, 0]> : tensor<2xi32>
  // CHECK: weft.gather %{{.*}}, %[[IDS]] batch 0 : tensor<3x2xf32>, tensor<2xi32> -> tensor<2x2xf32>
  g.function("constants", [&](Function &f) {
    Tensor x = f.input("x", DType::f32, {h, k}) * constant({h, k}, {1, 2, 3, 4, 5, 6});
    x = x * 0.1 + 0.25; // the first is rounded in f32, but not where the model becomes f64
    f.output("y", gather(h, x, constant(b, {2, 0})));
  });
  // A mean divides by the number of elements of all its axes.
  // CHECK-LABEL: func.func @means(
  // CHECK: weft.sum %arg0 axes [1, 2] : tensor<2x5x3xf32> -> tensor<2xf32>
  // CHECK-NEXT: weft.constant dense<1.500000e+01> : tensor<f32>
  g.function("means", [&](Function &f) {
    f.output("y", mean({t, h}, f.input("x", DType::f32, {b, t, h})));
  });
  // The operators inside a layer carry the line of the call.
  // CHECK-LABEL: func.func @activations(
  // CHECK-COUNT-3: weft.mul
  // CHECK: weft.erf
  // CHECK: weft.tanh
  // CHECK: weft.sigmoid
  // CHECK: weft.sigmoid
  // CHECK: weft.cos
  // CHECK: weft.sin
  // CHECK: weft.concat
  // CHECK-NOT: Activations.h
  // CHECK-NOT: Positions.h
  g.function("activations", [&](Function &f) {
    using namespace weft::nn;
    Tensor x = f.input("x", DType::f32, {t, d});
    Tensor y = x * x * x; // three products with the one of gelu
    y = silu(gelu(gelu(gelu(y), Gelu::tanh), Gelu::sigmoid));
    f.output("y", rotary(d, f.index(t), y, {.scaleBase = 512}));
  });
  return g.write(std::cout, std::cerr);
}
