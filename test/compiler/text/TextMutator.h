// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Texts with a few changes that a careless hand, a broken tool or an attacker might make: tokens
// left out, moved, taken from another text, numbers at the edges of their types, single bytes.
#ifndef TEST_COMPILER_TEXT_TEXTMUTATOR_H
#define TEST_COMPILER_TEXT_TEXTMUTATOR_H

#include <algorithm>
#include <cctype>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace weft::compiler {

class TextMutator {
public:
  using Tokens = std::vector<std::string>;

  TextMutator(const std::vector<std::string> &seeds, uint64_t seed) : random(seed) {
    for (const std::string &text : seeds)
      texts.push_back(split(text));
  }

  std::string make() {
    Tokens tokens = texts[pick(texts.size())];
    for (size_t count = pick(3); count > 0 && !tokens.empty(); --count)
      change(tokens);
    std::string text;
    for (const std::string &token : tokens)
      text += token;
    for (size_t count = pick(3); count > 0; --count)
      changeNumber(text);
    return text;
  }

private:
  /// Words, numbers and single signs.
  static Tokens split(const std::string &text) {
    Tokens tokens;
    auto isWord = [](char c) {
      return c && (std::isalnum(uint8_t(c)) || std::strchr("_.%@#^!", c));
    };
    for (size_t at = 0, end = 0; at < text.size(); at = end) {
      end = at + 1;
      while (isWord(text[at]) && end < text.size() && isWord(text[end]))
        ++end;
      tokens.push_back(text.substr(at, end - at));
    }
    return tokens;
  }

  size_t pick(size_t count) { return size_t(random() % count); }

  std::string pickNumber() {
    static const char *edges[] = {
        "0",          "-1", "2147483648",    "4294967296", "1e308",
        "0x7FC00000", "?",  "1099511627776", "-0.0",       "9223372036854775807"};
    return pick(2) ? std::to_string(pick(20)) : edges[pick(std::size(edges))];
  }

  const std::string &pickToken() {
    static const Tokens values = {"f64", "i1",   "bf16", "index",           "none",        "[]",
                                  "{}",  "\"\"", "true", "tensor<0x3xf32>", "tensor<f32>", "unit"};
    const Tokens &tokens = pick(4) ? texts[pick(texts.size())] : values;
    return tokens[pick(tokens.size())];
  }

  void change(Tokens &tokens) {
    size_t at = pick(tokens.size()), to = pick(tokens.size());
    switch (pick(4)) {
    case 0:
      std::swap(tokens[at], tokens[to]);
      return;
    case 1:
      tokens[at] = pickToken();
      return;
    case 2: { // a stretch is left out, or stands twice
      size_t length = std::min(tokens.size() - at, 1 + pick(12));
      auto begin = tokens.begin() + long(at);
      Tokens stretch(begin, begin + long(length));
      if (pick(2))
        tokens.erase(begin, begin + long(length));
      else
        tokens.insert(tokens.begin() + long(to), stretch.begin(), stretch.end());
      return;
    }
    default:
      tokens[at][pick(tokens[at].size())] = char(pick(256));
    }
  }

  /// Everywhere, so that types which agreed still do.
  void changeNumber(std::string &text) {
    auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    size_t begin = text.find_first_of("0123456789", text.empty() ? 0 : pick(text.size()));
    if (begin == text.npos)
      return;
    size_t end = std::find_if_not(text.begin() + long(begin), text.end(), isDigit) - text.begin();
    std::string old = text.substr(begin, end - begin), number = pickNumber(), result;
    for (size_t at = 0, next = 0; at < text.size(); at = next) {
      next = at + 1;
      while (isDigit(text[at]) && next < text.size() && isDigit(text[next]))
        ++next;
      std::string part = text.substr(at, next - at);
      result += part == old ? number : part;
    }
    text = result;
  }

  std::mt19937_64 random;
  std::vector<Tokens> texts;
};

} // namespace weft::compiler

#endif
