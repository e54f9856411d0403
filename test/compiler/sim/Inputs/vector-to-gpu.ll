; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; C + A B on 16 x 16 f16 as MLIR 22 lowers it. Made from vector-to-gpu.mlir by
;   mlir-opt-22 vector-to-gpu.mlir --pass-pipeline='builtin.module(gpu.module(gpu.func(convert-vector-to-gpu{use-nvgpu=true},cse)),
;       nvvm-attach-target{chip=sm_80 O=3 features=+ptx80},gpu.module(convert-nvgpu-to-nvvm,convert-scf-to-cf),lower-affine,
;       convert-vector-to-llvm,gpu.module(convert-gpu-to-nvvm{use-bare-ptr-memref-call-conv=1}),convert-cf-to-llvm,
;       convert-arith-to-llvm,convert-index-to-llvm,finalize-memref-to-llvm,convert-nvvm-to-llvm,
;       reconcile-unrealized-casts,canonicalize,cse)'
; then, with gpu.module written as module and the outer module dropped, mlir-translate-22 --mlir-to-llvmir; the layout and the
; triple are ours.
target datalayout = "e-p6:32:32-i64:64-i128:128-i256:256-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

@__wg_contract_0 = internal addrspace(3) global [256 x half] undef
@__wg_contract_1 = internal addrspace(3) global [256 x half] undef
@__wg_contract_2 = internal addrspace(3) global [256 x half] undef

define void @fill(ptr %0, ptr addrspace(3) %1) {
  %3 = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %4 = sext i32 %3 to i64
  %5 = urem i64 %4, 16
  %6 = udiv i64 %4, 16
  br label %7

7:                                                ; preds = %10, %2
  %8 = phi i64 [ %16, %10 ], [ %6, %2 ]
  %9 = icmp slt i64 %8, 16
  br i1 %9, label %10, label %17

10:                                               ; preds = %7
  %11 = mul nuw nsw i64 %5, 16
  %12 = add nuw nsw i64 %11, %8
  %13 = getelementptr inbounds nuw half, ptr %0, i64 %12
  %14 = load half, ptr %13, align 2
  %15 = getelementptr inbounds nuw half, ptr addrspace(3) %1, i64 %12
  store half %14, ptr addrspace(3) %15, align 2
  %16 = add i64 %8, 2
  br label %7

17:                                               ; preds = %7
  ret void
}

