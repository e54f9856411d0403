// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/weft/WeftDialect.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

#include "dialects/weft/WeftEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/weft/WeftAttrs.cpp.inc"

using namespace mlir;

namespace weft::ir {

void WeftDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/weft/WeftAttrs.cpp.inc"
      >();
}

SizeAttr SizeAttr::get(MLIRContext *context, int64_t constant) {
  return get(context, StringAttr::get(context, ""), 0, 1, constant);
}

SizeAttr SizeAttr::plus(int64_t constant) const {
  return get(getContext(), getSymbol(), getBound(), getStep(), getOffset() + constant);
}

LogicalResult SizeAttr::verify(function_ref<InFlightDiagnostic()> emitError, StringAttr symbol,
                               int64_t bound, int64_t step, int64_t offset) {
  if (symbol.empty())
    return success(); // a constant; negative ones appear only while a shape is being checked
  if (bound < 0)
    return emitError() << "expects the bound of size '" << symbol.getValue()
                       << "' to be at least 0, got " << bound << " (size.C1)";
  if (step < 1)
    return emitError() << "expects the step of size '" << symbol.getValue()
                       << "' to be at least 1, got " << step << " (size.C2)";
  return success();
}

void SizeAttr::printInner(raw_ostream &os) const {
  if (isConstant()) {
    os << getOffset();
    return;
  }
  os << getSymbol().getValue() << "(" << getBound() << " by " << getStep() << ")";
  if (getOffset() > 0)
    os << " + " << getOffset();
  if (getOffset() < 0)
    os << " - " << -getOffset();
}

std::string SizeAttr::str() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (isConstant()) {
    os << getOffset();
  } else {
    os << getSymbol().getValue();
    if (getOffset() > 0)
      os << " + " << getOffset();
    if (getOffset() < 0)
      os << " - " << -getOffset();
  }
  return text;
}

FailureOr<SizeAttr> SizeAttr::parseInner(AsmParser &parser) {
  int64_t constant = 0;
  OptionalParseResult number = parser.parseOptionalInteger(constant);
  if (number.has_value()) {
    if (failed(*number))
      return failure();
    return get(parser.getContext(), constant);
  }
  StringRef symbol;
  int64_t bound = 0, step = 0, offset = 0;
  if (parser.parseKeyword(&symbol) || parser.parseLParen() || parser.parseInteger(bound) ||
      parser.parseKeyword("by") || parser.parseInteger(step) || parser.parseRParen())
    return failure();
  if (succeeded(parser.parseOptionalPlus())) {
    if (parser.parseInteger(offset))
      return failure();
  } else if (succeeded(parser.parseOptionalMinus())) {
    if (parser.parseInteger(offset))
      return failure();
    offset = -offset;
  } else {
    // "- 3" may also reach us as the one token of a negative integer.
    OptionalParseResult negative = parser.parseOptionalInteger(offset);
    if (negative.has_value() && failed(*negative))
      return failure();
  }
  auto emit = [&] { return parser.emitError(parser.getCurrentLocation()); };
  return getChecked(emit, parser.getContext(), StringAttr::get(parser.getContext(), symbol), bound,
                    step, offset);
}

Attribute SizeAttr::parse(AsmParser &parser, Type) {
  if (parser.parseLess())
    return {};
  FailureOr<SizeAttr> size = parseInner(parser);
  if (failed(size) || !*size || parser.parseGreater())
    return {};
  return *size;
}

void SizeAttr::print(AsmPrinter &printer) const {
  printer << "<";
  printInner(printer.getStream());
  printer << ">";
}

Attribute BoundedAttr::parse(AsmParser &parser, Type) {
  SmallVector<SizeAttr> sizes;
  auto parseSize = [&]() -> ParseResult {
    FailureOr<SizeAttr> size = SizeAttr::parseInner(parser);
    if (failed(size) || !*size)
      return failure();
    sizes.push_back(*size);
    return success();
  };
  if (parser.parseLess() ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseSize) ||
      parser.parseGreater())
    return {};
  return get(parser.getContext(), sizes);
}

void BoundedAttr::print(AsmPrinter &printer) const {
  printer << "<[";
  llvm::interleaveComma(getSizes(), printer.getStream(),
                        [&](SizeAttr size) { size.printInner(printer.getStream()); });
  printer << "]>";
}

LogicalResult BoundedAttr::verifyEncoding(ArrayRef<int64_t> shape, Type elementType,
                                          function_ref<InFlightDiagnostic()> emitError) const {
  if (shape.size() != getSizes().size())
    return emitError() << "expects #weft.bounded to name " << shape.size() << " sizes, got "
                       << getSizes().size() << " (bounded.C1)";
  bool anyBounded = false;
  for (auto [dim, extent, size] : llvm::enumerate(shape, getSizes())) {
    anyBounded |= !size.isConstant();
    int64_t expected = size.isConstant() ? size.getOffset() : ShapedType::kDynamic;
    if (extent != expected)
      return emitError() << "expects dimension " << dim
                         << " to agree with its size in #weft.bounded, got "
                         << (extent == ShapedType::kDynamic ? std::string("?")
                                                            : std::to_string(extent))
                         << " vs " << size.str() << " (bounded.C2)";
  }
  if (!anyBounded)
    return emitError() << "expects #weft.bounded to name at least one bounded size (bounded.C3)";
  return success();
}

} // namespace weft::ir
