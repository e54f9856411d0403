// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --weft-slice-scans="form=persistent slice=2" --canonicalize --cse | FileCheck %s
// RUN: weft-opt %s --weft-slice-scans="form=counted" | FileCheck %s --check-prefix=COUNTED
// RUN: not weft-opt %s --weft-slice-scans="form=looped" 2>&1 | FileCheck %s --check-prefix=FORM
// RUN: not weft-opt %s --weft-slice-scans="slice=-1" 2>&1 | FileCheck %s --check-prefix=SLICE
// FORM: expects form to be auto, counted or persistent, got 'looped' (slice-scans.C1)
// SLICE: expects slice to be at least 0, got -1 (slice-scans.C2)
// COUNTED: weft.form = "counted: as asked"
// COUNTED-NOT: weft.parallel

// What has the batch comes in slices of two, along a new axis 0; weights come in whole.
// CHECK-LABEL: func.func @recurrence(
// CHECK-SAME: %[[H0:[^:]*]]: tensor<6x4xf32>, %[[XS:[^:]*]]: tensor<5x6x4xf32>, %[[W:[^:]*]]: tensor<4x4xf32>
// CHECK-DAG: %[[H1:.*]] = weft.reshape %[[H0]] : tensor<6x4xf32> -> tensor<3x2x4xf32>
// CHECK-DAG: %[[X1:.*]] = weft.reshape %[[XS]] : tensor<5x6x4xf32> -> tensor<5x3x2x4xf32>
// CHECK-DAG: %[[X2:.*]] = weft.transpose %[[X1]] permutation [1, 0, 2, 3]
// CHECK: %[[R:.*]]:2 = weft.scan carry() over(%[[H1]], %[[X2]]) with(%[[W]] : tensor<4x4xf32>)
// CHECK-SAME: weft.form = "persistent, 3 slices of 2: as asked", weft.parallel
// CHECK: ^bb0(%[[H:.*]]: tensor<2x4xf32>, %[[X:.*]]: tensor<5x2x4xf32>, %[[V:.*]]: tensor<4x4xf32>):
// CHECK: weft.scan carry(%[[H]]) over(%[[X]]) with(%[[V]] : tensor<4x4xf32>)
// CHECK: weft.dot {{.*}} : tensor<2x4xf32>, tensor<4x4xf32> -> tensor<2x4xf32>
// CHECK: } : () -> (), (tensor<3x2x4xf32>, tensor<3x5x2x4xf32>) -> (tensor<3x2x4xf32>, tensor<3x5x2x4xf32>)
// CHECK-DAG: weft.reshape %[[R]]#0 : tensor<3x2x4xf32> -> tensor<6x4xf32>
// CHECK-DAG: weft.transpose %[[R]]#1 permutation [1, 0, 2, 3]
func.func @recurrence(%h0: tensor<6x4xf32>, %xs: tensor<5x6x4xf32>, %w: tensor<4x4xf32>) -> (tensor<6x4xf32>, tensor<5x6x4xf32>) {
  %last, %all = weft.scan carry(%h0) over(%xs) with(%w : tensor<4x4xf32>) {
  ^bb0(%h: tensor<6x4xf32>, %x: tensor<6x4xf32>, %v: tensor<4x4xf32>):
    %p = weft.dot %h, %v batch [] x [] contract [1] x [0] : tensor<6x4xf32>, tensor<4x4xf32> -> tensor<6x4xf32>
    %s = weft.add %p, %x : tensor<6x4xf32>
    %n = weft.tanh %s : tensor<6x4xf32>
    weft.yield %n, %n : tensor<6x4xf32>, tensor<6x4xf32>
  } : (tensor<6x4xf32>) -> tensor<6x4xf32>, (tensor<5x6x4xf32>) -> tensor<5x6x4xf32>
  return %last, %all : tensor<6x4xf32>, tensor<5x6x4xf32>
}

