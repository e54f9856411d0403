// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-opt: runs passes and phases on IR text, with every option people know from mlir-opt.
#include "compiler/Compiler.h"
#include "compiler/Pipeline.h"
#include "compiler/ReadSource.h"

#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace mlir;

/// What MlirOptMain does with the names of two files, but the text is measured first.
static LogicalResult run(StringRef inputName, StringRef outputName, DialectRegistry &registry,
                         const MlirOptMainConfig &config) {
  std::string error;
  std::unique_ptr<llvm::MemoryBuffer> input = openInputFile(inputName, &error);
  std::unique_ptr<llvm::ToolOutputFile> output;
  if (input)
    output = openOutputFile(outputName, &error);
  if (!output) {
    llvm::errs() << error << "\n";
    return failure();
  }
  if (auto problem = weft::compiler::checkSource(input->getBuffer())) {
    llvm::errs() << inputName << ":" << problem->line << ": error: " << problem->text << "\n";
    return failure();
  }
  if (failed(MlirOptMain(output->os(), std::move(input), registry, config)))
    return failure();
  output->keep();
  return success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  DialectRegistry registry;
  weft::compiler::registerAll(registry);
  weft::compiler::registerPassesAndPhases();
  auto [input, output] =
      registerAndParseCLIOptions(argc, argv, "Weft optimizer driver\n", registry);
  MlirOptMainConfig config = MlirOptMainConfig::createFromCLOptions();
  if (config.shouldListPasses() || config.shouldShowDialects())
    return asMainReturnCode(MlirOptMain(argc, argv, input, output, registry));
  LogicalResult result = failure();
  weft::compiler::runWithLargeStack(
      [&, &input = input, &output = output] { result = run(input, output, registry, config); });
  return asMainReturnCode(result);
}
