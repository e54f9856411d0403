; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; C = A B, 128 x 128 x 128, bf16 in, f32 out: 64 x 64 results in a block of 128 threads, 32 x 32 in a
; warp; chunks of 32 along k, two in shared memory, the next one on its way while one is multiplied.
target datalayout = "e-p6:32:32-i64:64-i128:128-i256:256-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

@left = internal addrspace(3) global [8192 x i8] undef, align 16
@right = internal addrspace(3) global [8192 x i8] undef, align 16

; 16 bytes at a time: A's 64 x 32 and B's 32 x 64 of chunk %k to buffer %stage.
define internal void @fetch(ptr addrspace(1) %a, ptr addrspace(1) %b, i32 %k, i32 %stage, i32 %row0, i32 %column0, i32 %tid) {
  %buffer = shl i32 %stage, 12
  %k0 = shl i32 %k, 5
  %chunk0 = add i32 %tid, 0
  %to0 = shl i32 %chunk0, 4
  %at0 = add i32 %buffer, %to0
  %ar0 = lshr i32 %chunk0, 2
  %ac0 = and i32 %to0, 48
  %agr0 = add i32 %row0, %ar0
  %arow0 = shl i32 %agr0, 8
  %ak0 = shl i32 %k0, 1
  %as0 = add i32 %arow0, %ak0
  %ao0 = add i32 %as0, %ac0
  %ag0 = getelementptr i8, ptr addrspace(1) %a, i32 %ao0
  %al0 = getelementptr i8, ptr addrspace(3) @left, i32 %at0
  call void @llvm.nvvm.cp.async.cg.shared.global.16(ptr addrspace(3) %al0, ptr addrspace(1) %ag0)
  %br0 = lshr i32 %chunk0, 3
  %bc0 = and i32 %to0, 112
  %bgr0 = add i32 %k0, %br0
  %brow0 = shl i32 %bgr0, 8
  %bn0 = shl i32 %column0, 1
  %bs0 = add i32 %brow0, %bn0
  %bo0 = add i32 %bs0, %bc0
  %bg0 = getelementptr i8, ptr addrspace(1) %b, i32 %bo0
  %bl0 = getelementptr i8, ptr addrspace(3) @right, i32 %at0
  call void @llvm.nvvm.cp.async.cg.shared.global.16(ptr addrspace(3) %bl0, ptr addrspace(1) %bg0)
  %chunk1 = add i32 %tid, 128
  %to1 = shl i32 %chunk1, 4
  %at1 = add i32 %buffer, %to1
  %ar1 = lshr i32 %chunk1, 2
  %ac1 = and i32 %to1, 48
  %agr1 = add i32 %row0, %ar1
  %arow1 = shl i32 %agr1, 8
  %ak1 = shl i32 %k0, 1
  %as1 = add i32 %arow1, %ak1
  %ao1 = add i32 %as1, %ac1
  %ag1 = getelementptr i8, ptr addrspace(1) %a, i32 %ao1
  %al1 = getelementptr i8, ptr addrspace(3) @left, i32 %at1
  call void @llvm.nvvm.cp.async.cg.shared.global.16(ptr addrspace(3) %al1, ptr addrspace(1) %ag1)
  %br1 = lshr i32 %chunk1, 3
  %bc1 = and i32 %to1, 112
  %bgr1 = add i32 %k0, %br1
  %brow1 = shl i32 %bgr1, 8
  %bn1 = shl i32 %column0, 1
  %bs1 = add i32 %brow1, %bn1
  %bo1 = add i32 %bs1, %bc1
  %bg1 = getelementptr i8, ptr addrspace(1) %b, i32 %bo1
  %bl1 = getelementptr i8, ptr addrspace(3) @right, i32 %at1
  call void @llvm.nvvm.cp.async.cg.shared.global.16(ptr addrspace(3) %bl1, ptr addrspace(1) %bg1)
  ret void
}

