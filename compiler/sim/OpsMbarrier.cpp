// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// mbarrier: init, arrivals, announced bytes and waits.
#include "compiler/sim/Mbarrier.h"

#include <cstring>

#include "compiler/sim/Fiber.h"

namespace weft::sim {

using Kind = Diagnostic::Kind;

constexpr uint32_t mostArrivals = (1u << 20) - 1;
constexpr int64_t mostBytes = (1 << 20) - 1;

/// Op::form.
enum { ModeAt, DropsAt, HasCountAt, RelaxedAt };
enum Mode { Arrive, ArriveExpect, Expect, Complete };
enum { ParityAt, WaitRelaxedAt, LoopsAt };

uint64_t Mbarrier::getWord() const {
  return pending | uint64_t{expected} << 20 | static_cast<uint64_t>(bytes & 0x1FFFFF) << 40 |
         uint64_t{phase & 1} << 61 | uint64_t{1} << 62;
}

void storeWord(Mbarrier &barrier) {
  uint64_t word = barrier.getWord();
  std::memcpy(barrier.block->shared + barrier.offset, &word, 8);
}

static std::string describe(const Mbarrier &barrier) {
  return "shared+" + std::to_string(barrier.offset) +
         (barrier.block->group->blocks.size() > 1
              ? " of block " + std::to_string(barrier.block->rank)
              : "");
}

/// Where an address lies: the window of a block of the cluster.
static Block *findBlock(Thread &thread, uint64_t address) {
  if (address - reinterpret_cast<uintptr_t>(thread.shared) < windowBytes)
    return thread.block;
  for (auto &block : thread.group->blocks)
    if (address - reinterpret_cast<uintptr_t>(block->shared) < windowBytes)
      return block.get();
  return nullptr;
}

/// The bytes of a barrier, or null after a report.
static Block *checkPlace(Thread &thread, uint64_t address, std::optional<AccessKind> kind,
                         uint32_t site) {
  Block *block = findBlock(thread, address);
  if (block && !kind && address % 8 == 0)
    return block;
  size_t before = thread.group->launch.reporter.count();
  void *checked = checkAccess(thread, reinterpret_cast<void *>(address), 8, 3, block ? 7 : 3,
                              kind.value_or(AccessKind::AtomicRead), site);
  if (block && checked == reinterpret_cast<void *>(address))
    return block;
  if (thread.group->launch.reporter.count() == before)
    thread.group->launch.reporter.report(thread, Kind::Protocol,
                                         "an mbarrier that is not in shared memory", site);
  return nullptr;
}

static uint32_t getOffset(const Block &block, uint64_t address) {
  return static_cast<uint32_t>(address - reinterpret_cast<uintptr_t>(block.shared));
}

/// Every use must lie behind the init: by a barrier, or between blocks by a fence for barriers and
/// a barrier of the cluster that carries no more.
static void checkInit(Thread &thread, const Mbarrier &barrier, uint32_t site) {
  Launch &launch = thread.group->launch;
  const Clock &clock = thread.warp->clock;
  uint32_t entry = getClockIndex(thread, barrier.init.thread) + ForBarriers;
  bool isPublished = entry < clock.size() && barrier.init.clock <= clock[entry];
  if (launch.options.races && !isPublished && !isOrdered(thread, barrier.init))
    launch.reporter.report(thread, Kind::Race,
                           "uses the mbarrier at " + describe(barrier) +
                               ", and nothing orders that behind its init at " +
                               launch.reporter.describe(barrier.site),
                           site, barrier.site);
}

void checkInitIsVisible(Thread &thread, const Mbarrier &barrier, uint32_t site) {
  Launch &launch = thread.group->launch;
  const Clock &clock = thread.warp->clock;
  uint32_t entry = getClockIndex(thread, barrier.init.thread);
  auto covers = [&](uint32_t at) { return at < clock.size() && barrier.init.clock <= clock[at]; };
  if (launch.options.races && !covers(entry + ForBarriers) && !covers(entry + ForAsync))
    launch.reporter.report(thread, Kind::Race,
                           "a copy will count at the mbarrier at " + describe(barrier) +
                               ", but no fence.mbarrier_init or fence.proxy.async is behind its "
                               "init at " +
                               launch.reporter.describe(barrier.site),
                           site, barrier.site);
}

Mbarrier *findMbarrier(Thread &thread, uint64_t address, std::optional<AccessKind> kind,
                       uint32_t site) {
  Block *block = checkPlace(thread, address, kind, site);
  if (!block) {
    abortGroup(thread, Kind::Protocol, "an mbarrier where none can be", site);
    return nullptr;
  }
  uint32_t offset = getOffset(*block, address);
  auto found = block->mbarriers.find(offset);
  if (found == block->mbarriers.end() || !found->second->isLive) {
    abortGroup(thread, Kind::Protocol,
               "uses the mbarrier at shared+" + std::to_string(offset) +
                   ", which nobody initialised",
               site);
    return nullptr;
  }
  Mbarrier &barrier = *found->second;
  uint64_t word;
  std::memcpy(&word, block->shared + offset, 8);
  if (word != barrier.getWord())
    abortGroup(thread, Kind::Protocol,
               "the mbarrier at " + describe(barrier) + " was overwritten by something else", site);
  checkInit(thread, barrier, site);
  return &barrier;
}

static void init(Thread &thread, uint32_t site, uint64_t *arguments, uint64_t *) {
  Reporter &reporter = thread.group->launch.reporter;
  // Not a plain write: checkInit() knows more of what orders others behind it.
  if (Block *place = findBlock(thread, arguments[0]); place && place->shadow)
    place->shadow->markWritten(getOffset(*place, arguments[0]), 8);
  Block *block = checkPlace(thread, arguments[0], AccessKind::AtomicWrite, site);
  if (!block)
    return;
  auto count = static_cast<uint32_t>(arguments[1]);
  if (count == 0 || count > mostArrivals)
    return abortGroup(thread, Kind::Protocol,
                      "an mbarrier for " + std::to_string(count) + " arrivals", site);
  uint32_t offset = getOffset(*block, arguments[0]);
  std::shared_ptr<Mbarrier> &slot = block->mbarriers[offset];
  if (!slot) {
    slot = std::make_shared<Mbarrier>();
    slot->engine = thread.group->takeClock();
  }
  Mbarrier &barrier = *slot;
  if (barrier.isLive)
    reporter.report(thread, Kind::Protocol,
                    "initialises the mbarrier at shared+" + std::to_string(offset) +
                        " again, which is in use since " + reporter.describe(barrier.site),
                    site, barrier.site);
  barrier.block = block;
  barrier.offset = offset;
  barrier.site = site;
  barrier.init = makeAccess(thread, false, site);
  barrier.expected = barrier.pending = count;
  barrier.bytes = barrier.inFlight = 0;
  barrier.phase = 0;
  barrier.isLive = true;
  barrier.arriving.clear();
  barrier.completed.clear();
  storeWord(barrier);
}

static void invalidate(Thread &thread, uint32_t site, uint64_t *arguments, uint64_t *) {
  Mbarrier *barrier = findMbarrier(thread, arguments[0], AccessKind::Write, site);
  if (!barrier)
    return;
  if (barrier->inFlight || !barrier->waiting.empty())
    thread.group->launch.reporter.report(thread, Kind::Protocol,
                                         "ends an mbarrier that copies or threads still use", site);
  barrier->isLive = false;
}

static bool isOver(const Mbarrier &barrier, uint32_t parity) {
  return (barrier.phase & 1) != parity;
}

static void finishPhase(Thread &thread, Mbarrier &barrier, uint32_t site) {
  Group &group = *thread.group;
  group.isMoving = true;
  ++group.launch.stats.barriers;
  if (barrier.inFlight)
    group.launch.reporter.report(thread, Kind::Protocol,
                                 "the phase of the mbarrier at " + describe(barrier) +
                                     " ends while copies of " + std::to_string(barrier.inFlight) +
                                     " bytes that should count in it are on their way: fewer "
                                     "bytes were announced than were copied",
                                 site);
  join(barrier.completed, barrier.arriving);
  barrier.arriving.clear();
  if (barrier.completed.size() <= barrier.engine)
    barrier.completed.resize(barrier.engine + 1);
  barrier.completed[barrier.engine] = barrier.time++;
  ++barrier.phase;
  barrier.inFlight = 0;
  barrier.pending = barrier.expected;
  auto still = barrier.waiting.begin();
  for (Thread *waiter : barrier.waiting) {
    if (isOver(barrier, waiter->awaitedParity))
      wake(*waiter);
    else
      *still++ = waiter;
  }
  barrier.waiting.erase(still, barrier.waiting.end());
}

static void checkPhase(Thread &thread, Mbarrier &barrier, uint32_t site) {
  if (barrier.bytes > mostBytes || barrier.bytes < -mostBytes)
    abortGroup(thread, Kind::Protocol,
               "the mbarrier at " + describe(barrier) + " cannot count " +
                   std::to_string(barrier.bytes) + " bytes",
               site);
  if (barrier.pending == 0 && barrier.bytes == 0)
    finishPhase(thread, barrier, site);
  storeWord(barrier);
}

void completeBytes(Thread &thread, Mbarrier &barrier, int64_t bytes, uint32_t phase,
                   uint32_t site) {
  thread.group->isMoving = true;
  if (phase == barrier.phase)
    barrier.inFlight -= bytes;
  barrier.bytes -= bytes;
  barrier.copyTime = barrier.time;
  checkPhase(thread, barrier, site);
}

static void arriveTimes(Thread &thread, Mbarrier &barrier, uint32_t count, uint32_t site) {
  if (count == 0 || count > barrier.pending)
    return abortGroup(thread, Kind::Protocol,
                      "arrives " + std::to_string(count) + " times at the mbarrier at " +
                          describe(barrier) + ", which waits for " +
                          std::to_string(barrier.pending) + " of " +
                          std::to_string(barrier.expected) + " in this phase",
                      site);
  barrier.pending -= count;
}

void arriveWith(Thread &thread, Mbarrier &barrier, const Clock &clock, uint32_t site) {
  join(barrier.arriving, clock);
  arriveTimes(thread, barrier, 1, site);
  checkPhase(thread, barrier, site);
}

static void arrive(Thread &thread, uint32_t site, uint64_t *arguments, uint64_t *results) {
  const int *form = getSite(thread, site).op.form;
  Mbarrier *barrier = findMbarrier(thread, arguments[0], AccessKind::AtomicWrite, site);
  if (!barrier)
    return;
  // The state that a wait may name: only its phase is of interest.
  uint64_t word = barrier->getWord();
  auto bytes = static_cast<uint32_t>(arguments[1]);
  if (form[ModeAt] == ArriveExpect || form[ModeAt] == Expect)
    barrier->bytes += bytes;
  if (form[ModeAt] == Complete)
    barrier->bytes -= bytes;
  if (form[ModeAt] <= ArriveExpect) {
    if (!form[RelaxedAt])
      release(*thread.warp, barrier->arriving);
    arriveTimes(thread, *barrier, form[HasCountAt] ? static_cast<uint32_t>(arguments[1]) : 1, site);
    if (form[DropsAt])
      --barrier->expected;
    results[0] = word;
  }
  checkPhase(thread, *barrier, site);
}

/// A wait may give up at any time; it does now and then, and when nobody else can run.
static void wait(Thread &thread, uint32_t site, uint64_t *arguments, uint64_t *results) {
  const Site &place = getSite(thread, site);
  const int *form = place.op.form;
  Mbarrier *barrier = findMbarrier(thread, arguments[0], AccessKind::AtomicRead, site);
  if (!barrier)
    return;
  uint32_t parity =
      form[ParityAt] ? static_cast<uint32_t>(arguments[1] & 1) : (arguments[1] >> 61 & 1);
  if (!isOver(*barrier, parity) && !form[LoopsAt] && thread.group->random.below(4) == 0) {
    yield(thread);
  } else if (!isOver(*barrier, parity)) {
    thread.awaited = barrier;
    thread.awaitedParity = parity;
    barrier->waiting.push_back(&thread);
    suspend(thread, place.name.c_str(), site);
    thread.awaited = nullptr;
  }
  bool over = isOver(*barrier, parity);
  if (over && !form[WaitRelaxedAt])
    acquire(*thread.warp, barrier->completed);
  results[0] = over;
}

static void countPending(Thread &, uint32_t, uint64_t *arguments, uint64_t *results) {
  results[0] = arguments[0] & mostArrivals;
}

bool expireWaits(Group &group) {
  // Rounds in which threads look again and nothing has come to any barrier.
  constexpr uint32_t most = 64;
  group.expiries = group.isMoving ? 0 : group.expiries + 1;
  group.isMoving = false;
  if (group.expiries > most)
    return false;
  bool hasAny = false;
  for (auto &block : group.blocks)
    for (auto &[offset, barrier] : block->mbarriers) {
      auto still = barrier->waiting.begin();
      for (Thread *thread : barrier->waiting) {
        if (getSite(*thread, thread->waitingSite).op.form[LoopsAt]) {
          *still++ = thread;
          continue;
        }
        wake(*thread);
        hasAny = true;
      }
      barrier->waiting.erase(still, barrier->waiting.end());
    }
  return hasAny;
}

std::string describeWait(const Thread &thread) {
  std::string text = thread.waiting ? thread.waiting : "nothing";
  if (const Mbarrier *barrier = thread.awaited) {
    text += " for parity " + std::to_string(thread.awaitedParity) + " of " + describe(*barrier) +
            ", which has finished " + std::to_string(barrier->phase) + " phases and lacks " +
            std::to_string(barrier->pending) + " arrivals";
    if (barrier->bytes)
      text += " and " + std::to_string(barrier->bytes) + " bytes";
  }
  return text;
}

/// `.scope.{cta,cluster}.space.{cta,cluster}` or `.shared` or nothing; relaxed before it.
static bool consumeScope(llvm::StringRef &name, bool &isRelaxed) {
  isRelaxed = name.consume_front(".relaxed");
  if (name.empty() || name == ".shared")
    return true;
  if (!name.consume_front(".scope."))
    return false;
  return (name.consume_front("cta") || name.consume_front("cluster")) &&
         (name == ".space.cta" || name == ".space.cluster");
}

std::optional<Op> findMbarrierOp(llvm::StringRef name) {
  if (!name.consume_front("mbarrier."))
    return std::nullopt;
  bool isRelaxed = false, drops = false, parity = false;
  if (name == "init" || name == "init.shared")
    return Op{init, true, {}};
  if (name == "inval" || name == "inval.shared")
    return Op{invalidate, true, {}};
  if (name == "pending.count")
    return Op{countPending, false, {}};
  if (name.consume_front("try.wait") || name.consume_front("test.wait")) {
    // The loop is what assembly has in one text.
    bool loops = name.consume_front(".loop");
    parity = name.consume_front(".parity");
    name.consume_front(".tl");
    if (consumeScope(name, isRelaxed))
      return Op{wait, true, {parity, isRelaxed, loops}};
    return std::nullopt;
  }
  int mode = name.consume_front("arrive")        ? Arrive
             : name.consume_front("expect.tx")   ? Expect
             : name.consume_front("complete.tx") ? Complete
                                                 : -1;
  if (mode < 0)
    return std::nullopt;
  bool hasCount = false;
  if (mode == Arrive) {
    drops = name.consume_front(".drop");
    if (name.consume_front(".expect.tx"))
      mode = ArriveExpect;
    hasCount = name.consume_front(".noComplete") ||
               (mode == Arrive && (name.contains(".scope.") || name.consume_front(".count")));
  }
  if (!consumeScope(name, isRelaxed))
    return std::nullopt;
  return Op{arrive, true, {mode, drops, hasCount, isRelaxed}};
}

} // namespace weft::sim
