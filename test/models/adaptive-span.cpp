// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The adaptive-span program: sizes that follow the spans, the configs, bad fields.
// RUN: %models/adaptive-span --describe | FileCheck %s --check-prefix=DESCRIBE
// RUN: %models/adaptive-span --trace layers=1 span=128 block=16 heads=2 hidden=8 > %t.mlir
// RUN: FileCheck %s < %t.mlir
// RUN: weft-opt %t.mlir -o /dev/null
// RUN: sh -c '%models/adaptive-span --trace hidden=10 heads=4; test $? = 2' 2>&1 | FileCheck %s --check-prefix=HEADS
// RUN: %models/adaptive-span --trace layers=1 span=128 block=16 heads=2 hidden=8 adapt_span=false pers_mem=3 > %t.pers.mlir
// RUN: FileCheck %s --check-prefix=PERS < %t.pers.mlir
// RUN: %models/adaptive-span --trace layers=1 span=128 block=16 heads=2 hidden=8 skip=true | FileCheck %s --check-prefix=SKIP
// SKIP: weft.span_attention {{.*}} reach 1 to <step.span0(128 by 64)> heads({{.*}} : tensor<2xf32>) before_start zeros
//
// DESCRIBE: "configs": [
// DESCRIBE: "name": "demo"
// DESCRIBE: "name": "enwik8"
// DESCRIBE: "name": "enwik8_large"
// DESCRIBE: "name": "enwik8_pers"
// DESCRIBE: "name": "enwik8_pers_small"
// DESCRIBE: "name": "enwik8_small"
// DESCRIBE: "name": "text8"
// DESCRIBE: "name": "text8_large"
// DESCRIBE: "name": "tiny"
// DESCRIBE: "functions": [
// DESCRIBE-NEXT: "step",
// DESCRIBE-NEXT: "eval",
// DESCRIBE-NEXT: "generate"
//
// The cache is what the call gives; reach and the next cache are computed from z before anything of
// their size.
// CHECK: weft.param @layer0.z : tensor<2xf32> init "constant" scale 0.000000e+00 {high = 1.0{{.*}} low = 0.0
// CHECK: weft.state @step.layer0.cache : tensor<8x?x8xf32, #weft.bounded<[8, step.cache0(128 by 16), 8]>>
// CHECK: weft.state @generate.layer0.cache : tensor<1x?x8xf32, #weft.bounded<[1, generate.cache0(128 by 1), 8]>>
// CHECK: func.func @step({{.*}} {weft.name = "loss", weft.role = "output"}{{.*}} {weft.name = "objective", weft.role = "output"}
// CHECK: weft.set_size <step.span0(128 by 64)>
// CHECK: weft.set_size <step.next0(128 by 16)>
// CHECK: %[[PAST:.*]] = weft.stop_gradient {{.*}}step.cache0(128 by 16), 8]>>
// CHECK: weft.concat %[[PAST]], {{.*}} step.cache0(128 by 16) + 16, 8]>>
// CHECK: weft.span_attention {{.*}} reach 1 to <step.span0(128 by 64)> before_start zeros
// CHECK: func.func @eval(
// CHECK-NOT: weft.name = "objective"
// CHECK: func.func @generate({{.*}} -> (tensor<1x256xf32> {weft.name = "logits", weft.role = "output"}, tensor<1x?x8xf32
//
// HEADS: error: hidden expects to be a multiple of heads, got 10 vs 4
//
// Fixed spans have no z and no run-time reach; persistent vectors replace the feed-forward layer.
// PERS-NOT: @layer0.z
// PERS-NOT: @layer0.ff
// PERS: weft.param @layer0.key : tensor<2x3x4xf32> init "normal" scale 5.000000e-01
// PERS: weft.param @layer0.value : tensor<2x3x4xf32> init "normal" scale 0.577
// PERS: weft.span_attention {{.*}} source_keys({{.*}} : tensor<1x2x3x4xf32>) source_values({{.*}} : tensor<1x2x3x4xf32>) reach 1 to <128> before_start zeros kinds [] epsilon 0.000000e+00
