// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <chrono>
#include <numeric>

#include <gtest/gtest.h>
#include <immintrin.h>

#include "runtime/device/cpu/ThreadPool.h"

namespace weft {
namespace {

struct Counts {
  std::vector<std::atomic<int>> runs;
  explicit Counts(size_t size) : runs(size) {}
  static void add(const void *context, int64_t task) {
    const_cast<Counts *>(static_cast<const Counts *>(context))->runs[size_t(task)].fetch_add(1);
  }
};

TEST(ThreadPool, EveryTaskRunsOnceInEveryLaunch) {
  for (int threads : {1, 2, 3, 7}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.threadCount(), threads);
    Counts counts(100);
    int64_t expected[100] = {};
    for (int launch = 0; launch < 3000; ++launch) {
      int64_t tasks = launch * 37 % 101;
      pool.run(Counts::add, &counts, tasks);
      for (int64_t i = 0; i < tasks; ++i)
        ++expected[i];
    }
    for (int i = 0; i < 100; ++i)
      ASSERT_EQ(counts.runs[size_t(i)].load(), expected[i]) << threads << " threads, task " << i;
  }
}

TEST(ThreadPool, ATaskRunsTasksOfItsOwnInOrder) {
  ThreadPool pool(4);
  struct Work {
    ThreadPool &pool;
    std::atomic<int> wrong{0};
  } work{pool};
  struct Inner {
    std::thread::id thread;
    int64_t next = 0;
    int wrong = 0;
  };
  auto runInner = [](const void *context, int64_t task) {
    Inner &inner = *const_cast<Inner *>(static_cast<const Inner *>(context));
    inner.wrong += inner.next++ != task || std::this_thread::get_id() != inner.thread;
  };
  auto runOuter = [](const void *context, int64_t) {
    Work &work = *const_cast<Work *>(static_cast<const Work *>(context));
    Inner inner{std::this_thread::get_id()};
    work.pool.run(decltype(runInner)(), &inner, 50);
    work.wrong.fetch_add(inner.wrong + (inner.next != 50));
  };
  for (int launch = 0; launch < 200; ++launch)
    pool.run(runOuter, &work, 9);
  EXPECT_EQ(work.wrong.load(), 0);
}

TEST(ThreadPool, SleepingWorkersWakeUp) {
  ThreadPool pool(3);
  Counts counts(50);
  for (int launch = 0; launch < 20; ++launch) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1)); // well beyond the spinning
    pool.run(Counts::add, &counts, 50);
  }
  for (std::atomic<int> &runs : counts.runs)
    EXPECT_EQ(runs.load(), 20);
}

TEST(ThreadPool, WorkersFlushSubnormals) {
  ThreadPool pool(4);
  struct Modes {
    std::atomic<int> wrong{0};
  } modes;
  auto check = [](const void *context, int64_t) {
    if ((_mm_getcsr() & ~0x3Fu) != 0x9FC0)
      const_cast<Modes *>(static_cast<const Modes *>(context))->wrong.fetch_add(1);
  };
  for (int launch = 0; launch < 50; ++launch)
    pool.run(check, &modes, 64);
  EXPECT_EQ(modes.wrong.load(), 0);
}

} // namespace
} // namespace weft
