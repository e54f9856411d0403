// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The call of the language that was made last. What a model throws, or where it crashes, has no
// line of its own; this is the nearest one there is.
#ifndef FRONTEND_LIB_LASTCALL_H
#define FRONTEND_LIB_LASTCALL_H

namespace weft::dsl::detail {

/// Plain data in static storage: a signal handler reads it.
struct LastCall {
  const char *file = nullptr;
  unsigned line = 0;
  char function[64] = "";
};

LastCall &lastCall();

} // namespace weft::dsl::detail

#endif
