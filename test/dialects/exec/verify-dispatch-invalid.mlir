// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --exec-verify-dispatch --split-input-file --verify-diagnostics

// The smallest legal module.
module attributes {weft.symbols = [#weft.size<n(8 by 2)>]} {
  tile.kernel @copy tasks 1 writes [1] sizes [8] {
  ^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
    %one = arith.constant 1 : index
    %size = tile.size 0
    %from = tile.view %x offset %task sizes %size strides %one : !tile.array<f32> -> !tile.view<1 x f32>
    %to = tile.view %y offset %task sizes %size strides %one : !tile.array<f32> -> !tile.view<1 x f32>
    %zero = arith.constant 0.0 : f32
    %t = tile.load %from[%task] fill %zero : !tile.view<1 x f32>, f32 -> tensor<8xf32>
    tile.store %t, %to[%task] : tensor<8xf32>, !tile.view<1 x f32>
  }
  func.func @f(%x: tensor<?xf32, #weft.bounded<[n(8 by 2)]>> {weft.name = "x", weft.role = "input"})
      -> (tensor<?xf32, #weft.bounded<[n(8 by 2)]>> {weft.name = "y", weft.role = "output"}) {
    %y = exec.dispatch @copy(%x) sizes [#weft.size<n(8 by 2)>] : (tensor<?xf32, #weft.bounded<[n(8 by 2)]>>) -> tensor<?xf32, #weft.bounded<[n(8 by 2)]>>
    return %y : tensor<?xf32, #weft.bounded<[n(8 by 2)]>>
  }
}

// -----

tile.kernel @dispatch_form_c1 tasks 1 writes [] {
^bb0(%x: !tile.array<f32>, %task: index):
  // expected-error @+1 {{expects to be a tile, arith, scf.for or scf.if operation in a kernel (dispatch_form.C1)}}
  %t = tensor.empty() : tensor<4xf32>
}

// -----

tile.kernel @dispatch_form_c2 tasks 1 writes [] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %first = arith.constant true
  %a = tile.view %x offset %task sizes strides : !tile.array<f32> -> !tile.view<0 x f32>
  %b = tile.view %y offset %task sizes strides : !tile.array<f32> -> !tile.view<0 x f32>
  %v = arith.select %first, %a, %b : !tile.view<0 x f32>
  %zero = arith.constant 0.0 : f32
  // expected-error @+1 {{expects the view to come from a tile.view, not through control flow or a choice (dispatch_form.C2)}}
  %t = tile.load %v[] fill %zero : !tile.view<0 x f32>, f32 -> tensor<f32>
}

// -----

tile.kernel @dispatch_form_c2_array tasks 1 writes [] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
  %first = arith.constant true
  %a = arith.select %first, %x, %y : !tile.array<f32>
  // expected-error @+1 {{expects the array to be an argument of the kernel (dispatch_form.C2)}}
  %v = tile.view %a offset %task sizes strides : !tile.array<f32> -> !tile.view<0 x f32>
}

// -----

// expected-error @+1 {{expects a store to each array it lists in writes, got none to array 1 (dispatch_form.C3)}}
tile.kernel @dispatch_form_c3 tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
}

// -----

// expected-error @+1 {{expects weft.name and weft.role on each argument, got argument 0 without (dispatch_form.C4)}}
func.func @dispatch_form_c4(%x: tensor<4xf32> {weft.name = "x"}) {
  return
}

// -----

// expected-error @+1 {{expects weft.name and weft.role on each result, got result 0 without (dispatch_form.C4)}}
func.func @dispatch_form_c4_result(%x: tensor<4xf32> {weft.name = "x", weft.role = "input"}) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

