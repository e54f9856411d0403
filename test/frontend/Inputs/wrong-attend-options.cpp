// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What attend takes beside query, keys and values: sources of further keys, biases, tables, reach.
#include "cases.h"

/// Query, keys and values that fit together, with two keys of a further source for each head.
struct Parts {
  Tensor q, K, V, pK, pV;
  explicit Parts(Function &f)
      : q(floats(f, "q", {b, h, t, k})), K(floats(f, "K", {b, h, s, k})),
        V(floats(f, "V", {b, h, s, k})), pK(f.weights()("pK", {h, Axis("slot", 2), k})),
        pV(f.weights()("pV", {h, Axis("slot", 2), k})) {}
};
const AttendAxes axes{.query = t, .keys = s, .over = k};
const Axis n("slot", 2), r("distance", 4);

const std::vector<Case> cases = {
    {"sources: keys lack their axis",
     [](Function &f) {
       Parts p(f);
       Tensor pK = f.weights()("wrong", {h, k});
       // ERROR: attend expects `wrong` to have axis `slot`, got [head=3, key=8]
       // HELP: name an axis it has, or give it this one with rename
       attend(axes, p.q, p.K, p.V, causal(), {.sources = {{n, pK, p.pV}}});
     }},
    {"sources: values lack their axis",
     [](Function &f) {
       Parts p(f);
       Tensor pV = f.weights()("wrong", {h, k});
       // ERROR: attend expects `wrong` to have axis `slot`, got [head=3, key=8]
       // HELP: name an axis it has, or give it this one with rename
       attend(axes, p.q, p.K, p.V, causal(), {.sources = {{n, p.pK, pV}}});
     }},
    {"sources: keys lack the features",
     [](Function &f) {
       Parts p(f);
       Tensor pK = f.weights()("wrong", {h, n});
       // ERROR: attend expects `wrong` to have axis `key`, got [head=3, slot=2]
       // HELP: name an axis it has, or give it this one with rename
       attend(axes, p.q, p.K, p.V, causal(), {.sources = {{n, pK, p.pV}}});
     }},
    {"sources: head size of the keys",
     [](Function &f) {
       Parts p(f);
       Tensor pK = f.weights()("wrong", {h, n, Axis("key", 9)});
       // ERROR: attend: axis `key` has size 8 but 9 in `wrong`
       // HELP: an axis has one size; use the Axis that the tensor was made with
       attend(axes, p.q, p.K, p.V, causal(), {.sources = {{n, pK, p.pV}}});
     }},
    {"sources: values have other features",
     [](Function &f) {
       Parts p(f);
       Tensor pV = f.weights()("wrong", {h, n, d});
       // ERROR: attend expects the values of source `slot` to have the axes [key=8] of the values, got [head=3, slot=2, model=16]
       // HELP: all sources fill one list of values
       attend(axes, p.q, p.K, p.V, causal(), {.sources = {{n, p.pK, pV}}});
     }},
    {"sources: size of the values' features",
     [](Function &f) {
       Parts p(f);
       Tensor pV = f.weights()("wrong", {h, n, Axis("key", 9)});
       // ERROR: attend: axis `key` has size 8 but 9 in `wrong`
       // HELP: an axis has one size; use the Axis that the tensor was made with
       attend(axes, p.q, p.K, p.V, causal(), {.sources = {{n, p.pK, pV}}});
     }},
    {"sources: number of heads",
     [](Function &f) {
       Parts p(f);
       Tensor pK = f.weights()("wrong", {Axis("head", 4), n, k});
       // ERROR: axis `head` has size 3 in `q` but 4 in `wrong`
       // HELP: an axis has one size; give the two different names, or make the sizes equal
       attend(axes, p.q, p.K, p.V, causal(), {.sources = {{n, pK, p.pV}}});
     }},
    {"sources: size of their axis",
     [](Function &f) {
       Parts p(f);
       // ERROR: attend: axis `slot` has size 3 but 2 in `pK`
       // HELP: an axis has one size; use the Axis that the tensor was made with
       attend(axes, p.q, p.K, p.V, causal(), {.sources = {{Axis("slot", 3), p.pK, p.pV}}});
     }},
    {"sources: their axis is over",
     [](Function &f) {
       Parts p(f);
       // ERROR: attend expects the keys of source `key` to lie on an axis other than `over`
       // HELP: `over` is the axis of features that query and keys share
       attend(axes, p.q, p.K, p.V, causal(), {.sources = {{k, p.pK, p.pV}}});
     }},
    {"sources: their axis is one of the query",
     [](Function &f) {
       Parts p(f);
       // ERROR: attend expects the query without axis `head`, got [batch=2, head=3, time=4, key=8] in `q`
       // HELP: attend takes the query, the keys, the values, in this order
       attend(axes, p.q, p.K, p.V, causal(), {.sources = {{h, p.pK, p.pV}}});
     }},
    {"sources: an axis of their own",
     [](Function &f) {
       Parts p(f);
       Tensor pK = f.weights()("wrong", {h, n, v, k});
       // ERROR: attend expects axis `vocab` of the keys of source `slot` in the query too, got [batch=2, head=3, time=4, key=8]
       // HELP: each query reads one list of keys; sum the axis away, or give it to the query
       attend(axes, p.q, p.K, p.V, causal(), {.sources = {{n, pK, p.pV}}});
     }},
    {"sources: keys of integers",
     [](Function &f) {
       Parts p(f);
       Tensor pK = integers(f, "ids", {n, k});
       // ERROR: attend expects floats, got i32 in the keys of a source `ids`
       // HELP: convert it with cast
       attend(axes, p.q, p.K, p.V, causal(), {.sources = {{n, pK, p.pV}}});
     }},
    {"sources: values of another type",
     [](Function &f) {
       Parts p(f);
       Tensor pV = doubles(f, "exact", {n, k});
       // ERROR: attend expects one element type, got f32 in `q` and f64 in `exact`
       // HELP: convert one of the two with cast
       attend(axes, p.q, p.K, p.V, causal(), {.sources = {{n, p.pK, pV}}});
     }},
    {"sources: no values",
     [](Function &f) {
       Parts p(f);
       // ERROR: expects a tensor, got an empty one
       // HELP: a tensor has a value only after the call that makes it; feedback needs a delay: a state, or the carry of scan
       attend(axes, p.q, p.K, p.V, causal(), {.sources = {{n, p.pK, Tensor()}}});
     }},
    {"sources: no keys",
     [](Function &f) {
       Parts p(f);
       // ERROR: expects a tensor, got an empty one
       // HELP: a tensor has a value only after the call that makes it; feedback needs a delay: a state, or the carry of scan
       attend(axes, p.q, p.K, p.V, causal(), {.sources = {{n, Tensor(), p.pV}}});
     }},
    {"bias: too few distances",
     [](Function &f) {
       Parts p(f);
       Tensor B = f.weights()("B", {Axis("distance", 3)});
       // ERROR: attend expects bias to be {distances} or {head, distances} with 4 distances, got [distance=3]
       // HELP: entry i belongs to the distance i + first of the reach
       attend(axes, p.q, p.K, p.V, slidingWindow(4), {.bias = B});
     }},
    {"bias: too many distances",
     [](Function &f) {
       Parts p(f);
       Tensor B = f.weights()("B", {h, Axis("distance", 5)});
       // ERROR: attend expects bias to be {distances} or {head, distances} with 4 distances, got [head=3, distance=5]
       // HELP: entry i belongs to the distance i + first of the reach
       attend(axes, p.q, p.K, p.V, slidingWindow(4), {.bias = B});
     }},
    {"bias: only heads",
     [](Function &f) {
       Parts p(f);
       Tensor B = f.weights()("B", {h});
       // ERROR: attend expects bias to be {distances} or {head, distances} with 4 distances, got [head=3]
       // HELP: entry i belongs to the distance i + first of the reach
       attend(axes, p.q, p.K, p.V, slidingWindow(4), {.bias = B});
     }},
    {"bias: a scalar",
     [](Function &f) {
       Parts p(f);
       Tensor B = f.weights()("B", {});
       // ERROR: attend expects bias to be {distances} or {head, distances} with 4 distances, got []
       // HELP: entry i belongs to the distance i + first of the reach
       attend(axes, p.q, p.K, p.V, slidingWindow(4), {.bias = B});
     }},
    {"bias: number of heads",
     [](Function &f) {
       Parts p(f);
       Tensor B = f.weights()("B", {Axis("head", 4), r});
       // ERROR: axis `head` has size 3 in `q` but 4 in `B`
       // HELP: an axis has one size; give the two different names, or make the sizes equal
       attend(axes, p.q, p.K, p.V, slidingWindow(4), {.bias = B});
     }},
    {"bias: two axes of distances",
     [](Function &f) {
       Parts p(f);
       Tensor B = f.weights()("B", {r, v});
       // ERROR: attend expects bias to be {distances} or {head, distances} with 4 distances, got [distance=4, vocab=10]
       // HELP: entry i belongs to the distance i + first of the reach
       attend(axes, p.q, p.K, p.V, slidingWindow(4), {.bias = B});
     }},
    {"bias: axes of the span and its own",
     [](Function &f) {
       Parts p(f);
       Tensor z = f.weights()("z", {h}), B = f.weights()("B", {b, Axis("distance", 8)});
       // ERROR: attend expects bias to be {distances} or {head, distances} with 8 distances, got [batch=2, distance=8]
       // HELP: entry i belongs to the distance i + first of the reach
       attend(axes, p.q, p.K, p.V, softSpan(z, {.ramp = 2, .max = 8}), {.bias = B});
     }},
    {"bias: type",
     [](Function &f) {
       Parts p(f);
       Tensor B = doubles(f, "B", {r});
       // ERROR: attend expects one element type, got f32 in `q` and f64 in `B`
       // HELP: convert one of the two with cast
       attend(axes, p.q, p.K, p.V, slidingWindow(4), {.bias = B});
     }},
    {"bias: integers",
     [](Function &f) {
       Parts p(f);
       Tensor B = integers(f, "B", {r});
       // ERROR: attend expects floats, got i32 in the bias `B`
       // HELP: convert it with cast
       attend(axes, p.q, p.K, p.V, slidingWindow(4), {.bias = B});
     }},
    {"bias: of T5 for another reach",
     [](Function &f) {
       Parts p(f);
       Tensor B = weft::nn::t5Bias(f.weights(), h, Axis("distance", 6));
       // ERROR: attend expects bias to be {distances} or {head, distances} with 4 distances, got [distance=6, head=3]
       // HELP: entry i belongs to the distance i + first of the reach
       attend(axes, p.q, p.K, p.V, slidingWindow(4), {.bias = B});
     }},
    {"bias: for a reach of a run-time size",
     [](Function &f) {
       Axis past("past", f.symbol("past", 8) + 4);
       Tensor q = floats(f, "q", {t, k}), K = floats(f, "K", {past, k});
       Tensor B = f.weights()("B", {r});
       // ERROR: attend expects bias to be {distances} or {head, distances} with 12 distances, got [distance=4]
       // HELP: entry i belongs to the distance i + first of the reach
       attend({.query = t, .keys = past, .over = k}, q, K, K, causal(), {.bias = B});
     }},
    {"position: integers",
     [](Function &f) {
       Parts p(f);
       Tensor P = integers(f, "P", {r, k});
       // ERROR: attend expects floats, got i32 in the position `P`
       // HELP: convert it with cast
       attend(axes, p.q, p.K, p.V, slidingWindow(4), {.position = P});
     }},
    {"position: a table of numbers",
     [](Function &f) {
       Parts p(f);
       Tensor P = constant({r, h}, std::vector<double>(12));
       // ERROR: attend expects `P` to have axis `key`, got [distance=4, head=3]
       // HELP: name an axis it has, or give it this one with rename
       attend(axes, p.q, p.K, p.V, slidingWindow(4), {.position = P});
     }},
    {"position: head size",
     [](Function &f) {
       Parts p(f);
       Tensor P = f.weights()("P", {r, Axis("key", 9)});
       // ERROR: attend: axis `key` has size 8 but 9 in `P`
       // HELP: an axis has one size; use the Axis that the tensor was made with
       attend(axes, p.q, p.K, p.V, slidingWindow(4), {.position = P});
     }},
    {"dropout: not a number",
     [](Function &f) {
       Parts p(f);
       // ERROR: attend expects a dropout rate in [0, 1), got nan
       // HELP: the rate is the fraction of weights that is dropped
       attend(axes, p.q, p.K, p.V, causal(), {.dropout = std::nan("")});
     }},
    {"slidingWindow: more than 2^40",
     [](Function &f) {
       Parts p(f);
       // ERROR: attend expects a reach of distances in [0, 2^40], got 0 to 9223372036854775806
       // HELP: slidingWindow takes a length, then the first distance; it looks back only
       attend(axes, p.q, p.K, p.V, slidingWindow(INT64_MAX));
     }},
    {"softSpan: a longest span of more than 2^40",
     [](Function &f) {
       Parts p(f);
       Tensor z = f.weights()("z", {h});
       // ERROR: attend expects a reach of distances in [0, 2^40], got 1 to 9223372036854775807
       // HELP: softSpan looks back at most `max` positions
       attend(axes, p.q, p.K, p.V, softSpan(z, {.max = INT64_MAX}));
     }},
    {"softSpan: number of heads",
     [](Function &f) {
       Parts p(f);
       Tensor z = f.weights()("z", {Axis("head", 4)});
       // ERROR: axis `head` has size 3 in `q` but 4 in `z`
       // HELP: an axis has one size; give the two different names, or make the sizes equal
       attend(axes, p.q, p.K, p.V, softSpan(z, {.ramp = 2, .max = 8}));
     }},
    {"softSpan: type",
     [](Function &f) {
       Parts p(f);
       Tensor z = doubles(f, "z", {h});
       // ERROR: attend expects one element type, got f32 in `q` and f64 in `z`
       // HELP: convert one of the two with cast
       attend(axes, p.q, p.K, p.V, softSpan(z, {.ramp = 2, .max = 8}));
     }},
    {"softSpan: ramp is not a number",
     [](Function &f) {
       Parts p(f);
       Tensor z = f.weights()("z", {h});
       // ERROR: softSpan expects a ramp above 0, a longest span of at least 1 and a reach of at most the longest span, got ramp nan, max 8, reach 8
       // HELP: softSpan(z, {.ramp = 32, .max = 1024}) looks back at most 1024 positions
       attend(axes, p.q, p.K, p.V, softSpan(z, {.ramp = std::nan(""), .max = 8}));
     }},
    {"attend: the key axis is one that rides along",
     [](Function &f) {
       Parts p(f);
       // ERROR: attend expects the keys to contain the queries' positions, got 3 keys `head` vs 4 queries `time`
       // HELP: join what came before and the input with concat
       attend({.query = t, .keys = h, .over = k}, p.q, p.K, p.V, causal());
     }},
    {"attend: the query's time of another size",
     [](Function &f) {
       Parts p(f);
       // ERROR: attend: axis `time` has size 3 but 4 in `q`
       // HELP: an axis has one size; use the Axis that the tensor was made with
       attend({.query = Axis("time", 3), .keys = s, .over = k}, p.q, p.K, p.V, causal());
     }},
    {"attend: values without axes",
     [](Function &f) {
       Parts p(f);
       // ERROR: attend expects `one` to have axis `seen`, got []
       // HELP: name an axis it has, or give it this one with rename
       attend(axes, p.q, p.K, f.weights()("one", {}), causal());
     }},
    {"attend: two axes of run-time sizes ride along",
     [](Function &f) {
       Axis one("one", f.symbol("one", 2)), two("two", f.symbol("two", 2));
       Tensor q = floats(f, "q", {one, two, h, t, k}), K = floats(f, "K", {s, k});
       // ERROR: attend expects axes that ride along together to have constant sizes, got [one=step.one, two=step.two]
       // HELP: only one axis beside query, keys and over may have a run-time size
       attend(axes, q, K, K, causal());
     }},
};
