// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/lib/SimKernels.h"

#include "compiler/emit/ExecWriter.h"
#include "compiler/interpret/TensorBytes.h"
#include "compiler/lower/TileToNVPTX/TileToNVPTX.h"
#include "compiler/lower/WeftToTile/WeftToTile.h"
#include "dialects/weft/WeftDialect.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace weft::check {

namespace {

struct Turn {
  sim::Schedule schedule;
  sim::AsyncCopies copies;
  /// Fewer than tasks, so that some blocks take several; one takes all.
  int64_t blocks;
};

/// What every launch goes through; the seed differs from launch to launch.
Turn getTurn(unsigned i) {
  using enum sim::Schedule;
  using enum sim::AsyncCopies;
  constexpr sim::Schedule schedules[] = {Priority, Reverse, Uniform, InOrder};
  constexpr sim::AsyncCopies copies[] = {Mixed, Late, Eager};
  return {schedules[i % 4], copies[i % 3], i % 2 ? 3 : 1};
}

uint64_t getDType(const compiler::ArrayArgument &array) {
  return compiler::getDType(array.value->element);
}

/// But for ops that the test itself gives a schedule.
void shrinkTiles(ModuleOp module, const llvm::DenseSet<Operation *> &given) {
  module.walk([&](ir::AttentionOpInterface op) {
    if (given.contains(op))
      return;
    Builder b(op->getContext());
    auto name = [&](StringRef key, int64_t value) {
      return b.getNamedAttr(key, b.getI64IntegerAttr(value));
    };
    NamedAttrList schedule(op->getAttrOfType<DictionaryAttr>("schedule"));
    for (NamedAttribute size : {name("rows", 16), name("cols", 16), name("depth", 1)})
      schedule.set(size.getName(), size.getValue());
    op->setAttr("schedule", schedule.getDictionary(op->getContext()));
  });
}

} // namespace

std::string getGpuTarget(ModuleOp module) {
  auto target = module->getAttrOfType<StringAttr>(targetAttrName);
  return target ? target.str() : "sm_80";
}

FailureOr<StagedFunction> stageFunction(ModuleOp module, func::FuncOp function, bool shrink) {
  StagedFunction result{function.getName().str(), OwningOpRef<ModuleOp>(module.clone()), {}};
  ModuleOp dispatches = *result.dispatches;
  for (func::FuncOp other : llvm::to_vector(dispatches.getOps<func::FuncOp>()))
    if (other.getName() != function.getName())
      other.erase();
  compiler::ChooseSchedulePassOptions schedule;
  schedule.target = getGpuTarget(module);
  MLIRContext *context = module.getContext();
  PassManager toSchedule(context), toKernels(context), toStaged(context);
  toSchedule.addPass(compiler::createChooseSchedulePass(schedule));
  llvm::DenseSet<Operation *> given;
  dispatches.walk([&](ir::AttentionOpInterface op) {
    if (op->hasAttr("schedule"))
      given.insert(op);
  });
  if (failed(toSchedule.run(dispatches)))
    return failure();
  // Warp groups have 64 rows, and smaller tiles are none of theirs.
  bool hasGroups = compiler::getGpuTarget(schedule.target)->hasWarpGroups();
  if (shrink && !hasGroups)
    shrinkTiles(dispatches, given);
  toKernels.addPass(compiler::createWeftToTilePass());
  toKernels.addPass(createCanonicalizerPass());
  toKernels.addPass(createCSEPass());
  if (failed(toKernels.run(dispatches)))
    return failure();
  result.staged = OwningOpRef<ModuleOp>(dispatches.clone());
  for (func::FuncOp host : llvm::to_vector(result.staged->getOps<func::FuncOp>()))
    host.erase();
  compiler::addTileStagingPasses(toStaged, hasGroups);
  if (failed(toStaged.run(*result.staged)))
    return failure();
  return result;
}

