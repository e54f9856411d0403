// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// cp.async: copies from device to shared memory that land at some moment until a wait.
#include <cstring>

#include "compiler/sim/Engine.h"

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

static void waitForAllBut(Thread &thread, size_t count) {
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
