// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft-reduce/Reduce.h"

#include <set>
#include <tuple>

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/Errc.h"
#include "llvm/Support/xxhash.h"

#include "tools/weft-reduce/Steps.h"

using namespace mlir;

namespace weft::reduce {

namespace {

/// Smaller in the first that differs.
struct Size {
  unsigned ops = 0, halves = 0, signatures = 0; // halves: of ops, a constant is one
  size_t bytes = 0;
  bool operator<(const Size &other) const {
    return std::tie(halves, signatures, bytes) <
           std::tie(other.halves, other.signatures, other.bytes);
  }
};

Size measure(ModuleOp module, StringRef text) {
  Size size{.bytes = text.size()};
  module.walk([&](Operation *op) {
    if (isa<ModuleOp>(op))
      return;
    ++size.ops;
    size.halves += op->hasTrait<OpTrait::ConstantLike>() ? 1 : 2;
    if (auto function = dyn_cast<FunctionOpInterface>(op))
      size.signatures += function.getNumArguments() + function.getNumResults();
  });
  return size;
}

class Reduction {
public:
  Reduction(ModuleOp module, const Script &script, const Request &request)
      : script(script), request(request), module(module.clone()), text(request.text),
        size(measure(module, request.text)) {}

  llvm::Expected<Outcome> run();

private:
  llvm::Error checkInput();
  /// Each tells whether the text became smaller.
  llvm::Expected<bool> reprint();
  llvm::Expected<bool> runStep(const Step &step);
  llvm::Expected<bool> tryRange(const Step &step, size_t begin, size_t end);

  llvm::Expected<bool> ask(StringRef candidate);
  llvm::Error write();
  std::string print(ModuleOp candidate) const;
  /// What the script would read is what was verified.
  bool canBeRead(StringRef candidate);

  const Script &script;
  const Request &request;
  OwningOpRef<ModuleOp> module;
  std::string text; // of `module`; interesting
  Size size;
  uint64_t tests = 0;
  bool isCut = false; // a question was left out, for there were `maxTests`
  bool withLocations = false;
  std::set<uint64_t> refused; // hashes of texts
};

std::string Reduction::print(ModuleOp candidate) const {
  std::string printed;
  llvm::raw_string_ostream out(printed);
  candidate->print(out, OpPrintingFlags().enableDebugInfo(withLocations));
  out << "\n";
  return printed;
}

bool Reduction::canBeRead(StringRef candidate) {
  // A context of its own: resources that are read stay in a context as long as it lives.
  MLIRContext context(module->getContext()->getDialectRegistry(), MLIRContext::Threading::DISABLED);
  ScopedDiagnosticHandler quiet(&context, [](Diagnostic &) { return success(); });
  return bool(parseSourceString<ModuleOp>(candidate, &context));
}

llvm::Expected<bool> Reduction::ask(StringRef candidate) {
  if (refused.count(llvm::xxh3_64bits(candidate)))
    return false;
  if (tests == request.maxTests) {
    isCut = true;
    return false;
  }
  ++tests;
  llvm::Expected<bool> accepted = script.accepts(candidate);
  if (accepted && !*accepted)
    refused.insert(llvm::xxh3_64bits(candidate));
  return accepted;
}

llvm::Error Reduction::write() {
  llvm::Error error = llvm::writeToOutput(request.output, [this](llvm::raw_ostream &out) {
    out << text;
    return llvm::Error::success();
  });
  if (!error)
    return error;
  return llvm::createStringError(llvm::errc::io_error,
                                 "expects to write '" + request.output +
                                     "', got: " + llvm::toString(std::move(error)));
}

llvm::Error Reduction::checkInput() {
  llvm::Expected<bool> accepted = ask(text);
  if (!accepted)
    return accepted.takeError();
  if (*accepted)
    return write();
  return llvm::createStringError(
      llvm::errc::invalid_argument,
      "expects '" + script.getProgram() +
          "' to exit with 0 for the input, since 0 means interesting, got another code; call it by "
          "hand to see why");
}

llvm::Expected<bool> Reduction::reprint() {
  for (bool locations : {false, true}) {
    withLocations = locations;
    std::string candidate = print(*module);
    llvm::Expected<bool> accepted = canBeRead(candidate) ? ask(candidate) : false;
    if (!accepted || !*accepted) {
      if (!accepted)
        return accepted;
      continue;
    }
    text = std::move(candidate);
    size = measure(*module, text);
    if (llvm::Error error = write())
      return error;
    return true;
  }
  return false;
}

llvm::Expected<bool> Reduction::tryRange(const Step &step, size_t begin, size_t end) {
  OwningOpRef<ModuleOp> candidate = module->clone();
  std::vector<Change> changes = step.list(*candidate);
  for (size_t i = end; i-- > begin;)
    changes[i]();
  if (failed(verify(*candidate)))
    return false;
  std::string printed = print(*candidate);
  Size smaller = measure(*candidate, printed);
  if (!(smaller < size) || !canBeRead(printed))
    return false;
  llvm::Expected<bool> accepted = ask(printed);
  if (!accepted || !*accepted)
    return accepted;
  module = std::move(candidate);
  text = std::move(printed);
  size = smaller;
  if (llvm::Error error = write())
    return error;
  return true;
}

llvm::Expected<bool> Reduction::runStep(const Step &step) {
  bool changed = false;
  unsigned before = size.ops;
  for (size_t length = step.list(*module).size(); length > 0; length /= 2)
    for (size_t end = step.list(*module).size(); end > 0 && !isCut;) {
      size_t begin = end > length ? end - length : 0;
      llvm::Expected<bool> accepted = tryRange(step, begin, end);
      if (!accepted)
        return accepted;
      changed |= *accepted;
      // What lies before the range has kept its place.
      end = std::min(begin, step.list(*module).size());
    }
  if (changed)
    *request.progress << "weft-reduce: " << step.name << ": " << before << " -> " << size.ops
                      << " ops, " << text.size() << " bytes, " << tests << " tests\n";
  return changed;
}

llvm::Expected<Outcome> Reduction::run() {
  // Candidates that are wrong are part of the search, no news for the user.
  ScopedDiagnosticHandler quiet(module->getContext(), [](Diagnostic &) { return success(); });
  Outcome outcome{.opsBefore = size.ops};
  if (llvm::Error error = checkInput())
    return error;
  llvm::Expected<bool> changed = reprint();
  if (!changed)
    return changed.takeError();
  outcome.isReprintable = *changed;
  while (*changed) {
    *changed = false;
    for (const Step &step : getSteps()) {
      llvm::Expected<bool> helped = runStep(step);
      if (!helped)
        return helped.takeError();
      *changed |= *helped;
    }
  }
  outcome.opsAfter = size.ops;
  outcome.tests = tests;
  outcome.isFinished = !isCut;
  return outcome;
}

} // namespace

llvm::Expected<Outcome> reduce(ModuleOp module, const Script &script, const Request &request) {
  return Reduction(module, script, request).run();
}

} // namespace weft::reduce
