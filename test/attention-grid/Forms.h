// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A function of the grid with its backward function, interpreted or as machine code.
#ifndef TEST_ATTENTION_GRID_FORMS_H
#define TEST_ATTENTION_GRID_FORMS_H

#include "compiler/interpret/TensorValue.h"
#include "weft/Module.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringMap.h"

namespace weft::grid {

using compiler::TensorValue;

/// Named tensors: arguments and results of one call.
using Named = llvm::StringMap<TensorValue>;

/// F.forward and F.backward, in either form.
class Form {
public:
  virtual ~Form() = default;
  /// The result y and, for this cotangent of y, the gradients, as `d` and the argument's name;
  /// empty when a call fails.
  Named run(const Named &arguments, const TensorValue &cotangent);

protected:
  using Values = llvm::SmallVector<TensorValue>;
  virtual llvm::FailureOr<Values> call(bool forward, llvm::ArrayRef<TensorValue> arguments) = 0;
  /// Names of arguments or results, in order.
  virtual std::vector<std::string> getNames(bool forward, bool arguments) = 0;
};

class Interpreted : public Form {
public:
  Interpreted(mlir::ModuleOp module, llvm::StringRef name);
  mlir::func::FuncOp getForward() { return functions[true]; }

private:
  llvm::FailureOr<Values> call(bool forward, llvm::ArrayRef<TensorValue> arguments) override;
  std::vector<std::string> getNames(bool forward, bool arguments) override;

  mlir::func::FuncOp functions[2]; // backward, forward
};

class Compiled : public Form {
public:
  /// `fused` of a module for this CPU; reports errors. One element of the argument `perturb` is
  /// changed in every call.
  static std::optional<Compiled> load(mlir::ModuleOp module, const std::string &dtype,
                                      const std::string &perturb);

private:
  llvm::FailureOr<Values> call(bool forward, llvm::ArrayRef<TensorValue> arguments) override;
  std::vector<std::string> getNames(bool forward, bool arguments) override;

  std::vector<Function> functions; // backward, forward
  mlir::MLIRContext *context = nullptr;
  std::string perturb;
};

} // namespace weft::grid

#endif