FailureOr<std::unique_ptr<SimKernels>> SimKernels::compile(ModuleOp staged) {
  PassManager toMachine(staged.getContext());
  compiler::addStagedToNVPTXPasses(toMachine);
  if (failed(toMachine.run(staged)))
    return failure();
  std::optional<compiler::GpuTarget> target = compiler::getGpuTarget(getGpuTarget(staged));
  FailureOr<compiler::GpuCode> code =
      compiler::compileNVPTX(staged, *target, compiler::GpuForm::NVVM);
  if (failed(code))
    return failure();
  auto kernels = std::make_unique<SimKernels>();
  kernels->code = std::move(*code);
  for (const compiler::GpuKernel &kernel : kernels->code.kernels)
    kernels->entries[kernel.name] = kernel;
  if (llvm::Error error = kernels->load(-1))
    return staged.emitError() << llvm::toString(std::move(error));
  for (const sim::Diagnostic &finding : kernels->module->lint())
    return staged.emitError() << finding.text;
  return kernels;
}

llvm::Error SimKernels::load(int removeSync) {
  sim::Options options;
  options.races = options.globalRaces = options.uninitialised = true;
  options.stopAtFirst = true;
  options.removeSync = removeSync;
  auto loaded = sim::Module::load(llvm::MemoryBufferRef(code.bitcode, "kernels"), {}, options);
  if (!loaded)
    return loaded.takeError();
  module = std::move(*loaded);
  return llvm::Error::success();
}

std::unique_ptr<SimKernels> SimKernels::removeSync(int number) const {
  auto damaged = std::make_unique<SimKernels>();
  damaged->code = code;
  damaged->entries = entries;
  if (llvm::Error error = damaged->load(number)) {
    llvm::consumeError(std::move(error));
    return nullptr;
  }
  return damaged;
}

CallResult SimKernels::run(const KernelCall &call, unsigned schedules) const {
  CallResult result;
  for (unsigned i = 0; i < schedules; ++i) {
    Turn turn = getTurn(i);
    module->setSchedule(call.seed + i, turn.schedule, turn.copies);
    CallResult now = runOnce(call, turn.blocks);
    if (!now.problem.empty())
      return now;
    if (i > 0 && now.arrays != result.arrays)
      return {{}, "expects the same bits in every schedule"};
    now.cost += result.cost;
    result = std::move(now);
  }
  return result;
}

std::vector<uint64_t> SimKernels::listTouched(const KernelCall &call) const {
  std::vector<uint64_t> touched;
  module->setSchedule(call.seed, sim::Schedule::InOrder, sim::AsyncCopies::Eager);
  runOnce(call, call.tasks, &touched);
  llvm::sort(touched);
  return touched;
}

CallResult SimKernels::runOnce(const KernelCall &call, int64_t blocks,
                               std::vector<uint64_t> *touched) const {
  sim::Memory memory;
  std::vector<void *> pointers, arguments;
  for (const std::vector<char> &array : call.arrays) {
    pointers.push_back(memory.allocate(array.size()));
    llvm::copy(array, static_cast<char *>(pointers.back()));
  }
  std::vector<int64_t> sizes = call.sizes;
  for (void *&pointer : pointers)
    arguments.push_back(&pointer);
  for (int64_t &size : sizes)
    arguments.push_back(&size);
  const compiler::GpuKernel &entry = entries.at(call.kernel);
  sim::LaunchConfig config;
  config.grid.x = uint32_t(std::clamp<int64_t>(call.tasks, 1, blocks));
  config.block.x = uint32_t(entry.threads);
  config.dynamicShared = uint32_t(entry.sharedBytes);
  if (touched)
    config.onAccess = [&](const sim::Dim3 &block, uintptr_t address, uint32_t bytes) {
      uint64_t before = 0;
      for (auto [pointer, array] : llvm::zip_equal(pointers, call.arrays)) {
        uintptr_t at = address - reinterpret_cast<uintptr_t>(pointer);
        for (uint32_t i = 0; at < array.size() && i < bytes; ++i)
          touched->push_back(uint64_t(block.x) << 40 | (before + at + i));
        before += array.size();
      }
    };
  std::vector<sim::Diagnostic> findings;
  auto stats = module->launch(entry.entry, config, arguments, memory, findings);
  if (!stats)
    return {{}, llvm::toString(stats.takeError())};
  for (const sim::Diagnostic &finding : findings)
    return {{}, finding.text + " at " + finding.site};
  CallResult result;
  result.cost = stats->accesses;
  for (auto [pointer, array] : llvm::zip_equal(pointers, call.arrays)) {
    auto *begin = static_cast<char *>(pointer);
    result.arrays.emplace_back(begin, begin + array.size());
  }
  return result;
}

