// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --weft-choose-schedule %s | FileCheck %s
// RUN: weft-opt --weft-choose-schedule=target=cpu:avx2 %s | FileCheck %s
// RUN: weft-opt --weft-choose-schedule=target=cpu:amx %s | FileCheck %s --check-prefix=AMX
// RUN: weft-opt --weft-choose-schedule=target=sm_80 %s | FileCheck %s --check-prefix=GPU
// RUN: weft-opt --weft-choose-schedule=target=sm_90a %s | FileCheck %s --check-prefix=GROUPS
// RUN: not weft-opt --weft-choose-schedule=target=abacus %s 2>&1 | FileCheck %s --check-prefix=INVALID

// INVALID: expects a target with a schedule table (cpu, cpu:<features>, sm_80 or sm_90a), got 'abacus'

// CHECK-LABEL: func.func @schedule
// CHECK: weft.dot {{.*}}schedule = {cols = 64 : i64, depth = 512 : i64, rows = 256 : i64}
// CHECK: weft.dot {{.*}}schedule = {cols = 64 : i64, depth = 256 : i64, rows = 128 : i64}
// CHECK: weft.neg {{.*}}schedule = {cols = 256 : i64, depth = 16 : i64, rows = 1 : i64}
// GPU: weft.dot {{.*}}schedule = {cols = 64 : i64, depth = 32 : i64, rows = 64 : i64, unit = 16 : i64}
// GPU: weft.dot {{.*}}schedule = {cols = 64 : i64, depth = 16 : i64, rows = 32 : i64, unit = 16 : i64}
// GPU: weft.neg {{.*}}schedule = {cols = 1024 : i64, depth = 1 : i64, rows = 1 : i64}
func.func @schedule(%a: tensor<4x4xf32>, %b: tensor<4x4xf64>) -> (tensor<4x4xf32>, tensor<4x4xf64>) {
  %y = weft.dot %a, %a batch [] x [] contract [1] x [0] : tensor<4x4xf32>, tensor<4x4xf32> -> tensor<4x4xf32>
  %z = weft.dot %b, %b batch [] x [] contract [1] x [0] : tensor<4x4xf64>, tensor<4x4xf64> -> tensor<4x4xf64>
  %n = weft.neg %y : tensor<4x4xf32>
  return %n, %z : tensor<4x4xf32>, tensor<4x4xf64>
}

// On a GPU of one size, whatever the reach.
// GPU-LABEL: func.func @attention
// GPU-COUNT-3: schedule = {cols = 32 : i64, depth = 1 : i64, rows = 64 : i64}

// Tiles of keys are wide where the reach is far and few features leave room for them.
// CHECK-LABEL: func.func @attention
// CHECK: weft.span_attention {{.*}} reach 0 to <511>
// CHECK: schedule = {cols = 96 : i64, depth = 1 : i64, rows = 32 : i64}
// CHECK: weft.span_attention {{.*}} reach 0 to <510>
// CHECK: schedule = {cols = 32 : i64, depth = 1 : i64, rows = 32 : i64}
// CHECK: weft.span_attention {{.*}} reach 0 to <511>
// CHECK: schedule = {cols = 32 : i64, depth = 1 : i64, rows = 32 : i64}
func.func @attention(%q: tensor<1x1x64x64xf32>, %k: tensor<1x1x512x64xf32>, %w: tensor<1x1x64x65xf32>, %x: tensor<1x1x512x65xf32>)
    -> (tensor<1x1x64x64xf32>, tensor<1x1x64x64xf32>, tensor<1x1x64x65xf32>) {
  %y0, %stats0 = weft.span_attention %q, %k, %k reach 0 to #weft.size<511> before_start masked kinds [] epsilon 0.0 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %present = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %present, %one : f32, i1, f32
  } : tensor<1x1x64x64xf32>, tensor<1x1x512x64xf32>, tensor<1x1x512x64xf32> -> tensor<1x1x64x64xf32>, tensor<1x1x64x3xf32>
  %y1, %stats1 = weft.span_attention %q, %k, %k reach 0 to #weft.size<510> before_start masked kinds [] epsilon 0.0 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %present = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %present, %one : f32, i1, f32
  } : tensor<1x1x64x64xf32>, tensor<1x1x512x64xf32>, tensor<1x1x512x64xf32> -> tensor<1x1x64x64xf32>, tensor<1x1x64x3xf32>
  %y2, %stats2 = weft.span_attention %w, %x, %x reach 0 to #weft.size<511> before_start masked kinds [] epsilon 0.0 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %present = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %present, %one : f32, i1, f32
  } : tensor<1x1x64x65xf32>, tensor<1x1x512x65xf32>, tensor<1x1x512x65xf32> -> tensor<1x1x64x65xf32>, tensor<1x1x64x3xf32>
  return %y0, %y1, %y2 : tensor<1x1x64x64xf32>, tensor<1x1x64x64xf32>, tensor<1x1x64x65xf32>
}

