// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --split-input-file --weft-differentiate=functions=step | FileCheck %s

// The forward function keeps what the backward one reads; arguments are given again under their own names.

// CHECK-LABEL: func.func @step.forward
// CHECK-SAME: -> (tensor<f32> {weft.name = "loss", weft.role = "output"},
// CHECK-SAME: tensor<2x4xf32> {weft.name = "saved.0", weft.role = "saved"})
// CHECK: %[[KEPT:.*]] = weft.add
// CHECK: %[[LOSS:.*]] = weft.sum
// CHECK: return %[[LOSS]], %[[KEPT]]

// CHECK-LABEL: func.func @step.backward(
// CHECK-SAME: %[[SEED:.*]]: tensor<f32> {weft.name = "loss", weft.role = "cotangent"},
// CHECK-SAME: %[[Y:.*]]: tensor<2x4xf32> {weft.name = "saved.0", weft.role = "saved"},
// CHECK-SAME: %[[W:.*]]: tensor<3x4xf32> {weft.name = "w", weft.role = "saved"},
// CHECK-SAME: %[[X:.*]]: tensor<2x3xf32> {weft.name = "x", weft.role = "saved"})
// CHECK-SAME: -> (tensor<2x3xf32> {weft.name = "x", weft.role = "gradient"},
// CHECK-SAME: tensor<3x4xf32> {weft.name = "w", weft.role = "gradient"},
// CHECK-SAME: tensor<4xf32> {weft.name = "b", weft.role = "gradient"})
// CHECK: %[[G:.*]] = weft.broadcast %[[SEED]] dims []
// CHECK: %[[FIRST:.*]] = weft.mul %[[G]], %[[Y]]
// CHECK: %[[SECOND:.*]] = weft.mul %[[G]], %[[Y]]
// CHECK: %[[DY:.*]] = weft.add %[[FIRST]], %[[SECOND]]
// CHECK: %[[DB:.*]] = weft.sum %[[DY]] axes [0]
// CHECK: %[[DX:.*]] = weft.dot %[[DY]], %[[W]] batch [] x [] contract [1] x [1]
// CHECK: %[[DW:.*]] = weft.dot %[[X]], %[[DY]] batch [] x [] contract [0] x [0]
// CHECK: return %[[DX]], %[[DW]], %[[DB]]

// CHECK-LABEL: func.func @step.grad
// CHECK-SAME: -> (tensor<f32> {weft.name = "loss", weft.role = "output"},
// CHECK-SAME: tensor<2x3xf32> {weft.name = "x", weft.role = "gradient"},
// CHECK-SAME: tensor<3x4xf32> {weft.name = "w", weft.role = "gradient"},
// CHECK-SAME: tensor<4xf32> {weft.name = "b", weft.role = "gradient"})
// CHECK: weft.constant dense<1.000000e+00> : tensor<f32>
func.func @step(%x: tensor<2x3xf32> {weft.name = "x", weft.role = "input"},
    %w: tensor<3x4xf32> {weft.name = "w", weft.role = "param"},
    %b: tensor<4xf32> {weft.name = "b", weft.role = "param"})
    -> (tensor<f32> {weft.name = "loss", weft.role = "output"}) {
  %xw = weft.dot %x, %w batch [] x [] contract [1] x [0] : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  %rows = weft.broadcast %b dims [1] : tensor<4xf32> -> tensor<2x4xf32>
  %y = weft.add %xw, %rows : tensor<2x4xf32>
  %squares = weft.mul %y, %y : tensor<2x4xf32>
  %loss = weft.sum %squares axes [0, 1] : tensor<2x4xf32> -> tensor<f32>
  return %loss : tensor<f32>
}

// -----

// The objective is differentiated, the loss reported; states and ids get no gradient in .grad, and a
// stopped value gives zeros.

