// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shuffles, votes, matches, reductions and the barrier of a warp.
#include <algorithm>
#include <cstring>

#include "llvm/ADT/StringSwitch.h"

#include "compiler/sim/Meet.h"

namespace weft::sim {

enum ShuffleMode { Up, Down, Butterfly, Index };
enum VoteMode { Ballot, All, Any, Uniform };
enum ReduxMode { Add, And, Or, Xor, Min, Max, UnsignedMin, UnsignedMax };

/// The PTX rules: the third operand holds the clamp in its low five bits, the segment mask above.
static void runShuffle(Warp &warp, uint32_t mask, const Site &site) {
  uint64_t values[warpSize];
  forEachLane(mask, [&](uint32_t lane) { values[lane] = warp.lanes[lane]->arguments[1]; });
  forEachLane(mask, [&](uint32_t lane) {
    Thread &thread = *warp.lanes[lane];
    int self = static_cast<int>(lane), by = static_cast<int>(thread.arguments[2] & 31);
    int clamp = static_cast<int>(thread.arguments[3] & 31);
    int segment = static_cast<int>(thread.arguments[3] >> 8 & 31);
    int last = (self & segment) | (clamp & ~segment), source = self;
    bool isInside = false;
    switch (site.op.form[0]) {
    case Up:
      source = self - by;
      isInside = source >= last;
      break;
    case Down:
      source = self + by;
      isInside = source <= last;
      break;
    case Butterfly:
      source = self ^ by;
      isInside = source <= last;
      break;
    case Index:
      source = (self & segment) | (by & ~segment);
      isInside = source <= last;
      break;
    }
    if (!isInside)
      source = self;
    uint64_t value = 0xDEADBEEF;
    if (mask >> source & 1)
      value = values[source];
    else
      thread.group->launch.reporter.report(
          thread, Diagnostic::Kind::Divergence,
          "reads lane " + std::to_string(source) + ", which does not take part",
          static_cast<uint32_t>(&site - thread.group->launch.sites.data()));
    thread.results[0] = value;
    if (site.op.form[1])
      thread.results[1] = isInside;
  });
}

static void runVote(Warp &warp, uint32_t mask, const Site &site) {
  uint32_t votes = 0;
  forEachLane(mask, [&](uint32_t lane) {
    votes |= static_cast<uint32_t>(warp.lanes[lane]->arguments[1] & 1) << lane;
  });
  uint32_t result = 0;
  switch (site.op.form[0]) {
  case Ballot:
    result = votes;
    break;
  case All:
    result = votes == mask;
    break;
  case Any:
    result = votes != 0;
    break;
  case Uniform:
    result = votes == 0 || votes == mask;
    break;
  }
  forEachLane(mask, [&](uint32_t lane) { warp.lanes[lane]->results[0] = result; });
}

static void runMatch(Warp &warp, uint32_t mask, const Site &site) {
  uint64_t keep = site.op.form[1] ? UINT64_MAX : UINT32_MAX;
  forEachLane(mask, [&](uint32_t lane) {
    uint32_t same = 0;
    forEachLane(mask, [&](uint32_t other) {
      uint64_t difference = warp.lanes[lane]->arguments[1] ^ warp.lanes[other]->arguments[1];
      same |= uint32_t{(difference & keep) == 0} << other;
    });
    uint64_t *results = warp.lanes[lane]->results;
    bool isAll = site.op.form[0] != 0;
    results[0] = !isAll || same == mask ? same : 0;
    if (isAll)
      results[1] = same == mask;
  });
}

static uint32_t reduce(int mode, uint32_t a, uint32_t b) {
  auto x = static_cast<int32_t>(a), y = static_cast<int32_t>(b);
  switch (mode) {
  case Add:
    return a + b;
  case And:
    return a & b;
  case Or:
    return a | b;
  case Xor:
    return a ^ b;
  case Min:
    return static_cast<uint32_t>(std::min(x, y));
  case Max:
    return static_cast<uint32_t>(std::max(x, y));
  case UnsignedMin:
    return std::min(a, b);
  default:
    return std::max(a, b);
  }
}

static void runRedux(Warp &warp, uint32_t mask, const Site &site) {
  auto get = [&](uint32_t lane) { return static_cast<uint32_t>(warp.lanes[lane]->arguments[0]); };
  uint32_t result = get(static_cast<uint32_t>(std::countr_zero(mask)));
  forEachLane(mask & (mask - 1),
              [&](uint32_t lane) { result = reduce(site.op.form[0], result, get(lane)); });
  forEachLane(mask, [&](uint32_t lane) { warp.lanes[lane]->results[0] = result; });
}

static void runElect(Warp &warp, uint32_t mask, const Site &) {
  auto first = static_cast<uint32_t>(std::countr_zero(mask));
  forEachLane(mask, [&](uint32_t lane) {
    warp.lanes[lane]->results[0] = first;
    warp.lanes[lane]->results[1] = lane == first;
  });
}

// Lanes outside of a partial mask are not told apart: their races with those inside may be missed.
static void runSync(Warp &warp, uint32_t, const Site &) { ++warp.syncs; }

/// A handler whose mask is argument `MaskAt`.
template <auto Run, int MaskAt>
static void meetLanes(Thread &thread, uint32_t site, uint64_t *arguments, uint64_t *results) {
  meet(thread, static_cast<uint32_t>(arguments[MaskAt]), site, arguments, results, Run, false);
}

static void getActiveMask(Thread &thread, uint32_t, uint64_t *, uint64_t *results) {
  results[0] = 1u << thread.lane; // every lane is on its own here, which a GPU may do, too
}

static void sleep(Thread &thread, uint32_t, uint64_t *, uint64_t *) { yield(thread); }

static std::optional<Op> findShuffle(llvm::StringRef name) {
  auto [mode, type] = name.split('.');
  int index = llvm::StringSwitch<int>(mode)
                  .Case("up", Up)
                  .Case("down", Down)
                  .Case("bfly", Butterfly)
                  .Case("idx", Index)
                  .Default(-1);
  bool hasPredicate = type.consume_back("p");
  if (index < 0 || (type != "i32" && type != "f32"))
    return std::nullopt;
  return Op{meetLanes<runShuffle, 0>, true, {index, hasPredicate}};
}

std::optional<Op> findWarpOp(llvm::StringRef name) {
  if (name.consume_front("shfl.sync."))
    return findShuffle(name);
  if (name.consume_front("vote.") && name.consume_back(".sync")) {
    int mode = llvm::StringSwitch<int>(name)
                   .Case("ballot", Ballot)
                   .Case("all", All)
                   .Case("any", Any)
                   .Case("uni", Uniform)
                   .Default(-1);
    return mode < 0 ? std::nullopt : std::optional(Op{meetLanes<runVote, 0>, true, {mode}});
  }
  if (name.consume_front("match.")) {
    bool isAll = name.consume_front("all.sync."), isAny = !isAll && name.consume_front("any.sync.");
    if (isAll || isAny)
      return Op{meetLanes<runMatch, 0>, true, {isAll, name.starts_with("i64")}};
  }
  if (name.consume_front("redux.sync.")) {
    int mode = llvm::StringSwitch<int>(name)
                   .Case("add", Add)
                   .Case("and", And)
                   .Case("or", Or)
                   .Case("xor", Xor)
                   .Case("min", Min)
                   .Case("max", Max)
                   .Case("umin", UnsignedMin)
                   .Case("umax", UnsignedMax)
                   .Default(-1);
    return mode < 0 ? std::nullopt : std::optional(Op{meetLanes<runRedux, 1>, true, {mode}});
  }
  if (name == "bar.warp.sync")
    return Op{meetLanes<runSync, 0>, true, {}};
  if (name == "elect.sync")
    return Op{meetLanes<runElect, 0>, true, {}};
  if (name == "activemask")
    return Op{getActiveMask, false, {}};
  if (name == "nanosleep")
    return Op{sleep, true, {}};
  return std::nullopt;
}

} // namespace weft::sim
