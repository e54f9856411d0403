// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --split-input-file --weft-choose-schedule --weft-to-tile --canonicalize --cse --tile-to-x86=vector-bits=512 --canonicalize --cse %s | FileCheck %s

// A task packs 64 of 512 columns of the weight, and asks for those of the task after the next one, where there is one: 128 rows of 4 cache
// lines, 64 of which are due in each of the first 8 blocks of registers.
// CHECK-LABEL: llvm.func @columns.0.dot
// CHECK-DAG: %[[LATER:.*]] = arith.addi %arg2, %c2_i64
// CHECK-DAG: %[[COLUMN:.*]] = arith.muli %[[LATER]], %c64_i64
// CHECK-DAG: %[[PANEL:.*]] = llvm.getelementptr %[[WEIGHT:.*]][%[[COLUMN]]]
// CHECK-DAG: %[[END:.*]] = arith.addi %[[COLUMN]], %c64_i64
// CHECK-DAG: arith.cmpi sle, %[[END]], %c512_i64
// CHECK: %[[NEXT:.*]] = arith.select %{{.*}}, %[[PANEL]], %{{.*}} : !llvm.ptr
// CHECK: scf.for %[[ROW:.*]] = %c0_i64 to %c48_i64 step %c6_i64
// CHECK: %[[BLOCK:.*]] = arith.divui %[[ROW]], %c6_i64
// CHECK: scf.for %[[K:.*]] = %c0_i64 to %c128_i64 step %c2_i64
// CHECK: %[[ROUND:.*]] = arith.divui %[[K]], %c2_i64
// CHECK: %[[ASKING:.*]] = arith.minui %[[BLOCK]], %c7_i64
// CHECK: %[[BEFORE:.*]] = arith.muli %[[ASKING]], %c64_i64
// CHECK: %[[LINE:.*]] = arith.addi %[[BEFORE]], %[[ROUND]]
// CHECK-DAG: %[[IN_ROW:.*]] = arith.remui %[[LINE]], %c4_i64
// CHECK-DAG: %[[OF_ROWS:.*]] = arith.divui %[[LINE]], %c4_i64
// CHECK-DAG: %[[ELEMENT:.*]] = arith.muli %[[OF_ROWS]], %c512_i64
// CHECK-DAG: %[[START:.*]] = llvm.getelementptr %[[NEXT]][%[[ELEMENT]]]
// CHECK-DAG: %[[BYTE:.*]] = arith.muli %[[IN_ROW]], %c64_i64
// CHECK: %[[AT:.*]] = llvm.getelementptr %[[START]][%[[BYTE]]] : (!llvm.ptr, i64) -> !llvm.ptr, i8
// CHECK: "llvm.intr.prefetch"(%[[AT]]) <{cache = 1 : i32, hint = 2 : i32, rw = 0 : i32}>
// CHECK-NOT: prefetch
func.func @columns(%x: tensor<96x128xf32>, %w: tensor<128x512xf32>) -> tensor<96x512xf32> {
  %y = weft.dot %x, %w batch [] x [] contract [1] x [0] : tensor<96x128xf32>, tensor<128x512xf32> -> tensor<96x512xf32>
  return %y : tensor<96x512xf32>
}

// -----

// Both factors of a weight's gradient are copied chunk by chunk: each chunk asks for the next one of both.
// CHECK-LABEL: llvm.func @gradient.0.dot
// CHECK: scf.for %[[CHUNK:.*]] = %c0_i64 to %c192_i64 step %c64_i64
// CHECK: %[[FOLLOWING:.*]] = arith.addi %[[CHUNK]], %c64_i64
// CHECK: %[[HAS_NEXT:.*]] = arith.cmpi slt, %[[FOLLOWING]], %c192_i64
// CHECK: %[[X:.*]] = arith.select %[[HAS_NEXT]], %{{.*}}, %{{.*}} : !llvm.ptr
// CHECK: %[[G:.*]] = arith.select %[[HAS_NEXT]], %{{.*}}, %{{.*}} : !llvm.ptr
// CHECK: %[[OF_X:.*]] = llvm.getelementptr %[[X]][
// CHECK: llvm.getelementptr %[[OF_X]][
// CHECK-NEXT: prefetch
// CHECK: %[[OF_G:.*]] = llvm.getelementptr %[[G]][
// CHECK: llvm.getelementptr %[[OF_G]][
// CHECK-NEXT: prefetch
// CHECK-NOT: prefetch
func.func @gradient(%x: tensor<192x96xf32>, %g: tensor<192x64xf32>) -> tensor<96x64xf32> {
  %y = weft.dot %x, %g batch [] x [] contract [0] x [0] : tensor<192x96xf32>, tensor<192x64xf32> -> tensor<96x64xf32>
  return %y : tensor<96x64xf32>
}

// -----

// The rows of a weight that is stored the other way round: each of the 64 has 8 lines.
// CHECK-LABEL: llvm.func @turned.0.dot
// CHECK: arith.divui %{{.*}}, %c8_i64
// CHECK: prefetch
func.func @turned(%x: tensor<96x128xf32>, %w: tensor<512x128xf32>) -> tensor<96x512xf32> {
  %y = weft.dot %x, %w batch [] x [] contract [1] x [1] : tensor<96x128xf32>, tensor<512x128xf32> -> tensor<96x512xf32>
  return %y : tensor<96x512xf32>
}

// -----

// One panel and one chunk: all tasks read the same, and nothing comes next.
// CHECK-LABEL: llvm.func @same.0.dot
// CHECK-NOT: prefetch
func.func @same(%x: tensor<96x128xf32>, %w: tensor<128x48xf32>) -> tensor<96x48xf32> {
  %y = weft.dot %x, %w batch [] x [] contract [1] x [0] : tensor<96x128xf32>, tensor<128x48xf32> -> tensor<96x48xf32>
  return %y : tensor<96x48xf32>
}