// A sum over the batch that is carried from zeros on is a part in each slice. A product over batch and time behind the loop reads what
// steps left as it lies in slices.
// CHECK-LABEL: func.func @sums(
// CHECK: weft.scan carry({{.*}}) over
// CHECK: weft.sum {{.*}} axes [0] : tensor<2x4xf32> -> tensor<4xf32>
// CHECK: } : () -> (), {{.*}} -> (tensor<3x4xf32>, tensor<3x5x2x4xf32>)
// CHECK-DAG: weft.sum {{.*}} axes [0] : tensor<3x4xf32> -> tensor<4xf32>
// CHECK-DAG: weft.dot {{.*}} contract [0, 1, 2] x [0, 1, 2] : tensor<3x5x2x4xf32>, tensor<3x5x2x4xf32> -> tensor<4x4xf32>
func.func @sums(%xs: tensor<5x6x4xf32>) -> (tensor<4xf32>, tensor<4x4xf32>) {
  %zero = weft.constant dense<0.0> : tensor<4xf32>
  %total, %all = weft.scan carry(%zero) over(%xs) {
  ^bb0(%sum: tensor<4xf32>, %x: tensor<6x4xf32>):
    %y = weft.tanh %x : tensor<6x4xf32>
    %part = weft.sum %y axes [0] : tensor<6x4xf32> -> tensor<4xf32>
    %next = weft.add %sum, %part : tensor<4xf32>
    weft.yield %next, %y : tensor<4xf32>, tensor<6x4xf32>
  } : (tensor<4xf32>) -> tensor<4xf32>, (tensor<5x6x4xf32>) -> tensor<5x6x4xf32>
  %grad = weft.dot %xs, %all batch [] x [] contract [0, 1] x [0, 1] : tensor<5x6x4xf32>, tensor<5x6x4xf32> -> tensor<4x4xf32>
  return %total, %grad : tensor<4xf32>, tensor<4x4xf32>
}

// A memory lies slice by slice, with all its slots; a constant takes the size that its reader has.
// CHECK-LABEL: func.func @memory(
// CHECK: weft.scan carry() over({{.*}}, {{.*}})
// CHECK: ^bb0(%{{.*}}: tensor<5x2x4xf32>, %{{.*}}: tensor<8x2x4xf32>):
// CHECK: weft.scan carry() over({{.*}}) memory({{.*}}) : (tensor<8x2x4xf32>) -> tensor<8x2x4xf32>
// CHECK: weft.constant dense<2.000000e+00> : tensor<2x4xf32>
func.func @memory(%xs: tensor<5x6x4xf32>, %m: tensor<8x6x4xf32>) -> tensor<8x6x4xf32> {
  %out = weft.scan carry() over(%xs) memory(%m) : (tensor<8x6x4xf32>) -> tensor<8x6x4xf32> {
  ^bb0(%x: tensor<6x4xf32>, %w: tensor<3x6x4xf32>):
    %two = weft.constant dense<2.0> : tensor<6x4xf32>
    %s = weft.sum %w axes [0] : tensor<3x6x4xf32> -> tensor<6x4xf32>
    %t = weft.mul %s, %two : tensor<6x4xf32>
    %n = weft.add %t, %x : tensor<6x4xf32>
    weft.yield %n : tensor<6x4xf32>
  } : () -> (), (tensor<5x6x4xf32>) -> ()
  return %out : tensor<8x6x4xf32>
}

