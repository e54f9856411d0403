// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The PTX of a product of two warp groups: they wait, multiply four times 64 x 256 x 16 each, wait for that and give the stage back; the third group
// copies. With ptxas it becomes machine code: a warning that products run one by one would be an error.
// RUN: weft compile %s -q --target=sm_90a --emit=ptx -o - | FileCheck %s
// RUN: weft compile %s -q --target=sm_90a --emit=nvvm -o - | FileCheck %s --check-prefix=NVVM
// RUN: if command -v ptxas; then weft compile %s -q --target=sm_90a --emit=cubin -o %t.cubin; fi
// RUN: weft compile %s -q --target=sm_80 --emit=ptx -o - | FileCheck %s --check-prefix=OLD

// CHECK: .target sm_90a
// CHECK: .reqntid 384
// CHECK: .minnctapersm 1
// CHECK-COUNT-8: mbarrier.init.shared.b64
// CHECK: bar.sync 0
// CHECK: setmaxnreg.inc.sync.aligned.u32 232
// CHECK: mbarrier.try_wait.parity.shared.b64
// CHECK: fence.proxy.async.shared::cta
// CHECK: wgmma.fence.sync.aligned
// CHECK-COUNT-4: wgmma.mma_async.sync.aligned.m64n256k16.f32.bf16.bf16
// CHECK: wgmma.commit_group.sync.aligned
// CHECK: wgmma.wait_group.sync.aligned 0
// CHECK: mbarrier.arrive.shared.b64
// CHECK: setmaxnreg.dec.sync.aligned.u32 40
// CHECK-DAG: mbarrier.try_wait.parity.shared.b64
// CHECK-DAG: cp.async.cg.shared.global
// CHECK-DAG: cp.async.mbarrier.arrive.noinc.shared.b64
// The simulator plays what this names.
// NVVM: !weft.target = !{![[NAME:[0-9]+]]}
// NVVM: ![[NAME]] = !{!"sm_90a"}
// OLD-NOT: wgmma
// OLD: mma.sync.aligned.m16n8k16
func.func @product(%a: tensor<4096x1024xbf16> {weft.name = "a", weft.role = "input"}, %b: tensor<1024x4096xbf16> {weft.name = "b", weft.role = "input"})
    -> (tensor<4096x4096xf32> {weft.name = "y", weft.role = "output"}) {
  %y = weft.dot %a, %b batch [] x [] contract [1] x [0] : tensor<4096x1024xbf16>, tensor<1024x4096xbf16> -> tensor<4096x4096xf32>
  return %y : tensor<4096x4096xf32>
}
