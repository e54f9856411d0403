// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Layouts and buffers: their text, their verifiers and the arithmetic of digits.
#include "dialects/tile/TileDialect.h"

using namespace mlir;

namespace weft::tile {

/// Threads of a warp, which exchange registers without shared memory.
static constexpr int64_t warpSize = 32;

static int64_t countStates(ArrayRef<Digit> digits) {
  int64_t count = 1;
  for (const Digit &digit : digits)
    count *= digit.size;
  return count;
}

int64_t LayoutAttr::getThreadCount() const { return countStates(getThreads()); }
int64_t LayoutAttr::getRegisterCount() const { return countStates(getRegisters()); }

std::array<int64_t, 2> LayoutAttr::getOffsets(int64_t number) const {
  std::array<int64_t, 2> offsets = {0, 0};
  for (const Digit &digit : getRegisters()) {
    if (digit.axis != Digit::none)
      offsets[digit.axis] += number % digit.size * digit.step;
    number /= digit.size;
  }
  return offsets;
}

bool LayoutAttr::isWithinWarp(int64_t axis) const {
  int64_t period = 1;
  for (const Digit &digit : getThreads()) {
    period *= digit.size;
    if (digit.axis == axis && period > warpSize)
      return false;
  }
  return true;
}

LayoutAttr LayoutAttr::slice(int64_t axis) const {
  SmallVector<Digit> threads, registers;
  auto drop = [&](const Digit &digit) {
    if (digit.axis == axis)
      return Digit{digit.size, Digit::none, 0};
    return Digit{digit.size, digit.axis > axis ? digit.axis - 1 : digit.axis, digit.step};
  };
  for (const Digit &digit : getThreads()) {
    Digit next = drop(digit);
    if (!threads.empty() && threads.back().axis == Digit::none && next.axis == Digit::none)
      threads.back().size *= next.size;
    else
      threads.push_back(next);
  }
  for (const Digit &digit : getRegisters())
    if (digit.axis != axis)
      registers.push_back(drop(digit));
  return get(getContext(), threads, registers);
}

LogicalResult LayoutAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 ArrayRef<Digit> threads, ArrayRef<Digit> registers) {
  for (ArrayRef<Digit> digits : {threads, registers})
    for (const Digit &digit : digits)
      if (digit.size < 1 || digit.axis < Digit::none || digit.axis > 1 || digit.step < 0)
        return emitError() << "expects digits of at least 1 on axis 0 or 1, got " << digit.size
                           << " on " << digit.axis << " step " << digit.step << " (layout.C1)";
  for (const Digit &digit : threads)
    if (!llvm::isPowerOf2_64(digit.size))
      return emitError() << "expects digits of threads to be powers of two, got " << digit.size
                         << " (layout.C2)";
  return success();
}

static ParseResult parseDigits(AsmParser &parser, SmallVectorImpl<Digit> &digits) {
  return parser.parseCommaSeparatedList(AsmParser::Delimiter::Paren, [&]() -> ParseResult {
    Digit digit{1, Digit::none, 0};
    if (parser.parseInteger(digit.size))
      return failure();
    if (succeeded(parser.parseOptionalKeyword("alike"))) {
      digits.push_back(digit);
      return success();
    }
    if (parser.parseKeyword("on") || parser.parseInteger(digit.axis) ||
        parser.parseKeyword("step") || parser.parseInteger(digit.step))
      return failure();
    digits.push_back(digit);
    return success();
  });
}

static void printDigits(AsmPrinter &printer, ArrayRef<Digit> digits) {
  printer << "(";
  llvm::interleaveComma(digits, printer, [&](const Digit &digit) {
    printer << digit.size;
    if (digit.axis == Digit::none)
      printer << " alike";
    else
      printer << " on " << digit.axis << " step " << digit.step;
  });
  printer << ")";
}

Attribute LayoutAttr::parse(AsmParser &parser, Type) {
  SmallVector<Digit> threads, registers;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLess() || parser.parseKeyword("threads") || parseDigits(parser, threads) ||
      parser.parseKeyword("registers") || parseDigits(parser, registers) || parser.parseGreater())
    return {};
  if (failed(verify([&] { return parser.emitError(loc); }, threads, registers)))
    return {};
  return get(parser.getContext(), threads, registers);
}

void LayoutAttr::print(AsmPrinter &printer) const {
  printer << "<threads ";
  printDigits(printer, getThreads());
  printer << " registers ";
  printDigits(printer, getRegisters());
  printer << ">";
}

LogicalResult BufferType::verify(function_ref<InFlightDiagnostic()> emitError, int64_t rows,
                                 int64_t columns, Type element, int64_t stride, bool swizzled) {
  bool isOfPanels = swizzled && element.isIntOrFloat() &&
                    stride * element.getIntOrFloatBitWidth() == 8 * lineBytes;
  if (rows < 1 || columns < 1 || (stride < columns && !isOfPanels) || !element.isIntOrFloat())
    return emitError() << "expects rows of at least one element and a stride that holds them, got "
                       << rows << " x " << columns << " x " << element << " stride " << stride
                       << " (buffer.C1)";
  if (!swizzled)
    return success();
  int64_t bytes = stride * element.getIntOrFloatBitWidth() / 8;
  bool hasPieces = bytes >= pieceBytes && (llvm::isPowerOf2_64(bytes) || bytes % lineBytes == 0);
  if (element.getIntOrFloatBitWidth() < 16 || !hasPieces ||
      (stride < int64_t(llvm::alignTo(columns, atom)) && !isOfPanels))
    return emitError() << "expects swizzled rows to hold the columns up to a multiple of " << atom
                       << ", in bytes a power of two or a multiple of " << lineBytes << ", got "
                       << columns << " x " << element << " stride " << stride << " (buffer.C3)";
  return success();
}

int64_t BufferType::getElementBytes() const {
  return llvm::divideCeil(static_cast<int64_t>(getElement().getIntOrFloatBitWidth()), 8);
}

int64_t BufferType::getHeldRows() const {
  return getSwizzled() ? llvm::alignTo(getRows(), atom) : getRows();
}

int64_t BufferType::getHeldColumns() const {
  return getSwizzled() ? llvm::alignTo(getColumns(), atom) : getColumns();
}

int64_t BufferType::getLineRows() const {
  return std::max<int64_t>(lineBytes / (getStride() * getElementBytes()), 1);
}

bool BufferType::isPanelled() const { return getStride() < getColumns(); }

int64_t BufferType::getPanelBytes() const {
  return getHeldRows() * getStride() * getElementBytes();
}

int64_t BufferType::getPlace(int64_t row, int64_t column) const {
  int64_t panel = isPanelled() ? column / getStride() : 0;
  int64_t within = column - panel * getStride();
  int64_t place = panel * getPanelBytes() + (row * getStride() + within) * getElementBytes();
  return getSwizzled() ? place ^ row / getLineRows() % period * pieceBytes : place;
}

int64_t BufferType::getByteSize() const {
  int64_t panels = isPanelled() ? llvm::divideCeil(getHeldColumns(), getStride()) : 1;
  return panels * getPanelBytes();
}

} // namespace weft::tile
