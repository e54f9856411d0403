// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef WEFT_INTERFACES_TD
#define WEFT_INTERFACES_TD

include "mlir/IR/OpBase.td"

def AttentionOpInterface : OpInterface<"AttentionOpInterface"> {
  let cppNamespace = "::weft::ir";
  let description = [{
    What span, block-sparse and feedback attention have in common, and all that the one attention emitter asks:
    query, keys and values; which distances a query may reach, or which blocks of keys; a region that turns element values into (score, mask,
    weight); and the further key sources of the same softmax, each with a region. Feature widths and head counts come from
    the operand types.
  }];
  let methods = [
    InterfaceMethod<"query: [batch, heads, queries, features]", "::mlir::Value", "getAttentionQuery">,
    InterfaceMethod<"keys: [batch or 1, heads or 1, keys, features]", "::mlir::Value", "getAttentionKeys">,
    InterfaceMethod<"values: [batch or 1, heads or 1, keys, value features]", "::mlir::Value", "getAttentionValues">,
    InterfaceMethod<"relative keys [distances, features], or null", "::mlir::Value", "getAttentionPosition">,
    InterfaceMethod<"smallest distance attended", "int64_t", "getReachMinimum">,
    InterfaceMethod<"largest distance attended; may be a run-time value", "::weft::ir::SizeAttr", "getReachMaximum">,
    InterfaceMethod<"largest distance of each head below that, [heads], or null", "::mlir::Value", "getReachOfHeads">,
    InterfaceMethod<"what stands before the first key", "::weft::ir::BeforeStart", "getReachBeforeStart">,
    InterfaceMethod<"the blocks of keys that blocks of queries reach, or null: then distances decide",
                    "::weft::ir::BlocksAttr", "getReachBlocks">,
    InterfaceMethod<"the score region", "::mlir::Region &", "getScoreRegion">,
    InterfaceMethod<"keys of the further sources, as keys", "::mlir::OperandRange", "getAttentionSourceKeys">,
    InterfaceMethod<"values of the further sources, as values", "::mlir::OperandRange", "getAttentionSourceValues">,
    InterfaceMethod<"their score regions", "::mlir::MutableArrayRef<::mlir::Region>", "getSourceRegions">,
    InterfaceMethod<"tensors the region reads, in the order of its block arguments", "::mlir::OperandRange", "getAttentionCaptures">,
    InterfaceMethod<"kind of each capture", "::llvm::SmallVector<::weft::ir::CaptureKind>", "getAttentionCaptureKinds">
  ];
}

#endif
