// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --pass-pipeline="builtin.module(llvm.func(convert-kernels-to-llvm))" | FileCheck %s

// A counted loop becomes a header that compares, a body that branches back, and an exit; vectors stay vectors.

// CHECK-LABEL: llvm.func @loop
// CHECK-SAME: (%[[ARRAY:.*]]: !llvm.ptr, %[[COUNT:.*]]: i64)
// CHECK: llvm.br ^[[HEADER:bb[0-9]+]]
// CHECK: ^[[HEADER]](%[[I:.*]]: i64)
// CHECK: %[[MORE:.*]] = llvm.icmp "slt" %[[I]], %[[COUNT]] : i64
// CHECK: llvm.cond_br %[[MORE]], ^[[BODY:bb[0-9]+]], ^[[EXIT:bb[0-9]+]]
// CHECK: ^[[BODY]]:
// CHECK: %[[X:.*]] = llvm.load
// CHECK: %[[SUM:.*]] = llvm.fadd %[[X]], %[[X]] : vector<8xf32>
// CHECK: llvm.store %[[SUM]]
// CHECK: llvm.br ^[[HEADER]]
// CHECK: ^[[EXIT]]:
// CHECK: llvm.return
llvm.func @loop(%array: !llvm.ptr, %count: i64) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  scf.for %i = %zero to %count step %one : i64 {
    %address = llvm.getelementptr %array[%i] : (!llvm.ptr, i64) -> !llvm.ptr, vector<8xf32>
    %x = llvm.load %address : !llvm.ptr -> vector<8xf32>
    %sum = arith.addf %x, %x : vector<8xf32>
    llvm.store %sum, %address : vector<8xf32>, !llvm.ptr
  }
  llvm.return
}

// A choice of scalars becomes two blocks that meet.

// CHECK-LABEL: llvm.func @choice
// CHECK: llvm.cond_br %{{.*}}, ^[[THEN:bb[0-9]+]], ^[[ELSE:bb[0-9]+]]
// CHECK: ^[[THEN]]:
// CHECK: ^[[ELSE]]:
// CHECK-NOT: scf.if
// CHECK: llvm.return
llvm.func @choice(%flag: i1, %a: f32, %b: f32) -> f32 {
  %y = scf.if %flag -> f32 {
    %sum = arith.addf %a, %b : f32
    scf.yield %sum : f32
  } else {
    scf.yield %b : f32
  }
  llvm.return %y : f32
}