// Where sequences meet, the loop stays: along the last axis by the norm, along the first by the maximum.
// CHECK-LABEL: func.func @meets(
// CHECK: weft.form = "counted: sequences meet in
// CHECK-NOT: weft.parallel
func.func @meets(%h0: tensor<6x4xf32>, %xs: tensor<5x6x4xf32>) -> tensor<6x4xf32> {
  %last = weft.scan carry(%h0) over(%xs) {
  ^bb0(%h: tensor<6x4xf32>, %x: tensor<6x4xf32>):
    %most = weft.max %h axes [0] : tensor<6x4xf32> -> tensor<4xf32>
    %all = weft.broadcast %most dims [1] : tensor<4xf32> -> tensor<6x4xf32>
    %s = weft.add %all, %x : tensor<6x4xf32>
    %n = weft.softmax %s axis 1 : tensor<6x4xf32>
    weft.yield %n : tensor<6x4xf32>
  } : (tensor<6x4xf32>) -> tensor<6x4xf32>, (tensor<5x6x4xf32>) -> ()
  return %last : tensor<6x4xf32>
}

// A mean over the batch that every sequence reads would need all slices in each step.
// CHECK-LABEL: func.func @mean(
// CHECK: weft.form = "counted: {{.*}}
// CHECK-NOT: weft.parallel
func.func @mean(%h0: tensor<6x4xf32>, %xs: tensor<5x6x4xf32>) -> tensor<6x4xf32> {
  %last = weft.scan carry(%h0) over(%xs) {
  ^bb0(%h: tensor<6x4xf32>, %x: tensor<6x4xf32>):
    %sum = weft.sum %h axes [0] : tensor<6x4xf32> -> tensor<4xf32>
    %all = weft.broadcast %sum dims [1] : tensor<4xf32> -> tensor<6x4xf32>
    %s = weft.add %all, %x : tensor<6x4xf32>
    %n = weft.softmax %s axis 1 : tensor<6x4xf32>
    weft.yield %n : tensor<6x4xf32>
  } : (tensor<6x4xf32>) -> tensor<6x4xf32>, (tensor<5x6x4xf32>) -> ()
  return %last : tensor<6x4xf32>
}

// What no sequence has a part in is the same in all slices: the first gives it.
// CHECK-LABEL: func.func @shared(
// CHECK: %[[R:.*]]:2 = weft.scan carry() over
// CHECK-SAME: weft.parallel
// CHECK: } : () -> (), (tensor<3x5x2x4xf32>) -> (tensor<3x5x2x4xf32>, tensor<3x5x4xf32>)
// CHECK: weft.slice %[[R]]#1 axis 0 start 0 length 1 : tensor<3x5x4xf32> -> tensor<1x5x4xf32>
func.func @shared(%xs: tensor<5x6x4xf32>, %w: tensor<4xf32>) -> (tensor<5x6x4xf32>, tensor<5x4xf32>) {
  %all, %mix = weft.scan carry() over(%xs) with(%w : tensor<4xf32>) {
  ^bb0(%x: tensor<6x4xf32>, %v: tensor<4xf32>):
    %m = weft.softmax %v axis 0 : tensor<4xf32>
    %b = weft.broadcast %m dims [1] : tensor<4xf32> -> tensor<6x4xf32>
    %y = weft.mul %x, %b : tensor<6x4xf32>
    %z = weft.softmax %y axis 1 : tensor<6x4xf32>
    weft.yield %z, %m : tensor<6x4xf32>, tensor<4xf32>
  } : () -> (), (tensor<5x6x4xf32>) -> (tensor<5x6x4xf32>, tensor<5x4xf32>)
  return %all, %mix : tensor<5x6x4xf32>, tensor<5x4xf32>
}

// A reshape that deals the elements of the batch out anew keeps the scan together, though its result has the batch too.
// CHECK-LABEL: func.func @dealt(
// CHECK: weft.form = "counted: sequences meet in
func.func @dealt(%xs: tensor<5x2x6xf32>) -> tensor<5x6x2xf32> {
  %all = weft.scan carry() over(%xs) {
  ^bb0(%x: tensor<2x6xf32>):
    %r = weft.reshape %x : tensor<2x6xf32> -> tensor<6x2xf32>
    %t = weft.transpose %x permutation [1, 0] : tensor<2x6xf32> -> tensor<6x2xf32>
    %n = weft.add %r, %t : tensor<6x2xf32>
    weft.yield %n : tensor<6x2xf32>
  } : () -> (), (tensor<5x2x6xf32>) -> tensor<5x6x2xf32>
  return %all : tensor<5x6x2xf32>
}

