// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --mlir-very-unsafe-disable-verifier-on-parsing --allow-unregistered-dialect \
// RUN:   --weft-fuse-update="function=step optimizer=adam" | weft-check -

// One update of a param with bounds and of one without, by numbers worked out in double precision from the table in
// Passes.td. @update exists only after the pass, hence the flag; weft-opt does not know the test dialect.

weft.param @z : tensor<2xf64> init "zeros" scale 0.0 {low = 0.0 : f64, high = 1.0 : f64}
weft.param @w : tensor<1xf64> init "zeros" scale 0.0

func.func @step.grad(%z: tensor<2xf64> {weft.name = "z", weft.role = "param", weft.param = @z},
    %w: tensor<1xf64> {weft.name = "w", weft.role = "param", weft.param = @w})
    -> (tensor<2xf64> {weft.name = "z", weft.role = "gradient"}, tensor<1xf64> {weft.name = "w", weft.role = "gradient"}) {
  return %z, %w : tensor<2xf64>, tensor<1xf64>
}

func.func @first_step() {
  %dz = weft.constant dense<[3.0, 4.0]> : tensor<2xf64>
  %dw = weft.constant dense<[0.5]> : tensor<1xf64>
  %z = weft.constant dense<[0.5, 0.01]> : tensor<2xf64>
  %w = weft.constant dense<[2.0]> : tensor<1xf64>
  %zm = weft.constant dense<[1.0, 0.0]> : tensor<2xf64>
  %zv = weft.constant dense<[0.5, 0.0]> : tensor<2xf64>
  %wm = weft.constant dense<[0.75]> : tensor<1xf64>
  %wv = weft.constant dense<[0.25]> : tensor<1xf64>
  %lr = weft.constant dense<0.1> : tensor<f64>
  %clip = weft.constant dense<0.0> : tensor<f64>
  %beta1 = weft.constant dense<0.9> : tensor<f64>
  %beta2 = weft.constant dense<0.999> : tensor<f64>
  %step = weft.constant dense<1.0> : tensor<f64>
  %norm, %new_z, %new_w, %new_zm, %new_zv, %new_wm, %new_wv = func.call @update(%dz, %dw, %z, %w, %zm, %zv, %wm, %wv, %lr, %clip, %beta1, %beta2, %step)
      : (tensor<2xf64>, tensor<1xf64>, tensor<2xf64>, tensor<1xf64>, tensor<2xf64>, tensor<2xf64>, tensor<1xf64>, tensor<1xf64>, tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>) -> (tensor<f64>, tensor<2xf64>, tensor<1xf64>, tensor<2xf64>, tensor<2xf64>, tensor<1xf64>, tensor<1xf64>)
  %expected_norm = weft.constant dense<5.024937810560445> : tensor<f64>
  "check.close"(%norm, %expected_norm) {tolerance = 1.0e-14 : f64} : (tensor<f64>, tensor<f64>) -> ()
  %expected_z = weft.constant dense<[0.4467847916045796, 0.0]> : tensor<2xf64>
  "check.close"(%new_z, %expected_z) {tolerance = 1.0e-14 : f64} : (tensor<2xf64>, tensor<2xf64>) -> ()
  %expected_w = weft.constant dense<[1.9541469739565585]> : tensor<1xf64>
  "check.close"(%new_w, %expected_w) {tolerance = 1.0e-14 : f64} : (tensor<1xf64>, tensor<1xf64>) -> ()
  %expected_zm = weft.constant dense<[1.2, 0.3999999999999999]> : tensor<2xf64>
  "check.close"(%new_zm, %expected_zm) {tolerance = 1.0e-14 : f64} : (tensor<2xf64>, tensor<2xf64>) -> ()
  %expected_zv = weft.constant dense<[0.5085, 0.016000000000000014]> : tensor<2xf64>
  "check.close"(%new_zv, %expected_zv) {tolerance = 1.0e-14 : f64} : (tensor<2xf64>, tensor<2xf64>) -> ()
  %expected_wm = weft.constant dense<[0.7250000000000001]> : tensor<1xf64>
  "check.close"(%new_wm, %expected_wm) {tolerance = 1.0e-14 : f64} : (tensor<1xf64>, tensor<1xf64>) -> ()
  %expected_wv = weft.constant dense<[0.25]> : tensor<1xf64>
  "check.close"(%new_wv, %expected_wv) {tolerance = 1.0e-14 : f64} : (tensor<1xf64>, tensor<1xf64>) -> ()
  return
}

