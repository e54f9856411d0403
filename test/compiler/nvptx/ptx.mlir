// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels in phase machine, written by hand, as PTX.
// RUN: weft compile %s -q --from=machine --target=sm_80 --emit=ptx -o %t.ptx
// RUN: FileCheck %s < %t.ptx
// RUN: weft compile %s -q --from=machine --target=sm_80 --emit=nvvm | FileCheck %s --check-prefix=NVVM

// Where there is ptxas, it takes them.
// RUN: if command -v ptxas; then weft compile %s -q --from=machine --target=sm_80 --emit=cubin -o %t.cubin; fi

// The same bytes again: no time, no path, no order of threads.
// RUN: weft compile - -q --from=machine --target=sm_80 --emit=ptx < %s | cmp - %t.ptx

// Another flag gives other text, so what is found below can be missing.
// RUN: sed 's/i32: 128/i32: 64/' %s | weft compile - -q --from=machine --target=sm_80 --emit=ptx | not FileCheck %s

// CHECK: .version 7.0
// CHECK: .target sm_80
// CHECK: .extern .shared .align 1024 .b8 weft_shared[];

module attributes {weft.symbols = []} {
  llvm.mlir.global external @weft_shared() {addr_space = 3 : i32, alignment = 1024 : i64} : !llvm.array<0 x i8>

