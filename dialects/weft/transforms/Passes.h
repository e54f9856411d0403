// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes from weft to weft; Passes.td says what each does.
#ifndef DIALECTS_WEFT_TRANSFORMS_PASSES_H
#define DIALECTS_WEFT_TRANSFORMS_PASSES_H

#include "dialects/weft/WeftDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace weft::ir {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "dialects/weft/transforms/Passes.h.inc"

} // namespace weft::ir

#endif
