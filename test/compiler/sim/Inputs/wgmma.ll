; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; One product of wgmma on operands that lie in shared memory as %image says, result registers to %out.
; @ss00 to @ss11: left and right operand K-major (0) or MN-major (1); @rs0, @rs1: left in registers.
target datalayout = "e-p6:32:32-i64:64-i128:128-i256:256-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

@smem = external addrspace(3) global [0 x i8], align 1024

declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
declare void @llvm.nvvm.barrier.cta.sync.aligned.all(i32)
declare void @llvm.nvvm.fence.proxy.async.shared_cta()
declare void @llvm.nvvm.wgmma.fence.sync.aligned()
declare void @llvm.nvvm.wgmma.commit_group.sync.aligned()
declare void @llvm.nvvm.wgmma.wait_group.sync.aligned(i64)

; 16 bytes of each thread, until all bytes are there.
define internal void @fill(ptr addrspace(1) %image, i32 %bytes) #2 {
entry:
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %first = shl i32 %tid, 4
  br label %loop
loop:
  %at = phi i32 [ %first, %entry ], [ %next, %loop ]
  %from = getelementptr i8, ptr addrspace(1) %image, i32 %at
  %to = getelementptr i8, ptr addrspace(3) @smem, i32 %at
  %v = load <4 x i32>, ptr addrspace(1) %from, align 16
  store <4 x i32> %v, ptr addrspace(3) %to, align 16
  %next = add i32 %at, 2048
  %more = icmp ult i32 %next, %bytes
  br i1 %more, label %loop, label %end
end:
  call void @llvm.nvvm.fence.proxy.async.shared_cta()
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  ret void
}

