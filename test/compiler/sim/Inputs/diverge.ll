; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; One warp whose halves go different ways: the lower adds up its lane numbers, the upper takes the
; largest; then all meet, and each lane passes its number to its neighbour through shared memory.
target datalayout = "e-p6:32:32-i64:64-i128:128-i256:256-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

@mailbox = internal addrspace(3) global [32 x i32] undef, align 4

define ptx_kernel void @diverge(ptr addrspace(1) %out) #0 {
entry:
  %lane = call i32 @llvm.nvvm.read.ptx.sreg.laneid()
  %isLow = icmp ult i32 %lane, 16
  br i1 %isLow, label %low, label %high

low:
  %sum = call i32 @llvm.nvvm.redux.sync.add(i32 %lane, i32 65535)
  %last = call i32 @llvm.nvvm.shfl.sync.idx.i32(i32 65535, i32 %lane, i32 15, i32 31)
  %lowValue = add i32 %sum, %last
  br label %meet

high:
  %up = call { i32, i1 } @llvm.nvvm.shfl.sync.up.i32p(i32 -65536, i32 %lane, i32 1, i32 4096)
  %before = extractvalue { i32, i1 } %up, 0
  %isInside = extractvalue { i32, i1 } %up, 1
  %largest = call i32 @llvm.nvvm.redux.sync.umax(i32 %before, i32 -65536)
  %one = zext i1 %isInside to i32
  %highValue = add i32 %largest, %one
  br label %meet

meet:
  %value = phi i32 [ %lowValue, %low ], [ %highValue, %high ]
  %mine = getelementptr i32, ptr addrspace(3) @mailbox, i32 %lane
  store i32 %value, ptr addrspace(3) %mine, align 4
  call void @llvm.nvvm.bar.warp.sync(i32 -1)
  %neighbour = xor i32 %lane, 1
  %theirs = getelementptr i32, ptr addrspace(3) @mailbox, i32 %neighbour
  %got = load i32, ptr addrspace(3) %theirs, align 4
  %odd = trunc i32 %lane to i1
  %votes = call i32 @llvm.nvvm.vote.ballot.sync(i32 -1, i1 %odd)
  %same = call i32 @llvm.nvvm.match.any.sync.i32(i32 -1, i32 %value)
  %few = and i32 %same, 255
  %mixed = xor i32 %votes, %few
  %result = add i32 %mixed, %got
  %address = getelementptr i32, ptr addrspace(1) %out, i32 %lane
  store i32 %result, ptr addrspace(1) %address, align 4
  ret void
}

declare i32 @llvm.nvvm.read.ptx.sreg.laneid()
declare i32 @llvm.nvvm.redux.sync.add(i32, i32)
declare i32 @llvm.nvvm.redux.sync.umax(i32, i32)
declare i32 @llvm.nvvm.shfl.sync.idx.i32(i32, i32, i32, i32)
declare { i32, i1 } @llvm.nvvm.shfl.sync.up.i32p(i32, i32, i32, i32)
declare void @llvm.nvvm.bar.warp.sync(i32)
declare i32 @llvm.nvvm.vote.ballot.sync(i32, i1)
declare i32 @llvm.nvvm.match.any.sync.i32(i32, i32)

attributes #0 = { "nvvm.reqntid"="32" }
