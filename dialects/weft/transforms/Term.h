// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Formulas over tensors that read like formulas: `(g - sum(g * y, {1})) * y` emits the weft ops at
// the builder's place. Operands have one type, numbers become splats; broadcasting stays explicit
// (spread, broadcast).
#ifndef DIALECTS_WEFT_TRANSFORMS_TERM_H
#define DIALECTS_WEFT_TRANSFORMS_TERM_H

#include "dialects/weft/WeftDialect.h"

namespace weft::ir {

struct Term {
  mlir::ImplicitLocOpBuilder *builder = nullptr;
  mlir::Value value;

  operator mlir::Value() const { return value; }
  mlir::RankedTensorType getType() const {
    return mlir::cast<mlir::RankedTensorType>(value.getType());
  }
};

Term operator+(Term a, mlir::Value b);
Term operator-(Term a, mlir::Value b);
Term operator*(Term a, mlir::Value b);
Term operator/(Term a, mlir::Value b);
Term operator+(Term a, double b);
Term operator-(double a, Term b);
Term operator*(Term a, double b);
Term operator/(double a, Term b);
Term operator-(Term a);

/// A splat of the type of `like`.
Term splat(Term like, double number);
Term exp(Term a);
Term log(Term a);
Term sqrt(Term a);
Term rsqrt(Term a);
Term tanh(Term a);
Term sin(Term a);
Term cos(Term a);
Term minimum(Term a, double b);
Term compare(ComparePredicate predicate, Term a, mlir::Value b);
Term compare(ComparePredicate predicate, Term a, double b);
/// condition ? a : b
Term select(mlir::Value condition, Term a, mlir::Value b);
Term select(mlir::Value condition, Term a, double b);
Term convert(Term a, mlir::Type element);

Term sum(Term a, llvm::ArrayRef<int64_t> axes);
/// Axis i of `a` becomes axis dims[i] of the result.
Term broadcast(Term a, mlir::RankedTensorType type, llvm::ArrayRef<int64_t> dims);
/// The inverse of a reduction: repeats `a` along the reduced `axes` of `type`.
Term spread(Term a, mlir::RankedTensorType type, llvm::ArrayRef<int64_t> axes);
/// The part of one axis that begins at `start`; either size may name the axis's symbol.
Term part(Term a, int64_t axis, SizeAttr start, SizeAttr length);

/// The axes of a tensor of this rank that are not in `axes`, ascending.
llvm::SmallVector<int64_t> getOtherAxes(int64_t rank, llvm::ArrayRef<int64_t> axes);

} // namespace weft::ir

#endif
