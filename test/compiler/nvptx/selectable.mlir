// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the tables of NVPTXSelection.cpp allow has an instruction: the back end would end the process over any other.
// RUN: weft compile %s -q --from=machine --target=sm_80 --emit=ptx -o %t.ptx
// RUN: FileCheck %s < %t.ptx
// Where there is ptxas, it takes them too.
// RUN: if command -v ptxas; then weft compile %s -q --from=machine --target=sm_80 --emit=cubin -o %t.cubin; fi
// Each is still there: nothing was folded away.
// CHECK: bar.sync
// CHECK: redux.sync.xor.b32
// CHECK: mma.sync.aligned.m16n8k4.row.col.f32.tf32.tf32.f32
// CHECK: mbarrier.test_wait.shared.b64
// CHECK: isspacep.const
// CHECK: tanh.approx.f32

module attributes {weft.symbols = []} {
  llvm.mlir.global external @weft_shared() {addr_space = 3 : i32, alignment = 1024 : i64} : !llvm.array<0 x i8>
  llvm.func @step.0.all(%x: !llvm.ptr<1>, %y: !llvm.ptr<1>, %l: i64)
      attributes {nvvm.kernel, nvvm.reqntid = array<i32: 128>, weft.shared = 64 : i64, weft.sizes = array<i64: 8>} {
    %s = llvm.mlir.addressof @weft_shared : !llvm.ptr<3>
    %generic = llvm.load %x : !llvm.ptr<1> -> !llvm.ptr
    %i = llvm.load %x : !llvm.ptr<1> -> i32
    %b = llvm.trunc %i : i32 to i1
    %byte = llvm.trunc %i : i32 to i8
    %f = llvm.load %x : !llvm.ptr<1> -> f32
    %d = llvm.load %x : !llvm.ptr<1> -> f64
    %v = llvm.load %x : !llvm.ptr<1> -> vector<2xbf16>
    %h = llvm.load %x : !llvm.ptr<1> -> vector<2xf16>
    %w = llvm.load %x : !llvm.ptr<1> -> vector<4xf32>
    %c0 = llvm.mlir.constant(0 : i32) : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %c2 = llvm.mlir.constant(64 : i32) : i32
    %c3 = llvm.mlir.constant(2 : i32) : i32
    %c4 = llvm.mlir.constant(-1 : i32) : i32
    %c5 = llvm.mlir.constant(31 : i32) : i32
    %c6 = llvm.mlir.constant(20 : i32) : i32
    %r0 = llvm.call_intrinsic "llvm.nvvm.read.ptx.sreg.tid.x"() : () -> i32
    %r1 = llvm.call_intrinsic "llvm.nvvm.read.ptx.sreg.tid.y"() : () -> i32
    %r2 = llvm.call_intrinsic "llvm.nvvm.read.ptx.sreg.ctaid.x"() : () -> i32
    %r3 = llvm.call_intrinsic "llvm.nvvm.read.ptx.sreg.ctaid.z"() : () -> i32
    %r4 = llvm.call_intrinsic "llvm.nvvm.read.ptx.sreg.nctaid.x"() : () -> i32
    %r5 = llvm.call_intrinsic "llvm.nvvm.read.ptx.sreg.ntid.y"() : () -> i32
    %r6 = llvm.call_intrinsic "llvm.nvvm.read.ptx.sreg.laneid"() : () -> i32
    %r7 = llvm.call_intrinsic "llvm.nvvm.read.ptx.sreg.warpid"() : () -> i32
    %r8 = llvm.call_intrinsic "llvm.nvvm.read.ptx.sreg.nwarpid"() : () -> i32
    %r9 = llvm.call_intrinsic "llvm.nvvm.read.ptx.sreg.smid"() : () -> i32
    %r10 = llvm.call_intrinsic "llvm.nvvm.read.ptx.sreg.lanemask.lt"() : () -> i32
    %r11 = llvm.call_intrinsic "llvm.nvvm.read.ptx.sreg.clock"() : () -> i32
    %r12 = llvm.call_intrinsic "llvm.nvvm.read.ptx.sreg.warpsize"() : () -> i32
    %r13 = llvm.call_intrinsic "llvm.nvvm.read.ptx.sreg.clock64"() : () -> i64
    %r14 = llvm.call_intrinsic "llvm.nvvm.read.ptx.sreg.globaltimer"() : () -> i64
    llvm.call_intrinsic "llvm.nvvm.barrier.cta.sync.aligned.all"(%c0) : (i32) -> ()
    llvm.call_intrinsic "llvm.nvvm.barrier.cta.sync.aligned.count"(%c1, %c2) : (i32, i32) -> ()
    llvm.call_intrinsic "llvm.nvvm.barrier.cta.arrive.aligned.count"(%c3, %c2) : (i32, i32) -> ()
    llvm.call_intrinsic "llvm.nvvm.bar.warp.sync"(%c4) : (i32) -> ()
    llvm.call_intrinsic "llvm.nvvm.membar.cta"() : () -> ()
    llvm.call_intrinsic "llvm.nvvm.membar.gl"() : () -> ()
    llvm.call_intrinsic "llvm.nvvm.membar.sys"() : () -> ()
    %r15 = llvm.call_intrinsic "llvm.nvvm.shfl.sync.bfly.i32"(%c4, %i, %c1, %c5) : (i32, i32, i32, i32) -> i32
    %r16 = llvm.call_intrinsic "llvm.nvvm.shfl.sync.bfly.f32"(%c4, %f, %c1, %c5) : (i32, f32, i32, i32) -> f32
    %r17 = llvm.call_intrinsic "llvm.nvvm.shfl.sync.up.i32"(%c4, %i, %c1, %c5) : (i32, i32, i32, i32) -> i32
    %r18 = llvm.call_intrinsic "llvm.nvvm.shfl.sync.up.f32"(%c4, %f, %c1, %c5) : (i32, f32, i32, i32) -> f32
    %r19 = llvm.call_intrinsic "llvm.nvvm.shfl.sync.down.i32"(%c4, %i, %c1, %c5) : (i32, i32, i32, i32) -> i32
    %r20 = llvm.call_intrinsic "llvm.nvvm.shfl.sync.down.f32"(%c4, %f, %c1, %c5) : (i32, f32, i32, i32) -> f32
    %r21 = llvm.call_intrinsic "llvm.nvvm.shfl.sync.idx.i32"(%c4, %i, %c1, %c5) : (i32, i32, i32, i32) -> i32
    %r22 = llvm.call_intrinsic "llvm.nvvm.shfl.sync.idx.f32"(%c4, %f, %c1, %c5) : (i32, f32, i32, i32) -> f32
    %r23 = llvm.call_intrinsic "llvm.nvvm.vote.ballot.sync"(%c4, %b) : (i32, i1) -> i32
    %r24 = llvm.call_intrinsic "llvm.nvvm.vote.any.sync"(%c4, %b) : (i32, i1) -> i1
    %r25 = llvm.call_intrinsic "llvm.nvvm.vote.all.sync"(%c4, %b) : (i32, i1) -> i1
    %r26 = llvm.call_intrinsic "llvm.nvvm.vote.uni.sync"(%c4, %b) : (i32, i1) -> i1
    %r27 = llvm.call_intrinsic "llvm.nvvm.match.any.sync.i32"(%c4, %i) : (i32, i32) -> i32
    %r28 = llvm.call_intrinsic "llvm.nvvm.activemask"() : () -> i32
    %r29 = llvm.call_intrinsic "llvm.nvvm.redux.sync.umin"(%i, %c4) : (i32, i32) -> i32
    %r30 = llvm.call_intrinsic "llvm.nvvm.redux.sync.umax"(%i, %c4) : (i32, i32) -> i32
    %r31 = llvm.call_intrinsic "llvm.nvvm.redux.sync.add"(%i, %c4) : (i32, i32) -> i32
    %r32 = llvm.call_intrinsic "llvm.nvvm.redux.sync.min"(%i, %c4) : (i32, i32) -> i32
    %r33 = llvm.call_intrinsic "llvm.nvvm.redux.sync.max"(%i, %c4) : (i32, i32) -> i32
    %r34 = llvm.call_intrinsic "llvm.nvvm.redux.sync.and"(%i, %c4) : (i32, i32) -> i32
    %r35 = llvm.call_intrinsic "llvm.nvvm.redux.sync.or"(%i, %c4) : (i32, i32) -> i32
    %r36 = llvm.call_intrinsic "llvm.nvvm.redux.sync.xor"(%i, %c4) : (i32, i32) -> i32
    llvm.call_intrinsic "llvm.nvvm.nanosleep"(%c6) : (i32) -> ()
    llvm.call_intrinsic "llvm.nvvm.cp.async.ca.shared.global.4"(%s, %x) : (!llvm.ptr<3>, !llvm.ptr<1>) -> ()
    llvm.call_intrinsic "llvm.nvvm.cp.async.ca.shared.global.8"(%s, %x) : (!llvm.ptr<3>, !llvm.ptr<1>) -> ()
    llvm.call_intrinsic "llvm.nvvm.cp.async.ca.shared.global.16"(%s, %x) : (!llvm.ptr<3>, !llvm.ptr<1>) -> ()
    llvm.call_intrinsic "llvm.nvvm.cp.async.cg.shared.global.16"(%s, %x) : (!llvm.ptr<3>, !llvm.ptr<1>) -> ()
    llvm.call_intrinsic "llvm.nvvm.cp.async.cg.shared.global.16.s"(%s, %x, %i) : (!llvm.ptr<3>, !llvm.ptr<1>, i32) -> ()
    llvm.call_intrinsic "llvm.nvvm.cp.async.ca.shared.global.4.s"(%s, %x, %i) : (!llvm.ptr<3>, !llvm.ptr<1>, i32) -> ()
    llvm.call_intrinsic "llvm.nvvm.cp.async.commit.group"() : () -> ()
    llvm.call_intrinsic "llvm.nvvm.cp.async.wait.group"(%c1) : (i32) -> ()
    llvm.call_intrinsic "llvm.nvvm.cp.async.wait.all"() : () -> ()
    %r37 = llvm.call_intrinsic "llvm.nvvm.ldmatrix.sync.aligned.m8n8.x1.b16.p3"(%s) : (!llvm.ptr<3>) -> i32
    %r38 = llvm.call_intrinsic "llvm.nvvm.ldmatrix.sync.aligned.m8n8.x2.trans.b16.p3"(%s) : (!llvm.ptr<3>) -> !llvm.struct<(i32, i32)>
    %r39 = llvm.call_intrinsic "llvm.nvvm.ldmatrix.sync.aligned.m8n8.x4.b16.p3"(%s) : (!llvm.ptr<3>) -> !llvm.struct<(i32, i32, i32, i32)>
    %r40 = llvm.call_intrinsic "llvm.nvvm.mma.m16n8k16.row.col.bf16"(%i, %i, %i, %i, %i, %i, %f, %f, %f, %f) : (i32, i32, i32, i32, i32, i32, f32, f32, f32, f32) -> !llvm.struct<(f32, f32, f32, f32)>
    %r41 = llvm.call_intrinsic "llvm.nvvm.mma.m16n8k8.row.col.bf16"(%i, %i, %i, %f, %f, %f, %f) : (i32, i32, i32, f32, f32, f32, f32) -> !llvm.struct<(f32, f32, f32, f32)>
    %r42 = llvm.call_intrinsic "llvm.nvvm.mma.m16n8k8.row.col.tf32"(%i, %i, %i, %i, %i, %i, %f, %f, %f, %f) : (i32, i32, i32, i32, i32, i32, f32, f32, f32, f32) -> !llvm.struct<(f32, f32, f32, f32)>
    %r43 = llvm.call_intrinsic "llvm.nvvm.mma.m16n8k4.row.col.tf32"(%i, %i, %i, %f, %f, %f, %f) : (i32, i32, i32, f32, f32, f32, f32) -> !llvm.struct<(f32, f32, f32, f32)>
    %r44 = llvm.call_intrinsic "llvm.nvvm.mma.m16n8k16.row.col.f32.f32"(%h, %h, %h, %h, %h, %h, %f, %f, %f, %f) : (vector<2xf16>, vector<2xf16>, vector<2xf16>, vector<2xf16>, vector<2xf16>, vector<2xf16>, f32, f32, f32, f32) -> !llvm.struct<(f32, f32, f32, f32)>
    %r45 = llvm.call_intrinsic "llvm.nvvm.mma.m16n8k16.row.col.f16.f16"(%h, %h, %h, %h, %h, %h, %h, %h) : (vector<2xf16>, vector<2xf16>, vector<2xf16>, vector<2xf16>, vector<2xf16>, vector<2xf16>, vector<2xf16>, vector<2xf16>) -> !llvm.struct<(vector<2xf16>, vector<2xf16>)>
    %r46 = llvm.call_intrinsic "llvm.nvvm.mma.m16n8k8.row.col.f32.f32"(%h, %h, %h, %f, %f, %f, %f) : (vector<2xf16>, vector<2xf16>, vector<2xf16>, f32, f32, f32, f32) -> !llvm.struct<(f32, f32, f32, f32)>
    %r47 = llvm.call_intrinsic "llvm.nvvm.mma.m16n8k8.row.col.f16.f16"(%h, %h, %h, %h, %h) : (vector<2xf16>, vector<2xf16>, vector<2xf16>, vector<2xf16>, vector<2xf16>) -> !llvm.struct<(vector<2xf16>, vector<2xf16>)>
    llvm.call_intrinsic "llvm.nvvm.mbarrier.init.shared"(%s, %c1) : (!llvm.ptr<3>, i32) -> ()
    %r48 = llvm.call_intrinsic "llvm.nvvm.mbarrier.arrive.shared"(%s) : (!llvm.ptr<3>) -> i64
    %r49 = llvm.call_intrinsic "llvm.nvvm.mbarrier.test.wait.shared"(%s, %r48) : (!llvm.ptr<3>, i64) -> i1
    llvm.call_intrinsic "llvm.nvvm.cp.async.mbarrier.arrive.shared"(%s) : (!llvm.ptr<3>) -> ()
    llvm.call_intrinsic "llvm.nvvm.mbarrier.inval.shared"(%s) : (!llvm.ptr<3>) -> ()
    %r50 = llvm.call_intrinsic "llvm.nvvm.ex2.approx.f32"(%f) : (f32) -> f32
    %r51 = llvm.call_intrinsic "llvm.nvvm.ex2.approx.ftz.f32"(%f) : (f32) -> f32
    %r52 = llvm.call_intrinsic "llvm.nvvm.lg2.approx.f"(%f) : (f32) -> f32
    %r53 = llvm.call_intrinsic "llvm.nvvm.lg2.approx.ftz.f"(%f) : (f32) -> f32
    %r54 = llvm.call_intrinsic "llvm.nvvm.sin.approx.f"(%f) : (f32) -> f32
    %r55 = llvm.call_intrinsic "llvm.nvvm.cos.approx.ftz.f"(%f) : (f32) -> f32
    %r56 = llvm.call_intrinsic "llvm.nvvm.rcp.approx.ftz.f"(%f) : (f32) -> f32
    %r57 = llvm.call_intrinsic "llvm.nvvm.rcp.rn.f"(%f) : (f32) -> f32
    %r58 = llvm.call_intrinsic "llvm.nvvm.rcp.rn.ftz.f"(%f) : (f32) -> f32
    %r59 = llvm.call_intrinsic "llvm.nvvm.rsqrt.approx.f"(%f) : (f32) -> f32
    %r60 = llvm.call_intrinsic "llvm.nvvm.rsqrt.approx.ftz.f"(%f) : (f32) -> f32
    %r61 = llvm.call_intrinsic "llvm.nvvm.sqrt.rn.f"(%f) : (f32) -> f32
    %r62 = llvm.call_intrinsic "llvm.nvvm.sqrt.approx.ftz.f"(%f) : (f32) -> f32
    %r63 = llvm.call_intrinsic "llvm.nvvm.rcp.rn.d"(%d) : (f64) -> f64
    %r64 = llvm.call_intrinsic "llvm.nvvm.sqrt.rn.d"(%d) : (f64) -> f64
    %r65 = llvm.call_intrinsic "llvm.nvvm.rcp.approx.ftz.d"(%d) : (f64) -> f64
    %r66 = llvm.call_intrinsic "llvm.nvvm.rsqrt.approx.d"(%d) : (f64) -> f64
    %r67 = llvm.call_intrinsic "llvm.nvvm.div.approx.f"(%f, %f) : (f32, f32) -> f32
    %r68 = llvm.call_intrinsic "llvm.nvvm.div.approx.ftz.f"(%f, %f) : (f32, f32) -> f32
    %r69 = llvm.call_intrinsic "llvm.nvvm.div.rn.f"(%f, %f) : (f32, f32) -> f32
    %r70 = llvm.call_intrinsic "llvm.nvvm.fmin.f"(%f, %f) : (f32, f32) -> f32
    %r71 = llvm.call_intrinsic "llvm.nvvm.fmin.ftz.f"(%f, %f) : (f32, f32) -> f32
    %r72 = llvm.call_intrinsic "llvm.nvvm.fmin.nan.f"(%f, %f) : (f32, f32) -> f32
    %r73 = llvm.call_intrinsic "llvm.nvvm.fmin.ftz.nan.f"(%f, %f) : (f32, f32) -> f32
    %r74 = llvm.call_intrinsic "llvm.nvvm.fmax.f"(%f, %f) : (f32, f32) -> f32
    %r75 = llvm.call_intrinsic "llvm.nvvm.fmax.ftz.f"(%f, %f) : (f32, f32) -> f32
    %r76 = llvm.call_intrinsic "llvm.nvvm.fmax.nan.f"(%f, %f) : (f32, f32) -> f32
    %r77 = llvm.call_intrinsic "llvm.nvvm.fmax.ftz.nan.f"(%f, %f) : (f32, f32) -> f32
    %r78 = llvm.call_intrinsic "llvm.nvvm.fma.rn.f"(%f, %f, %f) : (f32, f32, f32) -> f32
    %r79 = llvm.call_intrinsic "llvm.nvvm.fma.rn.ftz.f"(%f, %f, %f) : (f32, f32, f32) -> f32
    %r80 = llvm.call_intrinsic "llvm.nvvm.fma.rn.bf16x2"(%v, %v, %v) : (vector<2xbf16>, vector<2xbf16>, vector<2xbf16>) -> vector<2xbf16>
    %r81 = llvm.call_intrinsic "llvm.nvvm.fma.rn.f16x2"(%h, %h, %h) : (vector<2xf16>, vector<2xf16>, vector<2xf16>) -> vector<2xf16>
    %r82 = llvm.call_intrinsic "llvm.nvvm.f2bf16.rn"(%f) : (f32) -> bf16
    %r83 = llvm.call_intrinsic "llvm.nvvm.f2bf16.rn.relu"(%f) : (f32) -> bf16
    %r84 = llvm.call_intrinsic "llvm.nvvm.f2bf16.rz"(%f) : (f32) -> bf16
    %r85 = llvm.call_intrinsic "llvm.nvvm.ff2bf16x2.rn"(%f, %f) : (f32, f32) -> vector<2xbf16>
    %r86 = llvm.call_intrinsic "llvm.nvvm.ff2bf16x2.rz"(%f, %f) : (f32, f32) -> vector<2xbf16>
    %r87 = llvm.call_intrinsic "llvm.nvvm.ff2bf16x2.rn.relu"(%f, %f) : (f32, f32) -> vector<2xbf16>
    %r88 = llvm.call_intrinsic "llvm.nvvm.ff2f16x2.rn"(%f, %f) : (f32, f32) -> vector<2xf16>
    %r89 = llvm.call_intrinsic "llvm.nvvm.ff2f16x2.rz"(%f, %f) : (f32, f32) -> vector<2xf16>
    %r90 = llvm.call_intrinsic "llvm.nvvm.f2tf32.rna"(%f) : (f32) -> i32
    %r91 = llvm.call_intrinsic "llvm.nvvm.prmt"(%i, %i, %i) : (i32, i32, i32) -> i32
    %r92 = llvm.call_intrinsic "llvm.nvvm.mulhi.i"(%i, %i) : (i32, i32) -> i32
    %r93 = llvm.call_intrinsic "llvm.nvvm.mulhi.ui"(%i, %i) : (i32, i32) -> i32
    %r94 = llvm.call_intrinsic "llvm.nvvm.isspacep.global"(%generic) : (!llvm.ptr) -> i1
    %r95 = llvm.call_intrinsic "llvm.nvvm.isspacep.shared"(%generic) : (!llvm.ptr) -> i1
    %r96 = llvm.call_intrinsic "llvm.nvvm.isspacep.local"(%generic) : (!llvm.ptr) -> i1
    %r97 = llvm.call_intrinsic "llvm.nvvm.isspacep.const"(%generic) : (!llvm.ptr) -> i1
    %r98 = "llvm.intr.fabs"(%f) : (f32) -> f32
    %r99 = "llvm.intr.sqrt"(%f) : (f32) -> f32
    %r100 = "llvm.intr.floor"(%f) : (f32) -> f32
    %r101 = "llvm.intr.ceil"(%f) : (f32) -> f32
    %r102 = "llvm.intr.trunc"(%f) : (f32) -> f32
    %r103 = "llvm.intr.rint"(%f) : (f32) -> f32
    %r104 = "llvm.intr.nearbyint"(%f) : (f32) -> f32
    %r105 = "llvm.intr.round"(%f) : (f32) -> f32
    %r106 = "llvm.intr.roundeven"(%f) : (f32) -> f32
    %r107 = "llvm.intr.exp2"(%f) : (f32) -> f32
    %r108 = "llvm.intr.sin"(%f) <{fastmathFlags = #llvm.fastmath<afn>}> : (f32) -> f32
    %r109 = "llvm.intr.cos"(%f) <{fastmathFlags = #llvm.fastmath<afn>}> : (f32) -> f32
    %r110 = "llvm.intr.tanh"(%f) <{fastmathFlags = #llvm.fastmath<afn>}> : (f32) -> f32
    %r111 = "llvm.intr.minnum"(%f, %f) : (f32, f32) -> f32
    %r112 = "llvm.intr.minnum"(%d, %d) : (f64, f64) -> f64
    %r113 = "llvm.intr.maxnum"(%f, %f) : (f32, f32) -> f32
    %r114 = "llvm.intr.maxnum"(%d, %d) : (f64, f64) -> f64
    %r115 = "llvm.intr.minimum"(%f, %f) : (f32, f32) -> f32
    %r116 = "llvm.intr.minimum"(%d, %d) : (f64, f64) -> f64
    %r117 = "llvm.intr.maximum"(%f, %f) : (f32, f32) -> f32
    %r118 = "llvm.intr.maximum"(%d, %d) : (f64, f64) -> f64
    %r119 = "llvm.intr.copysign"(%f, %f) : (f32, f32) -> f32
    %r120 = "llvm.intr.copysign"(%d, %d) : (f64, f64) -> f64
    %r121 = "llvm.intr.fma"(%f, %f, %f) : (f32, f32, f32) -> f32
    %r122 = "llvm.intr.fma"(%w, %w, %w) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %r123 = "llvm.intr.fmuladd"(%f, %f, %f) : (f32, f32, f32) -> f32
    %r124 = "llvm.intr.fmuladd"(%w, %w, %w) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %r125 = "llvm.intr.smax"(%i, %i) : (i32, i32) -> i32
    %r126 = "llvm.intr.smin"(%i, %i) : (i32, i32) -> i32
    %r127 = "llvm.intr.umax"(%i, %i) : (i32, i32) -> i32
    %r128 = "llvm.intr.umin"(%i, %i) : (i32, i32) -> i32
    %r129 = "llvm.intr.uadd.sat"(%i, %i) : (i32, i32) -> i32
    %r130 = "llvm.intr.sadd.sat"(%i, %i) : (i32, i32) -> i32
    %r131 = "llvm.intr.usub.sat"(%i, %i) : (i32, i32) -> i32
    %r132 = "llvm.intr.ssub.sat"(%i, %i) : (i32, i32) -> i32
    %r133 = "llvm.intr.uadd.with.overflow"(%i, %i) : (i32, i32) -> !llvm.struct<(i32, i1)>
    %r134 = "llvm.intr.sadd.with.overflow"(%i, %i) : (i32, i32) -> !llvm.struct<(i32, i1)>
    %r135 = "llvm.intr.usub.with.overflow"(%i, %i) : (i32, i32) -> !llvm.struct<(i32, i1)>
    %r136 = "llvm.intr.ssub.with.overflow"(%i, %i) : (i32, i32) -> !llvm.struct<(i32, i1)>
    %r137 = "llvm.intr.umul.with.overflow"(%i, %i) : (i32, i32) -> !llvm.struct<(i32, i1)>
    %r138 = "llvm.intr.smul.with.overflow"(%i, %i) : (i32, i32) -> !llvm.struct<(i32, i1)>
    %r139 = "llvm.intr.fshl"(%i, %i, %i) : (i32, i32, i32) -> i32
    %r140 = "llvm.intr.fshr"(%i, %i, %i) : (i32, i32, i32) -> i32
    %r141 = "llvm.intr.ctpop"(%i) : (i32) -> i32
    %r142 = "llvm.intr.bswap"(%i) : (i32) -> i32
    %r143 = "llvm.intr.bitreverse"(%i) : (i32) -> i32
    %r144 = "llvm.intr.ctlz"(%i) <{is_zero_poison = false}> : (i32) -> i32
    %r145 = "llvm.intr.cttz"(%i) <{is_zero_poison = false}> : (i32) -> i32
    %r146 = "llvm.intr.abs"(%i) <{is_int_min_poison = false}> : (i32) -> i32
    %r147 = "llvm.intr.vector.reduce.fmax"(%w) : (vector<4xf32>) -> f32
    %r148 = "llvm.intr.vector.reduce.fmin"(%w) : (vector<4xf32>) -> f32
    %r149 = "llvm.intr.vector.reduce.fmaximum"(%w) : (vector<4xf32>) -> f32
    %r150 = "llvm.intr.vector.reduce.fminimum"(%w) : (vector<4xf32>) -> f32
    %r151 = "llvm.intr.vector.reduce.fadd"(%f, %w) : (f32, vector<4xf32>) -> f32
    %r152 = "llvm.intr.vector.reduce.fmul"(%f, %w) : (f32, vector<4xf32>) -> f32
    "llvm.intr.memcpy"(%x, %y, %l) <{isVolatile = false}> : (!llvm.ptr<1>, !llvm.ptr<1>, i64) -> ()
    "llvm.intr.memset"(%y, %byte, %l) <{isVolatile = false}> : (!llvm.ptr<1>, i8, i64) -> ()
    llvm.store volatile %r0, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r1, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r2, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r3, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r4, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r5, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r6, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r7, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r8, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r9, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r10, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r11, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r12, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r13, %y : i64, !llvm.ptr<1>
    llvm.store volatile %r14, %y : i64, !llvm.ptr<1>
    llvm.store volatile %r15, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r16, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r17, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r18, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r19, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r20, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r21, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r22, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r23, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r24, %y : i1, !llvm.ptr<1>
    llvm.store volatile %r25, %y : i1, !llvm.ptr<1>
    llvm.store volatile %r26, %y : i1, !llvm.ptr<1>
    llvm.store volatile %r27, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r28, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r29, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r30, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r31, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r32, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r33, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r34, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r35, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r36, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r37, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r38, %y : !llvm.struct<(i32, i32)>, !llvm.ptr<1>
    llvm.store volatile %r39, %y : !llvm.struct<(i32, i32, i32, i32)>, !llvm.ptr<1>
    llvm.store volatile %r40, %y : !llvm.struct<(f32, f32, f32, f32)>, !llvm.ptr<1>
    llvm.store volatile %r41, %y : !llvm.struct<(f32, f32, f32, f32)>, !llvm.ptr<1>
    llvm.store volatile %r42, %y : !llvm.struct<(f32, f32, f32, f32)>, !llvm.ptr<1>
    llvm.store volatile %r43, %y : !llvm.struct<(f32, f32, f32, f32)>, !llvm.ptr<1>
    llvm.store volatile %r44, %y : !llvm.struct<(f32, f32, f32, f32)>, !llvm.ptr<1>
    llvm.store volatile %r45, %y : !llvm.struct<(vector<2xf16>, vector<2xf16>)>, !llvm.ptr<1>
    llvm.store volatile %r46, %y : !llvm.struct<(f32, f32, f32, f32)>, !llvm.ptr<1>
    llvm.store volatile %r47, %y : !llvm.struct<(vector<2xf16>, vector<2xf16>)>, !llvm.ptr<1>
    llvm.store volatile %r48, %y : i64, !llvm.ptr<1>
    llvm.store volatile %r49, %y : i1, !llvm.ptr<1>
    llvm.store volatile %r50, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r51, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r52, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r53, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r54, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r55, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r56, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r57, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r58, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r59, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r60, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r61, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r62, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r63, %y : f64, !llvm.ptr<1>
    llvm.store volatile %r64, %y : f64, !llvm.ptr<1>
    llvm.store volatile %r65, %y : f64, !llvm.ptr<1>
    llvm.store volatile %r66, %y : f64, !llvm.ptr<1>
    llvm.store volatile %r67, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r68, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r69, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r70, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r71, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r72, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r73, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r74, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r75, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r76, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r77, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r78, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r79, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r80, %y : vector<2xbf16>, !llvm.ptr<1>
    llvm.store volatile %r81, %y : vector<2xf16>, !llvm.ptr<1>
    llvm.store volatile %r82, %y : bf16, !llvm.ptr<1>
    llvm.store volatile %r83, %y : bf16, !llvm.ptr<1>
    llvm.store volatile %r84, %y : bf16, !llvm.ptr<1>
    llvm.store volatile %r85, %y : vector<2xbf16>, !llvm.ptr<1>
    llvm.store volatile %r86, %y : vector<2xbf16>, !llvm.ptr<1>
    llvm.store volatile %r87, %y : vector<2xbf16>, !llvm.ptr<1>
    llvm.store volatile %r88, %y : vector<2xf16>, !llvm.ptr<1>
    llvm.store volatile %r89, %y : vector<2xf16>, !llvm.ptr<1>
    llvm.store volatile %r90, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r91, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r92, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r93, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r94, %y : i1, !llvm.ptr<1>
    llvm.store volatile %r95, %y : i1, !llvm.ptr<1>
    llvm.store volatile %r96, %y : i1, !llvm.ptr<1>
    llvm.store volatile %r97, %y : i1, !llvm.ptr<1>
    llvm.store volatile %r98, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r99, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r100, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r101, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r102, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r103, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r104, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r105, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r106, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r107, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r108, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r109, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r110, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r111, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r112, %y : f64, !llvm.ptr<1>
    llvm.store volatile %r113, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r114, %y : f64, !llvm.ptr<1>
    llvm.store volatile %r115, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r116, %y : f64, !llvm.ptr<1>
    llvm.store volatile %r117, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r118, %y : f64, !llvm.ptr<1>
    llvm.store volatile %r119, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r120, %y : f64, !llvm.ptr<1>
    llvm.store volatile %r121, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r122, %y : vector<4xf32>, !llvm.ptr<1>
    llvm.store volatile %r123, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r124, %y : vector<4xf32>, !llvm.ptr<1>
    llvm.store volatile %r125, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r126, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r127, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r128, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r129, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r130, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r131, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r132, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r133, %y : !llvm.struct<(i32, i1)>, !llvm.ptr<1>
    llvm.store volatile %r134, %y : !llvm.struct<(i32, i1)>, !llvm.ptr<1>
    llvm.store volatile %r135, %y : !llvm.struct<(i32, i1)>, !llvm.ptr<1>
    llvm.store volatile %r136, %y : !llvm.struct<(i32, i1)>, !llvm.ptr<1>
    llvm.store volatile %r137, %y : !llvm.struct<(i32, i1)>, !llvm.ptr<1>
    llvm.store volatile %r138, %y : !llvm.struct<(i32, i1)>, !llvm.ptr<1>
    llvm.store volatile %r139, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r140, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r141, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r142, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r143, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r144, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r145, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r146, %y : i32, !llvm.ptr<1>
    llvm.store volatile %r147, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r148, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r149, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r150, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r151, %y : f32, !llvm.ptr<1>
    llvm.store volatile %r152, %y : f32, !llvm.ptr<1>
    llvm.return
  }
  exec.program @step arena 0 attributes {
      weft.arguments = [{weft.name = "x", weft.role = "input"}], weft.results = [{weft.name = "y", weft.role = "output"}]} {
    %x = exec.buffer argument at 0 : <tensor<8xf32>>
    %y = exec.buffer result at 0 : <tensor<8xf32>>
    exec.launch @step.0.all(%x, %y) tasks 1 sizes [#weft.size<8>] : !exec.buffer<tensor<8xf32>>, !exec.buffer<tensor<8xf32>>
  }
}
