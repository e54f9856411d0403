// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the modes of weft-check share: counting, comparing, and the arguments of a test function.
#ifndef TEST_LIB_CHECKMODE_H
#define TEST_LIB_CHECKMODE_H

#include <functional>

#include "compiler/interpret/TensorValue.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace weft::check {

using compiler::TensorValue;

/// How many cases passed and failed; each case prints one line.
struct Tally {
  unsigned passed = 0, failed = 0;
  void add(const llvm::Twine &name, bool ok);
};

/// The first difference in words, or nothing. Close: within tolerance * max(1, |expected|).
std::optional<std::string> findDifference(const TensorValue &actual, const TensorValue &expected,
                                          double tolerance);

/// One call of a test function.
struct Case {
  std::string name;
  llvm::SmallVector<TensorValue> arguments;
};
/// The cases of a function: one for each entry of its attribute `check.sizes`, else one. Reports
/// bad attributes.
llvm::FailureOr<std::vector<Case>> makeCases(mlir::func::FuncOp function);

/// Numbers from -1 to 1 in the shape of a value.
TensorValue makeRandom(const TensorValue &like, uint64_t seed);

/// F.backward in a module of its own, and a call of it for each call of F: random cotangents, and
/// what F.forward saved, all rounded to their types.
struct BackwardCalls {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::func::FuncOp function;
  std::vector<Case> cases;
};
llvm::FailureOr<BackwardCalls> makeBackwardCalls(mlir::ModuleOp module, mlir::func::FuncOp function,
                                                 llvm::ArrayRef<Case> cases);

/// Calls one function, lowered in some way.
using KernelRunner =
    std::function<llvm::FailureOr<llvm::SmallVector<TensorValue>>(llvm::ArrayRef<TensorValue>)>;
/// The function compiled for this CPU, called through the runtime.
llvm::FailureOr<KernelRunner> makeX86Runner(mlir::ModuleOp module, mlir::func::FuncOp function);

/// The function's kernels compiled for sm_80 and run by the simulator, each launch in several
/// schedules, which must agree in every bit.
llvm::FailureOr<KernelRunner> makeSimRunner(mlir::ModuleOp module, mlir::func::FuncOp function);
/// The same in 16 schedules.
llvm::FailureOr<KernelRunner> makeSchedulesRunner(mlir::ModuleOp module,
                                                  mlir::func::FuncOp function);
/// Whether the kernels give what the graph means; failure if one of both cannot run.
llvm::FailureOr<bool> agrees(mlir::func::FuncOp function, const KernelRunner &kernels,
                             const Case &test);

/// One way through the compiler: LLVM's effort, and which passes that must not change a result run.
struct Variant {
  llvm::StringRef name, target = "cpu";
  bool fuse = true, canonicalize = true, cse = true, elide = true;
  /// Whether one kernel may compute several elementwise values.
  bool together = true;
  /// Exchanges the operands of every weft.sub: a bug that must be seen.
  bool planted = false;
  /// Runs code for AMX with its registers in software (TileEmulation.h).
  bool emulated = false;
};
llvm::FailureOr<KernelRunner> makeVariantRunner(mlir::ModuleOp module, mlir::func::FuncOp function,
                                                const Variant &variant);

/// Each mode adds its cases; failures were reported to stderr.
void runInterpretMode(mlir::ModuleOp module, Tally &tally);
void runGradientMode(mlir::ModuleOp module, Tally &tally);
void runKernelsMode(mlir::ModuleOp module, Tally &tally);
void runBoundMode(mlir::ModuleOp module, Tally &tally);
void runX86Mode(mlir::ModuleOp module, Tally &tally);
void runSimMode(mlir::ModuleOp module, Tally &tally);
void runSchedulesMode(mlir::ModuleOp module, Tally &tally);
void runBarriersMode(mlir::ModuleOp module, Tally &tally);
void runBoundsMode(mlir::ModuleOp module, Tally &tally);
void runSyncsMode(mlir::ModuleOp module, Tally &tally);
void runNeedlessMode(mlir::ModuleOp module, Tally &tally);
void runLevelsMode(mlir::ModuleOp module, Tally &tally);
void runVariantsMode(mlir::ModuleOp module, Tally &tally);
void runApartMode(mlir::ModuleOp module, Tally &tally);
void runPlantedMode(mlir::ModuleOp module, Tally &tally);

} // namespace weft::check

#endif
