// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shared memory as copies and products see it that run on their own, in the asynchronous proxy.
#include <algorithm>

#include "compiler/sim/Engine.h"

namespace weft::sim {

static bool covers(const Clock &clock, uint32_t entry, uint32_t time) {
  return entry < clock.size() && time <= clock[entry];
}

/// Whether what was before happened before what one with this clock issues.
static bool happened(const Thread &thread, const Clock &clock, const Access &before) {
  if (before.thread == Access::nobody)
    return true;
  uint32_t entry =
      before.thread == Access::engine ? before.syncs : getClockIndex(thread, before.thread);
  return covers(clock, entry, before.clock);
}

void Shadow::markWritten(uint32_t offset, uint32_t bytes) {
  for (uint32_t at = offset; at < offset + bytes && at < cells.size(); ++at)
    cells[at].isWritten = true;
}

/// Threads write through the generic proxy, and so does cp.async for them: others see that through
/// theirs only behind a fence.
void Shadow::checkProxy(Thread &thread, const Clock &clock, uint32_t offset, uint32_t site) {
  const Access &writer = cells[offset].writer;
  bool isEngine = writer.thread == Access::engine;
  if (!races || writer.thread == Access::nobody || (isEngine && !writer.isGeneric))
    return;
  uint32_t entry = isEngine ? writer.syncs : getClockIndex(thread, writer.thread);
  if (covers(clock, entry + ForAsync, writer.clock))
    return;
  Reporter &reporter = thread.group->launch.reporter;
  reporter.report(
      thread, Diagnostic::Kind::Race,
      "an asynchronous access of shared+" + std::to_string(offset) + ", which " +
          (isEngine ? std::string("cp.async") : "thread " + std::to_string(writer.thread % 1024)) +
          " wrote at " + reporter.describe(writer.site) + ": no fence.proxy.async is between",
      site, writer.site);
}

void Shadow::beginAsyncWrite(Thread &thread, uint32_t offset, uint32_t bytes, uint32_t site) {
  for (uint32_t at = offset; at < offset + bytes && at < cells.size(); ++at)
    if (cells[at].writer.thread != Access::nobody)
      checkProxy(thread, thread.warp->clock, at, site);
  beginWrite(thread, offset, bytes, site);
}

void Shadow::endAsyncWrite(uint32_t offset, uint32_t bytes, const Access &access) {
  for (uint32_t at = offset; at < offset + bytes && at < cells.size(); ++at) {
    Cell &cell = cells[at];
    --cell.pending;
    cell.writer = access;
    cell.isWritten = true;
  }
}

void Shadow::readAsync(Thread &thread, const Clock &clock, uint32_t offset, uint32_t bytes,
                       const Access &now) {
  Reporter &reporter = thread.group->launch.reporter;
  for (uint32_t at = offset; at < offset + bytes && at < cells.size(); ++at) {
    Cell &cell = cells[at];
    if (uninitialised && !cell.isWritten)
      reporter.report(thread, Diagnostic::Kind::Uninitialised,
                      "reads shared+" + std::to_string(at) + ", which no thread of the block wrote",
                      now.site);
    if (!races)
      continue;
    if (cell.pending)
      reporter.report(thread, Diagnostic::Kind::Race,
                      "reads shared+" + std::to_string(at) + " while the copy issued at " +
                          reporter.describe(cell.pendingSite) +
                          " may still be on its way there: no wait covers it",
                      now.site, cell.pendingSite);
    else if (!happened(thread, clock, cell.writer))
      reportRace(thread, at, "a read of what was written", cell.writer, now.site);
    else
      checkProxy(thread, clock, at, now.site);
    addEngineRead(cell, at, now);
  }
}

void Shadow::addEngineRead(Cell &cell, uint32_t offset, const Access &access) {
  auto isSame = [&](const Access &other) {
    return other.thread == Access::engine && other.syncs == access.syncs;
  };
  for (Access &reader : cell.readers)
    if (reader.thread == Access::nobody || isSame(reader)) {
      reader = access;
      return;
    }
  cell.hasMoreReaders = true;
  std::vector<Access> &more = moreReaders[offset];
  auto same = std::find_if(more.begin(), more.end(), isSame);
  if (same != more.end())
    *same = access;
  else
    more.push_back(access);
}

} // namespace weft::sim
