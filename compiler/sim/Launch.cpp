// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A grid, group by group.
#include <algorithm>
#include <chrono>
#include <cstring>

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"

#include "compiler/sim/Cluster.h"
#include "compiler/sim/Fiber.h"
#include "compiler/sim/ModuleState.h"

using namespace llvm;

namespace weft::sim {

static Dim3 getPlace(uint64_t index, const Dim3 &size) {
  return {static_cast<uint32_t>(index % size.x), static_cast<uint32_t>(index / size.x % size.y),
          static_cast<uint32_t>(index / size.x / size.y)};
}

static void setDim(Thread &thread, size_t first, const Dim3 &value) {
  thread.special[first] = value.x;
  thread.special[first + 1] = value.y;
  thread.special[first + 2] = value.z;
}

/// What the driver would refuse.
static Error checkLaunch(const ModuleState &state, const KernelInfo &kernel,
                         const LaunchConfig &config, size_t arguments) {
  auto refuse = [&](const Twine &text) {
    return createStringError("cannot launch " + Twine(kernel.name) + ": " + text);
  };
  uint64_t threads = config.block.count(), blocks = config.grid.count();
  if (threads == 0 || blocks == 0 || config.cluster.count() == 0)
    return refuse("no thread in the grid");
  if (threads > 1024)
    return refuse(Twine(threads) + " threads in a block, at most 1024");
  const Dim3 &required = kernel.required;
  if (required.x && (required.x != config.block.x || required.y != config.block.y ||
                     required.z != config.block.z))
    return refuse("the kernel requires blocks of " + Twine(required.count()) + " threads, got " +
                  Twine(threads));
  if (arguments != kernel.parameters)
    return refuse("expects " + Twine(kernel.parameters) + " arguments, got " + Twine(arguments));
  uint64_t shared = uint64_t{kernel.staticShared} + config.dynamicShared;
  if (shared > state.target.getSharedLimit())
    return refuse(Twine(shared) + " bytes of shared memory, at most " +
                  Twine(state.target.getSharedLimit()));
  if (config.cluster.count() > 1 && state.target.sm < 90)
    return refuse("clusters need sm_90");
  if (config.cluster.count() > state.target.maxCluster)
    return refuse(Twine(config.cluster.count()) + " blocks in a cluster, at most " +
                  Twine(state.target.maxCluster));
  if (config.grid.x % config.cluster.x || config.grid.y % config.cluster.y ||
      config.grid.z % config.cluster.z)
    return refuse("the grid is not a multiple of the cluster");
  if (config.cooperative) {
    uint64_t each = std::min(2048 / (alignTo(threads, warpSize)),
                             (state.target.getSharedLimit() + 1024) / (shared + 1024));
    if (blocks > each * state.target.numSMs)
      return refuse(Twine(blocks) + " cooperative blocks, at most " +
                    Twine(each * state.target.numSMs) + " are resident");
  }
  return Error::success();
}

namespace {

class Grid {
public:
  Grid(Launch &launch, const ModuleState &state, const KernelInfo &kernel,
       const LaunchConfig &config)
      : launch(launch), state(state), kernel(kernel), config(config),
        clusterBlocks(static_cast<uint32_t>(config.cluster.count())),
        threadsPerBlock(static_cast<uint32_t>(config.block.count())),
        sharedBytes(kernel.staticShared + config.dynamicShared) {}
  Error run();

private:
  Error runOne(uint64_t index);
  Dim3 getBlockId(uint64_t index) const;
  void addBlock(Group &group, uint64_t index, uint32_t place, char *window);
  void prepareThread(Thread &thread, Block &block, uint32_t index);
  Error runLoop(Group &group);