// Heads with a reach of their own: on a GPU, whose blocks are dealt their tasks, the farthest first.
// GPU-LABEL: func.func @heads
// GPU: schedule = {cols = 32 : i64, depth = 1 : i64, far_first, rows = 64 : i64}
// CHECK-LABEL: func.func @heads
// CHECK-NOT: far_first
func.func @heads(%q: tensor<1x2x64x8xf32>, %k: tensor<1x2x128x8xf32>, %reach: tensor<2xf32>) -> tensor<1x2x64x8xf32> {
  %y, %stats = weft.span_attention %q, %k, %k reach 0 to #weft.size<64> heads(%reach : tensor<2xf32>) before_start masked kinds [] epsilon 0.0 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %present = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %present, %one : f32, i1, f32
  } : tensor<1x2x64x8xf32>, tensor<1x2x128x8xf32>, tensor<1x2x128x8xf32> -> tensor<1x2x64x8xf32>, tensor<1x2x64x3xf32>
  return %y : tensor<1x2x64x8xf32>
}

// Tensor cores take twice the rows.
// GPU-LABEL: func.func @rounded
// GPU: weft.dot {{.*}}schedule = {cols = 64 : i64, depth = 32 : i64, rows = 128 : i64, unit = 16 : i64}
func.func @rounded(%a: tensor<4x4xbf16>) -> tensor<4x4xf32> {
  %y = weft.dot %a, %a batch [] x [] contract [1] x [0] : tensor<4x4xbf16>, tensor<4x4xbf16> -> tensor<4x4xf32>
  return %y : tensor<4x4xf32>
}

// A left factor that lies down its columns, as in a weight's gradient, is copied: more columns share the copy.
// CHECK-LABEL: func.func @gradient
// CHECK: weft.dot {{.*}}schedule = {cols = 128 : i64, depth = 64 : i64, rows = 256 : i64}
// CHECK: weft.dot {{.*}}schedule = {cols = 64 : i64, depth = 512 : i64, rows = 256 : i64}
// AMX-LABEL: func.func @gradient
// AMX: weft.dot {{.*}}schedule = {cols = 128 : i64, depth = 128 : i64, rows = 256 : i64}
// AMX: weft.dot {{.*}}schedule = {cols = 64 : i64, depth = 512 : i64, rows = 256 : i64}
// GPU-LABEL: func.func @gradient
// GPU: weft.dot {{.*}}schedule = {cols = 64 : i64, depth = 32 : i64, rows = 128 : i64, unit = 16 : i64}
func.func @gradient(%a: tensor<4x4xbf16>) -> (tensor<4x4xf32>, tensor<4x4xf32>) {
  %w = weft.dot %a, %a batch [] x [] contract [0] x [0] : tensor<4x4xbf16>, tensor<4x4xbf16> -> tensor<4x4xf32>
  %y = weft.dot %a, %a batch [] x [] contract [1] x [1] : tensor<4x4xbf16>, tensor<4x4xbf16> -> tensor<4x4xf32>
  return %w, %y : tensor<4x4xf32>, tensor<4x4xf32>
}

