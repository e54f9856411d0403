// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The engine of bulk copies: what is under way, and what an end of it tells whom.
#include "compiler/sim/Transfer.h"

#include <algorithm>
#include <cstring>

#include "compiler/sim/FloatBits.h"

namespace weft::sim {

using Kind = Diagnostic::Kind;

/// What bytes outside of the tensor read as.
static void fill(char *to, const Transfer &transfer, uint32_t bytes) {
  std::memset(to, transfer.fill, bytes);
  if (transfer.isHalfNan && transfer.element == TensorElement::F16)
    for (uint32_t i = 0; i < bytes; i += 2)
      std::memcpy(to + i, "\xFF\x7F", 2);
}

static void land(Transfer &transfer) {
  for (const TransferTarget &target : transfer.targets) {
    for (const Piece &piece : transfer.pieces) {
      char *to = target.block->shared + piece.sharedOffset;
      if (piece.other)
        std::memcpy(to, piece.other, piece.bytes);
      else
        fill(to, transfer, piece.bytes);
    }
    Mbarrier &barrier = *target.barrier;
    if (Shadow *shadow = target.block->shadow.get())
      for (const Piece &piece : transfer.pieces)
        shadow->endAsyncWrite(
            piece.sharedOffset, piece.bytes,
            {Access::engine, false, false, false, barrier.time, barrier.engine, transfer.site});
    if (!barrier.isLive)
      transfer.thread->group->launch.reporter.report(
          *transfer.thread, Kind::Protocol, "a copy ends at an mbarrier that is not there any more",
          transfer.site);
    else
      completeBytes(*transfer.thread, barrier, static_cast<int64_t>(transfer.bytes), target.phase,
                    transfer.site);
  }
}

static void read(Transfer &transfer) {
  for (const Piece &piece : transfer.pieces) {
    const char *from = transfer.source->shared + piece.sharedOffset;
    transfer.data.insert(transfer.data.end(), from, from + piece.bytes);
  }
  transfer.isRead = true;
  --transfer.group->readsLeft;
}

static void write(Transfer &transfer) {
  size_t at = 0;
  for (const Piece &piece : transfer.pieces) {
    reduceInto(piece.other, transfer.data.data() + at, piece.bytes, transfer.element,
               transfer.reduction);
    at += piece.bytes;
  }
  --transfer.group->writesLeft;
}

/// One step. True when nothing is left to do.
static bool step(Transfer &transfer) {
  Group &group = *transfer.thread->group;
  group.isMoving = true;
  if (transfer.action) {
    transfer.action();
    return true;
  }
  if (!transfer.source) {
    land(transfer);
    return true;
  }
  bool isRead = transfer.isRead;
  if (isRead)
    write(transfer);
  else
    read(transfer);
  if (BulkCopies *bulk = transfer.thread->bulk.get(); bulk && bulk->isWaiting)
    wake(*transfer.thread);
  return isRead;
}

void startTransfer(Thread &thread, std::shared_ptr<Transfer> transfer) {
  Group &group = *thread.group;
  ++group.launch.stats.asyncCopies;
  AsyncCopies when = group.launch.options.asyncCopies;
  if (when == AsyncCopies::Eager || (when == AsyncCopies::Mixed && group.random.below(4) == 0)) {
    while (!step(*transfer))
      ;
    return;
  }
  group.transfers.push_back(std::move(transfer));
}

bool runTransfers(Group &group, bool force) {
  if (group.transfers.empty())
    return false;
  uint32_t rate = group.launch.options.asyncCopies == AsyncCopies::Late ? 4096 : 64;
  if (!force && group.random.below(rate))
    return false;
  size_t index = group.random.below(static_cast<uint32_t>(group.transfers.size()));
  std::shared_ptr<Transfer> transfer = group.transfers[index];
  // Nobody to leave for when something goes wrong here.
  group.current = nullptr;
  if (step(*transfer))
    group.transfers.erase(group.transfers.begin() + static_cast<ptrdiff_t>(index));
  return true;
}

void finishActions(Thread &thread) {
  std::vector<std::shared_ptr<Transfer>> &all = thread.group->transfers;
  for (size_t i = 0; i < all.size();)
    if (all[i]->thread == &thread && all[i]->action && step(*std::shared_ptr(all[i])))
      all.erase(all.begin() + static_cast<ptrdiff_t>(i));
    else
      ++i;
}

void drainTransfers(Group &group) {
  while (!group.isAborted && runTransfers(group, true))
    ;
}

template <class T> static T combine(T a, T b, Reduction reduction) {
  switch (reduction) {
  case Reduction::Add:
    return static_cast<T>(a + b);
  case Reduction::Min:
    return std::min(a, b);
  case Reduction::Max:
    return std::max(a, b);
  default:
    break;
  }
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(reduction == Reduction::And  ? a & b
                          : reduction == Reduction::Or ? a | b
                                                       : a ^ b);
  return b;
}

template <class T>
static void combineAll(char *to, const char *from, uint32_t bytes, Reduction reduction) {
  for (uint32_t i = 0; i < bytes; i += sizeof(T)) {
    T a, b;
    std::memcpy(&a, to + i, sizeof(T));
    std::memcpy(&b, from + i, sizeof(T));
    a = combine(a, b, reduction);
    std::memcpy(to + i, &a, sizeof(T));
  }
}

static void combineSmall(char *to, const char *from, uint32_t bytes, bool isHalf,
                         Reduction reduction) {
  for (uint32_t i = 0; i < bytes; i += 2) {
    uint16_t a, b;
    std::memcpy(&a, to + i, 2);
    std::memcpy(&b, from + i, 2);
    float sum = isHalf ? combine(halfToFloat(a), halfToFloat(b), reduction)
                       : combine(bfloatToFloat(a), bfloatToFloat(b), reduction);
    a = isHalf ? floatToHalf(sum) : floatToBfloat(sum);
    std::memcpy(to + i, &a, 2);
  }
}

void reduceInto(char *to, const char *from, uint32_t bytes, TensorElement element,
                Reduction reduction) {
  if (reduction == Reduction::None) {
    std::memcpy(to, from, bytes);
    return;
  }
  switch (element) {
  case TensorElement::F16:
  case TensorElement::BF16:
    return combineSmall(to, from, bytes, element == TensorElement::F16, reduction);
  case TensorElement::F32:
    return combineAll<float>(to, from, bytes, reduction);
  case TensorElement::F64:
    return combineAll<double>(to, from, bytes, reduction);
  case TensorElement::S32:
    return combineAll<int32_t>(to, from, bytes, reduction);
  case TensorElement::U32:
    return combineAll<uint32_t>(to, from, bytes, reduction);
  case TensorElement::S64:
    return combineAll<int64_t>(to, from, bytes, reduction);
  case TensorElement::U64:
    return combineAll<uint64_t>(to, from, bytes, reduction);
  case TensorElement::U8:
    return combineAll<uint8_t>(to, from, bytes, reduction);
  case TensorElement::U16:
    return combineAll<uint16_t>(to, from, bytes, reduction);
  }
}

} // namespace weft::sim
