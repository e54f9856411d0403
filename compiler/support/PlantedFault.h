// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Faults for the tests of crash reports: WEFT_TEST_FAULT=PHASE:KIND makes the compiler fail at the
// beginning of a phase in the way of a bug. Nothing else reads the variable.
#ifndef COMPILER_SUPPORT_PLANTEDFAULT_H
#define COMPILER_SUPPORT_PLANTEDFAULT_H

#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace weft::compiler {

/// Deep enough for any stack; the volatile keeps the frames.
inline int overflowStack(volatile int *outer) {
  volatile int frame[1024];
  frame[0] = *outer + 1;
  if (frame[0] < 0)
    return 0; // never: compilers refuse a recursion without an end
  return overflowStack(frame) + frame[0];
}

/// KIND is segv, abort, overflow (of the stack) or throw.
inline void raisePlantedFault(std::string_view phase) {
  const char *variable = std::getenv("WEFT_TEST_FAULT");
  std::string_view fault = variable ? variable : "";
  if (!fault.starts_with(phase) || fault.substr(phase.size()).substr(0, 1) != ":")
    return;
  std::string_view kind = fault.substr(phase.size() + 1);
  if (kind == "segv")
    std::raise(SIGSEGV);
  if (kind == "abort")
    std::abort();
  if (kind == "throw")
    throw std::runtime_error("planted fault");
  if (volatile int bottom = 0; kind == "overflow")
    bottom = overflowStack(&bottom);
}

} // namespace weft::compiler

#endif
