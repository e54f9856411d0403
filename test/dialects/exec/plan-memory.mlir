// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --exec-plan-memory --exec-verify-program --split-input-file | FileCheck %s

tile.kernel @one tasks 4 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
}
tile.kernel @two tasks 1 writes [2] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %z: !tile.array<f32>, %task: index):
}

// Arguments, then results, then the arena. The first temporary is dead when the third is written, so they share bytes.
// CHECK-LABEL: exec.program @straight arena 128
// CHECK-SAME: weft.arguments = [{weft.name = "x", weft.role = "input"}]
// CHECK-SAME: weft.results = [{weft.name = "loss", weft.role = "output"}]
// CHECK-NEXT: %[[x:.*]] = exec.buffer argument at 0 : <tensor<2x5xf32>>
// CHECK-NEXT: %[[loss:.*]] = exec.buffer result at 0
// CHECK-NEXT: %[[a:.*]] = exec.buffer arena at 0
// CHECK-NEXT: %[[b:.*]] = exec.buffer arena at 64
// CHECK-NEXT: %[[c:.*]] = exec.buffer arena at 0
// CHECK-NEXT: exec.launch @one(%[[x]], %[[a]]) tasks 4
// CHECK-NEXT: exec.launch @one(%[[a]], %[[b]]) tasks 4
// CHECK-NEXT: exec.launch @one(%[[b]], %[[c]]) tasks 4
// CHECK-NEXT: exec.launch @two(%[[b]], %[[c]], %[[loss]]) tasks 1
func.func @straight(%x: tensor<2x5xf32> {weft.name = "x", weft.role = "input"})
    -> (tensor<10xf32> {weft.name = "loss", weft.role = "output"}) {
  %a = exec.dispatch @one(%x) : (tensor<2x5xf32>) -> tensor<2x5xf32>
  %b = exec.dispatch @one(%a) : (tensor<2x5xf32>) -> tensor<2x5xf32>
  %flat = exec.alias %b : tensor<2x5xf32> -> tensor<10xf32>
  %c = exec.dispatch @one(%flat) : (tensor<10xf32>) -> tensor<10xf32>
  %loss = exec.dispatch @two(%b, %c) : (tensor<2x5xf32>, tensor<10xf32>) -> tensor<10xf32>
  return %loss : tensor<10xf32>
}

// A result that is an argument, a constant or a second name of another result is copied; the rest is written in place.
// CHECK-LABEL: exec.program @copied_results arena 0
// CHECK-NEXT: %[[x:.*]] = exec.buffer argument
// CHECK-NEXT: %[[same:.*]] = exec.buffer result
// CHECK-NEXT: %[[first:.*]] = exec.buffer result
// CHECK-NEXT: %[[second:.*]] = exec.buffer result
// CHECK-NEXT: %[[zero:.*]] = exec.buffer result
// CHECK-NEXT: %[[constant:.*]] = exec.buffer constant at 0 = dense<0.000000e+00>
// CHECK-NEXT: exec.launch @one(%[[x]], %[[first]])
// CHECK-NEXT: exec.copy %[[x]] to %[[same]]
// CHECK-NEXT: exec.copy %[[first]] to %[[second]]
// CHECK-NEXT: exec.copy %[[constant]] to %[[zero]]
func.func @copied_results(%x: tensor<6xf32>) -> (tensor<6xf32>, tensor<6xf32>, tensor<2x3xf32>, tensor<6xf32>) {
  %y = exec.dispatch @one(%x) : (tensor<6xf32>) -> tensor<6xf32>
  %named = exec.alias %y : tensor<6xf32> -> tensor<2x3xf32>
  %zero = exec.constant dense<0.0> : tensor<6xf32>
  return %x, %y, %named, %zero : tensor<6xf32>, tensor<6xf32>, tensor<2x3xf32>, tensor<6xf32>
}

// Equal constants of two functions lie at the same place, others behind them at the next multiple of 64.
// CHECK-LABEL: exec.program @constants
// CHECK: exec.buffer constant at 64 = dense<1.000000e+00>
// CHECK: exec.buffer constant at 0 = dense<0.000000e+00>
func.func @constants() -> tensor<6xf32> {
  %one = exec.constant dense<1.0> : tensor<6xf32>
  %zero = exec.constant dense<0.0> : tensor<6xf32>
  %sum = exec.dispatch @two(%one, %zero) : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xf32>
  return %sum : tensor<6xf32>
}

// -----

tile.kernel @keep tasks 1 writes [1] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
}

