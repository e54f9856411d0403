// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What runs: threads in warps in blocks in groups. A group is what must be resident together: a
// block, a cluster, or the whole grid of a cooperative launch. Knows nothing of LLVM IR.
#ifndef COMPILER_SIM_ENGINE_H
#define COMPILER_SIM_ENGINE_H

#include <bit>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "compiler/sim/GlobalShadow.h"
#include "compiler/sim/Op.h"
#include "compiler/sim/Shadow.h"
#include "compiler/sim/Simulator.h"
#include "compiler/sim/SpecialRegisters.h"

namespace weft::sim {

struct Warp;
struct Block;
struct Group;
struct Mbarrier;
struct Cluster;
struct Transfer;
struct WarpGroup;
struct BulkCopies;

constexpr uint32_t warpSize = 32, allLanes = 0xFFFFFFFF;

/// A cp.async on its way: `filled` of `bytes` come from the source, the rest are zeros.
struct AsyncCopy {
  char *destination;
  const char *source;
  uint32_t bytes, filled, site;
  bool landed;
};

/// Generated code reads `special` and `shared`; the rest is ours.
struct Thread {
  uint32_t special[specialRegisterCount] = {};
  char *shared = nullptr;

  Group *group = nullptr;
  Block *block = nullptr;
  Warp *warp = nullptr;
  uint32_t index = 0, lane = 0;
  void *stackPointer = nullptr;
  char *stack = nullptr;
  /// What the thread waits in, for the report of a deadlock.
  const char *waiting = nullptr;
  uint32_t waitingSite = 0;
  bool done = false;
  uint64_t *arguments = nullptr, *results = nullptr;
  /// The mbarrier it waits for, and the parity of the phase.
  Mbarrier *awaited = nullptr;
  /// Plain loads, and some of the last: address and site.
  uint32_t reads = 0;
  std::pair<const void *, uint32_t> sampledReads[8] = {};
  uint32_t awaitedParity = 0;
  /// Arrived at the barrier of the cluster, in that phase, and has not waited yet.
  bool isInCluster = false;
  std::shared_ptr<BulkCopies> bulk;
  uint32_t clusterPhase = 0;
  std::vector<AsyncCopy> openCopies;
  std::deque<std::vector<AsyncCopy>> copyGroups;
};
static_assert(offsetof(Thread, shared) == sharedOffset);

/// A warp-wide operation that some lanes of its mask have reached.
struct Meeting {
  const Op *op;
  uint32_t site, mask, arrived;
  void (*run)(Warp &, uint32_t mask, const Site &);
};

struct Warp {
  uint32_t index = 0, live = 0, runnable = 0;
  /// Lanes that yielded since all others had their turn.
  uint32_t behind = 0;
  Thread *lanes[warpSize] = {};
  std::vector<Meeting> meetings;
  Block *block = nullptr;
  /// Index in the clocks of the group, its own clock, and how often its lanes were ordered.
  uint32_t clockIndex = 0, syncs = 0;
  Clock clock;
  /// Whether a fence came that atomics may carry on, and what was seen by atomics that no fence has
  /// ordered yet.
  bool isFenced = false;
  Clock seen;
  /// Groups of products that it committed, and the last that it waited for.
  uint32_t committedProducts = 0, finishedProducts = 0;
  /// Of each thread, as setmaxnreg has set it; 0 for what the launch gave.
  uint32_t registers = 0;
  /// When registers of products were read last, and the last wgmma.fence.
  uint32_t registerTime = 0, touchedAt = 0, fencedAt = 0;
  /// One more than the phase of the cluster's barrier where a lane arrived last, and at what site.
  uint32_t clusterPhase = 0, clusterSite = 0;
};

/// One of the sixteen barriers of a block.
struct NamedBarrier {
  uint32_t needed = 0, arrived = 0, reduced = 0, popc = 0;
  bool isAll = false;
  std::vector<Thread *> waiting;
  Clock clock;
};

struct Block {
  Group *group = nullptr;
  Dim3 id{0, 0, 0};
  /// Counted from 1 in the grid, x fastest.
  uint32_t number = 0;
  uint32_t rank = 0, sharedBytes = 0, liveThreads = 0;
  char *shared = nullptr;
  std::vector<Warp> warps;
  NamedBarrier barriers[16];
  /// By their offsets; they stay when they end.
  std::map<uint32_t, std::shared_ptr<Mbarrier>> mbarriers;
  std::map<uint32_t, std::shared_ptr<WarpGroup>> warpGroups;
  /// Threads that wait until others give registers back.
  std::vector<Thread *> registerWaits;
  std::unique_ptr<Shadow> shadow;
  std::shared_ptr<Cluster> cluster;
  /// When warps of other blocks touched this one's shared memory last, and what the threads that
  /// have ended knew.
  Clock remote, leaving;
  uint32_t remoteSite = 0;
};

/// xorshift64: the same numbers everywhere.
struct Random {
  uint64_t state;
  uint64_t next() {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
  }
  uint32_t below(uint32_t bound) {
    return static_cast<uint32_t>((uint64_t{static_cast<uint32_t>(next())} * bound) >> 32);
  }
};

/// Collects what went wrong in a launch, each pair of sites once.
class Reporter {
public:
  Reporter(const std::vector<Site> &sites, std::vector<Diagnostic> &diagnostics, bool stopAtFirst)
      : sites(sites), diagnostics(diagnostics), stopAtFirst(stopAtFirst) {}
  void report(const Thread &thread, Diagnostic::Kind kind, const std::string &text, uint32_t site,
              uint32_t otherSite = 0);
  std::string describe(uint32_t site) const;
  size_t count() const { return diagnostics.size(); }
  /// True when enough is known.
  bool isDone() const { return stopAtFirst && !seen.empty(); }

private:
  const std::vector<Site> &sites;
  std::vector<Diagnostic> &diagnostics;
  bool stopAtFirst;
  std::set<std::tuple<Diagnostic::Kind, uint32_t, uint32_t>> seen;
};

/// What all groups of a launch share.
struct Launch {
  const std::vector<Site> &sites;
  const Options &options;
  const Memory &memory;
  /// Of the module's own constants.
  const Memory &constants;
  Reporter &reporter;
  LaunchStats &stats;
  GlobalShadow *globalShadow;
  const LaunchConfig &config;
  void (*entry)(Thread *, void **);
  void **arguments;
  size_t argumentCount;
};

struct Group {
  Group(Launch &launch, uint64_t seed) : launch(launch), random{seed} {}
  Launch &launch;
  Random random;
  void *schedulerStack = nullptr;
  Thread *current = nullptr;
  std::vector<std::unique_ptr<Block>> blocks;
  std::vector<Thread> threads;
  std::vector<Warp *> order;
  uint32_t live = 0;
  Warp *yielded = nullptr;
  uint64_t spins = 0;
  /// Samples in a row that were known, see watchReads().
  uint64_t spinReads = 0;
  bool isAborted = false;
  /// Whether anything came to a barrier since all waits gave up, and how often they did in a row.
  bool isMoving = true;
  /// Bulk copies that have not finished.
  std::vector<std::shared_ptr<Transfer>> transfers;
  uint32_t expiries = 0;
  /// Where the next engine's entries of the clocks begin.
  uint32_t nextClock = 0;
  uint32_t takeClock() { return std::exchange(nextClock, nextClock + clockStride); }
  /// Clocks that atomics carry, by address.
  std::map<uintptr_t, Clock> atomicClocks;
  /// The bounds of the stack that a plain loop runs on; accesses there are the thread's own.
  uintptr_t loopStackLow = 0, loopStackHigh = 0;
  /// The range of device memory that was touched last.
  std::pair<uintptr_t, uintptr_t> lastRange{0, 0};
};

/// Leaves the thread until somebody wakes it.
void suspend(Thread &thread, const char *waiting, uint32_t site);
inline void wake(Thread &thread);
/// Lets others run; the thread stays runnable, and its warp goes behind all others.
void yield(Thread &thread);
/// Reports and ends the group. Does not return to a thread on a fiber.
void abortGroup(Thread &thread, Diagnostic::Kind kind, const std::string &text, uint32_t site);
/// The thread's end, from wherever it is. Does not return.
void finishThread(Thread &thread);
/// Runs the threads of a prepared group to their end or to the first thing that stops all.
void runGroup(Group &group);
void startThread(void *thread);

/// What the ops do when a thread ends.
void leaveWarp(Thread &thread);
void leaveBarriers(Thread &thread);
void leaveCluster(Thread &thread);
void leaveBulk(Thread &thread);
void landAllCopies(Thread &thread);

/// Orders all that the warp did before `clock` is acquired.
void release(Warp &warp, Clock &clock);
void acquire(Warp &warp, const Clock &clock);

/// Looks whether the thread waits in a loop of plain loads; called once in so many of them.
void watchReads(Thread &thread, const void *address, uint32_t site);
constexpr uint32_t readsPerSample = 1021;

/// What an atomic hands over: with an ordering of its own all that its warp knows, without one only
/// what fences have ordered.
void carryOrder(Thread &thread, uintptr_t address, AccessKind kind, bool isOrdered);

/// Checks an access and returns where it may go: `address`, or bytes of nobody.
void *checkAccess(Thread &thread, void *address, uint32_t bytes, uint32_t alignLog2, unsigned space,
                  AccessKind kind, uint32_t site);

/// The same for what an asynchronous copy will write: false where it must not happen.
bool checkCopyTarget(Thread &thread, char *target, uint32_t bytes, uint32_t alignLog2,
                     uint32_t site);

inline void wake(Thread &thread) { thread.warp->runnable |= 1u << thread.lane; }

inline const Site &getSite(const Thread &thread, uint32_t site) {
  return thread.group->launch.sites[site];
}

template <class Function> void forEachLane(uint32_t mask, Function function) {
  for (; mask; mask &= mask - 1)
    function(static_cast<uint32_t>(std::countr_zero(mask)));
}

} // namespace weft::sim

#endif
