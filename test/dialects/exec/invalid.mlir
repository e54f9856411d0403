// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --split-input-file --verify-diagnostics

func.func @dispatch_c1(%x: tensor<4xf32>) {
  // expected-error @+1 {{'exec.dispatch' op expects its kernel to be in the module, got @none (dispatch.C1)}}
  %y = exec.dispatch @none(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

// expected-note @+1 {{the kernel is here}}
tile.kernel @add tasks 1 writes [2] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %z: !tile.array<f32>, %task: index):
}
func.func @dispatch_c2(%x: tensor<4xf32>) {
  // expected-error @+1 {{as many arrays as its kernel has, got 2 vs 3 (dispatch.C2)}}
  %y = exec.dispatch @add(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

// expected-note @+1 {{the kernel is here}}
tile.kernel @add tasks 1 writes [2] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %z: !tile.array<f32>, %task: index):
}
func.func @dispatch_c3(%x: tensor<4xf32>, %n: tensor<4xi32>) {
  // expected-error @+1 {{array 1 to have the element type of its kernel, got 'i32' vs 'f32' (dispatch.C3)}}
  %y = exec.dispatch @add(%x, %n) : (tensor<4xf32>, tensor<4xi32>) -> tensor<4xf32>
  return
}

// -----

// expected-note @+1 {{the kernel is here}}
tile.kernel @add tasks 1 writes [2] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %z: !tile.array<f32>, %task: index):
}
func.func @dispatch_c4(%x: tensor<4xf32>) {
  // expected-error @+1 {{its kernel to write exactly the results, got no write to array 1 (dispatch.C4)}}
  %y, %z = exec.dispatch @add(%x) : (tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>)
  return
}

// -----

// expected-note @+1 {{the kernel is here}}
tile.kernel @fill tasks 1 writes [0] sizes [8, 8] {
^bb0(%x: !tile.array<f32>, %task: index):
}
func.func @dispatch_c5() {
  // expected-error @+1 {{as many sizes as its kernel has, got 1 vs 2 (dispatch.C5)}}
  %y = exec.dispatch @fill() sizes [#weft.size<8>] : () -> tensor<4xf32>
  return
}

// -----

func.func @alias_c1(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects both element types to be equal, got 'f32' vs 'i32' (alias.C1)}}
  %y = exec.alias %x : tensor<4xf32> -> tensor<4xi32>
  return
}

// -----

func.func @alias_c2(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects both shapes to hold the same elements, got 'tensor<4xf32>' vs 'tensor<5xf32>' (alias.C2)}}
  %y = exec.alias %x : tensor<4xf32> -> tensor<5xf32>
  return
}

// -----

