// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// cp.async.bulk: copies of tiles by tensor maps, and of plain bytes.
#include <cstring>

#include "compiler/sim/Cluster.h"
#include "compiler/sim/Fiber.h"
#include "compiler/sim/Transfer.h"

namespace weft::sim {

using Kind = Diagnostic::Kind;

/// Op::form.
enum { RankAt, HasMaskAt, ReductionAt };

static uint32_t getOffset(uint64_t address) {
  return static_cast<uint32_t>(address & (windowBytes - 1));
}

static Block *findBlock(Thread &thread, uint64_t address) {
  for (Block *block : thread.block->cluster->blocks)
    if (address - reinterpret_cast<uint64_t>(block->shared) < windowBytes)
      return block;
  return nullptr;
}

/// Whether shared memory of that block has the bytes, aligned; reports where not.
static Block *checkShared(Thread &thread, uint64_t address, uint64_t bytes, uint32_t align,
                          uint32_t site) {
  Reporter &reporter = thread.group->launch.reporter;
  Block *block = findBlock(thread, address);
  if (!block || getOffset(address) + bytes > block->sharedBytes) {
    reporter.report(thread, Kind::OutOfBounds,
                    "a copy of " + std::to_string(bytes) + " bytes at shared" +
                        std::to_string(static_cast<int64_t>(
                            address - reinterpret_cast<uint64_t>(thread.shared))) +
                        "; the block has " + std::to_string(thread.block->sharedBytes) +
                        " bytes of shared memory",
                    site);
    return nullptr;
  }
  if (address % align == 0)
    return block;
  reporter.report(thread, Kind::Misaligned,
                  "a copy at shared+" + std::to_string(getOffset(address)) +
                      ", which is not a multiple of " + std::to_string(align),
                  site);
  return nullptr;
}

/// The map in a parameter, a constant or device memory.
static const DecodedMap *findMap(Thread &thread, uint64_t address, int rank, uint32_t site) {
  Launch &launch = thread.group->launch;
  bool isKnown = launch.memory.contains(address, sizeof(TensorMap)) ||
                 launch.constants.contains(address, sizeof(TensorMap));
  constexpr uint64_t mostParameterBytes = 4096;
  for (size_t i = 0; i < launch.argumentCount && !isKnown; ++i)
    isKnown = address - reinterpret_cast<uint64_t>(launch.arguments[i]) < mostParameterBytes;
  const DecodedMap *map = isKnown ? decode(reinterpret_cast<const void *>(address)) : nullptr;
  if (map && map->rank == rank && address % alignof(TensorMap) == 0)
    return map;
  abortGroup(thread, Kind::Protocol,
             !map           ? "the address of a tensor map holds none"
             : address % 64 ? "a tensor map that is not aligned to 64 bytes"
                            : "a tensor map of " + std::to_string(map->rank) + " dimensions",
             site);
  return nullptr;
}

/// Announces the copy to its barriers and the race detector, then starts it.
static void startToShared(Thread &thread, std::shared_ptr<Transfer> transfer, uint64_t target,
                          uint64_t barrier, std::optional<uint32_t> mask, uint32_t site) {
  Cluster &cluster = *thread.block->cluster;
  auto add = [&](uint64_t to, uint64_t at) {
    Mbarrier *found = findMbarrier(thread, at, std::nullopt, site);
    Block *block = findBlock(thread, to);
    if (!found || !block)
      return;
    checkInitIsVisible(thread, *found, site);
    found->inFlight += static_cast<int64_t>(transfer->bytes);
    found->copySite = site;
    checkAlive(thread, *block, site);
    if (Shadow *shadow = block->shadow.get())
      for (const Piece &piece : transfer->pieces)
        shadow->beginAsyncWrite(thread, piece.sharedOffset, piece.bytes, site);
    transfer->targets.push_back({block, found, found->phase});
  };
  if (!mask)
    add(target, barrier);
  for (Block *block : cluster.blocks)
    if (mask && *mask >> block->rank & 1) {
      auto window = reinterpret_cast<uint64_t>(block->shared);
      add(window + getOffset(target), window + getOffset(barrier));
    }
  if (mask && (*mask == 0 || *mask >> cluster.blocks.size()))
    thread.group->launch.reporter.report(thread, Kind::Protocol,
                                         "a copy to blocks that the cluster does not have", site);
  startTransfer(thread, std::move(transfer));
}

/// The pieces of a box, row by row: what is inside, 16 bytes at a time where addresses are mixed.
static void addPieces(Thread &thread, Transfer &transfer, const DecodedMap &map, uint64_t shared,
                      llvm::ArrayRef<int32_t> coordinates, bool isStore, uint32_t site) {
  uint64_t each = map.getElementBytes(), rowBytes = map.box[0] * each;
  map.forEachRow(
      coordinates, [&](uint64_t rowOffset, char *other, uint64_t before, uint64_t inside) {
        uint64_t first = before * each, last = first + inside * each;
        if (inside) {
          void *checked = checkAccess(thread, other, static_cast<uint32_t>(inside * each), 0, 1,
                                      isStore ? AccessKind::Write : AccessKind::Read, site);
          if (checked != other)
            last = first;
        }
        for (uint64_t at = 0; at < rowBytes;) {
          bool isInside = at >= first && at < last;
          uint64_t end = std::min(rowBytes, (at / 16 + 1) * 16);
          end = std::min(end, at < first ? first : isInside ? last : rowBytes);
          uint64_t to = swizzle(shared + rowOffset + at, map.swizzle);
          if (isInside || !isStore)
            transfer.pieces.push_back({getOffset(to), static_cast<uint32_t>(end - at),
                                       isInside ? other + (at - first) : nullptr});
          at = end;
        }
      });
}

static std::shared_ptr<Transfer> makeTransfer(Thread &thread, uint32_t site) {
  auto transfer = std::make_shared<Transfer>();
  transfer->thread = &thread;
  transfer->site = site;
  return transfer;
}

/// destination, barrier, map, coordinates, and for clusters: mask, hint, whether there is a mask.
static void loadTile(Thread &thread, uint32_t site, uint64_t *arguments, uint64_t *) {
  const int *form = getSite(thread, site).op.form;
  auto rank = static_cast<size_t>(form[RankAt]);
  const DecodedMap *map = findMap(thread, arguments[2], form[RankAt], site);
  if (!map || !checkShared(thread, arguments[0], map->getBoxBytes(), 128, site))
    return;
  std::vector<int32_t> coordinates(arguments + 3, arguments + 3 + rank);
  auto transfer = makeTransfer(thread, site);
  transfer->bytes = map->getBoxBytes();
  transfer->element = map->element;
  transfer->fill = map->fillsWithNan ? 0xFF : 0;
  transfer->isHalfNan = map->fillsWithNan;
  addPieces(thread, *transfer, *map, arguments[0], coordinates, false, site);
  std::optional<uint32_t> mask;
  if (form[HasMaskAt] && arguments[3 + rank + 2] & 1)
    mask = static_cast<uint32_t>(arguments[3 + rank] & 0xFFFF);
  startToShared(thread, transfer, arguments[0], arguments[1], mask, site);
}

static bool checkBytes(Thread &thread, uint64_t address, uint64_t bytes, uint32_t site) {
  if (bytes % 16 == 0 && address % 16 == 0 && bytes)
    return true;
  thread.group->launch.reporter.report(thread, Kind::Misaligned,
                                       "a bulk copy of " + std::to_string(bytes) +
                                           " bytes: addresses and sizes are multiples of 16",
                                       site);
  return false;
}

/// destination, barrier, source, bytes, and for clusters: mask, hint, whether there is a mask.
static void loadBytes(Thread &thread, uint32_t site, uint64_t *arguments, uint64_t *) {
  const int *form = getSite(thread, site).op.form;
  auto bytes = static_cast<uint32_t>(arguments[3]);
  auto *source = reinterpret_cast<char *>(arguments[2]);
  if (!checkBytes(thread, arguments[2], bytes, site) ||
      !checkShared(thread, arguments[0], bytes, 16, site))
    return;
  auto transfer = makeTransfer(thread, site);
  transfer->bytes = bytes;
  for (uint32_t at = 0; at < bytes; at += 16) {
    char *from = source + at;
    // What a check redirects is not there to be copied later.
    if (checkAccess(thread, from, 16, 4, 1, AccessKind::Read, site) != from)
      from = nullptr;
    transfer->pieces.push_back({getOffset(arguments[0] + at), 16, from});
  }
  std::optional<uint32_t> mask;
  if (form[HasMaskAt] && arguments[6] & 1)
    mask = static_cast<uint32_t>(arguments[4] & 0xFFFF);
  startToShared(thread, transfer, arguments[0], arguments[1], mask, site);
}

/// From this block's shared memory to another's: destination, barrier, source, bytes.
static void sendBytes(Thread &thread, uint32_t site, uint64_t *arguments, uint64_t *) {
  auto bytes = static_cast<uint32_t>(arguments[3]);
  if (!checkBytes(thread, arguments[2], bytes, site) ||
      !checkShared(thread, arguments[0], bytes, 16, site) ||
      !checkShared(thread, arguments[2], bytes, 16, site))
    return;
  auto transfer = makeTransfer(thread, site);
  transfer->bytes = bytes;
  transfer->pieces.push_back(
      {getOffset(arguments[0]), bytes, reinterpret_cast<char *>(arguments[2])});
  Mbarrier *barrier = findMbarrier(thread, arguments[1], std::nullopt, site);
  if (Shadow *shadow = thread.block->shadow.get(); shadow && barrier)
    shadow->readAsync(thread, thread.warp->clock, getOffset(arguments[2]), bytes,
                      {Access::engine, false, false, false, barrier->time, barrier->engine, site});
  startToShared(thread, transfer, arguments[0], arguments[1], std::nullopt, site);
}

static BulkCopies &getBulk(Thread &thread) {
  if (!thread.bulk) {
    thread.bulk = std::make_shared<BulkCopies>();
    thread.bulk->engine = thread.group->takeClock();
  }
  BulkCopies &bulk = *thread.bulk;
  if (!bulk.open) {
    bulk.open = std::make_shared<BulkGroup>();
    bulk.open->number = static_cast<uint32_t>(bulk.groups.empty() ? bulk.waited + 1
                                                                  : bulk.groups.back()->number + 1);
  }
  return bulk;
}

static void startFromShared(Thread &thread, std::shared_ptr<Transfer> transfer, uint32_t site) {
  BulkCopies &bulk = getBulk(thread);
  bulk.site = site;
  transfer->source = thread.block;
  transfer->group = bulk.open;
  ++bulk.open->issued;
  ++bulk.open->readsLeft;
  ++bulk.open->writesLeft;
  if (Shadow *shadow = thread.block->shadow.get())
    for (const Piece &piece : transfer->pieces)
      shadow->readAsync(
          thread, thread.warp->clock, piece.sharedOffset, piece.bytes,
          {Access::engine, false, false, false, bulk.open->number, bulk.engine, site});
  startTransfer(thread, std::move(transfer));
}

/// source, map, coordinates.
static void storeTile(Thread &thread, uint32_t site, uint64_t *arguments, uint64_t *) {
  const int *form = getSite(thread, site).op.form;
  const DecodedMap *map = findMap(thread, arguments[1], form[RankAt], site);
  if (!map || checkShared(thread, arguments[0], map->getBoxBytes(), 128, site) != thread.block)
    return;
  std::vector<int32_t> coordinates(arguments + 2, arguments + 2 + form[RankAt]);
  auto transfer = makeTransfer(thread, site);
  transfer->element = map->element;
  transfer->reduction = static_cast<Reduction>(form[ReductionAt]);
  addPieces(thread, *transfer, *map, arguments[0], coordinates, true, site);
  startFromShared(thread, std::move(transfer), site);
}

/// destination, source, bytes.
static void storeBytes(Thread &thread, uint32_t site, uint64_t *arguments, uint64_t *) {
  auto bytes = static_cast<uint32_t>(arguments[2]);
  auto *target = reinterpret_cast<char *>(arguments[0]);
  if (!checkBytes(thread, arguments[0], bytes, site) ||
      checkShared(thread, arguments[1], bytes, 16, site) != thread.block)
    return;
  auto transfer = makeTransfer(thread, site);
  for (uint32_t at = 0; at < bytes; at += 16)
    if (checkAccess(thread, target + at, 16, 4, 1, AccessKind::Write, site) == target + at)
      transfer->pieces.push_back({getOffset(arguments[1] + at), 16, target + at});
  startFromShared(thread, std::move(transfer), site);
}

static void commit(Thread &thread, uint32_t, uint64_t *, uint64_t *) {
  BulkCopies &bulk = getBulk(thread);
  bulk.groups.push_back(std::move(bulk.open));
  bulk.open = nullptr;
}

/// With a form: only until the copies have read.
static void waitGroups(Thread &thread, uint32_t site, uint64_t *arguments, uint64_t *) {
  const Site &place = getSite(thread, site);
  BulkCopies &bulk = getBulk(thread);
  auto keep = static_cast<uint32_t>(arguments[0]);
  size_t count = bulk.groups.size() > keep ? bulk.groups.size() - keep : 0;
  auto isOver = [&] {
    for (size_t i = 0; i < count; ++i)
      if (place.op.form[0] ? bulk.groups[i]->readsLeft : bulk.groups[i]->writesLeft)
        return false;
    return true;
  };
  while (!isOver()) {
    bulk.isWaiting = true;
    suspend(thread, place.name.c_str(), site);
    bulk.isWaiting = false;
  }
  if (count == 0)
    return;
  bulk.waited = bulk.groups[count - 1]->number;
  Clock &clock = thread.warp->clock;
  if (clock.size() <= bulk.engine)
    clock.resize(bulk.engine + 1);
  clock[bulk.engine] = std::max(clock[bulk.engine], bulk.waited);
  // Groups that have read but not written stay for a later wait.
  while (count-- && bulk.groups.front()->writesLeft == 0 && bulk.groups.size() > 1)
    bulk.groups.pop_front();
}

void leaveBulk(Thread &thread) {
  const BulkCopies *bulk = thread.bulk.get();
  if (!bulk)
    return;
  bool isLate = bulk->open && bulk->open->issued;
  for (auto &group : bulk->groups)
    isLate |= group->issued && group->number > bulk->waited;
  if (isLate)
    thread.group->launch.reporter.report(
        thread, Kind::Protocol,
        "ends while its bulk copies may still read shared memory: no wait covers them", bulk->site);
}

/// Hints to the cache.
static void doNothing(Thread &, uint32_t, uint64_t *, uint64_t *) {}

/// `tile.Nd`.
static int parseRank(llvm::StringRef name) {
  int rank = 0;
  if (!name.consume_front("tile.") || name.consumeInteger(10, rank) || name != "d")
    return 0;
  return rank;
}

static std::optional<Op> findTileOp(llvm::StringRef name) {
  if (name.consume_front("prefetch."))
    return parseRank(name) ? std::optional(Op{doNothing, false, {}}) : std::nullopt;
  if (name.consume_front("g2s.")) {
    bool hasMask = !name.consume_front("cta.");
    int rank = parseRank(name);
    return rank ? std::optional(Op{loadTile, true, {rank, hasMask}}) : std::nullopt;
  }
  auto reduction = Reduction::None;
  if (name.consume_front("reduce."))
    reduction = name.consume_front("add.")   ? Reduction::Add
                : name.consume_front("min.") ? Reduction::Min
                : name.consume_front("max.") ? Reduction::Max
                : name.consume_front("and.") ? Reduction::And
                : name.consume_front("or.")  ? Reduction::Or
                : name.consume_front("xor.") ? Reduction::Xor
                                             : Reduction::None;
  else if (!name.consume_front("s2g."))
    return std::nullopt;
  int rank = parseRank(name);
  return rank ? std::optional(Op{storeTile, true, {rank, 0, static_cast<int>(reduction)}})
              : std::nullopt;
}

std::optional<Op> findBulkOp(llvm::StringRef name) {
  if (!name.consume_front("cp.async.bulk."))
    return std::nullopt;
  if (name.consume_front("tensor."))
    return findTileOp(name);
  if (name == "commit.group")
    return Op{commit, true, {}};
  if (name == "wait.group" || name == "wait.group.read")
    return Op{waitGroups, true, {name == "wait.group.read"}};
  if (name == "global.to.shared.cluster" || name == "global.to.shared.cta")
    return Op{loadBytes, true, {0, name == "global.to.shared.cluster"}};
  if (name == "shared.cta.to.cluster")
    return Op{sendBytes, true, {}};
  if (name == "shared.cta.to.global")
    return Op{storeBytes, true, {}};
  if (name == "prefetch.L2")
    return Op{doNothing, false, {}};
  return std::nullopt;
}

} // namespace weft::sim
