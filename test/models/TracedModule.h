// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the tools that compute a traced model in the interpreter do with it first.
#ifndef TEST_MODELS_TRACEDMODULE_H
#define TEST_MODELS_TRACEDMODULE_H

#include <string>

#include "mlir/IR/BuiltinOps.h"

/// Computes in `dtype`, adds the gradients `F.grad` of the functions, and rounds the factors of
/// products to `precision`. With `lossScale` F.grad takes what its gradients are multiplied by.
llvm::LogicalResult differentiate(mlir::ModuleOp module, const std::string &dtype,
                                  llvm::ArrayRef<std::string> functions,
                                  const std::string &precision = "f32", bool lossScale = false);

#endif
