// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-opt: runs passes on IR text, with every option people know from mlir-opt.
#include "compiler/lower/PlanMemory/PlanMemory.h"
#include "compiler/lower/WeftToTile/WeftToTile.h"
#include "dialects/exec/ExecDialect.h"
#include "dialects/tile/TileDialect.h"
#include "dialects/weft/WeftDialect.h"
#include "dialects/weft/transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  registry.insert<mlir::arith::ArithDialect, mlir::func::FuncDialect, mlir::scf::SCFDialect, weft::ir::WeftDialect,
                  weft::tile::TileDialect, weft::exec::ExecDialect>();
  mlir::registerTransformsPasses();
  weft::ir::registerWeftPasses();
  weft::compiler::registerPlanMemoryPasses();
  weft::compiler::registerWeftToTilePasses();
  return mlir::failed(mlir::MlirOptMain(argc, argv, "Weft optimizer driver\n", registry));
}
