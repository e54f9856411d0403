// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-planted-fault KIND: does what a sanitizer must report. The negative control of
// test/runtime/sanitized: each kind has to end with a report.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>
#include <thread>
#include <vector>

namespace {

// Volatile, so that the compiler does not see the fault and drop it.
volatile int one = 1;
int shared = 0;

int readPastTheEnd() {
  std::vector<int> values(4);
  return values.data()[3 + one];
}

int overflow() { return std::numeric_limits<int>::max() + one; }

unsigned wrapSize() {
  unsigned small = unsigned(one);
  return small - 2u;
}

void leak() {
  void *volatile lost = std::malloc(size_t(100 * one));
  lost = nullptr;
  static_cast<void>(lost);
}

void race() {
  std::thread other([] {
    for (int i = 0; i < 1000; ++i)
      ++shared;
  });
  for (int i = 0; i < 1000; ++i)
    ++shared;
  other.join();
}

} // namespace

int main(int argc, char **argv) {
  std::string kind = argc > 1 ? argv[1] : "";
  if (kind == "out-of-bounds")
    return readPastTheEnd();
  if (kind == "overflow")
    return overflow() == 0;
  if (kind == "size")
    return wrapSize() == 0;
  if (kind == "leak")
    return leak(), 0;
  if (kind == "race")
    return race(), shared == 0;
  std::fprintf(stderr, "weft-planted-fault expects out-of-bounds, overflow, size, leak or race\n");
  return 2;
}
