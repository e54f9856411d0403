// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How a subcommand ends early: it throws a Failure once, main catches it once and turns it into an
// exit code. Libraries report a Status; take() and check() are the bridge.
#ifndef TOOLS_WEFT_FAILURE_H
#define TOOLS_WEFT_FAILURE_H

#include <utility>

#include <fmt/format.h>

#include "weft/Status.h"

namespace weft::driver {

struct Failure {
  Status status;
};

inline void check(Status status) {
  if (!status)
    throw Failure{std::move(status)};
}

/// The value, or the end of the subcommand.
template <typename T> T take(Result<T> result) {
  check(result.status());
  return *std::move(result);
}

template <typename... Args>
[[noreturn]] void fail(ErrorCode code, fmt::format_string<Args...> format, Args &&...args) {
  throw Failure{Status(code, fmt::format(format, std::forward<Args>(args)...))};
}

} // namespace weft::driver

#endif
