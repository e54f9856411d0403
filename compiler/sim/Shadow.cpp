// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/sim/Shadow.h"

#include <algorithm>

#include "compiler/sim/Cluster.h"

namespace weft::sim {

void join(Clock &clock, const Clock &other) {
  if (clock.size() < other.size())
    clock.resize(other.size());
  for (size_t i = 0; i < other.size(); ++i)
    clock[i] = std::max(clock[i], other[i]);
}

void release(Warp &warp, Clock &clock) {
  join(clock, warp.clock);
  ++warp.clock[warp.clockIndex];
}

void acquire(Warp &warp, const Clock &clock) {
  join(warp.clock, clock);
  ++warp.syncs;
}

static uint16_t getId(const Thread &thread) {
  return static_cast<uint16_t>(thread.block->rank * 1024 + thread.index);
}

Access makeAccess(const Thread &thread, bool atomic, uint32_t site) {
  const Warp &warp = *thread.warp;
  return {getId(thread), atomic, false, false, warp.clock[warp.clockIndex], warp.syncs, site};
}

uint32_t getClockIndex(const Thread &thread, uint16_t id) {
  const Block &block = *thread.block->cluster->blocks[id / 1024u];
  return block.warps[id % 1024 / warpSize].clockIndex;
}

bool isOrdered(const Thread &thread, const Access &before) {
  if (before.thread == Access::nobody || (before.thread == getId(thread) && !before.isMany))
    return true;
  const Warp &warp = *thread.warp;
  if (before.thread == Access::engine)
    return before.syncs < warp.clock.size() && before.clock <= warp.clock[before.syncs];
  uint32_t index = getClockIndex(thread, before.thread);
  if (index == warp.clockIndex)
    return before.syncs != warp.syncs;
  return index < warp.clock.size() && before.clock <= warp.clock[index];
}

Shadow::Shadow(uint32_t bytes, bool races, bool uninitialised)
    : cells(bytes), races(races), uninitialised(uninitialised) {}

void Shadow::reportRace(Thread &thread, uint32_t offset, const char *what, const Access &before,
                        uint32_t site) {
  Reporter &reporter = thread.group->launch.reporter;
  reporter.report(
      thread, Diagnostic::Kind::Race,
      std::string(what) + " at shared+" + std::to_string(offset) + ": thread " +
          std::to_string(thread.index) + " at " + reporter.describe(site) + " and before, " +
          (before.thread == Access::engine ? std::string("asynchronously")
                                           : "thread " + std::to_string(before.thread % 1024)) +
          " at " + reporter.describe(before.site) + "; nothing orders them",
      site, before.site);
}

void Shadow::addRead(Cell &cell, uint32_t offset, const Access &access) {
  // One entry for each warp is enough: its last read, and whether other lanes read beside it.
  auto isSameWarp = [&](const Access &other) {
    return other.thread / warpSize == access.thread / warpSize;
  };
  auto replace = [&](Access &reader) {
    bool isMany = reader.thread != Access::nobody && reader.syncs == access.syncs &&
                  (reader.isMany || reader.thread != access.thread);
    reader = access;
    reader.isMany = isMany;
  };
  for (Access &reader : cell.readers)
    if (reader.thread == Access::nobody || isSameWarp(reader))
      return replace(reader);
  cell.hasMoreReaders = true;
  std::vector<Access> &more = moreReaders[offset];
  auto same = std::find_if(more.begin(), more.end(), isSameWarp);
  if (same != more.end())
    replace(*same);
  else
    more.push_back(access);
}

void Shadow::access(Thread &thread, uint32_t offset, uint32_t bytes, AccessKind kind,
                    uint32_t site) {
  Access now = makeAccess(thread, isAtomic(kind), site);
  auto isRace = [&](const Access &before) {
    return !(before.isAtomic && now.isAtomic) && !isOrdered(thread, before);
  };
  for (uint32_t at = offset; at < offset + bytes && at < cells.size(); ++at) {
    Cell &cell = cells[at];
    if (uninitialised && !cell.isWritten && kind != AccessKind::Write)
      thread.group->launch.reporter.report(
          thread, Diagnostic::Kind::Uninitialised,
          "reads shared+" + std::to_string(at) + ", which no thread of the block wrote", site);
    cell.isWritten |= isWrite(kind);
    if (!races)
      continue;
    if (cell.pending)
      thread.group->launch.reporter.report(
          thread, Diagnostic::Kind::Race,
          "touches shared+" + std::to_string(at) + " while the copy issued at " +
              thread.group->launch.reporter.describe(cell.pendingSite) +
              " may still be on its way there: no wait covers it",
          site, cell.pendingSite);
    else if (isRace(cell.writer))
      reportRace(thread, at, isWrite(kind) ? "two writes" : "a read of what was written",
                 cell.writer, site);
    if (!isWrite(kind)) {
      addRead(cell, at, now);
      continue;
    }
    for (Access &reader : cell.readers) {
      if (isRace(reader))
        reportRace(thread, at, "a write of what was read", reader, site);
      reader = Access();
    }
    if (cell.hasMoreReaders) {
      for (const Access &reader : moreReaders[at])
        if (isRace(reader))
          reportRace(thread, at, "a write of what was read", reader, site);
      moreReaders.erase(at);
      cell.hasMoreReaders = false;
    }
    cell.writer = now;
  }
}

void Shadow::beginWrite(Thread &thread, uint32_t offset, uint32_t bytes, uint32_t site) {
  access(thread, offset, bytes, AccessKind::Write, site);
  for (uint32_t at = offset; at < offset + bytes && at < cells.size(); ++at) {
    ++cells[at].pending;
    cells[at].pendingSite = site;
  }
}

void Shadow::endWrite(Thread &thread, uint32_t offset, uint32_t bytes, uint32_t site) {
  Access now = makeAccess(thread, false, site);
  for (uint32_t at = offset; at < offset + bytes && at < cells.size(); ++at) {
    --cells[at].pending;
    cells[at].writer = now;
  }
}

} // namespace weft::sim
