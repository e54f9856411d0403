// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Status with a formatted message; fmt stays out of the public headers.
#ifndef RUNTIME_BASE_FORMAT_H
#define RUNTIME_BASE_FORMAT_H

#include <new>

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

/// For the handlers of std::bad_alloc. Where there is not even memory for the message, a shorter
/// one that needs none.
template <typename... Args>
Status outOfMemory(fmt::format_string<Args...> format, Args &&...args) noexcept {
  try {
    return makeError(ErrorCode::Resource, format, std::forward<Args>(args)...);
  } catch (const std::bad_alloc &) {
    return Status(ErrorCode::Resource, "out of memory");
  }
}

} // namespace weft

#endif
