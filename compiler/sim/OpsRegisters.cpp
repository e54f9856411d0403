// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// setmaxnreg: warps give registers back to the pool of their block, others wait for them.
#include <algorithm>

#include "compiler/sim/Meet.h"

namespace weft::sim {

using Kind = Diagnostic::Kind;

constexpr uint32_t poolRegisters = 64 << 10;

/// What a thread has at the launch, where the kernel's bounds are its block: an equal share.
static uint32_t getRegisters(const Warp &warp) {
  if (warp.registers)
    return warp.registers;
  auto threads = static_cast<uint32_t>(warp.block->warps.size()) * warpSize;
  return std::min(poolRegisters / threads, 256u) / 8 * 8;
}

static uint32_t countFree(const Block &block) {
  uint32_t used = 0;
  for (const Warp &warp : block.warps)
    used += getRegisters(warp) * warpSize;
  return used < poolRegisters ? poolRegisters - used : 0;
}

static void release(Warp &warp, uint32_t mask, const Site &) {
  Thread &first = *warp.lanes[std::countr_zero(mask)];
  warp.registers = static_cast<uint32_t>(first.arguments[0]);
  for (Thread *thread : warp.block->registerWaits)
    wake(*thread);
  warp.block->registerWaits.clear();
}

static void doNothing(Warp &, uint32_t, const Site &) {}

static void setRegisters(Thread &thread, uint32_t site, uint64_t *arguments, uint64_t *results) {
  const Site &place = getSite(thread, site);
  Warp &warp = *thread.warp;
  bool increases = place.op.form[0] != 0;
  auto wanted = static_cast<uint32_t>(arguments[0]);
  if (wanted < 24 || wanted > 256 || wanted % 8)
    return abortGroup(thread, Kind::Protocol,
                      "asks for " + std::to_string(wanted) +
                          " registers: multiples of 8 from 24 to 256 are possible",
                      site);
  if (warp.registers && (increases ? wanted < warp.registers : wanted > warp.registers))
    thread.group->launch.reporter.report(
        thread, Kind::Protocol,
        "the warp has " + std::to_string(warp.registers) + " registers a thread and " +
            (increases ? "increases" : "decreases") + " to " + std::to_string(wanted),
        site);
  if (!increases)
    return meet(thread, allLanes, site, arguments, results, release, true);
  meet(thread, allLanes, site, arguments, results, doNothing, true);
  while (warp.registers != wanted) {
    if (countFree(*warp.block) + getRegisters(warp) * warpSize >= wanted * warpSize) {
      warp.registers = wanted;
    } else {
      warp.block->registerWaits.push_back(&thread);
      suspend(thread, place.name.c_str(), site);
    }
  }
}

std::optional<Op> findRegisterOp(llvm::StringRef name) {
  if (name == "setmaxnreg.inc.sync.aligned.u32" || name == "setmaxnreg.dec.sync.aligned.u32")
    return Op{setRegisters, true, {name.starts_with("setmaxnreg.inc")}};
  return std::nullopt;
}

} // namespace weft::sim
