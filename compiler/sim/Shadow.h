// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Who touched which byte last, and whether a barrier lies between two accesses. Each warp has a
// clock and knows the clocks of the others as of the last barrier with them (vector clocks).
#ifndef COMPILER_SIM_SHADOW_H
#define COMPILER_SIM_SHADOW_H

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace weft::sim {

struct Thread;

/// Four entries for each warp and each engine that copies or multiplies on its own; entries behind
/// the end are 0. An entry says up to which time of the other something holds: what it did happened
/// before; a fence made that visible to the asynchronous proxy; a fence published the barriers that
/// it initialised; a fence ordered it for atomics.
enum ClockEntry : uint32_t { Happened, ForAsync, ForBarriers, ForAtomics, clockStride };
using Clock = std::vector<uint32_t>;
void join(Clock &clock, const Clock &other);

enum class AccessKind : uint8_t { Read, Write, AtomicRead, AtomicWrite };
inline bool isWrite(AccessKind kind) {
  return kind == AccessKind::Write || kind == AccessKind::AtomicWrite;
}
inline bool isAtomic(AccessKind kind) { return kind >= AccessKind::AtomicRead; }

/// An access that was: the thread, its warp's clock and lane order then, and where.
struct Access {
  static constexpr uint16_t nobody = 0xFFFF;
  /// Not a thread: `syncs` is the place of an engine in the clocks.
  static constexpr uint16_t engine = 0xFFFE;
  /// rank in the cluster * 1024 + index in the block.
  uint16_t thread = nobody;
  bool isAtomic = false;
  /// Other lanes of the warp did the same before.
  bool isMany = false;
  /// Of an engine: cp.async, which writes as threads do, through the generic proxy.
  bool isGeneric = false;
  uint32_t clock = 0, syncs = 0, site = 0;
};

Access makeAccess(const Thread &thread, bool atomic, uint32_t site);
/// Where the clocks have the warp of the thread with that number.
uint32_t getClockIndex(const Thread &thread, uint16_t id);
/// Whether what was before happened before what `thread` does now.
bool isOrdered(const Thread &thread, const Access &before);

/// The bytes of one block's shared memory.
class Shadow {
public:
  Shadow(uint32_t bytes, bool races, bool uninitialised);
  /// Reports what is wrong with an access inside the window.
  void access(Thread &thread, uint32_t offset, uint32_t bytes, AccessKind kind, uint32_t site);
  /// An asynchronous write begins and ends; in between nobody may touch the bytes.
  void beginWrite(Thread &thread, uint32_t offset, uint32_t bytes, uint32_t site);
  void endWrite(Thread &thread, uint32_t offset, uint32_t bytes, uint32_t site);

  // ShadowAsync.cpp
  /// The bytes hold a value now.
  void markWritten(uint32_t offset, uint32_t bytes);
  /// The same as beginWrite() and endWrite() of what runs on its own; `access` is an engine's.
  void beginAsyncWrite(Thread &thread, uint32_t offset, uint32_t bytes, uint32_t site);
  void endAsyncWrite(uint32_t offset, uint32_t bytes, const Access &access);
  /// A read by `now`, an engine that was started by one with `clock`. It lasts until the time of
  /// the engine is known to whoever writes.
  void readAsync(Thread &thread, const Clock &clock, uint32_t offset, uint32_t bytes,
                 const Access &now);

private:
  static constexpr int slots = 4;
  struct Cell {
    Access writer, readers[slots];
    uint32_t pendingSite = 0;
    uint16_t pending = 0;
    bool isWritten = false, hasMoreReaders = false;
  };
  void addRead(Cell &cell, uint32_t offset, const Access &access);
  void addEngineRead(Cell &cell, uint32_t offset, const Access &access);
  void checkProxy(Thread &thread, const Clock &clock, uint32_t offset, uint32_t site);
  void reportRace(Thread &thread, uint32_t offset, const char *what, const Access &before,
                  uint32_t site);

  std::vector<Cell> cells;
  std::unordered_map<uint32_t, std::vector<Access>> moreReaders;
  bool races, uninitialised;
};

} // namespace weft::sim

#endif