// CHECK-LABEL: func.func @step.grad(
// CHECK-SAME: %{{[^:]*}}: tensor<2xi32>
// CHECK-SAME: %[[CACHE:[^:]*]]: tensor<3xf32>
// CHECK-SAME: -> (tensor<f32> {weft.name = "loss", weft.role = "output"},
// CHECK-SAME: tensor<f32> {weft.name = "objective", weft.role = "output"},
// CHECK-SAME: tensor<3xf32> {weft.name = "cache", weft.role = "state"},
// CHECK-SAME: tensor<3xf32> {weft.name = "p", weft.role = "gradient"},
// CHECK-SAME: tensor<3xf32> {weft.name = "q", weft.role = "gradient"})
// CHECK: %[[ONE:.*]] = weft.constant dense<1.000000e+00> : tensor<f32>
// CHECK: %[[G:.*]] = weft.broadcast %[[ONE]] dims []
// CHECK: %[[DP:.*]] = weft.mul %[[G]], %[[CACHE]]
// CHECK: %[[DQ:.*]] = weft.constant dense<0.000000e+00> : tensor<3xf32>
// CHECK: return %{{.*}}, %{{.*}}, %{{.*}}, %[[DP]], %[[DQ]]
func.func @step(%tokens: tensor<2xi32> {weft.name = "tokens", weft.role = "input"},
    %cache: tensor<3xf32> {weft.name = "cache", weft.role = "state"},
    %p: tensor<3xf32> {weft.name = "p", weft.role = "param"},
    %q: tensor<3xf32> {weft.name = "q", weft.role = "param"})
    -> (tensor<f32> {weft.name = "loss", weft.role = "output"},
        tensor<f32> {weft.name = "objective", weft.role = "output"},
        tensor<3xf32> {weft.name = "cache", weft.role = "state"}) {
  %pc = weft.mul %p, %cache : tensor<3xf32>
  %still = weft.stop_gradient %q : tensor<3xf32>
  %both = weft.add %pc, %still : tensor<3xf32>
  %objective = weft.sum %both axes [0] : tensor<3xf32> -> tensor<f32>
  %loss = weft.sum %q axes [0] : tensor<3xf32> -> tensor<f32>
  return %loss, %objective, %both : tensor<f32>, tensor<f32>, tensor<3xf32>
}

// -----

// The two parts of a concatenation with a bounded cache; no saved shape tells c, so its value is saved. Constants
// and broadcasts are made again, not saved.

