// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s -split-input-file -verify-diagnostics
// One function or declaration for each label of docs/spec/weft.md, named after it.

// expected-error @below {{'weft.param' op expects a static shape, got [n] (param.C1)}}
weft.param @param_c1 : tensor<?xf32, #weft.bounded<[n(8 by 1)]>> init "zeros" scale 0.0

// -----

// expected-error @below {{'weft.param' op expects init to be zeros, ones, constant, normal or uniform, got 'gauss' (param.C2)}}
weft.param @param_c2 : tensor<4xf32> init "gauss" scale 1.0

// -----

// expected-error @below {{'weft.param' op expects scale to be finite, and at least 0 for normal, got -1.000000e+00 (param.C3)}}
weft.param @param_c3 : tensor<4xf32> init "normal" scale -1.0

// -----

// expected-error @below {{'weft.param' op expects low to be at most high, got 2.000000e+00 vs 1.000000e+00 (param.C4)}}
weft.param @param_c4 : tensor<4xf32> init "zeros" scale 0.0 {low = 2.0 : f64, high = 1.0 : f64}

// -----

// expected-error @below {{'weft.state' op expects bounded axis 0 to be a symbol alone, so that it can start at size 0, got n + 1 (state.C1)}}
weft.state @state_c1 : tensor<?xf32, #weft.bounded<[n(8 by 1) + 1]>>

// -----

func.func @size_of_c1() {
  // expected-error @below {{'weft.size' op expects the result to be tensor<i32>, got 'tensor<1xi32>' (size_of.C1)}}
  %0 = weft.size <n(8 by 1)> : tensor<1xi32>
  return
}

// -----

func.func @set_size_c1(%n: tensor<1xi32>) {
  // expected-error @below {{'weft.set_size' op expects the value to be tensor<i32>, got 'tensor<1xi32>' (set_size.C1)}}
  weft.set_size <n(8 by 1)> = %n : tensor<1xi32>
  return
}

// -----

func.func @set_size_c2(%n: tensor<i32>) {
  // expected-error @below {{'weft.set_size' op expects the size to be a symbol alone, got n + 1 (set_size.C2)}}
  weft.set_size <n(8 by 1) + 1> = %n : tensor<i32>
  return
}

// -----

