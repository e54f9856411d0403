// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Child.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/weft/Failure.h"

using namespace weft;
using namespace weft::driver;

extern char **environ;

namespace {
/// The two ends of a pipe, closed when left.
struct Pipe {
  int ends[2] = {-1, -1};
  Pipe() {
    if (pipe2(ends, O_CLOEXEC) != 0)
      fail(ErrorCode::Resource, "cannot open a pipe: {}", std::strerror(errno));
  }
  ~Pipe() {
    close(0);
    close(1);
  }
  void close(int end) {
    if (ends[end] >= 0)
      ::close(ends[end]);
    ends[end] = -1;
  }
};
} // namespace

/// Twice what the compiler reads.
static constexpr size_t maxOutput = size_t(128) << 20;

/// Both pipes are read as they fill: a child that writes much to one of them must not wait for us.
/// False as soon as one of them has given too much.
static bool drain(std::array<Pipe *, 2> pipes, std::array<std::string *, 2> texts) {
  std::array<pollfd, 2> waits = {{{pipes[0]->ends[0], POLLIN, 0}, {pipes[1]->ends[0], POLLIN, 0}}};
  for (int open = 2; open > 0;) {
    if (poll(waits.data(), waits.size(), -1) < 0) {
      if (errno != EINTR)
        fail(ErrorCode::Resource, "cannot wait for a program: {}", std::strerror(errno));
      continue;
    }
    for (size_t i = 0; i < waits.size(); ++i) {
      if (waits[i].fd < 0 || waits[i].revents == 0)
        continue;
      char buffer[65536];
      ssize_t count = read(waits[i].fd, buffer, sizeof(buffer));
      if (count > 0) {
        texts[i]->append(buffer, size_t(count));
        if (texts[i]->size() > maxOutput)
          return false;
      } else if (count == 0 || errno != EINTR) {
        waits[i].fd = -1;
        --open;
      }
    }
  }
  return true;
}

ChildResult weft::driver::runChild(const std::vector<std::string> &arguments) {
  Pipe output, errors;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output.ends[1], 1);
  posix_spawn_file_actions_adddup2(&actions, errors.ends[1], 2);
  std::vector<char *> pointers;
  for (const std::string &argument : arguments)
    pointers.push_back(const_cast<char *>(argument.c_str()));
  pointers.push_back(nullptr);
  pid_t child = 0;
  int error = posix_spawnp(&child, pointers[0], &actions, nullptr, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  // As a shell reports it, and as an older posix_spawnp does.
  if (error == ENOENT)
    return {127, "", ""};
  if (error != 0)
    fail(ErrorCode::Resource, "cannot start {}: {}", arguments[0], std::strerror(error));
  output.close(1);
  errors.close(1);

  ChildResult result;
  bool isWhole = drain({&output, &errors}, {&result.output, &result.errors});
  if (!isWhole)
    kill(child, SIGKILL);
  int state = 0;
  while (waitpid(child, &state, 0) < 0 && errno == EINTR)
    continue;
  if (!isWhole)
    fail(ErrorCode::Model, "{} writes more than {} MiB", arguments[0], maxOutput >> 20);
  result.exitCode = WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
  return result;
}
