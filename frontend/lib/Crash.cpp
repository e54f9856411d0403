// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "frontend/lib/Crash.h"

#include <csignal>
#include <cstdint>
#include <cstring>

#include <sys/resource.h>
#include <unistd.h>

#include "frontend/lib/LastCall.h"

namespace weft::detail {

namespace {

struct Place {
  const char *file = "";
  unsigned line = 0;
  uintptr_t stack = 0, stackSize = 0;
};
Place start;

/// A line of text in fixed storage: a signal handler may neither allocate nor use streams.
class Line {
public:
  Line &operator<<(const char *more) {
    while (*more && size < sizeof text)
      text[size++] = *more++;
    return *this;
  }
  Line &operator<<(unsigned number) {
    char digits[12];
    char *begin = digits + sizeof digits - 1;
    *begin = 0;
    do
      *--begin = static_cast<char>('0' + number % 10);
    while (number /= 10);
    return *this << static_cast<const char *>(begin);
  }
  void print() const {
    for (size_t done = 0; done < size;) {
      ssize_t count = write(STDERR_FILENO, text + done, size - done);
      if (count <= 0)
        return;
      done += static_cast<size_t>(count);
    }
  }

private:
  char text[1024];
  size_t size = 0;
};

const char *nameOf(int number, const siginfo_t *info) {
  uintptr_t distance = start.stack - reinterpret_cast<uintptr_t>(info->si_addr);
  bool isStack = distance > start.stackSize / 20 * 19 && distance < start.stackSize / 20 * 21;
  switch (number) {
  case SIGSEGV:
    return isStack ? "ran out of stack, as code does that calls itself without end"
                   : "used memory that is not there";
  case SIGBUS:
    return "used memory that is not there";
  case SIGFPE:
    return "divided a whole number by zero";
  case SIGABRT:
    return "aborted";
  default:
    return "ran an instruction that does not exist";
  }
}

void onCrash(int number, siginfo_t *info, void *) {
  const dsl::detail::LastCall &last = dsl::detail::lastCall();
  const char *file = last.file ? last.file : start.file;
  if (const char *slash = std::strrchr(file, '/'))
    file = slash + 1;
  Line line;
  line << file << ":" << (last.file ? last.line : start.line) << ": error: ";
  if (*last.function)
    line << "function `" << last.function << "` ";
  else
    line << "the model ";
  line << nameOf(number, info) << (last.file ? " after this call\n" : "\n")
       << "  help: the model's own code crashed before its next call of the language; a debugger "
          "shows where\n";
  line.print();
  _exit(1);
}

} // namespace

void explainCrashes(dsl::Where where) {
  char here = 0;
  rlimit limit{};
  getrlimit(RLIMIT_STACK, &limit);
  start = {where.file_name(), where.line(), reinterpret_cast<uintptr_t>(&here),
           static_cast<uintptr_t>(limit.rlim_cur)};
  // The handler needs a stack of its own: the usual one may be what is used up.
  static char stack[65536];
  stack_t other{};
  other.ss_sp = stack;
  other.ss_size = sizeof stack;
  sigaltstack(&other, nullptr);
  struct sigaction action {};
  action.sa_sigaction = onCrash;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (int number : {SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGILL})
    sigaction(number, &action, nullptr);
}

} // namespace weft::detail
