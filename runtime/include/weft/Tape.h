// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gradients through calls of compiled functions, composed in plain C++.
//
// The compiler made, for a function F, `F.forward` (F's results and the values to be saved) and
// `F.backward` (gradients of results, and saved values, to gradients of arguments). A tape records
// calls: each entry knows its functions, the tensors that went in and came out, and what it saved.
// `backward` walks the list once, from the end; where one call's result was another call's argument
// (the same bytes, Tensor::identity), the gradient flows on; a tensor used several times gets the
// sum. What the tape has not recorded is a constant: so truncated back-propagation is a fresh tape
// for each segment, with the state of the last one as an ordinary argument.
//
//   Tape tape;
//   Result<TensorMap> one = tape.call(module, "step", {{"x", a}, {"h", h0}, {"W", w}});
//   Result<TensorMap> two = tape.call(module, "step", {{"x", b}, {"h", one->at("h")}, {"W", w}});
//   Result<Gradients> gradients = tape.backward(two->at("loss"));
//   const Tensor *dw = gradients->find(w);
#ifndef WEFT_TAPE_H
#define WEFT_TAPE_H

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "weft/Module.h"

namespace weft {

/// Gradients by the tensor they belong to.
class Gradients {
public:
  /// The gradient with respect to `value`, or null when nothing depends on it.
  const Tensor *find(const Tensor &value) const;
  /// Adds to the gradient of `value`; the first time it is kept as it is.
  Status add(const Tensor &value, const Tensor &gradient);

private:
  struct Entry {
    Tensor value, gradient; ///< `value` keeps its bytes alive, so identities stay unique
    bool isOwned = false;   ///< whether `gradient` is a sum, which may be added to in place
  };
  std::map<const void *, Entry> entries;
};

/// into[name] += from[name] for every name, in f32 or f64: sums over micro-batches or segments.
Status accumulate(TensorMap &into, const TensorMap &from);

class Tape {
public:
  /// Calls `<function>.forward` and records it; returns the results of the function. Fails as
  /// Function::call does, or with Usage when the artifact has no gradient of the function.
  Result<TensorMap> call(const Module &module, const std::string &function,
                         const TensorMap &arguments);

  /// Gradients of `loss`, a recorded result, times `seed`. The record stays: it may be walked
  /// again.
  Result<Gradients> backward(const Tensor &loss, double seed = 1) const;
  /// The same from several results, each with the gradient to start from.
  Result<Gradients> backward(const std::vector<std::pair<Tensor, Tensor>> &starts) const;

  /// Forgets all calls and frees what they saved.
  void clear() { calls.clear(); }
  size_t size() const { return calls.size(); }

private:
  struct Call {
    Function forward, backward;
    TensorMap arguments, results; ///< by key of forward; results include the saved ones
  };
  static Status runBackward(const Call &call, Gradients &gradients);

  std::vector<Call> calls;
};

} // namespace weft

#endif
