// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The table of contents of the compiler: one function a phase, in order. Above each pass stands why
// it runs here.
#include "compiler/Pipeline.h"

#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

#include "compiler/emit/SourceText.h"
#include "compiler/lower/PlanMemory/PlanMemory.h"
#include "compiler/lower/TileToMachine/TileToMachine.h"
#include "compiler/lower/TileToNVPTX/TileToNVPTX.h"
#include "compiler/lower/TileToX86/TileToX86.h"
#include "compiler/lower/WeftToTile/WeftToTile.h"
#include "compiler/target/NVPTX.h"
#include "compiler/target/X86.h"
#include "dialects/weft/transforms/Passes.h"

using namespace mlir;

namespace weft::compiler {

namespace {

//===----------------------------------------------------------------------===//
// differentiated. Entry: a verified graph. Exit: a verified graph with more functions in it.
//===----------------------------------------------------------------------===//

void addDifferentiated(OpPassManager &manager, const Options &options) {
  // Before the element type is chosen: from this text, gradients for another one are exact in it.
  manager.addPass(createKeepSourcePass(Phase::Graph, options));
  // Before the gradients, so that their constants are rounded once: 1e-5 as f32 is off by 3e-8.
  if (!options.dtype.empty()) {
    ir::SelectDtypePassOptions dtype;
    dtype.dtype = options.dtype;
    manager.addPass(ir::createSelectDtypePass(dtype));
  }
  // Before anything is simplified: rules are written for the ops as traced, and saved values keep
  // their names.
  if (!options.gradients.empty() || !options.train.empty()) {
    ir::DifferentiatePassOptions gradients;
    gradients.functions.assign(options.gradients.begin(), options.gradients.end());
    // An update needs the gradient of its function, named or not.
    if (!options.train.empty() && !llvm::is_contained(options.gradients, options.train))
      gradients.functions.push_back(options.train);
    // What f16 holds ends at 6e-8, below many gradients.
    gradients.lossScale = options.precision == "f16";
    manager.addPass(ir::createDifferentiatePass(gradients));
  }
  // Needs the gradient functions; brings the optimizer's own state with it.
  if (!options.train.empty()) {
    ir::FuseUpdatePassOptions update;
    update.function = options.train;
    if (!options.optimizer.empty())
      update.optimizer = options.optimizer;
    update.average = options.average;
    update.epsilonHat = options.epsilonHat;
    manager.addPass(ir::createFuseUpdatePass(update));
  }
  // With gradients or without: what is computed again is written down by now.
  manager.addPass(ir::createInlineRecomputePass());
  // Of gradients and updates alike, and after them: rounded factors are as differentiable as exact
  // ones, and weights and their updates stay what they are.
  ir::SelectPrecisionPassOptions precision;
  precision.precision = options.precision;
  manager.addPass(ir::createSelectPrecisionPass(precision));
  addVerifier(manager, Phase::Differentiated);
  // The artifact carries the graph as it is here: every function that can be called, nothing fused,
  // so that the interpreter says what it means.
  manager.addPass(createKeepSourcePass(Phase::Differentiated, options));
}

//===----------------------------------------------------------------------===//
// fused. Entry: the graph. Exit: the graph without dead, repeated or foldable values.
//===----------------------------------------------------------------------===//

void addFused(OpPassManager &manager) {
  // Gradients repeat forward values and multiply by ones; both go before anybody counts buffers.
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
  // After equal values are one: a value that is read twice is computed whole.
  manager.addPass(ir::createNarrowPass());
  // Merging equal values makes more folds visible.
  manager.addPass(createCanonicalizerPass());
  addVerifier(manager, Phase::Fused);
}

//===----------------------------------------------------------------------===//
// scheduled. Entry: the fused graph. Exit: every op knows its tile sizes.
//===----------------------------------------------------------------------===//

void addScheduled(OpPassManager &manager, const Options &options) {
  // Before schedules: they are for the sizes of a slice. A GPU's workers would need slices of their
  // own.
  if (!getGpuTarget(options.target)) {
    ir::SliceScansPassOptions scans;
    scans.form = options.scans;
    manager.addPass(ir::createSliceScansPass(scans));
    // What one scan packs and the next one takes goes from hand to hand.
    manager.addPass(createCanonicalizerPass());
    manager.addPass(createCSEPass());
  }
  // The only pass before machine code whose numbers depend on the target: emitters read the
  // schedule and nothing else.
  ChooseSchedulePassOptions schedule;
  schedule.target = options.target;
  manager.addPass(createChooseSchedulePass(schedule));
  addVerifier(manager, Phase::Scheduled);
}

//===----------------------------------------------------------------------===//
// kernels. Entry: scheduled ops. Exit: functions that only dispatch tile.kernels.
//===----------------------------------------------------------------------===//

void addKernels(OpPassManager &manager) {
  manager.addPass(createWeftToTilePass());
  // The layers of a model are emitted alike: what follows takes the time of one of them.
  manager.addPass(createElideKernelsPass());
  // Emitters compute every index from scratch; what is equal or constant goes before it is lowered
  // once per vector.
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
  // Simplified, kernels that compute the same become equal, though they were emitted otherwise.
  manager.addPass(createElideKernelsPass());
  addVerifier(manager, Phase::Kernels);
}

//===----------------------------------------------------------------------===//
// exec. Entry: dispatch form. Exit: programs over planned buffers.
//===----------------------------------------------------------------------===//

void addExec(OpPassManager &manager) {
  // Last moment at which values are tensors: afterwards nothing may be added, moved or removed.
  manager.addPass(createPlanMemoryPass());
  addVerifier(manager, Phase::Exec);
}

//===----------------------------------------------------------------------===//
// machine. Entry: programs and tile.kernels. Exit: programs and llvm functions.
//===----------------------------------------------------------------------===//

void addMachine(OpPassManager &manager, const Options &options) {
  // The target was resolved when it was scheduled; here only the width of its registers and how it
  // multiplies bf16 matter.
  FailureOr<X86Level> level = getX86Level(options.target);
  if (std::optional<GpuTarget> gpu = getGpuTarget(options.target))
    addTileToNVPTXPasses(manager, gpu->hasWarpGroups());
  else if (succeeded(level))
    addTileToX86Passes(manager, level->vectorBits, level->bf16);
  else
    addTileToX86Passes(manager, 256);
  addVerifier(manager, Phase::Machine);
}

/// The part of Options that a phase pipeline of weft-opt takes on the command line.
struct PhaseOptions : PassPipelineOptions<PhaseOptions> {
  Option<std::string> target{*this, "target",
                             llvm::cl::desc("cpu, or cpu:avx2 and the like, or sm_80 or sm_90a"),
                             llvm::cl::init("cpu")};
  Option<std::string> dtype{*this, "dtype", llvm::cl::desc("f32 or f64; empty keeps the graph's")};
  Option<std::string> precision{
      *this, "precision", llvm::cl::desc("f32, or bf16 or f16: factors of products are rounded"),
      llvm::cl::init("f32")};
  ListOption<std::string> gradients{*this, "gradients",
                                    llvm::cl::desc("functions to differentiate")};
  Option<std::string> train{*this, "train", llvm::cl::desc("function with a compiled update")};
  Option<std::string> optimizer{*this, "optimizer", llvm::cl::desc("sgd, adagrad, adam or adamw")};
  Option<std::string> scans{*this, "scans", llvm::cl::desc("auto, counted or persistent"),
                            llvm::cl::init("auto")};
  Option<bool> average{*this, "average", llvm::cl::desc("keep a moving average of every param")};
  Option<bool> epsilonHat{*this, "epsilon-hat",
                          llvm::cl::desc("of adam and adamw: epsilon before the correction")};

