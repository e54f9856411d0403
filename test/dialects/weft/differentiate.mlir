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

// The gradient of a scan is one the other way. The forward one gives what it keeps of its steps; a value that it gives anyway is
// not kept twice. The gradient of a weight is one product over time, that of a bias one sum.

// CHECK-LABEL: func.func @step.forward(
// CHECK: %[[SCAN:.*]], %[[KEPT:.*]]:2 = weft.scan carry(%{{.*}}) over(%{{.*}}) with(%{{.*}}) {
// CHECK: ^bb0(%[[H:[^:]*]]:
// CHECK: %[[NEXT:.*]] = weft.tanh
// CHECK: weft.yield %[[NEXT]], %[[NEXT]], %[[H]] :
// CHECK: return %[[SCAN]], %[[KEPT]]#0, %[[KEPT]]#0, %[[KEPT]]#1
// CHECK-LABEL: func.func @step.backward(
// CHECK-SAME: %[[DLAST:[^:]*]]: tensor<4xf32> {{[^%]*}}, %[[DALL:[^:]*]]: tensor<2x4xf32>
// CHECK: %[[DH0:.*]], %[[DZ:.*]] = weft.scan carry(%[[DLAST]]) over(%[[DALL]], %[[ALL:.*]]) with(%[[W:.*]] : tensor<4x4xf32>) attributes {reverse = true}
// CHECK: ^bb0(%[[CARRIED:.*]]: tensor<4xf32>, %[[D:.*]]: tensor<4xf32>, %[[STATE:.*]]: tensor<4xf32>, %[[WEIGHT:.*]]: tensor<4x4xf32>):
// CHECK-DAG: %[[SUM:.*]] = weft.add %[[D]], %[[CARRIED]]
// CHECK-DAG: weft.mul %[[STATE]], %[[STATE]]
// CHECK: %[[DNEXT:.*]] = weft.mul %[[SUM]],
// CHECK: %[[DH:.*]] = weft.dot %[[WEIGHT]], %[[DNEXT]]
// CHECK: weft.yield %[[DH]], %[[DNEXT]]
// CHECK: %[[DW:.*]] = weft.dot %[[DZ]], %{{.*}} batch [] x [] contract [0] x [0]
// CHECK: %[[DB:.*]] = weft.sum %[[DZ]] axes [0]
// CHECK: return %[[DH0]], %[[DZ]], %[[DW]], %[[DB]]
func.func @step(%h0: tensor<4xf32>, %xs: tensor<2x4xf32>, %w: tensor<4x4xf32>, %b: tensor<4xf32>) -> (tensor<4xf32>, tensor<2x4xf32>) {
  %last, %all = weft.scan carry(%h0) over(%xs) with(%w, %b : tensor<4x4xf32>, tensor<4xf32>) {
  ^bb0(%h: tensor<4xf32>, %x: tensor<4xf32>, %weight: tensor<4x4xf32>, %bias: tensor<4xf32>):
    %turned = weft.dot %weight, %h batch [] x [] contract [1] x [0] : tensor<4x4xf32>, tensor<4xf32> -> tensor<4xf32>
    %sum = weft.add %turned, %x : tensor<4xf32>
    %shifted = weft.add %sum, %bias : tensor<4xf32>
    %next = weft.tanh %shifted : tensor<4xf32>
    weft.yield %next, %next : tensor<4xf32>, tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<2x4xf32>) -> tensor<2x4xf32>
  return %last, %all : tensor<4xf32>, tensor<2x4xf32>
}

// -----

// What is not linear in a stack of steps is summed in the loop: here the capture itself is a factor.

// CHECK-LABEL: func.func @step.backward(
// CHECK: %{{.*}}:2, %{{.*}} = weft.scan carry(%{{.*}}, %{{.*}}) over(%{{.*}})
// CHECK: ^bb0(%{{.*}}: tensor<2xf32>, %[[SO_FAR:.*]]: tensor<2xf32>, %{{.*}}: tensor<2xf32>,
// CHECK: weft.add %[[SO_FAR]],
func.func @step(%h0: tensor<2xf32>, %xs: tensor<3x2xf32>, %w: tensor<2xf32>) -> tensor<2xf32> {
  %last = weft.scan carry(%h0) over(%xs) with(%w : tensor<2xf32>) {
  ^bb0(%h: tensor<2xf32>, %x: tensor<2xf32>, %weight: tensor<2xf32>):
    %scaled = weft.mul %h, %weight : tensor<2xf32>
    %next = weft.add %scaled, %x : tensor<2xf32>
    weft.yield %next : tensor<2xf32>
  } : (tensor<2xf32>) -> tensor<2xf32>, (tensor<3x2xf32>) -> ()
  return %last : tensor<2xf32>
}

// -----

// The number of steps may be known at run time only.

// CHECK-LABEL: func.func @step.forward(
// CHECK: %{{.*}}, %[[KEPT:.*]] = weft.scan carry(%{{.*}}) over(%{{.*}}) {
// CHECK: return %{{.*}}, %[[KEPT]] : tensor<4xf32>, tensor<?x4xf32, #weft.bounded<[n(8 by 1), 4]>>
// CHECK-LABEL: func.func @step.backward(
// CHECK: weft.scan carry(%{{.*}}) over(%{{.*}}, %{{.*}}) attributes {reverse = true}
func.func @step(%h0: tensor<4xf32>, %xs: tensor<?x4xf32, #weft.bounded<[n(8 by 1), 4]>>) -> tensor<4xf32> {
  %last = weft.scan carry(%h0) over(%xs) {
  ^bb0(%h: tensor<4xf32>, %x: tensor<4xf32>):
    %next = weft.mul %h, %x : tensor<4xf32>
    weft.yield %next : tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<?x4xf32, #weft.bounded<[n(8 by 1), 4]>>) -> ()
  return %last : tensor<4xf32>
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
