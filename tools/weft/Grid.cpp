// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Grid.h"

#include <algorithm>
#include <charconv>

#include "tools/weft/Failure.h"
#include "tools/weft/Quote.h"

using namespace weft;
using namespace weft::driver;

static std::vector<std::string> split(const std::string &text, char at) {
  std::vector<std::string> parts;
  size_t begin = 0;
  for (size_t end; (end = text.find(at, begin)) != std::string::npos; begin = end + 1)
    parts.push_back(text.substr(begin, end - begin));
  parts.push_back(text.substr(begin));
  return parts;
}

std::vector<std::string> driver::splitList(const std::string &text) { return split(text, ','); }

std::vector<int64_t> driver::parseGrid(const std::string &name, const std::string &text,
                                       int64_t low, int64_t high) {
  constexpr size_t most = 1000;
  auto refuse = [&](const std::string &part) {
    fail(ErrorCode::Usage, "{} expects numbers from {} to {} as 1,2,8 or 1:4 or 0:64:16, got {}",
         name, low, high, quote(part));
  };
  std::vector<int64_t> numbers;
  for (const std::string &part : splitList(text)) {
    std::vector<int64_t> bounds;
    for (const std::string &bound : split(part, ':')) {
      int64_t value = 0;
      auto [end, error] = std::from_chars(bound.data(), bound.data() + bound.size(), value);
      if (error != std::errc() || end != bound.data() + bound.size())
        refuse(part);
      bounds.push_back(value);
    }
    int64_t last = bounds.size() > 1 ? bounds[1] : bounds[0];
    int64_t step = bounds.size() > 2 ? bounds[2] : 1;
    if (bounds.size() > 3 || step < 1 || last < bounds[0] || bounds[0] < low || last > high)
      refuse(part);
    for (int64_t value = bounds[0]; value <= last; value += step) {
      if (std::find(numbers.begin(), numbers.end(), value) != numbers.end())
        fail(ErrorCode::Usage, "{} holds {} twice", name, value);
      numbers.push_back(value);
      if (numbers.size() > most)
        fail(ErrorCode::Usage, "{} expects at most {} numbers, got more in {}", name, most,
             quote(part));
      if (last - value < step)
        break; // before the sum could overflow
    }
  }
  return numbers;
}
