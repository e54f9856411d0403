// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --split-input-file --verify-diagnostics --weft-verify-graph

module @graph_c1_function {
  func.func @step() {
    // expected-error @+1 {{'arith.constant' op expects a function to hold weft ops only (graph.C1)}}
    %zero = arith.constant 0 : index
    return
  }
}

// -----

module @graph_c1_module {
  // expected-error @+1 {{'func.func' op expects a module to hold weft.param, weft.state and functions with bodies only (graph.C1)}}
  func.func private @elsewhere()
}

// -----

module @graph_c2_argument {
  // expected-error @+1 {{expects argument 0 to have weft.name and weft.role, got 'x' and '' (graph.C2)}}
  func.func @step(%x: tensor<2xf32> {weft.name = "x"}) {
    return
  }
}

// -----

module @graph_c2_result {
  // expected-error @+1 {{expects result 0 to have weft.name and weft.role, got '' and '' (graph.C2)}}
  func.func @step(%x: tensor<2xf32> {weft.name = "x", weft.role = "input"}) -> tensor<2xf32> {
    return %x : tensor<2xf32>
  }
}

// -----

module @graph_c3 {
  // expected-error @+1 {{expects the role of argument 'x' to be one of input, key, state, param, optimizer, hyper, cotangent, saved, got 'output' (graph.C3)}}
  func.func @step(%x: tensor<2xf32> {weft.name = "x", weft.role = "output"}) {
    return
  }
}

// -----

module @graph_c4_arguments {
  // expected-error @+1 {{expects arguments to stand in the order of their roles, got input 'x' after a hyper (graph.C4)}}
  func.func @step(%lr: tensor<f32> {weft.name = "lr", weft.role = "hyper"},
      %x: tensor<2xf32> {weft.name = "x", weft.role = "input"}) {
    return
  }
}

// -----

module @graph_c4_results {
  // expected-error @+1 {{expects results to stand in the order of their roles, got output 'y' after a saved (graph.C4)}}
  func.func @step(%x: tensor<2xf32> {weft.name = "x", weft.role = "input"})
      -> (tensor<2xf32> {weft.name = "saved.0", weft.role = "saved"}, tensor<2xf32> {weft.name = "y", weft.role = "output"}) {
    return %x, %x : tensor<2xf32>, tensor<2xf32>
  }
}

// -----

module @graph_c5 {
  // expected-error @+1 {{expects argument names to be distinct, got 'x' twice (graph.C5)}}
  func.func @step(%x: tensor<2xf32> {weft.name = "x", weft.role = "input"},
      %lr: tensor<f32> {weft.name = "x", weft.role = "hyper"}) {
    return
  }
}

// -----

module @graph_c6 {
  weft.param @w : tensor<3xf32> init "zeros" scale 0.0
  // expected-error @+1 {{expects param 'w' of type 'tensor<2xf32>' to name a weft.param of its name and type, got @w : 'tensor<3xf32>' (graph.C6)}}
  func.func @step(%w: tensor<2xf32> {weft.name = "w", weft.role = "param", weft.param = @w}) {
    return
  }
}

// -----

module @graph_c6_missing {
  // expected-error @+1 {{expects param 'w' of type 'tensor<2xf32>' to name a weft.param of its name and type, got none (graph.C6)}}
  func.func @step(%w: tensor<2xf32> {weft.name = "w", weft.role = "param"}) {
    return
  }
}

// -----

module @graph_c7 {
  weft.state @step.h : tensor<3xf32>
  // expected-error @+1 {{expects state 'h' of type 'tensor<2xf32>' to name a weft.state of its type, got @step.h : 'tensor<3xf32>' (graph.C7)}}
  func.func @step(%h: tensor<2xf32> {weft.name = "h", weft.role = "state", weft.state = @step.h}) {
    return
  }
}

// -----

module @graph_c8_name {
  // expected-error @+1 {{expects state result 'h' to carry the name of a state argument, got none of that name (graph.C8)}}
  func.func @step(%x: tensor<2xf32> {weft.name = "x", weft.role = "input"})
      -> (tensor<2xf32> {weft.name = "h", weft.role = "state"}) {
    return %x : tensor<2xf32>
  }
}

// -----

module @graph_c8_type {
  weft.state @step.h : tensor<3xf32>
  // expected-error @+1 {{expects new state 'h' to fit 'tensor<3xf32>', got 'tensor<2xf32>' (graph.C8)}}
  func.func @step(%x: tensor<2xf32> {weft.name = "x", weft.role = "input"},
      %h: tensor<3xf32> {weft.name = "h", weft.role = "state", weft.state = @step.h})
      -> (tensor<2xf32> {weft.name = "h", weft.role = "state"}) {
    return %x : tensor<2xf32>
  }
}

// -----

module @graph_c9_unbound {
  func.func @step() {
    // expected-error @+1 {{expects size 'n' to be bound by an argument type or an earlier weft.set_size, got neither (graph.C9)}}
    %n = weft.iota axis 0 start 0.0 step 1.0 : tensor<?xf32, #weft.bounded<[n(8 by 2)]>>
    return
  }
}

// -----

module @graph_c9_changed {
  // expected-error @+1 {{expects size 'n' to keep its bound and step, got #weft.size<n(4 by 2)> vs #weft.size<n(8 by 2)> (graph.C9)}}
  func.func @step(%x: tensor<?xf32, #weft.bounded<[n(8 by 2)]>> {weft.name = "x", weft.role = "input"},
      %y: tensor<?xf32, #weft.bounded<[n(4 by 2)]>> {weft.name = "y", weft.role = "input"}) {
    return
  }
}

// -----

module @graph_c10_key {
  // expected-error @+1 {{expects key 'key' to be tensor<4xi32>, got 'tensor<2xi32>' (graph.C10)}}
  func.func @step(%key: tensor<2xi32> {weft.name = "key", weft.role = "key"}) {
    return
  }
}

// -----

module @graph_c10_hyper {
  // expected-error @+1 {{expects hyper 'lr' to be a float scalar, got 'tensor<1xf32>' (graph.C10)}}
  func.func @step(%lr: tensor<1xf32> {weft.name = "lr", weft.role = "hyper"}) {
    return
  }
}

// -----

module @graph_c11 {
  // expected-error @+1 {{expects every size to be a number or bounded, at most 281474976710656, got ? (graph.C11)}}
  func.func @step(%x: tensor<?xf32> {weft.name = "x", weft.role = "input"}) {
    return
  }
}

// -----

module @graph_c11_large {
  // expected-error @+1 {{expects every size to be a number or bounded, at most 281474976710656, got 281474976710657 (graph.C11)}}
  func.func @step(%x: tensor<281474976710657xf32> {weft.name = "x", weft.role = "input"}) {
    return
  }
}