define internal void @save({ float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, ptr addrspace(1) %out) #2 {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %first = shl i32 %tid, 5
  %to = getelementptr float, ptr addrspace(1) %out, i32 %first
  %e0 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 0
  %p0 = getelementptr float, ptr addrspace(1) %to, i32 0
  store float %e0, ptr addrspace(1) %p0, align 4
  %e1 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 1
  %p1 = getelementptr float, ptr addrspace(1) %to, i32 1
  store float %e1, ptr addrspace(1) %p1, align 4
  %e2 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 2
  %p2 = getelementptr float, ptr addrspace(1) %to, i32 2
  store float %e2, ptr addrspace(1) %p2, align 4
  %e3 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 3
  %p3 = getelementptr float, ptr addrspace(1) %to, i32 3
  store float %e3, ptr addrspace(1) %p3, align 4
  %e4 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 4
  %p4 = getelementptr float, ptr addrspace(1) %to, i32 4
  store float %e4, ptr addrspace(1) %p4, align 4
  %e5 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 5
  %p5 = getelementptr float, ptr addrspace(1) %to, i32 5
  store float %e5, ptr addrspace(1) %p5, align 4
  %e6 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 6
  %p6 = getelementptr float, ptr addrspace(1) %to, i32 6
  store float %e6, ptr addrspace(1) %p6, align 4
  %e7 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 7
  %p7 = getelementptr float, ptr addrspace(1) %to, i32 7
  store float %e7, ptr addrspace(1) %p7, align 4
  %e8 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 8
  %p8 = getelementptr float, ptr addrspace(1) %to, i32 8
  store float %e8, ptr addrspace(1) %p8, align 4
  %e9 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 9
  %p9 = getelementptr float, ptr addrspace(1) %to, i32 9
  store float %e9, ptr addrspace(1) %p9, align 4
  %e10 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 10
  %p10 = getelementptr float, ptr addrspace(1) %to, i32 10
  store float %e10, ptr addrspace(1) %p10, align 4
  %e11 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 11
  %p11 = getelementptr float, ptr addrspace(1) %to, i32 11
  store float %e11, ptr addrspace(1) %p11, align 4
  %e12 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 12
  %p12 = getelementptr float, ptr addrspace(1) %to, i32 12
  store float %e12, ptr addrspace(1) %p12, align 4
  %e13 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 13
  %p13 = getelementptr float, ptr addrspace(1) %to, i32 13
  store float %e13, ptr addrspace(1) %p13, align 4
  %e14 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 14
  %p14 = getelementptr float, ptr addrspace(1) %to, i32 14
  store float %e14, ptr addrspace(1) %p14, align 4
  %e15 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 15
  %p15 = getelementptr float, ptr addrspace(1) %to, i32 15
  store float %e15, ptr addrspace(1) %p15, align 4
  %e16 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 16
  %p16 = getelementptr float, ptr addrspace(1) %to, i32 16
  store float %e16, ptr addrspace(1) %p16, align 4
  %e17 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 17
  %p17 = getelementptr float, ptr addrspace(1) %to, i32 17
  store float %e17, ptr addrspace(1) %p17, align 4
  %e18 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 18
  %p18 = getelementptr float, ptr addrspace(1) %to, i32 18
  store float %e18, ptr addrspace(1) %p18, align 4
  %e19 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 19
  %p19 = getelementptr float, ptr addrspace(1) %to, i32 19
  store float %e19, ptr addrspace(1) %p19, align 4
  %e20 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 20
  %p20 = getelementptr float, ptr addrspace(1) %to, i32 20
  store float %e20, ptr addrspace(1) %p20, align 4
  %e21 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 21
  %p21 = getelementptr float, ptr addrspace(1) %to, i32 21
  store float %e21, ptr addrspace(1) %p21, align 4
  %e22 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 22
  %p22 = getelementptr float, ptr addrspace(1) %to, i32 22
  store float %e22, ptr addrspace(1) %p22, align 4
  %e23 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 23
  %p23 = getelementptr float, ptr addrspace(1) %to, i32 23
  store float %e23, ptr addrspace(1) %p23, align 4
  %e24 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 24
  %p24 = getelementptr float, ptr addrspace(1) %to, i32 24
  store float %e24, ptr addrspace(1) %p24, align 4
  %e25 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 25
  %p25 = getelementptr float, ptr addrspace(1) %to, i32 25
  store float %e25, ptr addrspace(1) %p25, align 4
  %e26 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 26
  %p26 = getelementptr float, ptr addrspace(1) %to, i32 26
  store float %e26, ptr addrspace(1) %p26, align 4
  %e27 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 27
  %p27 = getelementptr float, ptr addrspace(1) %to, i32 27
  store float %e27, ptr addrspace(1) %p27, align 4
  %e28 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 28
  %p28 = getelementptr float, ptr addrspace(1) %to, i32 28
  store float %e28, ptr addrspace(1) %p28, align 4
  %e29 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 29
  %p29 = getelementptr float, ptr addrspace(1) %to, i32 29
  store float %e29, ptr addrspace(1) %p29, align 4
  %e30 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 30
  %p30 = getelementptr float, ptr addrspace(1) %to, i32 30
  store float %e30, ptr addrspace(1) %p30, align 4
  %e31 = extractvalue { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, 31
  %p31 = getelementptr float, ptr addrspace(1) %to, i32 31
  store float %e31, ptr addrspace(1) %p31, align 4
  ret void
}

define ptx_kernel void @ss00(ptr addrspace(1) %image, i32 %bytes, i64 %left, i64 %right, i32 %scale, ptr addrspace(1) %out) #0 {
  call void @fill(ptr addrspace(1) %image, i32 %bytes)
  call void @llvm.nvvm.wgmma.fence.sync.aligned()
  %r = call { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } asm sideeffect "{ .reg .pred p; setp.ne.b32 p, $66, 0; wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16 {$0,$1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31}, $64, $65, p, $67, $68, $69, $70; }", "=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,l,l,r,n,n,n,n"(float 1.0, float 2.0, float 3.0, float 4.0, float 5.0, float 6.0, float 7.0, float 8.0, float 9.0, float 10.0, float 11.0, float 12.0, float 13.0, float 14.0, float 15.0, float 16.0, float 17.0, float 18.0, float 19.0, float 20.0, float 21.0, float 22.0, float 23.0, float 24.0, float 25.0, float 26.0, float 27.0, float 28.0, float 29.0, float 30.0, float 31.0, float 32.0, i64 %left, i64 %right, i32 %scale, i32 1, i32 1, i32 0, i32 0) #1
  call void @llvm.nvvm.wgmma.commit_group.sync.aligned()
  call void @llvm.nvvm.wgmma.wait_group.sync.aligned(i64 0)
  call void @save({ float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, ptr addrspace(1) %out)
  ret void
}

define ptx_kernel void @ss01(ptr addrspace(1) %image, i32 %bytes, i64 %left, i64 %right, i32 %scale, ptr addrspace(1) %out) #0 {
  call void @fill(ptr addrspace(1) %image, i32 %bytes)
  call void @llvm.nvvm.wgmma.fence.sync.aligned()
  %r = call { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } asm sideeffect "{ .reg .pred p; setp.ne.b32 p, $66, 0; wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16 {$0,$1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31}, $64, $65, p, $67, $68, $69, $70; }", "=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,l,l,r,n,n,n,n"(float 1.0, float 2.0, float 3.0, float 4.0, float 5.0, float 6.0, float 7.0, float 8.0, float 9.0, float 10.0, float 11.0, float 12.0, float 13.0, float 14.0, float 15.0, float 16.0, float 17.0, float 18.0, float 19.0, float 20.0, float 21.0, float 22.0, float 23.0, float 24.0, float 25.0, float 26.0, float 27.0, float 28.0, float 29.0, float 30.0, float 31.0, float 32.0, i64 %left, i64 %right, i32 %scale, i32 1, i32 1, i32 0, i32 1) #1
  call void @llvm.nvvm.wgmma.commit_group.sync.aligned()
  call void @llvm.nvvm.wgmma.wait_group.sync.aligned(i64 0)
  call void @save({ float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, ptr addrspace(1) %out)
  ret void
}

define ptx_kernel void @ss10(ptr addrspace(1) %image, i32 %bytes, i64 %left, i64 %right, i32 %scale, ptr addrspace(1) %out) #0 {
  call void @fill(ptr addrspace(1) %image, i32 %bytes)
  call void @llvm.nvvm.wgmma.fence.sync.aligned()
  %r = call { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } asm sideeffect "{ .reg .pred p; setp.ne.b32 p, $66, 0; wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16 {$0,$1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31}, $64, $65, p, $67, $68, $69, $70; }", "=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,l,l,r,n,n,n,n"(float 1.0, float 2.0, float 3.0, float 4.0, float 5.0, float 6.0, float 7.0, float 8.0, float 9.0, float 10.0, float 11.0, float 12.0, float 13.0, float 14.0, float 15.0, float 16.0, float 17.0, float 18.0, float 19.0, float 20.0, float 21.0, float 22.0, float 23.0, float 24.0, float 25.0, float 26.0, float 27.0, float 28.0, float 29.0, float 30.0, float 31.0, float 32.0, i64 %left, i64 %right, i32 %scale, i32 1, i32 1, i32 1, i32 0) #1
  call void @llvm.nvvm.wgmma.commit_group.sync.aligned()
  call void @llvm.nvvm.wgmma.wait_group.sync.aligned(i64 0)
  call void @save({ float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, ptr addrspace(1) %out)
  ret void
}

define ptx_kernel void @ss11(ptr addrspace(1) %image, i32 %bytes, i64 %left, i64 %right, i32 %scale, ptr addrspace(1) %out) #0 {
  call void @fill(ptr addrspace(1) %image, i32 %bytes)
  call void @llvm.nvvm.wgmma.fence.sync.aligned()
  %r = call { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } asm sideeffect "{ .reg .pred p; setp.ne.b32 p, $66, 0; wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16 {$0,$1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31}, $64, $65, p, $67, $68, $69, $70; }", "=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,l,l,r,n,n,n,n"(float 1.0, float 2.0, float 3.0, float 4.0, float 5.0, float 6.0, float 7.0, float 8.0, float 9.0, float 10.0, float 11.0, float 12.0, float 13.0, float 14.0, float 15.0, float 16.0, float 17.0, float 18.0, float 19.0, float 20.0, float 21.0, float 22.0, float 23.0, float 24.0, float 25.0, float 26.0, float 27.0, float 28.0, float 29.0, float 30.0, float 31.0, float 32.0, i64 %left, i64 %right, i32 %scale, i32 1, i32 -1, i32 1, i32 1) #1
  call void @llvm.nvvm.wgmma.commit_group.sync.aligned()
  call void @llvm.nvvm.wgmma.wait_group.sync.aligned(i64 0)
  call void @save({ float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, ptr addrspace(1) %out)
  ret void
}

define ptx_kernel void @rs0(ptr addrspace(1) %image, i32 %bytes, i64 %left, i64 %right, i32 %scale, ptr addrspace(1) %out) #0 {
  call void @fill(ptr addrspace(1) %image, i32 %bytes)
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %slot = shl i32 %tid, 4
  %from = getelementptr i8, ptr addrspace(1) %image, i32 %slot
  %a = load <4 x i32>, ptr addrspace(1) %from, align 16
  %a0 = extractelement <4 x i32> %a, i32 0
  %a1 = extractelement <4 x i32> %a, i32 1
  %a2 = extractelement <4 x i32> %a, i32 2
  %a3 = extractelement <4 x i32> %a, i32 3
  call void @llvm.nvvm.wgmma.fence.sync.aligned()
  %r = call { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } asm sideeffect "{ .reg .pred p; setp.ne.b32 p, $69, 0; wgmma.mma_async.sync.aligned.m64n64k16.f32.f16.f16 {$0,$1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31}, {$64,$65,$66,$67}, $68, p, 1, 1, 0; }", "=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,r,r,r,r,l,r"(float 1.0, float 2.0, float 3.0, float 4.0, float 5.0, float 6.0, float 7.0, float 8.0, float 9.0, float 10.0, float 11.0, float 12.0, float 13.0, float 14.0, float 15.0, float 16.0, float 17.0, float 18.0, float 19.0, float 20.0, float 21.0, float 22.0, float 23.0, float 24.0, float 25.0, float 26.0, float 27.0, float 28.0, float 29.0, float 30.0, float 31.0, float 32.0, i32 %a0, i32 %a1, i32 %a2, i32 %a3, i64 %right, i32 %scale) #1
  call void @llvm.nvvm.wgmma.commit_group.sync.aligned()
  call void @llvm.nvvm.wgmma.wait_group.sync.aligned(i64 0)
  call void @save({ float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, ptr addrspace(1) %out)
  ret void
}

define ptx_kernel void @rs1(ptr addrspace(1) %image, i32 %bytes, i64 %left, i64 %right, i32 %scale, ptr addrspace(1) %out) #0 {
  call void @fill(ptr addrspace(1) %image, i32 %bytes)
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %slot = shl i32 %tid, 4
  %from = getelementptr i8, ptr addrspace(1) %image, i32 %slot
  %a = load <4 x i32>, ptr addrspace(1) %from, align 16
  %a0 = extractelement <4 x i32> %a, i32 0
  %a1 = extractelement <4 x i32> %a, i32 1
  %a2 = extractelement <4 x i32> %a, i32 2
  %a3 = extractelement <4 x i32> %a, i32 3
  call void @llvm.nvvm.wgmma.fence.sync.aligned()
  %r = call { float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } asm sideeffect "{ .reg .pred p; setp.ne.b32 p, $69, 0; wgmma.mma_async.sync.aligned.m64n64k16.f32.f16.f16 {$0,$1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31}, {$64,$65,$66,$67}, $68, p, 1, 1, 1; }", "=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,=f,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,r,r,r,r,l,r"(float 1.0, float 2.0, float 3.0, float 4.0, float 5.0, float 6.0, float 7.0, float 8.0, float 9.0, float 10.0, float 11.0, float 12.0, float 13.0, float 14.0, float 15.0, float 16.0, float 17.0, float 18.0, float 19.0, float 20.0, float 21.0, float 22.0, float 23.0, float 24.0, float 25.0, float 26.0, float 27.0, float 28.0, float 29.0, float 30.0, float 31.0, float 32.0, i32 %a0, i32 %a1, i32 %a2, i32 %a3, i64 %right, i32 %scale) #1
  call void @llvm.nvvm.wgmma.commit_group.sync.aligned()
  call void @llvm.nvvm.wgmma.wait_group.sync.aligned(i64 0)
  call void @save({ float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float } %r, ptr addrspace(1) %out)
  ret void
}

attributes #0 = { "nvvm.reqntid"="128" }
attributes #1 = { convergent nounwind }
attributes #2 = { alwaysinline }
