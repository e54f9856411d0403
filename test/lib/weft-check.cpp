// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-check: runs the functions of a .mlir file and compares. Prints a line for each case and
// `N passed, N failed`; exits with 1 when a case failed or when there was none.
//
//   weft-check FILE             every function without arguments: interpreted, or, if it dispatches
//                               tile kernels, run by the tile interpreter; its `check.close` and
//                               `check.equal` are the cases.
//   weft-check --gradient FILE  every function marked `check.gradient`: F.forward and F.backward of
//                               weft-differentiate against central differences in f64 (eps 1e-6,
//                               atol 1e-7, rtol 1e-5) of the sum of all float results with random
//                               weights; one case for each float argument.
//   weft-check --kernels FILE   every function marked `check.kernel`: weft-to-tile, run by the tile
//                               interpreter, against the interpreter (1e-12 if all floats are f64,
//                               else 1e-5; check.tolerance of a function is its own).
//   weft-check --kernels=x86 FILE the same, but compiled for this CPU and called by the runtime.
//   weft-check --kernels=sim FILE  the same, but compiled for sm_80 and run by the simulator, in
//                                  several schedules, which must agree in every bit.
//   weft-check --kernels=schedules FILE  the same in 16 schedules.
//   weft-check --kernels=MODE:sm_90a FILE  one of those that are run by the simulator, for this
//   GPU. weft-check --kernels=barriers FILE  each kernel of sm_80 without one of its barriers,
//   waits and
//                               fences, on what its function's cases called it with: it must race
//                               or compute something else. Attention in tiles of 16 x 16.
//   weft-check --kernels=bounds FILE  the same with each bound of a load, store or read one larger.
//   weft-check --kernels=syncs FILE  the same without one operation of the optimised module that
//                               orders.
//   weft-check --kernels=needless FILE  the same with a barrier doubled, which nobody may notice:
//                               every case fails.
//                               WEFT_MUTANTS=N/M takes the N-th of every M of all these places.
//   weft-check --kernels=bound FILE the same, with the error of each element held against a bound
//                               that follows from the graph (compiler/interpret/RoundingScale.h);
//                               where the function is marked `check.gradient`, F.backward too, as a
//                               case of its own. Says the largest factor that a case needs.
//   weft-check --kernels=variants FILE the same at LLVM's -O0 and -O3, and with one pass left out.
//   weft-check --kernels=levels FILE the same at every level of this machine, and for AMX with its
//                               registers in software.
//   weft-check --kernels=apart FILE  compiled twice, the second time with a kernel for each op: the
//                               same bits.
//   weft-check --kernels=planted FILE the same with a bug: operands of weft.sub exchanged.
//
// Arguments of marked functions are seeded random numbers (floats in [-1, 1], i32 in [0, 2)),
// unless attributes say more. Of an argument:
//
//   check.value = dense<...>              exactly this
//   check.range = array<f64: 0.0, 5.0>    in [low, high)
//   check.avoid = array<f64: 0.0, 1.0>    at least 0.05 away from these kinks
//   check.fixed                           not differentiated
//   check.expected = dense<...>           its gradient for results weighted 1, where central
//                                         differences say nothing: at a kink
//
// Of a function:
//
//   check.sizes = [{n = 0}, {n = 3}]      one call each, with these values of the size symbols
//   check.seed = 7                        other numbers
//   check.bound = 6.0                     the factor that --kernels=bound allows; 4 without it
//   check.second                          --gradient also checks second order, along one random
//                                         direction: one more case for each call
//   check.unrolled                        --gradient also compares results and gradients with those
//                                         of the function without its scans: one more case
//
//   func.func @relu(%x: tensor<5xf64> {check.avoid = array<f64: 0.0>}) -> tensor<5xf64>
//       attributes {check.gradient, check.kernel} { ... }
#include "compiler/Compiler.h"
#include "dialects/exec/ExecDialect.h"
#include "dialects/tile/TileDialect.h"
#include "dialects/weft/WeftDialect.h"
#include "test/lib/Check.h"
#include "test/lib/CheckMode.h"
#include "test/lib/SimKernels.h"

#include "mlir/IR/AsmState.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;

namespace {

using Mode = void (*)(ModuleOp, weft::check::Tally &);

/// The mode that a flag names; null for an unknown flag.
Mode findMode(StringRef flag) {
  return llvm::StringSwitch<Mode>(flag)
      .Case("", weft::check::runInterpretMode)
      .Case("--gradient", weft::check::runGradientMode)
      .Case("--kernels", weft::check::runKernelsMode)
      .Case("--kernels=x86", weft::check::runX86Mode)
      .Case("--kernels=sim", weft::check::runSimMode)
      .Case("--kernels=schedules", weft::check::runSchedulesMode)
      .Case("--kernels=barriers", weft::check::runBarriersMode)
      .Case("--kernels=bounds", weft::check::runBoundsMode)
      .Case("--kernels=syncs", weft::check::runSyncsMode)
      .Case("--kernels=needless", weft::check::runNeedlessMode)
      .Case("--kernels=bound", weft::check::runBoundMode)
      .Case("--kernels=variants", weft::check::runVariantsMode)
      .Case("--kernels=levels", weft::check::runLevelsMode)
      .Case("--kernels=apart", weft::check::runApartMode)
      .Case("--kernels=planted", weft::check::runPlantedMode)
      .Default(nullptr);
}

int usage() {
  llvm::errs() << "usage: weft-check [--gradient | --kernels | --kernels=x86 | --kernels=sim | "
                  "--kernels=schedules | "
                  "--kernels=barriers | --kernels=bounds | --kernels=syncs | "
                  "--kernels=needless | "
                  "--kernels=bound | "
                  "--kernels=variants | --kernels=levels | --kernels=apart | "
                  "--kernels=planted] FILE\n"
                  "--kernels=sim:sm_90a, and so on, for another GPU than sm_80\n";
  return 2;
}

} // namespace

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  if (argc < 2 || argc > 3)
    return usage();
  auto [flag, target] = StringRef(argc == 3 ? argv[1] : "").split(':');
  Mode mode = findMode(flag);
  if (!mode || (!target.empty() && !weft::compiler::getGpuTarget(target)))
    return usage();

  DialectRegistry registry;
  weft::compiler::registerAll(registry);
  registry.insert<arith::ArithDialect, func::FuncDialect, scf::SCFDialect, weft::ir::WeftDialect,
                  weft::tile::TileDialect, weft::exec::ExecDialect, weft::check::CheckDialect>();
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context
      .loadAllAvailableDialects(); // passes and interpreters make attributes that the file may lack
  context.printOpOnDiagnostic(false);
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler handler(sources, &context);
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(argv[argc - 1], sources, &context);
  if (!module)
    return 1;

  if (!target.empty())
    (*module)->setAttr(weft::check::targetAttrName, StringAttr::get(&context, target));
  weft::check::Tally tally;
  mode(*module, tally);
  llvm::outs() << tally.passed << " passed, " << tally.failed << " failed\n";
  return tally.failed == 0 && tally.passed > 0 ? 0 : 1;
}