  // Copies to shared memory and back, its addresses in 32 bits. PTX has no dots in names.
  // NVVM: target datalayout = "{{.*}}p3:32:32
  // NVVM: define ptx_kernel void @"step$0$product"(
  // CHECK-LABEL: .visible .entry step$0$product(
  // CHECK: .reqntid 128
  // CHECK: mov.b32 [[SHARED:%r[0-9]+]], weft_shared;
  // CHECK: cp.async.cg.shared.global [%r{{[0-9]+}}], [%rd{{[0-9]+}}], 16;
  // CHECK: cp.async.commit_group;
  // CHECK: cp.async.wait_group
  // CHECK: bar.sync
  // CHECK: ldmatrix.sync.aligned.m8n8.x4.shared.b16
  // CHECK: ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16
  // CHECK: mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32
  // CHECK: shfl.sync.bfly.b32
  // CHECK: max.ftz.f32
  // CHECK: st.global.b32
  llvm.func @step.0.product(%a: !llvm.ptr<1> {llvm.noalias}, %out: !llvm.ptr<1> {llvm.noalias})
      attributes {nvvm.kernel, nvvm.reqntid = array<i32: 128>, weft.shared = 2048 : i64} {
    %thread = nvvm.read.ptx.sreg.tid.x : i32
    %base = llvm.mlir.addressof @weft_shared : !llvm.ptr<3>
    %c16 = llvm.mlir.constant(16 : i32) : i32
    %offset = llvm.mul %thread, %c16 : i32
    %to = llvm.getelementptr %base[%offset] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
    %from = llvm.getelementptr %a[%offset] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i8
    nvvm.cp.async.shared.global %to, %from, 16, cache = cg : !llvm.ptr<3>, !llvm.ptr<1>
    nvvm.cp.async.commit.group
    nvvm.cp.async.wait.group 0
    nvvm.barrier0
    %m = nvvm.ldmatrix %to {num = 4 : i32, layout = #nvvm.mma_layout<row>, shape = #nvvm.ld_st_matrix_shape<m = 8, n = 8>, eltType = #nvvm.ld_st_matrix_elt_type<b16>} : (!llvm.ptr<3>) -> !llvm.struct<(i32, i32, i32, i32)>
    %n = nvvm.ldmatrix %to {num = 2 : i32, layout = #nvvm.mma_layout<col>, shape = #nvvm.ld_st_matrix_shape<m = 8, n = 8>, eltType = #nvvm.ld_st_matrix_elt_type<b16>} : (!llvm.ptr<3>) -> !llvm.struct<(i32, i32)>
    %m0 = llvm.extractvalue %m[0] : !llvm.struct<(i32, i32, i32, i32)>
    %m1 = llvm.extractvalue %m[1] : !llvm.struct<(i32, i32, i32, i32)>
    %m2 = llvm.extractvalue %m[2] : !llvm.struct<(i32, i32, i32, i32)>
    %m3 = llvm.extractvalue %m[3] : !llvm.struct<(i32, i32, i32, i32)>
    %n0 = llvm.extractvalue %n[0] : !llvm.struct<(i32, i32)>
    %n1 = llvm.extractvalue %n[1] : !llvm.struct<(i32, i32)>
    %zero = llvm.mlir.constant(0.0 : f32) : f32
    %d = nvvm.mma.sync A[%m0, %m1, %m2, %m3] B[%n0, %n1] C[%zero, %zero, %zero, %zero]
       {layoutA = #nvvm.mma_layout<row>, layoutB = #nvvm.mma_layout<col>, multiplicandAPtxType = #nvvm.mma_type<bf16>, multiplicandBPtxType = #nvvm.mma_type<bf16>, shape = #nvvm.shape<m = 16, n = 8, k = 16>}
       : (i32, i32, f32) -> !llvm.struct<(f32, f32, f32, f32)>
    %d0 = llvm.extractvalue %d[0] : !llvm.struct<(f32, f32, f32, f32)>
    %d1 = llvm.extractvalue %d[1] : !llvm.struct<(f32, f32, f32, f32)>
    %all = llvm.mlir.constant(-1 : i32) : i32
    %one = llvm.mlir.constant(1 : i32) : i32
    %width = llvm.mlir.constant(31 : i32) : i32
    %other = nvvm.shfl.sync bfly %all, %d0, %one, %width : f32 -> f32
    %max = llvm.intr.maxnum(%other, %d1) : (f32, f32) -> f32
    %place = llvm.getelementptr %out[%thread] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, f32
    llvm.store %max, %place : f32, !llvm.ptr<1>
    llvm.return
  }

  // A size by value; grid-stride over three tasks. LLVM learns that all threads meet in inline assembly.
  // NVVM: define ptx_kernel void @scale({{.*}}, i64
  // NVVM: call {{.*}}asm sideeffect "bar.sync $0;"{{.*}} #[[ASM:[0-9]+]]
  // NVVM: "denormal-fp-math-f32"="preserve-sign,preserve-sign" "nvvm.reqntid"="128"
  // NVVM: attributes #[[ASM]] = { convergent {{.*}}}
  // CHECK-LABEL: .visible .entry scale(
  // CHECK: .param .u64 .ptr .global .align 1 scale_param_0
  // CHECK: .param .u64 scale_param_2
  // CHECK: .reqntid 128
  // CHECK: mov.u32 {{.*}}, %ctaid.x;
  // CHECK: bar.sync 1;
  // CHECK: mov.u32 {{.*}}, %nctaid.x;
  // CHECK: ld.global.b32
  // CHECK: mul.rn.ftz.f32
  // CHECK: add.rn.ftz.f32
  llvm.func @scale(%x: !llvm.ptr<1>, %y: !llvm.ptr<1>, %size: i64)
      attributes {nvvm.kernel, nvvm.reqntid = array<i32: 128>, weft.shared = 0 : i64, weft.sizes = array<i64: 384>} {
    %thread = nvvm.read.ptx.sreg.tid.x : i32
    %first = nvvm.read.ptx.sreg.ctaid.x : i32
    %tasks = llvm.mlir.constant(3 : i32) : i32
    %width = llvm.mlir.constant(128 : i32) : i32
    %barrier = llvm.mlir.constant(1 : i32) : i32
    llvm.inline_asm has_side_effects "bar.sync $0;", "n,~{memory}" %barrier : (i32) -> ()
    %factor = llvm.mlir.constant(3.0 : f32) : f32
    llvm.br ^loop(%first : i32)
  ^loop(%task: i32):
    %more = llvm.icmp "slt" %task, %tasks : i32
    llvm.cond_br %more, ^body, ^end
  ^body:
    %row = llvm.mul %task, %width : i32
    %at = llvm.add %row, %thread : i32
    %index = llvm.zext %at : i32 to i64
    %inside = llvm.icmp "slt" %index, %size : i64
    llvm.cond_br %inside, ^store, ^next
  ^store:
    %from = llvm.getelementptr %x[%index] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, f32
    %value = llvm.load %from : !llvm.ptr<1> -> f32
    %product = llvm.fmul %value, %factor : f32
    %sum = llvm.fadd %product, %value : f32
    %to = llvm.getelementptr %y[%index] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, f32
    llvm.store %sum, %to : f32, !llvm.ptr<1>
    llvm.br ^next
  ^next:
    %blocks = nvvm.read.ptx.sreg.nctaid.x : i32
    %following = llvm.add %task, %blocks : i32
    llvm.br ^loop(%following : i32)
  ^end:
    llvm.return
  }

  exec.program @step arena 0 attributes {
      weft.arguments = [{weft.name = "x", weft.role = "input"}],
      weft.results = [{weft.name = "y", weft.role = "output"}, {weft.name = "z", weft.role = "output"}]} {
    %x = exec.buffer argument at 0 : <tensor<384xf32>>
    %y = exec.buffer result at 0 : <tensor<384xf32>>
    %z = exec.buffer result at 0 : <tensor<128xf32>>
    exec.launch @scale(%x, %y) tasks 3 sizes [#weft.size<384>] : !exec.buffer<tensor<384xf32>>, !exec.buffer<tensor<384xf32>>
    exec.launch @step.0.product(%x, %z) tasks 1 : !exec.buffer<tensor<384xf32>>, !exec.buffer<tensor<128xf32>>
  }
}
