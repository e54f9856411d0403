// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/bench/Workers.h"

#include <csignal>
#include <cstdio>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/weft/Failure.h"

namespace weft::bench {
namespace {

/// Answers requests until there is none.
void serve(int channel, const std::function<std::shared_ptr<Candidate>()> &make) {
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
  start([&](int end) { serve(end, make); });
}

Worker::Worker(const std::vector<std::string> &command) {
  start([&](int end) {
    std::vector<char *> arguments;
    for (const std::string &argument : command)
      arguments.push_back(const_cast<char *>(argument.c_str()));
    arguments.push_back(nullptr);
    if (::dup2(end, 0) == 0 && ::dup2(end, 1) == 1)
      ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  });
}

void Worker::start(const std::function<void(int channel)> &child) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    driver::fail(ErrorCode::Resource, "cannot start a worker");
  std::fflush(nullptr);
  process = ::fork();
  if (process == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL); // a stopped child would not see its parent go
    ::close(ends[0]);
    child(ends[1]);
  }
  ::close(ends[1]);
  channel = ends[0];
  if (process < 0)
    driver::fail(ErrorCode::Resource, "cannot start a worker");
}

Worker::~Worker() {
  if (process > 0)
    finish();
}

int64_t Worker::finish() {
  // Workers started later hold copies of this end, so closing it would not be the end.
  ::shutdown(channel, SHUT_RDWR);
  ::close(channel);
  ::kill(process, SIGCONT);
  rusage used{};
  ::wait4(process, nullptr, 0, &used);
  process = -1;
  return int64_t(used.ru_maxrss) * 1024;
}

double Worker::ask(int64_t calls) {
  ::kill(process, SIGCONT);
  double answer = 0;
  if (::send(channel, &calls, sizeof calls, MSG_NOSIGNAL) != sizeof calls ||
      ::read(channel, &answer, sizeof answer) != sizeof answer)
    driver::fail(ErrorCode::Device, "a worker ended before it answered");
  ::kill(process, SIGSTOP);
  return answer;
}

} // namespace weft::bench
