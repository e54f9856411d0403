// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cases.h"

/// Query, keys, values and a span that fit together; each case spoils one of them.
struct Parts {
  Tensor q, K, V, z;
  explicit Parts(Function &f)
      : q(floats(f, "q", {b, h, t, k})), K(floats(f, "K", {b, h, s, k})),
        V(floats(f, "V", {b, h, s, k})), z(f.weights()("z", {h})) {}
};
const AttendAxes axes{.query = t, .keys = s, .over = k};

const std::vector<Case> cases = {
    {"attend: query lacks the time",
     [](Function &f) {
       Parts p(f);
       Tensor q = sum(t, p.q);
       // ERROR: attend expects `q` to have axis `time`, got [batch=2, head=3, key=8]
       // HELP: name an axis it has, or give it this one with rename
       attend(axes, q, p.K, p.V, causal());
     }},
    {"attend: query lacks the features",
     [](Function &f) {
       Parts p(f);
       Tensor q = sum(k, p.q);
       // ERROR: attend expects `q` to have axis `key`, got [batch=2, head=3, time=4]
       // HELP: name an axis it has, or give it this one with rename
       attend(axes, q, p.K, p.V, causal());
     }},
    {"attend: keys lack the key time",
     [](Function &f) {
       Parts p(f);
       Tensor K = sum(s, p.K);
       // ERROR: attend expects `K` to have axis `seen`, got [batch=2, head=3, key=8]
       // HELP: name an axis it has, or give it this one with rename
       attend(axes, p.q, K, p.V, causal());
     }},
    {"attend: keys lack the features",
     [](Function &f) {
       Parts p(f);
       Tensor K = sum(k, p.K);
       // ERROR: attend expects `K` to have axis `key`, got [batch=2, head=3, seen=6]
       // HELP: name an axis it has, or give it this one with rename
       attend(axes, p.q, K, p.V, causal());
     }},
    {"attend: values lack the key time",
     [](Function &f) {
       Parts p(f);
       Tensor V = sum(s, p.V);
       // ERROR: attend expects `V` to have axis `seen`, got [batch=2, head=3, key=8]
       // HELP: name an axis it has, or give it this one with rename
       attend(axes, p.q, p.K, V, causal());
     }},
    {"attend: query and keys exchanged",
     [](Function &f) {
       Parts p(f);
       // ERROR: attend expects `K` to have axis `time`, got [batch=2, head=3, seen=6, key=8]
       // HELP: name an axis it has, or give it this one with rename
       attend(axes, p.K, p.q, p.V, causal());
     }},
    {"attend: queries among the keys' axes",
     [](Function &f) {
       Parts p(f);
       Tensor K = floats(f, "both", {b, h, t, s, k});
       // ERROR: attend expects the keys without axis `time`, got [batch=2, head=3, time=4, seen=6, key=8] in `both`
       // HELP: attend takes the query, the keys, the values, in this order
       attend(axes, p.q, K, p.V, causal());
     }},
    {"attend: queries among the values' axes",
     [](Function &f) {
       Parts p(f);
       Tensor V = floats(f, "both", {b, h, t, s, k});
       // ERROR: attend expects the values without axis `time`, got [batch=2, head=3, time=4, seen=6, key=8] in `both`
       // HELP: attend takes the query, the keys, the values, in this order
       attend(axes, p.q, p.K, V, causal());
     }},
    {"attend: axes exchanged",
     [](Function &f) {
       Parts p(f);
       // ERROR: attend expects the keys to contain the queries' positions, got 4 keys `time` vs 6 queries `seen`
       // HELP: join what came before and the input with concat
       attend({.query = s, .keys = t, .over = k}, p.q, p.K, p.V, causal());
     }},
    {"attend: over is the time",
     [](Function &f) {
       Parts p(f);
       // ERROR: attend expects `over` to be neither the queries nor the keys, got query `time`, keys `seen`, over `time`
       // HELP: `over` is the axis of features that query and keys share
       attend({.query = t, .keys = s, .over = t}, p.q, p.K, p.V, causal());
     }},
    {"attend: head size of the keys",
     [](Function &f) {
       Parts p(f);
       Tensor K = floats(f, "wide", {b, h, s, Axis("key", 9)});
       // ERROR: attend: axis `key` has size 8 but 9 in `wide`
       // HELP: an axis has one size; use the Axis that the tensor was made with
       attend(axes, p.q, K, p.V, causal());
     }},
    {"attend: number of heads of the values",
     [](Function &f) {
       Parts p(f);
       Tensor V = floats(f, "four", {b, Axis("head", 4), s, k});
       // ERROR: axis `head` has size 3 in `q` but 4 in `four`
       // HELP: an axis has one size; give the two different names, or make the sizes equal
       attend(axes, p.q, p.K, V, causal());
     }},
    {"attend: key length of the values",
     [](Function &f) {
       Parts p(f);
       Tensor V = floats(f, "short", {b, h, Axis("seen", 5), k});
       // ERROR: attend: axis `seen` has size 6 but 5 in `short`
       // HELP: an axis has one size; use the Axis that the tensor was made with
       attend(axes, p.q, p.K, V, causal());
     }},
    {"attend: keys with an axis of their own",
     [](Function &f) {
       Parts p(f);
       Tensor K = floats(f, "extra", {b, h, Axis("sources", 2), s, k});
       // ERROR: attend expects axis `sources` of the keys in the query too, got [batch=2, head=3, time=4, key=8]
       // HELP: each query reads one list of keys; sum the axis away, or give it to the query
       attend(axes, p.q, K, p.V, causal());
     }},
    {"attend: fewer keys than queries",
     [](Function &f) {
       Parts p(f);
       Axis few("few", 3);
       Tensor K = slice(s, few, 0, p.K), V = slice(s, few, 0, p.V);
       // ERROR: attend expects the keys to contain the queries' positions, got 3 keys `few` vs 4 queries `time`
       // HELP: join what came before and the input with concat
       attend({.query = t, .keys = few, .over = k}, p.q, K, V, causal());
     }},
    {"attend: memory of length 0",
     [](Function &f) {
       Parts p(f);
       Axis none("memory", 0);
       Tensor K = floats(f, "none", {b, h, none, k});
       // ERROR: attend expects the keys to contain the queries' positions, got 0 keys `memory` vs 4 queries `time`
       // HELP: join what came before and the input with concat
       attend({.query = t, .keys = none, .over = k}, p.q, K, K, causal());
     }},
    {"attend: query of integers",
     [](Function &f) {
       Parts p(f);
       // ERROR: attend expects floats, got i32 in the query `ids`
       // HELP: convert it with cast
       attend(axes, integers(f, "ids", {b, h, t, k}), p.K, p.V, causal());
     }},
    {"attend: keys of another type",
     [](Function &f) {
       Parts p(f);
       Tensor K = doubles(f, "exact", {b, h, s, k});
       // ERROR: attend expects one element type, got f32 in `q` and f64 in `exact`
       // HELP: convert one of the two with cast
       attend(axes, p.q, K, p.V, causal());
     }},
    {"attend: values are a mask",
     [](Function &f) {
       Parts p(f);
       Tensor mask = less(p.V, 0);
       // ERROR: attend expects floats, got i1 in the values `mask`
       // HELP: convert it with cast
       attend(axes, p.q, p.K, mask, causal());
     }},
    {"attend: an empty query",
     [](Function &f) {
       Parts p(f);
       // ERROR: expects a tensor, got an empty one
       // HELP: a tensor has a value only after the call that makes it; feedback needs a delay: a state, or the carry of scan
       attend(axes, Tensor(), p.K, p.V, causal());
     }},
    {"attend: dropout of 1",
     [](Function &f) {
       Parts p(f);
       // ERROR: attend expects a dropout rate in [0, 1), got 1
       // HELP: the rate is the fraction of weights that is dropped
       attend(axes, p.q, p.K, p.V, causal(), {.dropout = 1});
     }},
    {"attend: dropout in a scan",
     [](Function &f) {
       Parts p(f);
       Tensor x = floats(f, "x", {v, b, h, t, k}), start = floats(f, "start", {b, h, t, k});
       scan(v, x, start, [&](Tensor q, Tensor carry) {
         // ERROR: attend expects dropout to stand outside scan, whose steps would all share one mask
         // HELP: attend to all positions at once, outside of the scan
         return carry + attend(axes, q, p.K, p.V, causal(), {.dropout = 0.5});
       });
     }},
    {"attend: features of a run-time size",
     [](Function &f) {
       Axis c("width", f.symbol("width", 8));
       Tensor q = floats(f, "q", {t, c}), K = floats(f, "K", {s, c});
       // ERROR: attend expects axis `width` to have a constant size, got step.width
       // HELP: `over` is the width of a head; keys may have a run-time size
       attend({.query = t, .keys = s, .over = c}, q, K, K, causal());
     }},
    {"position: lacks the features",
     [](Function &f) {
       Parts p(f);
       Tensor P = f.weights()("P", {Axis("distance", 6), d});
       // ERROR: attend expects `P` to have axis `key`, got [distance=6, model=16]
       // HELP: name an axis it has, or give it this one with rename
       attend(axes, p.q, p.K, p.V, slidingWindow(4), {.position = P});
     }},
    {"position: too few distances",
     [](Function &f) {
       Parts p(f);
       Tensor P = f.weights()("P", {Axis("distance", 3), k});
       // ERROR: attend expects position to be {distances, key} with at least 4 distances, got [distance=3, key=8]
       // HELP: row i belongs to the distance i + first of the reach
       attend(axes, p.q, p.K, p.V, slidingWindow(4), {.position = P});
     }},
    {"position: three axes",
     [](Function &f) {
       Parts p(f);
       Tensor P = f.weights()("P", {h, Axis("distance", 4), k});
       // ERROR: attend expects position to be {distances, key} with at least 4 distances, got [head=3, distance=4, key=8]
       // HELP: row i belongs to the distance i + first of the reach
       attend(axes, p.q, p.K, p.V, slidingWindow(4), {.position = P});
     }},
    {"position: type",
     [](Function &f) {
       Parts p(f);
       Tensor P = doubles(f, "P", {Axis("distance", 4), k});
       // ERROR: attend expects one element type, got f32 in `q` and f64 in `P`
       // HELP: convert one of the two with cast
       attend(axes, p.q, p.K, p.V, slidingWindow(4), {.position = P});
     }},
    {"position: span greater than its table",
     [](Function &f) {
       Parts p(f);
       Tensor P = f.weights()("P", {Axis("distance", 6), k});
       // ERROR: attend expects position to be {distances, key} with at least 8 distances, got [distance=6, key=8]
       // HELP: row i belongs to the distance i + first of the reach
       attend(axes, p.q, p.K, p.V, softSpan(p.z, {.ramp = 2, .max = 8}), {.position = P});
     }},
    {"slidingWindow: negative length",
     [](Function &f) {
       Parts p(f);
       // ERROR: attend expects a reach of distances in [0, 2^40], got 0 to -2
       // HELP: slidingWindow takes a length, then the first distance; it looks back only
       attend(axes, p.q, p.K, p.V, slidingWindow(-1));
     }},
    {"slidingWindow: looks ahead",
     [](Function &f) {
       Parts p(f);
       // ERROR: attend expects a reach of distances in [0, 2^40], got -2 to 1
       // HELP: slidingWindow takes a length, then the first distance; it looks back only
       attend(axes, p.q, p.K, p.V, slidingWindow(4, -2));
     }},
    {"softSpan: no ramp",
     [](Function &f) {
       Parts p(f);
       // ERROR: softSpan expects a ramp above 0, a longest span of at least 1 and a reach of at most the longest span, got ramp 0, max 8, reach 8
       // HELP: softSpan(z, {.ramp = 32, .max = 1024}) looks back at most 1024 positions
       attend(axes, p.q, p.K, p.V, softSpan(p.z, {.ramp = 0, .max = 8}));
     }},
    {"softSpan: no longest span",
     [](Function &f) {
       Parts p(f);
       // ERROR: softSpan expects a ramp above 0, a longest span of at least 1 and a reach of at most the longest span, got ramp 2, max 0, reach 0
       // HELP: softSpan(z, {.ramp = 32, .max = 1024}) looks back at most 1024 positions
       attend(axes, p.q, p.K, p.V, softSpan(p.z, {.ramp = 2}));
     }},
    {"softSpan: reach greater than the longest span",
     [](Function &f) {
       Parts p(f);
       // ERROR: softSpan expects a ramp above 0, a longest span of at least 1 and a reach of at most the longest span, got ramp 2, max 4, reach 6
       // HELP: softSpan(z, {.ramp = 32, .max = 1024}) looks back at most 1024 positions
       attend(axes, p.q, p.K, p.V, softSpan(p.z, {.ramp = 2, .max = 4, .reach = 6}));
     }},
    {"softSpan: axis of the span",
     [](Function &f) {
       Parts p(f);
       Tensor z = f.weights()("wrong", {d});
       // ERROR: attend expects axis `model` of the span in the query, got [batch=2, head=3, time=4, key=8]
       // HELP: a span is one number for each head of the query
       attend(axes, p.q, p.K, p.V, softSpan(z, {.ramp = 2, .max = 8}));
     }},
    {"softSpan: a span of integers",
     [](Function &f) {
       Parts p(f);
       Tensor z = integers(f, "spans", {h});
       // ERROR: attend expects floats, got i32 in the span `spans`
       // HELP: convert it with cast
       attend(axes, p.q, p.K, p.V, softSpan(z, {.ramp = 2, .max = 8}));
     }},
    {"softSpan: an empty span",
     [](Function &f) {
       Parts p(f);
       // ERROR: softSpan expects the span to be a tensor of a graph, such as a weight
       // HELP: for a fixed span use slidingWindow
       attend(axes, p.q, p.K, p.V, softSpan(Tensor(), {.ramp = 2, .max = 8}));
     }},
    {"softSpan: a size of another function",
     [](Function &f) {
       Parts p(f);
       Size reach("eval.reach", 8, 1);
       // ERROR: the reach of attend uses size `eval.reach`, which is not of this function
       // HELP: each function declares its sizes with f.symbol
       attend(axes, p.q, p.K, p.V, softSpan(p.z, {.ramp = 2, .max = 8, .reach = reach}));
     }},
};
