// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --mlir-very-unsafe-disable-verifier-on-parsing --allow-unregistered-dialect \
// RUN:   --weft-fuse-update="function=step optimizer=sgd" | weft-check -

// One update of a param with bounds and of one without, by numbers worked out in double precision from the table in
// Passes.td. @update exists only after the pass, hence the flag; weft-opt does not know the test dialect.

weft.param @z : tensor<2xf64> init "zeros" scale 0.0 {low = 0.0 : f64, high = 1.0 : f64}
weft.param @w : tensor<1xf64> init "zeros" scale 0.0

func.func @step.grad(%z: tensor<2xf64> {weft.name = "z", weft.role = "param", weft.param = @z},
    %w: tensor<1xf64> {weft.name = "w", weft.role = "param", weft.param = @w})
    -> (tensor<2xf64> {weft.name = "z", weft.role = "gradient"}, tensor<1xf64> {weft.name = "w", weft.role = "gradient"}) {
  return %z, %w : tensor<2xf64>, tensor<1xf64>
}

func.func @clipped() {
  %dz = weft.constant dense<[3.0, 4.0]> : tensor<2xf64>
  %dw = weft.constant dense<[0.5]> : tensor<1xf64>
  %z = weft.constant dense<[0.5, 0.01]> : tensor<2xf64>
  %w = weft.constant dense<[2.0]> : tensor<1xf64>
  %zv = weft.constant dense<[1.0, 0.0]> : tensor<2xf64>
  %wv = weft.constant dense<[0.75]> : tensor<1xf64>
  %lr = weft.constant dense<0.1> : tensor<f64>
  %clip = weft.constant dense<1.0> : tensor<f64>
  %momentum = weft.constant dense<0.9> : tensor<f64>
  %norm, %new_z, %new_w, %new_zv, %new_wv = func.call @update(%dz, %dw, %z, %w, %zv, %wv, %lr, %clip, %momentum)
      : (tensor<2xf64>, tensor<1xf64>, tensor<2xf64>, tensor<1xf64>, tensor<2xf64>, tensor<1xf64>, tensor<f64>, tensor<f64>, tensor<f64>) -> (tensor<f64>, tensor<2xf64>, tensor<1xf64>, tensor<2xf64>, tensor<1xf64>)
  %expected_norm = weft.constant dense<5.024937810560445> : tensor<f64>
  "check.close"(%norm, %expected_norm) {tolerance = 1.0e-14 : f64} : (tensor<f64>, tensor<f64>) -> ()
  %expected_z = weft.constant dense<[0.3502977804685864, 0.0]> : tensor<2xf64>
  "check.close"(%new_z, %expected_z) {tolerance = 1.0e-14 : f64} : (tensor<2xf64>, tensor<2xf64>) -> ()
  %expected_w = weft.constant dense<[1.9225496300780978]> : tensor<1xf64>
  "check.close"(%new_w, %expected_w) {tolerance = 1.0e-14 : f64} : (tensor<1xf64>, tensor<1xf64>) -> ()
  %expected_zv = weft.constant dense<[1.4970221953141358, 0.7960295937521813]> : tensor<2xf64>
  "check.close"(%new_zv, %expected_zv) {tolerance = 1.0e-14 : f64} : (tensor<2xf64>, tensor<2xf64>) -> ()
  %expected_wv = weft.constant dense<[0.7745036992190227]> : tensor<1xf64>
  "check.close"(%new_wv, %expected_wv) {tolerance = 1.0e-14 : f64} : (tensor<1xf64>, tensor<1xf64>) -> ()
  return
}

