// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the command lines of the benches share.
#ifndef TEST_BENCH_ARGUMENTS_H
#define TEST_BENCH_ARGUMENTS_H

#include <charconv>
#include <string_view>

namespace weft::bench {

/// Reads a number above 0 behind `name` ("--rounds="); false if the argument is anything else.
template <typename T> bool readNumber(std::string_view argument, std::string_view name, T &value) {
  if (!argument.starts_with(name))
    return false;
  std::string_view text = argument.substr(name.size());
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value > 0;
}

} // namespace weft::bench

#endif
