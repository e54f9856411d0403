// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes that begin and end in the weft dialect.
#ifndef WEFT_TRANSFORMS_PASSES_TD
#define WEFT_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def DifferentiatePass : Pass<"weft-differentiate", "::mlir::ModuleOp"> {
  let summary = "adds forward, backward and gradient functions of the named functions";
  let description = [{
    Reverse mode over the table of rules in VjpRules.cpp. For a function F:

    - `@F.forward` takes F's arguments; returns F's results, then `saved` values named saved.0, saved.1, ...
    - `@F.backward` takes a `cotangent` for every float result (named after it), then the `saved` values it needs; returns
      a `gradient` for every float argument, named after it. A saved argument is either one of the results saved.N of
      the forward call or, under its own name, an argument of F, which the caller still has: constants, moves of
      data and broadcasts are computed again instead. A size symbol that no argument type binds comes as a saved i32.
    - `@F.grad` takes F's arguments; returns F's results, then the `gradient` of the result `objective`, or else `loss`,
      for every float input and every param. Absent if F has neither result. With `loss-scale` it takes the hyper scalar
      `loss_scale`, too, and every gradient is multiplied by it: that of the result itself is then not 1 but this.

    The gradient of a weft.scan is one that runs the other way. It reads of each step what the forward scan keeps of it, as
    outputs of its own, and carries the gradients of what that one carries. Gradients of captures are sums over time: those
    of products, as with weights, are one contraction behind the loop, over time too.

    A weft.recompute stands in F and in F.forward as it is, and what its gradient reads is computed again: a copy of the region
    reads the inputs through weft.optimization_barrier, but for params. The function with the copy has an attribute
    weft.recomputed, how many bytes of values it would have kept, at the bounds of their sizes.

    Several uses of a value add their gradients with weft.add, last use first. A value without a gradient gets zeros.
    Two results may be the same value, and a result may be an argument. An argument or result without a weft.name is
    called argument.N or result.N by its place.

    - differentiate.C1: `functions` names functions of the module.
    - differentiate.C2: every op a gradient must pass has a rule.
    - differentiate.C3: `objective` (or `loss`) is a float scalar.
    - differentiate.C4: no gradient reaches the statistics of an attention op.
  }];
  let options = [
    ListOption<"functions", "functions", "std::string", "functions to differentiate">,
    Option<"lossScale", "loss-scale", "bool", "false", "@F.grad takes what the gradients are multiplied by">
  ];
}

def InlineRecomputePass : Pass<"weft-inline-recompute", "::mlir::ModuleOp"> {
  let summary = "puts the ops of every weft.recompute in its place";
  let description = [{
    Once gradients are made, the region has said what it had to say, and would only be in the way of what merges, fuses and
    plans.
  }];
}

def UnrollScansPass : Pass<"weft-unroll-scans", "::mlir::ModuleOp"> {
  let summary = "writes the iterations of every scan one after another";
  let description = [{
    For any body, and for tests: what a scan means is what this gives. The function grows with the trip count.

    - unroll-scans.C1: every scan has a constant trip count.
    - unroll-scans.C2: a scan becomes at most 1000000 ops.
  }];
}

def FuseUpdatePass : Pass<"weft-fuse-update", "::mlir::ModuleOp"> {
  let summary = "builds the compiled training step and the compiled update of one optimizer";
  let description = [{
    From `@F.grad` it builds

    - `@F.train`: F's arguments, then the `optimizer` state and the `hyper` scalars -> F's outputs and `grad_norm`, F's states,
      updated `param`s, updated `optimizer` state;
    - `@update`: one `input` named "<param>.gradient" for each param, the params, the optimizer state and the same hyper
      scalars -> `grad_norm`, updated params, updated optimizer state. For gradients a tape has accumulated.

    With g the gradient, n its norm, N the norm of all gradients together (`grad_norm`), p the param; clip <= 0 is off:

    | optimizer | hyper | state | clip | update |
    | --- | --- | --- | --- | --- |
    | sgd | lr, clip, momentum | p.momentum | g *= min(1, clip / (N + 1e-6)) | b = momentum b + g; p -= lr b |
    | adagrad | lr, clip | p.sum | c = lr min(1, clip / (n + 1e-10)) if n > clip, else lr | s += g^2, unclipped; p -= c g / (sqrt(s) + 1e-10) |
    | adam | lr, clip, beta1, beta2, step | p.m, p.v | as sgd | Kingma and Ba 2015, algorithm 1, epsilon 1e-8; step counts from 1 |
    | adamw | as adam, weight_decay | p.m, p.v | as sgd | as adam, and p -= lr weight_decay p where p has rank 2 or more |

    With `epsilon-hat` the epsilon of adam and adamw stands beside the root of p.v itself, before its bias is corrected: p -= lr
    sqrt(1 - beta2^step) / (1 - beta1^step) m / (sqrt(v) + 1e-8), the form at the end of section 2 of the paper.

    If `@F.grad` takes a `loss_scale`, both take one, and g is the gradient divided by it: so gradients that are rounded to
    f16 on their way keep small numbers (Micikevicius et al. 2018, section 3.2).

    Then p is clamped to the `low` and `high` of its declaration. With `average` there is one more state p.ema and one more
    hyper ema, the decay: after that, e = ema e + (1 - ema) p.

    Where N, or in `@F.train` the scalar output "loss", is NaN or infinite, params and optimizer state are returned as they
    came: an update in place (docs/spec/exec.md) cannot be taken back.

    - fuse-update.C1: `@F.grad` exists.
    - fuse-update.C2: `optimizer` is sgd, adagrad, adam or adamw.
    - fuse-update.C3: every param argument names a weft.param of the module.
    - fuse-update.C4: `@F.train` and `@update` do not exist yet.
    - fuse-update.C5: `epsilon-hat` only with adam or adamw.
  }];
  let options = [
    Option<"function", "function", "std::string", "\"step\"", "function whose gradients feed the update">,
    Option<"optimizer", "optimizer", "std::string", "\"adagrad\"", "sgd, adagrad, adam or adamw">,
    Option<"average", "average", "bool", "false", "keep a moving average of every param">,
    Option<"epsilonHat", "epsilon-hat", "bool", "false", "of adam and adamw: epsilon beside the root before it is corrected">
  ];
}

