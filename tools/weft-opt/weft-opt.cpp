// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-opt: runs passes on IR text, with every option people know from mlir-opt.
#include "dialects/exec/ExecDialect.h"
#include "dialects/tile/TileDialect.h"
#include "dialects/weft/WeftDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  registry.insert<mlir::arith::ArithDialect, mlir::func::FuncDialect, mlir::scf::SCFDialect, weft::ir::WeftDialect,
                  weft::tile::TileDialect, weft::exec::ExecDialect>();
  mlir::registerTransformsPasses();
  return mlir::failed(mlir::MlirOptMain(argc, argv, "Weft optimizer driver\n", registry));
}
