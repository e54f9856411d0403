; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; A cooperative grid: every block writes its part of %x, all meet at a counter, every block reads the next part.
target datalayout = "e-p6:32:32-i64:64-i128:128-i256:256-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.nctaid.x()
declare void @llvm.nvvm.barrier.cta.sync.aligned.all(i32)

define ptx_kernel void @rotate(ptr addrspace(1) %x, ptr addrspace(1) %count, ptr addrspace(1) %out) #0 {
entry:
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %block = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %blocks = call i32 @llvm.nvvm.read.ptx.sreg.nctaid.x()
  %row = shl i32 %block, 6
  %flat = add i32 %row, %tid
  %p = getelementptr i32, ptr addrspace(1) %x, i32 %flat
  %value = mul i32 %flat, 3
  store i32 %value, ptr addrspace(1) %p, align 4
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  %isFirst = icmp eq i32 %tid, 0
  br i1 %isFirst, label %arrive, label %met

arrive:
  fence syncscope("device") acq_rel
  %old = atomicrmw add ptr addrspace(1) %count, i32 1 syncscope("device") monotonic, align 4
  br label %spin

spin:
  %seen = load atomic i32, ptr addrspace(1) %count syncscope("device") monotonic, align 4
  %isAll = icmp uge i32 %seen, %blocks
  br i1 %isAll, label %leave, label %spin

leave:
  fence syncscope("device") acq_rel
  br label %met

met:
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  %up = add i32 %block, 1
  %next = urem i32 %up, %blocks
  %nextRow = shl i32 %next, 6
  %from = add i32 %nextRow, %tid
  %q = getelementptr i32, ptr addrspace(1) %x, i32 %from
  %v = load i32, ptr addrspace(1) %q, align 4
  %r = getelementptr i32, ptr addrspace(1) %out, i32 %flat
  store i32 %v, ptr addrspace(1) %r, align 4
  ret void
}

attributes #0 = { "nvvm.reqntid"="64" }
