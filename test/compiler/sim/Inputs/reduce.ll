; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; Each block of 256 threads adds up `tiles` times 256 floats: in a warp by shuffles, between warps
; through shared memory. The second barrier keeps the next tile's partial sums from the readers.
source_filename = "reduce.cu"
target datalayout = "e-p6:32:32-i64:64-i128:128-i256:256-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

@partial = internal addrspace(3) global [8 x float] undef, align 4

define internal float @warp_sum(float %value) !dbg !20 {
  %s16 = call float @llvm.nvvm.shfl.sync.bfly.f32(i32 -1, float %value, i32 16, i32 31), !dbg !21
  %v16 = fadd float %value, %s16, !dbg !21
  %s8 = call float @llvm.nvvm.shfl.sync.bfly.f32(i32 -1, float %v16, i32 8, i32 31), !dbg !21
  %v8 = fadd float %v16, %s8, !dbg !21
  %s4 = call float @llvm.nvvm.shfl.sync.bfly.f32(i32 -1, float %v8, i32 4, i32 31), !dbg !21
  %v4 = fadd float %v8, %s4, !dbg !21
  %s2 = call float @llvm.nvvm.shfl.sync.bfly.f32(i32 -1, float %v4, i32 2, i32 31), !dbg !21
  %v2 = fadd float %v4, %s2, !dbg !21
  %s1 = call float @llvm.nvvm.shfl.sync.bfly.f32(i32 -1, float %v2, i32 1, i32 31), !dbg !21
  %v1 = fadd float %v2, %s1, !dbg !21
  ret float %v1, !dbg !21
}

define ptx_kernel void @reduce(ptr addrspace(1) %x, ptr addrspace(1) %out, i32 %tiles) #0 !dbg !5 {
entry:
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x(), !dbg !6
  %block = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x(), !dbg !6
  %lane = and i32 %tid, 31, !dbg !6
  %warp = lshr i32 %tid, 5, !dbg !6
  %slot = getelementptr float, ptr addrspace(3) @partial, i32 %warp, !dbg !6
  %first = mul i32 %block, %tiles, !dbg !6
  br label %loop, !dbg !6

loop:
  %tile = phi i32 [ 0, %entry ], [ %next, %end ], !dbg !6
  %total = phi float [ 0.0, %entry ], [ %sum, %end ], !dbg !6
  %row = add i32 %first, %tile, !dbg !6
  %base = shl i32 %row, 8, !dbg !6
  %index = add i32 %base, %tid, !dbg !6
  %address = getelementptr float, ptr addrspace(1) %x, i32 %index, !dbg !6
  %value = load float, ptr addrspace(1) %address, align 4, !dbg !6
  %mine = call float @warp_sum(float %value), !dbg !7
  %isFirst = icmp eq i32 %lane, 0, !dbg !8
  br i1 %isFirst, label %write, label %written, !dbg !8

write:
  store float %mine, ptr addrspace(3) %slot, align 4, !dbg !8
  br label %written, !dbg !8

written:
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0), !dbg !9
  %which = and i32 %lane, 7, !dbg !10
  %other = getelementptr float, ptr addrspace(3) @partial, i32 %which, !dbg !10
  %part = load float, ptr addrspace(3) %other, align 4, !dbg !10
  %isPart = icmp ult i32 %lane, 8, !dbg !10
  %term = select i1 %isPart, float %part, float 0.0, !dbg !10
  %tileSum = call float @warp_sum(float %term), !dbg !11
  %sum = fadd float %total, %tileSum, !dbg !11
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0), !dbg !12
  br label %end, !dbg !12

end:
  %next = add i32 %tile, 1, !dbg !12
  %more = icmp ult i32 %next, %tiles, !dbg !12
  br i1 %more, label %loop, label %done, !dbg !12

done:
  %isOne = icmp eq i32 %tid, 0, !dbg !13
  br i1 %isOne, label %store, label %exit, !dbg !13

store:
  %result = getelementptr float, ptr addrspace(1) %out, i32 %block, !dbg !13
  store float %sum, ptr addrspace(1) %result, align 4, !dbg !13
  br label %exit, !dbg !13

exit:
  ret void, !dbg !13
}

declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
declare float @llvm.nvvm.shfl.sync.bfly.f32(i32, float, i32, i32)
declare void @llvm.nvvm.barrier.cta.sync.aligned.all(i32)

attributes #0 = { "nvvm.reqntid"="256" }

!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!2}
!0 = distinct !DICompileUnit(language: DW_LANG_C_plus_plus, file: !1, emissionKind: DebugDirectivesOnly)
!1 = !DIFile(filename: "reduce.cu", directory: "")
!2 = !{i32 2, !"Debug Info Version", i32 3}
!3 = !DISubroutineType(types: !4)
!4 = !{null}
!5 = distinct !DISubprogram(name: "reduce", scope: !1, file: !1, line: 10, type: !3, unit: !0, spFlags: DISPFlagDefinition)
!6 = !DILocation(line: 11, scope: !5)
!7 = !DILocation(line: 12, scope: !5)
!8 = !DILocation(line: 13, scope: !5)
!9 = !DILocation(line: 14, scope: !5)
!10 = !DILocation(line: 15, scope: !5)
!11 = !DILocation(line: 16, scope: !5)
!12 = !DILocation(line: 17, scope: !5)
!13 = !DILocation(line: 18, scope: !5)
!20 = distinct !DISubprogram(name: "warp_sum", scope: !1, file: !1, line: 1, type: !3, unit: !0, spFlags: DISPFlagDefinition)
!21 = !DILocation(line: 2, scope: !20)
