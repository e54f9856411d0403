// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --mlir-very-unsafe-disable-verifier-on-parsing --allow-unregistered-dialect \
// RUN:   --weft-fuse-update="function=step optimizer=adagrad" | weft-check -

// One update of a param with bounds and of one without, by numbers worked out in double precision from the table in
// Passes.td. @update exists only after the pass, hence the flag; weft-opt does not know the test dialect.

weft.param @z : tensor<2xf64> init "zeros" scale 0.0 {low = 0.0 : f64, high = 1.0 : f64}
weft.param @w : tensor<1xf64> init "zeros" scale 0.0

func.func @step.grad(%z: tensor<2xf64> {weft.name = "z", weft.role = "param", weft.param = @z},
    %w: tensor<1xf64> {weft.name = "w", weft.role = "param", weft.param = @w})
    -> (tensor<2xf64> {weft.name = "z", weft.role = "gradient"}, tensor<1xf64> {weft.name = "w", weft.role = "gradient"}) {
  return %z, %w : tensor<2xf64>, tensor<1xf64>
}

// z has norm 5 and is clipped, w has norm 0.5 and is not.
func.func @clipped() {
  %dz = weft.constant dense<[3.0, 4.0]> : tensor<2xf64>
  %dw = weft.constant dense<[0.5]> : tensor<1xf64>
  %z = weft.constant dense<[0.5, 0.01]> : tensor<2xf64>
  %w = weft.constant dense<[2.0]> : tensor<1xf64>
  %zsum = weft.constant dense<[1.0, 0.0]> : tensor<2xf64>
  %wsum = weft.constant dense<[0.75]> : tensor<1xf64>
  %lr = weft.constant dense<0.1> : tensor<f64>
  %clip = weft.constant dense<1.0> : tensor<f64>
  %norm, %new_z, %new_w, %new_zsum, %new_wsum = func.call @update(%dz, %dw, %z, %w, %zsum, %wsum, %lr, %clip)
      : (tensor<2xf64>, tensor<1xf64>, tensor<2xf64>, tensor<1xf64>, tensor<2xf64>, tensor<1xf64>, tensor<f64>, tensor<f64>) -> (tensor<f64>, tensor<2xf64>, tensor<1xf64>, tensor<2xf64>, tensor<1xf64>)
  %expected_norm = weft.constant dense<5.024937810560445> : tensor<f64>
  "check.close"(%norm, %expected_norm) {tolerance = 1.0e-14 : f64} : (tensor<f64>, tensor<f64>) -> ()
  %expected_z = weft.constant dense<[0.4810263340399692, 0.0]> : tensor<2xf64>
  "check.close"(%new_z, %expected_z) {tolerance = 1.0e-14 : f64} : (tensor<2xf64>, tensor<2xf64>) -> ()
  %expected_w = weft.constant dense<[1.950000000005]> : tensor<1xf64>
  "check.close"(%new_w, %expected_w) {tolerance = 1.0e-14 : f64} : (tensor<1xf64>, tensor<1xf64>) -> ()
  %expected_zsum = weft.constant dense<[10.0, 16.0]> : tensor<2xf64>
  "check.close"(%new_zsum, %expected_zsum) {tolerance = 1.0e-14 : f64} : (tensor<2xf64>, tensor<2xf64>) -> ()
  %expected_wsum = weft.constant dense<[1.0]> : tensor<1xf64>
  "check.close"(%new_wsum, %expected_wsum) {tolerance = 1.0e-14 : f64} : (tensor<1xf64>, tensor<1xf64>) -> ()
  return
}

