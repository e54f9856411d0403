// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/sim/Meet.h"

#include <algorithm>

namespace weft::sim {

static void complete(Warp &warp, size_t index) {
  Meeting meeting = warp.meetings[index];
  warp.meetings.erase(warp.meetings.begin() + static_cast<ptrdiff_t>(index));
  Group &group = *warp.block->group;
  ++group.launch.stats.collectives;
  meeting.run(warp, meeting.arrived, group.launch.sites[meeting.site]);
  warp.runnable |= meeting.arrived;
}

void meet(Thread &thread, uint32_t mask, uint32_t site, uint64_t *arguments, uint64_t *results,
          void (*run)(Warp &, uint32_t mask, const Site &), bool aligned) {
  Warp &warp = *thread.warp;
  const Op &op = getSite(thread, site).op;
  Reporter &reporter = thread.group->launch.reporter;
  uint32_t self = 1u << thread.lane;
  if (!(mask & self)) {
    reporter.report(thread, Diagnostic::Kind::Divergence,
                    "lane " + std::to_string(thread.lane) + " is not in its own mask", site);
    results[0] = 0;
    return;
  }
  if (aligned && (mask & warp.live) != allLanes)
    reporter.report(thread, Diagnostic::Kind::Divergence,
                    "needs all 32 lanes, but some of the warp have ended or never were", site);
  thread.arguments = arguments;
  thread.results = results;
  auto isSame = [&](const Meeting &meeting) {
    return meeting.run == run && meeting.mask == mask &&
           std::equal(std::begin(op.form), std::end(op.form), meeting.op->form);
  };
  auto found = std::find_if(warp.meetings.begin(), warp.meetings.end(), isSame);
  if (found == warp.meetings.end())
    found = warp.meetings.insert(found, {&op, site, mask, 0, run});
  else if (aligned && found->site != site)
    reporter.report(thread, Diagnostic::Kind::Divergence,
                    "lanes of one warp are at different instructions: the other is " +
                        reporter.describe(found->site),
                    site, found->site);
  found->arrived |= self;
  if (found->arrived == (mask & warp.live)) {
    complete(warp, static_cast<size_t>(found - warp.meetings.begin()));
    warp.runnable &= ~self;
    return;
  }
  suspend(thread, getSite(thread, site).name.c_str(), site);
}

void leaveWarp(Thread &thread) {
  Warp &warp = *thread.warp;
  for (size_t i = 0; i < warp.meetings.size();) {
    const Meeting &meeting = warp.meetings[i];
    if (meeting.arrived == (meeting.mask & warp.live))
      complete(warp, i);
    else
      ++i;
  }
}

} // namespace weft::sim