func.func @loop_c1(%h0: tensor<4xf32>, %xs: tensor<8x4xf32>) {
  // expected-error @+1 {{expects carried results of the initial values' types, got 'tensor<5xf32>' vs 'tensor<4xf32>' (loop.C1)}}
  %last, %all = exec.loop carry(%h0) over(%xs) reverse false {
  ^bb0(%h: tensor<4xf32>, %x: tensor<4xf32>):
    exec.loop_yield %h, %x : tensor<4xf32>, tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<5xf32>, (tensor<8x4xf32>) -> tensor<8x4xf32>
  return
}

// -----

func.func @loop_c2(%h0: tensor<4xf32>, %xs: tensor<8x4xf32>) {
  // expected-error @+1 {{expects one block argument for each carried value, input and window, and two for each buffer, got 1 vs 2 (loop.C2)}}
  %last, %all = exec.loop carry(%h0) over(%xs) reverse false {
  ^bb0(%h: tensor<4xf32>):
    exec.loop_yield %h, %h : tensor<4xf32>, tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<8x4xf32>) -> tensor<8x4xf32>
  return
}

// -----

func.func @loop_c3(%h0: tensor<4xf32>, %xs: tensor<8x4xf32>) {
  // expected-error @+1 {{expects one yielded value for each carried value, output and buffer, got 1 vs 2 (loop.C3)}}
  %last, %all = exec.loop carry(%h0) over(%xs) reverse false {
  ^bb0(%h: tensor<4xf32>, %x: tensor<4xf32>):
    exec.loop_yield %h : tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<8x4xf32>) -> tensor<8x4xf32>
  return
}

// -----

func.func @loop_c4(%h0: tensor<4xf32>, %xs: tensor<8x4xf32>) {
  // expected-error @+1 {{expects carried value 0 to keep its type 'tensor<4xf32>', got block argument 'tensor<5xf32>' and yielded 'tensor<5xf32>' (loop.C4)}}
  %last, %all = exec.loop carry(%h0) over(%xs) reverse false {
  ^bb0(%h: tensor<5xf32>, %x: tensor<4xf32>):
    exec.loop_yield %h, %x : tensor<5xf32>, tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<8x4xf32>) -> tensor<8x4xf32>
  return
}

// -----

func.func @loop_c5(%h0: tensor<4xf32>, %xs: tensor<8x4xf32>) {
  // expected-error @+1 {{expects the block argument of input 0 to be 'tensor<8x4xf32>' without axis 0, got 'tensor<5xf32>' (loop.C5)}}
  %last, %all = exec.loop carry(%h0) over(%xs) reverse false {
  ^bb0(%h: tensor<4xf32>, %x: tensor<5xf32>):
    exec.loop_yield %h, %h : tensor<4xf32>, tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<8x4xf32>) -> tensor<8x4xf32>
  return
}

// -----

func.func @loop_c6(%h0: tensor<4xf32>, %xs: tensor<8x4xf32>) {
  // expected-error @+1 {{expects the yielded value of output 0 to be 'tensor<8x5xf32>' without axis 0, got 'tensor<4xf32>' (loop.C6)}}
  %last, %all = exec.loop carry(%h0) over(%xs) reverse false {
  ^bb0(%h: tensor<4xf32>, %x: tensor<4xf32>):
    exec.loop_yield %h, %x : tensor<4xf32>, tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<8x4xf32>) -> tensor<8x5xf32>
  return
}

// -----

func.func @loop_c7(%h0: tensor<4xf32>, %xs: tensor<8x4xf32>) {
  // expected-error @+1 {{expects an input or an output, whose axis 0 is the number of iterations (loop.C7)}}
  %last = exec.loop carry(%h0) over() reverse false {
  ^bb0(%h: tensor<4xf32>):
    exec.loop_yield %h : tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<4xf32>, () -> ()
  return
}

// -----

func.func @loop_c8(%h0: tensor<4xf32>, %xs: tensor<8x4xf32>) {
  // expected-error @+1 {{expects axis 0 of all inputs and outputs to be equal, got 'tensor<8x4xf32>' vs 'tensor<9x4xf32>' (loop.C8)}}
  %last, %all = exec.loop carry(%h0) over(%xs) reverse false {
  ^bb0(%h: tensor<4xf32>, %x: tensor<4xf32>):
    exec.loop_yield %h, %x : tensor<4xf32>, tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<8x4xf32>) -> tensor<9x4xf32>
  return
}

// -----

func.func @loop_c9(%xs: tensor<8x4xf32>, %m: tensor<10x4xf32>) {
  // expected-error @+1 {{expects buffers to keep their types, got 'tensor<11x4xf32>' vs 'tensor<10x4xf32>' (loop.C9)}}
  %all = exec.loop carry() over(%xs) buffers(%m) : (tensor<10x4xf32>) -> tensor<11x4xf32> reverse false {
  ^bb0(%x: tensor<4xf32>, %two: tensor<2x4xf32>, %slot: tensor<4xf32>):
    exec.loop_yield %x : tensor<4xf32>
  } : () -> (), (tensor<8x4xf32>) -> ()
  return
}

// -----

func.func @loop_c10(%xs: tensor<8x4xf32>, %m: tensor<10x4xf32>) {
  // expected-error @+1 {{expects the block argument of window 0 to be as many slots of 'tensor<10x4xf32>' as it has more than there are steps, got 'tensor<3x4xf32>' (loop.C10)}}
  exec.loop carry() over(%xs) windows(%m : tensor<10x4xf32>) reverse false {
  ^bb0(%x: tensor<4xf32>, %three: tensor<3x4xf32>):
    exec.loop_yield
  } : () -> (), (tensor<8x4xf32>) -> ()
  return
}

// -----

func.func @loop_c11(%xs: tensor<8x4xf32>, %m: tensor<10x4xf32>) {
  // expected-error @+1 {{expects the second block argument of buffer 0 to be one slot of 'tensor<10x4xf32>' and the yielded value to be of one of its arguments' types, got 'tensor<4xf32>' and 'tensor<10x4xf32>' (loop.C11)}}
  %all = exec.loop carry() over(%xs) buffers(%m) : (tensor<10x4xf32>) -> tensor<10x4xf32> reverse false {
  ^bb0(%x: tensor<4xf32>, %two: tensor<2x4xf32>, %slot: tensor<4xf32>):
    exec.loop_yield %m : tensor<10x4xf32>
  } : () -> (), (tensor<8x4xf32>) -> ()
  return
}

// -----

func.func @loop_c12(%h0: tensor<4xf32>, %xs: tensor<8x4xf32>) {
  // expected-error @+1 {{expects turns that see nothing of each other to be weft.parallel, got 1 carried values and 0 buffers (loop.C12)}}
  %last = exec.loop carry(%h0) over(%xs) reverse false attributes {weft.parallel} {
  ^bb0(%h: tensor<4xf32>, %x: tensor<4xf32>):
    exec.loop_yield %x : tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<8x4xf32>) -> ()
  return
}

// -----

func.func @bind_size_c1(%n: tensor<i32>) {
  // expected-error @+1 {{expects a bound of at least 0 and a step of at least 1, got 64 and 0 (bind_size.C1)}}
  exec.bind_size "kept" at most 64 by 0 = %n : tensor<i32>
  return
}

// -----

func.func @bind_size_c2(%n: tensor<2xi32>) {
  // expected-error @+1 {{expects its value to be one i32, got 'tensor<2xi32>' (bind_size.C2)}}
  exec.bind_size "kept" at most 64 by 1 = %n : tensor<2xi32>
  return
}

// -----

// expected-error @+1 {{expects an arena of a multiple of 64 bytes, got 100 (program.C1)}}
exec.program @program_c1 arena 100 {
}

// -----

exec.program @program_c2 arena 0 {
  %y = exec.buffer result at 0 : <tensor<4xf32>>
  // expected-error @+1 {{expects buffers before steps: arguments, then results, then the others (program.C2)}}
  %x = exec.buffer argument at 0 : <tensor<4xf32>>
}

// -----

exec.program @program_c3 arena 0 {
  // expected-error @+1 {{expects only exec ops in a program (program.C3)}}
  %zero = arith.constant 0 : index
}

// -----

exec.program @buffer_c1 arena 128 {
  // expected-error @+1 {{expects an offset that is a multiple of 64, and 0 outside the arena and the constants, got 32 (buffer.C1)}}
  %x = exec.buffer arena at 32 : <tensor<4xf32>>
}

// -----

exec.program @buffer_c2 arena 0 {
  // expected-error @+1 {{expects a value exactly if it is a constant (buffer.C2)}}
  %x = exec.buffer constant at 0 : <tensor<4xf32>>
}

// -----

exec.program @buffer_c3 arena 0 {
  // expected-error @+1 {{expects its value to have the type of the buffer, got 'tensor<5xf32>' vs 'tensor<4xf32>' (buffer.C3)}}
  %x = exec.buffer constant at 0 = dense<0.0> : tensor<5xf32> : <tensor<4xf32>>
}

// -----

exec.program @window_c1 arena 0 {
  %xs = exec.buffer argument at 0 : <tensor<8x4xf32>>
  exec.for "" + 8 {
    // expected-error @+1 {{expects its depth to be that of an enclosing exec.for, got 1 inside 1 (window.C1)}}
    %x = exec.window %xs depth 1 stride 16 offset 0 : <tensor<8x4xf32>> -> <tensor<4xf32>>
  }
}

// -----

exec.program @window_c2 arena 0 {
  %xs = exec.buffer argument at 0 : <tensor<8x4xf32>>
  exec.for "" + 8 {
    %x = exec.window %xs depth 0 stride 16 offset 0 : <tensor<8x4xf32>> -> <tensor<4xf32>>
    // expected-error @+1 {{expects to move on a buffer, or on one window of a loop further out (window.C2)}}
    %y = exec.window %x depth 0 stride 4 offset 0 : <tensor<4xf32>> -> <tensor<f32>>
  }
}

// -----

exec.program @window_c2_third arena 0 {
  %xs = exec.buffer argument at 0 : <tensor<8x4x2xf32>>
  exec.for "" + 8 {
    %x = exec.window %xs depth 0 stride 32 offset 0 : <tensor<8x4x2xf32>> -> <tensor<4x2xf32>>
    exec.for "" + 4 {
      %y = exec.window %x depth 1 stride 8 offset 0 : <tensor<4x2xf32>> -> <tensor<2xf32>>
      exec.for "" + 2 {
        // expected-error @+1 {{expects to move on a buffer, or on one window of a loop further out (window.C2)}}
        %z = exec.window %y depth 2 stride 4 offset 0 : <tensor<2xf32>> -> <tensor<f32>>
      }
    }
  }
}

// -----

exec.program @window_c3 arena 0 {
  %xs = exec.buffer argument at 0 : <tensor<8x4xf32>>
  exec.for "" + 8 {
    // expected-error @+1 {{expects the element type of its buffer, got 'i32' vs 'f32' (window.C3)}}
    %x = exec.window %xs depth 0 stride 16 offset 0 : <tensor<8x4xf32>> -> <tensor<4xi32>>
  }
}

// -----

exec.program @window_c4 arena 0 {
  %xs = exec.buffer argument at 0 : <tensor<8x4xf32>>
  exec.for "" + 8 {
    // expected-error @+1 {{expects a constant shape, got 'tensor<?xf32, #weft.bounded<[n(4 by 1)]>>' (window.C4)}}
    %x = exec.window %xs depth 0 stride 16 offset 0 : <tensor<8x4xf32>> -> <tensor<?xf32, #weft.bounded<[n(4 by 1)]>>>
  }
}

// -----

exec.program @launch_c1 arena 0 {
  %x = exec.buffer argument at 0 : <tensor<4xf32>>
  %n = exec.buffer argument at 0 : <tensor<4xi32>>
  %y = exec.buffer result at 0 : <tensor<4xf32>>
  // expected-error @+1 {{expects its kernel to be in the module, got @none (launch.C1)}}
  exec.launch @none(%x, %y) tasks 1 : !exec.buffer<tensor<4xf32>>, !exec.buffer<tensor<4xf32>>
}

// -----

// expected-note @+1 {{the kernel is here}}
tile.kernel @add tasks 1 writes [2] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %z: !tile.array<f32>, %task: index):
}
exec.program @launch_c2 arena 0 {
  %x = exec.buffer argument at 0 : <tensor<4xf32>>
  %n = exec.buffer argument at 0 : <tensor<4xi32>>
  %y = exec.buffer result at 0 : <tensor<4xf32>>
  // expected-error @+1 {{as many arrays as its kernel has, got 2 vs 3 (launch.C2)}}
  exec.launch @add(%x, %y) tasks 1 : !exec.buffer<tensor<4xf32>>, !exec.buffer<tensor<4xf32>>
}

