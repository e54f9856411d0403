// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/CompilerApi.h"

#include <new>

#include <nlohmann/json.hpp>

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Config/llvm-config.h"

#include "compiler/Compiler.h"
#include "compiler/Forms.h"
#include "compiler/ReadSource.h"
#include "compiler/emit/Notice.h"
#include "compiler/support/Cause.h"
#include "compiler/support/PlantedFault.h"
#include "compiler/target/NVPTX.h"
#include "compiler/target/X86.h"
#include "dialects/exec/ExecDialect.h"
#include "dialects/tile/TileDialect.h"

using namespace mlir;

namespace weft::compiler {

namespace {

enum Exit { Ok = 0, Model = 1, Usage = 2, Device = 4, Resource = 5, Bug = 70 };

/// What the JSON says beyond Options.
struct Request {
  Options options;
  std::string source = "<input>"; // the name messages give to IR text without locations
};

/// A wrong option; the text is shown as it is.
struct UsageError {
  std::string text;
};

Phase readPhase(const std::string &key, const nlohmann::json &value) {
  std::string name = value.get<std::string>();
  if (std::optional<Phase> phase = findPhase(name))
    return *phase;
  std::string names;
  for (const PhaseInfo &info : phases)
    names += (names.empty() ? "" : ", ") + std::string(info.name);
  throw UsageError{"expects " + key + " to be one of " + names + ", got '" + name + "'"};
}

void readField(Request &request, const std::string &key, const nlohmann::json &value) {
  Options &options = request.options;
  if (key == "from" || key == "until")
    (key == "from" ? options.from : options.until) = readPhase(key, value);
  else if (key == "target")
    options.target = value.get<std::string>();
  else if (key == "emit")
    options.emit = value.get<std::string>();
  else if (key == "dtype")
    options.dtype = value.get<std::string>();
  else if (key == "precision")
    options.precision = value.get<std::string>();
  else if (key == "scans")
    options.scans = value.get<std::string>();
  else if (key == "gradients")
    options.gradients = value.get<std::vector<std::string>>();
  else if (key == "train")
    options.train = value.get<std::string>();
  else if (key == "optimizer")
    options.optimizer = value.get<std::string>();
  else if (key == "average")
    options.average = value.get<bool>();
  else if (key == "epsilonHat")
    options.epsilonHat = value.get<bool>();
  else if (key == "sizes")
    options.sizes = value.get<std::map<std::string, int64_t>>();
  else if (key == "kernelCache")
    options.kernelCache = value.get<std::string>();
  else if (key == "dumpTo")
    options.dumpTo = value.get<std::string>();
  else if (key == "verifyEach")
    options.verifyEach = value.get<bool>();
  else if (key == "source")
    request.source = value.get<std::string>();
  else
    throw UsageError{"expects a known option, got '" + key + "'"};
}

Request readRequest(const char *text) {
  Request request;
  nlohmann::json json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object())
    throw UsageError{"expects the options as one JSON object"};
  for (const auto &[key, value] : json.items()) {
    try {
      readField(request, key, value);
    } catch (const nlohmann::json::exception &) {
      throw UsageError{"expects another kind of value for option '" + key + "', got " +
                       value.dump()};
    }
  }
  if (std::optional<std::string> problem = checkOptions(request.options))
    throw UsageError{*problem};
  return request;
}

/// "file:line: " of the first file position inside a location; nothing where there is none.
std::string formatPlace(Location loc) {
  std::string place;
  loc->walk([&](Location inner) {
    auto file = dyn_cast<FileLineColLoc>(inner);
    if (!file)
      return WalkResult::advance();
    place = file.getFilename().str() + ":" + std::to_string(file.getLine()) + ": ";
    return WalkResult::interrupt();
  });
  return place;
}

/// The first and the last phase that text of this form can be of.
std::pair<Phase, Phase> findForm(ModuleOp module) {
  bool hasProgram = !module.getOps<exec::ProgramOp>().empty();
  bool hasCode = llvm::any_of(
      *module.getBody(), [](Operation &op) { return op.getName().getStringRef() == "llvm.func"; });
  if (hasProgram && hasCode)
    return {Phase::Machine, Phase::Artifact};
  if (hasProgram)
    return {Phase::Exec, Phase::Exec};
  if (!module.getOps<tile::KernelOp>().empty())
    return {Phase::Kernels, Phase::Kernels};
  return {Phase::Graph, Phase::Scheduled};
}

/// Text of another phase than `from` would fail later with words about ops the user never wrote.
void checkForm(ModuleOp module, const Options &options) {
  auto [first, last] = findForm(module);
  if (options.from >= first && options.from <= last)
    return;
  std::string names;
  for (const PhaseInfo &info : phases)
    if (info.phase >= first && info.phase <= last && info.phase != Phase::Artifact)
      names += (names.empty() ? "" : " or ") + std::string(info.name);
  throw UsageError{"expects from to be " + names + ", the form of this text, got " +
                   std::string(phases[size_t(options.from)].name)};
}

/// The name that takes the fewest edits to become `wanted`, if they are few; else nothing.
std::string findNearest(StringRef wanted, ArrayRef<StringRef> names) {
  StringRef nearest;
  unsigned best = std::max<unsigned>(2, unsigned(wanted.size() / 3)) + 1;
  for (StringRef name : names)
    if (unsigned distance = name.edit_distance(wanted); distance < best) {
      best = distance;
      nearest = name;
    }
  return nearest.str();
}

/// What is to be differentiated or trained must be there; the nearest name helps.
void checkFunctions(ModuleOp module, const Options &options) {
  std::vector<std::string> wanted = options.gradients;
  if (!options.train.empty())
    wanted.push_back(options.train);
  SmallVector<StringRef> names;
  for (auto function : module.getOps<func::FuncOp>())
    names.push_back(function.getSymName());
  for (const std::string &name : wanted) {
    if (llvm::is_contained(names, name))
      continue;
    std::string nearest = findNearest(name, names);
    throw UsageError{"expects gradients to name functions of the module, got '" + name + "'" +
                     (nearest.empty() ? "; known: " + llvm::join(names, ", ")
                                      : ", did you mean '" + nearest + "'?")};
  }
}

/// ", did you mean 'weft.add'?" after what the parser says of an op that is not there.
std::string suggestOp(MLIRContext *context, StringRef message) {
  constexpr StringLiteral before = "custom op '";
  if (!message.contains("' is unknown") || !message.contains(before))
    return "";
  SmallVector<StringRef> names;
  for (RegisteredOperationName name : context->getRegisteredOperations())
    names.push_back(name.getStringRef());
  StringRef wanted = message.substr(message.find(before) + before.size());
  std::string nearest = findNearest(wanted.take_until([](char c) { return c == '\''; }), names);
  return nearest.empty() ? "" : ", did you mean '" + nearest + "'?";
}

/// One call of weftCompile.
class Call {
public:
  Call(WeftOutput output, WeftDiagnostic diagnostic, void *context)
      : output(output), diagnostic(diagnostic), context(context) {}

