// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/bench/Workers.h"

#include <csignal>
#include <cstdio>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/weft/Failure.h"

namespace weft::bench {
namespace {

/// Answers requests (a number of calls, 0 for the error) until the parent has gone.
[[noreturn]] void serve(int channel, const std::function<std::shared_ptr<Candidate>()> &make) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL); // a stopped child would not see its parent go
  int code = 1;
  try {
    std::shared_ptr<Candidate> candidate = make();
    int64_t calls = 0;
    while (::read(channel, &calls, sizeof calls) == sizeof calls) {
      double answer = calls > 0 ? candidate->run(calls) : candidate->getError();
      if (::write(channel, &answer, sizeof answer) != sizeof answer)
        break;
    }
    code = 0;
  } catch (const driver::Failure &failure) {
    fmt::print(stderr, "{}\n", failure.status.message());
  }
  std::fflush(nullptr);
  ::_exit(code);
}

} // namespace

Worker::Worker(const std::function<std::shared_ptr<Candidate>()> &make) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    driver::fail(ErrorCode::Resource, "cannot start a worker");
  std::fflush(nullptr);
  process = ::fork();
  if (process == 0) {
    ::close(ends[0]);
    serve(ends[1], make);
  }
  ::close(ends[1]);
  channel = ends[0];
  if (process < 0)
    driver::fail(ErrorCode::Resource, "cannot start a worker");
}

Worker::~Worker() {
  ::close(channel);
  if (process > 0) {
    ::kill(process, SIGKILL);
    ::waitpid(process, nullptr, 0);
  }
}

double Worker::ask(int64_t calls) {
  ::kill(process, SIGCONT);
  double answer = 0;
  if (::write(channel, &calls, sizeof calls) != sizeof calls ||
      ::read(channel, &answer, sizeof answer) != sizeof answer)
    driver::fail(ErrorCode::Device, "a worker ended before it answered");
  ::kill(process, SIGSTOP);
  return answer;
}

} // namespace weft::bench
