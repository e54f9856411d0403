// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operations of one thread that are easier called than generated, and the table of all families.
#include <algorithm>

#include "llvm/ADT/StringSwitch.h"

#include "compiler/sim/Engine.h"
#include "compiler/sim/Fiber.h"
#include "compiler/sim/FloatBits.h"

namespace weft::sim {

/// Bytes of the second operand above those of the first, chosen by the nibbles of the third; bit 3
/// of a nibble repeats the byte's sign.
static void permute(Thread &, uint32_t, uint64_t *arguments, uint64_t *results) {
  uint64_t bytes = (arguments[0] & UINT32_MAX) | arguments[1] << 32;
  uint32_t result = 0;
  for (int i = 0; i < 4; ++i) {
    auto choice = static_cast<uint32_t>(arguments[2] >> 4 * i);
    auto byte = static_cast<uint8_t>(bytes >> 8 * (choice & 7));
    if (choice & 8)
      byte = byte & 0x80 ? 0xFF : 0;
    result |= uint32_t{byte} << 8 * i;
  }
  results[0] = result;
}

static void multiplyHigh(Thread &thread, uint32_t site, uint64_t *arguments, uint64_t *results) {
  const int *form = getSite(thread, site).op.form;
  if (form[0] == 32)
    results[0] = form[1] ? static_cast<uint64_t>(int64_t{static_cast<int32_t>(arguments[0])} *
                                                 static_cast<int32_t>(arguments[1])) >>
                               32
                         : (arguments[0] & UINT32_MAX) * (arguments[1] & UINT32_MAX) >> 32;
  else if (form[1])
    results[0] = static_cast<uint64_t>(
        __int128{static_cast<int64_t>(arguments[0])} * static_cast<int64_t>(arguments[1]) >> 64);
  else
    results[0] =
        static_cast<uint64_t>(static_cast<unsigned __int128>(arguments[0]) * arguments[1] >> 64);
}

static void dotBytes(Thread &thread, uint32_t site, uint64_t *arguments, uint64_t *results) {
  const int *form = getSite(thread, site).op.form;
  auto sum = static_cast<uint32_t>(arguments[2]);
  for (int i = 0; i < 4; ++i) {
    auto get = [&](int operand) -> int {
      auto byte = static_cast<uint8_t>(arguments[operand] >> 8 * i);
      return form[operand] ? static_cast<int8_t>(byte) : byte;
    };
    sum += static_cast<uint32_t>(get(0) * get(1));
  }
  results[0] = sum;
}

/// Rounds to the 10 fraction bits of tf32: to the nearest, ties away from zero.
static void roundToTf32(Thread &, uint32_t, uint64_t *arguments, uint64_t *results) {
  auto bits = static_cast<uint32_t>(arguments[0]);
  bool isFinite = (bits & 0x7F800000) != 0x7F800000;
  results[0] = isFinite ? (bits + 0x1000) & ~0x1FFFu : bits;
}

static bool isShared(const Thread &thread, uint64_t address) {
  return address - reinterpret_cast<uintptr_t>(thread.shared) < windowBytes;
}

static void isInSpace(Thread &thread, uint32_t site, uint64_t *arguments, uint64_t *results) {
  auto stack = reinterpret_cast<uintptr_t>(thread.stack);
  size_t bytes = thread.group->launch.options.stackBytes;
  bool isLocal = thread.stack && arguments[0] - stack < bytes;
  bool shared = isShared(thread, arguments[0]);
  switch (getSite(thread, site).op.form[0]) {
  case 3:
    results[0] = shared;
    break;
  case 5:
    results[0] = isLocal;
    break;
  default:
    results[0] = !shared && !isLocal;
  }
}

/// Time goes by with every look at it, and looking lets others run: loops that wait for it end.
static void readClock(Thread &thread, uint32_t, uint64_t *, uint64_t *results) {
  yield(thread);
  results[0] = 32 * thread.group->launch.stats.resumes;
}

static void trap(Thread &thread, uint32_t site, uint64_t *, uint64_t *) {
  abortGroup(thread, Diagnostic::Kind::Protocol, "the kernel trapped", site);
}

static void exitThread(Thread &thread, uint32_t, uint64_t *, uint64_t *) { finishThread(thread); }

/// memcpy, memmove and memset of generated code: destination, source or value, size.
static void moveBytes(Thread &thread, uint32_t site, uint64_t *arguments, uint64_t *) {
  bool isSet = getSite(thread, site).op.form[0] != 0;
  auto *to = reinterpret_cast<char *>(arguments[0]);
  for (uint64_t i = 0; i < arguments[2]; ++i) {
    auto byte = static_cast<char>(arguments[1]);
    if (!isSet)
      byte = *static_cast<char *>(checkAccess(thread, reinterpret_cast<char *>(arguments[1]) + i, 1,
                                              0, 0, AccessKind::Read, site));
    *static_cast<char *>(checkAccess(thread, to + i, 1, 0, 0, AccessKind::Write, site)) = byte;
  }
}

std::optional<Op> findScalarOp(llvm::StringRef name) {
  if (name == "prmt")
    return Op{permute, false, {}};
  if (name == "f2tf32.rna")
    return Op{roundToTf32, false, {}};
  if (name == "trap")
    return Op{trap, true, {}};
  if (name == "exit")
    return Op{exitThread, true, {}};
  if (name == "memcpy" || name == "memset")
    return Op{moveBytes, false, {name == "memset"}};
  if (name == "read.ptx.sreg.clock" || name == "read.ptx.sreg.clock64" ||
      name == "read.ptx.sreg.globaltimer")
    return Op{readClock, true, {}};
  if (name.consume_front("mulhi.")) {
    bool isSigned = !name.consume_front("u");
    if (name == "i" || name == "ll")
      return Op{multiplyHigh, false, {name == "i" ? 32 : 64, isSigned}};
  }
  if (name.consume_front("idp4a."))
    return Op{dotBytes, false, {name.starts_with("s"), name.ends_with("s")}};
  if (name.consume_front("isspacep.")) {
    int space = llvm::StringSwitch<int>(name)
                    .Cases({"shared", "shared.cluster"}, 3)
                    .Case("local", 5)
                    .Case("global", 1)
                    .Default(0);
    if (space)
      return Op{isInSpace, true, {space}};
  }
  return std::nullopt;
}

std::optional<Op> findOp(llvm::StringRef name) {
  for (auto find :
       {findWarpOp, findMatrixOp, findBarrierOp, findCopyOp, findScalarOp, findMbarrierOp,
        findClusterOp, findFenceOp, findBulkOp, findProductOp, findRegisterOp})
    if (std::optional<Op> op = find(name))
      return op;
  return std::nullopt;
}

bool isSync(llvm::StringRef name) {
  return name.starts_with("barrier.") || name == "bar.warp.sync" ||
         name.starts_with("cp.async.commit") || name.starts_with("cp.async.wait") ||
         name.starts_with("cp.async.bulk.commit") || name.starts_with("cp.async.bulk.wait") ||
         name.starts_with("membar.") || name.starts_with("fence") ||
         name.starts_with("cp.async.mbarrier.") || name.starts_with("wgmma.fence") ||
         name.starts_with("wgmma.commit") || name.starts_with("wgmma.wait") ||
         (name.starts_with("mbarrier.") && (name.contains("arrive") || name.contains("wait")));
}

} // namespace weft::sim