func.func @not_clipped() {
  %dz = weft.constant dense<[3.0, 4.0]> : tensor<2xf64>
  %dw = weft.constant dense<[0.5]> : tensor<1xf64>
  %z = weft.constant dense<[0.5, 0.01]> : tensor<2xf64>
  %w = weft.constant dense<[2.0]> : tensor<1xf64>
  %zv = weft.constant dense<[1.0, 0.0]> : tensor<2xf64>
  %wv = weft.constant dense<[0.75]> : tensor<1xf64>
  %lr = weft.constant dense<0.1> : tensor<f64>
  %clip = weft.constant dense<0.0> : tensor<f64>
  %momentum = weft.constant dense<0.9> : tensor<f64>
  %norm, %new_z, %new_w, %new_zv, %new_wv = func.call @update(%dz, %dw, %z, %w, %zv, %wv, %lr, %clip, %momentum)
      : (tensor<2xf64>, tensor<1xf64>, tensor<2xf64>, tensor<1xf64>, tensor<2xf64>, tensor<1xf64>, tensor<f64>, tensor<f64>, tensor<f64>) -> (tensor<f64>, tensor<2xf64>, tensor<1xf64>, tensor<2xf64>, tensor<1xf64>)
  %expected_norm = weft.constant dense<5.024937810560445> : tensor<f64>
  "check.close"(%norm, %expected_norm) {tolerance = 1.0e-14 : f64} : (tensor<f64>, tensor<f64>) -> ()
  %expected_z = weft.constant dense<[0.10999999999999999, 0.0]> : tensor<2xf64>
  "check.close"(%new_z, %expected_z) {tolerance = 1.0e-14 : f64} : (tensor<2xf64>, tensor<2xf64>) -> ()
  %expected_w = weft.constant dense<[1.8825]> : tensor<1xf64>
  "check.close"(%new_w, %expected_w) {tolerance = 1.0e-14 : f64} : (tensor<1xf64>, tensor<1xf64>) -> ()
  %expected_zv = weft.constant dense<[3.9, 4.0]> : tensor<2xf64>
  "check.close"(%new_zv, %expected_zv) {tolerance = 1.0e-14 : f64} : (tensor<2xf64>, tensor<2xf64>) -> ()
  %expected_wv = weft.constant dense<[1.175]> : tensor<1xf64>
  "check.close"(%new_wv, %expected_wv) {tolerance = 1.0e-14 : f64} : (tensor<1xf64>, tensor<1xf64>) -> ()
  return
}

func.func @clip_above_norm() {
  %dz = weft.constant dense<[3.0, 4.0]> : tensor<2xf64>
  %dw = weft.constant dense<[0.5]> : tensor<1xf64>
  %z = weft.constant dense<[0.5, 0.01]> : tensor<2xf64>
  %w = weft.constant dense<[2.0]> : tensor<1xf64>
  %zv = weft.constant dense<[1.0, 0.0]> : tensor<2xf64>
  %wv = weft.constant dense<[0.75]> : tensor<1xf64>
  %lr = weft.constant dense<0.1> : tensor<f64>
  %clip = weft.constant dense<100.0> : tensor<f64>
  %momentum = weft.constant dense<0.9> : tensor<f64>
  %norm, %new_z, %new_w, %new_zv, %new_wv = func.call @update(%dz, %dw, %z, %w, %zv, %wv, %lr, %clip, %momentum)
      : (tensor<2xf64>, tensor<1xf64>, tensor<2xf64>, tensor<1xf64>, tensor<2xf64>, tensor<1xf64>, tensor<f64>, tensor<f64>, tensor<f64>) -> (tensor<f64>, tensor<2xf64>, tensor<1xf64>, tensor<2xf64>, tensor<1xf64>)
  %expected_norm = weft.constant dense<5.024937810560445> : tensor<f64>
  "check.close"(%norm, %expected_norm) {tolerance = 1.0e-14 : f64} : (tensor<f64>, tensor<f64>) -> ()
  %expected_z = weft.constant dense<[0.10999999999999999, 0.0]> : tensor<2xf64>
  "check.close"(%new_z, %expected_z) {tolerance = 1.0e-14 : f64} : (tensor<2xf64>, tensor<2xf64>) -> ()
  %expected_w = weft.constant dense<[1.8825]> : tensor<1xf64>
  "check.close"(%new_w, %expected_w) {tolerance = 1.0e-14 : f64} : (tensor<1xf64>, tensor<1xf64>) -> ()
  %expected_zv = weft.constant dense<[3.9, 4.0]> : tensor<2xf64>
  "check.close"(%new_zv, %expected_zv) {tolerance = 1.0e-14 : f64} : (tensor<2xf64>, tensor<2xf64>) -> ()
  %expected_wv = weft.constant dense<[1.175]> : tensor<1xf64>
  "check.close"(%new_wv, %expected_wv) {tolerance = 1.0e-14 : f64} : (tensor<1xf64>, tensor<1xf64>) -> ()
  return
}