func.func @scan_c1(%h: tensor<4xf32>) {
  // expected-error @below {{'weft.scan' op expects at least one input to count the steps (scan.C1)}}
  %0 = weft.scan carry(%h) over() {
  ^bb0(%a: tensor<4xf32>):
    weft.yield %a : tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<4xf32>, () -> ()
  return
}

// -----

func.func @scan_c2(%x: tensor<3x4xf32>, %y: tensor<2x4xf32>) {
  // expected-error @below {{'weft.scan' op expects axis 0 of all inputs to have one size, got 3 vs 2 of input 1 (scan.C2)}}
  weft.scan carry() over(%x, %y) {
  ^bb0(%a: tensor<4xf32>, %b: tensor<4xf32>):
    weft.yield
  } : () -> (), (tensor<3x4xf32>, tensor<2x4xf32>) -> ()
  return
}

// -----

func.func @scan_c3(%h: tensor<4xf32>, %x: tensor<3x4xf32>) {
  // expected-error @below {{'weft.scan' op expects carried results to have the types of the initial values, got 'tensor<5xf32>' vs 'tensor<4xf32>' (scan.C3)}}
  %0 = weft.scan carry(%h) over(%x) {
  ^bb0(%a: tensor<4xf32>, %b: tensor<4xf32>):
    weft.yield %a : tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<5xf32>, (tensor<3x4xf32>) -> ()
  return
}

// -----

func.func @scan_c4(%x: tensor<3x4xf32>) {
  // expected-error @below {{'weft.scan' op expects the region to take carried values, input slices, windows and captures: 'tensor<4xf32>', got 'tensor<3x4xf32>' (scan.C4)}}
  weft.scan carry() over(%x) {
  ^bb0(%a: tensor<3x4xf32>):
    weft.yield
  } : () -> (), (tensor<3x4xf32>) -> ()
  return
}

// -----

func.func @scan_c5(%x: tensor<3x4xf32>) {
  // expected-error @below {{'weft.scan' op expects output 0 to be stacked along an axis 0 of size 3, got 'tensor<2x4xf32>' (scan.C5)}}
  %0 = weft.scan carry() over(%x) {
  ^bb0(%a: tensor<4xf32>):
    weft.yield %a : tensor<4xf32>
  } : () -> (), (tensor<3x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @scan_c6(%x: tensor<3x4xf32>) {
  // expected-error @below {{'weft.scan' op expects the region to yield carried values, output slices, slots of memories and what is added to sums: 'tensor<4xf32>', got }}
  %0 = weft.scan carry() over(%x) {
  ^bb0(%a: tensor<4xf32>):
    // expected-note @below {{yielded here}}
    weft.yield
  } : () -> (), (tensor<3x4xf32>) -> tensor<3x4xf32>
  return
}

// -----

// expected-note @below {{defined here; hand it in through `with(...)`}}
func.func @scan_c7(%x: tensor<3x4xf32>, %w: tensor<4xf32>) {
  // expected-error @below {{'weft.scan' op expects the region to use only its arguments, got a value from outside (scan.C7)}}
  %0 = weft.scan carry() over(%x) {
  ^bb0(%a: tensor<4xf32>):
    weft.yield %w : tensor<4xf32>
  } : () -> (), (tensor<3x4xf32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @scan_c8(%x: tensor<3x4xf32>, %m: tensor<5x4xf32>) {
  // expected-error @below {{'weft.scan' op expects memories and sums to keep their types, got 'tensor<4x4xf32>' and  vs 'tensor<5x4xf32>' and  (scan.C8)}}
  %0 = weft.scan carry() over(%x) memory(%m) : (tensor<5x4xf32>) -> tensor<4x4xf32> {
  ^bb0(%a: tensor<4xf32>, %two: tensor<2x4xf32>):
    weft.yield %a : tensor<4xf32>
  } : () -> (), (tensor<3x4xf32>) -> ()
  return
}

// -----

func.func @scan_c9(%x: tensor<3x4xf32>, %m: tensor<3x4xf32>) {
  // expected-error @below {{'weft.scan' op expects axis 0 of windows 0 to have at least 4 slots, one for each of 3 steps and those that a step sees, got 'tensor<3x4xf32>' (scan.C9)}}
  weft.scan carry() over(%x) windows(%m : tensor<3x4xf32>) {
  ^bb0(%a: tensor<4xf32>, %none: tensor<0x4xf32>):
    weft.yield
  } : () -> (), (tensor<3x4xf32>) -> ()
  return
}

// -----

func.func @scan_c9_symbol(%x: tensor<?x4xf32, #weft.bounded<[n(8 by 1), 4]>>, %m: tensor<9x4xf32>) {
  // expected-error @below {{'weft.scan' op expects axis 0 of sums 0 to have at least n + 1 slots, one for each of n steps and those that a step sees, got 'tensor<9x4xf32>' (scan.C9)}}
  %0 = weft.scan carry() over(%x) sums(%m) : (tensor<9x4xf32>) -> tensor<9x4xf32> {
  ^bb0(%a: tensor<4xf32>, %slot: tensor<4xf32>):
    %row = weft.reshape %a : tensor<4xf32> -> tensor<1x4xf32>
    weft.yield %row : tensor<1x4xf32>
  } : () -> (), (tensor<?x4xf32, #weft.bounded<[n(8 by 1), 4]>>) -> ()
  return
}

// -----

func.func @scan_c10(%x: tensor<3x4xf32>, %m: tensor<5x4xf32>) {
  // expected-error @below {{'weft.scan' op expects to run forwards with a memory, in which a step reads what steps before it wrote, got reverse (scan.C10)}}
  %0 = weft.scan carry() over(%x) memory(%m) : (tensor<5x4xf32>) -> tensor<5x4xf32> attributes {reverse = true} {
  ^bb0(%a: tensor<4xf32>, %two: tensor<2x4xf32>):
    weft.yield %a : tensor<4xf32>
  } : () -> (), (tensor<3x4xf32>) -> ()
  return
}

// -----

func.func @scan_c11(%h: tensor<2xf32>, %x: tensor<3x4xf32>) {
  // expected-error @below {{'weft.scan' op expects steps that see nothing of each other to be weft.parallel, got 1 carried values, 0 memories and 0 sums (scan.C11)}}
  %0 = weft.scan carry(%h) over(%x) attributes {weft.parallel} {
  ^bb0(%c: tensor<2xf32>, %a: tensor<4xf32>):
    weft.yield %c : tensor<2xf32>
  } : (tensor<2xf32>) -> tensor<2xf32>, (tensor<3x4xf32>) -> ()
  return
}

// -----

func.func @recompute_c1(%x: tensor<4xf32>) {
  // expected-error @below {{'weft.recompute' op expects the region to take the inputs: 'tensor<4xf32>', got 'tensor<5xf32>' (recompute.C1)}}
  %0 = weft.recompute(%x) {
  ^bb0(%a: tensor<5xf32>):
    weft.yield %a : tensor<5xf32>
  } : (tensor<4xf32>) -> tensor<5xf32>
  return
}

// -----

func.func @recompute_c2(%x: tensor<4xf32>) {
  // expected-error @below {{'weft.recompute' op expects the region to yield the results: 'tensor<f32>', got 'tensor<4xf32>' (recompute.C2)}}
  %0 = weft.recompute(%x) {
  ^bb0(%a: tensor<4xf32>):
    // expected-note @below {{yielded here}}
    weft.yield %a : tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<f32>
  return
}

// -----

func.func @recompute_c3(%n: tensor<i32>) {
  %0 = weft.recompute(%n) {
  ^bb0(%a: tensor<i32>):
    // expected-error @below {{'weft.set_size' op expects to stand outside of weft.recompute, whose region is computed twice (recompute.C3)}}
    weft.set_size <n(8 by 1)> = %a : tensor<i32>
    weft.yield %a : tensor<i32>
  } : (tensor<i32>) -> tensor<i32>
  return
}

// -----

func.func @recompute_from_outside(%x: tensor<4xf32>, %y: tensor<4xf32>) {
  // expected-note @below {{required by region isolation constraints}}
  %0 = weft.recompute(%x) {
  ^bb0(%a: tensor<4xf32>):
    // expected-error @below {{'weft.add' op using value defined outside the region}}
    %sum = weft.add %a, %y : tensor<4xf32>
    weft.yield %sum : tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @optimization_barrier_types(%x: tensor<4xf32>) {
  // expected-error @below {{'weft.optimization_barrier' op requires the same type for all operands and results}}
  %0 = "weft.optimization_barrier"(%x) : (tensor<4xf32>) -> tensor<5xf32>
  return
}
