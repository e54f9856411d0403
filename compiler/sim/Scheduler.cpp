// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Who runs next, and what it means when nobody can.
#include <algorithm>
#include <map>

#include "compiler/sim/Engine.h"
#include "compiler/sim/Fiber.h"
#include "compiler/sim/Transfer.h"

namespace weft::sim {

void suspend(Thread &thread, const char *waiting, uint32_t site) {
  thread.waiting = waiting;
  thread.waitingSite = site;
  weftSimSwitch(&thread.stackPointer, thread.group->schedulerStack);
}

void yield(Thread &thread) {
  // A kernel without operations that wait runs as a loop, and has nobody to yield to.
  if (!thread.stack)
    return;
  wake(thread);
  thread.warp->behind |= 1u << thread.lane;
  thread.group->yielded = thread.warp;
  suspend(thread, nullptr, 0);
}

void abortGroup(Thread &thread, Diagnostic::Kind kind, const std::string &text, uint32_t site) {
  thread.group->launch.reporter.report(thread, kind, text, site);
  thread.group->isAborted = true;
  // Nobody runs while the scheduler lets copies land.
  if (Thread *current = thread.group->current)
    suspend(*current, nullptr, site);
}

void finishThread(Thread &thread) {
  Group &group = *thread.group;
  if (!isStackWhole(thread.stack))
    group.launch.reporter.report(thread, Diagnostic::Kind::Protocol,
                                 "the thread's stack overflowed: raise Options::stackBytes", 0);
  landAllCopies(thread);
  leaveBulk(thread);
  thread.done = true;
  thread.warp->live &= ~(1u << thread.lane);
  --thread.block->liveThreads;
  --group.live;
  leaveWarp(thread);
  leaveBarriers(thread);
  leaveCluster(thread);
  suspend(thread, nullptr, 0);
}

void startThread(void *argument) {
  Thread &thread = *static_cast<Thread *>(argument);
  const Launch &launch = thread.group->launch;
  launch.entry(&thread, launch.arguments);
  finishThread(thread);
}

static void reportDeadlock(Group &group) {
  std::map<std::string, unsigned> counts;
  Thread *first = nullptr;
  for (Thread &thread : group.threads)
    if (!thread.done) {
      ++counts[describeWait(thread)];
      if (!first)
        first = &thread;
    }
  std::string text = "deadlock:";
  const char *separator = " ";
  for (auto &[what, count] : counts) {
    text +=
        separator + std::to_string(count) + (count == 1 ? " thread in " : " threads in ") + what;
    separator = "; ";
  }
  unsigned done = group.threads.size() - group.live;
  if (done)
    text += separator + std::to_string(done) + " at their end";
  group.launch.reporter.report(*first, Diagnostic::Kind::Deadlock, text, first->waitingSite);
}

/// Priority: now and then two warps change places, so that one may run far ahead for a while.
static void changePriorities(Group &group, uint32_t &left) {
  if (--left)
    return;
  left = 1 + group.random.below(128);
  uint32_t warps = static_cast<uint32_t>(group.order.size());
  std::swap(group.order[group.random.below(warps)], group.order[group.random.below(warps)]);
}

static Warp *chooseWarp(Group &group, std::vector<Warp *> &runnable) {
  if (group.launch.options.schedule != Schedule::Uniform) {
    for (Warp *warp : group.order)
      if (warp->runnable)
        return warp;
    return nullptr;
  }
  runnable.clear();
  for (Warp *warp : group.order)
    if (warp->runnable)
      runnable.push_back(warp);
  return runnable.empty() ? nullptr
                          : runnable[group.random.below(static_cast<uint32_t>(runnable.size()))];
}

static uint32_t chooseLane(Group &group, Warp &warp) {
  uint32_t runnable = warp.runnable & ~warp.behind;
  if (!runnable) {
    warp.behind = 0;
    runnable = warp.runnable;
  }
  switch (group.launch.options.schedule) {
  case Schedule::InOrder:
    return std::countr_zero(runnable);
  case Schedule::Reverse:
    return 31 - std::countl_zero(runnable);
  default:
    uint32_t turn = group.random.below(warpSize);
    return (std::countr_zero(std::rotr(runnable, static_cast<int>(turn))) + turn) % warpSize;
  }
}

/// A warp that yielded goes behind all others. False when nothing but yields happen.
static bool demote(Group &group) {
  if (!group.yielded) {
    group.spins = 0;
    return true;
  }
  auto at = std::find(group.order.begin(), group.order.end(), group.yielded);
  std::rotate(at, at + 1, group.order.end());
  group.yielded = nullptr;
  return ++group.spins <= group.launch.options.livelockYields;
}

void runGroup(Group &group) {
  Schedule schedule = group.launch.options.schedule;
  for (auto &block : group.blocks)
    for (Warp &warp : block->warps)
      group.order.push_back(&warp);
  if (schedule == Schedule::Reverse)
    std::reverse(group.order.begin(), group.order.end());
  else if (schedule != Schedule::InOrder)
    for (uint32_t i = static_cast<uint32_t>(group.order.size()); i > 1; --i)
      std::swap(group.order[i - 1], group.order[group.random.below(i)]);
  std::vector<Warp *> runnable;
  uint32_t left = 64;
  while (group.live && !group.isAborted) {
    if (schedule == Schedule::Priority)
      changePriorities(group, left);
    Warp *warp = chooseWarp(group, runnable);
    if (runTransfers(group, !warp))
      continue;
    if (!warp) {
      if (expireWaits(group))
        continue;
      return reportDeadlock(group);
    }
    uint32_t lane = chooseLane(group, *warp);
    warp->runnable &= ~(1u << lane);
    Thread &thread = *warp->lanes[lane];
    group.current = &thread;
    ++group.launch.stats.resumes;
    weftSimSwitch(&group.schedulerStack, thread.stackPointer);
    if (!demote(group)) {
      group.launch.reporter.report(thread, Diagnostic::Kind::Livelock,
                                   "livelock: " + std::to_string(group.live) +
                                       " threads live, they only yield to each other",
                                   thread.waitingSite);
      return;
    }
  }
  drainTransfers(group);
}

} // namespace weft::sim
