// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One function through every phase: what each of them leaves behind.
// RUN: weft-opt %S/Inputs/smallest.mlir --weft-phase-graph | FileCheck %s --check-prefix=GRAPH
// RUN: weft-opt %S/Inputs/smallest.mlir --weft-phase-differentiated="gradients=step" | FileCheck %s --check-prefix=DIFFERENTIATED
// RUN: weft-opt %S/Inputs/smallest.mlir --weft-phase-fused --weft-phase-scheduled | FileCheck %s --check-prefix=SCHEDULED
// RUN: weft-opt %S/Inputs/smallest.mlir --weft-phase-fused --weft-phase-scheduled --weft-phase-kernels | FileCheck %s --check-prefix=KERNELS
// RUN: weft-opt %S/Inputs/smallest.mlir --weft-phase-fused --weft-phase-scheduled --weft-phase-kernels --weft-phase-exec | FileCheck %s --check-prefix=EXEC
// RUN: weft-opt %S/Inputs/smallest.mlir --weft-phase-fused --weft-phase-scheduled --weft-phase-kernels --weft-phase-exec --weft-phase-machine="target=cpu:avx2" | FileCheck %s --check-prefix=MACHINE

// GRAPH: weft.param @W
// GRAPH: weft.scan

// The graph of this phase is kept for the artifact.
// DIFFERENTIATED: weft.source = dense_resource<weft.source>
// DIFFERENTIATED: func.func @step(
// DIFFERENTIATED: func.func @step.grad(

// SCHEDULED: weft.dot {{.*}}schedule

// KERNELS: weft.symbols = [#weft.size<cache0(8 by 2)>]
// KERNELS: func.func @step(
// KERNELS: exec.dispatch @step.
// KERNELS: exec.loop carry
// KERNELS: tile.kernel @step.

// Two results are written by the scan itself; the carried value starts from the sum.
// EXEC: weft.param @W
// EXEC: weft.state @step.cache
// EXEC: exec.program @step arena
// EXEC: exec.for "" + 6 attributes {weft.form = "counted: {{.*}}"} {
// EXEC: exec.window
// EXEC-NOT: func.func

// MACHINE: exec.program @step
// MACHINE-NOT: tile.kernel
// MACHINE: llvm.func @step.0.
