// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --mlir-very-unsafe-disable-verifier-on-parsing --allow-unregistered-dialect \
// RUN:   --weft-fuse-update="function=step optimizer=adam epsilon-hat" | weft-check -
// RUN: weft-opt %s --mlir-very-unsafe-disable-verifier-on-parsing --allow-unregistered-dialect \
// RUN:   --weft-fuse-update="function=step optimizer=adam" | not weft-check -

// Epsilon beside the root of the squares as they are: numbers worked out in double precision from the formula in Passes.td,
// for one gradient of the size of epsilon and one far above. With epsilon beside the corrected root the first is 0.488209.

weft.param @w : tensor<2xf64> init "zeros" scale 0.0

func.func @step.grad(%w: tensor<2xf64> {weft.name = "w", weft.role = "param", weft.param = @w})
    -> (tensor<2xf64> {weft.name = "w", weft.role = "gradient"}) {
  return %w : tensor<2xf64>
}

func.func @third_step() {
  %dw = weft.constant dense<[3.0e-08, -1.0]> : tensor<2xf64>
  %w = weft.constant dense<[0.5, -2.0]> : tensor<2xf64>
  %m = weft.constant dense<[1.0e-08, 0.25]> : tensor<2xf64>
  %v = weft.constant dense<[4.0e-16, 0.5]> : tensor<2xf64>
  %lr = weft.constant dense<0.1> : tensor<f64>
  %clip = weft.constant dense<0.0> : tensor<f64>
  %beta1 = weft.constant dense<0.9> : tensor<f64>
  %beta2 = weft.constant dense<0.999> : tensor<f64>
  %step = weft.constant dense<3.0> : tensor<f64>
  %norm, %new_w, %new_m, %new_v = func.call @update(%dw, %w, %m, %v, %lr, %clip, %beta1, %beta2, %step)
      : (tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>) -> (tensor<f64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>)
  %expected = weft.constant dense<[0.49192294049285895, -2.003569292332311]> : tensor<2xf64>
  "check.close"(%new_w, %expected) {tolerance = 1.0e-12 : f64} : (tensor<2xf64>, tensor<2xf64>) -> ()
  return
}
