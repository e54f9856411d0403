// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The feedback program: one memory that all layers read, the configs, bad fields.
// RUN: %models/feedback --describe | FileCheck %s --check-prefix=DESCRIBE
// DEFINE: %{small} = hidden=8 heads=2 ff=6 span=6 block=4 batch=2 eval_batch=3
// RUN: %models/feedback --trace %{small} > %t.mlir
// RUN: FileCheck %s < %t.mlir
// RUN: weft-opt %t.mlir -o /dev/null
// RUN: %models/feedback --trace %{small} dropout=0.2 share_kv=true | FileCheck %s --check-prefix=SHARED
// RUN: %models/feedback --trace %{small} feedback=false | FileCheck %s --check-prefix=PLAIN
// RUN: sh -c '%models/feedback --trace hidden=10 heads=4; test $? = 2' 2>&1 | FileCheck %s --check-prefix=HEADS
// RUN: sh -c '%models/feedback --trace memory=layer memory_layer=3; test $? = 2' 2>&1 | FileCheck %s --check-prefix=LAYER
// RUN: sh -c '%models/feedback --trace memory=top feedback=false; test $? = 2' 2>&1 | FileCheck %s --check-prefix=MEMORY
// RUN: sh -c '%models/feedback --trace share_kv=true feedback=false; test $? = 2' 2>&1 | FileCheck %s --check-prefix=SHARE
// RUN: sh -c '%models/feedback --trace carry_norm=true pre_norm=false; test $? = 2' 2>&1 | FileCheck %s --check-prefix=CARRY
//
// DESCRIBE: "configs": [
// DESCRIBE: "name": "algorithmic"
// DESCRIBE: "name": "char_ptb"
// DESCRIBE: "name": "enwik8"
// DESCRIBE: "name": "small"
// DESCRIBE: "name": "tiny"
// DESCRIBE: "name": "wiki103"
// DESCRIBE: "name": "wiki103_large"
// DESCRIBE: "functions": [
// DESCRIBE-NEXT: "step",
// DESCRIBE-NEXT: "eval",
// DESCRIBE-NEXT: "generate"
//
// Keys and values of both layers are a memory of 6 slots for a block of 4; a token at a time has 1
// new slot.
// CHECK: weft.state @step.memory : tensor<2x6x8xf32>
// CHECK: weft.state @generate.memory : tensor<1x6x8xf32>
// CHECK: func.func @step({{.*}} {weft.name = "loss", weft.role = "output"}{{.*}} {weft.name = "objective", weft.role = "output"}
// CHECK: weft.scan {{.*}} memory({{.*}}) : (tensor<10x2x2x4xf32>, tensor<10x2x2x4xf32>, tensor<10x2x2x4xf32>, tensor<10x2x2x4xf32>) ->
// CHECK: func.func @eval({{.*}} {weft.name = "counted", weft.role = "output"}{{.*}} {weft.name = "correct", weft.role = "output"}
// CHECK: func.func @generate({{.*}} -> (tensor<1x256xf32> {weft.name = "logits", weft.role = "output"}, tensor<1x6x8xf32>
//
// SHARED: weft.param @Wk : tensor<2x4x8xf32>
// SHARED-NOT: @layer{{[01]}}.Wk
// SHARED: weft.dropout
// SHARED: weft.scan {{.*}} memory({{.*}}) : (tensor<10x2x2x4xf32>, tensor<10x2x2x4xf32>) ->
//
// PLAIN-NOT: weft.scan
// PLAIN: weft.span_attention {{.*}} reach 1 to <6> before_start zeros
//
// HEADS: error: hidden expects to be a multiple of heads where head_width is 0, got 10 vs 4
// LAYER: error: memory_layer expects one of the layers 0 .. 2, got 3
// MEMORY: error: memory=top belongs to feedback=true: a plain Transformer has no memory of its own
// SHARE: error: share_kv belongs to feedback=true
// CARRY: error: carry_norm belongs to pre_norm=true
