// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A dense tensor whose elements are doubles, whatever its element type: the one kind of value of
// the interpreters. A scalar is a tensor of rank 0. Every i32, i1 and f32 is exact in a double, so
// only arithmetic, never storage, rounds.
#ifndef COMPILER_INTERPRET_TENSORVALUE_H
#define COMPILER_INTERPRET_TENSORVALUE_H

#include <string>
#include <vector>

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"

namespace weft::compiler {

struct TensorValue {
  mlir::Type element;
  llvm::SmallVector<int64_t> shape;
  std::vector<double> elements;

  static TensorValue splat(mlir::Type element, llvm::ArrayRef<int64_t> shape, double value = 0);
  /// The value of a dense, float, integer or index attribute; failure if it is none of these.
  static llvm::FailureOr<TensorValue> fromAttribute(mlir::TypedAttr attribute);

  int64_t getCount() const { return static_cast<int64_t>(elements.size()); }
  int64_t getRank() const { return static_cast<int64_t>(shape.size()); }
  /// Row-major position of an index; rank 0 has the one position 0.
  int64_t getOffset(llvm::ArrayRef<int64_t> index) const;
  double &at(llvm::ArrayRef<int64_t> index) { return elements[getOffset(index)]; }
  double at(llvm::ArrayRef<int64_t> index) const { return elements[getOffset(index)]; }

  /// Rounds every element to the element type.
  void round();
  /// "[2, 3] 1 2 3 4 5 6", shortened after a few elements.
  std::string str() const;
};

/// What of `from` lies at `first` along axis 0 and has this type: one slot without the axis, or so
/// many slots from there.
TensorValue takeSlots(const TensorValue &from, int64_t first, mlir::Type type);

/// The nearest value of a float type; other types keep the value.
double roundTo(mlir::Type element, double value);

/// The product of sizes.
int64_t countElements(llvm::ArrayRef<int64_t> shape);

/// "[2, 3]".
std::string formatSizes(llvm::ArrayRef<int64_t> shape);

/// The shortest of two precisions that reads back as the same number.
std::string formatNumber(double value);

/// Calls `body` with every index of a shape, in row-major order.
void forEachIndex(llvm::ArrayRef<int64_t> shape,
                  llvm::function_ref<void(llvm::ArrayRef<int64_t>)> body);

} // namespace weft::compiler

#endif
