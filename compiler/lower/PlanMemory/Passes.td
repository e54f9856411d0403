// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef PLAN_MEMORY_PASSES_TD
#define PLAN_MEMORY_PASSES_TD

include "mlir/Pass/PassBase.td"

def ElideKernelsPass : Pass<"exec-elide-kernels", "::mlir::ModuleOp"> {
  let summary = "removes every tile.kernel that equals an earlier one; its dispatches run that one";
  let description = [{
    Two kernels are equal if their texts are, names and locations aside. Runs on dispatch form.
  }];
}

def PlanMemoryPass : Pass<"exec-plan-memory", "::mlir::ModuleOp"> {
  let summary = "gives every tensor of the dispatch form a place: func.func becomes exec.program";
  let description = [{
    Arguments come first, then results, then one buffer for every value a kernel writes. A result is written in
    place by the dispatch or loop that produces it; a result that is an argument, a constant or a second name of
    another result is copied at the end. Carried tensors of a loop have one buffer for the value of this iteration
    and one for the next, copied at the end of the body; slices and stacked outputs are windows.

    Arena offsets are fixed: the largest buffer first, each at the lowest offset free over its whole life. A buffer
    used outside a loop and inside it lives as long as the loop. Sizes are those of the bounds.
  }];
  let dependentDialects = ["::weft::exec::ExecDialect", "::weft::ir::WeftDialect"];
}

def VerifyDispatchPass : Pass<"exec-verify-dispatch", "::mlir::ModuleOp"> {
  let summary = "checks what planning and every lowering of kernels assume of the phase kernels";
  let description = [{
    Functions hold nothing but dispatch form; kernels hold nothing but plain tile, each store is to a named array of the
    kernel, and each array a kernel promises to write has one. Labels `dispatch_form.C1` on: docs/spec/exec.md.
  }];
  let dependentDialects = ["::weft::ir::WeftDialect"];
}

def VerifyProgramPass : Pass<"exec-verify-program", "::mlir::ModuleOp"> {
  let summary = "checks what the artifact writer and the runtime assume of exec.programs";
  let description = [{
    Runs every program on paper, each loop body twice: what a step reads must have been written and not been
    overwritten by a buffer at the same bytes; a step neither reads what it writes nor writes arguments or
    constants; every result is written. Independent of how the plan was made. Labels: docs/spec/exec.md.
  }];
  let dependentDialects = ["::weft::ir::WeftDialect"];
}

#endif