define ptx_kernel void @matmul(ptr addrspace(1) %a, ptr addrspace(1) %b, ptr addrspace(1) %c) #0 {
entry:
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %bx = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %by = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.y()
  %row0 = shl i32 %by, 6
  %column0 = shl i32 %bx, 6
  %lane = and i32 %tid, 31
  %warp = lshr i32 %tid, 5
  %wy = lshr i32 %warp, 1
  %wx = and i32 %warp, 1
  %wm = shl i32 %wy, 5
  %wn = shl i32 %wx, 5
  %l16 = and i32 %lane, 15
  %h16 = lshr i32 %lane, 4
  %half = shl i32 %h16, 4
  %lrow = add i32 %wm, %l16
  %lbytes = shl i32 %lrow, 6
  %lat = add i32 %lbytes, %half
  %rbytes = shl i32 %l16, 7
  %wnb = shl i32 %wn, 1
  %rcol = add i32 %wnb, %half
  %rat = add i32 %rbytes, %rcol
  call void @fetch(ptr addrspace(1) %a, ptr addrspace(1) %b, i32 0, i32 0, i32 %row0, i32 %column0, i32 %tid)
  call void @llvm.nvvm.cp.async.commit.group()
  br label %loop

loop:
  %k = phi i32 [ 0, %entry ], [ %next, %fetched ]
  %c000 = phi float [ 0.0, %entry ], [ %d1_000, %fetched ]
  %c001 = phi float [ 0.0, %entry ], [ %d1_001, %fetched ]
  %c002 = phi float [ 0.0, %entry ], [ %d1_002, %fetched ]
  %c003 = phi float [ 0.0, %entry ], [ %d1_003, %fetched ]
  %c010 = phi float [ 0.0, %entry ], [ %d1_010, %fetched ]
  %c011 = phi float [ 0.0, %entry ], [ %d1_011, %fetched ]
  %c012 = phi float [ 0.0, %entry ], [ %d1_012, %fetched ]
  %c013 = phi float [ 0.0, %entry ], [ %d1_013, %fetched ]
  %c020 = phi float [ 0.0, %entry ], [ %d1_020, %fetched ]
  %c021 = phi float [ 0.0, %entry ], [ %d1_021, %fetched ]
  %c022 = phi float [ 0.0, %entry ], [ %d1_022, %fetched ]
  %c023 = phi float [ 0.0, %entry ], [ %d1_023, %fetched ]
  %c030 = phi float [ 0.0, %entry ], [ %d1_030, %fetched ]
  %c031 = phi float [ 0.0, %entry ], [ %d1_031, %fetched ]
  %c032 = phi float [ 0.0, %entry ], [ %d1_032, %fetched ]
  %c033 = phi float [ 0.0, %entry ], [ %d1_033, %fetched ]
  %c100 = phi float [ 0.0, %entry ], [ %d1_100, %fetched ]
  %c101 = phi float [ 0.0, %entry ], [ %d1_101, %fetched ]
  %c102 = phi float [ 0.0, %entry ], [ %d1_102, %fetched ]
  %c103 = phi float [ 0.0, %entry ], [ %d1_103, %fetched ]
  %c110 = phi float [ 0.0, %entry ], [ %d1_110, %fetched ]
  %c111 = phi float [ 0.0, %entry ], [ %d1_111, %fetched ]
  %c112 = phi float [ 0.0, %entry ], [ %d1_112, %fetched ]
  %c113 = phi float [ 0.0, %entry ], [ %d1_113, %fetched ]
  %c120 = phi float [ 0.0, %entry ], [ %d1_120, %fetched ]
  %c121 = phi float [ 0.0, %entry ], [ %d1_121, %fetched ]
  %c122 = phi float [ 0.0, %entry ], [ %d1_122, %fetched ]
  %c123 = phi float [ 0.0, %entry ], [ %d1_123, %fetched ]
  %c130 = phi float [ 0.0, %entry ], [ %d1_130, %fetched ]
  %c131 = phi float [ 0.0, %entry ], [ %d1_131, %fetched ]
  %c132 = phi float [ 0.0, %entry ], [ %d1_132, %fetched ]
  %c133 = phi float [ 0.0, %entry ], [ %d1_133, %fetched ]
  %next = add i32 %k, 1
  %more = icmp ult i32 %next, 4
  br i1 %more, label %fetch, label %fetched

fetch:
  %nextStage = and i32 %next, 1
  call void @fetch(ptr addrspace(1) %a, ptr addrspace(1) %b, i32 %next, i32 %nextStage, i32 %row0, i32 %column0, i32 %tid)
  br label %fetched

