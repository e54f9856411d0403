// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The named barriers of a block.
#include <algorithm>

#include "compiler/sim/Engine.h"

namespace weft::sim {

enum BarrierMode { Sync, Arrive, ReduceAnd, ReduceOr, ReducePopc };
/// Op::form: mode, whether the count is given, whether the warp must be together.
enum { ModeAt, HasCountAt, AlignedAt };

static void complete(Block &block, NamedBarrier &barrier) {
  ++block.group->launch.stats.barriers;
  std::vector<Thread *> waiting = std::move(barrier.waiting);
  barrier.waiting.clear();
  Warp *last = nullptr;
  for (Thread *thread : waiting) {
    uint32_t all = barrier.arrived, votes = barrier.popc;
    if (thread->results)
      switch (getSite(*thread, thread->waitingSite).op.form[ModeAt]) {
      case ReduceAnd:
        thread->results[0] = votes == all;
        break;
      case ReduceOr:
        thread->results[0] = votes != 0;
        break;
      case ReducePopc:
        thread->results[0] = votes;
        break;
      }
    if (thread->warp != last)
      acquire(*thread->warp, barrier.clock);
    last = thread->warp;
    wake(*thread);
  }
  barrier.arrived = barrier.popc = 0;
  barrier.clock.clear();
}

static bool isComplete(const Block &block, const NamedBarrier &barrier) {
  return barrier.arrived && barrier.arrived == (barrier.isAll ? block.liveThreads : barrier.needed);
}

/// Lanes of one warp that wait in the barrier elsewhere in the code.
static void checkAligned(Thread &thread, const NamedBarrier &barrier, uint32_t site) {
  Reporter &reporter = thread.group->launch.reporter;
  if (barrier.waiting.empty())
    return;
  const Thread &before = *barrier.waiting.back();
  if (before.warp == thread.warp && before.waitingSite != site)
    reporter.report(thread, Diagnostic::Kind::Divergence,
                    "lanes of one warp are at different barriers: the other is " +
                        reporter.describe(before.waitingSite),
                    site, before.waitingSite);
}

static void arriveAtBarrier(Thread &thread, uint32_t site, uint64_t *arguments, uint64_t *results) {
  const Site &place = getSite(thread, site);
  const int *form = place.op.form;
  Block &block = *thread.block;
  auto id = static_cast<uint32_t>(arguments[0]);
  if (id >= 16)
    return abortGroup(thread, Diagnostic::Kind::Protocol,
                      "barrier " + std::to_string(id) + ": a block has 16", site);
  NamedBarrier &barrier = block.barriers[id];
  bool isAll = !form[HasCountAt];
  uint32_t needed = isAll ? 0 : static_cast<uint32_t>(arguments[1]);
  if (!isAll && (needed == 0 || needed % warpSize))
    return abortGroup(thread, Diagnostic::Kind::Protocol,
                      "a barrier counts whole warps, got " + std::to_string(needed) + " threads",
                      site);
  if (barrier.arrived == 0) {
    barrier.isAll = isAll;
    barrier.needed = needed;
  } else if (barrier.isAll != isAll || barrier.needed != needed) {
    return abortGroup(thread, Diagnostic::Kind::Protocol,
                      "barrier " + std::to_string(id) + ": threads came with different counts",
                      site);
  }
  if (form[AlignedAt])
    checkAligned(thread, barrier, site);
  ++barrier.arrived;
  release(*thread.warp, barrier.clock);
  if (form[ModeAt] >= ReduceAnd)
    barrier.popc += static_cast<uint32_t>(arguments[form[HasCountAt] ? 2 : 1] & 1);
  if (form[ModeAt] == Arrive) {
    if (isComplete(block, barrier))
      complete(block, barrier);
    return;
  }
  thread.results = form[ModeAt] >= ReduceAnd ? results : nullptr;
  thread.waitingSite = site;
  barrier.waiting.push_back(&thread);
  if (isComplete(block, barrier)) {
    complete(block, barrier);
    thread.warp->runnable &= ~(1u << thread.lane);
    return;
  }
  suspend(thread, place.name.c_str(), site);
}

void leaveBarriers(Thread &thread) {
  // Threads that have ended are not waited for.
  for (NamedBarrier &barrier : thread.block->barriers)
    if (barrier.isAll && isComplete(*thread.block, barrier))
      complete(*thread.block, barrier);
}

std::optional<Op> findBarrierOp(llvm::StringRef name) {
  if (!name.consume_front("barrier.cta."))
    return std::nullopt;
  int mode = name.consume_front("sync.")       ? Sync
             : name.consume_front("arrive.")   ? Arrive
             : name.consume_front("red.and.")  ? ReduceAnd
             : name.consume_front("red.or.")   ? ReduceOr
             : name.consume_front("red.popc.") ? ReducePopc
                                               : -1;
  bool isAligned = name.consume_front("aligned.");
  if (mode < 0 || (name != "all" && name != "count"))
    return std::nullopt;
  return Op{arriveAtBarrier, true, {mode, name == "count", isAligned}};
}

} // namespace weft::sim
