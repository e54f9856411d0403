// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "weft/Tensor.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "runtime/base/Checked.h"
#include "runtime/base/Format.h"
#include "runtime/base/Memory.h"
#include "runtime/base/Storage.h"

namespace weft {

Result<int64_t> countBytes(DType dtype, std::span<const int64_t> shape) {
  if (int64_t(shape.size()) > maxRank)
    return makeError(ErrorCode::Model, "expects a rank of at most {}, got {}", maxRank,
                     shape.size());
  // A size of zero anywhere makes the product zero, however large the others are.
  int64_t bytes = getByteWidth(dtype);
  bool isEmpty = false;
  for (int64_t size : shape) {
    if (size < 0 || size > maxDimension)
      return makeError(ErrorCode::Model, "expects sizes in [0, 2^40], got {}",
                       formatType(dtype, shape));
    isEmpty |= size == 0;
  }
  if (isEmpty)
    return int64_t(0);
  for (int64_t size : shape) {
    std::optional<int64_t> product = checkedMul(bytes, size);
    if (!product || *product > maxTensorBytes)
      return makeError(ErrorCode::Model, "expects a tensor of at most 2^48 bytes, got {}",
                       formatType(dtype, shape));
    bytes = *product;
  }
  return bytes;
}

std::string formatType(DType dtype, std::span<const int64_t> shape) {
  std::string text;
  for (int64_t size : shape)
    text += fmt::format("{}x", size);
  return text + std::string(getName(dtype));
}

Tensor::Tensor() = default;

Result<Tensor> Tensor::allocate(DType dtype, Shape shape, int64_t capacity) {
  Result<int64_t> bytes = countBytes(dtype, shape);
  if (!bytes)
    return bytes.status();
  capacity = std::max(capacity, *bytes);
  if (capacity > maxTensorBytes)
    return makeError(ErrorCode::Model, "expects a tensor of at most 2^48 bytes, got {} bytes",
                     capacity);
  Tensor tensor;
  tensor.type = dtype;
  tensor.sizes = std::move(shape);
  tensor.storage = std::make_shared<Storage>();
  tensor.storage->memory = static_cast<std::byte *>(allocateMemory(uint64_t(capacity)));
  if (!tensor.storage->memory)
    return outOfMemory("out of memory: a tensor of {} bytes does not fit", capacity);
  tensor.storage->capacity = int64_t(getUsableBytes(uint64_t(capacity)));
  return tensor;
}

Result<Tensor> Tensor::zeros(DType dtype, Shape shape) {
  Result<Tensor> tensor = allocate(dtype, std::move(shape));
  if (tensor)
    std::memset(tensor->data(), 0, size_t(tensor->byteCount()));
  return tensor;
}

Result<Tensor> Tensor::copyOf(DType dtype, Shape shape, const void *source, size_t byteCount) {
  Result<int64_t> expected = countBytes(dtype, shape);
  if (!expected)
    return expected.status();
  if (*expected != int64_t(byteCount))
    return makeError(ErrorCode::Model, "expects {} values for {}, got {}",
                     *expected / getByteWidth(dtype), formatType(dtype, shape),
                     int64_t(byteCount) / getByteWidth(dtype));
  Result<Tensor> tensor = allocate(dtype, std::move(shape));
  if (tensor && byteCount)
    std::memcpy(tensor->data(), source, byteCount);
  return tensor;
}

int64_t Tensor::size() const {
  int64_t count = 1;
  if (std::find(sizes.begin(), sizes.end(), 0) != sizes.end())
    return 0;
  for (int64_t size : sizes)
    count *= size;
  return count;
}

int64_t Tensor::capacity() const { return storage ? storage->capacity : 0; }

std::byte *Tensor::data() const {
  return storage && storage->takeToHost() ? storage->memory : nullptr;
}

const std::byte *Tensor::constData() const {
  return storage && storage->copyToHost() ? storage->memory : nullptr;
}

Status Tensor::fetch() const { return storage ? storage->copyToHost() : Status(); }

double Tensor::item() const {
  if (constBytes().empty())
    return std::numeric_limits<double>::quiet_NaN();
  switch (type) {
  case DType::F32:
    return constValues<float>()[0];
  case DType::F64:
    return constValues<double>()[0];
  case DType::I32:
    return constValues<int32_t>()[0];
  case DType::I1:
    return constValues<uint8_t>()[0];
  case DType::BF16: {
    uint32_t bits = uint32_t(constValues<uint16_t>()[0]) << 16;
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }
  case DType::F16: {
    uint16_t bits = constValues<uint16_t>()[0];
    int exponent = bits >> 10 & 31;
    double fraction = bits & 1023;
    double magnitude = exponent == 0    ? std::ldexp(fraction, -24)
                       : exponent == 31 ? (fraction ? NAN : INFINITY)
                                        : std::ldexp(1024 + fraction, exponent - 25);
    return bits & 0x8000 ? -magnitude : magnitude;
  }
  }
  return std::numeric_limits<double>::quiet_NaN();
}

Result<Tensor> Tensor::clone() const {
  if (Status status = fetch(); !status)
    return status;
  return copyOf(type, sizes, constData(), size_t(byteCount()));
}

Status Tensor::requireRoom(std::span<const int64_t> shape) const {
  Result<int64_t> bytes = countBytes(type, shape);
  if (!bytes)
    return bytes.status();
  if (*bytes > capacity())
    return makeError(ErrorCode::Model, "expects a shape of at most {} bytes, got {}", capacity(),
                     formatType(type, shape));
  return {};
}

Result<Tensor> Tensor::withShape(Shape shape) const {
  if (Status status = requireRoom(shape); !status)
    return status;
  Tensor tensor = *this;
  tensor.sizes = std::move(shape);
  return tensor;
}

Status Tensor::resize(std::span<const int64_t> shape) {
  if (shape.size() != sizes.size())
    return makeError(ErrorCode::Model, "expects a shape of rank {}, got {}", sizes.size(),
                     formatType(type, shape));
  if (Status status = requireRoom(shape); !status)
    return status;
  std::copy(shape.begin(), shape.end(), sizes.begin());
  return {};
}

} // namespace weft
