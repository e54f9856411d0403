// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/interpret/TensorBytes.h"

using namespace mlir;

namespace weft::compiler {

namespace {

template <typename T> std::vector<double> readPlain(const void *data, int64_t count) {
  auto first = static_cast<const T *>(data);
  return {first, first + count};
}

template <typename T> void writePlain(ArrayRef<double> elements, void *data) {
  auto place = static_cast<T *>(data);
  for (double element : elements)
    *place++ = static_cast<T>(element);
}

const llvm::fltSemantics &getHalfSemantics(uint64_t dtype) {
  return dtype == WEFT_BF16 ? llvm::APFloat::BFloat() : llvm::APFloat::IEEEhalf();
}

std::vector<double> readHalves(uint64_t dtype, const void *data, int64_t count) {
  std::vector<double> elements;
  for (uint16_t bits : ArrayRef(static_cast<const uint16_t *>(data), count))
    elements.push_back(
        llvm::APFloat(getHalfSemantics(dtype), llvm::APInt(16, bits)).convertToDouble());
  return elements;
}

void writeHalves(uint64_t dtype, ArrayRef<double> elements, void *data) {
  auto place = static_cast<uint16_t *>(data);
  for (double element : elements) {
    llvm::APFloat rounded(element);
    bool losesInfo = false;
    rounded.convert(getHalfSemantics(dtype), llvm::APFloat::rmNearestTiesToEven, &losesInfo);
    *place++ = static_cast<uint16_t>(rounded.bitcastToAPInt().getZExtValue());
  }
}

} // namespace

uint64_t getElementBytes(uint64_t dtype) {
  switch (dtype) {
  case WEFT_F64:
    return 8;
  case WEFT_F32:
  case WEFT_I32:
    return 4;
  case WEFT_BF16:
  case WEFT_F16:
    return 2;
  case WEFT_I1:
    return 1;
  }
  return 0;
}

std::vector<double> readElements(uint64_t dtype, const void *data, int64_t count) {
  switch (dtype) {
  case WEFT_F64:
    return readPlain<double>(data, count);
  case WEFT_F32:
    return readPlain<float>(data, count);
  case WEFT_I32:
    return readPlain<int32_t>(data, count);
  case WEFT_I1:
    return readPlain<uint8_t>(data, count);
  }
  return readHalves(dtype, data, count);
}

void writeElements(uint64_t dtype, ArrayRef<double> elements, void *data) {
  switch (dtype) {
  case WEFT_F64:
    return writePlain<double>(elements, data);
  case WEFT_F32:
    return writePlain<float>(elements, data);
  case WEFT_I32:
    return writePlain<int32_t>(elements, data);
  case WEFT_I1:
    return writePlain<uint8_t>(elements, data);
  }
  writeHalves(dtype, elements, data);
}

} // namespace weft::compiler