func.func @dispatch_form_c5(%x: tensor<4xf32> {weft.name = "x", weft.role = "input"})
    -> (tensor<4xf32> {weft.name = "y", weft.role = "output"}) {
  // expected-error @+1 {{expects to be an operation of the dispatch form of exec, or func.return (dispatch_form.C5)}}
  %y = weft.neg %x : tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// expected-error @+1 {{expects a body of one block (dispatch_form.C5)}}
func.func private @dispatch_form_c5_body(%x: tensor<4xf32>)

// -----

// expected-error @+1 {{expects the symbol of each size to be listed in the module's weft.symbols, got "n" (dispatch_form.C6)}}
func.func @dispatch_form_c6(%x: tensor<?xf32, #weft.bounded<[n(8 by 2)]>> {weft.name = "x", weft.role = "input"}) {
  return
}

// -----

// Listed with another bound is another symbol.
module attributes {weft.symbols = [#weft.size<n(16 by 2)>]} {
  // expected-error @+1 {{expects the symbol of each size to be listed in the module's weft.symbols, got "n" (dispatch_form.C6)}}
  func.func @dispatch_form_c6_bound(%x: tensor<?xf32, #weft.bounded<[n(8 by 2)]>> {weft.name = "x", weft.role = "input"}) {
    return
  }
}

// -----

// expected-error @+1 {{expects a func.func, a tile.kernel, a weft.param or a weft.state at the top of the module (dispatch_form.C7)}}
exec.program @dispatch_form_c7 arena 0 attributes {weft.arguments = [], weft.results = []} {
}

// -----

// A size may be any symbol of the table, or a constant, as long as the kernel was made for values as large.
module attributes {weft.symbols = [#weft.size<n(8 by 2)>, #weft.size<m(9 by 3)>]} {
  tile.kernel @fill tasks 1 writes [] sizes [8] {
  ^bb0(%task: index):
  }
  func.func @dispatch_form_c8() {
    exec.dispatch @fill() sizes [#weft.size<n(8 by 2)>] : () -> ()
    exec.dispatch @fill() sizes [#weft.size<8>] : () -> ()
    // expected-error @+1 {{expects size 0 to be a constant or a symbol of weft.symbols and inside [0, 8], got #weft.size<m(9 by 3)> (dispatch_form.C8)}}
    exec.dispatch @fill() sizes [#weft.size<m(9 by 3)>] : () -> ()
    return
  }
}

// -----

module attributes {weft.symbols = [#weft.size<n(8 by 2)>]} {
  tile.kernel @fill tasks 1 writes [] sizes [8] {
  ^bb0(%task: index):
  }
  func.func @dispatch_form_c8_unlisted() {
    // expected-error @+1 {{expects size 0 to be a constant or a symbol of weft.symbols and inside [0, 8], got #weft.size<n(8 by 1)> (dispatch_form.C8)}}
    exec.dispatch @fill() sizes [#weft.size<n(8 by 1)>] : () -> ()
    return
  }
}

// -----

module attributes {weft.symbols = [#weft.size<n(8 by 2)>]} {
  tile.kernel @fill tasks 1 writes [] sizes [9223372036854775807] {
  ^bb0(%task: index):
  }
  func.func @dispatch_form_c8_overflow() {
    // expected-error @+1 {{got #weft.size<n(8 by 2) + 9223372036854775800> (dispatch_form.C8)}}
    exec.dispatch @fill() sizes [#weft.size<n(8 by 2) + 9223372036854775800>] : () -> ()
    return
  }
}

// -----

tile.kernel @fill tasks 1 writes [] sizes [8] {
^bb0(%task: index):
}
func.func @dispatch_form_c8_negative() {
  // expected-error @+1 {{got #weft.size<-1> (dispatch_form.C8)}}
  exec.dispatch @fill() sizes [#weft.size<-1>] : () -> ()
  return
}

// -----

tile.kernel @fill tasks 1 writes [] sizes [8] {
^bb0(%task: index):
}
func.func @dispatch_form_c8_no_size() {
  // expected-error @+1 {{expects size 0 to be a constant or a symbol of weft.symbols and inside [0, 8], got "n" (dispatch_form.C8)}}
  exec.dispatch @fill() sizes ["n"] : () -> ()
  return
}
