// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The smallest program: named axes decide what dot and + mean, and every op, those of operators
// included, carries the exact line that asked for it.
// RUN: %dsl %s -o %t
// RUN: %t | FileCheck %s
// RUN: %t | FileCheck %s --check-prefix=LINE
#include <iostream>

#include "weft/dsl.h"

using namespace weft::dsl;

// CHECK: module attributes {weft.config = {}, weft.model = "linear"} {
// CHECK: weft.param @layer0.W : tensor<3x4xf32> init "uniform" scale 5.000000e-01
// CHECK: weft.param @layer0.b : tensor<3xf32> init "zeros" scale 0.000000e+00 {low = -1.0
// CHECK: func.func @step(
// CHECK-SAME: %[[X:.*]]: tensor<2x5x4xf32> {weft.name = "x", weft.role = "input"}
// CHECK-SAME: %[[W:.*]]: tensor<3x4xf32> {weft.name = "layer0.W", weft.param = @layer0.W, weft.role = "param"}
// CHECK-SAME: %[[B:.*]]: tensor<3xf32> {weft.name = "layer0.b"
// CHECK-SAME: -> (tensor<f32> {weft.name = "loss", weft.role = "output"})
// CHECK: %[[DOT:.*]] = weft.dot %[[X]], %[[W]] batch [] x [] contract [2] x [1] : {{.*}} -> tensor<2x5x3xf32>
// CHECK: %[[WIDE:.*]] = weft.broadcast %[[B]] dims [2] : tensor<3xf32> -> tensor<2x5x3xf32>
// CHECK: %[[ADD:.*]] = weft.add %[[DOT]], %[[WIDE]] : tensor<2x5x3xf32>
// CHECK: %[[NEG:.*]] = weft.neg %[[ADD]] : tensor<2x5x3xf32>
// CHECK: %[[SUM:.*]] = weft.sum %[[NEG]] axes [0, 1, 2] : tensor<2x5x3xf32> -> tensor<f32>
// CHECK: return %[[SUM]] : tensor<f32>
int main() {
  Axis b("batch", 2), t("time", 5), d("in", 4), o("out", 3);
  Graph g("linear");
  g.function("step", [&](Function &f) {
    Scope w = f.weights() / "layer" / 0;
    Tensor x = f.input("x", DType::f32, {b, t, d});
    // LINE-DAG: weft.dot {{.*}} loc(#[[DOT:loc[0-9]+]])
    // LINE-DAG: #[[DOT]] = loc("layer0"(#[[DOTLINE:loc[0-9]+]]))
    // LINE-DAG: #[[DOTLINE]] = loc("linear.cpp":[[#@LINE+1]]:0)
    Tensor y = dot(d, w("W", {o, d}, {.init = Init::uniform, .scale = 0.5}), x);
    // LINE-DAG: weft.add {{.*}} loc(#[[ADD:loc[0-9]+]])
    // LINE-DAG: #[[ADD]] = loc("layer0"(#[[ADDLINE:loc[0-9]+]]))
    // LINE-DAG: #[[ADDLINE]] = loc("linear.cpp":[[#@LINE+1]]:0)
    y = y + w("b", {o}, {.init = Init::zeros, .scale = 0, .low = -1});
    // LINE-DAG: weft.neg {{.*}} loc(#[[NEG:loc[0-9]+]])
    // LINE-DAG: #[[NEG]] = loc("layer0"(#[[NEGLINE:loc[0-9]+]]))
    // LINE-DAG: #[[NEGLINE]] = loc("linear.cpp":[[#@LINE+1]]:0)
    y = -y;
    // LINE-DAG: weft.sum {{.*}} loc(#[[SUM:loc[0-9]+]])
    // LINE-DAG: #[[SUM]] = loc("layer0"(#[[SUMLINE:loc[0-9]+]]))
    // LINE-DAG: #[[SUMLINE]] = loc("linear.cpp":[[#@LINE+1]]:0)
    f.output("loss", sum({b, t, o}, y));
  });
  return g.write(std::cout, std::cerr);
}
