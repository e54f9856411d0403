// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/TomlLines.h"

#include <algorithm>

#include "tools/weft/Failure.h"
#include "tools/weft/Quote.h"

using namespace weft;
using namespace weft::driver;

static constexpr std::string_view letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
static constexpr std::string_view hexDigits = "0123456789ABCDEFabcdef";

namespace {
/// Reads one line from left to right; each member takes what it names or fails.
class LineReader {
public:
  LineReader(std::string_view rest, std::string place) : rest(rest), place(std::move(place)) {}

  void read() {
    takeBlanks();
    if (isAtEnd())
      return takeComment();
    key = rest;
    takeKey();
    key.remove_suffix(rest.size());
    takeBlanks();
    if (!take("="))
      fail(ErrorCode::Usage, "{}: expects '=' after {}, got {}", place, escape(key), found());
    takeBlanks();
    takeValue();
    takeBlanks();
    if (!isAtEnd())
      fail(ErrorCode::Usage, "{}: expects nothing more after the value of {}, got {}", place,
           escape(key), found());
    takeComment();
  }

private:
  bool isAtEnd() const { return rest.empty() || rest[0] == '#'; }
  std::string found() const { return rest.empty() ? "the end of the line" : quote(rest); }

  bool take(std::string_view what) {
    bool isThere = rest.starts_with(what);
    rest.remove_prefix(isThere ? what.size() : 0);
    return isThere;
  }

  /// How many characters of `set` it took.
  size_t takeAny(std::string_view set) {
    size_t count = std::min(rest.find_first_not_of(set), rest.size());
    rest.remove_prefix(count);
    return count;
  }

  void takeBlanks() { takeAny(" \t"); }

  void takeKey() {
    if (!takeText() && !takeAny(letters))
      fail(ErrorCode::Usage, "{}: expects a line of key = value, got {}", place, found());
  }

  void takeValue() {
    if (rest.starts_with(R"(""")") || rest.starts_with("'''") || rest.starts_with('[') ||
        rest.starts_with('{'))
      fail(ErrorCode::Usage, "{}: {} expects a number, true, false or text of one line, got {}",
           place, escape(key), found());
    size_t size = rest.size();
    if (!takeText()) {
      while (takeAny(letters) || takeAny("+."))
        continue;
    }
    if (rest.size() == size)
      fail(ErrorCode::Usage, "{}: {} expects a number, true, false or text, got {}", place,
           escape(key), found());
  }

  /// A text between quotes or between apostrophes; only the first kind knows escapes.
  bool takeText() {
    if (rest.empty() || (rest[0] != '"' && rest[0] != '\''))
      return false;
    std::string_view whole = rest;
    char mark = rest[0];
    rest.remove_prefix(1);
    while (!rest.empty() && rest[0] != mark) {
      if (mark == '"' && rest[0] == '\\')
        takeEscape();
      else
        takeCharacter();
    }
    if (rest.empty())
      fail(ErrorCode::Usage, "{}: expects {} at the end of the text {}", place, mark, quote(whole));
    rest.remove_prefix(1);
    return true;
  }

  void takeEscape() {
    std::string_view whole = rest;
    rest.remove_prefix(1);
    size_t digits = rest.starts_with('u') ? 4 : rest.starts_with('U') ? 8 : 0;
    bool isKnown = !rest.empty() && std::string_view("btnfr\"\\uU").find(rest[0]) != rest.npos;
    rest.remove_prefix(rest.empty() ? 0 : 1);
    bool isWhole = rest.size() >= digits &&
                   rest.substr(0, digits).find_first_not_of(hexDigits) == std::string_view::npos;
    if (!isKnown || !isWhole)
      fail(ErrorCode::Usage, R"({}: expects \b \t \n \f \r \" \\ \uXXXX or \UXXXXXXXX, got {})",
           place, quote(whole));
    rest.remove_prefix(digits);
  }

  void takeCharacter() {
    auto byte = uint8_t(rest[0]);
    if ((byte < 0x20 && byte != '\t') || byte == 0x7f)
      fail(ErrorCode::Usage, "{}: expects no control character, got the byte {:#04x}", place,
           int(byte));
    rest.remove_prefix(1);
  }

  void takeComment() {
    while (!rest.empty())
      takeCharacter();
  }

  std::string_view rest, key;
  std::string place;
};
} // namespace

std::string driver::toTomlText(std::string_view text) {
  std::string result = "\"";
  while (!text.empty()) {
    auto first = uint8_t(text[0]);
    // Of a byte that begins no character, one character that says so.
    size_t length = first < 0x80 ? 1 : first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    uint32_t letter = length == 0 || length > text.size() ? 0xfffd
                      : length == 1                       ? first
                                                          : first & (0xffu >> (length + 1));
    for (size_t i = 1; i < length && letter != 0xfffd; ++i)
      letter = letter << 6 | (uint8_t(text[i]) & 0x3f);
    if (letter == '"' || letter == '\\')
      result += fmt::format("\\{}", char(letter));
    else if (letter >= 0x20 && letter < 0x7f)
      result += char(letter);
    else
      result +=
          letter < 0x10000 ? fmt::format("\\u{:04x}", letter) : fmt::format("\\U{:08x}", letter);
    text.remove_prefix(std::clamp<size_t>(length, 1, text.size()));
  }
  return result + "\"";
}

void driver::checkTomlLines(std::string_view text, const std::string &path) {
  if (text.starts_with("\xef\xbb\xbf"))
    text.remove_prefix(3);
  for (size_t number = 1; !text.empty(); ++number) {
    size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    // Windows ends its lines with both; a file may end without either.
    if (line.ends_with('\r') && line.data() + line.size() != text.data())
      line.remove_suffix(1);
    LineReader(line, fmt::format("{}:{}", path, number)).read();
  }
}
