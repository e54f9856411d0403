// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Status with a formatted message; fmt stays out of the public headers.
#ifndef RUNTIME_BASE_FORMAT_H
#define RUNTIME_BASE_FORMAT_H

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "weft/Status.h"

namespace weft {

template <typename... Args>
Status makeError(ErrorCode code, fmt::format_string<Args...> format, Args &&...args) {
  return Status(code, fmt::format(format, std::forward<Args>(args)...));
}

template <typename... Args> Status fileError(fmt::format_string<Args...> format, Args &&...args) {
  return Status(ErrorCode::File, fmt::format(format, std::forward<Args>(args)...));
}

} // namespace weft

#endif
