// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs the phases one by one; what each is made of stands in Pipeline.cpp.
#include "compiler/Compiler.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include "compiler/FitSchedules.h"
#include "compiler/Forms.h"
#include "compiler/Pipeline.h"
#include "compiler/emit/ArtifactWriter.h"
#include "compiler/emit/SourceText.h"
#include "compiler/lower/PlanMemory/PlanMemory.h"
#include "compiler/support/Cause.h"
#include "compiler/target/NVPTX.h"
#include "compiler/target/Ptxas.h"
#include "compiler/target/X86.h"
#include "dialects/exec/ExecDialect.h"
#include "dialects/tile/TileDialect.h"
#include "dialects/weft/WeftDialect.h"

using namespace mlir;

namespace weft::compiler {

namespace {

/// Module attribute that fixes the target from phase scheduled on, so that text of a later phase
/// compiles for the machine it was scheduled for.
constexpr llvm::StringLiteral targetAttrName = "weft.target";

const PhaseInfo &getInfo(Phase phase) { return phases[size_t(phase)]; }

bool isMachineForm(StringRef emit) {
  std::optional<FormInfo> form = findForm(emit);
  return form && form->kind != FormKind::Any;
}

X86Form getForm(StringRef emit) {
  if (emit == "llvm")
    return X86Form::LLVM;
  if (emit == "asm")
    return X86Form::Assembly;
  return emit == "obj" ? X86Form::Object : X86Form::Shared;
}

class Compilation {
public:
  Compilation(ModuleOp module, const Options &options, const Progress &progress)
      : module(module), options(options), progress(progress) {}

  LogicalResult run(llvm::raw_ostream &out);
  /// The phases up to the last one; nothing is written.
  LogicalResult runPhases();
  /// Compiles the kernels, and puts what the container has for this target into it.
  LogicalResult addTo(ArtifactWriter &writer);

private:
  /// The last phase that runs: what is asked for may be ready before `until`.
  Phase getLast() const;
  LogicalResult resolveTarget();
  LogicalResult runPhase(Phase phase);
  LogicalResult runPasses(llvm::function_ref<void(OpPassManager &)> add);
  LogicalResult dump(Phase phase) const;
  LogicalResult write(llvm::raw_ostream &out);
  FailureOr<X86Code> compileForCpu();
  GpuForm getGpuForm();
  void printModule(llvm::raw_ostream &out) const;