  int run(StringRef text, const char *optionsJson);
  void report(int kind, const std::string &message) {
    if (diagnostic)
      diagnostic(context, kind, message.c_str());
  }

private:
  void report(Diagnostic &message);

  WeftOutput output;
  WeftDiagnostic diagnostic;
  void *context;
  bool sawError = false, sawBug = false;
  std::optional<Cause> cause; ///< of the first error that is no mistake in the text
};

void Call::report(Diagnostic &message) {
  bool isError = message.getSeverity() == DiagnosticSeverity::Error;
  bool isWarning = message.getSeverity() == DiagnosticSeverity::Warning;
  sawError |= isError;
  if (isError && !cause)
    cause = getCause(message);
  // What a pass says of itself, where no input should have been able to lead.
  sawBug |= isError && StringRef(message.str()).contains("internal: ");
  const char *word = isError ? "error: " : isWarning ? "warning: " : "note: ";
  report(isError     ? WEFT_MESSAGE_ERROR
         : isWarning ? WEFT_MESSAGE_WARNING
                     : WEFT_MESSAGE_NOTE,
         formatPlace(message.getLocation()) + word + message.str() +
             suggestOp(message.getLocation().getContext(), message.str()));
  for (Diagnostic &note : message.getNotes())
    report(WEFT_MESSAGE_NOTE, formatPlace(note.getLocation()) + "note: " + note.str());
}

int Call::run(StringRef text, const char *optionsJson) {
  Request request = readRequest(optionsJson && *optionsJson ? optionsJson : "{}");
  bool isScheduling =
      request.options.until >= Phase::Scheduled && request.options.from < Phase::Scheduled;
  for (const std::string &target : splitTargets(request.options.target)) {
    if (!isScheduling || getGpuTarget(target) || succeeded(getX86Level(target)))
      continue;
    report(WEFT_MESSAGE_ERROR, "error: expects this machine to have AVX2 and FMA, or the target to "
                               "be named, for example cpu:avx2");
    return Device;
  }
  DialectRegistry registry;
  registerAll(registry);
  MLIRContext mlir(registry);
  mlir.printOpOnDiagnostic(false);
  ScopedDiagnosticHandler handler(&mlir, [this](Diagnostic &message) { report(message); });
  OwningOpRef<ModuleOp> module = readSource(text, &mlir, request.source);
  if (!module) {
    if (!sawError)
      report(WEFT_MESSAGE_ERROR, request.source + ": error: expects a module of IR text");
    return Model;
  }

  checkForm(*module, request.options);
  checkFunctions(*module, request.options);
  std::string bytes;
  llvm::raw_string_ostream out(bytes);
  Phase current = request.options.from;
  LogicalResult result = compile(
      *module, request.options, out, [&](unsigned number, unsigned count, const PhaseInfo &info) {
        current = info.phase;
        raisePlantedFault(info.name);
        report(WEFT_MESSAGE_PROGRESS,
               std::to_string(number) + "/" + std::to_string(count) + " " + std::string(info.name));
      });
  if (succeeded(result)) {
    output(context, bytes.data(), bytes.size());
    return Ok;
  }
  if (cause)
    return int(*cause);
  // A pass that leaves invalid IR behind, or that fails without a word, is ours to repair, not the
  // user's.
  ScopedDiagnosticHandler quiet(&mlir, [](Diagnostic &) { return success(); });
  if (sawError && !sawBug && succeeded(verify(*module)))
    return Model;
  report(WEFT_MESSAGE_ERROR,
         "error: this is a bug in weft, in phase " + std::string(phases[size_t(current)].name) +
             "; the text of every phase before it can be kept with --dump-to=DIR");
  return Bug;
}

} // namespace

} // namespace weft::compiler

extern "C" int weftCompile(const char *irText, uint64_t length, const char *optionsJson,
                           WeftOutput output, WeftDiagnostic diagnostic, void *context) {
  using namespace weft::compiler;
  Call call(output, diagnostic, context);
  try {
    int code = Bug;
    runWithLargeStack([&] { code = call.run(llvm::StringRef(irText, length), optionsJson); });
    return code;
  } catch (const UsageError &error) {
    call.report(WEFT_MESSAGE_ERROR, "error: " + error.text);
    return Usage;
  } catch (const std::bad_alloc &) {
    call.report(WEFT_MESSAGE_ERROR, "error: out of memory while compiling");
    return Resource;
  } catch (const std::exception &error) {
    call.report(WEFT_MESSAGE_ERROR, std::string("error: this is a bug in weft: ") + error.what());
    return Bug;
  }
}

extern "C" const char *weftCompilerVersions(void) {
  return "{\"weft\": \"" WEFT_VERSION "\", \"llvm\": \"" LLVM_VERSION_STRING "\"}\n";
}

extern "C" uint32_t weftCompilerApiVersion(void) { return WEFT_COMPILER_API_VERSION; }