  Options get() const {
    Options options;
    options.target = target;
    options.dtype = dtype;
    options.precision = precision;
    options.scans = scans;
    options.gradients.assign(gradients.begin(), gradients.end());
    options.train = train;
    options.optimizer = optimizer;
    options.average = average;
    options.epsilonHat = epsilonHat;
    return options;
  }
};

} // namespace

void addVerifier(OpPassManager &manager, Phase phase) {
  switch (phase) {
  case Phase::Graph:
  case Phase::Differentiated:
  case Phase::Fused:
  case Phase::Scheduled:
    manager.addPass(ir::createVerifyGraphPass());
    return;
  case Phase::Exec:
    manager.addPass(createVerifyProgramPass());
    return;
  case Phase::Kernels:
    manager.addPass(createVerifyDispatchPass());
    return;
  case Phase::Machine:
    // Each looks at the kernels of its own kind.
    manager.addPass(createVerifyMachinePass());
    addVerifyNVPTXMachinePass(manager);
    return;
  case Phase::Artifact:
    // Bytes: the runtime's reader checks them (runtime/artifact).
    return;
  }
}

void addPhase(OpPassManager &manager, Phase phase, const Options &options) {
  switch (phase) {
  case Phase::Graph:
    return addVerifier(manager, Phase::Graph);
  case Phase::Differentiated:
    return addDifferentiated(manager, options);
  case Phase::Fused:
    return addFused(manager);
  case Phase::Scheduled:
    return addScheduled(manager, options);
  case Phase::Kernels:
    return addKernels(manager);
  case Phase::Exec:
    return addExec(manager);
  case Phase::Machine:
    return addMachine(manager, options);
  case Phase::Artifact:
    return;
  }
}

void registerPassesAndPhases() {
  registerTransformsPasses();
  ir::registerWeftPasses();
  registerKeepSourcePass();
  registerWeftToTilePasses();
  registerPlanMemoryPasses();
  registerTileToMachinePasses();
  registerTileToX86Passes();
  registerTileToNVPTXPasses();
  registerNVPTXPasses();
  for (const PhaseInfo &info : phases)
    if (info.phase != Phase::Artifact)
      PassPipelineRegistration<PhaseOptions>(
          "weft-phase-" + std::string(info.name), info.sentence,
          [phase = info.phase](OpPassManager &manager, const PhaseOptions &options) {
            addPhase(manager, phase, options.get());
          });
}

} // namespace weft::compiler
