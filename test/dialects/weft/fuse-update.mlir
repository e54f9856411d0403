// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --weft-differentiate=functions=step --weft-fuse-update="function=step optimizer=adagrad" --weft-verify-graph | FileCheck %s --check-prefix=ADAGRAD
// RUN: weft-opt %s --weft-differentiate=functions=step --weft-fuse-update="function=step optimizer=sgd" --weft-verify-graph | FileCheck %s --check-prefix=SGD
// RUN: weft-opt %s --weft-differentiate=functions=step --weft-fuse-update="function=step optimizer=adam" --weft-verify-graph | FileCheck %s --check-prefix=ADAM
// RUN: weft-opt %s --weft-differentiate="functions=step loss-scale" --weft-fuse-update="function=step optimizer=sgd" --weft-verify-graph | FileCheck %s --check-prefix=SCALED
// RUN: weft-opt %s --weft-differentiate=functions=step --weft-fuse-update="function=step optimizer=sgd" | not grep loss_scale

module attributes {weft.model = "product"} {
  weft.param @z : tensor<3xf32> init "zeros" scale 0.0 {low = 0.0 : f64, high = 1.0 : f64}
  weft.param @w : tensor<3xf32> init "ones" scale 1.0
  weft.state @step.seen : tensor<3xf32>

  func.func @step(%x: tensor<3xf32> {weft.name = "x", weft.role = "input"},
      %seen: tensor<3xf32> {weft.name = "seen", weft.role = "state", weft.state = @step.seen},
      %z: tensor<3xf32> {weft.name = "z", weft.role = "param", weft.param = @z},
      %w: tensor<3xf32> {weft.name = "w", weft.role = "param", weft.param = @w})
      -> (tensor<f32> {weft.name = "loss", weft.role = "output"},
          tensor<3xf32> {weft.name = "seen", weft.role = "state"}) {
    %xz = weft.mul %x, %z : tensor<3xf32>
    %xzw = weft.mul %xz, %w : tensor<3xf32>
    %y = weft.add %xzw, %seen : tensor<3xf32>
    %loss = weft.sum %y axes [0] : tensor<3xf32> -> tensor<f32>
    return %loss, %x : tensor<f32>, tensor<3xf32>
  }
}

// The gradient of x, which nobody asked for, is gone; roles keep their order.
// ADAGRAD-LABEL: func.func @step.train(
// ADAGRAD-SAME: %[[X:[^:]*]]: tensor<3xf32> {weft.name = "x", weft.role = "input"},
// ADAGRAD-SAME: %[[SEEN:[^:]*]]: tensor<3xf32> {weft.name = "seen"
// ADAGRAD-SAME: %[[Z:[^:]*]]: tensor<3xf32> {weft.name = "z", {{.*}} %[[W:[^:]*]]: tensor<3xf32> {weft.name = "w",
// ADAGRAD-SAME: %[[ZSUM:[^:]*]]: tensor<3xf32> {weft.name = "z.sum", weft.role = "optimizer"},
// ADAGRAD-SAME: %[[WSUM:[^:]*]]: tensor<3xf32> {weft.name = "w.sum", weft.role = "optimizer"},
// ADAGRAD-SAME: %[[LR:[^:]*]]: tensor<f32> {weft.name = "lr", weft.role = "hyper"},
// ADAGRAD-SAME: %[[CLIP:[^:]*]]: tensor<f32> {weft.name = "clip", weft.role = "hyper"})
// ADAGRAD-SAME: -> (tensor<f32> {weft.name = "loss", weft.role = "output"},
// ADAGRAD-SAME: tensor<f32> {weft.name = "grad_norm", weft.role = "output"},
// ADAGRAD-SAME: tensor<3xf32> {weft.name = "seen", weft.role = "state"},
// ADAGRAD-SAME: tensor<3xf32> {weft.name = "z", weft.role = "param"},
// ADAGRAD-SAME: tensor<3xf32> {weft.name = "w", weft.role = "param"},
// ADAGRAD-SAME: tensor<3xf32> {weft.name = "z.sum", weft.role = "optimizer"},
// ADAGRAD-SAME: tensor<3xf32> {weft.name = "w.sum", weft.role = "optimizer"})
// The norm of all gradients.
// ADAGRAD: %[[NORM:.*]] = weft.sqrt
// The loss is below infinity and above minus infinity, and so is the norm.
// ADAGRAD: %[[BELOW:.*]] = weft.compare lt %[[LOSS:.*]], %{{.*}}
// ADAGRAD: %[[ABOVE:.*]] = weft.compare gt %[[LOSS]], %{{.*}}
// ADAGRAD: %[[BOUNDED:.*]] = weft.select %[[BELOW]], %[[NORM]],
// ADAGRAD: %[[BOTH:.*]] = weft.select %[[ABOVE]], %[[BOUNDED]],
// ADAGRAD: %[[FINITE:.*]] = weft.compare lt %[[BOTH]],
// The norm of this tensor alone clips its step, and the sum takes the gradient as it is.
// ADAGRAD: %[[SQUARES:.*]] = weft.sum {{.*}} axes [0]
// ADAGRAD: %[[OWN:.*]] = weft.sqrt %[[SQUARES]]
// ADAGRAD: weft.compare gt %[[OWN]], %[[CLIP]]
// ADAGRAD: weft.compare gt %[[CLIP]]
// ADAGRAD: %[[RATE:.*]] = weft.mul %[[LR]]
// ADAGRAD: %[[NEWSUM:.*]] = weft.add %[[ZSUM]]
// ADAGRAD: %[[ROOT:.*]] = weft.sqrt %[[NEWSUM]]
// ADAGRAD: weft.broadcast %[[RATE]] dims []
// ADAGRAD: %[[STEPPED:.*]] = weft.sub %[[Z]]
// ADAGRAD: %[[AT_LEAST:.*]] = weft.maximum %[[STEPPED]]
// ADAGRAD: %[[AT_MOST:.*]] = weft.minimum %[[AT_LEAST]]
// Nothing changes in a step that is not finite.
// ADAGRAD: %[[GUARD:.*]] = weft.broadcast %[[FINITE]] dims []
// ADAGRAD: %[[NEWZ:.*]] = weft.select %[[GUARD]], %[[AT_MOST]], %[[Z]]
// ADAGRAD: %[[KEPTSUM:.*]] = weft.select %[[GUARD]], %[[NEWSUM]], %[[ZSUM]]
// w has no bounds.
// ADAGRAD: %[[STEPPEDW:.*]] = weft.sub %[[W]]
// ADAGRAD-NOT: weft.maximum
// ADAGRAD: %[[NEWW:.*]] = weft.select %{{.*}}, %[[STEPPEDW]], %[[W]]
// ADAGRAD: return %{{.*}}, %[[NORM]], %[[X]], %[[NEWZ]], %[[NEWW]], %[[KEPTSUM]], %{{.*}} : tensor<f32>, tensor<f32>