// The arena is reserved at the bounds: 2 * (1024 + 8) floats.
// CHECK-LABEL: exec.program @bounded arena 8256
// CHECK: exec.set_size "kept" at most 1024 by 64 = %{{.*}} : <tensor<i32>>
// CHECK: exec.launch @keep
func.func @bounded(%cache: tensor<2x?xf32, #weft.bounded<[2, cache0(1024 by 64)]>>, %n: tensor<i32>)
    -> tensor<2x?xf32, #weft.bounded<[2, kept(1024 by 64)]>> {
  exec.bind_size "kept" at most 1024 by 64 = %n : tensor<i32>
  %seen = exec.dispatch @keep(%cache) : (tensor<2x?xf32, #weft.bounded<[2, cache0(1024 by 64)]>>)
      -> tensor<2x?xf32, #weft.bounded<[2, cache0(1024 by 64) + 8]>>
  %kept = exec.dispatch @keep(%seen) : (tensor<2x?xf32, #weft.bounded<[2, cache0(1024 by 64) + 8]>>)
      -> tensor<2x?xf32, #weft.bounded<[2, kept(1024 by 64)]>>
  return %kept : tensor<2x?xf32, #weft.bounded<[2, kept(1024 by 64)]>>
}

// -----

tile.kernel @add tasks 1 writes [2] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %z: !tile.array<f32>, %task: index):
}

