// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The check before every load, store and copy, and the reports of all checks.
#include <cstring>

#include "compiler/sim/Cluster.h"
#include "compiler/sim/Fiber.h"

namespace weft::sim {

using Kind = Diagnostic::Kind;

llvm::StringRef getName(Kind kind) {
  static constexpr const char *names[] = {"out of bounds", "race",      "uninitialised",
                                          "deadlock",      "livelock",  "misaligned",
                                          "protocol",      "divergence"};
  return names[static_cast<int>(kind)];
}

std::string Reporter::describe(uint32_t index) const {
  const Site &site = sites[index];
  return site.function + ": " + site.text +
         (site.location.empty() ? std::string() : " (" + site.location + ")");
}

void Reporter::report(const Thread &thread, Kind kind, const std::string &text, uint32_t site,
                      uint32_t otherSite) {
  constexpr size_t most = 100;
  thread.group->isAborted |= stopAtFirst;
  if (diagnostics.size() < most && seen.insert({kind, site, otherSite}).second)
    diagnostics.push_back({kind, text, thread.block->id, thread.index, describe(site)});
}

/// Where an access goes that must not happen: loads there give zero.
static void *getNowhere(uint32_t bytes) {
  alignas(64) static thread_local char nowhere[1 << 16];
  std::memset(nowhere, 0, bytes);
  return nowhere;
}

/// The block of the cluster whose window holds an address, or null.
static Block *findWindow(const Thread &thread, uintptr_t address) {
  uintptr_t own = reinterpret_cast<uintptr_t>(thread.shared);
  if (address - own < windowBytes)
    return thread.block;
  uint32_t count = thread.special[getSpecialRegister("cluster.nctarank")];
  uintptr_t first = own - thread.block->rank * windowBytes;
  if (count <= 1 || address - first >= count * windowBytes)
    return nullptr;
  // Cooperative groups hold many clusters one after another.
  uint32_t rank = static_cast<uint32_t>((address - first) / windowBytes);
  for (auto &block : thread.group->blocks)
    if (block->shared == reinterpret_cast<char *>(first + rank * windowBytes))
      return block.get();
  return nullptr;
}

static bool isOwnStack(const Thread &thread, uintptr_t address) {
  const Group &group = *thread.group;
  if (!thread.stack)
    return address >= group.loopStackLow && address < group.loopStackHigh;
  return address - reinterpret_cast<uintptr_t>(thread.stack) < group.launch.options.stackBytes;
}

static bool isDeviceMemory(Group &group, uintptr_t address, uint32_t bytes) {
  auto isInside = [&](std::pair<uintptr_t, uintptr_t> range) {
    return address >= range.first && address < range.second && bytes <= range.second - address;
  };
  if (isInside(group.lastRange))
    return true;
  group.lastRange = group.launch.memory.find(address);
  return isInside(group.lastRange) || group.launch.constants.contains(address, bytes);
}

static std::string describeAccess(AccessKind kind, uint32_t bytes) {
  return std::string(isWrite(kind) ? "a store of " : "a load of ") + std::to_string(bytes) +
         (bytes == 1 ? " byte" : " bytes");
}

static void *checkShared(Thread &thread, Block &block, void *pointer, uint32_t bytes,
                         AccessKind kind, uint32_t site) {
  uint32_t offset = static_cast<uint32_t>(static_cast<char *>(pointer) - block.shared);
  if (&block != thread.block)
    noteRemoteAccess(thread, block, site);
  if (uint64_t{offset} + bytes > block.sharedBytes) {
    if (!thread.group->launch.options.bounds && offset + bytes <= windowBytes)
      return pointer;
    thread.group->launch.reporter.report(
        thread, Kind::OutOfBounds,
        describeAccess(kind, bytes) + " at shared+" + std::to_string(offset) + "; the block has " +
            std::to_string(block.sharedBytes) + " bytes of shared memory",
        site);
    return getNowhere(bytes);
  }
  if (block.shadow)
    block.shadow->access(thread, offset, bytes, kind, site);
  return pointer;
}

void *checkAccess(Thread &thread, void *pointer, uint32_t bytes, uint32_t alignLog2, unsigned space,
                  AccessKind kind, uint32_t site) {
  Group &group = *thread.group;
  Launch &launch = group.launch;
  auto address = reinterpret_cast<uintptr_t>(pointer);
  ++launch.stats.accesses;
  if (launch.options.bounds && (address & ((uintptr_t{1} << alignLog2) - 1))) {
    launch.reporter.report(thread, Kind::Misaligned,
                           describeAccess(kind, bytes) +
                               " at an address that is not a multiple of " +
                               std::to_string(1u << alignLog2),
                           site);
    return getNowhere(bytes);
  }
  if (Block *block = findWindow(thread, address))
    return checkShared(thread, *block, pointer, bytes, kind, site);
  if (space == 3 || space == 7) {
    launch.reporter.report(thread, Kind::OutOfBounds,
                           describeAccess(kind, bytes) + " outside of shared memory: shared" +
                               std::to_string(static_cast<int64_t>(
                                   address - reinterpret_cast<uintptr_t>(thread.shared))),
                           site);
    return getNowhere(bytes);
  }
  if (isOwnStack(thread, address))
    return pointer;
  if (launch.options.bounds && !isDeviceMemory(group, address, bytes)) {
    launch.reporter.report(thread, Kind::OutOfBounds,
                           describeAccess(kind, bytes) +
                               " outside of device memory: " + launch.memory.describe(address),
                           site);
    return getNowhere(bytes);
  }
  if (launch.config.onAccess)
    launch.config.onAccess(thread.block->id, address, bytes);
  if (launch.globalShadow)
    launch.globalShadow->access(thread, address, bytes, kind, site);
  return pointer;
}

bool checkCopyTarget(Thread &thread, char *target, uint32_t bytes, uint32_t alignLog2,
                     uint32_t site) {
  Reporter &reporter = thread.group->launch.reporter;
  auto offset = reinterpret_cast<uintptr_t>(target) - reinterpret_cast<uintptr_t>(thread.shared);
  if (offset >= windowBytes || offset + bytes > thread.block->sharedBytes) {
    reporter.report(thread, Kind::OutOfBounds,
                    "a copy of " + std::to_string(bytes) + " bytes to shared+" +
                        std::to_string(static_cast<int64_t>(offset)) + "; the block has " +
                        std::to_string(thread.block->sharedBytes) + " bytes of shared memory",
                    site);
    return false;
  }
  if (offset % (1u << alignLog2) == 0)
    return true;
  reporter.report(thread, Kind::Misaligned,
                  "a copy to shared+" + std::to_string(offset) + ", which is not a multiple of " +
                      std::to_string(bytes),
                  site);
  return false;
}

} // namespace weft::sim
