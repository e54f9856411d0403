// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cases.h"

const std::vector<Case> cases = {
    {"input: declared twice",
     [](Function &f) {
       floats(f, "x", {b});
       // ERROR: input `x` is declared twice in `step`
       // HELP: keep the tensor of the first call, or choose another name
       f.input("x", DType::f32, {b, t});
     }},
    {"input: an axis twice",
     [](Function &f) {
       // ERROR: input `x` has axis `batch` twice, got [batch=2, time=4, batch=2]
       // HELP: give one of the two another name with rename
       f.input("x", DType::f32, {b, t, b});
     }},
    {"input: negative size",
     [](Function &f) {
       // ERROR: input `x` expects axis `rest` to have a size in [0, 2^40], got -2
       // HELP: sizes are counted in elements; see the fields it is computed from
       f.input("x", DType::f32, {b, Axis("rest", 4 - 6)});
     }},
    {"input: an axis without a name",
     [](Function &f) {
       // ERROR: input `x` has an axis without a name, got [=4]
       // HELP: axes meet by name; give each one
       f.input("x", DType::f32, {Axis("", 4)});
     }},
    {"input: a name with a space",
     [](Function &f) {
       // ERROR: input expects a name of letters, digits, `_`, `-`, `.` and `/`, got `the tokens`
       // HELP: rename it
       f.input("the tokens", DType::i32, {b});
     }},
    {"input: more than 2^40 in an axis",
     [](Function &f) {
       // ERROR: input `x` expects axis `huge` to have a size in [0, 2^40], got 9223372036854775807
       // HELP: sizes are counted in elements; see the fields it is computed from
       f.input("x", DType::f32, {Axis("huge", INT64_MAX)});
     }},
    {"weight: tied with another shape",
     [](Function &f) {
       f.weights()("embed", {v, d});
       // ERROR: weight `embed` has axes [model=16, vocab=10] here but [vocab=10, model=16] before
       // HELP: one name is one weight; tie weights with the same axes, or choose another name
       f.weights()("embed", {d, v});
     }},
    {"weight: tied with another size",
     [](Function &f) {
       Scope w = f.weights() / "layer" / 0;
       w("W", {k, d});
       // ERROR: weight `layer0.W` has axes [key=8, model=8] here but [key=8, model=16] before
       // HELP: one name is one weight; tie weights with the same axes, or choose another name
       w("W", {k, Axis("model", 8)});
     }},
    {"weight: declared with other options",
     [](Function &f) {
       f.weights()("W", {k}, {.init = Init::zeros, .scale = 0});
       // ERROR: weight `W` is declared twice with different options
       // HELP: one name is one weight; tie weights with the same axes, or choose another name
       f.weights()("W", {k}, {.init = Init::ones, .scale = 1});
     }},
    {"weight: bounds exchanged",
     [](Function &f) {
       // ERROR: weight `z` expects low to be at most high, got 1 vs 0
       // HELP: exchange the two
       f.weights()("z", {h}, {.init = Init::zeros, .low = 1, .high = 0});
     }},
    {"weight: not a number",
     [](Function &f) {
       // ERROR: weight `W` expects a finite scale of at least 0, got nan
       // HELP: scale is the value (constant), standard deviation (normal) or half width (uniform)
       f.weights()("W", {k}, {.init = Init::normal, .scale = std::nan("")});
     }},
    {"weight: a run-time size",
     [](Function &f) {
       Size n = f.symbol("n", 8);
       // ERROR: weight `W` expects constant sizes, got [rows=step.n, model=16]
       // HELP: what changes in size from call to call is a state, not a weight
       f.weights()("W", {Axis("rows", n), d});
     }},
    {"weight: an axis twice",
     [](Function &f) {
       // ERROR: weight `W` has axis `model` twice, got [model=16, model=16]
       // HELP: give one of the two another name with rename
       f.weights()("W", {d, d});
     }},
    {"weight: without a name",
     [](Function &f) {
       // ERROR: weight expects a name of letters, digits, `_`, `-`, `.` and `/`, got ``
       // HELP: rename it
       f.weights()("", {d});
     }},
    {"weight: named after the function",
     [](Function &f) {
       // ERROR: weight `step` expects a name of its own, got `step`, which is the name of function `step`
       // HELP: give one of the two another name
       f.weights()("step", {d});
     }},
    {"weight: named after a state",
     [](Function &f) {
       Tensor memory = f.weights().state("memory", {b});
       f.weights().carry("memory", memory);
       // ERROR: weight `step.memory` expects a name of its own, got `step.memory`, which is the name of state `memory` of `step`
       // HELP: give one of the two another name
       (f.weights() / "step")("memory", {b});
     }},
    {"state: declared twice",
     [](Function &f) {
       Scope w = f.weights() / "layer" / 1;
       w.carry("cache", w.state("cache", {b, d}));
       // ERROR: state `layer1.cache` is declared twice in `step`
       // HELP: keep the tensor of the first call, or choose another name
       w.state("cache", {b, d});
     }},
    {"state: never carried",
     [](Function &f) {
       // ERROR: state `cache` of `step` is never carried
       // HELP: end the function with carry("cache", next)
       f.weights().state("cache", {b, d});
     }},
    {"state: an axis twice",
     [](Function &f) {
       // ERROR: state `cache` has axis `batch` twice, got [batch=2, batch=2]
       // HELP: give one of the two another name with rename
       Tensor cache = f.weights().state("cache", {b, b});
       f.weights().carry("cache", cache);
     }},
    {"carry: no such state",
     [](Function &f) {
       Tensor x = floats(f, "x", {b});
       // ERROR: there is no state `cache` in `step`
       // HELP: declare it with state("cache", axes) of the same scope
       f.weights().carry("cache", x);
     }},
    {"carry: an axis missing",
     [](Function &f) {
       Tensor cache = f.weights().state("cache", {b, d});
       // ERROR: state `cache` is [batch=2, model=16] of f32 but its next value is [batch=2] of f32
       // HELP: a state keeps its axes and its type; rename, tail and cast change a value's
       f.weights().carry("cache", sum(d, cache));
     }},
    {"carry: another size",
     [](Function &f) {
       f.weights().state("cache", {b, t});
       // ERROR: state `cache` is [batch=2, time=4] of f32 but its next value is [batch=2, time=5] of f32
       // HELP: a state keeps its axes and its type; rename, tail and cast change a value's
       f.weights().carry("cache", floats(f, "x", {b, Axis("time", 5)}));
     }},
    {"carry: another type",
     [](Function &f) {
       f.weights().state("cache", {b});
       // ERROR: state `cache` is [batch=2] of f32 but its next value is [batch=2] of i32
       // HELP: a state keeps its axes and its type; rename, tail and cast change a value's
       f.weights().carry("cache", integers(f, "n", {b}));
     }},
    {"carry: twice",
     [](Function &f) {
       Tensor cache = f.weights().state("cache", {b});
       f.weights().carry("cache", cache);
       // ERROR: state `cache` is carried twice in `step`
       // HELP: a state has one next value
       f.weights().carry("cache", cache * 2);
     }},
    {"output: declared twice",
     [](Function &f) {
       f.output("y", floats(f, "x", {b}));
       // ERROR: output `y` is declared twice in `step`
       // HELP: choose another name for one of the two
       f.output("y", floats(f, "z", {b}));
     }},
    {"output: an empty tensor",
     [](Function &f) {
       // ERROR: expects a tensor, got an empty one
       // HELP: a tensor has a value only after the call that makes it; feedback needs a delay: a state, or the carry of scan
       f.output("y", Tensor());
     }},
    {"output: a name with a quote",
     [](Function &f) {
       Tensor x = floats(f, "x", {b});
       // ERROR: output expects a name of letters, digits, `_`, `-`, `.` and `/`, got `y"`
       // HELP: rename it
       f.output("y\"", x);
     }},
    {"penalty: not a scalar",
     [](Function &f) {
       Tensor z = f.weights()("z", {h});
       // ERROR: penalty expects a scalar, got [head=3]
       // HELP: sum or mean over the axes first
       f.weights().penalty(z);
     }},
    {"penalty: an integer",
     [](Function &f) {
       // ERROR: penalty expects floats, got i32
       // HELP: convert it with cast
       f.weights().penalty(integers(f, "n", {}));
     }},
    {"symbol: declared twice",
     [](Function &f) {
       f.symbol("cache", 8);
       // ERROR: size `cache` is declared twice in `step`
       // HELP: keep the Size of the first call, or choose another name
       f.symbol("cache", 16);
     }},
    {"symbol: negative bound",
     [](Function &f) {
       // ERROR: size `cache` expects a bound in [0, 2^40] and a step of at least 1, got -1 and 1
       // HELP: memory is planned at the bound
       f.symbol("cache", -1);
     }},
    {"symbol: step of 0",
     [](Function &f) {
       // ERROR: size `cache` expects a bound in [0, 2^40] and a step of at least 1, got 8 and 0
       // HELP: memory is planned at the bound
       f.symbol("cache", 8, 0);
     }},
    {"symbol: without a value",
     [](Function &f) {
       Size n = f.symbol("kept", 4);
       Tensor x = floats(f, "x", {b, t});
       // ERROR: size `kept` is used but has no value
       // HELP: give it one with setSize, or give a state or an input an axis of that size
       tail(t, Axis("last", n), x);
     }},
    {"sizeOf: of another function",
     [](Function &f) {
       // ERROR: sizeOf uses size `eval.cache`, which is not of this function
       // HELP: each function declares its sizes with f.symbol
       f.sizeOf(Size("eval.cache", 8, 1));
     }},
    {"setSize: a constant",
     [](Function &f) {
       Tensor n = integers(f, "n", {});
       // ERROR: setSize expects a symbol without offset, got 4
       // HELP: make one with f.symbol(name, bound, step)
       f.setSize(4, n);
     }},
    {"setSize: with an offset",
     [](Function &f) {
       Size n = f.symbol("n", 8);
       f.setSize(n, integers(f, "value", {}));
       // ERROR: setSize expects a symbol without offset, got step.n + 1
       // HELP: make one with f.symbol(name, bound, step)
       f.setSize(n + 1, integers(f, "more", {}));
     }},
    {"setSize: a float",
     [](Function &f) {
       Size n = f.symbol("n", 8);
       // ERROR: setSize expects an i32 scalar, got [] of f32
       // HELP: reduce it to a scalar and convert it with cast(DType::i32, ...)
       f.setSize(n, floats(f, "value", {}));
     }},
    {"setSize: a vector",
     [](Function &f) {
       Size n = f.symbol("n", 8);
       // ERROR: setSize expects an i32 scalar, got [batch=2] of i32
       // HELP: reduce it to a scalar and convert it with cast(DType::i32, ...)
       f.setSize(n, integers(f, "values", {b}));
     }},
    {"setSize: twice",
     [](Function &f) {
       Size n = f.symbol("n", 8);
       Tensor value = integers(f, "value", {});
       f.setSize(n, value);
       // ERROR: size `step.n` already has a value
       // HELP: a state or an input of that size, or an earlier setSize, gave it
       f.setSize(n, value);
     }},
    {"setSize: after the first use",
     [](Function &f) {
       Size n = f.symbol("n", 4);
       Tensor x = tail(t, Axis("last", n), floats(f, "x", {b, t}));
       // ERROR: setSize expects no tensor of size `step.n` before it
       // HELP: call setSize before the first use
       f.setSize(n, integers(f, "value", {}));
     }},
    {"weight: a bound that is not a number",
     [](Function &f) {
       // ERROR: weight `z` expects bounds that are numbers, got nan
       // HELP: leave a bound out where there is none
       f.weights()("z", {h}, {.low = std::nan("")});
     }},
    {"scope: a name with a space",
     [](Function &f) {
       // ERROR: weight expects a name of letters, digits, `_`, `-`, `.` and `/`, got `the layer.W`
       // HELP: rename it
       (f.weights() / "the layer")("W", {d});
     }},
    {"state: a name with a space",
     [](Function &f) {
       // ERROR: state expects a name of letters, digits, `_`, `-`, `.` and `/`, got `the cache`
       // HELP: rename it
       f.weights().state("the cache", {b});
     }},
    {"withPenalties: a loss of integers",
     [](Function &f) {
       Scope w = f.weights();
       w.penalty(sum(h, w("z", {h})));
       // ERROR: + expects one element type, got i32 in `n` and f32 in the result of sum
       // HELP: convert one of the two with cast
       f.output("all", f.withPenalties(integers(f, "n", {})));
     }},
    {"symbol: a name with a space",
     [](Function &f) {
       // ERROR: size expects a name of letters, digits, `_`, `-`, `.` and `/`, got `the cache`
       // HELP: rename it
       f.symbol("the cache", 8);
     }},
    {"symbol: a bound of more than 2^40",
     [](Function &f) {
       // ERROR: size `cache` expects a bound in [0, 2^40] and a step of at least 1, got 9223372036854775807 and 1
       // HELP: memory is planned at the bound
       f.symbol("cache", INT64_MAX);
     }},
    {"size: less than a run-time size",
     [](Function &f) {
       Size cache = f.symbol("cache", 8);
       // ERROR: input `x` expects axis `rest` to have a size in [0, 2^40], got step.cache - 4
       // HELP: a run-time size may be anything from 0 to its bound
       f.input("x", DType::f32, {Axis("rest", cache - 4)});
     }},
    {"size: made by hand with another bound",
     [](Function &f) {
       f.symbol("cache", 8);
       // ERROR: input `x` uses size `step.cache`, which is not of this function
       // HELP: each function declares its sizes with f.symbol
       f.input("x", DType::f32, {Axis("cached", Size("step.cache", 16, 1))});
     }},
    {"size: made by hand with another step",
     [](Function &f) {
       f.symbol("cache", 8);
       // ERROR: input `x` uses size `step.cache`, which is not of this function
       // HELP: each function declares its sizes with f.symbol
       f.input("x", DType::f32, {Axis("cached", Size("step.cache", 8, 2))});
     }},
};
