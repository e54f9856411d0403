// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Fences. Execution is sequentially consistent: a fence only tells the race detector what later
// copies, barriers and atomics carry.
#include "compiler/sim/Engine.h"

namespace weft::sim {

/// What happened before holds for `entry`, too; what the warp does from now on does not.
static void mark(Warp &warp, ClockEntry entry) {
  // The last engine's entries may not all be there yet.
  warp.clock.resize((warp.clock.size() + clockStride - 1) / clockStride * clockStride);
  for (size_t i = 0; i + entry < warp.clock.size(); i += clockStride)
    warp.clock[i + entry] = std::max(warp.clock[i + entry], warp.clock[i]);
  ++warp.clock[warp.clockIndex];
}

template <ClockEntry Entry> static void fence(Thread &thread, uint32_t, uint64_t *, uint64_t *) {
  mark(*thread.warp, Entry);
}

static void fenceAtomics(Thread &thread, uint32_t, uint64_t *, uint64_t *) {
  Warp &warp = *thread.warp;
  warp.isFenced = true;
  acquire(warp, warp.seen);
  mark(warp, ForAtomics);
  if (thread.group->launch.globalShadow)
    thread.group->launch.globalShadow->fence(thread);
}

void carryOrder(Thread &thread, uintptr_t address, AccessKind kind, bool isOrdered) {
  Group &group = *thread.group;
  Warp &warp = *thread.warp;
  if (group.launch.globalShadow)
    group.launch.globalShadow->synchronise(thread, address, isWrite(kind), isOrdered);
  auto found = group.atomicClocks.find(address);
  if (found == group.atomicClocks.end()) {
    if (!isWrite(kind) || !(isOrdered || warp.isFenced))
      return;
    found = group.atomicClocks.emplace(address, Clock()).first;
  }
  Clock &object = found->second;
  if (isOrdered) {
    acquire(warp, object);
    if (isWrite(kind))
      release(warp, object);
    return;
  }
  join(warp.seen, object);
  if (!isWrite(kind) || !warp.isFenced)
    return;
  if (object.size() < warp.clock.size())
    object.resize(warp.clock.size());
  for (size_t i = 0; i < warp.clock.size(); i += clockStride)
    object[i] = std::max(object[i], warp.clock[i + ForAtomics]);
}

/// What it orders, device memory of one block or tensor maps, is not watched.
static void doNothing(Thread &, uint32_t, uint64_t *, uint64_t *) {}

std::optional<Op> findFenceOp(llvm::StringRef name) {
  if (name.starts_with("membar.") || name == "fence" || name == "fence.sc.cluster" ||
      name == "fence.acquire.sync_restrict.space.cluster.scope.cluster" ||
      name == "fence.release.sync_restrict.space.cta.scope.cluster")
    return Op{fenceAtomics, false, {}};
  if (name == "fence.mbarrier_init.release.cluster")
    return Op{fence<ForBarriers>, false, {}};
  if (name == "fence.proxy.async" || name == "fence.proxy.async.shared_cta" ||
      name == "fence.proxy.async.shared_cluster" || name.starts_with("fence.proxy.async_generic."))
    return Op{fence<ForAsync>, false, {}};
  if (name == "fence.proxy.async.global" || name.starts_with("fence.proxy.tensormap_generic."))
    return Op{doNothing, false, {}};
  return std::nullopt;
}

} // namespace weft::sim
