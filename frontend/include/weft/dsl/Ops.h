// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The functions of the language. Axes meet by name: what two operands share is paired, the rest is
// repeated (elementwise) or kept (dot). The axes a function acts on come first.
#ifndef WEFT_DSL_OPS_H
#define WEFT_DSL_OPS_H

#include "weft/dsl/Tensor.h"

namespace weft::dsl {

// Elementwise. The result has the axes of both operands.
Tensor operator+(Operand a, Operand b);
Tensor operator-(Operand a, Operand b);
Tensor operator*(Operand a, Operand b);
Tensor operator/(Operand a, Operand b);
Tensor operator-(Operand a);
Tensor maximum(Operand a, Operand b);
Tensor minimum(Operand a, Operand b);
Tensor exp(Tensor x, Where where = Where::current());
Tensor log(Tensor x, Where where = Where::current());
Tensor sqrt(Tensor x, Where where = Where::current());
Tensor rsqrt(Tensor x, Where where = Where::current());
Tensor tanh(Tensor x, Where where = Where::current());
Tensor erf(Tensor x, Where where = Where::current());
/// 1 / (1 + exp(-x)).
Tensor sigmoid(Tensor x, Where where = Where::current());
/// Of radians; NaN beyond 2^30.
Tensor sin(Tensor x, Where where = Where::current());
Tensor cos(Tensor x, Where where = Where::current());
Tensor relu(Tensor x, Where where = Where::current());
Tensor floor(Tensor x, Where where = Where::current());
/// -floor(-x).
Tensor ceil(Tensor x, Where where = Where::current());
/// min(max(x, low), high); the gradient passes at the bounds too.
Tensor clamp(Tensor x, double low, double high, Where where = Where::current());
/// x, with gradient 0.
Tensor stopGradient(Tensor x, Where where = Where::current());
/// Converts the elements; float to i32 rounds toward zero.
Tensor cast(DType to, Tensor x, Where where = Where::current());

// Comparisons give i1; select picks element by element.
Tensor equal(Operand a, Operand b);
Tensor less(Operand a, Operand b);
Tensor lessEqual(Operand a, Operand b);
Tensor greater(Operand a, Operand b);
Tensor greaterEqual(Operand a, Operand b);
Tensor select(Tensor condition, Operand whenTrue, Operand whenFalse);

// Contraction and reductions.
/// The sum over `over` of a * b; axes both have and that are not summed are paired.
Tensor dot(Axes over, Tensor a, Tensor b, Where where = Where::current());
Tensor sum(Axes over, Tensor x, Where where = Where::current());
Tensor mean(Axes over, Tensor x, Where where = Where::current());
Tensor max(Axes over, Tensor x, Where where = Where::current());
/// exp(x - max) / sum, over one axis.
Tensor softmax(const Axis &over, Tensor x, Where where = Where::current());
/// The logarithm of softmax, finite where softmax itself rounds to 0.
Tensor logSoftmax(const Axis &over, Tensor x, Where where = Where::current());
/// (x - mean) / sqrt(variance + epsilon) * scale + shift over one axis; without `shift` nothing is
/// added.
Tensor layerNorm(const Axis &over, Tensor x, Tensor scale, Tensor shift, double epsilon = 1e-5,
                 Where where = Where::current());
Tensor layerNorm(const Axis &over, Tensor x, Tensor scale, double epsilon = 1e-5,
                 Where where = Where::current());
/// x / sqrt(mean of squares + epsilon) * scale over one axis (Zhang and Sennrich 2019).
Tensor rmsNorm(const Axis &over, Tensor x, Tensor scale, double epsilon = 1e-6,
               Where where = Where::current());
/// The running sum along an axis; `reverse`: from its end.
Tensor cumsum(const Axis &along, Tensor x, bool reverse = false, Where where = Where::current());

// Choosing and looking up.
/// The largest elements of axis `from`, largest first, as axis `to`, and their indices (i32). Equal
/// elements come in order of their indices, NaN counts as largest; values carry gradient.
struct Chosen {
  Tensor values, indices;
};
Chosen topK(const Axis &from, const Axis &to, Tensor x, Where where = Where::current());
/// The index (i32) of the largest element of an axis, the first of equal ones.
Tensor argmax(const Axis &over, Tensor x, Where where = Where::current());
/// Elements of axis `from` by index: result(b, p, f) = x(b, indices(b, p), f). The axes that x and
/// `indices` (i32) share are paired; an index outside the axis reads 0.
Tensor gather(const Axis &from, Tensor x, Tensor indices, Where where = Where::current());
/// The adjoint of gather: adds the elements of `x` into zeros on the new axis `to` at `indices`,
/// which have the summed axes `over` and paired ones. The order of the sum is fixed; an index
/// outside the axis adds nothing.
Tensor scatterAdd(Axes over, const Axis &to, Tensor x, Tensor indices,
                  Where where = Where::current());

// Tables and losses.
/// Rows of a table {ids, features} by the ids of an i32 tensor.
Tensor embed(const Axis &rows, Tensor table, Tensor ids, Where where = Where::current());
/// Negative log likelihood of the targets under softmax over `classes`, in nats.
Tensor crossEntropy(const Axis &classes, Tensor logits, Tensor targets,
                    Where where = Where::current());
/// Zeroes elements with probability `rate` and scales the rest by 1 / (1 - rate); rate 0 is x
/// itself. The mask depends on the call's key, on this call's place in the function and on the
/// element's index, on nothing else.
Tensor dropout(double rate, Tensor x, Where where = Where::current());

// Moving elements.
/// The parts after one another on axis `joined`: each part has one axis that the others lack (or
/// `joined` itself).
Tensor concat(const Axis &joined, std::vector<Tensor> parts, Where where = Where::current());
Tensor concat(const Axis &joined, Tensor a, Tensor b, Where where = Where::current());
/// The parts side by side on a new axis.
Tensor stack(const Axis &added, std::vector<Tensor> parts, Where where = Where::current());
/// The elements from `start` of axis `from`, as axis `to`.
Tensor slice(const Axis &from, const Axis &to, int64_t start, Tensor x,
             Where where = Where::current());
/// The last elements of axis `from`, as axis `to`; the size of `to` may be a run-time value.
Tensor tail(const Axis &from, const Axis &to, Tensor x, Where where = Where::current());
/// Zeros before the elements of axis `from`, so that they end axis `to`: the adjoint of tail.
Tensor padFront(const Axis &from, const Axis &to, Tensor x, Where where = Where::current());
/// Sliding windows: result(p, o) = x(p + o); axis `along` of size n becomes positions (n - offsets
/// + 1) and offsets.
Tensor window(const Axis &along, const Axis &positions, const Axis &offsets, Tensor x,
              Where where = Where::current());
/// The same values under another name of an axis.
Tensor rename(const Axis &from, const Axis &to, Tensor x, Where where = Where::current());
/// Drops an axis of size 1.
Tensor squeeze(const Axis &axis, Tensor x, Where where = Where::current());
/// start + step * index along an axis; its element type is that of what it meets.
Tensor index(const Axis &axis, double start = 0, double step = 1, Where where = Where::current());

/// A table of numbers in row-major order of its axes; its element type is that of what it meets.
Tensor constant(Axes axes, std::vector<double> values, Where where = Where::current());

/// For layers: keeps a mistake in the graph of `x`, and gives an unknown tensor, as calls do.
/// Silent where `x` is unknown itself.
Tensor refuse(Tensor x, const Error &error);

} // namespace weft::dsl

#endif
