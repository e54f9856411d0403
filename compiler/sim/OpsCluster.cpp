// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The barrier of a cluster and addresses of shared memory of its other blocks.
#include "compiler/sim/Cluster.h"
#include "compiler/sim/Fiber.h"
#include "compiler/sim/Mbarrier.h"

namespace weft::sim {

using Kind = Diagnostic::Kind;

/// Op::form.
enum { RelaxedAt, AlignedAt };

static void completeIfAll(Group &group, Cluster &cluster) {
  if (cluster.arrived == 0 || cluster.arrived != cluster.live)
    return;
  ++group.launch.stats.barriers;
  group.isMoving = true;
  cluster.arrived = 0;
  ++cluster.phase;
  cluster.completed = std::move(cluster.arriving);
  cluster.arriving.clear();
  for (Thread *thread : cluster.waiting)
    wake(*thread);
  cluster.waiting.clear();
}

static void arrive(Thread &thread, uint32_t site, uint64_t *, uint64_t *) {
  const int *form = getSite(thread, site).op.form;
  Cluster &cluster = *thread.block->cluster;
  Warp &warp = *thread.warp;
  Reporter &reporter = thread.group->launch.reporter;
  if (thread.isInCluster)
    return abortGroup(thread, Kind::Protocol,
                      "arrives at the barrier of the cluster again without a wait between", site);
  if (form[AlignedAt] && warp.clusterPhase == cluster.phase + 1 && warp.clusterSite != site)
    reporter.report(thread, Kind::Divergence,
                    "lanes of one warp are at different barriers: the other is " +
                        reporter.describe(warp.clusterSite),
                    site, warp.clusterSite);
  warp.clusterPhase = cluster.phase + 1;
  warp.clusterSite = site;
  thread.isInCluster = true;
  thread.clusterPhase = cluster.phase;
  if (form[RelaxedAt]) {
    // Only what a fence for barriers published goes along.
    if (cluster.arriving.size() < warp.clock.size())
      cluster.arriving.resize(warp.clock.size());
    for (size_t i = ForBarriers; i < warp.clock.size(); i += clockStride)
      cluster.arriving[i] = std::max(cluster.arriving[i], warp.clock[i]);
  } else {
    release(warp, cluster.arriving);
  }
  ++cluster.arrived;
  completeIfAll(*thread.group, cluster);
}

static void wait(Thread &thread, uint32_t site, uint64_t *, uint64_t *) {
  Cluster &cluster = *thread.block->cluster;
  if (!thread.isInCluster)
    return abortGroup(thread, Kind::Protocol,
                      "waits at the barrier of the cluster, where it has not arrived", site);
  if (cluster.phase == thread.clusterPhase) {
    cluster.waiting.push_back(&thread);
    suspend(thread, getSite(thread, site).name.c_str(), site);
  }
  thread.isInCluster = false;
  acquire(*thread.warp, cluster.completed);
}

static void mapRank(Thread &thread, uint32_t site, uint64_t *arguments, uint64_t *results) {
  const Cluster &cluster = *thread.block->cluster;
  auto rank = static_cast<uint32_t>(arguments[1]);
  if (rank >= cluster.blocks.size())
    return abortGroup(thread, Kind::Protocol,
                      "asks for block " + std::to_string(rank) + " of a cluster of " +
                          std::to_string(cluster.blocks.size()),
                      site);
  results[0] =
      reinterpret_cast<uint64_t>(cluster.blocks[rank]->shared) + (arguments[0] & (windowBytes - 1));
}

static void getRank(Thread &thread, uint32_t, uint64_t *arguments, uint64_t *results) {
  results[0] = thread.block->rank;
  for (const Block *block : thread.block->cluster->blocks)
    if (arguments[0] - reinterpret_cast<uint64_t>(block->shared) < windowBytes)
      results[0] = block->rank;
}

static void isCluster(Thread &thread, uint32_t, uint64_t *, uint64_t *results) {
  results[0] = thread.block->cluster->blocks.size() > 1;
}

void checkAlive(Thread &thread, const Block &block, uint32_t site) {
  if (block.liveThreads == 0)
    thread.group->launch.reporter.report(thread, Kind::Protocol,
                                         "touches shared memory of block " +
                                             std::to_string(block.rank) +
                                             " of its cluster, which has ended",
                                         site);
}

void noteRemoteAccess(Thread &thread, Block &block, uint32_t site) {
  checkAlive(thread, block, site);
  const Warp &warp = *thread.warp;
  if (block.remote.size() <= warp.clockIndex)
    block.remote.resize(warp.clockIndex + 1);
  block.remote[warp.clockIndex] = warp.clock[warp.clockIndex];
  block.remoteSite = site;
}

/// The last thread of a block ends: copies and others must be done with its memory, and some thread
/// must know.
static void checkRemote(Thread &thread) {
  Block &block = *thread.block;
  Launch &launch = thread.group->launch;
  for (auto &[offset, barrier] : block.mbarriers)
    if (barrier->copySite && launch.options.races &&
        (barrier->inFlight || barrier->engine >= block.leaving.size() ||
         block.leaving[barrier->engine] < barrier->copyTime))
      launch.reporter.report(thread, Diagnostic::Kind::Race,
                             "the block ends, and no thread has waited for the copy into its "
                             "shared memory at " +
                                 launch.reporter.describe(barrier->copySite),
                             barrier->copySite);
  for (size_t i = 0; i < block.remote.size() && launch.options.races; ++i) {
    if (block.remote[i] == 0 || (i < block.leaving.size() && block.remote[i] <= block.leaving[i]))
      continue;
    launch.reporter.report(thread, Kind::Race,
                           "the block ends, and nothing orders that behind what another block "
                           "does with its shared memory at " +
                               launch.reporter.describe(block.remoteSite),
                           block.remoteSite);
    return;
  }
}

void leaveCluster(Thread &thread) {
  Block &block = *thread.block;
  Cluster &cluster = *block.cluster;
  if (thread.isInCluster && thread.clusterPhase == cluster.phase)
    --cluster.arrived;
  --cluster.live;
  join(block.leaving, thread.warp->clock);
  if (block.liveThreads == 0)
    checkRemote(thread);
  completeIfAll(*thread.group, cluster);
}

std::optional<Op> findClusterOp(llvm::StringRef name) {
  if (name == "mapa" || name == "mapa.shared.cluster")
    return Op{mapRank, true, {}};
  if (name == "getctarank" || name == "getctarank.shared.cluster")
    return Op{getRank, true, {}};
  if (name == "is_explicit_cluster")
    return Op{isCluster, true, {}};
  if (!name.consume_front("barrier.cluster."))
    return std::nullopt;
  bool isAligned = name.consume_back(".aligned");
  if (name == "arrive" || name == "arrive.relaxed")
    return Op{arrive, true, {name == "arrive.relaxed", isAligned}};
  if (name == "wait")
    return Op{wait, true, {0, isAligned}};
  return std::nullopt;
}

} // namespace weft::sim
