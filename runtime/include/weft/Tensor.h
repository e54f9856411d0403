// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A tensor: element type, shape, and bytes in row-major order without gaps, in host memory or in
// that of the device that computed it.
//
// Example:
//   Result<Tensor> tokens = Tensor::of<int32_t>({2, 3}, {1, 2, 3, 4, 5, 6});
//   if (!tokens)
//     return tokens.status();
//   for (int32_t &token : tokens->values<int32_t>())
//     token += 1;
//   Result<Tensor> copy = tokens->clone(); // bytes of its own
//
// Ownership. A Tensor is a handle: copying it shares the bytes, clone() copies them; the bytes live
// until the last handle is gone, spans from values() and bytes() as long as any handle. They start
// at a multiple of 64, so kernels read them in place. constness is that of the handle, as with
// std::shared_ptr: a const Tensor's elements can be written.
//
// Devices. On a device with memory of its own (cuda) what a call writes stays there: the next call
// finds it, and bytes come to the host when they are asked for. values(), bytes() and data() may
// write, so the device takes them again at its next call; constValues() and constBytes() do not.
// After a call take spans anew. Where the device fails to give bytes there are none: data() is
// null, spans are empty, item() is NaN, and fetch() says why. Results of the role "output" are on
// the host already.
//
// Identity. Two handles on the same bytes have the same identity(), whatever their shapes; the tape
// (Tape.h) tells by it which result became which argument.
//
// Threads. Handles may be copied and dropped anywhere. Reading the same bytes from several threads
// is safe, writing needs the caller's care.
//
// Failure. Sizes are checked: rank <= 8, a dimension <= 2^40, bytes <= 2^48, else Model; a lack of
// memory is Resource.
#ifndef WEFT_TENSOR_H
#define WEFT_TENSOR_H

#include <cstring>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "weft/DType.h"
#include "weft/Status.h"

namespace weft {

using Shape = std::vector<int64_t>;

inline constexpr int64_t maxRank = 8;
inline constexpr int64_t maxDimension = int64_t(1) << 40;
inline constexpr int64_t maxTensorBytes = int64_t(1) << 48;

/// Product of the dimensions times the width of an element; fails (Model) beyond the limits above.
Result<int64_t> countBytes(DType dtype, std::span<const int64_t> shape);
/// "2x3xf32"; a scalar is "f32".
std::string formatType(DType dtype, std::span<const int64_t> shape);

class Tensor {
public:
  /// A scalar-less handle without bytes: dtype f32, shape [0].
  Tensor();

  /// Fresh bytes, all zero. Fails with Model beyond the limits, with Resource when memory is short.
  static Result<Tensor> zeros(DType dtype, Shape shape);
  /// Fresh bytes with any content and room for `capacity` bytes or the shape, whichever is more.
  static Result<Tensor> allocate(DType dtype, Shape shape, int64_t capacity = 0);
  /// A copy of `values`, whose number is that of the shape.
  template <typename T> static Result<Tensor> of(Shape shape, std::span<const T> values) {
    return copyOf(dtypeOf<T>, std::move(shape), values.data(), values.size_bytes());
  }
  template <typename T> static Result<Tensor> of(Shape shape, std::initializer_list<T> values) {
    return of<T>(std::move(shape), std::span<const T>(values.begin(), values.size()));
  }
  /// A tensor without dimensions.
  template <typename T> static Result<Tensor> scalar(T value) { return of<T>({}, {value}); }

  DType dtype() const { return type; }
  const Shape &shape() const { return sizes; }
  int64_t rank() const { return int64_t(sizes.size()); }
  int64_t size() const;
  int64_t byteCount() const { return size() * getByteWidth(type); }
  /// Bytes that are there, at least byteCount().
  int64_t capacity() const;
  std::byte *data() const;
  std::span<std::byte> bytes() const { return getSpan<std::byte>(data(), byteCount()); }

  /// The elements as C++ values; empty where T cannot view the element type (DType.h).
  template <typename T> std::span<T> values() const {
    if (!canView<T>(type))
      return {};
    return getSpan<T>(data(), size());
  }

  /// Brings bytes that a device has to the host; nothing to do elsewhere. Fails with Device, or
  /// with Resource where the host has no room.
  Status fetch() const;
  /// The same for reading only.
  std::span<const std::byte> constBytes() const {
    return getSpan<const std::byte>(constData(), byteCount());
  }
  template <typename T> std::span<const T> constValues() const {
    if (!canView<T>(type))
      return {};
    return getSpan<const T>(constData(), size());
  }
  /// The first element of a float or integer tensor as a double; NaN where there is none.
  double item() const;

  /// The same values in bytes of its own.
  Result<Tensor> clone() const;
  /// A handle on the same bytes under another shape, which fits into capacity().
  Result<Tensor> withShape(Shape shape) const;
  /// Gives this handle a shape of the same rank that fits into capacity(). Takes no memory.
  Status resize(std::span<const int64_t> shape);

  /// Two handles on the same bytes have the same identity.
  const void *identity() const { return storage.get(); }
  /// Whether this is the only handle on its bytes.
  bool isUnique() const { return storage.use_count() == 1; }

private:
  friend class Residence;
  struct Storage;
  template <typename T, typename Byte> static std::span<T> getSpan(Byte *data, int64_t count) {
    return {reinterpret_cast<T *>(data), data ? size_t(count) : 0};
  }
  const std::byte *constData() const;
  Status requireRoom(std::span<const int64_t> shape) const;
  static Result<Tensor> copyOf(DType dtype, Shape shape, const void *source, size_t byteCount);

  DType type = DType::F32;
  Shape sizes = {0};
  std::shared_ptr<Storage> storage;
};

/// Tensors by name; how arguments, results, parameters and states travel.
using TensorMap = std::map<std::string, Tensor, std::less<>>;

} // namespace weft

#endif