fetched:
  call void @llvm.nvvm.cp.async.commit.group()
  call void @llvm.nvvm.cp.async.wait.group(i32 1)
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  %stage = and i32 %k, 1
  %buffer = shl i32 %stage, 12
  %lb = add i32 %buffer, %lat
  %rb = add i32 %buffer, %rat
  %lo00 = add i32 %lb, 0
  %lp00 = getelementptr i8, ptr addrspace(3) @left, i32 %lo00
  %lf00 = call { i32, i32, i32, i32 } @llvm.nvvm.ldmatrix.sync.aligned.m8n8.x4.b16.p3(ptr addrspace(3) %lp00)
  %l000 = extractvalue { i32, i32, i32, i32 } %lf00, 0
  %l001 = extractvalue { i32, i32, i32, i32 } %lf00, 1
  %l002 = extractvalue { i32, i32, i32, i32 } %lf00, 2
  %l003 = extractvalue { i32, i32, i32, i32 } %lf00, 3
  %lo01 = add i32 %lb, 1024
  %lp01 = getelementptr i8, ptr addrspace(3) @left, i32 %lo01
  %lf01 = call { i32, i32, i32, i32 } @llvm.nvvm.ldmatrix.sync.aligned.m8n8.x4.b16.p3(ptr addrspace(3) %lp01)
  %l010 = extractvalue { i32, i32, i32, i32 } %lf01, 0
  %l011 = extractvalue { i32, i32, i32, i32 } %lf01, 1
  %l012 = extractvalue { i32, i32, i32, i32 } %lf01, 2
  %l013 = extractvalue { i32, i32, i32, i32 } %lf01, 3
  %ro00 = add i32 %rb, 0
  %rp00 = getelementptr i8, ptr addrspace(3) @right, i32 %ro00
  %rf00 = call { i32, i32, i32, i32 } @llvm.nvvm.ldmatrix.sync.aligned.m8n8.x4.trans.b16.p3(ptr addrspace(3) %rp00)
  %r000 = extractvalue { i32, i32, i32, i32 } %rf00, 0
  %r001 = extractvalue { i32, i32, i32, i32 } %rf00, 1
  %r002 = extractvalue { i32, i32, i32, i32 } %rf00, 2
  %r003 = extractvalue { i32, i32, i32, i32 } %rf00, 3
  %ro01 = add i32 %rb, 32
  %rp01 = getelementptr i8, ptr addrspace(3) @right, i32 %ro01
  %rf01 = call { i32, i32, i32, i32 } @llvm.nvvm.ldmatrix.sync.aligned.m8n8.x4.trans.b16.p3(ptr addrspace(3) %rp01)
  %r010 = extractvalue { i32, i32, i32, i32 } %rf01, 0
  %r011 = extractvalue { i32, i32, i32, i32 } %rf01, 1
  %r012 = extractvalue { i32, i32, i32, i32 } %rf01, 2
  %r013 = extractvalue { i32, i32, i32, i32 } %rf01, 3
  %p0_00 = call { float, float, float, float } @llvm.nvvm.mma.m16n8k16.row.col.bf16(i32 %l000, i32 %l001, i32 %l002, i32 %l003, i32 %r000, i32 %r001, float %c000, float %c001, float %c002, float %c003)
  %d0_000 = extractvalue { float, float, float, float } %p0_00, 0
  %d0_001 = extractvalue { float, float, float, float } %p0_00, 1
  %d0_002 = extractvalue { float, float, float, float } %p0_00, 2
  %d0_003 = extractvalue { float, float, float, float } %p0_00, 3
  %p0_01 = call { float, float, float, float } @llvm.nvvm.mma.m16n8k16.row.col.bf16(i32 %l000, i32 %l001, i32 %l002, i32 %l003, i32 %r002, i32 %r003, float %c010, float %c011, float %c012, float %c013)
  %d0_010 = extractvalue { float, float, float, float } %p0_01, 0
  %d0_011 = extractvalue { float, float, float, float } %p0_01, 1
  %d0_012 = extractvalue { float, float, float, float } %p0_01, 2
  %d0_013 = extractvalue { float, float, float, float } %p0_01, 3
  %p0_02 = call { float, float, float, float } @llvm.nvvm.mma.m16n8k16.row.col.bf16(i32 %l000, i32 %l001, i32 %l002, i32 %l003, i32 %r010, i32 %r011, float %c020, float %c021, float %c022, float %c023)
  %d0_020 = extractvalue { float, float, float, float } %p0_02, 0
  %d0_021 = extractvalue { float, float, float, float } %p0_02, 1
  %d0_022 = extractvalue { float, float, float, float } %p0_02, 2
  %d0_023 = extractvalue { float, float, float, float } %p0_02, 3
  %p0_03 = call { float, float, float, float } @llvm.nvvm.mma.m16n8k16.row.col.bf16(i32 %l000, i32 %l001, i32 %l002, i32 %l003, i32 %r012, i32 %r013, float %c030, float %c031, float %c032, float %c033)
  %d0_030 = extractvalue { float, float, float, float } %p0_03, 0
  %d0_031 = extractvalue { float, float, float, float } %p0_03, 1
  %d0_032 = extractvalue { float, float, float, float } %p0_03, 2
  %d0_033 = extractvalue { float, float, float, float } %p0_03, 3
  %p0_10 = call { float, float, float, float } @llvm.nvvm.mma.m16n8k16.row.col.bf16(i32 %l010, i32 %l011, i32 %l012, i32 %l013, i32 %r000, i32 %r001, float %c100, float %c101, float %c102, float %c103)
  %d0_100 = extractvalue { float, float, float, float } %p0_10, 0
  %d0_101 = extractvalue { float, float, float, float } %p0_10, 1
  %d0_102 = extractvalue { float, float, float, float } %p0_10, 2
  %d0_103 = extractvalue { float, float, float, float } %p0_10, 3
  %p0_11 = call { float, float, float, float } @llvm.nvvm.mma.m16n8k16.row.col.bf16(i32 %l010, i32 %l011, i32 %l012, i32 %l013, i32 %r002, i32 %r003, float %c110, float %c111, float %c112, float %c113)
  %d0_110 = extractvalue { float, float, float, float } %p0_11, 0
  %d0_111 = extractvalue { float, float, float, float } %p0_11, 1
  %d0_112 = extractvalue { float, float, float, float } %p0_11, 2
  %d0_113 = extractvalue { float, float, float, float } %p0_11, 3
  %p0_12 = call { float, float, float, float } @llvm.nvvm.mma.m16n8k16.row.col.bf16(i32 %l010, i32 %l011, i32 %l012, i32 %l013, i32 %r010, i32 %r011, float %c120, float %c121, float %c122, float %c123)
  %d0_120 = extractvalue { float, float, float, float } %p0_12, 0
  %d0_121 = extractvalue { float, float, float, float } %p0_12, 1
  %d0_122 = extractvalue { float, float, float, float } %p0_12, 2
  %d0_123 = extractvalue { float, float, float, float } %p0_12, 3
  %p0_13 = call { float, float, float, float } @llvm.nvvm.mma.m16n8k16.row.col.bf16(i32 %l010, i32 %l011, i32 %l012, i32 %l013, i32 %r012, i32 %r013, float %c130, float %c131, float %c132, float %c133)
  %d0_130 = extractvalue { float, float, float, float } %p0_13, 0
  %d0_131 = extractvalue { float, float, float, float } %p0_13, 1
  %d0_132 = extractvalue { float, float, float, float } %p0_13, 2
  %d0_133 = extractvalue { float, float, float, float } %p0_13, 3
  %lo10 = add i32 %lb, 32
  %lp10 = getelementptr i8, ptr addrspace(3) @left, i32 %lo10
  %lf10 = call { i32, i32, i32, i32 } @llvm.nvvm.ldmatrix.sync.aligned.m8n8.x4.b16.p3(ptr addrspace(3) %lp10)
  %l100 = extractvalue { i32, i32, i32, i32 } %lf10, 0
  %l101 = extractvalue { i32, i32, i32, i32 } %lf10, 1
  %l102 = extractvalue { i32, i32, i32, i32 } %lf10, 2
  %l103 = extractvalue { i32, i32, i32, i32 } %lf10, 3
  %lo11 = add i32 %lb, 1056
  %lp11 = getelementptr i8, ptr addrspace(3) @left, i32 %lo11
  %lf11 = call { i32, i32, i32, i32 } @llvm.nvvm.ldmatrix.sync.aligned.m8n8.x4.b16.p3(ptr addrspace(3) %lp11)
  %l110 = extractvalue { i32, i32, i32, i32 } %lf11, 0
  %l111 = extractvalue { i32, i32, i32, i32 } %lf11, 1
  %l112 = extractvalue { i32, i32, i32, i32 } %lf11, 2
  %l113 = extractvalue { i32, i32, i32, i32 } %lf11, 3
  %ro10 = add i32 %rb, 2048
  %rp10 = getelementptr i8, ptr addrspace(3) @right, i32 %ro10
  %rf10 = call { i32, i32, i32, i32 } @llvm.nvvm.ldmatrix.sync.aligned.m8n8.x4.trans.b16.p3(ptr addrspace(3) %rp10)
  %r100 = extractvalue { i32, i32, i32, i32 } %rf10, 0
  %r101 = extractvalue { i32, i32, i32, i32 } %rf10, 1
  %r102 = extractvalue { i32, i32, i32, i32 } %rf10, 2
  %r103 = extractvalue { i32, i32, i32, i32 } %rf10, 3
  %ro11 = add i32 %rb, 2080
  %rp11 = getelementptr i8, ptr addrspace(3) @right, i32 %ro11
  %rf11 = call { i32, i32, i32, i32 } @llvm.nvvm.ldmatrix.sync.aligned.m8n8.x4.trans.b16.p3(ptr addrspace(3) %rp11)
  %r110 = extractvalue { i32, i32, i32, i32 } %rf11, 0
  %r111 = extractvalue { i32, i32, i32, i32 } %rf11, 1
  %r112 = extractvalue { i32, i32, i32, i32 } %rf11, 2
  %r113 = extractvalue { i32, i32, i32, i32 } %rf11, 3
  %p1_00 = call { float, float, float, float } @llvm.nvvm.mma.m16n8k16.row.col.bf16(i32 %l100, i32 %l101, i32 %l102, i32 %l103, i32 %r100, i32 %r101, float %d0_000, float %d0_001, float %d0_002, float %d0_003)
  %d1_000 = extractvalue { float, float, float, float } %p1_00, 0
  %d1_001 = extractvalue { float, float, float, float } %p1_00, 1
  %d1_002 = extractvalue { float, float, float, float } %p1_00, 2
  %d1_003 = extractvalue { float, float, float, float } %p1_00, 3
  %p1_01 = call { float, float, float, float } @llvm.nvvm.mma.m16n8k16.row.col.bf16(i32 %l100, i32 %l101, i32 %l102, i32 %l103, i32 %r102, i32 %r103, float %d0_010, float %d0_011, float %d0_012, float %d0_013)
  %d1_010 = extractvalue { float, float, float, float } %p1_01, 0
  %d1_011 = extractvalue { float, float, float, float } %p1_01, 1
  %d1_012 = extractvalue { float, float, float, float } %p1_01, 2
  %d1_013 = extractvalue { float, float, float, float } %p1_01, 3
  %p1_02 = call { float, float, float, float } @llvm.nvvm.mma.m16n8k16.row.col.bf16(i32 %l100, i32 %l101, i32 %l102, i32 %l103, i32 %r110, i32 %r111, float %d0_020, float %d0_021, float %d0_022, float %d0_023)
  %d1_020 = extractvalue { float, float, float, float } %p1_02, 0
  %d1_021 = extractvalue { float, float, float, float } %p1_02, 1
  %d1_022 = extractvalue { float, float, float, float } %p1_02, 2
  %d1_023 = extractvalue { float, float, float, float } %p1_02, 3
  %p1_03 = call { float, float, float, float } @llvm.nvvm.mma.m16n8k16.row.col.bf16(i32 %l100, i32 %l101, i32 %l102, i32 %l103, i32 %r112, i32 %r113, float %d0_030, float %d0_031, float %d0_032, float %d0_033)
  %d1_030 = extractvalue { float, float, float, float } %p1_03, 0
  %d1_031 = extractvalue { float, float, float, float } %p1_03, 1
  %d1_032 = extractvalue { float, float, float, float } %p1_03, 2
  %d1_033 = extractvalue { float, float, float, float } %p1_03, 3
  %p1_10 = call { float, float, float, float } @llvm.nvvm.mma.m16n8k16.row.col.bf16(i32 %l110, i32 %l111, i32 %l112, i32 %l113, i32 %r100, i32 %r101, float %d0_100, float %d0_101, float %d0_102, float %d0_103)
  %d1_100 = extractvalue { float, float, float, float } %p1_10, 0
  %d1_101 = extractvalue { float, float, float, float } %p1_10, 1
  %d1_102 = extractvalue { float, float, float, float } %p1_10, 2
  %d1_103 = extractvalue { float, float, float, float } %p1_10, 3
  %p1_11 = call { float, float, float, float } @llvm.nvvm.mma.m16n8k16.row.col.bf16(i32 %l110, i32 %l111, i32 %l112, i32 %l113, i32 %r102, i32 %r103, float %d0_110, float %d0_111, float %d0_112, float %d0_113)
  %d1_110 = extractvalue { float, float, float, float } %p1_11, 0
  %d1_111 = extractvalue { float, float, float, float } %p1_11, 1
  %d1_112 = extractvalue { float, float, float, float } %p1_11, 2
  %d1_113 = extractvalue { float, float, float, float } %p1_11, 3
  %p1_12 = call { float, float, float, float } @llvm.nvvm.mma.m16n8k16.row.col.bf16(i32 %l110, i32 %l111, i32 %l112, i32 %l113, i32 %r110, i32 %r111, float %d0_120, float %d0_121, float %d0_122, float %d0_123)
  %d1_120 = extractvalue { float, float, float, float } %p1_12, 0
  %d1_121 = extractvalue { float, float, float, float } %p1_12, 1
  %d1_122 = extractvalue { float, float, float, float } %p1_12, 2
  %d1_123 = extractvalue { float, float, float, float } %p1_12, 3
  %p1_13 = call { float, float, float, float } @llvm.nvvm.mma.m16n8k16.row.col.bf16(i32 %l110, i32 %l111, i32 %l112, i32 %l113, i32 %r112, i32 %r113, float %d0_130, float %d0_131, float %d0_132, float %d0_133)
  %d1_130 = extractvalue { float, float, float, float } %p1_13, 0
  %d1_131 = extractvalue { float, float, float, float } %p1_13, 1
  %d1_132 = extractvalue { float, float, float, float } %p1_13, 2
  %d1_133 = extractvalue { float, float, float, float } %p1_13, 3
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  br i1 %more, label %loop, label %store

