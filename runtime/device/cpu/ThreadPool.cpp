// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/device/cpu/ThreadPool.h"

#include <algorithm>
#include <chrono>
#include <immintrin.h>

namespace weft {
namespace {

constexpr auto spinTime = std::chrono::microseconds(30);
constexpr unsigned kernelMxcsr = 0x1F80 | 0x8000 | 0x0040; // exceptions masked, FTZ, DAZ
constexpr uint64_t closed = 0xFFFFFFFF;                    // a next task beyond every count
constexpr int64_t maxBatch = int64_t(1) << 31;

/// Whether this thread is inside a task of some pool.
thread_local bool isInTask = false;

/// Spins until `isDone` or the time is over; whether it is done.
template <typename IsDone> bool spinUntil(IsDone isDone) {
  auto start = std::chrono::steady_clock::now();
  while (true) {
    for (int i = 0; i < 64; ++i) {
      if (isDone())
        return true;
      _mm_pause();
    }
    if (std::chrono::steady_clock::now() - start > spinTime)
      return isDone();
  }
}

} // namespace

KernelFloatMode::KernelFloatMode() : saved(_mm_getcsr()) { _mm_setcsr(kernelMxcsr); }
KernelFloatMode::~KernelFloatMode() { _mm_setcsr(saved); }

ThreadPool::ThreadPool(int threads) {
  for (int i = 1; i < threads; ++i)
    workers.emplace_back([this] { work(); });
}

ThreadPool::~ThreadPool() {
  stopping.store(true);
  epoch.fetch_add(1);
  epoch.notify_all();
  for (std::thread &worker : workers)
    worker.join();
}

void ThreadPool::takeTasks(uint32_t launch) {
  Task task = currentTask.load(std::memory_order_acquire);
  const void *context = currentContext.load(std::memory_order_acquire);
  int64_t first = firstTask.load(std::memory_order_acquire);
  uint32_t count = taskCount.load(std::memory_order_acquire);
  uint64_t current = ticket.load(std::memory_order_acquire);
  // A field of a later launch was stored after that launch closed this one's ticket, so whoever has
  // read such a field finds another launch number here and takes nothing.
  while (uint32_t(current >> 32) == launch && uint32_t(current) < count) {
    if (!ticket.compare_exchange_weak(current, current + 1, std::memory_order_acq_rel))
      continue;
    isInTask = true;
    task(context, first + uint32_t(current));
    isInTask = false;
    if (remaining.fetch_sub(1, std::memory_order_acq_rel) == 1)
      remaining.notify_all();
    current = ticket.load(std::memory_order_acquire);
  }
}

void ThreadPool::work() {
  KernelFloatMode mode;
  uint32_t seen = 0;
  while (true) {
    if (!spinUntil([&] { return epoch.load(std::memory_order_acquire) != seen; }))
      epoch.wait(seen, std::memory_order_acquire);
    seen = epoch.load(std::memory_order_acquire);
    if (stopping.load())
      return;
    takeTasks(seen);
  }
}

void ThreadPool::run(Task task, const void *context, int64_t count) {
  if (isInTask) { // in the mode of the task
    for (int64_t i = 0; i < count; ++i)
      task(context, i);
    return;
  }
  KernelFloatMode mode;
  if (workers.empty() || count <= 1) {
    for (int64_t i = 0; i < count; ++i)
      task(context, i);
    return;
  }
  std::lock_guard lock(turn);
  for (int64_t first = 0; first < count; first += maxBatch)
    runBatch(task, context, first, uint32_t(std::min(maxBatch, count - first)));
}

void ThreadPool::runBatch(Task task, const void *context, int64_t first, uint32_t count) {
  uint32_t launch = epoch.load(std::memory_order_relaxed) + 1;
  ticket.store(uint64_t(launch) << 32 | closed, std::memory_order_relaxed);
  currentTask.store(task, std::memory_order_release);
  currentContext.store(context, std::memory_order_release);
  firstTask.store(first, std::memory_order_release);
  taskCount.store(count, std::memory_order_release);
  remaining.store(count, std::memory_order_release);
  ticket.store(uint64_t(launch) << 32, std::memory_order_release);
  epoch.store(launch, std::memory_order_release);
  epoch.notify_all();
  takeTasks(launch);
  auto isDone = [&] { return remaining.load(std::memory_order_acquire) == 0; };
  // The others still work on the last tasks; one of them may have lost its processor, so do not
  // spin for ever.
  while (!spinUntil(isDone))
    if (uint32_t left = remaining.load(std::memory_order_acquire))
      remaining.wait(left, std::memory_order_acquire);
}

} // namespace weft
