// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef WEFT_DIALECT_TD
#define WEFT_DIALECT_TD

include "mlir/IR/OpBase.td"

def Weft_Dialect : Dialect {
  let name = "weft";
  let cppNamespace = "::weft::ir";
  let summary = "WHAT is computed: a pure tensor graph with attention, scan, norms and losses";
  let description = [{
    The first of three dialects: weft (what) -> tile (how) -> exec (when).

    Values are builtin ranked tensors; nothing is mutated and nothing has an address. A graph is a module of
    `func.func`s over such values plus the declarations `weft.param` and `weft.state`; an argument that carries
    one has the attribute `weft.param = @name` or `weft.state = @name`. Every op carries the location of the
    user's C++ line.

    A dimension may be *bounded*: `?` together with the encoding `#weft.bounded`, which names the dimension's
    symbol, its bound, its step and a constant offset. Two tensors share a size exactly if the sizes are equal as
    attributes. `weft.set_size` gives a symbol its value before any value that mentions it exists; symbols in the
    types of a function's arguments are bound by the shapes of the call.

    Broadcasting is always explicit (`weft.broadcast`); lowering looks through it, so it costs nothing.

    Never here: memory, layouts, targets, tile sizes, an op that lowers by a plain replacement with others.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let dependentDialects = ["::mlir::arith::ArithDialect"];
  let extraClassDeclaration = [{
    void registerAttributes();
  }];
}

class Weft_Op<string mnemonic, list<Trait> traits = []> : Op<Weft_Dialect, mnemonic, traits>;

#endif
