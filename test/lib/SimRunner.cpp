// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels as a GPU would get them, run by the simulator.
#include <map>

#include "compiler/emit/ExecWriter.h"
#include "compiler/interpret/DispatchInterpreter.h"
#include "compiler/interpret/TensorBytes.h"
#include "compiler/lower/TileToNVPTX/TileToNVPTX.h"
#include "compiler/lower/WeftToTile/WeftToTile.h"
#include "compiler/sim/Simulator.h"
#include "compiler/target/NVPTX.h"
#include "dialects/weft/WeftDialect.h"
#include "test/lib/CheckMode.h"

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
std::vector<Turn> makeTurns(unsigned count) {
  using enum sim::Schedule;
  using enum sim::AsyncCopies;
  std::vector<Turn> turns;
  for (unsigned i = 0; i < count; ++i) {
    constexpr sim::Schedule schedules[] = {Priority, Reverse, Uniform, InOrder};
    constexpr sim::AsyncCopies copies[] = {Mixed, Late, Eager};
    turns.push_back({schedules[i % 4], copies[i % 3], i % 2 ? 3 : 1});
  }
  return turns;
}

class SimulatedKernels {
public:
  explicit SimulatedKernels(unsigned schedules) : turns(makeTurns(schedules)) {}

  LogicalResult compile(ModuleOp kernels) {
    std::optional<compiler::GpuTarget> target = compiler::getGpuTarget("sm_80");
    FailureOr<compiler::GpuCode> code =
        compiler::compileNVPTX(kernels, *target, compiler::GpuForm::NVVM);
    if (failed(code))
      return failure();
    for (const compiler::GpuKernel &kernel : code->kernels)
      entries[kernel.name] = kernel;
    sim::Options options;
    options.races = options.globalRaces = options.uninitialised = true;
    auto loaded = sim::Module::load(llvm::MemoryBufferRef(code->bitcode, "kernels"), {}, options);
    if (!loaded)
      return kernels.emitError() << llvm::toString(loaded.takeError());
    module = std::move(*loaded);
    for (const sim::Diagnostic &finding : module->lint())
      return kernels.emitError() << finding.text;
    return success();
  }

  LogicalResult launch(tile::KernelOp kernel, ArrayRef<compiler::ArrayArgument> arrays,
                       ArrayRef<int64_t> sizes, uint64_t seed) {
    std::vector<std::vector<char>> expected;
    for (const Turn &turn : turns) {
      module->setSchedule(seed++, turn.schedule, turn.copies);
      FailureOr<std::vector<std::vector<char>>> results =
          runOnce(kernel, arrays, sizes, turn.blocks);
      if (failed(results))
        return failure();
      if (!expected.empty() && *results != expected)
        return kernel.emitError("expects the same bits in every schedule");
      expected = std::move(*results);
    }
    for (auto [array, bytes] : llvm::zip_equal(arrays, expected))
      array.value->elements =
          compiler::readElements(getDType(array), bytes.data(), array.value->getCount());
    return success();
  }

private:
  static uint64_t getDType(const compiler::ArrayArgument &array) {
    return compiler::getDType(array.value->element);
  }

  FailureOr<std::vector<std::vector<char>>> runOnce(tile::KernelOp kernel,
                                                    ArrayRef<compiler::ArrayArgument> arrays,
                                                    ArrayRef<int64_t> sizes, int64_t blocks) {
    sim::Memory memory;
    std::vector<void *> pointers;
    std::vector<size_t> byteCounts;
    for (const compiler::ArrayArgument &array : arrays) {
      byteCounts.push_back(array.value->getCount() * compiler::getElementBytes(getDType(array)));
      pointers.push_back(memory.allocate(std::max<size_t>(byteCounts.back(), 1)));
      compiler::writeElements(getDType(array), array.value->elements, pointers.back());
    }
    std::vector<int64_t> values(sizes.begin(), sizes.end());
    std::vector<void *> arguments;
    for (void *&pointer : pointers)
      arguments.push_back(&pointer);
    for (int64_t &value : values)
      arguments.push_back(&value);
    const compiler::GpuKernel &entry = entries.at(kernel.getSymName().str());
    sim::LaunchConfig config;
    config.grid.x = uint32_t(std::clamp<int64_t>(kernel.getTasks(), 1, blocks));
    config.block.x = uint32_t(entry.threads);
    config.dynamicShared = uint32_t(entry.sharedBytes);
    std::vector<sim::Diagnostic> findings;
    auto stats = module->launch(entry.entry, config, arguments, memory, findings);
    if (!stats)
      return kernel.emitError() << llvm::toString(stats.takeError());
    for (const sim::Diagnostic &finding : findings)
      return kernel.emitError() << finding.text << " at " << finding.site;
    std::vector<std::vector<char>> results;
    for (auto [pointer, bytes] : llvm::zip_equal(pointers, byteCounts)) {
      auto *begin = static_cast<char *>(pointer);
      results.emplace_back(begin, begin + bytes);
    }
    return results;
  }