  ModuleOp module;
  Options options;
  const Progress &progress;
};

Phase Compilation::getLast() const {
  if (options.emit == "memory")
    return std::min(options.until, Phase::Exec);
  if (isMachineForm(options.emit) || options.emit == "ir")
    return std::min(options.until, Phase::Machine);
  return options.until;
}

LogicalResult Compilation::run(llvm::raw_ostream &out) {
  return success(succeeded(runPhases()) && succeeded(write(out)));
}

LogicalResult Compilation::runPhases() {
  // Late phases may mention no weft op, yet sizes and the manifest are made of its attributes.
  module.getContext()->loadDialect<ir::WeftDialect>();
  if (options.from == Phase::Graph)
    takeKeptOptions(module, options);
  Phase last = getLast();
  if (last < options.from)
    return module.emitError() << "expects to end at or after the phase it starts from, got "
                              << getInfo(last).name << " after " << getInfo(options.from).name;
  if (failed(runPasses([&](OpPassManager &manager) { addVerifier(manager, options.from); })))
    return failure();
  unsigned count = unsigned(last) - unsigned(options.from);
  unsigned number = 1;
  auto runUntil = [&](Phase end) {
    for (; number <= count; ++number) {
      const PhaseInfo &info = phases[unsigned(options.from) + number];
      if (info.phase > end)
        return success();
      if (progress)
        progress(number, count, info);
      if (failed(runPhase(info.phase)))
        return failure();
    }
    return success();
  };
  if (failed(runUntil(Phase::Fused)))
    return failure();
  if (options.from > Phase::Fused || !getGpuTarget(options.target))
    return runUntil(Phase::Artifact);
  const unsigned scheduled = number;
  LogicalResult fits = fitSchedules(module, [&]() -> LogicalResult {
    number = scheduled;
    return runUntil(Phase::Machine);
  });
  return failed(fits) ? failure() : runUntil(Phase::Artifact);
}

LogicalResult Compilation::resolveTarget() {
  if (auto fixed = module->getAttrOfType<StringAttr>(targetAttrName)) {
    options.target = fixed.str();
    return success();
  }
  if (getGpuTarget(options.target)) {
    module->setAttr(targetAttrName, StringAttr::get(module.getContext(), options.target));
    return success();
  }
  FailureOr<X86Level> level = getX86Level(options.target, hasBf16Products(module));
  if (failed(level))
    return module.emitError() << "expects target '" << options.target
                              << "' to be one this machine can compile for: AVX2 and FMA at least";
  options.target = "cpu:" + level->name;
  module->setAttr(targetAttrName, StringAttr::get(module.getContext(), options.target));
  return success();
}

LogicalResult Compilation::runPhase(Phase phase) {
  if (phase >= Phase::Scheduled && failed(resolveTarget()))
    return failure();
  if (failed(runPasses([&](OpPassManager &manager) { addPhase(manager, phase, options); })))
    return failure();
  return options.dumpTo.empty() ? success() : dump(phase);
}

LogicalResult Compilation::runPasses(llvm::function_ref<void(OpPassManager &)> add) {
  PassManager manager(module.getContext());
  manager.enableVerifier(options.verifyEach);
  add(manager);
  return manager.run(module);
}

void Compilation::printModule(llvm::raw_ostream &out) const {
  // With locations: text that is compiled again must report the user's lines.
  OpPrintingFlags flags = OpPrintingFlags().enableDebugInfo();
  Operation *op = const_cast<ModuleOp &>(module);
  op->print(out, flags);
  out << "\n";
}

LogicalResult Compilation::dump(Phase phase) const {
  llvm::SmallString<128> path(options.dumpTo);
  std::error_code error = llvm::sys::fs::create_directories(path);
  llvm::sys::path::append(path, std::to_string(unsigned(phase)) + "-" +
                                    std::string(getInfo(phase).name) + ".mlir");
  if (!error) {
    llvm::raw_fd_ostream file(path, error);
    if (!error) {
      printModule(file);
      file.close();
      error = file.error();
      file.clear_error(); // an error left in it would end the process
    }
  }
  if (error)
    return emitError(UnknownLoc::get(const_cast<ModuleOp &>(module).getContext()), Cause::Resource)
           << "expects to write the dump of phase " << getInfo(phase).name << " to '" << path
           << "', got: " << error.message();
  return success();
}

LogicalResult Compilation::write(llvm::raw_ostream &out) {
  if (options.emit == "memory") {
    llvm::StringMap<int64_t> sizes;
    for (const auto &[symbol, value] : options.sizes) {
      auto known = module->getAttrOfType<ArrayAttr>("weft.symbols");
      if (!known || llvm::none_of(known.getAsRange<ir::SizeAttr>(),
                                  [&](ir::SizeAttr size) { return size.getSymbol() == symbol; }))
        return module.emitError("expects the sizes to name symbols of the graph, got '")
               << symbol << "'";
      sizes[symbol] = value;
    }
    writeMemoryReport(module, sizes, out);
    return success();
  }
  if (options.emit == "ir" || (options.until != Phase::Artifact && !isMachineForm(options.emit))) {
    printModule(out);
    return success();
  }
  if (failed(resolveTarget()))
    return failure();
  // Text of a late phase has a target of its own.
  if (std::optional<std::string> problem = explainForm(options.emit, options.target))
    return module.emitError() << *problem;
  if (options.emit == "artifact") {
    ArtifactWriter writer;
    if (failed(addTo(writer)))
      return failure();
    writer.write(module, out);
    return success();
  }
  if (std::optional<GpuTarget> gpu = getGpuTarget(options.target)) {
    GpuForm form = getGpuForm();
    FailureOr<GpuCode> code = compileNVPTX(module, *gpu, form);
    if (failed(code))
      return failure();
    out << (form == GpuForm::NVVM ? code->nvvm : form == GpuForm::PTX ? code->ptx : code->cubin);
    return success();
  }
  FailureOr<X86Code> code = compileForCpu();
  if (failed(code))
    return failure();
  out << code->bytes;
  return success();
}

GpuForm Compilation::getGpuForm() {
  GpuForm form = options.emit == "nvvm"  ? GpuForm::NVVM
                 : options.emit == "ptx" ? GpuForm::PTX
                                         : GpuForm::Cubin;
  if (options.emit == "artifact" && findPtxas().empty()) {
    form = GpuForm::PTX;
    module.emitRemark("no ptxas was found: the artifact holds PTX, which the driver of the GPU "
                      "assembles when it is loaded");
  }
  return form;
}

FailureOr<X86Code> Compilation::compileForCpu() {
  FailureOr<X86Level> level = getX86Level(options.target);
  if (failed(level))
    return module.emitError() << "expects a known target, got '" << options.target << "'";
  return compileX86(module, {*level, getForm(options.emit), options.kernelCache});
}

LogicalResult Compilation::addTo(ArtifactWriter &writer) {
  if (std::optional<GpuTarget> gpu = getGpuTarget(options.target)) {
    FailureOr<GpuCode> code = compileNVPTX(module, *gpu, getGpuForm());
    return failed(code) ? failure() : writer.add(module, *gpu, *code);
  }
  FailureOr<X86Code> code = compileForCpu();
  if (failed(code))
    return failure();
  return writer.add(module, {std::move(code->bytes), std::move(code->features)});
}

/// Several targets in one container. What comes before the schedules is done once.
LogicalResult compileForEach(ModuleOp module, const Options &options, ArrayRef<std::string> targets,
                             llvm::raw_ostream &out, const Progress &progress) {
  constexpr Phase shared = Phase::Fused;
  unsigned done = 0, each = unsigned(Phase::Artifact) - unsigned(shared),
           first = unsigned(shared) - unsigned(options.from),
           count = first + each * unsigned(targets.size());
  Progress counted = [&](unsigned number, unsigned, const PhaseInfo &info) {
    if (progress)
      progress(done + number, count, info);
  };
  Options front = options;
  front.target = targets.front();
  front.until = shared;
  if (failed(Compilation(module, front, counted).runPhases()))
    return failure();
  done += first;
  ArtifactWriter writer;
  for (const std::string &target : targets) {
    OwningOpRef<ModuleOp> copy(module.clone());
    Options back = options;
    back.target = target;
    back.from = shared;
    if (!options.dumpTo.empty()) {
      llvm::SmallString<128> folder(options.dumpTo);
      llvm::sys::path::append(folder, target);
      back.dumpTo = folder.str().str();
    }
    Compilation compilation(*copy, back, counted);
    if (failed(compilation.runPhases()) || failed(compilation.addTo(writer)))
      return failure();
    done += each;
  }
  writer.write(module, out);
  return success();
}

} // namespace

void registerAll(DialectRegistry &registry) {
  registry.insert<arith::ArithDialect, func::FuncDialect, scf::SCFDialect, tensor::TensorDialect,
                  ir::WeftDialect, tile::TileDialect, exec::ExecDialect>();
  // The rest belongs to the passes: what they produce can also be read back.
  Options everyOption;
  everyOption.train = "step";
  everyOption.dtype = "f32";
  OpPassManager everything(ModuleOp::getOperationName());
  for (const PhaseInfo &info : phases)
    addPhase(everything, info.phase, everyOption);
  everything.getDependentDialects(registry);
}

std::optional<std::string> checkOptions(const Options &options) {
  if (!findForm(options.emit))
    return "expects emit to be artifact, ir, llvm, asm, obj, nvvm, ptx, cubin or memory, got '" +
           options.emit + "'";
  if (options.from > options.until)
    return "expects until to be " + std::string(getInfo(options.from).name) +
           ", where compilation starts, or a later phase, got " +
           std::string(getInfo(options.until).name);
  // "cpu" itself is known everywhere, even on a machine that cannot run its kernels.
  for (const std::string &target : splitTargets(options.target))
    if (target != "cpu" && !getGpuTarget(target) && failed(getX86Level(target)))
      return "expects target to be cpu, cpu:avx2, cpu:avx512, cpu:avx512bf16 or cpu:amx, perhaps "
             "with -O0 or -O3, or sm_80 or sm_90a, got '" +
             target + "'";
  if (std::optional<std::string> problem =
          explainTargets(options.target, options.from, options.until, options.emit))
    return problem;
  constexpr StringRef dtypes[] = {"", "f32", "f64"};
  if (!llvm::is_contained(dtypes, options.dtype))
    return "expects dtype to be f32 or f64, got '" + options.dtype + "'";
  constexpr StringRef precisions[] = {"f32", "bf16", "f16"};
  if (!llvm::is_contained(precisions, options.precision))
    return "expects precision to be f32, bf16 or f16, got '" + options.precision + "'";
  if (options.precision != "f32" && options.dtype == "f64")
    return "expects dtype to be f32 with precision " + options.precision +
           ", which rounds factors of f32, got f64";
  constexpr StringRef forms[] = {"auto", "counted", "persistent"};
  if (!llvm::is_contained(forms, options.scans))
    return "expects scans to be auto, counted or persistent, got '" + options.scans + "'";
  constexpr StringRef optimizers[] = {"", "sgd", "adagrad", "adam", "adamw"};
  if (!llvm::is_contained(optimizers, options.optimizer))
    return "expects optimizer to be sgd, adagrad, adam or adamw, got '" + options.optimizer + "'";
  if (options.average && options.train.empty())
    return "expects average only with train, the update that it belongs to";
  if (options.epsilonHat && options.optimizer != "adam" && options.optimizer != "adamw")
    return "expects epsilonHat only with optimizer adam or adamw, got '" + options.optimizer + "'";
  if (options.from > Phase::Graph && (!options.gradients.empty() || !options.train.empty() ||
                                      !options.dtype.empty() || options.precision != "f32"))
    return "expects gradients, train, dtype and precision only when compilation starts from phase "
           "graph, got " +
           std::string(getInfo(options.from).name);
  return std::nullopt;
}

LogicalResult compile(ModuleOp module, const Options &options, llvm::raw_ostream &out,
                      const Progress &progress) {
  std::vector<std::string> targets = splitTargets(options.target);
  if (targets.size() > 1)
    return compileForEach(module, options, targets, out, progress);
  return Compilation(module, options, progress).run(out);
}

} // namespace weft::compiler
