// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementwise calls pair axes by name: the operand with more axes sets the order, the other is
// transposed and repeated; numbers and indices take the type of what they meet.
// RUN: %dsl %s -o %t && %t | FileCheck %s
#include <iostream>

#include "weft/dsl.h"

using namespace weft::dsl;

int main() {
  Axis a("a", 2), b("b", 3), c("c", 4);
  Graph g("broadcast");
  // CHECK-LABEL: func.func @order(%arg0: tensor<2x3x4xf32>{{.*}}, %arg1: tensor<4x2xf32>
  // CHECK: %[[TURNED:.*]] = weft.transpose %arg1 permutation [1, 0] : tensor<4x2xf32> -> tensor<2x4xf32>
  // CHECK: %[[WIDE:.*]] = weft.broadcast %[[TURNED]] dims [0, 2] : tensor<2x4xf32> -> tensor<2x3x4xf32>
  // CHECK: weft.mul %[[WIDE]], %arg0 : tensor<2x3x4xf32>
  g.function("order", [&](Function &f) {
    Tensor x = f.input("x", DType::f32, {a, b, c});
    f.output("y", f.input("s", DType::f32, {c, a}) * x);
  });
  // CHECK-LABEL: func.func @both(
  // CHECK: weft.broadcast %arg0 dims [0] : tensor<2xf32> -> tensor<2x3xf32>
  // CHECK: weft.broadcast %arg1 dims [1] : tensor<3xf32> -> tensor<2x3xf32>
  g.function("both", [&](Function &f) {
    Tensor x = f.input("x", DType::f32, {a});
    f.output("y", x - f.input("s", DType::f32, {b}));
  });
  // CHECK-LABEL: func.func @free(
  // CHECK: weft.constant dense<2> : tensor<i32>
  // CHECK: weft.broadcast {{.*}} dims [] : tensor<i32> -> tensor<3xi32>
  // CHECK: weft.iota axis 0 start 1.000000e+00 step -1.000000e+00 : tensor<3xi32>
  // CHECK: weft.compare lt {{.*}} -> tensor<3xi1>
  // CHECK: weft.select {{.*}} : tensor<3xi1>, tensor<3xf32>
  g.function("free", [&](Function &f) {
    Tensor n = f.input("n", DType::i32, {b}) * 2;
    f.output("y", select(less(index(b, 1, -1), n), f.input("x", DType::f32, {b}), 0));
  });
  // A symbol without value at trace time: constants of that shape are repeated scalars.
  // CHECK-LABEL: func.func @bounded(
  // CHECK-SAME: #weft.bounded<[bounded.n(8 by 2)]>
  // CHECK: weft.constant dense<3.000000e+00> : tensor<f32>
  // CHECK: weft.broadcast {{.*}} -> tensor<?xf32, #weft.bounded<[bounded.n(8 by 2)]>>
  // CHECK: %[[N:.*]] = weft.size <bounded.n(8 by 2)> : tensor<i32>
  // CHECK: %[[COUNT:.*]] = weft.cast %[[N]] : tensor<i32> -> tensor<f32>
  // CHECK: weft.div %{{.*}}, %[[COUNT]] : tensor<f32>
  g.function("bounded", [&](Function &f) {
    Axis n("n", f.symbol("n", 8, 2));
    f.output("y", mean(n, maximum(f.input("x", DType::f32, {n}), 3)));
  });
  return g.write(std::cout, std::cerr);
}