// Slices and stacked outputs are windows; the carried value has one buffer for this iteration and one for the next. The
// step writes its stacked output directly; %scaled lives across the loop, so no buffer of the body may take its bytes.
// CHECK-LABEL: exec.program @loop
// CHECK-NEXT: %[[h0:.*]] = exec.buffer argument
// CHECK-NEXT: %[[xs:.*]] = exec.buffer argument
// CHECK-NEXT: %[[last:.*]] = exec.buffer result
// CHECK-NEXT: %[[all:.*]] = exec.buffer result
// CHECK-NEXT: %[[scaled:.*]] = exec.buffer arena at 0
// CHECK-NEXT: %[[inner:.*]] = exec.buffer arena at 64
// CHECK-NEXT: exec.launch @add(%[[h0]], %[[h0]], %[[scaled]])
// CHECK-NEXT: exec.copy %[[h0]] to %[[last]]
// CHECK-NEXT: exec.for "" + 8 {
// CHECK-NEXT:   %[[x:.*]] = exec.window %[[xs]] depth 0 stride 16 offset 0
// CHECK-NEXT:   %[[y:.*]] = exec.window %[[all]] depth 0 stride 16 offset 0
// CHECK-NEXT:   exec.launch @add(%[[last]], %[[x]], %[[inner]])
// CHECK-NEXT:   exec.launch @add(%[[inner]], %[[scaled]], %[[y]])
// CHECK-NEXT:   exec.copy %[[y]] to %[[last]]
// CHECK-NEXT: }
func.func @loop(%h0: tensor<4xf32>, %xs: tensor<8x4xf32>) -> (tensor<4xf32>, tensor<8x4xf32>) {
  %scaled = exec.dispatch @add(%h0, %h0) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %last, %all = exec.loop carry(%h0) over(%xs) reverse false {
  ^bb0(%h: tensor<4xf32>, %x: tensor<4xf32>):
    %inner = exec.dispatch @add(%h, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    %y = exec.dispatch @add(%inner, %scaled) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    exec.loop_yield %y, %y : tensor<4xf32>, tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<8x4xf32>) -> tensor<8x4xf32>
  return %last, %all : tensor<4xf32>, tensor<8x4xf32>
}

// In reverse the counter goes down. Two carried values that change places go through a
// third buffer; an output that no dispatch of the body writes is copied.
// CHECK-LABEL: exec.program @reverse
// CHECK: exec.copy %[[a0:.*]] to %[[a:.*]] :
// CHECK: exec.copy %[[b0:.*]] to %[[b:.*]] :
// CHECK: exec.for "steps" + 0 {
// CHECK-NEXT: exec.window %{{.*}} depth 0 stride 4 offset 0
// CHECK-NEXT: %[[window:.*]] = exec.window %{{.*}} depth 0 stride 16 offset 0
// CHECK-NEXT: exec.copy %[[a]] to %[[window]]
// CHECK-NEXT: exec.copy %[[b]] to %[[savedb:.*]] :
// CHECK-NEXT: exec.copy %[[a]] to %[[saveda:.*]] :
// CHECK-NEXT: exec.copy %[[savedb]] to %[[a]]
// CHECK-NEXT: exec.copy %[[saveda]] to %[[b]]
// CHECK: exec.for "" + 8 attributes {weft.reverse} {
// CHECK-NEXT: exec.window %{{.*}} depth 0 stride 16 offset 0
func.func @reverse(%a: tensor<4xf32>, %b: tensor<4xf32>, %n: tensor<?xf32, #weft.bounded<[steps(16 by 1)]>>, %xs: tensor<8x4xf32>)
    -> tensor<4xf32> {
  %a1, %b1, %all = exec.loop carry(%a, %b) over(%n) reverse false {
  ^bb0(%this: tensor<4xf32>, %that: tensor<4xf32>, %x: tensor<f32>):
    exec.loop_yield %that, %this, %this : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
  } : (tensor<4xf32>, tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>),
      (tensor<?xf32, #weft.bounded<[steps(16 by 1)]>>) -> tensor<?x4xf32, #weft.bounded<[steps(16 by 1), 4]>>
  %last = exec.loop carry(%a1) over(%xs) reverse true {
  ^bb0(%h: tensor<4xf32>, %x: tensor<4xf32>):
    %y = exec.dispatch @add(%h, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    exec.loop_yield %y : tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<8x4xf32>) -> ()
  return %last : tensor<4xf32>
}

// A slice of a slice moves with two counters.
// CHECK-LABEL: exec.program @nested
// CHECK: exec.for "" + 3 {
// CHECK-NEXT: %[[row:.*]] = exec.window %{{.*}} depth 0 stride 32 offset 0
// CHECK-NEXT: exec.copy %{{.*}} to %[[sum:.*]] :
// CHECK-NEXT: exec.for "" + 2 {
// CHECK-NEXT: exec.window %[[row]] depth 1 stride 16 offset 0
func.func @nested(%h0: tensor<4xf32>, %rows: tensor<3x2x4xf32>) -> tensor<4xf32> {
  %total = exec.loop carry(%h0) over(%rows) reverse false {
  ^bb0(%h: tensor<4xf32>, %row: tensor<2x4xf32>):
    %sum = exec.loop carry(%h) over(%row) reverse false {
    ^bb0(%s: tensor<4xf32>, %x: tensor<4xf32>):
      %next = exec.dispatch @add(%s, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      exec.loop_yield %next : tensor<4xf32>
    } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<2x4xf32>) -> ()
    exec.loop_yield %sum : tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<3x2x4xf32>) -> ()
  return %total : tensor<4xf32>
}

// -----

// A record moves with two counters at most: what is a slice three times over is copied out first.
// CHECK-LABEL: exec.program @thrice
// CHECK: %[[row:.*]] = exec.window %{{.*}} depth 0 stride 64 offset 0
// CHECK: %[[cell:.*]] = exec.window %[[row]] depth 1 stride 32 offset 0
// CHECK: exec.copy %[[cell]] to %[[own:.*]] :
// CHECK: exec.window %[[own]] depth 2 stride 16 offset 0
func.func @thrice(%h0: tensor<4xf32>, %cubes: tensor<3x2x2x4xf32>) -> tensor<4xf32> {
  %total = exec.loop carry(%h0) over(%cubes) reverse false {
  ^bb0(%h: tensor<4xf32>, %cube: tensor<2x2x4xf32>):
    %sum = exec.loop carry(%h) over(%cube) reverse false {
    ^bb0(%g: tensor<4xf32>, %row: tensor<2x4xf32>):
      %inner = exec.loop carry(%g) over(%row) reverse false {
      ^bb0(%s: tensor<4xf32>, %x: tensor<4xf32>):
        %next = exec.dispatch @add(%s, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
        exec.loop_yield %next : tensor<4xf32>
      } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<2x4xf32>) -> ()
      exec.loop_yield %inner : tensor<4xf32>
    } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<2x2x4xf32>) -> ()
    exec.loop_yield %sum : tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<3x2x2x4xf32>) -> ()
  return %total : tensor<4xf32>
}
tile.kernel @add tasks 1 writes [2] {
^bb0(%a: !tile.array<f32>, %b: !tile.array<f32>, %c: !tile.array<f32>, %task: index):
}

// -----

// A buffer of which a step sees a window and stores a slot is one buffer: what was in it is copied once. A kernel that reads it at all
// stores apart first, one that does not stores in its place.
// CHECK-LABEL: exec.program @buffers
// CHECK-NEXT: %[[xs:.*]] = exec.buffer argument
// CHECK-NEXT: %[[m:.*]] = exec.buffer argument
// CHECK-NEXT: %[[written:.*]] = exec.buffer result
// CHECK-NEXT: %[[sums:.*]] = exec.buffer result
// CHECK-NEXT: %[[apart:.*]] = exec.buffer arena at 0
// CHECK-NEXT: exec.copy %[[m]] to %[[written]]
// CHECK-NEXT: exec.copy %[[m]] to %[[sums]]
// CHECK-NEXT: exec.for "" + 5 {
// CHECK-NEXT:   %[[x:.*]] = exec.window %[[xs]] depth 0 stride 16 offset 0
// CHECK-NEXT:   exec.window %[[written]] depth 0 stride 16 offset 0 : <tensor<7x4xf32>> -> <tensor<2x4xf32>>
// CHECK-NEXT:   %[[window:.*]] = exec.window %[[sums]] depth 0 stride 16 offset 0 : <tensor<7x4xf32>> -> <tensor<2x4xf32>>
// CHECK-NEXT:   exec.window %[[written]] depth 0 stride 16 offset 32 : <tensor<7x4xf32>> -> <tensor<4xf32>>
// CHECK-NEXT:   exec.window %[[sums]] depth 0 stride 16 offset 32 : <tensor<7x4xf32>> -> <tensor<4xf32>>
// CHECK-NEXT:   %[[slot:.*]] = exec.window %[[written]] depth 0 stride 16 offset 32
// CHECK-NEXT:   %[[added:.*]] = exec.window %[[sums]] depth 0 stride 16 offset 0
// CHECK-NEXT:   exec.launch @add(%[[x]], %[[x]], %[[slot]])
// CHECK-NEXT:   exec.launch @add2(%[[window]], %[[window]], %[[apart]])
// CHECK-NEXT:   exec.copy %[[apart]] to %[[added]]
// CHECK-NEXT: }
tile.kernel @add tasks 1 writes [2] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %z: !tile.array<f32>, %task: index):
}
tile.kernel @add2 tasks 1 writes [2] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %z: !tile.array<f32>, %task: index):
}
func.func @buffers(%xs: tensor<5x4xf32>, %m: tensor<7x4xf32>) -> (tensor<7x4xf32>, tensor<7x4xf32>) {
  %written, %sums = exec.loop carry() over(%xs) buffers(%m, %m) : (tensor<7x4xf32>, tensor<7x4xf32>) -> (tensor<7x4xf32>, tensor<7x4xf32>) reverse false {
  ^bb0(%x: tensor<4xf32>, %w0: tensor<2x4xf32>, %w1: tensor<2x4xf32>, %s0: tensor<4xf32>, %s1: tensor<4xf32>):
    %slot = exec.dispatch @add(%x, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    %both = exec.dispatch @add2(%w1, %w1) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
    exec.loop_yield %slot, %both : tensor<4xf32>, tensor<2x4xf32>
  } : () -> (), (tensor<5x4xf32>) -> ()
  return %written, %sums : tensor<7x4xf32>, tensor<7x4xf32>
}

// -----

// What a step made for a loop alone is where the loop works: nothing is copied. What is read behind it, too, is.
// CHECK-LABEL: exec.program @taken
// CHECK: %[[begin:.*]] = exec.buffer arena at 0
// CHECK: exec.launch @add(%{{.*}}, %{{.*}}, %[[begin]])
// CHECK-NEXT: exec.for "" + 5 {
// CHECK-NOT: exec.copy %[[begin]]
// CHECK-LABEL: exec.program @kept
// CHECK: exec.launch @add(%{{.*}}, %{{.*}}, %[[begin:.*]]) tasks
// CHECK-NEXT: exec.copy %[[begin]] to
// CHECK-NEXT: exec.for "" + 5 {
tile.kernel @add tasks 1 writes [2] {
^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %z: !tile.array<f32>, %task: index):
}
func.func @taken(%xs: tensor<5x4xf32>, %a: tensor<4xf32>) -> tensor<4xf32> {
  %begin = exec.dispatch @add(%a, %a) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %last = exec.loop carry(%begin) over(%xs) reverse false {
  ^bb0(%h: tensor<4xf32>, %x: tensor<4xf32>):
    %next = exec.dispatch @add(%h, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    exec.loop_yield %next : tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<5x4xf32>) -> ()
  %twice = exec.dispatch @add(%last, %last) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %twice : tensor<4xf32>
}
func.func @kept(%xs: tensor<5x4xf32>, %a: tensor<4xf32>) -> tensor<4xf32> {
  %begin = exec.dispatch @add(%a, %a) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %last = exec.loop carry(%begin) over(%xs) reverse false {
  ^bb0(%h: tensor<4xf32>, %x: tensor<4xf32>):
    %next = exec.dispatch @add(%h, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    exec.loop_yield %next : tensor<4xf32>
  } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<5x4xf32>) -> ()
  %both = exec.dispatch @add(%last, %begin) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %both : tensor<4xf32>
}
