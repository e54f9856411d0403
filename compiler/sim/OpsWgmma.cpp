// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// wgmma: four warps start a product together; its operands are read and its results are there at
// some moment until the wait that covers it.
#include "compiler/sim/Wgmma.h"

#include <algorithm>

#include "compiler/sim/Fiber.h"
#include "compiler/sim/Meet.h"

namespace weft::sim {

using Kind = Diagnostic::Kind;

/// Op::form of a product.
enum { ColumnsAt, HalfAt, RegistersAt };

static WarpGroup &getGroup(Block &block, uint32_t warp) {
  std::shared_ptr<WarpGroup> &group = block.warpGroups[warp / groupWarps];
  if (!group) {
    group = std::make_shared<WarpGroup>();
    group->engine = block.group->takeClock();
  }
  return *group;
}

static Thread &getThread(Block &block, uint32_t firstWarp, uint32_t index) {
  return *block.warps[firstWarp + index / warpSize].lanes[index % warpSize];
}

/// What all four warps know: a product is ordered behind something when each of them is.
static Clock meetClocks(const Block &block, uint32_t firstWarp) {
  Clock clock = block.warps[firstWarp].clock;
  for (uint32_t i = 1; i < groupWarps; ++i) {
    const Clock &other = block.warps[firstWarp + i].clock;
    clock.resize(std::min(clock.size(), other.size()));
    for (size_t at = 0; at < clock.size(); ++at)
      clock[at] = std::min(clock[at], other[at]);
  }
  // Of itself each warp knows all, up to the last fence; of the others what barriers brought.
  return clock;
}

/// Bounds, alignment and races of an operand in shared memory.
static bool checkOperand(Thread &thread, const WarpGroup &group, const Clock &clock,
                         const Product &product, uint64_t word, uint32_t count, bool isOuterMajor) {
  Block &block = *thread.block;
  Reporter &reporter = thread.group->launch.reporter;
  MatrixDescriptor descriptor(word);
  if (descriptor.baseOffset ||
      (descriptor.span > 16 && descriptor.start % (8 * descriptor.span) >= descriptor.span)) {
    reporter.report(thread, Kind::Misaligned,
                    "an operand with a swizzle of " + std::to_string(descriptor.span) +
                        " bytes begins at shared+" + std::to_string(descriptor.start) +
                        "; the pattern begins at multiples of " +
                        std::to_string(8 * descriptor.span) + ", base offsets are not played",
                    product.site);
    return false;
  }
  Access access{Access::engine, false, false, false, product.group, group.engine, product.site};
  for (uint32_t outer = 0; outer < count; outer += isOuterMajor ? 8 : 1)
    for (uint32_t depth = 0; depth < productDepth; depth += isOuterMajor ? 1 : 8) {
      uint32_t offset = descriptor.getOffset(outer, depth, isOuterMajor);
      if (offset + 16 > block.sharedBytes) {
        reporter.report(thread, Kind::OutOfBounds,
                        "a product reads 16 bytes at shared+" + std::to_string(offset) +
                            "; the block has " + std::to_string(block.sharedBytes) +
                            " bytes of shared memory",
                        product.site);
        return false;
      }
      if (block.shadow)
        block.shadow->readAsync(thread, clock, offset, 16, access);
    }
  return true;
}

/// The values that 128 threads give as accumulators, or null where they name no one result.
static std::shared_ptr<std::vector<float>> findStart(Block &block, WarpGroup &group,
                                                     uint32_t firstWarp, uint32_t each,
                                                     bool &areTokens, uint32_t site) {
  Thread &first = getThread(block, firstWarp, 0);
  auto token = static_cast<uint32_t>(first.arguments[0]);
  areTokens = isToken(token);
  uint32_t number = token >> 7 & 0x7FFF;
  auto values = std::make_shared<std::vector<float>>(groupThreads * each);
  for (uint32_t t = 0; t < groupThreads; ++t) {
    Thread &thread = getThread(block, firstWarp, t);
    for (uint32_t i = 0; i < each; ++i) {
      auto bits = static_cast<uint32_t>(thread.arguments[i]);
      if (isToken(bits) != areTokens || (areTokens && bits != makeToken(number, i))) {
        block.group->launch.reporter.report(
            thread, Kind::Protocol,
            "accumulators that are not all of one product, in their order, and no wait is between",
            site);
        return nullptr;
      }
      (*values)[t * each + i] = std::bit_cast<float>(bits);
    }
  }
  if (!areTokens)
    return values;
  auto found = group.results.find(number);
  return found == group.results.end() || found->second.values->size() != values->size()
             ? nullptr
             : found->second.values;
}

/// Registers may be touched by others only before a fence: of the first product, and of each that
/// takes registers which something else wrote.
static void checkFences(Block &block, uint32_t firstWarp, bool touches, uint32_t site) {
  for (uint32_t i = 0; i < groupWarps; ++i) {
    const Warp &warp = block.warps[firstWarp + i];
    if (warp.fencedAt == 0 || (touches && warp.touchedAt > warp.fencedAt))
      block.group->launch.reporter.report(
          *warp.lanes[0], Kind::Protocol,
          warp.fencedAt == 0 ? "a product without wgmma.fence before it"
                             : "a product whose registers were read or written since the last "
                               "wgmma.fence",
          site);
  }
}

static void runAll(Block &block, WarpGroup &group, uint32_t last) {
  for (; !group.waiting.empty() && group.waiting.front().group <= last; group.waiting.pop_front())
    runProduct(group.waiting.front(), block.shared);
}

/// The operands of all threads: accumulators, left, right, whether the accumulators count, signs,
/// and whether the operands are MN-major.
static Product makeProduct(Block &block, uint32_t firstWarp, const Site &site, uint32_t index) {
  const int *form = site.op.form;
  Thread &first = getThread(block, firstWarp, 0);
  Product product;
  product.site = index;
  product.columns = static_cast<uint32_t>(form[ColumnsAt]);
  product.isHalf = form[HalfAt] != 0;
  product.leftIsRegisters = form[RegistersAt] != 0;
  product.group = first.warp->committedProducts + 1;
  uint64_t *operands = first.arguments + product.columns / 2;
  uint32_t leftWords = product.leftIsRegisters ? 4 : 1;
  product.left = operands[0];
  product.right = operands[leftWords];
  uint64_t *flags = operands + leftWords + 1;
  product.negatesLeft = static_cast<int32_t>(flags[1]) < 0;
  product.negatesRight = static_cast<int32_t>(flags[2]) < 0;
  product.leftIsOuterMajor = !product.leftIsRegisters && (flags[3] & 1);
  product.rightIsOuterMajor = flags[product.leftIsRegisters ? 3 : 4] & 1;
  for (uint32_t t = 0; t < groupThreads; ++t) {
    Thread &thread = getThread(block, firstWarp, t);
    uint64_t *own = thread.arguments + product.columns / 2;
    for (uint32_t i = 0; i < leftWords && product.leftIsRegisters; ++i)
      product.registers.push_back(static_cast<uint32_t>(own[i]));
    bool differs =
        own[leftWords] != product.right || (!product.leftIsRegisters && own[0] != product.left) ||
        !own[leftWords + 1] != !flags[0] || thread.warp->committedProducts + 1 != product.group;
    if (differs)
      block.group->launch.reporter.report(
          thread, Kind::Protocol,
          "threads of one warp group start different products: descriptors, scale or groups "
          "differ",
          index);
  }
  return product;
}

static void start(Block &block, WarpGroup &group, uint32_t firstWarp, uint32_t index) {
  Launch &launch = block.group->launch;
  const Site &site = launch.sites[index];
  Product product = makeProduct(block, firstWarp, site, index);
  uint32_t each = product.columns / 2;
  Thread &first = getThread(block, firstWarp, 0);
  bool adds = static_cast<uint32_t>(first.arguments[each + (product.leftIsRegisters ? 5 : 2)]) != 0;
  bool areTokens = false;
  if (adds) {
    product.start = findStart(block, group, firstWarp, each, areTokens, index);
    if (!product.start)
      return abortGroup(first, Kind::Protocol, "the accumulators of a product are lost", index);
  }
  checkFences(block, firstWarp, product.leftIsRegisters || !areTokens, index);
  Clock clock = meetClocks(block, firstWarp);
  bool isReadable = checkOperand(first, group, clock, product, product.right, product.columns,
                                 product.rightIsOuterMajor);
  if (!product.leftIsRegisters)
    isReadable &= checkOperand(first, group, clock, product, product.left, productRows,
                               product.leftIsOuterMajor);
  if (!isReadable)
    return abortGroup(first, Kind::Protocol, "a product without its operands", index);
  product.result = std::make_shared<std::vector<float>>(groupThreads * each);
  // Results that were replaced long ago are forgotten.
  constexpr size_t most = 256;
  uint32_t number = group.nextNumber;
  group.nextNumber = number % 0x7FFF + 1;
  group.results[number] = {product.group, product.result};
  group.oldest.push_back(number);
  if (group.oldest.size() > most) {
    group.results.erase(group.oldest.front());
    group.oldest.pop_front();
  }
  for (uint32_t t = 0; t < groupThreads; ++t)
    for (uint32_t i = 0; i < each; ++i)
      getThread(block, firstWarp, t).results[i] = makeToken(number, i);
  ++launch.stats.products;
  uint32_t last = product.group;
  group.waiting.push_back(std::move(product));
  AsyncCopies when = launch.options.asyncCopies;
  if (when == AsyncCopies::Eager ||
      (when == AsyncCopies::Mixed && block.group->random.below(2) == 0))
    runAll(block, group, last);
}

static void multiply(Thread &thread, uint32_t site, uint64_t *arguments, uint64_t *results) {
  Block &block = *thread.block;
  uint32_t firstWarp = thread.warp->index / groupWarps * groupWarps;
  Reporter &reporter = thread.group->launch.reporter;
  for (uint32_t i = 0; i < groupWarps; ++i)
    if (firstWarp + i >= block.warps.size() || block.warps[firstWarp + i].live != allLanes)
      return abortGroup(thread, Kind::Divergence,
                        "a product needs all 128 threads of its warp group", site);
  WarpGroup &group = getGroup(block, firstWarp);
  if (group.arrived && group.site != site)
    return abortGroup(thread, Kind::Divergence,
                      "threads of one warp group are at different products: the other is " +
                          reporter.describe(group.site),
                      site);
  thread.arguments = arguments;
  thread.results = results;
  group.site = site;
  if (++group.arrived < groupThreads)
    return suspend(thread, getSite(thread, site).name.c_str(), site);
  group.arrived = 0;
  thread.group->isMoving = true;
  start(block, group, firstWarp, site);
  for (uint32_t i = 0; i < groupWarps; ++i)
    block.warps[firstWarp + i].runnable = allLanes;
  thread.warp->runnable &= ~(1u << thread.lane);
}

static void fence(Warp &warp, uint32_t, const Site &) { warp.fencedAt = ++warp.registerTime; }

static void commit(Warp &warp, uint32_t, const Site &) { ++warp.committedProducts; }

static void wait(Warp &warp, uint32_t mask, const Site &) {
  Thread &first = *warp.lanes[std::countr_zero(mask)];
  auto keep = static_cast<uint32_t>(first.arguments[0]);
  if (warp.committedProducts <= keep)
    return;
  Block &block = *warp.block;
  WarpGroup &group = getGroup(block, warp.index);
  uint32_t last = warp.committedProducts - keep;
  runAll(block, group, last);
  warp.finishedProducts = std::max(warp.finishedProducts, last);
  if (warp.clock.size() <= group.engine)
    warp.clock.resize(group.engine + 1);
  warp.clock[group.engine] = std::max(warp.clock[group.engine], warp.finishedProducts);
}

template <auto Run>
static void meetWarp(Thread &thread, uint32_t site, uint64_t *arguments, uint64_t *results) {
  meet(thread, allLanes, site, arguments, results, Run, true);
}

uint32_t readRegister(Thread &thread, uint32_t bits, uint32_t site) {
  if (!isToken(bits))
    return bits;
  Warp &warp = *thread.warp;
  WarpGroup &group = getGroup(*thread.block, warp.index);
  warp.touchedAt = ++warp.registerTime;
  auto found = group.results.find(bits >> 7 & 0x7FFF);
  if (found == group.results.end()) {
    abortGroup(thread, Kind::Protocol, "a result of more than 256 products ago", site);
    return UINT32_MAX;
  }
  const Accumulators &result = found->second;
  size_t each = result.values->size() / groupThreads, element = bits & 127;
  if (result.group <= warp.finishedProducts)
    return std::bit_cast<uint32_t>((*result.values)[thread.index % groupThreads * each + element]);
  thread.group->launch.reporter.report(
      thread, Kind::Race, "uses the result of a product that no wgmma.wait_group covers", site);
  return UINT32_MAX;
}

/// `m64nNk16.f32.bf16.bf16.ss`, as the parser of assembly writes it.
std::optional<Op> findProductOp(llvm::StringRef name) {
  if (!name.consume_front("wgmma."))
    return std::nullopt;
  if (name == "fence.sync.aligned")
    return Op{meetWarp<fence>, true, {}};
  if (name == "commit_group.sync.aligned")
    return Op{meetWarp<commit>, true, {}};
  if (name == "wait_group.sync.aligned")
    return Op{meetWarp<wait>, true, {}};
  int columns = 0;
  if (!name.consume_front("mma_async.m64n") || name.consumeInteger(10, columns) || columns % 8 ||
      columns < 8 || columns > 256 || !name.consume_front("k16.f32."))
    return std::nullopt;
  bool isHalf = name.consume_front("f16.f16.");
  if (!isHalf && !name.consume_front("bf16.bf16."))
    return std::nullopt;
  if (name != "ss" && name != "rs")
    return std::nullopt;
  return Op{multiply, true, {columns, isHalf, name == "rs"}};
}

} // namespace weft::sim
