// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-opt: runs passes and phases on IR text, with every option people know from mlir-opt.
#include "compiler/Compiler.h"
#include "compiler/Pipeline.h"

#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  weft::compiler::registerAll(registry);
  weft::compiler::registerPassesAndPhases();
  return mlir::failed(mlir::MlirOptMain(argc, argv, "Weft optimizer driver\n", registry));
}
