// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attend with lastSteps: one query of each sequence over the slots of a memory.
#include "cases.h"

/// The query of a step, slots of keys and values that fit, and what is beside them.
struct Parts {
  Tensor q, K, V, z;
  explicit Parts(Function &f)
      : q(floats(f, "q", {b, h, k})), K(floats(f, "K", {s, b, h, k})),
        V(floats(f, "V", {s, b, h, k})), z(f.weights()("z", {h})) {}
};
const AttendAxes axes{.query = t, .keys = s, .over = k};
const int64_t steps = s.getSize().getOffset();

const std::vector<Case> cases = {
    {"lastSteps: fewer steps than keys",
     [](Function &f) {
       Parts p(f);
       // ERROR: attend expects as many keys as lastSteps has steps, got 6 keys `seen` vs 2 steps
       // HELP: the axis of the keys is the memory's: memory.axis()
       attend(axes, p.q, p.K, p.V, lastSteps(2));
     }},
    {"lastSteps: the query has the time",
     [](Function &f) {
       Parts p(f);
       Tensor q = floats(f, "all", {b, h, t, k});
       // ERROR: attend expects the query of a step without axis `time`, got [batch=2, head=3, time=4, key=8] in `all`
       // HELP: a scan hands its body one index of that axis at a time
       attend(axes, q, p.K, p.V, lastSteps(steps));
     }},
    {"lastSteps: keys lack the slots",
     [](Function &f) {
       Parts p(f);
       // ERROR: attend expects the result of sum to have axis `seen`, got [batch=2, head=3, key=8]
       // HELP: name an axis it has, or give it this one with rename
       attend(axes, p.q, sum(s, p.K), p.V, lastSteps(steps));
     }},
    {"lastSteps: values of another type",
     [](Function &f) {
       Parts p(f);
       // ERROR: attend expects one element type, got f32 in `q` and f64 in `exact`
       // HELP: convert one of the two with cast
       attend(axes, p.q, p.K, doubles(f, "exact", {s, b, h, k}), lastSteps(steps));
     }},
    {"lastSteps: a bias",
     [](Function &f) {
       Parts p(f);
       // ERROR: attend expects no bias beside lastSteps
       // HELP: the memory's slots are the only keys, told apart by position
       attend(axes, p.q, p.K, p.V, lastSteps(steps), {.bias = f.weights()("bias", {s})});
     }},
    {"lastSteps: sources",
     [](Function &f) {
       Parts p(f);
       Axis n("slot", 2);
       Tensor pK = f.weights()("pK", {n, k});
       // ERROR: attend expects no sources beside lastSteps
       // HELP: the memory's slots are the only keys, told apart by position
       attend(axes, p.q, p.K, p.V, lastSteps(steps), {.sources = {{n, pK, pK}}});
     }},
    {"lastSteps: dropout",
     [](Function &f) {
       Parts p(f);
       // ERROR: attend expects no dropout beside lastSteps
       // HELP: draw a mask for all steps outside of the scan: lastSteps(n, {.keep = mask})
       attend(axes, p.q, p.K, p.V, lastSteps(steps), {.dropout = 0.5});
     }},
    {"lastSteps: position of distances",
     [](Function &f) {
       Parts p(f);
       Tensor P = f.weights()("P", {Axis("distance", 4), k});
       // ERROR: attend expects `P` to have axis `seen`, got [distance=4, key=8]
       // HELP: name an axis it has, or give it this one with rename
       attend(axes, p.q, p.K, p.V, lastSteps(steps), {.position = P});
     }},
    {"lastSteps: position of each head",
     [](Function &f) {
       Parts p(f);
       Tensor P = f.weights()("P", {h, s, k});
       // ERROR: attend expects position to be {seen, key}, got [head=3, seen=6, key=8]
       // HELP: each slot has one row, which sequences and heads share
       attend(axes, p.q, p.K, p.V, lastSteps(steps), {.position = P});
     }},
    {"lastSteps: spans of other heads",
     [](Function &f) {
       Parts p(f);
       Tensor z = f.weights()("others", {Axis("heads", 3)});
       // ERROR: attend expects axis `heads` of the span in the query, got [batch=2, head=3, key=8]
       // HELP: a span is one number for each head of the query
       attend(axes, p.q, p.K, p.V, lastSteps(steps, {.z = z}));
     }},
    {"lastSteps: no ramp",
     [](Function &f) {
       Parts p(f);
       // ERROR: lastSteps expects a ramp above 0, got 0
       // HELP: the weight of a key falls from 1 to 0 over `ramp` steps
       attend(axes, p.q, p.K, p.V, lastSteps(steps, {.z = p.z, .ramp = 0}));
     }},
    {"lastSteps: keep lacks the keys",
     [](Function &f) {
       Parts p(f);
       Tensor keep = floats(f, "keep", {b, h});
       // ERROR: attend expects `keep` to have axis `seen`, got [batch=2, head=3]
       // HELP: name an axis it has, or give it this one with rename
       attend(axes, p.q, p.K, p.V, lastSteps(steps, {.keep = keep}));
     }},
    {"lastSteps: keep has an axis of its own",
     [](Function &f) {
       Parts p(f);
       Tensor keep = floats(f, "keep", {b, h, s, d});
       // ERROR: attend expects axis `model` of keep in the query too, got [batch=2, head=3, key=8]
       // HELP: keep has a number for each key of each query
       attend(axes, p.q, p.K, p.V, lastSteps(steps, {.keep = keep}));
     }},
};