// -----

// expected-note @+1 {{the kernel is here}}
tile.kernel @add tasks 1 writes [2] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %z: !tile.array<f32>, %task: index):
}
exec.program @launch_c3 arena 0 {
  %x = exec.buffer argument at 0 : <tensor<4xf32>>
  %n = exec.buffer argument at 0 : <tensor<4xi32>>
  %y = exec.buffer result at 0 : <tensor<4xf32>>
  // expected-error @+1 {{array 1 to have the element type of its kernel, got 'i32' vs 'f32' (launch.C3)}}
  exec.launch @add(%x, %n, %y) tasks 1 : !exec.buffer<tensor<4xf32>>, !exec.buffer<tensor<4xi32>>, !exec.buffer<tensor<4xf32>>
}

// -----

tile.kernel @add tasks 1 writes [2] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %z: !tile.array<f32>, %task: index):
}
exec.program @launch_c4 arena 0 {
  %x = exec.buffer argument at 0 : <tensor<4xf32>>
  %n = exec.buffer argument at 0 : <tensor<4xi32>>
  %y = exec.buffer result at 0 : <tensor<4xf32>>
  // expected-error @+1 {{expects at least 0 tasks, got -1 (launch.C4)}}
  exec.launch @add(%x, %x, %y) tasks -1 : !exec.buffer<tensor<4xf32>>, !exec.buffer<tensor<4xf32>>, !exec.buffer<tensor<4xf32>>
}