def SelectDtypePass : Pass<"weft-select-dtype", "::mlir::ModuleOp"> {
  let summary = "gives every float value of the module one element type";
  let description = [{
    Values, function types, declarations and constants; attributes such as epsilon keep their 64 bits.

    - select-dtype.C1: `dtype` is f64 or f32.
  }];
  let options = [Option<"dtype", "dtype", "std::string", "\"f32\"", "f64 or f32">];
}

def SelectPrecisionPass : Pass<"weft-select-precision", "::mlir::ModuleOp"> {
  let summary = "rounds the factors of matrix products, and nothing else";
  let description = [{
    With bf16 or f16, `weft.dot` of f32 becomes `weft.dot` of two `weft.cast ... f32 -> bf16` (f16), still with a result of f32; alike
    the factors of `weft.span_attention` and its gradient: query, keys, values, relative keys and `result_grad`. A value
    is cast once for all its readers, before what only moves its elements, and outside of a loop that only reads it. A
    comparison `> 0` of what is rounded reads the rounding, which has the same sign or is 0. With f32 nothing changes. For
    graphs that are differentiated: so a rounding has slope 1, and the update stays exact.

    - select-precision.C1: `precision` is f32, bf16 or f16.
    - select-precision.C2: with bf16 or f16, every product is one of f32.
  }];
  let options = [Option<"precision", "precision", "std::string", "\"f32\"", "f32, bf16 or f16">];
}

def NarrowPass : Pass<"weft-narrow", "::mlir::ModuleOp"> {
  let summary = "computes of a value only what is read";
  let description = [{
    `weft.head`, `weft.tail` and `weft.slice` move in front of the elementwise op, product, transpose or broadcast that
    computes their input for them alone. So of the keys' gradient in a training step only the block's own positions are
    multiplied with the weights, not those of the cache: a gradient of theirs is not asked for.
  }];
}

def SliceScansPass : Pass<"weft-slice-scans", "::mlir::ModuleOp"> {
  let summary = "gives a scan over many independent sequences its persistent form: a scan for each slice of the batch";
  let description = [{
    Where no op of a scan's body lets one index of some axis of its first input see another, the batch, the scan is done
    for slices of that axis: a `parallel` scan over slices, whose step is the whole scan for a few sequences. One worker then
    runs all steps of a slice, near its own memory, and waits for nobody.

    What has the axis comes in slice by slice, along a new axis 0; what does not, as weights do not, comes in whole. A sum over
    the batch, as in the gradient of a norm's scale, is carried by each slice and added over slices behind; so is a product over
    batch and time, which reads both factors as they lie in slices. The size of a slice is a matter of shapes alone, so the bits
    are the same for any number of threads.

    A scan stays as it is if its sizes are not constant, if two sequences meet in its body (a maximum over the batch, a norm
    along it), if later steps read a sum over the batch, or if the cost model says so. Each scan gets an attribute
    `weft.form`, a text that says which form it has and why; one that has it already is left alone. The model counts, for
    one step, what the counted loop loses where threads meet, and what a slice loses because it reads weights for itself alone.

    - slice-scans.C1: `form` is auto, counted or persistent.
    - slice-scans.C2: `slice` is at least 0.
  }];
  let options = [
    Option<"form", "form", "std::string", "\"auto\"", "auto, or counted or persistent wherever it is possible">,
    Option<"slice", "slice", "int64_t", "0", "sequences of a slice, a divisor of the batch; 0: by the model">
  ];
}

def VerifyGraphPass : Pass<"weft-verify-graph", "::mlir::ModuleOp"> {
  let summary = "checks the contract of the phases graph and differentiated";
  let description = [{
    - graph.C1: the module holds declarations and functions; functions hold weft ops and end in func.return.
    - graph.C2: every argument and result of a function has a weft.name and a weft.role.
    - graph.C3: the role is one that its side of the function can have.
    - graph.C4: arguments stand in the order input, key, state, param, optimizer, hyper, cotangent, saved; results in
      the order output, state, then the rest.
    - graph.C5: names are unique among the arguments of one role, and among the results of one role.
    - graph.C6: a param argument names a weft.param of its own name and type.
    - graph.C7: a state argument names a weft.state of its own type.
    - graph.C8: a state result carries the name of a state argument and fits its declaration.
    - graph.C9: a size symbol is bound by an argument type or by an earlier weft.set_size, has one bound and one step.
    - graph.C10: a key is tensor<4xi32>; a hyper is a float scalar.
    - graph.C11: every size is a number or bounded, from 0 to 2^48.
  }];
}

#endif
