// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// cp.async: copies from device to shared memory that land at some moment until a wait.
#include <cstring>

#include "compiler/sim/Transfer.h"

namespace weft::sim {

enum { BytesAt, HasFillAt };

static void land(Thread &thread, AsyncCopy &copy) {
  if (!copy.landed) {
    std::memcpy(copy.destination, copy.source, copy.filled);
    std::memset(copy.destination + copy.filled, 0, copy.bytes - copy.filled);
  }
  copy.landed = true;
}

static void finish(Thread &thread, AsyncCopy &copy) {
  land(thread, copy);
  if (Shadow *shadow = thread.block->shadow.get())
    shadow->endWrite(thread, static_cast<uint32_t>(copy.destination - thread.shared), copy.bytes,
                     copy.site);
}

static void copyAsync(Thread &thread, uint32_t site, uint64_t *arguments, uint64_t *) {
  const int *form = getSite(thread, site).op.form;
  Launch &launch = thread.group->launch;
  auto bytes = static_cast<uint32_t>(form[BytesAt]), filled = bytes;
  if (form[HasFillAt])
    filled = static_cast<uint32_t>(arguments[2]);
  if (filled > bytes) {
    launch.reporter.report(
        thread, Diagnostic::Kind::Protocol,
        "asks for " + std::to_string(filled) + " of " + std::to_string(bytes) + " bytes", site);
    filled = bytes;
  }
  auto *destination = reinterpret_cast<char *>(arguments[0]);
  auto *source = reinterpret_cast<char *>(arguments[1]);
  auto log2 = static_cast<uint32_t>(std::countr_zero(bytes));
  if (filled)
    source =
        static_cast<char *>(checkAccess(thread, source, filled, log2, 1, AccessKind::Read, site));
  if (!checkCopyTarget(thread, destination, bytes, log2, site))
    return;
  ++launch.stats.asyncCopies;
  if (Shadow *shadow = thread.block->shadow.get())
    shadow->beginWrite(thread, static_cast<uint32_t>(destination - thread.shared), bytes, site);
  AsyncCopy copy{destination, source, bytes, filled, site, false};
  AsyncCopies when = launch.options.asyncCopies;
  // What a check redirected is gone soon: such a copy lands at once.
  bool isRedirected = filled && source != reinterpret_cast<char *>(arguments[1]);
  if (isRedirected || when == AsyncCopies::Eager ||
      (when == AsyncCopies::Mixed && thread.group->random.below(2)))
    land(thread, copy);
  thread.openCopies.push_back(copy);
}

static void commit(Thread &thread, uint32_t, uint64_t *, uint64_t *) {
  thread.copyGroups.push_back(std::move(thread.openCopies));
  thread.openCopies.clear();
}

/// cp.async.mbarrier.arrive: when all copies of the thread until now have landed, it arrives.
/// Without noinc the phase waits for one arrival more than it was told.
static void arriveBehind(Thread &thread, uint32_t site, uint64_t *arguments, uint64_t *) {
  Mbarrier *barrier = findMbarrier(thread, arguments[0], AccessKind::AtomicWrite, site);
  if (!barrier)
    return;
  if (!getSite(thread, site).op.form[0]) {
    ++barrier->pending;
    storeWord(*barrier);
  }
  auto copies = std::make_shared<std::vector<AsyncCopy>>(std::move(thread.openCopies));
  thread.openCopies.clear();
  for (auto &group : thread.copyGroups)
    copies->insert(copies->end(), group.begin(), group.end());
  thread.copyGroups.clear();
  Clock clock;
  release(*thread.warp, clock);
  auto transfer = std::make_shared<Transfer>();
  transfer->thread = &thread;
  transfer->site = site;
  transfer->action = [&thread, barrier, copies, clock, site] {
    for (AsyncCopy &copy : *copies) {
      land(thread, copy);
      if (Shadow *shadow = thread.block->shadow.get())
        shadow->endAsyncWrite(
            static_cast<uint32_t>(copy.destination - thread.shared), copy.bytes,
            {Access::engine, false, false, true, barrier->time, barrier->engine, copy.site});
    }
    arriveWith(thread, *barrier, clock, site);
  };
  startTransfer(thread, transfer);
}

static void waitForAllBut(Thread &thread, size_t count) {
  finishActions(thread);
  for (; thread.copyGroups.size() > count; thread.copyGroups.pop_front())
    for (AsyncCopy &copy : thread.copyGroups.front())
      finish(thread, copy);
}

static void waitGroup(Thread &thread, uint32_t, uint64_t *arguments, uint64_t *) {
  waitForAllBut(thread, static_cast<uint32_t>(arguments[0]));
}

void landAllCopies(Thread &thread) {
  commit(thread, 0, nullptr, nullptr);
  waitForAllBut(thread, 0);
}

static void waitAll(Thread &thread, uint32_t, uint64_t *, uint64_t *) { landAllCopies(thread); }

std::optional<Op> findCopyOp(llvm::StringRef name) {
  if (!name.consume_front("cp.async."))
    return std::nullopt;
  // None of these waits for another thread, but what they leave open needs the thread's end.
  if (name == "commit.group")
    return Op{commit, true, {}};
  if (name == "wait.group")
    return Op{waitGroup, true, {}};
  if (name == "wait.all")
    return Op{waitAll, true, {}};
  llvm::StringRef arrive = name;
  if (arrive.consume_front("mbarrier.arrive")) {
    bool isCounted = arrive.consume_front(".noinc");
    if (arrive.empty() || arrive == ".shared")
      return Op{arriveBehind, true, {isCounted}};
  }
  bool hasFill = name.consume_back(".s");
  int bytes = name == "ca.shared.global.4"                                     ? 4
              : name == "ca.shared.global.8"                                   ? 8
              : name == "ca.shared.global.16" || name == "cg.shared.global.16" ? 16
                                                                               : 0;
  if (!bytes)
    return std::nullopt;
  return Op{copyAsync, true, {bytes, hasFill}};
}

} // namespace weft::sim
