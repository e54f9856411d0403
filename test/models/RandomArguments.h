// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Seeded arguments for the functions of a traced model, for the tools that compare two ways to
// compute it.
#ifndef TEST_MODELS_RANDOMARGUMENTS_H
#define TEST_MODELS_RANDOMARGUMENTS_H

#include <random>

#include "compiler/interpret/TensorValue.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringMap.h"

/// What the command line says about arguments. Names match by their part after the last dot.
struct ArgumentRules {
  llvm::StringMap<std::pair<double, double>> ranges; ///< NAME=LOW:HIGH
  llvm::StringMap<int64_t> sizes;                    ///< SYMBOL=VALUE

  /// Takes one NAME=LOW:HIGH or SYMBOL=VALUE; false when it is neither.
  bool parse(llvm::StringRef text);
};

/// Arguments of functions, by name: one name has one value. Weights are as their declaration says,
/// all else random in [-1, 1) (i32: 0 or 1), unless a rule gives the range.
class RandomArguments {
public:
  RandomArguments(mlir::ModuleOp module, const ArgumentRules &rules)
      : module(module), rules(rules) {}

  /// A size without a rule is reported.
  llvm::FailureOr<llvm::SmallVector<weft::compiler::TensorValue>>
  getArguments(mlir::func::FuncOp function);
  void set(llvm::StringRef name, const weft::compiler::TensorValue &value) { known[name] = value; }

private:
  llvm::FailureOr<weft::compiler::TensorValue> make(mlir::func::FuncOp function, unsigned position,
                                                    llvm::StringRef name);
  void fill(weft::compiler::TensorValue &value, llvm::StringRef name,
            mlir::FlatSymbolRefAttr symbol);

  mlir::ModuleOp module;
  const ArgumentRules &rules;
  std::mt19937_64 random64{20190519};
  llvm::StringMap<weft::compiler::TensorValue> known;
};

#endif
