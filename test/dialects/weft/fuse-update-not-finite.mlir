// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --mlir-very-unsafe-disable-verifier-on-parsing --allow-unregistered-dialect \
// RUN:   --weft-fuse-update="function=step optimizer=adam average=true" | weft-check -

// A step whose gradient norm or loss is not finite leaves params and optimizer state bit for bit; a finite one does not.
// @update and @step.train exist only after the pass, hence the flag.

weft.param @w : tensor<2xf64> init "zeros" scale 0.0

func.func @step.grad(%x: tensor<2xf64> {weft.name = "x", weft.role = "input"}, %loss: tensor<f64> {weft.name = "given", weft.role = "input"},
    %w: tensor<2xf64> {weft.name = "w", weft.role = "param", weft.param = @w})
    -> (tensor<f64> {weft.name = "loss", weft.role = "output"}, tensor<2xf64> {weft.name = "w", weft.role = "gradient"}) {
  return %loss, %x : tensor<f64>, tensor<2xf64>
}

func.func private @left(%dw: tensor<2xf64>, %x: tensor<2xf64>, %more: tensor<f64>, %changes: tensor<f64>) {
  %w = weft.constant dense<[2.0, -1.0]> : tensor<2xf64>
  %m = weft.constant dense<[0.75, 0.0]> : tensor<2xf64>
  %v = weft.constant dense<[0.25, 0.5]> : tensor<2xf64>
  %e = weft.constant dense<[1.0, 3.0]> : tensor<2xf64>
  %lr = weft.constant dense<0.125> : tensor<f64>
  %clip = weft.constant dense<1.0> : tensor<f64>
  %beta1 = weft.constant dense<0.9> : tensor<f64>
  %beta2 = weft.constant dense<0.999> : tensor<f64>
  %step = weft.constant dense<3.0> : tensor<f64>
  %ema = weft.constant dense<0.75> : tensor<f64>
  %norm, %w1, %m1, %v1, %e1 = func.call @update(%dw, %w, %m, %v, %e, %lr, %clip, %beta1, %beta2, %step, %ema)
      : (tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>)
      -> (tensor<f64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>)
  %loss, %norm2, %w2, %m2, %v2, %e2 = func.call @step.train(%x, %more, %w, %m, %v, %e, %lr, %clip, %beta1, %beta2, %step, %ema)
      : (tensor<2xf64>, tensor<f64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>)
      -> (tensor<f64>, tensor<f64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>)
  %a = func.call @count(%w, %w1) : (tensor<2xf64>, tensor<2xf64>) -> tensor<f64>
  "check.close"(%a, %changes) {tolerance = 0.0 : f64} : (tensor<f64>, tensor<f64>) -> ()
  %b = func.call @count(%m, %m1) : (tensor<2xf64>, tensor<2xf64>) -> tensor<f64>
  "check.close"(%b, %changes) {tolerance = 0.0 : f64} : (tensor<f64>, tensor<f64>) -> ()
  %c = func.call @count(%v, %v1) : (tensor<2xf64>, tensor<2xf64>) -> tensor<f64>
  "check.close"(%c, %changes) {tolerance = 0.0 : f64} : (tensor<f64>, tensor<f64>) -> ()
  %d = func.call @count(%e, %e1) : (tensor<2xf64>, tensor<2xf64>) -> tensor<f64>
  "check.close"(%d, %changes) {tolerance = 0.0 : f64} : (tensor<f64>, tensor<f64>) -> ()
  %f = func.call @count(%w, %w2) : (tensor<2xf64>, tensor<2xf64>) -> tensor<f64>
  "check.close"(%f, %changes) {tolerance = 0.0 : f64} : (tensor<f64>, tensor<f64>) -> ()
  %g = func.call @count(%v, %v2) : (tensor<2xf64>, tensor<2xf64>) -> tensor<f64>
  "check.close"(%g, %changes) {tolerance = 0.0 : f64} : (tensor<f64>, tensor<f64>) -> ()
  return
}

// How many elements differ.
func.func private @count(%a: tensor<2xf64>, %b: tensor<2xf64>) -> tensor<f64> {
  %zero = weft.constant dense<0.0> : tensor<2xf64>
  %one = weft.constant dense<1.0> : tensor<2xf64>
  %same = weft.compare eq %a, %b : tensor<2xf64> -> tensor<2xi1>
  %differs = weft.select %same, %zero, %one : tensor<2xi1>, tensor<2xf64>
  %sum = weft.sum %differs axes [0] : tensor<2xf64> -> tensor<f64>
  return %sum : tensor<f64>
}

func.func @not_a_number() {
  %x = weft.constant dense<[0x7FF8000000000000, 1.0]> : tensor<2xf64>
  %more = weft.constant dense<0.0> : tensor<f64>
  %none = weft.constant dense<0.0> : tensor<f64>
  func.call @left(%x, %x, %more, %none) : (tensor<2xf64>, tensor<2xf64>, tensor<f64>, tensor<f64>) -> ()
  return
}

func.func @infinite() {
  %x = weft.constant dense<[1.0, 0xFFF0000000000000]> : tensor<2xf64>
  %more = weft.constant dense<0.0> : tensor<f64>
  %none = weft.constant dense<0.0> : tensor<f64>
  func.call @left(%x, %x, %more, %none) : (tensor<2xf64>, tensor<2xf64>, tensor<f64>, tensor<f64>) -> ()
  return
}

// The squares overflow, the elements do not.
func.func @norm_overflows() {
  %x = weft.constant dense<[1.0e200, 1.0]> : tensor<2xf64>
  %more = weft.constant dense<0.0> : tensor<f64>
  %none = weft.constant dense<0.0> : tensor<f64>
  func.call @left(%x, %x, %more, %none) : (tensor<2xf64>, tensor<2xf64>, tensor<f64>, tensor<f64>) -> ()
  return
}

// Gradients are finite; @update does not see the loss.
func.func @loss_alone() {
  %bad = weft.constant dense<[0x7FF8000000000000, 1.0]> : tensor<2xf64>
  %x = weft.constant dense<[1.0, 2.0]> : tensor<2xf64>
  %none = weft.constant dense<0.0> : tensor<f64>
  %above = weft.constant dense<0x7FF0000000000000> : tensor<f64>
  func.call @left(%bad, %x, %above, %none) : (tensor<2xf64>, tensor<2xf64>, tensor<f64>, tensor<f64>) -> ()
  %below = weft.constant dense<0xFFF0000000000000> : tensor<f64>
  func.call @left(%bad, %x, %below, %none) : (tensor<2xf64>, tensor<2xf64>, tensor<f64>, tensor<f64>) -> ()
  return
}

func.func @finite() {
  %x = weft.constant dense<[1.0, 2.0]> : tensor<2xf64>
  %more = weft.constant dense<-5.0> : tensor<f64>
  %two = weft.constant dense<2.0> : tensor<f64>
  func.call @left(%x, %x, %more, %two) : (tensor<2xf64>, tensor<2xf64>, tensor<f64>, tensor<f64>) -> ()
  return
}
