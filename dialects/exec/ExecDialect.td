// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef EXEC_DIALECT_TD
#define EXEC_DIALECT_TD

include "mlir/IR/OpBase.td"

def Exec_Dialect : Dialect {
  let name = "exec";
  let cppNamespace = "::weft::exec";
  let summary = "WHEN it runs and where the bytes lie: launches, copies, counted loops, planned buffers";
  let description = [{
    The third of three dialects: weft (what) -> tile (how) -> exec (when). It has two forms.

    *Dispatch form*, between the phases kernels and exec: functions are still `func.func` over tensors, but every
    computation is an `exec.dispatch` of a `tile.kernel`; `exec.alias` renames bytes, `exec.loop` counts.

    *Program form*, after exec-plan-memory: `exec.program` with `exec.buffer`s at fixed offsets and `exec.launch`,
    `exec.copy`, `exec.for`, `exec.set_size` on them. It is written to the artifact record by record (abi/Exec.def).

    Tensors are row-major at their actual sizes; offsets and arena bytes are those of the bounds.

    Never here: numerics, tile shapes, targets.
  }];
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let extraClassDeclaration = [{
    void registerTypes();
    void registerAttributes();
  }];
}

class Exec_Op<string mnemonic, list<Trait> traits = []> : Op<Exec_Dialect, mnemonic, traits>;

#endif
