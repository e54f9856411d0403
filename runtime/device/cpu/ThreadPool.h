// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The threads that run the tasks of one launch. A step of a small model has tens of launches, so a
// fork and join must cost well under a microsecond: workers spin for about 30 us after a launch
// before they sleep, and the caller works along. Tasks are taken one by one from a counter, so a
// stalled thread delays only its own task.
#ifndef RUNTIME_DEVICE_CPU_THREADPOOL_H
#define RUNTIME_DEVICE_CPU_THREADPOOL_H

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace weft {

/// Sets how kernels round: to nearest, exceptions masked, subnormals flushed to zero on both sides;
/// restores the caller's setting with the scope.
class KernelFloatMode {
public:
  KernelFloatMode();
  ~KernelFloatMode();
  KernelFloatMode(const KernelFloatMode &) = delete;
  KernelFloatMode &operator=(const KernelFloatMode &) = delete;

private:
  unsigned saved;
};

class ThreadPool {
public:
  using Task = void (*)(const void *context, int64_t task);

  /// `threads` counts the caller: 1 starts none.
  explicit ThreadPool(int threads);
  ~ThreadPool();

  int threadCount() const { return int(workers.size()) + 1; }

  /// Runs task(context, i) for every i in [0, count) and returns when all are done. Callers take
  /// turns. A task may call it: its own tasks then run where it does, in order.
  void run(Task task, const void *context, int64_t count);

private:
  void runBatch(Task task, const void *context, int64_t first, uint32_t count);
  void work();
  /// Takes and runs tasks of this launch until none is left.
  void takeTasks(uint32_t launch);

  std::mutex turn;
  std::vector<std::thread> workers;

  // The ticket holds the number of the launch (high half) and the next task (low half): taking a
  // task fails once the launch is over, so a thread that wakes late never runs a task of a launch
  // that has ended.
  alignas(64) std::atomic<uint64_t> ticket{0};
  alignas(64) std::atomic<uint32_t> remaining{0};
  alignas(64) std::atomic<uint32_t> epoch{0}; ///< number of the launch; workers sleep on it
  std::atomic<bool> stopping{false};
  std::atomic<Task> currentTask{nullptr};
  std::atomic<const void *> currentContext{nullptr};
  std::atomic<int64_t> firstTask{0};
  std::atomic<uint32_t> taskCount{0};
};

} // namespace weft

#endif
