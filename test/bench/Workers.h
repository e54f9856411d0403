// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Candidates that are processes of their own. Threads of a library may spin for milliseconds after
// a call and starve whoever comes next, so a worker is stopped (SIGSTOP) while it is not its turn.
#ifndef TEST_BENCH_WORKERS_H
#define TEST_BENCH_WORKERS_H

#include <sys/types.h>

#include "test/bench/Rounds.h"

namespace weft::bench {

/// A child that runs a candidate when asked: it reads a number of calls (eight bytes) and answers
/// with their seconds (a double); for the number 0, with the error. It ends with its input. Start
/// workers before this process has threads. Fails with Device when the child ends early.
class Worker : public Candidate {
public:
  /// A copy of this process that makes the candidate by itself.
  explicit Worker(const std::function<std::shared_ptr<Candidate>()> &make);
  /// Another program, looked up in PATH, with the requests on its standard input and output.
  explicit Worker(const std::vector<std::string> &command);
  ~Worker() override;
  Worker(const Worker &) = delete;
  Worker &operator=(const Worker &) = delete;

  double run(int64_t calls) override { return ask(calls); }
  double getError() override { return ask(0); }
  /// Ends it; the most bytes it had in memory.
  int64_t finish();

private:
  void start(const std::function<void(int channel)> &child);
  double ask(int64_t calls);

  pid_t process = -1;
  int channel = -1;
};

} // namespace weft::bench

#endif