  std::vector<Turn> turns;
  std::unique_ptr<sim::Module> module;
  std::map<std::string, compiler::GpuKernel> entries;
};

} // namespace

/// No barrier is left out, and tiles are as the schedule has them.
constexpr int allBarriers = -2;

/// Tiles of attention of 16 rows and columns, so that small cases go around its loops.
static void shrinkTiles(ModuleOp module) {
  module.walk([](ir::AttentionOpInterface op) {
    Builder b(op->getContext());
    auto name = [&](StringRef key, int64_t value) {
      return b.getNamedAttr(key, b.getI64IntegerAttr(value));
    };
    op->setAttr("schedule",
                b.getDictionaryAttr({name("rows", 16), name("cols", 16), name("depth", 1)}));
  });
}

/// Erases one barrier by its number; what there was.
static std::vector<std::string> removeBarrier(ModuleOp staged, int number) {
  std::vector<std::string> sites;
  std::vector<tile::BarrierOp> barriers;
  staged.walk([&](tile::BarrierOp barrier) {
    auto kernel = barrier->getParentOfType<tile::KernelOp>();
    sites.push_back(("barrier " + Twine(barriers.size()) + ", in " + kernel.getSymName()).str());
    barriers.push_back(barrier);
  });
  if (number >= 0 && number < int(barriers.size()))
    barriers[number].erase();
  return sites;
}

/// The function compiled and ready to run. `without`: see CheckMode.h; allBarriers leaves tiles as
/// they are.
static FailureOr<KernelRunner> makeRunner(ModuleOp module, func::FuncOp function,
                                          unsigned schedules, int without,
                                          std::vector<std::string> &sites);

FailureOr<KernelRunner> makeSimRunner(ModuleOp module, func::FuncOp function) {
  std::vector<std::string> sites;
  return makeRunner(module, function, 2, allBarriers, sites);
}

FailureOr<KernelRunner> makeSchedulesRunner(ModuleOp module, func::FuncOp function) {
  std::vector<std::string> sites;
  return makeRunner(module, function, 16, allBarriers, sites);
}

FailureOr<KernelRunner> makeSimRunner(ModuleOp module, func::FuncOp function, int without,
                                      std::vector<std::string> &sites) {
  return makeRunner(module, function, 2, without, sites);
}

static FailureOr<KernelRunner> makeRunner(ModuleOp module, func::FuncOp function,
                                          unsigned schedules, int without,
                                          std::vector<std::string> &sites) {
  auto dispatches = std::make_shared<OwningOpRef<ModuleOp>>(module.clone());
  for (func::FuncOp other : llvm::to_vector((*dispatches)->getOps<func::FuncOp>()))
    if (other.getName() != function.getName())
      other.erase();
  compiler::ChooseSchedulePassOptions schedule;
  schedule.target = "sm_80";
  PassManager toSchedule(module.getContext()), toKernels(module.getContext());
  toSchedule.addPass(compiler::createChooseSchedulePass(schedule));
  if (failed(toSchedule.run(**dispatches)))
    return failure();
  if (without != allBarriers)
    shrinkTiles(**dispatches);
  toKernels.addPass(compiler::createWeftToTilePass());
  toKernels.addPass(createCanonicalizerPass());
  toKernels.addPass(createCSEPass());
  if (failed(toKernels.run(**dispatches)))
    return failure();
  OwningOpRef<ModuleOp> machine((*dispatches)->clone());
  for (func::FuncOp host : llvm::to_vector(machine->getOps<func::FuncOp>()))
    host.erase();
  PassManager toStaged(module.getContext()), toMachine(module.getContext());
  compiler::addTileStagingPasses(toStaged);
  if (failed(toStaged.run(*machine)))
    return failure();
  sites = removeBarrier(*machine, without);
  compiler::addStagedToNVPTXPasses(toMachine);
  auto kernels = std::make_shared<SimulatedKernels>(schedules);
  if (failed(toMachine.run(*machine)) || failed(kernels->compile(*machine)))
    return failure();
  return KernelRunner(
      [dispatches, kernels, name = function.getName().str()](ArrayRef<TensorValue> arguments) {
        compiler::DispatchOptions options;
        options.launch = [kernels](tile::KernelOp kernel, ArrayRef<compiler::ArrayArgument> arrays,
                                   ArrayRef<int64_t> sizes, uint64_t seed) {
          return kernels->launch(kernel, arrays, sizes, seed);
        };
        return compiler::DispatchInterpreter::run((*dispatches)->lookupSymbol<func::FuncOp>(name),
                                                  arguments, options);
      });
}

} // namespace weft::check
