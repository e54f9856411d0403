// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// IR text as tokens, cut as MLIR's lexer does as far as nesting depends on it. `<` and `>` may be
// brackets or, before a `=` that stands apart, comparisons: only what is open around them tells.
#ifndef COMPILER_SOURCELEXER_H
#define COMPILER_SOURCELEXER_H

#include <algorithm>
#include <cstdint>

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"

namespace weft::compiler {

enum class TokenKind { Word, Name, String, Open, Close, Operator, Other, End };

struct Token {
  TokenKind kind = TokenKind::Other;
  llvm::StringRef text;
  uint64_t line = 1;
  bool isFirstOfLine = false;

  bool isOperand() const {
    return kind == TokenKind::Word || kind == TokenKind::Name || kind == TokenKind::String;
  }
  bool isAlias() const { return kind == TokenKind::Name && (text[0] == '#' || text[0] == '!'); }
};

class SourceLexer {
public:
  explicit SourceLexer(llvm::StringRef text) : text(text) {}

  Token next() {
    skipSpace();
    size_t begin = at;
    TokenKind kind = at == text.size() ? TokenKind::End : take();
    Token token{kind, text.slice(begin, at), line, isLineStart};
    isLineStart = false;
    constexpr llvm::StringRef operators[] = {"mod", "floordiv", "ceildiv"};
    if (kind == TokenKind::Word && llvm::is_contained(operators, token.text))
      token.kind = TokenKind::Operator;
    return token;
  }

private:
  char peek() const { return at < text.size() ? text[at] : 0; }

  void skipSpace() {
    for (; at < text.size(); ++at) {
      if (text.substr(at).starts_with("//"))
        at = std::min<size_t>(text.find('\n', at), text.size());
      if (peek() == '\n') {
        ++line;
        isLineStart = true;
      } else if (at == text.size() || !llvm::StringRef(" \t\r\0", 4).contains(text[at])) {
        return;
      }
    }
  }

  void skipWord(llvm::StringRef signs) {
    while (at < text.size() && (llvm::isAlnum(text[at]) || signs.contains(text[at])))
      ++at;
  }

  void skipString() {
    while (at < text.size() && text[at] != '"' && text[at] != '\n')
      at += text[at] == '\\' && at + 1 < text.size() && text[at + 1] != '\n' ? 2 : 1;
    at += peek() == '"';
  }

  /// Moves behind the token that begins here.
  TokenKind take() {
    char c = text[at++];
    if (llvm::isAlnum(c) || c == '_') {
      skipWord("_$.");
      return TokenKind::Word;
    }
    if (llvm::StringRef("#!%^@").contains(c)) {
      skipWord("_$.-");
      return TokenKind::Name;
    }
    if (c == '"') {
      skipString();
      return TokenKind::String;
    }
    // `<=` and `>=` compare.
    if (llvm::StringRef("([{").contains(c) || (c == '<' && peek() != '='))
      return TokenKind::Open;
    if (llvm::StringRef(")]}").contains(c) || (c == '>' && peek() != '='))
      return TokenKind::Close;
    if (c == '-' && peek() == '>') {
      ++at;
      return TokenKind::Other;
    }
    return llvm::StringRef("+-*").contains(c) ? TokenKind::Operator : TokenKind::Other;
  }

  llvm::StringRef text;
  size_t at = 0;
  uint64_t line = 1;
  bool isLineStart = true;
};

} // namespace weft::compiler

#endif
