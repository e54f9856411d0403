// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The Sparse Transformer's program: layouts of its layers, the configs, bad fields.
// RUN: %models/sparse --describe | FileCheck %s --check-prefix=DESCRIBE
// DEFINE: %{small} = context=96 hidden=8 heads=4 layers=2 ff=8 stride=24 columns=8
// RUN: %models/sparse --trace %{small} > %t.mlir
// RUN: FileCheck %s < %t.mlir
// RUN: weft-opt %t.mlir -o /dev/null
// RUN: %models/sparse --trace %{small} groups=2 integration=heads | FileCheck %s --check-prefix=HEADS
// RUN: %models/sparse --trace %{small} attention=strided integration=interleaved dropout=0.1 | FileCheck %s --check-prefix=TURNS
// DEFINE: %{wrong} = sh -c '%models/sparse --trace "$@"; test $? = 2' sparse
// RUN: %{wrong} hidden=10 2>&1 | FileCheck %s --check-prefix=HIDDEN
// RUN: %{wrong} qk=10 2>&1 | FileCheck %s --check-prefix=QK
// RUN: %{wrong} block=24 2>&1 | FileCheck %s --check-prefix=BLOCK
// RUN: %{wrong} context=100 positions=line attention=strided 2>&1 | FileCheck %s --check-prefix=STRIDE
// RUN: %{wrong} context=100 2>&1 | FileCheck %s --check-prefix=MATRIX
// RUN: %{wrong} groups=8 2>&1 | FileCheck %s --check-prefix=GROUPS
// RUN: %{wrong} columns=12 2>&1 | FileCheck %s --check-prefix=COLUMNS
// RUN: %{wrong} groups=4 attention=strided 2>&1 | FileCheck %s --check-prefix=OF-FIXED
// RUN: %{wrong} heads=1 integration=heads 2>&1 | FileCheck %s --check-prefix=TURN
// RUN: %{wrong} positions=image 2>&1 | FileCheck %s --check-prefix=IMAGE
// RUN: %{wrong} width=4 2>&1 | FileCheck %s --check-prefix=WIDTH
//
// DESCRIBE: "configs": [
// DESCRIBE: "name": "audio-small"
// DESCRIBE: "name": "audio"
// DESCRIBE: "name": "cifar-small"
// DESCRIBE: "name": "cifar10"
// DESCRIBE: "name": "enwik8-small"
// DESCRIBE: "name": "enwik8"
// DESCRIBE: "name": "imagenet64"
// DESCRIBE: "name": "tiny"
// DESCRIBE: "functions": [
// DESCRIBE-NEXT: "step",
// DESCRIBE-NEXT: "eval",
// DESCRIBE-NEXT: "generate"
//
// Wo and W2 begin smaller by sqrt(2 N), 2 layers: 0.125 / sqrt(8) / 2.
// CHECK: weft.param @layer0.Wq : tensor<4x2x8xf32> init "normal" scale 0.0441
// CHECK: weft.param @layer0.Wo : tensor<8x4x2xf32> init "normal" scale 0.0220
// CHECK: weft.param @layer0.W2 : tensor<8x8xf32> init "normal" scale 0.0220
// CHECK: weft.param @out : tensor<256x8xf32> init "zeros"
// CHECK: func.func @step(
// CHECK-COUNT-2: layout <16, [window(24) | columns(24, 8, 0)]>
// CHECK: func.func @eval({{.*}}weft.name = "losses"
// CHECK: func.func @generate({{.*}} -> (tensor<1x256xf32> {weft.name = "logits", weft.role = "output"}, tensor<f32>
//
// HEADS: layout <16, [window(24), columns(24, 8, 0), columns(24, 8, 1)] heads [0, 1, 0, 2]>
//
// TURNS: layout <16, [local(24)]>
// TURNS: weft.span_attention {{.*}} reach 0 to <3>
//
// HIDDEN: error: hidden expects to be a multiple of heads, got 10 vs 4; 8 would fit
// QK: error: qk expects to be a multiple of heads, got 10 vs 4; 8 would fit
// BLOCK: error: block expects 16, 32, 64 or 128, got 24
// STRIDE: error: context expects to be a multiple of stride, got 100 vs 32; 128 would fit
// MATRIX: error: context expects to be a multiple of stride, the width of the matrix of positions, got 100 vs 32; 96 would fit
// GROUPS: error: columns expects to divide stride into at least as many parts as there are groups, got 8 of 32 for 8
// COLUMNS: error: columns expects to divide stride into at least as many parts as there are groups, got 12 of 32 for 1
// OF-FIXED: error: groups belongs to attention fixed, got attention strided
// TURN: error: heads expects to be a multiple of 2, the patterns that they take turns with, got 1
// IMAGE: error: context expects to be a multiple of 3 width, a row of an image, got 256 vs 0
// WIDTH: error: width belongs to positions image, got positions matrix
