; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; Counts i32 values below 16 with atomics; the block that comes last adds the squares of the counts.
target datalayout = "e-p6:32:32-i64:64-i128:128-i256:256-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

@isLast = internal addrspace(3) global i32 undef, align 4

define ptx_kernel void @histogram(ptr addrspace(1) %x, ptr addrspace(1) %bins, ptr addrspace(1) %done, ptr addrspace(1) %out) #0 {
entry:
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %block = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %blocks = call i32 @llvm.nvvm.read.ptx.sreg.nctaid.x()
  %base = shl i32 %block, 6
  %index = add i32 %base, %tid
  %address = getelementptr i32, ptr addrspace(1) %x, i32 %index
  %value = load i32, ptr addrspace(1) %address, align 4
  %bin = getelementptr i32, ptr addrspace(1) %bins, i32 %value
  %old = atomicrmw add ptr addrspace(1) %bin, i32 1 syncscope("device") monotonic, align 4
  fence syncscope("device") acq_rel
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  %isFirst = icmp eq i32 %tid, 0
  br i1 %isFirst, label %ask, label %asked

ask:
  %before = atomicrmw add ptr addrspace(1) %done, i32 1 syncscope("device") monotonic, align 4
  fence syncscope("device") acq_rel
  %after = add i32 %before, 1
  %last = icmp eq i32 %after, %blocks
  %flag = zext i1 %last to i32
  store i32 %flag, ptr addrspace(3) @isLast, align 4
  br label %asked

asked:
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  %mine = load i32, ptr addrspace(3) @isLast, align 4
  %isMine = icmp ne i32 %mine, 0
  %both = and i1 %isMine, %isFirst
  br i1 %both, label %loop, label %exit

loop:
  %i = phi i32 [ 0, %asked ], [ %next, %loop ]
  %sum = phi i32 [ 0, %asked ], [ %more, %loop ]
  %at = getelementptr i32, ptr addrspace(1) %bins, i32 %i
  %count = load i32, ptr addrspace(1) %at, align 4
  %square = mul i32 %count, %count
  %more = add i32 %sum, %square
  %next = add i32 %i, 1
  %again = icmp ult i32 %next, 16
  br i1 %again, label %loop, label %store

store:
  store i32 %more, ptr addrspace(1) %out, align 4
  br label %exit

exit:
  ret void
}

declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.nctaid.x()
declare void @llvm.nvvm.barrier.cta.sync.aligned.all(i32)

attributes #0 = { "nvvm.reqntid"="64" }
