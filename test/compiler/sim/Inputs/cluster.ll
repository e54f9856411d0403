; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; Clusters of two blocks. Each block loads its half of 2048 words and sends it to both; each adds up every
; second word of all, and the blocks add their sums through each other's shared memory.
target datalayout = "e-p6:32:32-i64:64-i128:128-i256:256-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

@smem = external addrspace(3) global [0 x i8], align 1024
@bar = internal addrspace(3) global i64 undef, align 8
@sums = internal addrspace(3) global [128 x i32] undef, align 16

declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.clusterid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.cluster.ctarank()
declare void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3), i32)
declare void @llvm.nvvm.fence.mbarrier_init.release.cluster()
declare i64 @llvm.nvvm.mbarrier.arrive.expect.tx.scope.cta.space.cta(ptr addrspace(3), i32)
declare i1 @llvm.nvvm.mbarrier.try.wait.parity.scope.cluster.space.cta(ptr addrspace(3), i32)
declare void @llvm.nvvm.cp.async.bulk.tensor.g2s.tile.1d(ptr addrspace(7), ptr addrspace(3), ptr, i32, i16, i64, i1, i1, i32)
declare void @llvm.nvvm.barrier.cluster.arrive.relaxed.aligned()
declare void @llvm.nvvm.barrier.cluster.arrive.aligned()
declare void @llvm.nvvm.barrier.cluster.wait.aligned()
declare ptr addrspace(7) @llvm.nvvm.mapa.shared.cluster(ptr addrspace(3), i32)

define ptx_kernel void @share(ptr byval([128 x i8]) align 64 %map, ptr addrspace(1) %out) #0 {
entry:
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %cluster = call i32 @llvm.nvvm.read.ptx.sreg.clusterid.x()
  %rank = call i32 @llvm.nvvm.read.ptx.sreg.cluster.ctarank()
  %other = xor i32 %rank, 1
  %isFirst = icmp eq i32 %tid, 0
  br i1 %isFirst, label %init, label %begin

init:
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @bar, i32 1)
  call void @llvm.nvvm.fence.mbarrier_init.release.cluster()
  br label %begin

begin:
  call void @llvm.nvvm.barrier.cluster.arrive.relaxed.aligned()
  call void @llvm.nvvm.barrier.cluster.wait.aligned()
  br i1 %isFirst, label %issue, label %await

issue:
  %state = call i64 @llvm.nvvm.mbarrier.arrive.expect.tx.scope.cta.space.cta(ptr addrspace(3) @bar, i32 8192)
  br label %part

part:
  %i = phi i32 [ 0, %issue ], [ %iNext, %part ]
  %half = shl i32 %rank, 10
  %partFirst = shl i32 %i, 8
  %first = add i32 %half, %partFirst
  %start = shl i32 %cluster, 11
  %from = add i32 %start, %first
  %bytes = shl i32 %first, 2
  %to = getelementptr i8, ptr addrspace(3) @smem, i32 %bytes
  %far = addrspacecast ptr addrspace(3) %to to ptr addrspace(7)
  call void @llvm.nvvm.cp.async.bulk.tensor.g2s.tile.1d(ptr addrspace(7) %far, ptr addrspace(3) @bar, ptr %map, i32 %from, i16 3, i64 0, i1 true, i1 false, i32 0)
  %iNext = add i32 %i, 1
  %more = icmp ult i32 %iNext, 4
  br i1 %more, label %part, label %await

await:
  %isThere = call i1 @llvm.nvvm.mbarrier.try.wait.parity.scope.cluster.space.cta(ptr addrspace(3) @bar, i32 0)
  br i1 %isThere, label %add, label %await

add:
  %twice = shl i32 %tid, 1
  %slot = add i32 %twice, %rank
  br label %loop

loop:
  %at = phi i32 [ %slot, %add ], [ %atNext, %loop ]
  %sum = phi i32 [ 0, %add ], [ %sumNext, %loop ]
  %p = getelementptr i32, ptr addrspace(3) @smem, i32 %at
  %v = load i32, ptr addrspace(3) %p, align 4
  %sumNext = add i32 %sum, %v
  %atNext = add i32 %at, 256
  %again = icmp ult i32 %atNext, 2048
  br i1 %again, label %loop, label %exchange

exchange:
  %mine = getelementptr i32, ptr addrspace(3) @sums, i32 %tid
  store i32 %sumNext, ptr addrspace(3) %mine, align 4
  call void @llvm.nvvm.barrier.cluster.arrive.aligned()
  call void @llvm.nvvm.barrier.cluster.wait.aligned()
  %theirs = call ptr addrspace(7) @llvm.nvvm.mapa.shared.cluster(ptr addrspace(3) %mine, i32 %other)
  %more2 = load i32, ptr addrspace(7) %theirs, align 4
  %all = add i32 %sumNext, %more2
  %pair = shl i32 %cluster, 1
  %block = add i32 %pair, %rank
  %row = shl i32 %block, 7
  %flat = add i32 %row, %tid
  %q = getelementptr i32, ptr addrspace(1) %out, i32 %flat
  store i32 %all, ptr addrspace(1) %q, align 4
  call void @llvm.nvvm.barrier.cluster.arrive.aligned()
  call void @llvm.nvvm.barrier.cluster.wait.aligned()
  ret void
}

attributes #0 = { "nvvm.reqntid"="128" "nvvm.cluster_dim"="2" }