func.func @later_step() {
  %dz = weft.constant dense<[3.0, 4.0]> : tensor<2xf64>
  %dw = weft.constant dense<[0.5]> : tensor<1xf64>
  %z = weft.constant dense<[0.5, 0.01]> : tensor<2xf64>
  %w = weft.constant dense<[2.0]> : tensor<1xf64>
  %zm = weft.constant dense<[1.0, 0.0]> : tensor<2xf64>
  %zv = weft.constant dense<[0.5, 0.0]> : tensor<2xf64>
  %wm = weft.constant dense<[0.75]> : tensor<1xf64>
  %wv = weft.constant dense<[0.25]> : tensor<1xf64>
  %lr = weft.constant dense<0.1> : tensor<f64>
  %clip = weft.constant dense<1.0> : tensor<f64>
  %beta1 = weft.constant dense<0.9> : tensor<f64>
  %beta2 = weft.constant dense<0.999> : tensor<f64>
  %step = weft.constant dense<1000.0> : tensor<f64>
  %norm, %new_z, %new_w, %new_zm, %new_zv, %new_wm, %new_wv = func.call @update(%dz, %dw, %z, %w, %zm, %zv, %wm, %wv, %lr, %clip, %beta1, %beta2, %step)
      : (tensor<2xf64>, tensor<1xf64>, tensor<2xf64>, tensor<1xf64>, tensor<2xf64>, tensor<2xf64>, tensor<1xf64>, tensor<1xf64>, tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>) -> (tensor<f64>, tensor<2xf64>, tensor<1xf64>, tensor<2xf64>, tensor<2xf64>, tensor<1xf64>, tensor<1xf64>)
  %expected_norm = weft.constant dense<5.024937810560445> : tensor<f64>
  "check.close"(%norm, %expected_norm) {tolerance = 1.0e-14 : f64} : (tensor<f64>, tensor<f64>) -> ()
  %expected_z = weft.constant dense<[0.3920613424121966, 0.0]> : tensor<2xf64>
  "check.close"(%new_z, %expected_z) {tolerance = 1.0e-14 : f64} : (tensor<2xf64>, tensor<2xf64>) -> ()
  %expected_w = weft.constant dense<[1.8910164618863803]> : tensor<1xf64>
  "check.close"(%new_w, %expected_w) {tolerance = 1.0e-14 : f64} : (tensor<1xf64>, tensor<1xf64>) -> ()
  %expected_zm = weft.constant dense<[0.9597022195314135, 0.07960295937521811]> : tensor<2xf64>
  "check.close"(%new_zm, %expected_zm) {tolerance = 1.0e-14 : f64} : (tensor<2xf64>, tensor<2xf64>) -> ()
  %expected_zv = weft.constant dense<[0.4998564355016977, 0.0006336631141292634]> : tensor<2xf64>
  "check.close"(%new_zv, %expected_zv) {tolerance = 1.0e-14 : f64} : (tensor<2xf64>, tensor<2xf64>) -> ()
  %expected_wm = weft.constant dense<[0.6849503699219023]> : tensor<1xf64>
  "check.close"(%new_wm, %expected_wm) {tolerance = 1.0e-14 : f64} : (tensor<1xf64>, tensor<1xf64>) -> ()
  %expected_wv = weft.constant dense<[0.24975990098615827]> : tensor<1xf64>
  "check.close"(%new_wv, %expected_wv) {tolerance = 1.0e-14 : f64} : (tensor<1xf64>, tensor<1xf64>) -> ()
  return
}