// What stands before the scan reads the whole: slices are made behind it.
// CHECK-LABEL: func.func @earlier(
// CHECK: weft.sum %{{.*}} axes [1] : tensor<5x6x4xf32> -> tensor<5x4xf32>
// CHECK: weft.parallel
func.func @earlier(%ys: tensor<5x6x4xf32>) -> (tensor<5x4xf32>, tensor<5x6x4xf32>) {
  %xs = weft.tanh %ys : tensor<5x6x4xf32>
  %s = weft.sum %xs axes [1] : tensor<5x6x4xf32> -> tensor<5x4xf32>
  %all = weft.scan carry() over(%xs) {
  ^bb0(%x: tensor<6x4xf32>):
    %n = weft.softmax %x axis 1 : tensor<6x4xf32>
    weft.yield %n : tensor<6x4xf32>
  } : () -> (), (tensor<5x6x4xf32>) -> tensor<5x6x4xf32>
  return %s, %all : tensor<5x4xf32>, tensor<5x6x4xf32>
}

// A counter of steps begins with zero and is no sum over the batch.
// CHECK-LABEL: func.func @counter(
// CHECK: weft.parallel
func.func @counter(%zero: tensor<6x4xf32>, %xs: tensor<5x6x4xf32>) -> tensor<6x4xf32> {
  %none = weft.constant dense<0.0> : tensor<f32>
  %last, %steps = weft.scan carry(%zero, %none) over(%xs) {
  ^bb0(%h: tensor<6x4xf32>, %i: tensor<f32>, %x: tensor<6x4xf32>):
    %one = weft.constant dense<1.0> : tensor<f32>
    %next = weft.add %i, %one : tensor<f32>
    %each = weft.broadcast %next dims [] : tensor<f32> -> tensor<6x4xf32>
    %s = weft.mul %x, %each : tensor<6x4xf32>
    %n = weft.add %h, %s : tensor<6x4xf32>
    weft.yield %n, %next : tensor<6x4xf32>, tensor<f32>
  } : (tensor<6x4xf32>, tensor<f32>) -> (tensor<6x4xf32>, tensor<f32>), (tensor<5x6x4xf32>) -> ()
  return %last : tensor<6x4xf32>
}

// CHECK-LABEL: func.func @of_constant(
// CHECK: weft.form = "counted: cumsum of a constant"
func.func @of_constant(%xs: tensor<5x6x4xf32>) -> tensor<5x6x4xf32> {
  %all = weft.scan carry() over(%xs) {
  ^bb0(%x: tensor<6x4xf32>):
    %one = weft.constant dense<1.0> : tensor<6x4xf32>
    %c = weft.cumsum %one axis 1 : tensor<6x4xf32>
    %n = weft.add %c, %x : tensor<6x4xf32>
    weft.yield %n : tensor<6x4xf32>
  } : () -> (), (tensor<5x6x4xf32>) -> tensor<5x6x4xf32>
  return %all : tensor<5x6x4xf32>
}

// CHECK-LABEL: func.func @empty(
// CHECK: weft.form = "counted: a tensor without elements"
func.func @empty(%xs: tensor<0x6x4xf32>) -> tensor<0x6x4xf32> {
  %all = weft.scan carry() over(%xs) {
  ^bb0(%x: tensor<6x4xf32>):
    %n = weft.softmax %x axis 1 : tensor<6x4xf32>
    weft.yield %n : tensor<6x4xf32>
  } : () -> (), (tensor<0x6x4xf32>) -> tensor<0x6x4xf32>
  return %all : tensor<0x6x4xf32>
}
