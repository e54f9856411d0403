// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Quote.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace weft::driver;

/// Bytes of the UTF-8 character that begins here (Unicode 15, table 3-7); 0 when none does.
static size_t measureCharacter(std::string_view text) {
  auto byte = [&](size_t i) { return i < text.size() ? unsigned(text[i]) & 0xffu : 0u; };
  auto isNext = [&](size_t i) { return (byte(i) & 0xc0u) == 0x80u; };
  unsigned first = byte(0);
  if (first < 0x80)
    return 1;
  if (first >= 0xc2 && first < 0xe0)
    return isNext(1) ? 2 : 0;
  if (first >= 0xe0 && first < 0xf0) {
    bool isOverlong = first == 0xe0 && byte(1) < 0xa0,
         isSurrogate = first == 0xed && byte(1) > 0x9f;
    return isNext(1) && isNext(2) && !isOverlong && !isSurrogate ? 3 : 0;
  }
  if (first < 0xf0 || first > 0xf4 || (first == 0xf0 && byte(1) < 0x90) ||
      (first == 0xf4 && byte(1) > 0x8f))
    return 0;
  return isNext(1) && isNext(2) && isNext(3) ? 4 : 0;
}

std::string weft::driver::escape(std::string_view text, bool keepLines) {
  std::string result;
  while (!text.empty()) {
    size_t length = measureCharacter(text);
    auto first = static_cast<unsigned char>(text[0]);
    bool isControl = first < 0x20 || first == 0x7f;
    if (length == 0 || (isControl && !(keepLines && first == '\n')))
      result += fmt::format("\\x{:02x}", first);
    else
      result += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

std::string weft::driver::toText(const nlohmann::json &json, int indent) {
  return json.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string weft::driver::toText(const nlohmann::ordered_json &json, int indent) {
  return json.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string weft::driver::quote(std::string_view text) {
  constexpr size_t limit = 80;
  bool isLong = text.size() > limit;
  size_t end = isLong ? limit : text.size();
  while (isLong && end > 0 && (unsigned(text[end]) & 0xc0u) == 0x80u)
    --end; // not through a character
  return "'" + escape(text.substr(0, end)) + (isLong ? "...'" : "'");
}