func.func @not_clipped() {
  %dz = weft.constant dense<[3.0, 4.0]> : tensor<2xf64>
  %dw = weft.constant dense<[0.5]> : tensor<1xf64>
  %z = weft.constant dense<[0.5, 0.01]> : tensor<2xf64>
  %w = weft.constant dense<[2.0]> : tensor<1xf64>
  %zsum = weft.constant dense<[1.0, 0.0]> : tensor<2xf64>
  %wsum = weft.constant dense<[0.75]> : tensor<1xf64>
  %lr = weft.constant dense<0.1> : tensor<f64>
  %clip = weft.constant dense<0.0> : tensor<f64>
  %norm, %new_z, %new_w, %new_zsum, %new_wsum = func.call @update(%dz, %dw, %z, %w, %zsum, %wsum, %lr, %clip)
      : (tensor<2xf64>, tensor<1xf64>, tensor<2xf64>, tensor<1xf64>, tensor<2xf64>, tensor<1xf64>, tensor<f64>, tensor<f64>) -> (tensor<f64>, tensor<2xf64>, tensor<1xf64>, tensor<2xf64>, tensor<1xf64>)
  %expected_norm = weft.constant dense<5.024937810560445> : tensor<f64>
  "check.close"(%norm, %expected_norm) {tolerance = 1.0e-14 : f64} : (tensor<f64>, tensor<f64>) -> ()
  %expected_z = weft.constant dense<[0.4051316701979486, 0.0]> : tensor<2xf64>
  "check.close"(%new_z, %expected_z) {tolerance = 1.0e-14 : f64} : (tensor<2xf64>, tensor<2xf64>) -> ()
  %expected_w = weft.constant dense<[1.950000000005]> : tensor<1xf64>
  "check.close"(%new_w, %expected_w) {tolerance = 1.0e-14 : f64} : (tensor<1xf64>, tensor<1xf64>) -> ()
  %expected_zsum = weft.constant dense<[10.0, 16.0]> : tensor<2xf64>
  "check.close"(%new_zsum, %expected_zsum) {tolerance = 1.0e-14 : f64} : (tensor<2xf64>, tensor<2xf64>) -> ()
  %expected_wsum = weft.constant dense<[1.0]> : tensor<1xf64>
  "check.close"(%new_wsum, %expected_wsum) {tolerance = 1.0e-14 : f64} : (tensor<1xf64>, tensor<1xf64>) -> ()
  return
}

func.func @below_zero_is_off() {
  %dz = weft.constant dense<[3.0, 4.0]> : tensor<2xf64>
  %dw = weft.constant dense<[0.5]> : tensor<1xf64>
  %z = weft.constant dense<[0.5, 0.01]> : tensor<2xf64>
  %w = weft.constant dense<[2.0]> : tensor<1xf64>
  %zsum = weft.constant dense<[1.0, 0.0]> : tensor<2xf64>
  %wsum = weft.constant dense<[0.75]> : tensor<1xf64>
  %lr = weft.constant dense<0.1> : tensor<f64>
  %clip = weft.constant dense<-1.0> : tensor<f64>
  %norm, %new_z, %new_w, %new_zsum, %new_wsum = func.call @update(%dz, %dw, %z, %w, %zsum, %wsum, %lr, %clip)
      : (tensor<2xf64>, tensor<1xf64>, tensor<2xf64>, tensor<1xf64>, tensor<2xf64>, tensor<1xf64>, tensor<f64>, tensor<f64>) -> (tensor<f64>, tensor<2xf64>, tensor<1xf64>, tensor<2xf64>, tensor<1xf64>)
  %expected_norm = weft.constant dense<5.024937810560445> : tensor<f64>
  "check.close"(%norm, %expected_norm) {tolerance = 1.0e-14 : f64} : (tensor<f64>, tensor<f64>) -> ()
  %expected_z = weft.constant dense<[0.4051316701979486, 0.0]> : tensor<2xf64>
  "check.close"(%new_z, %expected_z) {tolerance = 1.0e-14 : f64} : (tensor<2xf64>, tensor<2xf64>) -> ()
  %expected_w = weft.constant dense<[1.950000000005]> : tensor<1xf64>
  "check.close"(%new_w, %expected_w) {tolerance = 1.0e-14 : f64} : (tensor<1xf64>, tensor<1xf64>) -> ()
  %expected_zsum = weft.constant dense<[10.0, 16.0]> : tensor<2xf64>
  "check.close"(%new_zsum, %expected_zsum) {tolerance = 1.0e-14 : f64} : (tensor<2xf64>, tensor<2xf64>) -> ()
  %expected_wsum = weft.constant dense<[1.0]> : tensor<1xf64>
  "check.close"(%new_wsum, %expected_wsum) {tolerance = 1.0e-14 : f64} : (tensor<1xf64>, tensor<1xf64>) -> ()
  return
}
