// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --mlir-very-unsafe-disable-verifier-on-parsing --allow-unregistered-dialect \
// RUN:   --weft-fuse-update="function=step optimizer=adamw average=true" | weft-check -

// One update by numbers worked out in double precision from the table in Passes.td: the matrix decays, the vector, which has
// bounds, does not; both are averaged after the update. @update exists only after the pass, hence the flag.

weft.param @w : tensor<1x2xf64> init "zeros" scale 0.0
weft.param @z : tensor<2xf64> init "zeros" scale 0.0 {low = 0.0 : f64, high = 1.0 : f64}

func.func @step.grad(%w: tensor<1x2xf64> {weft.name = "w", weft.role = "param", weft.param = @w},
    %z: tensor<2xf64> {weft.name = "z", weft.role = "param", weft.param = @z})
    -> (tensor<1x2xf64> {weft.name = "w", weft.role = "gradient"}, tensor<2xf64> {weft.name = "z", weft.role = "gradient"}) {
  return %w, %z : tensor<1x2xf64>, tensor<2xf64>
}

func.func @third_step() {
  %dw = weft.constant dense<[[0.5, 1.0]]> : tensor<1x2xf64>
  %dz = weft.constant dense<[3.0, 4.0]> : tensor<2xf64>
  %w = weft.constant dense<[[2.0, -1.0]]> : tensor<1x2xf64>
  %z = weft.constant dense<[0.5, 0.01]> : tensor<2xf64>
  %wm = weft.constant dense<[[0.75, 0.0]]> : tensor<1x2xf64>
  %wv = weft.constant dense<[[0.25, 0.5]]> : tensor<1x2xf64>
  %we = weft.constant dense<[[1.0, 3.0]]> : tensor<1x2xf64>
  %zm = weft.constant dense<[1.0, 0.0]> : tensor<2xf64>
  %zv = weft.constant dense<[0.5, 0.0]> : tensor<2xf64>
  %ze = weft.constant dense<[0.25, 0.0]> : tensor<2xf64>
  %lr = weft.constant dense<0.1> : tensor<f64>
  %clip = weft.constant dense<1.0> : tensor<f64>
  %beta1 = weft.constant dense<0.9> : tensor<f64>
  %beta2 = weft.constant dense<0.999> : tensor<f64>
  %step = weft.constant dense<3.0> : tensor<f64>
  %decay = weft.constant dense<0.25> : tensor<f64>
  %ema = weft.constant dense<0.75> : tensor<f64>
  %norm, %new_w, %new_z, %new_wm, %new_wv, %new_we, %new_zm, %new_zv, %new_ze = func.call @update(%dw, %dz, %w, %z, %wm, %wv, %we, %zm, %zv, %ze, %lr, %clip, %beta1, %beta2, %step, %decay, %ema)
      : (tensor<1x2xf64>, tensor<2xf64>, tensor<1x2xf64>, tensor<2xf64>, tensor<1x2xf64>, tensor<1x2xf64>, tensor<1x2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>) -> (tensor<f64>, tensor<1x2xf64>, tensor<2xf64>, tensor<1x2xf64>, tensor<1x2xf64>, tensor<1x2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>)
  %expected_norm = weft.constant dense<5.123475382979799> : tensor<f64>
  "check.close"(%norm, %expected_norm) {tolerance = 1.0e-14 : f64} : (tensor<f64>, tensor<f64>) -> ()
  %expected_new_w = weft.constant dense<[[1.922320969640857, -0.9755578598520638]]> : tensor<1x2xf64>
  "check.close"(%new_w, %expected_new_w) {tolerance = 1.0e-14 : f64} : (tensor<1x2xf64>, tensor<1x2xf64>) -> ()
  %expected_new_z = weft.constant dense<[0.47261113797308946, 0.0]> : tensor<2xf64>
  "check.close"(%new_z, %expected_new_z) {tolerance = 1.0e-14 : f64} : (tensor<2xf64>, tensor<2xf64>) -> ()
  %expected_new_wm = weft.constant dense<[[0.6847589988247238, 0.01951799764944759]]> : tensor<1x2xf64>
  "check.close"(%new_wm, %expected_new_wm) {tolerance = 1.0e-14 : f64} : (tensor<1x2xf64>, tensor<1x2xf64>) -> ()
  %expected_new_wv = weft.constant dense<[[0.2497595238058061, 0.4995380952232244]]> : tensor<1x2xf64>
  "check.close"(%new_wv, %expected_new_wv) {tolerance = 1.0e-14 : f64} : (tensor<1x2xf64>, tensor<1x2xf64>) -> ()
  %expected_new_we = weft.constant dense<[[1.2305802424102144, 2.006110535036984]]> : tensor<1x2xf64>
  "check.close"(%new_we, %expected_new_we) {tolerance = 1.0e-14 : f64} : (tensor<1x2xf64>, tensor<1x2xf64>) -> ()
  %expected_new_zm = weft.constant dense<[0.9585539929483428, 0.07807199059779037]> : tensor<2xf64>
  "check.close"(%new_zm, %expected_new_zm) {tolerance = 1.0e-14 : f64} : (tensor<2xf64>, tensor<2xf64>) -> ()
  %expected_new_zv = weft.constant dense<[0.4998428570090195, 0.0006095235715901477]> : tensor<2xf64>
  "check.close"(%new_zv, %expected_new_zv) {tolerance = 1.0e-14 : f64} : (tensor<2xf64>, tensor<2xf64>) -> ()
  %expected_new_ze = weft.constant dense<[0.3056527844932724, 0.0]> : tensor<2xf64>
  "check.close"(%new_ze, %expected_new_ze) {tolerance = 1.0e-14 : f64} : (tensor<2xf64>, tensor<2xf64>) -> ()
  return
}