store:
  %g = lshr i32 %lane, 2
  %q = and i32 %lane, 3
  %q2 = shl i32 %q, 1
  %crow0 = add i32 %row0, %wm
  %crow = add i32 %crow0, %g
  %ccolumn0 = add i32 %column0, %wn
  %ccolumn = add i32 %ccolumn0, %q2
  %cbytes = shl i32 %crow, 7
  %cat = add i32 %cbytes, %ccolumn
  %cp = getelementptr float, ptr addrspace(1) %c, i32 %cat
  %sp000 = getelementptr float, ptr addrspace(1) %cp, i32 0
  %s000 = insertelement <2 x float> poison, float %d1_000, i32 0
  %t000 = insertelement <2 x float> %s000, float %d1_001, i32 1
  store <2 x float> %t000, ptr addrspace(1) %sp000, align 8
  %sp001 = getelementptr float, ptr addrspace(1) %cp, i32 1024
  %s001 = insertelement <2 x float> poison, float %d1_002, i32 0
  %t001 = insertelement <2 x float> %s001, float %d1_003, i32 1
  store <2 x float> %t001, ptr addrspace(1) %sp001, align 8
  %sp010 = getelementptr float, ptr addrspace(1) %cp, i32 8
  %s010 = insertelement <2 x float> poison, float %d1_010, i32 0
  %t010 = insertelement <2 x float> %s010, float %d1_011, i32 1
  store <2 x float> %t010, ptr addrspace(1) %sp010, align 8
  %sp011 = getelementptr float, ptr addrspace(1) %cp, i32 1032
  %s011 = insertelement <2 x float> poison, float %d1_012, i32 0
  %t011 = insertelement <2 x float> %s011, float %d1_013, i32 1
  store <2 x float> %t011, ptr addrspace(1) %sp011, align 8
  %sp020 = getelementptr float, ptr addrspace(1) %cp, i32 16
  %s020 = insertelement <2 x float> poison, float %d1_020, i32 0
  %t020 = insertelement <2 x float> %s020, float %d1_021, i32 1
  store <2 x float> %t020, ptr addrspace(1) %sp020, align 8
  %sp021 = getelementptr float, ptr addrspace(1) %cp, i32 1040
  %s021 = insertelement <2 x float> poison, float %d1_022, i32 0
  %t021 = insertelement <2 x float> %s021, float %d1_023, i32 1
  store <2 x float> %t021, ptr addrspace(1) %sp021, align 8
  %sp030 = getelementptr float, ptr addrspace(1) %cp, i32 24
  %s030 = insertelement <2 x float> poison, float %d1_030, i32 0
  %t030 = insertelement <2 x float> %s030, float %d1_031, i32 1
  store <2 x float> %t030, ptr addrspace(1) %sp030, align 8
  %sp031 = getelementptr float, ptr addrspace(1) %cp, i32 1048
  %s031 = insertelement <2 x float> poison, float %d1_032, i32 0
  %t031 = insertelement <2 x float> %s031, float %d1_033, i32 1
  store <2 x float> %t031, ptr addrspace(1) %sp031, align 8
  %sp100 = getelementptr float, ptr addrspace(1) %cp, i32 2048
  %s100 = insertelement <2 x float> poison, float %d1_100, i32 0
  %t100 = insertelement <2 x float> %s100, float %d1_101, i32 1
  store <2 x float> %t100, ptr addrspace(1) %sp100, align 8
  %sp101 = getelementptr float, ptr addrspace(1) %cp, i32 3072
  %s101 = insertelement <2 x float> poison, float %d1_102, i32 0
  %t101 = insertelement <2 x float> %s101, float %d1_103, i32 1
  store <2 x float> %t101, ptr addrspace(1) %sp101, align 8
  %sp110 = getelementptr float, ptr addrspace(1) %cp, i32 2056
  %s110 = insertelement <2 x float> poison, float %d1_110, i32 0
  %t110 = insertelement <2 x float> %s110, float %d1_111, i32 1
  store <2 x float> %t110, ptr addrspace(1) %sp110, align 8
  %sp111 = getelementptr float, ptr addrspace(1) %cp, i32 3080
  %s111 = insertelement <2 x float> poison, float %d1_112, i32 0
  %t111 = insertelement <2 x float> %s111, float %d1_113, i32 1
  store <2 x float> %t111, ptr addrspace(1) %sp111, align 8
  %sp120 = getelementptr float, ptr addrspace(1) %cp, i32 2064
  %s120 = insertelement <2 x float> poison, float %d1_120, i32 0
  %t120 = insertelement <2 x float> %s120, float %d1_121, i32 1
  store <2 x float> %t120, ptr addrspace(1) %sp120, align 8
  %sp121 = getelementptr float, ptr addrspace(1) %cp, i32 3088
  %s121 = insertelement <2 x float> poison, float %d1_122, i32 0
  %t121 = insertelement <2 x float> %s121, float %d1_123, i32 1
  store <2 x float> %t121, ptr addrspace(1) %sp121, align 8
  %sp130 = getelementptr float, ptr addrspace(1) %cp, i32 2072
  %s130 = insertelement <2 x float> poison, float %d1_130, i32 0
  %t130 = insertelement <2 x float> %s130, float %d1_131, i32 1
  store <2 x float> %t130, ptr addrspace(1) %sp130, align 8
  %sp131 = getelementptr float, ptr addrspace(1) %cp, i32 3096
  %s131 = insertelement <2 x float> poison, float %d1_132, i32 0
  %t131 = insertelement <2 x float> %s131, float %d1_133, i32 1
  store <2 x float> %t131, ptr addrspace(1) %sp131, align 8
  ret void
}

declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.ctaid.y()
declare void @llvm.nvvm.cp.async.cg.shared.global.16(ptr addrspace(3), ptr addrspace(1))
declare void @llvm.nvvm.cp.async.commit.group()
declare void @llvm.nvvm.cp.async.wait.group(i32)
declare void @llvm.nvvm.barrier.cta.sync.aligned.all(i32)
declare { i32, i32, i32, i32 } @llvm.nvvm.ldmatrix.sync.aligned.m8n8.x4.b16.p3(ptr addrspace(3))
declare { i32, i32, i32, i32 } @llvm.nvvm.ldmatrix.sync.aligned.m8n8.x4.trans.b16.p3(ptr addrspace(3))
declare { float, float, float, float } @llvm.nvvm.mma.m16n8k16.row.col.bf16(i32, i32, i32, i32, i32, i32, float, float, float, float)

attributes #0 = { "nvvm.reqntid"="128" }