// ADAGRAD-LABEL: func.func @update(
// ADAGRAD-SAME: tensor<3xf32> {weft.name = "z.gradient", weft.role = "input"},
// ADAGRAD-SAME: tensor<3xf32> {weft.name = "w.gradient", weft.role = "input"},
// ADAGRAD-SAME: tensor<3xf32> {weft.name = "z", weft.param = @z, weft.role = "param"},
// ADAGRAD-SAME: -> (tensor<f32> {weft.name = "grad_norm", weft.role = "output"},
// ADAGRAD-SAME: tensor<3xf32> {weft.name = "z", weft.role = "param"},

// SGD-LABEL: func.func @step.train(
// SGD-SAME: %[[ZVELOCITY:[^:]*]]: tensor<3xf32> {weft.name = "z.momentum", weft.role = "optimizer"},
// SGD-SAME: %[[MOMENTUM:[^:]*]]: tensor<f32> {weft.name = "momentum", weft.role = "hyper"})
// SGD: %[[DECAY:.*]] = weft.broadcast %[[MOMENTUM]] dims []
// SGD: %[[KEPT:.*]] = weft.mul %[[DECAY]], %[[ZVELOCITY]]
// SGD: weft.add %[[KEPT]]

// ADAM-LABEL: func.func @step.train(
// ADAM-SAME: tensor<3xf32> {weft.name = "z.m", weft.role = "optimizer"},
// ADAM-SAME: tensor<3xf32> {weft.name = "z.v", weft.role = "optimizer"},
// ADAM-SAME: tensor<3xf32> {weft.name = "w.m", weft.role = "optimizer"},
// ADAM-SAME: tensor<3xf32> {weft.name = "w.v", weft.role = "optimizer"},
// ADAM-SAME: tensor<f32> {weft.name = "lr", weft.role = "hyper"}
// ADAM-SAME: tensor<f32> {weft.name = "clip", weft.role = "hyper"}
// ADAM-SAME: tensor<f32> {weft.name = "beta1", weft.role = "hyper"}
// ADAM-SAME: tensor<f32> {weft.name = "beta2", weft.role = "hyper"}
// ADAM-SAME: tensor<f32> {weft.name = "step", weft.role = "hyper"}
// ADAM: weft.log
// ADAM: weft.tanh

// With a loss scale the way back begins with it, and what it multiplied is divided by it before the norm is taken.
// SCALED-LABEL: func.func @step.grad(
// SCALED-SAME: %[[SCALE:[^:]*]]: tensor<f32> {weft.name = "loss_scale", weft.role = "hyper"})
// SCALED: %[[SEED:.*]] = weft.broadcast %[[SCALE]] dims []
// SCALED: weft.mul %[[SEED]],
// SCALED-LABEL: func.func @step.train(
// SCALED-SAME: {weft.name = "w.momentum", weft.role = "optimizer"}, %[[LR:[^:]*]]: tensor<f32> {weft.name = "lr", weft.role = "hyper"},
// SCALED-SAME: %[[SCALE:[^:]*]]: tensor<f32> {weft.name = "loss_scale", weft.role = "hyper"})
// SCALED: %[[SEED:.*]] = weft.broadcast %[[SCALE]] dims []
// SCALED: %[[ONE:.*]] = weft.constant dense<1.000000e+00> : tensor<f32>
// SCALED-NEXT: %[[INVERSE:.*]] = weft.div %[[ONE]], %[[SCALE]] : tensor<f32>
// SCALED-NEXT: %[[SPREAD:.*]] = weft.broadcast %[[INVERSE]] dims []
// SCALED-NEXT: %[[G:.*]] = weft.mul %{{.*}}, %[[SPREAD]]
// SCALED: %[[SQUARE:.*]] = weft.mul %[[G]], %[[G]]
// SCALED-NEXT: weft.sum %[[SQUARE]]
// SCALED-LABEL: func.func @update(
// SCALED-SAME: %[[SCALE:[^:]*]]: tensor<f32> {weft.name = "loss_scale", weft.role = "hyper"})
// SCALED: weft.div %{{.*}}, %[[SCALE]] : tensor<f32>