define ptx_kernel void @contract(ptr %0, ptr %1, ptr %2, ptr %3) {
  call void @fill(ptr %0, ptr addrspace(3) @__wg_contract_0)
  call void @fill(ptr %1, ptr addrspace(3) @__wg_contract_1)
  call void @fill(ptr %2, ptr addrspace(3) @__wg_contract_2)
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  %5 = call range(i32 0, 32) i32 @llvm.nvvm.read.ptx.sreg.laneid()
  %6 = sext i32 %5 to i64
  %7 = srem i64 %6, 16
  %8 = icmp slt i64 %7, 0
  %9 = add i64 %7, 16
  %10 = select i1 %8, i64 %9, i64 %7
  %11 = icmp slt i64 %6, 0
  %12 = sub i64 -1, %6
  %13 = select i1 %11, i64 %12, i64 %6
  %14 = sdiv i64 %13, 16
  %15 = sub i64 -1, %14
  %16 = select i1 %11, i64 %15, i64 %14
  %17 = mul nsw i64 %16, 8
  %18 = mul i64 %10, 16
  %19 = add i64 %18, %17
  %20 = getelementptr half, ptr addrspace(3) @__wg_contract_0, i64 %19
  %21 = call { i32, i32, i32, i32 } @llvm.nvvm.ldmatrix.sync.aligned.m8n8.x4.b16.p3(ptr addrspace(3) %20)
  %22 = extractvalue { i32, i32, i32, i32 } %21, 0
  %23 = bitcast i32 %22 to <2 x half>
  %24 = extractvalue { i32, i32, i32, i32 } %21, 1
  %25 = bitcast i32 %24 to <2 x half>
  %26 = extractvalue { i32, i32, i32, i32 } %21, 2
  %27 = bitcast i32 %26 to <2 x half>
  %28 = extractvalue { i32, i32, i32, i32 } %21, 3
  %29 = bitcast i32 %28 to <2 x half>
  %30 = getelementptr half, ptr addrspace(3) @__wg_contract_1, i64 %19
  %31 = call { i32, i32, i32, i32 } @llvm.nvvm.ldmatrix.sync.aligned.m8n8.x4.trans.b16.p3(ptr addrspace(3) %30)
  %32 = extractvalue { i32, i32, i32, i32 } %31, 0
  %33 = bitcast i32 %32 to <2 x half>
  %34 = extractvalue { i32, i32, i32, i32 } %31, 1
  %35 = bitcast i32 %34 to <2 x half>
  %36 = extractvalue { i32, i32, i32, i32 } %31, 2
  %37 = bitcast i32 %36 to <2 x half>
  %38 = extractvalue { i32, i32, i32, i32 } %31, 3
  %39 = bitcast i32 %38 to <2 x half>
  %40 = getelementptr half, ptr addrspace(3) @__wg_contract_2, i64 %19
  %41 = call { i32, i32 } @llvm.nvvm.ldmatrix.sync.aligned.m8n8.x2.b16.p3(ptr addrspace(3) %40)
  %42 = extractvalue { i32, i32 } %41, 0
  %43 = bitcast i32 %42 to <2 x half>
  %44 = extractvalue { i32, i32 } %41, 1
  %45 = bitcast i32 %44 to <2 x half>
  %46 = add i64 %17, 8
  %47 = add i64 %18, %46
  %48 = getelementptr half, ptr addrspace(3) @__wg_contract_2, i64 %47
  %49 = call { i32, i32 } @llvm.nvvm.ldmatrix.sync.aligned.m8n8.x2.b16.p3(ptr addrspace(3) %48)
  %50 = extractvalue { i32, i32 } %49, 0
  %51 = bitcast i32 %50 to <2 x half>
  %52 = extractvalue { i32, i32 } %49, 1
  %53 = bitcast i32 %52 to <2 x half>
  %54 = call { <2 x half>, <2 x half> } @llvm.nvvm.mma.m16n8k16.row.col.f16.f16(<2 x half> %23, <2 x half> %25, <2 x half> %27, <2 x half> %29, <2 x half> %33, <2 x half> %35, <2 x half> %43, <2 x half> %45)
  %55 = extractvalue { <2 x half>, <2 x half> } %54, 0
  %56 = extractvalue { <2 x half>, <2 x half> } %54, 1
  %57 = call { <2 x half>, <2 x half> } @llvm.nvvm.mma.m16n8k16.row.col.f16.f16(<2 x half> %23, <2 x half> %25, <2 x half> %27, <2 x half> %29, <2 x half> %37, <2 x half> %39, <2 x half> %51, <2 x half> %53)
  %58 = extractvalue { <2 x half>, <2 x half> } %57, 0
  %59 = extractvalue { <2 x half>, <2 x half> } %57, 1
  %60 = sdiv i64 %13, 4
  %61 = sub i64 -1, %60
  %62 = select i1 %11, i64 %61, i64 %60
  %63 = mul nsw i64 %6, 2
  %64 = mul nsw i64 %62, -8
  %65 = add i64 %63, %64
  %66 = mul i64 %62, 16
  %67 = add i64 %66, %65
  %68 = getelementptr half, ptr %3, i64 %67
  store <2 x half> %55, ptr %68, align 2
  %69 = add i64 %62, 8
  %70 = mul i64 %69, 16
  %71 = add i64 %70, %65
  %72 = getelementptr half, ptr %3, i64 %71
  store <2 x half> %56, ptr %72, align 2
  %73 = add i64 %65, 8
  %74 = add i64 %66, %73
  %75 = getelementptr half, ptr %3, i64 %74
  store <2 x half> %58, ptr %75, align 2
  %76 = add i64 %70, %73
  %77 = getelementptr half, ptr %3, i64 %76
  store <2 x half> %59, ptr %77, align 2
  ret void
}

; Function Attrs: nocallback nofree nosync nounwind speculatable willreturn memory(none)
declare noundef range(i32 0, 1024) i32 @llvm.nvvm.read.ptx.sreg.tid.x() #0

; Function Attrs: convergent nocallback nounwind
declare void @llvm.nvvm.barrier.cta.sync.aligned.all(i32) #1

; Function Attrs: nocallback nofree nosync nounwind speculatable willreturn memory(none)
declare noundef range(i32 0, 32) i32 @llvm.nvvm.read.ptx.sreg.laneid() #0

; Function Attrs: convergent nocallback nounwind memory(argmem: read)
declare { i32, i32, i32, i32 } @llvm.nvvm.ldmatrix.sync.aligned.m8n8.x4.b16.p3(ptr addrspace(3) readonly captures(none)) #2

; Function Attrs: convergent nocallback nounwind memory(argmem: read)
declare { i32, i32, i32, i32 } @llvm.nvvm.ldmatrix.sync.aligned.m8n8.x4.trans.b16.p3(ptr addrspace(3) readonly captures(none)) #2

; Function Attrs: convergent nocallback nounwind memory(argmem: read)
declare { i32, i32 } @llvm.nvvm.ldmatrix.sync.aligned.m8n8.x2.b16.p3(ptr addrspace(3) readonly captures(none)) #2

; Function Attrs: nocallback nounwind memory(none)
declare { <2 x half>, <2 x half> } @llvm.nvvm.mma.m16n8k16.row.col.f16.f16(<2 x half>, <2 x half>, <2 x half>, <2 x half>, <2 x half>, <2 x half>, <2 x half>, <2 x half>) #3

attributes #0 = { nocallback nofree nosync nounwind speculatable willreturn memory(none) }
attributes #1 = { convergent nocallback nounwind }
attributes #2 = { convergent nocallback nounwind memory(argmem: read) }
attributes #3 = { nocallback nounwind memory(none) }

!llvm.module.flags = !{!0}

!0 = !{i32 2, !"Debug Info Version", i32 3}