// CHECK-LABEL: func.func @step.forward
// CHECK: %[[SIZE:.*]] = weft.size <c(8 by 2)> : tensor<i32>
// CHECK: return %{{.*}}, %[[SIZE]]
// CHECK-LABEL: func.func @step.backward(
// CHECK-SAME: %[[SEED:[^:]*]]: tensor<4xf32>
// CHECK-SAME: %[[C:[^:]*]]: tensor<i32> {weft.name = "saved.0", weft.role = "saved"}
// CHECK: weft.set_size <c(8 by 2)> = %[[C]]
// CHECK: %[[G:.*]] = weft.broadcast %[[SEED]] dims [1] : tensor<4xf32> -> tensor<?x4xf32, #weft.bounded<[c(8 by 2) + 3, 4]>>
// CHECK: %[[SCALED:.*]] = weft.mul %[[G]]
// CHECK: %[[DCACHE:.*]] = weft.head %[[SCALED]] axis 0 : {{.*}} -> tensor<?x4xf32, #weft.bounded<[c(8 by 2), 4]>>
// CHECK: %[[DX:.*]] = weft.tail %[[SCALED]] axis 0 : {{.*}} -> tensor<3x4xf32>
// CHECK: return %[[DCACHE]], %[[DX]]
func.func @step(
    %cache: tensor<?x4xf32, #weft.bounded<[c(8 by 2), 4]>> {weft.name = "cache", weft.role = "input"},
    %x: tensor<3x4xf32> {weft.name = "x", weft.role = "input"})
    -> (tensor<4xf32> {weft.name = "y", weft.role = "output"}) {
  %seen = weft.concat %cache, %x axis 0 : (tensor<?x4xf32, #weft.bounded<[c(8 by 2), 4]>>, tensor<3x4xf32>) -> tensor<?x4xf32, #weft.bounded<[c(8 by 2) + 3, 4]>>
  %two = weft.constant dense<2.0> : tensor<f32>
  %twos = weft.broadcast %two dims [] : tensor<f32> -> tensor<?x4xf32, #weft.bounded<[c(8 by 2) + 3, 4]>>
  %scaled = weft.mul %seen, %twos : tensor<?x4xf32, #weft.bounded<[c(8 by 2) + 3, 4]>>
  %y = weft.sum %scaled axes [0] : tensor<?x4xf32, #weft.bounded<[c(8 by 2) + 3, 4]>> -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// Axes of a dot in another order than the result's: one transpose brings the gradient of rhs back.

// CHECK-LABEL: func.func @step.backward(
// CHECK: %[[DLHS:.*]] = weft.dot %{{.*}}, %{{.*}} batch [0] x [1] contract [2] x [2] : tensor<5x2x7xf32>, tensor<3x5x7xf32> -> tensor<5x2x3xf32>
// CHECK: %[[DRHS:.*]] = weft.dot %{{.*}}, %{{.*}} batch [0] x [0] contract [1] x [1] : tensor<5x2x7xf32>, tensor<5x2x3xf32> -> tensor<5x7x3xf32>
// CHECK: %[[ORDERED:.*]] = weft.transpose %[[DRHS]] permutation [2, 0, 1]
// CHECK: return %[[DLHS]], %[[ORDERED]]
func.func @step(%lhs: tensor<5x2x3xf32>, %rhs: tensor<3x5x7xf32>) -> tensor<5x2x7xf32> {
  %y = weft.dot %lhs, %rhs batch [0] x [1] contract [2] x [0] : tensor<5x2x3xf32>, tensor<3x5x7xf32> -> tensor<5x2x7xf32>
  return %y : tensor<5x2x7xf32>
}

// -----

// A scan with a constant trip count is written out; here from the last index to the first.

// CHECK-LABEL: func.func @step.forward(
// CHECK-SAME: %[[H0:[^:]*]]: tensor<4xf32>{{.*}}, %[[XS:[^:]*]]: tensor<2x4xf32>
// CHECK-NOT: weft.scan
// CHECK: %[[ROW1:.*]] = weft.slice %[[XS]] axis 0 start 1 length 1
// CHECK: %[[X1:.*]] = weft.reshape %[[ROW1]]
// CHECK: %[[H1:.*]] = weft.mul %[[H0]], %[[X1]]
// CHECK: %[[ROW0:.*]] = weft.slice %[[XS]] axis 0 start 0 length 1
// CHECK: %[[X0:.*]] = weft.reshape %[[ROW0]]
// CHECK: %[[H2:.*]] = weft.mul %[[H1]], %[[X0]]
// CHECK: %[[OUT0:.*]] = weft.reshape %[[H2]]
// CHECK: %[[OUT1:.*]] = weft.reshape %[[H1]]
// CHECK: %[[ALL:.*]] = weft.concat %[[OUT0]], %[[OUT1]] axis 0
// CHECK: return %[[H2]], %[[ALL]]
// CHECK-LABEL: func.func @step.backward(
func.func @step(%h0: tensor<4xf32>, %xs: tensor<2x4xf32>) -> (tensor<4xf32>, tensor<2x4xf32>) {
  %last, %all = weft.scan carry(%h0) over(%xs) attributes {reverse = true} {
  ^bb0(%h: tensor<4xf32>, %x: tensor<4xf32>):
    %next = weft.mul %h, %x : tensor<4xf32>
    weft.yield %next, %next : tensor<4xf32>, tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<2x4xf32>) -> tensor<2x4xf32>
  return %last, %all : tensor<4xf32>, tensor<2x4xf32>
}

// -----

// The gradient op of attention takes the forward op's operands, region and results.

// CHECK-LABEL: func.func @step.backward(
// CHECK-SAME: %[[DY:[^:]*]]: tensor<1x2x4x4xf32>
// CHECK: %[[GRADS:.*]]:4 = weft.span_attention_grad %[[Q:.*]], %[[K:.*]], %[[V:.*]] reach 1 to <8> before_start zeros
// CHECK-SAME: captures(%{{.*}} : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.000000e-08
// CHECK-SAME: given %{{.*}}, %{{.*}}, %[[DY]]
// CHECK: weft.yield
// CHECK: return %[[GRADS]]#0, %[[GRADS]]#1, %[[GRADS]]#2, %[[GRADS]]#3
func.func @step(%q: tensor<1x2x4x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x4xf32>,
    %z: tensor<2xf32>) -> tensor<1x2x4x4xf32> {
  %y, %stats = weft.span_attention %q, %k, %v reach 1 to #weft.size<8> before_start zeros
      captures(%z : tensor<2xf32>) kinds [#weft.capture<per_head>] epsilon 1.0e-8 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32, %zh: f32):
    %present = weft.constant true
    %m = weft.clamp %zh low 0.0 high 1.0 : f32
    weft.yield %content, %present, %m : f32, i1, f32
  } : tensor<1x2x4x4xf32>, tensor<1x2x12x4xf32>, tensor<1x2x12x4xf32> -> tensor<1x2x4x4xf32>, tensor<1x2x4x3xf32>
  return %y : tensor<1x2x4x4xf32>
}
