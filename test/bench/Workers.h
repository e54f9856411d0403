// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Candidates that are processes of their own. Threads of a library may spin for milliseconds after
// a call and starve whoever comes next, so a worker is stopped (SIGSTOP) while it is not its turn.
#ifndef TEST_BENCH_WORKERS_H
#define TEST_BENCH_WORKERS_H

#include <sys/types.h>

#include "test/bench/Rounds.h"

namespace weft::bench {

/// A child of this process that makes a candidate by itself and runs it when asked. Start workers
/// before this process has threads. Fails with Device when the child ends early.
class Worker : public Candidate {
public:
  explicit Worker(const std::function<std::shared_ptr<Candidate>()> &make);
  ~Worker() override;
  Worker(const Worker &) = delete;
  Worker &operator=(const Worker &) = delete;

  double run(int64_t calls) override { return ask(calls); }
  double getError() override { return ask(0); }

private:
  double ask(int64_t calls);

  pid_t process = -1;
  int channel = -1;
};

} // namespace weft::bench

#endif
