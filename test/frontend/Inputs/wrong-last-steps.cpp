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
       // ERROR:
       // HELP:
       attend(axes, p.q, p.K, p.V, lastSteps(2));
     }},
    {"lastSteps: the query has the time",
     [](Function &f) {
       Parts p(f);
       Tensor q = floats(f, "all", {b, h, t, k});
       // ERROR:
       // HELP:
       attend(axes, q, p.K, p.V, lastSteps(steps));
     }},
    {"lastSteps: keys lack the slots",
     [](Function &f) {
       Parts p(f);
       // ERROR:
       // HELP:
       attend(axes, p.q, sum(s, p.K), p.V, lastSteps(steps));
     }},
    {"lastSteps: values of another type",
     [](Function &f) {
       Parts p(f);
       // ERROR:
       // HELP:
       attend(axes, p.q, p.K, doubles(f, "exact", {s, b, h, k}), lastSteps(steps));
     }},
    {"lastSteps: a bias",
     [](Function &f) {
       Parts p(f);
       // ERROR:
       // HELP:
       attend(axes, p.q, p.K, p.V, lastSteps(steps), {.bias = f.weights()("bias", {s})});
     }},
    {"lastSteps: sources",
     [](Function &f) {
       Parts p(f);
       Axis n("slot", 2);
       Tensor pK = f.weights()("pK", {n, k});
       // ERROR:
       // HELP:
       attend(axes, p.q, p.K, p.V, lastSteps(steps), {.sources = {{n, pK, pK}}});
     }},
    {"lastSteps: dropout",
     [](Function &f) {
       Parts p(f);
       // ERROR:
       // HELP:
       attend(axes, p.q, p.K, p.V, lastSteps(steps), {.dropout = 0.5});
     }},
    {"lastSteps: position of distances",
     [](Function &f) {
       Parts p(f);
       Tensor P = f.weights()("P", {Axis("distance", 4), k});
       // ERROR:
       // HELP:
       attend(axes, p.q, p.K, p.V, lastSteps(steps), {.position = P});
     }},
    {"lastSteps: position of each head",
     [](Function &f) {
       Parts p(f);
       Tensor P = f.weights()("P", {h, s, k});
       // ERROR:
       // HELP:
       attend(axes, p.q, p.K, p.V, lastSteps(steps), {.position = P});
     }},
    {"lastSteps: spans of other heads",
     [](Function &f) {
       Parts p(f);
       Tensor z = f.weights()("others", {Axis("heads", 3)});
       // ERROR:
       // HELP:
       attend(axes, p.q, p.K, p.V, lastSteps(steps, {.z = z}));
     }},
    {"lastSteps: no ramp",
     [](Function &f) {
       Parts p(f);
       // ERROR:
       // HELP:
       attend(axes, p.q, p.K, p.V, lastSteps(steps, {.z = p.z, .ramp = 0}));
     }},
    {"lastSteps: keep lacks the keys",
     [](Function &f) {
       Parts p(f);
       Tensor keep = floats(f, "keep", {b, h});
       // ERROR:
       // HELP:
       attend(axes, p.q, p.K, p.V, lastSteps(steps, {.keep = keep}));
     }},
    {"lastSteps: keep has an axis of its own",
     [](Function &f) {
       Parts p(f);
       Tensor keep = floats(f, "keep", {b, h, s, d});
       // ERROR:
       // HELP:
       attend(axes, p.q, p.K, p.V, lastSteps(steps, {.keep = keep}));
     }},
};
