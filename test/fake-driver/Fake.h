// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the fake driver knows: its script, the things it gave out, the work on its stream.
#ifndef TEST_FAKE_DRIVER_FAKE_H
#define TEST_FAKE_DRIVER_FAKE_H

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runtime/device/cuda/DriverTypes.h"
#include "test/fake-driver/Kernels.h"

namespace fake {

using namespace weft::cuda;

/// What WEFT_TEST_DRIVER_SCRIPT says: lines, or parts between semicolons.
///
///   fail CALL NTH CODE   the NTH call of this function answers CODE and does nothing
///   version N            of the driver, 12040 for CUDA 12.4
///   cards N, sm N        how many cards there are, of which kind
///   memory BYTES         of a card
///   shared BYTES         of a block
///
/// And two that are wrong of the driver itself, so that a test can see that it sees them:
///
///   hang CALL            the function never returns
///   keep CALL            what this function gives back counts as never given back
struct Script {
  std::map<std::pair<std::string, int>, CuResult> failures;
  int version = 12040, cards = 1, sm = 80, shared = 163 << 10;
  uint64_t memory = uint64_t(8) << 30;
  std::string hangs, keeps;

  static Script read(const char *text);
};

/// One block of device memory. Its address leads nowhere, so host code that uses it crashes; the
/// bytes are elsewhere.
struct Block {
  uint64_t bytes = 0;
  char *shadow = nullptr;
};

/// What stands on a stream, in order.
using Work = std::vector<std::function<CuResult()>>;

struct Fake {
  Fake();
  /// Writes what was never given back, and every wrong use, to the log.
  ~Fake();

  /// Counts and logs a call; what the script, or an earlier failure that nothing survives, answers.
  CuResult begin(const char *call, bool needsContext);
  /// The same for a call that must not come while the stream is recorded.
  CuResult refuseRecording(const char *call, CuResult answer);
  void misuse(const std::string &text);

  /// The bytes behind a device address; null, and a wrong use, unless all lie in one block.
  char *translate(CuAddress address, uint64_t bytes, const char *call);
  bool isDeviceAddress(uint64_t value) const { return value - base < reserved; }

  /// Appends to the stream, or to what is recorded of it. Nothing runs before somebody waits, so
  /// what is read too early is old.
  void enqueue(std::function<CuResult()> work);
  /// Runs what is on the stream up to this place, and answers the first failure.
  CuResult runUntil(uint64_t place);
  CuResult runAll() { return runUntil(enqueued); }

  CuResult allocate(CuAddress *address, uint64_t bytes);

  Script script;
  std::mutex mutex;
  std::map<std::string, int> counts;
  weft::sim::Memory memory;
  std::map<CuAddress, Block> blocks;
  std::map<char *, uint64_t> pinned;
  std::set<void *> streams, modules;
  std::map<void *, Work> graphs, execs; ///< what was recorded, and what can be run of it
  std::optional<Work> recording;        ///< between begin and end of a capture
  std::map<void *, uint64_t> events;    ///< and the place on the stream they stand at
  uint64_t handles = 0;                 ///< of streams and events, which are numbers
  int contexts = 0;
  size_t kept = 0; ///< as the script's `keep` says
  uint64_t used = 0, enqueued = 0, done = 0;

private:
  void log(const std::string &line);

  std::deque<std::function<CuResult()>> stream;
  std::vector<std::string> misuses;
  CuResult sticky = CuSuccess;
  uint64_t base = 0, next = 0;
  static constexpr uint64_t reserved = uint64_t(64) << 30;
};

Fake &getFake();

/// Whether the calling thread has the context.
extern thread_local void *currentContext;
inline char contextTag; ///< its address is the context

} // namespace fake

#endif