bool haveSameElements(const KernelCall &call, const CallResult &a, const CallResult &b) {
  for (auto [dtype, one, other] : llvm::zip_equal(call.dtypes, a.arrays, b.arrays)) {
    if (one == other)
      continue;
    auto count = int64_t(one.size() / compiler::getElementBytes(dtype));
    std::vector<double> x = compiler::readElements(dtype, one.data(), count),
                        y = compiler::readElements(dtype, other.data(), count);
    for (auto [left, right] : llvm::zip_equal(x, y))
      if (left != right && !(std::isnan(left) && std::isnan(right)))
        return false;
  }
  return true;
}

LogicalResult SimKernels::launch(tile::KernelOp kernel, ArrayRef<compiler::ArrayArgument> arrays,
                                 ArrayRef<int64_t> sizes, uint64_t seed, unsigned schedules,
                                 std::vector<std::pair<KernelCall, CallResult>> *record) {
  KernelCall call{kernel.getSymName().str(), int64_t(kernel.getTasks()), {}, {}, sizes.vec(), seed};
  for (const compiler::ArrayArgument &array : arrays) {
    uint64_t dtype = call.dtypes.emplace_back(getDType(array));
    std::vector<char> &copy =
        call.arrays.emplace_back(array.value->getCount() * compiler::getElementBytes(dtype));
    compiler::writeElements(dtype, array.value->elements, copy.data());
  }
  CallResult result = run(call, schedules);
  if (!result.problem.empty())
    return kernel.emitError() << result.problem;
  for (auto [array, bytes] : llvm::zip_equal(arrays, result.arrays))
    array.value->elements =
        compiler::readElements(getDType(array), bytes.data(), array.value->getCount());
  if (record)
    record->emplace_back(std::move(call), std::move(result));
  return success();
}

KernelRunner makeDispatchRunner(const StagedFunction &function, Launcher launch) {
  auto dispatches = std::make_shared<OwningOpRef<ModuleOp>>(function.dispatches.get().clone());
  return [dispatches, launch = std::move(launch),
          name = function.name](ArrayRef<TensorValue> arguments) {
    compiler::DispatchOptions options;
    options.launch = launch;
    return compiler::DispatchInterpreter::run((*dispatches)->lookupSymbol<func::FuncOp>(name),
                                              arguments, options);
  };
}

static FailureOr<KernelRunner> makeRunner(ModuleOp module, func::FuncOp function,
                                          unsigned schedules) {
  FailureOr<StagedFunction> staged = stageFunction(module, function, /*shrink=*/false);
  if (failed(staged))
    return failure();
  FailureOr<std::unique_ptr<SimKernels>> compiled = SimKernels::compile(*staged->staged);
  if (failed(compiled))
    return failure();
  std::shared_ptr<SimKernels> kernels = std::move(*compiled);
  return makeDispatchRunner(
      *staged, [kernels, schedules](tile::KernelOp kernel, auto arrays, auto sizes, uint64_t seed) {
        return kernels->launch(kernel, arrays, sizes, seed, schedules);
      });
}

FailureOr<KernelRunner> makeSimRunner(ModuleOp module, func::FuncOp function) {
  return makeRunner(module, function, 2);
}

FailureOr<KernelRunner> makeSchedulesRunner(ModuleOp module, func::FuncOp function) {
  return makeRunner(module, function, 16);
}

} // namespace weft::check
