// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The layers of weft/nn: the line is that of the call, not one inside the layer.
#include "cases.h"

namespace nn = weft::nn;
const Axis inner("inner", 32), r("distance", 6);

const std::vector<Case> cases = {
    {"gelu: integers",
     [](Function &f) {
       Tensor n = integers(f, "n", {t});
       // ERROR: gelu expects floats, got i32
       // HELP: convert it with cast
       nn::gelu(n);
     }},
    {"silu: a mask",
     [](Function &f) {
       Tensor x = floats(f, "x", {t});
       // ERROR: silu expects floats, got i1
       // HELP: convert it with cast
       nn::silu(less(x, 0));
     }},
    {"linear: weights of another layer",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, d});
       nn::linear(f.weights() / "out", d, v, x);
       // ERROR: weight `out.weight` has axes [key=8, model=16] here but [vocab=10, model=16] before
       // HELP: one name is one weight; tie weights with the same axes, or choose another name
       nn::linear(f.weights() / "out", d, k, x);
     }},
    {"linear: size of the input",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, d});
       // ERROR: axis `model` has size 8 in `out.weight` but 16 in `x`
       // HELP: an axis has one size; give the two different names, or make the sizes equal
       nn::linear(f.weights() / "out", Axis("model", 8), v, x);
     }},
    {"linear: out is an axis of x",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, d});
       // ERROR: linear expects axis `batch` to be new, got a tensor that has it
       // HELP: in the result `out` stands in the place of `in`
       nn::linear(f.weights() / "out", d, b, x);
     }},
    {"linear: in and out of one name",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, d});
       // ERROR: weight `out.weight` has axis `model` twice, got [model=16, model=16]
       // HELP: give one of the two another name with rename
       nn::linear(f.weights() / "out", d, d, x);
     }},
    {"linear: integers",
     [](Function &f) {
       Tensor n = integers(f, "n", {b, d});
       // ERROR: dot expects floats, got i32 in `n`
       // HELP: convert it with cast
       nn::linear(f.weights() / "out", d, v, n);
     }},
    {"nn::layerNorm: weights of another layer",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, d, k});
       nn::layerNorm(f.weights() / "norm", d, x);
       // ERROR: weight `norm.scale` has axes [key=8] here but [model=16] before
       // HELP: one name is one weight; tie weights with the same axes, or choose another name
       nn::layerNorm(f.weights() / "norm", k, x);
     }},
    {"nn::layerNorm: integers",
     [](Function &f) {
       Tensor n = integers(f, "n", {b, d});
       // ERROR: layerNorm expects floats, got i32 in `n`
       // HELP: convert it with cast
       nn::layerNorm(f.weights() / "norm", d, n);
     }},
    {"scaleNorm: weights of another layer",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, d, k});
       nn::scaleNorm(f.weights() / "norm", d, x);
       // ERROR: weight `norm.scale` has axes [key=8] here but [model=16] before
       // HELP: one name is one weight; tie weights with the same axes, or choose another name
       nn::scaleNorm(f.weights() / "norm", k, x);
     }},
    {"scaleNorm: no such axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: layerNorm expects `x` to have axis `model`, got [batch=2, time=4]
       // HELP: name an axis it has, or give it this one with rename
       nn::scaleNorm(f.weights() / "norm", d, x);
     }},
    {"scaleNorm: a mask",
     [](Function &f) {
       Tensor mask = less(floats(f, "x", {b, d}), 0);
       // ERROR: layerNorm expects floats, got i1 in `mask`
       // HELP: convert it with cast
       nn::scaleNorm(f.weights() / "norm", d, mask);
     }},
    {"nn::rmsNorm: weights of another layer",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, d, k});
       nn::rmsNorm(f.weights() / "norm", d, x);
       // ERROR: weight `norm.scale` has axes [key=8] here but [model=16] before
       // HELP: one name is one weight; tie weights with the same axes, or choose another name
       nn::rmsNorm(f.weights() / "norm", k, x);
     }},
    {"nn::rmsNorm: size of the axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, d});
       // ERROR: rmsNorm: axis `model` has size 8 but 16 in `x`
       // HELP: an axis has one size; use the Axis that the tensor was made with
       nn::rmsNorm(f.weights() / "norm", Axis("model", 8), x);
     }},
    {"nn::rmsNorm: an empty tensor",
     [](Function &f) {
       Tensor x;
       // ERROR: expects a tensor, got an empty one
       // HELP: a tensor has a value only after the call that makes it; feedback needs a delay: a state, or the carry of scan
       nn::rmsNorm(f.weights() / "norm", d, x);
     }},
    {"nn::rmsNorm: epsilon",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, d});
       // ERROR: rmsNorm expects a finite epsilon of at least 0, got nan
       // HELP: epsilon is added to the variance; 1e-5 is usual
       nn::rmsNorm(f.weights() / "norm", d, x, std::nan(""));
     }},
    {"unitNorm: no such axis",
     [](Function &f) {
       Tensor q = floats(f, "q", {b, t});
       // ERROR: sum expects the result of * to have axis `key`, got [batch=2, time=4]
       // HELP: name an axis it has, or give it this one with rename
       nn::unitNorm(k, q);
     }},
    {"unitNorm: integers",
     [](Function &f) {
       Tensor n = integers(f, "n", {b, k});
       // ERROR: unitNorm expects floats, got i32
       // HELP: convert it with cast
       nn::unitNorm(k, n);
     }},
    {"unitNorm: epsilon",
     [](Function &f) {
       Tensor q = floats(f, "q", {b, k});
       // ERROR: unitNorm expects a finite epsilon of at least 0, got -1
       // HELP: epsilon is added to the sum of squares; 1e-6 is usual
       nn::unitNorm(k, q, -1);
     }},
    {"feedForward: weights of another layer",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, d});
       nn::feedForward(f.weights() / "ff", d, inner, x);
       // ERROR: weight `ff.inner.weight` has axes [inner=64, model=16] here but [inner=32, model=16] before
       // HELP: one name is one weight; tie weights with the same axes, or choose another name
       nn::feedForward(f.weights() / "ff", d, Axis("inner", 64), x);
     }},
    {"feedForward: no such axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: dot expects `x` to have axis `model`, got [batch=2, time=4]
       // HELP: dot sums over axes that both have; multiply and sum for others
       nn::feedForward(f.weights() / "ff", d, inner, x);
     }},
    {"feedForward: inner is an axis of x",
     [](Function &f) {
       Tensor x = floats(f, "x", {t, d});
       // ERROR: linear expects axis `time` to be new, got a tensor that has it
       // HELP: in the result `out` stands in the place of `in`
       nn::feedForward(f.weights() / "ff", d, Axis("time", 32), x);
     }},
    {"feedForward: inner of a run-time size",
     [](Function &f) {
       Axis some("some", f.symbol("some", 32));
       Tensor x = floats(f, "x", {b, d});
       // ERROR: weight `ff.inner.weight` expects constant sizes, got [some=step.some, model=16]
       // HELP: what changes in size from call to call is a state, not a weight
       nn::feedForward(f.weights() / "ff", d, some, x);
     }},
    {"feedForward: type",
     [](Function &f) {
       Tensor x = doubles(f, "x", {b, d});
       // ERROR: dot expects one element type, got f32 in `ff.inner.weight` and f64 in `x`
       // HELP: convert one of the two with cast
       nn::feedForward(f.weights() / "ff", d, inner, x);
     }},
    {"geglu: weights of another layer",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, d});
       nn::geglu(f.weights() / "ff", d, inner, x);
       // ERROR: weight `ff.inner.weight` has axes [inner.both=128, model=16] here but [inner.both=64, model=16] before
       // HELP: one name is one weight; tie weights with the same axes, or choose another name
       nn::geglu(f.weights() / "ff", d, Axis("inner", 64), x);
     }},
    {"geglu: no such axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: dot expects `x` to have axis `model`, got [batch=2, time=4]
       // HELP: dot sums over axes that both have; multiply and sum for others
       nn::geglu(f.weights() / "ff", d, inner, x);
     }},
    {"geglu: inner of a run-time size",
     [](Function &f) {
       Axis some("some", f.symbol("some", 32));
       Tensor x = floats(f, "x", {b, d});
       // ERROR: geglu expects axis `some` to have a constant size in [0, 2^39], got step.some
       // HELP: `inner` is the width between the two layers, the last axis given
       nn::geglu(f.weights() / "ff", d, some, x);
     }},
    {"geglu: inner is an axis of x",
     [](Function &f) {
       Tensor x = floats(f, "x", {t, d});
       // ERROR: the result of slice has axis `time` twice, got [time=4, time=32]
       // HELP: give one of the two another name with rename
       nn::geglu(f.weights() / "ff", d, Axis("time", 32), x);
     }},
    {"geglu: integers",
     [](Function &f) {
       Tensor n = integers(f, "n", {b, d});
       // ERROR: dot expects floats, got i32 in `n`
       // HELP: convert it with cast
       nn::geglu(f.weights() / "ff", d, inner, n);
     }},
    {"rotary: an odd size",
     [](Function &f) {
       Tensor x = floats(f, "x", {t, Axis("odd", 5)});
       // ERROR: rotary expects axis `odd` to have an even size in [2, 2^24], got 5
       // HELP: element i and element i + n/2 are a pair; `over` is the width of a head
       nn::rotary(Axis("odd", 5), f.index(t), x);
     }},
    {"rotary: a run-time size",
     [](Function &f) {
       Axis c("cached", f.symbol("cache", 8));
       Tensor x = floats(f, "x", {t, c});
       // ERROR: rotary expects axis `cached` to have an even size in [2, 2^24], got step.cache
       // HELP: element i and element i + n/2 are a pair; `over` is the width of a head
       nn::rotary(c, f.index(t), x);
     }},
    {"rotary: no such axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: slice expects `x` to have axis `key`, got [batch=2, time=4]
       // HELP: name an axis it has, or give it this one with rename
       nn::rotary(k, f.index(t), x);
     }},
    {"rotary: position of integers",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t, k}), place = integers(f, "place", {t});
       // ERROR: the position of rotary expects floats, got i32
       // HELP: convert it with cast
       nn::rotary(k, place, x);
     }},
    {"rotary: position without a function",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t, k});
       // ERROR: expects at least one tensor of a graph, got only numbers, indices or empty tensors
       // HELP: f.index(axis) is an index that belongs to a function; a tensor has a value only after the call that makes it, so feedback goes through a state or the carry of scan
       nn::rotary(k, index(t), x);
     }},
    {"rotary: position along the features",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t, k});
       // ERROR: rotary expects a position without axis `key`, whose elements it turns
       // HELP: f.index(t) counts along the axis of time
       nn::rotary(k, f.index(k), x);
     }},
    {"rotary: size of the positions",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t, k});
       // ERROR: axis `time` has size 4 in the result of rename but 5 in the result of sin
       // HELP: an axis has one size; give the two different names, or make the sizes equal
       nn::rotary(k, f.index(Axis("time", 5)), x);
     }},
    {"rotary: integers",
     [](Function &f) {
       Tensor n = integers(f, "n", {t, k});
       // ERROR: rotary expects floats, got i32
       // HELP: convert it with cast
       nn::rotary(k, f.index(t), n);
     }},
    {"rotary: an empty tensor",
     [](Function &f) {
       Tensor x;
       // ERROR: expects at least one tensor of a graph, got only numbers, indices or empty tensors
       // HELP: f.index(axis) is an index that belongs to a function; a tensor has a value only after the call that makes it, so feedback goes through a state or the carry of scan
       nn::rotary(k, f.index(t), x);
     }},
    {"rotary: base",
     [](Function &f) {
       Tensor x = floats(f, "x", {t, k});
       // ERROR: rotary expects a base above 0, a scaleBase and a centre that are finite, got base -10000, scaleBase 0, centre 0
       // HELP: {.base = 10000} is usual, {.scaleBase = 512} adds xpos
       nn::rotary(k, f.index(t), x, {.base = -10000});
     }},
    {"xpos: not a number",
     [](Function &f) {
       Tensor x = floats(f, "x", {t, k});
       // ERROR: rotary expects a base above 0, a scaleBase and a centre that are finite, got base 10000, scaleBase nan, centre 0
       // HELP: {.base = 10000} is usual, {.scaleBase = 512} adds xpos
       nn::rotary(k, f.index(t), x, {.scaleBase = std::nan("")});
     }},
    {"xpos: centre without bound",
     [](Function &f) {
       Tensor x = floats(f, "x", {t, k});
       // ERROR: rotary expects a base above 0, a scaleBase and a centre that are finite, got base 10000, scaleBase 512, centre inf
       // HELP: {.base = 10000} is usual, {.scaleBase = 512} adds xpos
       nn::rotary(k, f.index(t), x, {.scaleBase = 512, .centre = HUGE_VAL});
     }},
    {"xpos: size of the positions",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t, k});
       // ERROR: axis `time` has size 4 in the result of rename but 5 in the result of *
       // HELP: an axis has one size; give the two different names, or make the sizes equal
       nn::rotary(k, f.index(Axis("time", 5)), x, {.scaleBase = 512, .inverse = true});
     }},
    {"t5Bucket: one bucket",
     [](Function &) {
       // ERROR: T5 buckets expect at least 2, got 1
       // HELP: half of the buckets of a side hold one distance each; 32 is usual
       nn::t5Bucket(3, 1);
     }},
    {"t5Bucket: an odd number for both sides",
     [](Function &) {
       // ERROR: T5 buckets expect an even number of at least 4 for both sides, got 7
       // HELP: half of the buckets of a side hold one distance each; 32 is usual
       nn::t5Bucket(3, 7, 128, /*bothSides=*/true);
     }},
    {"t5Bucket: farthest",
     [](Function &) {
       // ERROR: T5 buckets expect `farthest` to be more than the 16 distances with a bucket of their own, got 16
       // HELP: from `farthest` on all distances share the last bucket; 128 is usual
       nn::t5Bucket(20, 32, 16);
     }},
    {"t5Bias: no bucket",
     [](Function &f) {
       // ERROR: T5 buckets expect at least 2, got 0
       // HELP: half of the buckets of a side hold one distance each; 32 is usual
       nn::t5Bias(f.weights(), h, r, {.buckets = 0});
     }},
    {"t5Bias: farthest",
     [](Function &f) {
       // ERROR: T5 buckets expect `farthest` to be more than the 4 distances with a bucket of their own, got 4
       // HELP: from `farthest` on all distances share the last bucket; 128 is usual
       nn::t5Bias(f.weights(), h, r, {.buckets = 8, .farthest = 4});
     }},
    {"t5Bias: an odd number for both sides",
     [](Function &f) {
       // ERROR: T5 buckets expect an even number of at least 4 for both sides, got 9
       // HELP: half of the buckets of a side hold one distance each; 32 is usual
       nn::t5Bias(f.weights(), h, r, {.buckets = 9, .bothSides = true});
     }},
    {"t5Bias: table of another size",
     [](Function &f) {
       nn::t5Bias(f.weights() / "bias", h, r);
       // ERROR: weight `bias.table` has axes [distance.bucket=64, head=3] here but [distance.bucket=32, head=3] before
       // HELP: one name is one weight; tie weights with the same axes, or choose another name
       nn::t5Bias(f.weights() / "bias", h, r, {.buckets = 64});
     }},
    {"t5Bias: distances of a run-time size",
     [](Function &f) {
       Axis c("cached", f.symbol("cache", 8));
       // ERROR: t5Bias expects axis `cached` to have a constant size of at most 2^24, got step.cache
       // HELP: the axis counts distances, as `position` and `bias` of attend do
       nn::t5Bias(f.weights(), h, c);
     }},
    {"t5Bias: heads and distances of one name",
     [](Function &f) {
       // ERROR: t5Bias expects two axes, got `distance` for heads and for distances
       // HELP: t5Bias takes the scope, the axis of heads, the axis of distances
       nn::t5Bias(f.weights(), r, r);
     }},
    {"t5Bias: heads of a run-time size",
     [](Function &f) {
       Axis some("heads", f.symbol("heads", 8));
       // ERROR: weight `table` expects constant sizes, got [distance.bucket=32, heads=step.heads]
       // HELP: what changes in size from call to call is a state, not a weight
       nn::t5Bias(f.weights(), some, r);
     }},
};
