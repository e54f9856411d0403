// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-reduce: makes IR small on which something goes wrong. A script says of a file whether it
// still does; exit codes are those of docs/spec/cli.md.
#include "compiler/Compiler.h"
#include "compiler/ReadSource.h"
#include "tools/weft-reduce/Arguments.h"
#include "tools/weft-reduce/Reduce.h"

#include "mlir/Parser/Parser.h"
#include "llvm/Support/Errc.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/SourceMgr.h"

using namespace weft::reduce;

namespace {

enum ExitCode { Done = 0, WrongIR = 1, WrongValue = 2, Resource = 5 };

int fail(bool json, ExitCode code, const std::string &message) {
  llvm::errs() << "weft-reduce: error: " << message << "\n";
  if (json)
    llvm::outs() << llvm::json::Value(llvm::json::Object{
                        {"error", llvm::json::Object{{"code", int(code)},
                                                     {"message", llvm::json::fixUTF8(message)}}}})
                 << "\n";
  return code;
}

int fail(bool json, llvm::Error error) {
  ExitCode code = WrongValue;
  std::string message;
  llvm::handleAllErrors(std::move(error), [&](const llvm::ErrorInfoBase &info) {
    code = info.convertToErrorCode() == llvm::errc::io_error ? Resource : WrongValue;
    message = info.message();
  });
  return fail(json, code, message);
}

int report(const Arguments &arguments, const Outcome &outcome) {
  llvm::raw_ostream &errors = arguments.quiet ? llvm::nulls() : llvm::errs();
  if (!outcome.isReprintable && outcome.isFinished)
    errors << "weft-reduce: warning: the input is interesting, but printed anew no longer; the "
              "output is the input\n";
  if (!outcome.isFinished)
    errors << "weft-reduce: warning: stopped after " << outcome.tests
           << " tests; with a larger --max-tests it may become smaller\n";
  errors << "weft-reduce: " << outcome.opsBefore << " -> " << outcome.opsAfter << " ops, "
         << outcome.tests << " tests: " << arguments.output << "\n";
  if (arguments.json)
    llvm::outs() << llvm::json::Value(
                        llvm::json::Object{{"ops_before", outcome.opsBefore},
                                           {"ops_after", outcome.opsAfter},
                                           {"tests", outcome.tests},
                                           {"finished", outcome.isFinished},
                                           {"output", llvm::json::fixUTF8(arguments.output)}})
                 << "\n";
  return Done;
}

int run(const Arguments &arguments) {
  llvm::Expected<Script> script = Script::find(arguments.test, arguments.testArguments);
  if (!script)
    return fail(arguments.json, script.takeError());
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(arguments.input);
  if (!buffer)
    return fail(arguments.json, WrongValue,
                "expects to read '" + arguments.input + "', got: " + buffer.getError().message());
  std::string text = (*buffer)->getBuffer().str();

  mlir::DialectRegistry registry;
  weft::compiler::registerAll(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  context.printOpOnDiagnostic(false);
  if (auto problem = weft::compiler::checkSource(text))
    return fail(arguments.json, WrongIR,
                arguments.input + ":" + std::to_string(problem->line) + ": " + problem->text);
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(*buffer), llvm::SMLoc());
  mlir::SourceMgrDiagnosticHandler handler(sources, &context);
  auto module = mlir::parseSourceFile<mlir::ModuleOp>(sources, &context);
  if (!module)
    return fail(arguments.json, WrongIR,
                "expects IR that the verifier accepts, got '" + arguments.input + "'");

  llvm::raw_ostream &progress = arguments.quiet ? llvm::nulls() : llvm::errs();
  llvm::Expected<Outcome> outcome =
      reduce(*module, *script, {text, arguments.output, arguments.maxTests, &progress});
  return outcome ? report(arguments, *outcome) : fail(arguments.json, outcome.takeError());
}

} // namespace

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  llvm::Expected<Arguments> arguments = parseArguments(argc, argv);
  if (arguments) {
    int code = Resource;
    try {
      weft::compiler::runWithLargeStack([&] { code = run(*arguments); });
    } catch (const std::bad_alloc &) {
      return fail(arguments->json, Resource, "out of memory");
    }
    return code;
  }
  bool json = llvm::is_contained(llvm::ArrayRef(argv, argc), llvm::StringRef("--json"));
  return fail(json, arguments.takeError());
}
