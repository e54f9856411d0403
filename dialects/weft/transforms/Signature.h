// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the arguments and results of a model's functions are called: weft.name and weft.role.
#ifndef DIALECTS_WEFT_TRANSFORMS_SIGNATURE_H
#define DIALECTS_WEFT_TRANSFORMS_SIGNATURE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace weft::ir {

/// One argument or result of a function.
struct Port {
  mlir::Type type;
  mlir::DictionaryAttr attributes;

  llvm::StringRef getName() const { return getString("weft.name"); }
  llvm::StringRef getRole() const { return getString("weft.role"); }
  /// The text of an attribute; empty if it is absent.
  llvm::StringRef getString(llvm::StringRef attribute) const;
};

/// The hyper scalar that gradients are multiplied by while they are computed (Passes.td).
inline constexpr llvm::StringRef lossScaleName = "loss_scale";

/// A port with a name and a role and nothing else.
Port makePort(mlir::Type type, llvm::StringRef name, llvm::StringRef role);

llvm::SmallVector<Port> getArguments(mlir::func::FuncOp function);
llvm::SmallVector<Port> getResults(mlir::func::FuncOp function);

/// Gives the function these arguments and results; its body must already agree.
void setSignature(mlir::func::FuncOp function, llvm::ArrayRef<Port> arguments,
                  llvm::ArrayRef<Port> results);

/// A function with an empty entry block that has these arguments, inserted right after `before`.
mlir::func::FuncOp createFunction(mlir::Operation *before, llvm::StringRef name,
                                  llvm::ArrayRef<Port> arguments, llvm::ArrayRef<Port> results);

/// Ends the function's body with these values.
void setReturned(mlir::func::FuncOp function, mlir::ValueRange values);

/// True for a tensor of floats: what can have a gradient.
bool isFloatTensor(mlir::Type type);

/// Erases ops without effect and without use.
void eraseDeadOps(mlir::Block &block);

} // namespace weft::ir

#endif
