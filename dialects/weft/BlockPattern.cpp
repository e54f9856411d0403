// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Closed forms of patterns, and how #weft.pattern and #weft.blocks are written.
#include "dialects/weft/WeftDialect.h"

#include "mlir/IR/DialectImplementation.h"

using namespace mlir;

namespace weft::ir {

static constexpr PatternKind kinds[] = {PatternKind::all,     PatternKind::local,
                                        PatternKind::strided, PatternKind::window,
                                        PatternKind::columns, PatternKind::prefix};

StringRef PatternTerm::getName(PatternKind kind) {
  static constexpr StringRef names[] = {"all", "local", "strided", "window", "columns", "prefix"};
  return names[static_cast<int>(kind)];
}

unsigned PatternTerm::getNumbers(PatternKind kind) {
  return kind == PatternKind::all ? 0 : kind == PatternKind::columns ? 3 : 1;
}

void PatternTerm::forEachRun(int64_t position, int64_t keys,
                             llvm::function_ref<void(int64_t, int64_t)> visit) const {
  int64_t past = std::min(kind == PatternKind::prefix ? length : position + 1, keys);
  auto visitFrom = [&](int64_t from) {
    if (std::max<int64_t>(from, 0) < past)
      visit(std::max<int64_t>(from, 0), past);
  };
  if (past <= 0)
    return;
  switch (kind) {
  case PatternKind::all:
  case PatternKind::prefix:
    return visitFrom(0);
  case PatternKind::local:
    return visitFrom(position - length + 1);
  case PatternKind::window:
    return visitFrom(position - position % length);
  case PatternKind::strided:
    for (int64_t j = position % length; j < past; j += length)
      visit(j, j + 1);
    return;
  case PatternKind::columns:
    for (int64_t start = length - (group + 1) * count; start < past; start += length)
      visit(start, std::min(start + count, past));
    return;
  }
}

void PatternAttr::printInner(raw_ostream &os) const {
  llvm::ListSeparator next(" | ");
  for (const PatternTerm &term : getTerms()) {
    os << next << PatternTerm::getName(term.kind);
    unsigned numbers = PatternTerm::getNumbers(term.kind);
    if (numbers > 0)
      os << "(" << term.length;
    if (numbers > 1)
      os << ", " << term.count << ", " << term.group;
    os << (numbers > 0 ? ")" : "");
  }
  if (getListed().empty() && !getTerms().empty())
    return;
  os << next << "listed [";
  llvm::interleaveComma(getListed(), os);
  os << "]";
  if (getMasks().empty())
    return;
  os << " masks [";
  llvm::interleaveComma(getMasks(), os);
  os << "]";
}

static ParseResult parseIntegers(AsmParser &parser, SmallVectorImpl<int64_t> &numbers,
                                 AsmParser::Delimiter delimiter) {
  return parser.parseCommaSeparatedList(
      delimiter, [&] { return parser.parseInteger(numbers.emplace_back()); });
}

static ParseResult parseTerm(AsmParser &parser, SmallVectorImpl<PatternTerm> &terms,
                             SmallVectorImpl<int64_t> &listed, SmallVectorImpl<int64_t> &masks) {
  StringRef name;
  SMLoc place = parser.getCurrentLocation();
  if (parser.parseKeyword(&name))
    return failure();
  if (name == "listed") {
    if (parseIntegers(parser, listed, AsmParser::Delimiter::Square))
      return failure();
    return failed(parser.parseOptionalKeyword("masks"))
               ? success()
               : parseIntegers(parser, masks, AsmParser::Delimiter::Square);
  }
  const PatternKind *kind =
      llvm::find_if(kinds, [&](PatternKind one) { return PatternTerm::getName(one) == name; });
  if (kind == std::end(kinds))
    return parser.emitError(place) << "expects a pattern: all, local, strided, window, columns, "
                                      "prefix or listed, got '"
                                   << name << "'";
  SmallVector<int64_t> numbers;
  unsigned expected = PatternTerm::getNumbers(*kind);
  if (expected > 0 && parseIntegers(parser, numbers, AsmParser::Delimiter::Paren))
    return failure();
  if (numbers.size() != expected)
    return parser.emitError(place)
           << "expects " << name << " with " << expected << " numbers, got " << numbers.size();
  numbers.resize(3);
  terms.push_back({*kind, numbers[0], numbers[1], numbers[2]});
  return success();
}

FailureOr<PatternAttr> PatternAttr::parseInner(AsmParser &parser) {
  SmallVector<PatternTerm> terms;
  SmallVector<int64_t> listed, masks;
  do
    if (parseTerm(parser, terms, listed, masks))
      return failure();
  while (succeeded(parser.parseOptionalVerticalBar()));
  return get(parser.getContext(), terms, listed, masks);
}

Attribute PatternAttr::parse(AsmParser &parser, Type) {
  if (parser.parseLess())
    return {};
  FailureOr<PatternAttr> pattern = parseInner(parser);
  return failed(pattern) || parser.parseGreater() ? Attribute() : *pattern;
}

void PatternAttr::print(AsmPrinter &printer) const {
  printer << "<";
  printInner(printer.getStream());
  printer << ">";
}

Attribute BlocksAttr::parse(AsmParser &parser, Type) {
  int64_t size = 0;
  SmallVector<PatternAttr> patterns;
  SmallVector<int64_t> heads;
  auto parsePattern = [&]() -> ParseResult {
    FailureOr<PatternAttr> pattern = PatternAttr::parseInner(parser);
    if (failed(pattern))
      return failure();
    patterns.push_back(*pattern);
    return success();
  };
  if (parser.parseLess() || parser.parseInteger(size) || parser.parseComma() ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parsePattern))
    return {};
  if (succeeded(parser.parseOptionalKeyword("heads")) &&
      parseIntegers(parser, heads, AsmParser::Delimiter::Square))
    return {};
  return parser.parseGreater() ? Attribute() : get(parser.getContext(), size, patterns, heads);
}

void BlocksAttr::print(AsmPrinter &printer) const {
  raw_ostream &os = printer.getStream();
  os << "<" << getSize() << ", [";
  llvm::interleaveComma(getPatterns(), os, [&](PatternAttr pattern) { pattern.printInner(os); });
  os << "]";
  if (!getHeads().empty()) {
    os << " heads [";
    llvm::interleaveComma(getHeads(), os);
    os << "]";
  }
  os << ">";
}

} // namespace weft::ir
