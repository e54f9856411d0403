// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/sim/GlobalShadow.h"

#include <algorithm>
#include <bit>

#include "compiler/sim/Engine.h"

namespace weft::sim {

GlobalShadow::Range *GlobalShadow::findRange(uintptr_t address) {
  if (last && address - last->begin < last->end - last->begin)
    return last;
  auto [begin, end] = memory.find(address);
  if (end == 0)
    return nullptr;
  last = &ranges[begin];
  last->begin = begin;
  last->end = end;
  return last;
}

/// What was known of a large cell is known of each of its parts.
void GlobalShadow::split(Range &range, uint32_t cellBytes) {
  size_t count = (range.end - range.begin + cellBytes - 1) / cellBytes;
  std::vector<Cell> cells(count);
  std::unordered_map<size_t, std::vector<Touch>> moreReaders;
  for (size_t i = 0; i < count && range.cellBytes; ++i) {
    size_t old = i * cellBytes / range.cellBytes;
    cells[i] = range.cells[old];
    if (cells[i].hasMoreReaders)
      moreReaders[i] = range.moreReaders[old];
  }
  range.cells = std::move(cells);
  range.moreReaders = std::move(moreReaders);
  range.cellBytes = cellBytes;
}

GlobalShadow::BlockClock &GlobalShadow::getClock(uint32_t block) {
  BlockClock &clock = clocks[block];
  clock.try_emplace(block, 1);
  return clock;
}

static bool isInGroup(const Group &group, uint32_t block) {
  return std::any_of(group.blocks.begin(), group.blocks.end(),
                     [&](const std::unique_ptr<Block> &one) { return one->number == block; });
}

/// Whether what was before happened before what `thread` does now.
bool GlobalShadow::isOrdered(const Thread &thread, const Touch &before) {
  if (before.block == 0)
    return true;
  const Warp &warp = *thread.warp;
  if (before.block != thread.block->number && !isInGroup(*thread.group, before.block)) {
    BlockClock &clock = getClock(thread.block->number);
    auto known = clock.find(before.block);
    return known != clock.end() && known->second >= before.blockClock;
  }
  if (before.warp == warp.clockIndex)
    return before.syncs != warp.syncs || (before.lane == thread.lane && !before.isMany);
  return before.warp < warp.clock.size() && before.clock <= warp.clock[before.warp];
}

void GlobalShadow::check(Thread &thread, const char *what, const Range &range, size_t index,
                         const Touch &before, const Touch &now) {
  if ((before.isAtomic && now.isAtomic) || isOrdered(thread, before))
    return;
  Reporter &reporter = thread.group->launch.reporter;
  bool isSameBlock = before.block == now.block;
  uint32_t firstWarp = thread.block->warps.front().clockIndex;
  std::string who =
      isSameBlock ? "thread " + std::to_string((before.warp - firstWarp) / clockStride * warpSize +
                                               before.lane)
                  : "block " + std::to_string(before.block - 1);
  reporter.report(thread, Diagnostic::Kind::Race,
                  std::string(what) + " in device memory" +
                      (isSameBlock ? "" : " by two blocks that nothing orders") + ", byte " +
                      std::to_string(index * range.cellBytes) + " of a range of " +
                      std::to_string(range.end - range.begin) + ": thread " +
                      std::to_string(thread.index) + " at " + reporter.describe(now.site) +
                      " and before, " + who + " at " + reporter.describe(before.site) +
                      (isSameBlock ? "; nothing orders them" : ""),
                  now.site, before.site);
}

void GlobalShadow::addRead(Thread &thread, Range &range, size_t index, const Touch &now) {
  Cell &cell = range.cells[index];
  // Who is behind an earlier read stands for it: a write that is not behind both is a race.
  auto replace = [&](Touch &reader) {
    bool isSameWarp = reader.block == now.block && reader.warp == now.warp;
    if (!isSameWarp && (reader.isAtomic != now.isAtomic || !isOrdered(thread, reader)))
      return false;
    bool isMany =
        isSameWarp && reader.syncs == now.syncs && (reader.isMany || reader.lane != now.lane);
    reader = now;
    reader.isMany = isMany;
    return true;
  };
  for (Touch &reader : cell.readers) {
    if (reader.block && reader.block != now.block && !isInGroup(*thread.group, reader.block)) {
      cell.otherReader = reader;
      reader = Touch();
    }
    if (replace(reader))
      return;
  }
  cell.hasMoreReaders = true;
  std::vector<Touch> &more = range.moreReaders[index];
  if (std::none_of(more.begin(), more.end(), replace))
    more.push_back(now);
}

void GlobalShadow::addWrite(Thread &thread, Range &range, size_t index, const Touch &now) {
  Cell &cell = range.cells[index];
  constexpr const char *what = "a write of what was read";
  for (const Touch &reader : cell.readers)
    check(thread, what, range, index, reader, now);
  check(thread, what, range, index, cell.otherReader, now);
  if (cell.hasMoreReaders) {
    for (const Touch &reader : range.moreReaders[index])
      check(thread, what, range, index, reader, now);
    range.moreReaders.erase(index);
  }
  cell = Cell();
  cell.writer = now;
}

void GlobalShadow::access(Thread &thread, uintptr_t address, uint32_t bytes, AccessKind kind,
                          uint32_t site) {
  Range *range = findRange(address);
  if (!range)
    return;
  uintptr_t first = address - range->begin,
            end = std::min(first + bytes, range->end - range->begin);
  uint32_t part = 1u << std::countr_zero(static_cast<uint32_t>(first) | bytes);
  if (range->cellBytes == 0 || part < range->cellBytes)
    split(*range, part);
  const Warp &warp = *thread.warp;
  uint32_t block = thread.block->number;
  Touch now{block,
            clocks.empty() ? 1 : getClock(block)[block],
            warp.clockIndex,
            static_cast<uint8_t>(thread.lane),
            isAtomic(kind),
            false,
            warp.clock[warp.clockIndex],
            warp.syncs,
            site};
  for (size_t i = first / range->cellBytes; i * range->cellBytes < end; ++i) {
    check(thread, isWrite(kind) ? "two writes" : "a read of what was written", *range, i,
          range->cells[i].writer, now);
    if (isWrite(kind))
      addWrite(thread, *range, i, now);
    else
      addRead(thread, *range, i, now);
  }
}

void GlobalShadow::join(BlockClock &clock, const BlockClock &other) {
  for (auto [block, time] : other)
    clock[block] = std::max(clock[block], time);
}

void GlobalShadow::synchronise(Thread &thread, uintptr_t address, bool isWrite, bool isOrdered) {
  uint32_t block = thread.block->number;
  BlockClock &clock = getClock(block), &object = objects[address];
  join(isOrdered ? clock : seen[block], object);
  if (!isWrite)
    return;
  join(object, isOrdered ? clock : fenced[block]);
  if (isOrdered)
    ++clock[block];
}

void GlobalShadow::fence(Thread &thread) {
  uint32_t block = thread.block->number;
  BlockClock &clock = getClock(block);
  join(clock, seen[block]);
  fenced[block] = clock;
  ++clock[block];
}

} // namespace weft::sim