// Attention backwards has kernels of its own for queries, keys and distances where heads in all batch entries, at the bound of the
// batch, do not fill a GPU. More features and factors of bf16 leave room for fewer rows. A schedule that is there already stays.
// GPU-LABEL: func.func @backwards
// GPU-COUNT-2: schedule = {apart, cols = 32 : i64, depth = 1 : i64, rows = 32 : i64}
// GPU-COUNT-2: schedule = {apart, cols = 32 : i64, depth = 1 : i64, rows = 16 : i64}
// GPU: schedule = {cols = 16 : i64, depth = 1 : i64, rows = 32 : i64}
// GPU: schedule = {cols = 8 : i64, depth = 1 : i64, rows = 8 : i64}
// CHECK-LABEL: func.func @backwards
// CHECK-NOT: apart
// CHECK: schedule = {cols = 8 : i64, depth = 1 : i64, rows = 8 : i64}
func.func @backwards(%q0: tensor<1x4x64x64xf32>, %y0: tensor<1x4x64x64xf32>, %s0: tensor<1x4x64x3xf32>,
    %q1: tensor<?x4x64x8xf32, #weft.bounded<[b(107 by 1), 4, 64, 8]>>, %y1: tensor<?x4x64x8xf32, #weft.bounded<[b(107 by 1), 4, 64, 8]>>, %s1: tensor<?x4x64x3xf32, #weft.bounded<[b(107 by 1), 4, 64, 3]>>,
    %q2: tensor<1x4x64x8xbf16>, %y2: tensor<1x4x64x8xf32>, %s2: tensor<1x4x64x3xf32>,
    %q3: tensor<1x4x64x65xf32>, %y3: tensor<1x4x64x65xf32>, %s3: tensor<1x4x64x3xf32>,
    %q4: tensor<?x4x64x8xf32, #weft.bounded<[b(108 by 1), 4, 64, 8]>>, %y4: tensor<?x4x64x8xf32, #weft.bounded<[b(108 by 1), 4, 64, 8]>>, %s4: tensor<?x4x64x3xf32, #weft.bounded<[b(108 by 1), 4, 64, 3]>>,
    %q5: tensor<1x4x64x8xf32>, %y5: tensor<1x4x64x8xf32>, %s5: tensor<1x4x64x3xf32>)
    -> (tensor<1x4x64x64xf32>, tensor<?x4x64x8xf32, #weft.bounded<[b(107 by 1), 4, 64, 8]>>, tensor<1x4x64x8xf32>, tensor<1x4x64x65xf32>, tensor<?x4x64x8xf32, #weft.bounded<[b(108 by 1), 4, 64, 8]>>, tensor<1x4x64x8xf32>) {
  %dq0, %dk0, %dv0 = weft.span_attention_grad %q0, %q0, %q0 reach 0 to #weft.size<64> before_start masked kinds [] epsilon 0.0 given %y0, %s0, %q0 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %present = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %present, %one : f32, i1, f32
  } : tensor<1x4x64x64xf32>, tensor<1x4x64x64xf32>, tensor<1x4x64x64xf32>, tensor<1x4x64x3xf32>, tensor<1x4x64x64xf32> -> tensor<1x4x64x64xf32>, tensor<1x4x64x64xf32>, tensor<1x4x64x64xf32>
  %dq1, %dk1, %dv1 = weft.span_attention_grad %q1, %q1, %q1 reach 0 to #weft.size<64> before_start masked kinds [] epsilon 0.0 given %y1, %s1, %q1 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %present = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %present, %one : f32, i1, f32
  } : tensor<?x4x64x8xf32, #weft.bounded<[b(107 by 1), 4, 64, 8]>>, tensor<?x4x64x8xf32, #weft.bounded<[b(107 by 1), 4, 64, 8]>>, tensor<?x4x64x8xf32, #weft.bounded<[b(107 by 1), 4, 64, 8]>>, tensor<?x4x64x3xf32, #weft.bounded<[b(107 by 1), 4, 64, 3]>>, tensor<?x4x64x8xf32, #weft.bounded<[b(107 by 1), 4, 64, 8]>> -> tensor<?x4x64x8xf32, #weft.bounded<[b(107 by 1), 4, 64, 8]>>, tensor<?x4x64x8xf32, #weft.bounded<[b(107 by 1), 4, 64, 8]>>, tensor<?x4x64x8xf32, #weft.bounded<[b(107 by 1), 4, 64, 8]>>
  %dq2, %dk2, %dv2 = weft.span_attention_grad %q2, %q2, %q2 reach 0 to #weft.size<64> before_start masked kinds [] epsilon 0.0 given %y2, %s2, %q2 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %present = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %present, %one : f32, i1, f32
  } : tensor<1x4x64x8xbf16>, tensor<1x4x64x8xbf16>, tensor<1x4x64x8xbf16>, tensor<1x4x64x3xf32>, tensor<1x4x64x8xbf16> -> tensor<1x4x64x8xf32>, tensor<1x4x64x8xf32>, tensor<1x4x64x8xf32>
  %dq3, %dk3, %dv3 = weft.span_attention_grad %q3, %q3, %q3 reach 0 to #weft.size<64> before_start masked kinds [] epsilon 0.0 given %y3, %s3, %q3 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %present = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %present, %one : f32, i1, f32
  } : tensor<1x4x64x65xf32>, tensor<1x4x64x65xf32>, tensor<1x4x64x65xf32>, tensor<1x4x64x3xf32>, tensor<1x4x64x65xf32> -> tensor<1x4x64x65xf32>, tensor<1x4x64x65xf32>, tensor<1x4x64x65xf32>
  %dq4, %dk4, %dv4 = weft.span_attention_grad %q4, %q4, %q4 reach 0 to #weft.size<64> before_start masked kinds [] epsilon 0.0 given %y4, %s4, %q4 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %present = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %present, %one : f32, i1, f32
  } : tensor<?x4x64x8xf32, #weft.bounded<[b(108 by 1), 4, 64, 8]>>, tensor<?x4x64x8xf32, #weft.bounded<[b(108 by 1), 4, 64, 8]>>, tensor<?x4x64x8xf32, #weft.bounded<[b(108 by 1), 4, 64, 8]>>, tensor<?x4x64x3xf32, #weft.bounded<[b(108 by 1), 4, 64, 3]>>, tensor<?x4x64x8xf32, #weft.bounded<[b(108 by 1), 4, 64, 8]>> -> tensor<?x4x64x8xf32, #weft.bounded<[b(108 by 1), 4, 64, 8]>>, tensor<?x4x64x8xf32, #weft.bounded<[b(108 by 1), 4, 64, 8]>>, tensor<?x4x64x8xf32, #weft.bounded<[b(108 by 1), 4, 64, 8]>>
  %dq5, %dk5, %dv5 = weft.span_attention_grad %q5, %q5, %q5 reach 0 to #weft.size<64> before_start masked kinds [] epsilon 0.0 given %y5, %s5, %q5 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %present = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %present, %one : f32, i1, f32
  } {schedule = {cols = 8 : i64, depth = 1 : i64, rows = 8 : i64}} : tensor<1x4x64x8xf32>, tensor<1x4x64x8xf32>, tensor<1x4x64x8xf32>, tensor<1x4x64x3xf32>, tensor<1x4x64x8xf32> -> tensor<1x4x64x8xf32>, tensor<1x4x64x8xf32>, tensor<1x4x64x8xf32>
  return %dq0, %dq1, %dq2, %dq3, %dq4, %dq5 : tensor<1x4x64x64xf32>, tensor<?x4x64x8xf32, #weft.bounded<[b(107 by 1), 4, 64, 8]>>, tensor<1x4x64x8xf32>, tensor<1x4x64x65xf32>, tensor<?x4x64x8xf32, #weft.bounded<[b(108 by 1), 4, 64, 8]>>, tensor<1x4x64x8xf32>
}

// On sm_90a products of 16 bits are warp groups', others and all other ops as on sm_80.
// GROUPS-LABEL: func.func @narrow_product
// GROUPS: weft.dot {{.*}}schedule = {cols = 256 : i64, depth = 64 : i64, group_rows = 64 : i64, otherwise = array<i64: 128, 64, 32>, processors = 132 : i64, rows = 128 : i64, unit = 16 : i64}
func.func @narrow_product(%a: tensor<64x64xbf16>) -> tensor<64x64xf32> {
  %y = weft.dot %a, %a batch [] x [] contract [1] x [0] : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
  return %y : tensor<64x64xf32>
}
