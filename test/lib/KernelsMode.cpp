// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --kernels: the kernels of weft-to-tile, run by the tile interpreter, against the meaning of the
// graph. --kernels=x86: the whole compiler and the runtime in its place.
#include "compiler/interpret/DispatchInterpreter.h"
#include "compiler/interpret/WeftInterpreter.h"
#include "compiler/lower/WeftToTile/WeftToTile.h"
#include "compiler/target/X86.h"
#include "test/lib/CheckMode.h"

#include "mlir/Pass/PassManager.h"

using namespace mlir;

namespace weft::check {

/// The function alone, in dispatch form.
static FailureOr<OwningOpRef<ModuleOp>> lower(ModuleOp module, func::FuncOp function) {
  OwningOpRef<ModuleOp> lowered = module.clone();
  for (func::FuncOp other : llvm::to_vector(lowered->getOps<func::FuncOp>()))
    if (other.getName() != function.getName())
      other.erase();
  PassManager passes(module.getContext());
  passes.addPass(compiler::createChooseSchedulePass());
  passes.addPass(compiler::createWeftToTilePass());
  if (failed(passes.run(*lowered)))
    return failure();
  return lowered;
}

static bool isAllDouble(ArrayRef<TensorValue> values) {
  return llvm::none_of(values, [](const TensorValue &value) {
    return isa<FloatType>(value.element) && !value.element.isF64();
  });
}

static FailureOr<KernelRunner> makeTileRunner(ModuleOp module, func::FuncOp function) {
  FailureOr<OwningOpRef<ModuleOp>> lowered = lower(module, function);
  if (failed(lowered))
    return failure();
  auto owner = std::make_shared<OwningOpRef<ModuleOp>>(std::move(*lowered));
  return KernelRunner([owner, name = function.getName().str()](ArrayRef<TensorValue> arguments) {
    return compiler::DispatchInterpreter::run((*owner)->lookupSymbol<func::FuncOp>(name),
                                              arguments);
  });
}

FailureOr<bool> agrees(func::FuncOp function, const KernelRunner &kernels, const Case &test) {
  auto expected = compiler::WeftInterpreter::run(function, test.arguments);
  auto actual = kernels(test.arguments);
  if (failed(expected) || failed(actual))
    return failure();
  double tolerance = isAllDouble(test.arguments) && isAllDouble(*expected) ? 1e-12 : 1e-5;
  // Where kernels round what they multiply, a last bit before it may round the other way.
  if (auto own = function->getAttrOfType<FloatAttr>("check.tolerance"))
    tolerance = own.getValueAsDouble();
  bool same = true;
  for (auto [position, values] : llvm::enumerate(llvm::zip(*actual, *expected))) {
    std::optional<std::string> difference =
        findDifference(std::get<0>(values), std::get<1>(values), tolerance);
    if (difference)
      emitError(function.getLoc()) << "result " << position << " of the kernels: " << *difference;
    same &= !difference;
  }
  return same;
}

static LogicalResult runCase(func::FuncOp function, const KernelRunner &kernels, const Case &test,
                             Tally &tally) {
  FailureOr<bool> same = agrees(function, kernels, test);
  if (failed(same))
    return failure();
  tally.add(test.name, *same);
  return success();
}

static void runCases(ModuleOp module, Tally &tally,
                     FailureOr<KernelRunner> makeRunner(ModuleOp, func::FuncOp)) {
  for (func::FuncOp function : module.getOps<func::FuncOp>()) {
    if (!function->hasAttr("check.kernel"))
      continue;
    FailureOr<std::vector<Case>> cases = makeCases(function);
    FailureOr<KernelRunner> kernels = failure();
    if (succeeded(cases))
      kernels = makeRunner(module, function);
    bool ok = succeeded(kernels);
    for (size_t i = 0; ok && i < cases->size(); ++i)
      ok = succeeded(runCase(function, *kernels, (*cases)[i], tally));
    if (!ok)
      tally.add((function.getName() + " runs").str(), false);
  }
}

static void runVariant(ModuleOp module, func::FuncOp function, const Variant &variant,
                       Tally &tally) {
  FailureOr<std::vector<Case>> cases = makeCases(function);
  FailureOr<KernelRunner> kernels = makeVariantRunner(module, function, variant);
  bool ok = succeeded(cases) && succeeded(kernels);
  for (size_t i = 0; ok && i < cases->size(); ++i) {
    Case test = (*cases)[i];
    test.name += (" " + variant.name).str();
    ok = succeeded(runCase(function, *kernels, test, tally));
  }
  if (!ok)
    tally.add((function.getName() + " " + variant.name + " runs").str(), false);
}

void runKernelsMode(ModuleOp module, Tally &tally) { runCases(module, tally, makeTileRunner); }
void runX86Mode(ModuleOp module, Tally &tally) { runCases(module, tally, makeX86Runner); }
void runSimMode(ModuleOp module, Tally &tally) { runCases(module, tally, makeSimRunner); }
void runSchedulesMode(ModuleOp module, Tally &tally) {
  runCases(module, tally, makeSchedulesRunner);
}

/// Every function at -O0 and -O3, and once with one of the passes left out, each in its turn.
void runVariantsMode(ModuleOp module, Tally &tally) {
  static const Variant toggled[] = {
      {.name = "without fusing", .fuse = false},
      {.name = "without canonicalize", .canonicalize = false},
      {.name = "without cse", .cse = false},
      {.name = "without elide", .elide = false},
      {.name = "apart", .together = false},
      {.name = "without any", .fuse = false, .canonicalize = false, .cse = false, .elide = false},
  };
  static const Variant levels[] = {{.name = "-O0", .target = "cpu-O0"},
                                   {.name = "-O3", .target = "cpu-O3"}};
  unsigned turn = 0;
  for (func::FuncOp function : module.getOps<func::FuncOp>()) {
    if (!function->hasAttr("check.kernel"))
      continue;
    const Variant &other = toggled[turn++ % std::size(toggled)];
    for (const Variant *variant : {&levels[0], &levels[1], &other})
      runVariant(module, function, *variant, tally);
  }
}

/// Every function for each level.
void runLevelsMode(ModuleOp module, Tally &tally) {
  for (func::FuncOp function : module.getOps<func::FuncOp>()) {
    if (!function->hasAttr("check.kernel"))
      continue;
    bool hasPairs = false;
    for (const compiler::X86Level &level : compiler::getHostLevels()) {
      std::string target = "cpu:" + level.name;
      runVariant(module, function, {.name = level.name, .target = target}, tally);
      hasPairs |= level.bf16 == compiler::Bf16Products::Pairs;
    }
    if (hasPairs)
      runVariant(module, function, {.name = "amx emulated", .target = "cpu:amx", .emulated = true},
                 tally);
  }
}

void runPlantedMode(ModuleOp module, Tally &tally) {
  for (func::FuncOp function : module.getOps<func::FuncOp>())
    if (function->hasAttr("check.kernel"))
      runVariant(module, function, {.name = "planted", .planted = true}, tally);
}

} // namespace weft::check
