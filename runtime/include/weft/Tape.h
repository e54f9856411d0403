// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gradients through calls of compiled functions, composed in plain C++.
//
// The compiler made, for a function F, `F.forward` (F's results and the values to be saved) and
// `F.backward` (gradients of results, and saved values, to gradients of arguments); `weft compile
// --gradients=F` adds them. A tape records calls: each entry knows its functions, the tensors that
// went in and came out, and what it saved. `backward` walks the list once, from the end. Where one
// call's result was another call's argument (the same bytes, Tensor::identity), the gradient flows
// on; a tensor used several times gets the sum.
//
// Example:
//   TensorMap sum;
//   for (const auto &[tokens, targets] : blocks) {
//     Tape tape; // a fresh one: what the last block left is a constant here
//     Result<TensorMap> body = tape.call(module, "body", {{"tokens", tokens}}, model);
//     if (!body)
//       return body.status();
//     Result<TensorMap> head =
//         tape.call(module, "head", {{"x", body->at("x")}, {"targets", targets}}, model);
//     if (!head)
//       return head.status();
//     if (Status status = tape.addGradients(sum, head->at("loss"), 1.0 / blocks.size(), model);
//         !status)
//       return status;
//   }
//   Result<TensorMap> outputs = optimizer.update(sum, model); // of the function `update`
//
// What the tape has not recorded is a constant. So truncated back-propagation through time is a
// fresh tape (or clear) for each segment with the state of the last one as an ordinary argument;
// one tape over several segments is back-propagation through all of them; and clone() of a result
// cuts the gradient at that place alone.
//
// Lifetime. The tape holds handles on every argument, result and saved tensor until it is cleared
// or destroyed; that is its memory. The caller must not change the bytes of a recorded tensor in
// place before the last backward: nothing is copied, so nothing would notice. Replacing a tensor by
// another, as updates do, is fine. A tape also keeps the Module of its calls loaded.
//
// Backward twice gives the same gradients twice, as the record stays. It does not record itself, so
// there is no second derivative through a tape: the gradient of a gradient is a compiled function.
//
// Threads. A tape belongs to one thread at a time; several tapes may share a Module. The sums and
// their order are fixed, so gradients have the same bits for any number of threads.
//
// Failure. Every call returns a Status; nothing throws, a lack of memory is Resource. A failed call
// is not recorded, a failed backward changes nothing; the tape may be used on after both.
#ifndef WEFT_TAPE_H
#define WEFT_TAPE_H

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "weft/Module.h"
#include "weft/ParamStore.h"

namespace weft {

/// Gradients by the tensor they belong to.
class Gradients {
public:
  /// The gradient with respect to `value`, or null when nothing depends on it. It lives as long as
  /// this object.
  const Tensor *find(const Tensor &value) const;
  /// Those of parameters as arguments of the compiled function `update`: "<parameter>.gradient";
  /// zeros for one that nothing depends on. The tensors are shared with this object.
  Result<TensorMap> forUpdate(const TensorMap &params) const;
  /// Adds to the gradient of `value`; the first time it is kept as it is. Fails with Model when the
  /// types differ.
  Status add(const Tensor &value, const Tensor &gradient);

private:
  struct Entry {
    Tensor value, gradient; ///< `value` keeps its bytes alive, so identities stay unique
    bool isOwned = false;   ///< whether `gradient` is a sum, which may be added to in place
  };
  std::map<const void *, Entry> entries;
};

/// into[name] += from[name] for every name, in f32 or f64: sums over micro-batches or segments. The
/// tensors of `into` are its own: the first term is copied. Fails with Model where types differ;
/// `into` then holds a part of the sum.
Status accumulate(TensorMap &into, const TensorMap &from);
/// Multiplies every tensor in place, in f32 or f64: a sum over k micro-batches by 1/k is the mean.
Status scale(const TensorMap &tensors, double factor);

class Tape {
public:
  /// Calls `<function>.forward` and records it; returns the results of the function. Fails as
  /// Function::call does, or with Usage when the artifact has no gradient of the function.
  Result<TensorMap> call(const Module &module, const std::string &function,
                         const TensorMap &arguments);
  /// The same with parameters and states from `model`; new states go into it and are not returned.
  /// On failure `model` is as before.
  Result<TensorMap> call(const Module &module, const std::string &function, TensorMap inputs,
                         ModelState &model);

  /// Gradients of `loss`, a recorded result, times `seed`. The record stays: it may be walked
  /// again. Fails with Usage when `loss` is no recorded result.
  Result<Gradients> backward(const Tensor &loss, double seed = 1) const;
  /// The same from several results, each with the gradient to start from, of the result's type.
  Result<Gradients> backward(const std::vector<std::pair<Tensor, Tensor>> &starts) const;

  /// Adds the gradients of the model's parameters to `sum`, as arguments of the compiled function
  /// `update`: backward, Gradients::forUpdate and accumulate in one, for a loss that is one of
  /// several blocks or micro-batches. Fails as these do.
  Status addGradients(TensorMap &sum, const Tensor &loss, double seed,
                      const ModelState &model) const;

  /// Forgets all calls and frees what they saved.
  void clear() { calls.clear(); }
  /// The number of recorded calls.
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