  Launch &launch;
  const ModuleState &state;
  const KernelInfo &kernel;
  const LaunchConfig &config;
  uint32_t clusterBlocks, threadsPerBlock, sharedBytes, blocksPerGroup = 1;
};

} // namespace

/// Blocks of a cluster follow each other, the clusters in the order of the grid.
Dim3 Grid::getBlockId(uint64_t index) const {
  const Dim3 &size = config.cluster;
  Dim3 clusters{config.grid.x / size.x, config.grid.y / size.y, config.grid.z / size.z};
  Dim3 cluster = getPlace(index / clusterBlocks, clusters);
  Dim3 inside = getPlace(index % clusterBlocks, size);
  return {cluster.x * size.x + inside.x, cluster.y * size.y + inside.y,
          cluster.z * size.z + inside.z};
}

void Grid::prepareThread(Thread &thread, Block &block, uint32_t index) {
  const Dim3 &size = config.cluster;
  thread.index = index;
  thread.lane = index % warpSize;
  thread.block = &block;
  thread.group = block.group;
  thread.shared = block.shared;
  setDim(thread, getSpecialRegister("tid.x"), getPlace(index, config.block));
  setDim(thread, getSpecialRegister("ntid.x"), config.block);
  setDim(thread, getSpecialRegister("ctaid.x"), block.id);
  setDim(thread, getSpecialRegister("nctaid.x"), config.grid);
  setDim(thread, getSpecialRegister("clusterid.x"),
         {block.id.x / size.x, block.id.y / size.y, block.id.z / size.z});
  setDim(thread, getSpecialRegister("nclusterid.x"),
         {config.grid.x / size.x, config.grid.y / size.y, config.grid.z / size.z});
  setDim(thread, getSpecialRegister("cluster.ctaid.x"),
         {block.id.x % size.x, block.id.y % size.y, block.id.z % size.z});
  setDim(thread, getSpecialRegister("cluster.nctaid.x"), size);
  uint32_t *special = thread.special, bit = 1u << thread.lane;
  special[getSpecialRegister("cluster.ctarank")] = block.rank;
  special[getSpecialRegister("cluster.nctarank")] = clusterBlocks;
  special[getSpecialRegister("laneid")] = thread.lane;
  special[getSpecialRegister("warpid")] = index / warpSize;
  special[getSpecialRegister("nwarpid")] = (threadsPerBlock + warpSize - 1) / warpSize;
  special[getSpecialRegister("smid")] =
      (block.id.x + block.id.y + block.id.z) % state.target.numSMs;
  special[getSpecialRegister("nsmid")] = state.target.numSMs;
  special[getSpecialRegister("lanemask.eq")] = bit;
  special[getSpecialRegister("lanemask.lt")] = bit - 1;
  special[getSpecialRegister("lanemask.le")] = bit | (bit - 1);
  special[getSpecialRegister("lanemask.gt")] = ~(bit | (bit - 1));
  special[getSpecialRegister("lanemask.ge")] = ~(bit - 1);
  special[getSpecialRegister("dynamic_smem_size")] = config.dynamicShared;
  special[getSpecialRegister("total_smem_size")] = sharedBytes;
  special[getSpecialRegister("warpsize")] = warpSize;
}

void Grid::addBlock(Group &group, uint64_t index, uint32_t place, char *window) {
  auto block = std::make_unique<Block>();
  const Options &options = launch.options;
  block->group = &group;
  block->id = getBlockId(index);
  block->number = (block->id.z * config.grid.y + block->id.y) * config.grid.x + block->id.x + 1;
  block->rank = place % clusterBlocks;
  block->shared = window;
  block->sharedBytes = sharedBytes;
  block->liveThreads = threadsPerBlock;
  block->warps.resize((threadsPerBlock + warpSize - 1) / warpSize);
  if (sharedBytes)
    std::memset(window, options.poisonShared ? 0xFF : 0, sharedBytes);
  if (sharedBytes && (options.races || options.uninitialised))
    block->shadow = std::make_unique<Shadow>(sharedBytes, options.races, options.uninitialised);
  // The clocks of a cluster's warps are numbered on; other blocks never meet in shared memory, but
  // atomics may carry order to them, so that in a cooperative launch all have numbers.
  uint32_t firstClock = place * static_cast<uint32_t>(block->warps.size()) * clockStride;
  for (uint32_t i = 0; i < block->warps.size(); ++i) {
    Warp &warp = block->warps[i];
    warp.index = i;
    warp.block = block.get();
    warp.clockIndex = firstClock + i * clockStride;
    warp.clock.resize(warp.clockIndex + clockStride);
    warp.clock[warp.clockIndex] = 1;
  }
  for (uint32_t i = 0; i < threadsPerBlock; ++i) {
    Thread &thread = group.threads[place * threadsPerBlock + i];
    prepareThread(thread, *block, i);
    Warp &warp = block->warps[i / warpSize];
    thread.warp = &warp;
    warp.lanes[thread.lane] = &thread;
    warp.live |= 1u << thread.lane;
    warp.runnable |= 1u << thread.lane;
  }
  block->cluster = block->rank ? group.blocks.back()->cluster : std::make_shared<Cluster>();
  block->cluster->blocks.push_back(block.get());
  block->cluster->live += threadsPerBlock;
  group.live += threadsPerBlock;
  group.blocks.push_back(std::move(block));
}

/// The threads of a group one after another, and back to the scheduler.
static void runThreads(void *argument) {
  Group &group = *static_cast<Group *>(argument);
  Launch &launch = group.launch;
  uint32_t count = static_cast<uint32_t>(group.threads.size()), turn = 0;
  bool isReverse = launch.options.schedule == Schedule::Reverse;
  if (launch.options.schedule != Schedule::InOrder && !isReverse)
    turn = group.random.below(count);
  for (uint32_t i = 0; i < count && !group.isAborted; ++i) {
    Thread &thread = group.threads[isReverse ? count - 1 - i : (i + turn) % count];
    group.current = &thread;
    launch.entry(&thread, launch.arguments);
  }
  launch.stats.resumes += count;
  void *ignored;
  weftSimSwitch(&ignored, group.schedulerStack);
}

/// Threads that wait for nobody need no stack of their own; one for all, so that they can be left.
Error Grid::runLoop(Group &group) {
  size_t bytes = launch.options.stackBytes;
  char *stack = takeStack(bytes);
  if (!stack)
    return createStringError("no memory for the stack of the threads");
  group.loopStackLow = reinterpret_cast<uintptr_t>(stack);
  group.loopStackHigh = group.loopStackLow + bytes;
  weftSimSwitch(&group.schedulerStack, prepareFiber(stack, bytes, 0, runThreads, &group));
  if (!isStackWhole(stack))
    launch.reporter.report(*group.current, Diagnostic::Kind::Protocol,
                           "the stack of the threads overflowed: raise Options::stackBytes", 0);
  giveStack(stack, bytes);
  return Error::success();
}

/// One group from its start to its end. Its random numbers depend on the seed and its index alone.
Error Grid::runOne(uint64_t index) {
  uint64_t seed =
      (launch.options.seed + 1) * 0x9E3779B97F4A7C15u ^ (index + 1) * 0xD1B54A32D192ED03u;
  Group group(launch, seed ? seed : 1);
  for (int i = 0; i < 4; ++i)
    group.random.next();
  group.threads.resize(uint64_t{blocksPerGroup} * threadsPerBlock);
  group.nextClock =
      blocksPerGroup * ((threadsPerBlock + warpSize - 1) / warpSize) * uint32_t{clockStride};
  std::vector<char *> windows;
  for (uint32_t place = 0; place < blocksPerGroup; ++place) {
    if (place % clusterBlocks == 0) {
      char *first = takeWindows(clusterBlocks);
      if (!first)
        return createStringError("no room below 4 GiB for the shared memory of all blocks");
      windows.push_back(first);
    }
    addBlock(group, index * blocksPerGroup + place, place,
             windows.back() + place % clusterBlocks * windowBytes);
  }
  size_t stackBytes = launch.options.stackBytes;
  if (!kernel.blocks) {
    if (Error error = runLoop(group))
      return error;
  } else {
    for (Thread &thread : group.threads) {
      thread.stack = takeStack(stackBytes);
      if (!thread.stack)
        return createStringError("no memory for the stacks of all threads");
      thread.stackPointer =
          prepareFiber(thread.stack, stackBytes, thread.index, startThread, &thread);
    }
    runGroup(group);
    for (Thread &thread : group.threads)
      giveStack(thread.stack, stackBytes);
  }
  for (char *first : windows)
    giveWindows(first, clusterBlocks);
  return Error::success();
}

Error Grid::run() {
  uint64_t blocks = config.grid.count();
  blocksPerGroup = config.cooperative ? static_cast<uint32_t>(blocks) : clusterBlocks;
  std::vector<uint32_t> order(blocks / blocksPerGroup);
  for (uint32_t i = 0; i < order.size(); ++i)
    order[i] = i;
  Random random{launch.options.seed * 0x9E3779B97F4A7C15u + 77};
  random.next();
  if (launch.options.schedule == Schedule::Reverse)
    std::reverse(order.begin(), order.end());
  else if (launch.options.schedule != Schedule::InOrder)
    for (uint32_t i = static_cast<uint32_t>(order.size()); i > 1; --i)
      std::swap(order[i - 1], order[random.below(i)]);
  for (uint32_t index : order) {
    if (launch.reporter.isDone())
      break;
    if (Error error = runOne(index))
      return error;
  }
  return Error::success();
}

Expected<LaunchStats> Module::launch(StringRef name, const LaunchConfig &config,
                                     ArrayRef<void *> arguments, const Memory &memory,
                                     std::vector<Diagnostic> &diagnostics) {
  const KernelInfo *kernel = kernelInfo(name);
  if (!kernel)
    return createStringError("no kernel " + name);
  if (Error error = checkLaunch(*state, *kernel, config, arguments.size()))
    return error;
  auto start = std::chrono::steady_clock::now();
  LaunchStats stats;
  Reporter reporter(state->code.sites, diagnostics, state->options.stopAtFirst);
  GlobalShadow globalShadow(memory);
  SmallVector<void *> pointers(arguments);
  sim::Launch launch{state->code.sites,
                     state->options,
                     memory,
                     state->constants,
                     reporter,
                     stats,
                     state->options.globalRaces ? &globalShadow : nullptr,
                     config,
                     state->entries.at(name.str()),
                     pointers.data(),
                     pointers.size()};
  if (Error error = Grid(launch, *state, *kernel, config).run())
    return error;
  stats.milliseconds =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  return stats;
}

} // namespace weft::sim