// -----

// expected-note @+1 {{the kernel is here}}
tile.kernel @fill tasks 1 writes [0] {
^bb0(%x: !tile.array<f32>, %task: index):
}
exec.program @launch_c5 arena 0 {
  %y = exec.buffer result at 0 : <tensor<4xf32>>
  // expected-error @+1 {{as many sizes as its kernel has, got 1 vs 0 (launch.C5)}}
  exec.launch @fill(%y) tasks 1 sizes [#weft.size<8>] : !exec.buffer<tensor<4xf32>>
}

// -----

exec.program @copy_c1 arena 0 {
  %n = exec.buffer argument at 0 : <tensor<4xi32>>
  %y = exec.buffer result at 0 : <tensor<4xf32>>
  // expected-error @+1 {{expects both element types to be equal, got 'i32' vs 'f32' (copy.C1)}}
  exec.copy %n to %y : <tensor<4xi32>> to <tensor<4xf32>>
}

// -----

exec.program @copy_c2 arena 0 {
  %x = exec.buffer argument at 0 : <tensor<8xf32>>
  %y = exec.buffer result at 0 : <tensor<4xf32>>
  // expected-error @+1 {{expects both shapes to hold the same elements, got 'tensor<8xf32>' vs 'tensor<4xf32>' (copy.C2)}}
  exec.copy %x to %y : <tensor<8xf32>> to <tensor<4xf32>>
}

// -----

exec.program @for_c1 arena 0 {
  // expected-error @+1 {{expects at least 0 iterations, got -1 (for.C1)}}
  exec.for "" + -1 {
  }
}

// -----

exec.program @for_c2 arena 0 {
  // expected-error @+1 {{expects neither a set_size nor another parallel loop in a parallel one (for.C2)}}
  exec.for "" + 2 attributes {weft.parallel} {
    exec.for "" + 2 attributes {weft.parallel} {
    }
  }
}

// -----

exec.program @set_size_c1 arena 0 {
  %n = exec.buffer argument at 0 : <tensor<i32>>
  // expected-error @+1 {{expects a bound of at least 0 and a step of at least 1, got -1 and 1 (set_size.C1)}}
  exec.set_size "kept" at most -1 by 1 = %n : <tensor<i32>>
}

// -----

exec.program @set_size_c2 arena 0 {
  %n = exec.buffer argument at 0 : <tensor<f32>>
  // expected-error @+1 {{expects its value to be one i32, got 'tensor<f32>' (set_size.C2)}}
  exec.set_size "kept" at most 64 by 1 = %n : <tensor<f32>>
}
