// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cases.h"

const Axis longer("time", 5);

const std::vector<Case> cases = {
    {"+: sizes",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), y = floats(f, "y", {longer});
       // ERROR: axis `time` has size 4 in `x` but 5 in `y`
       // HELP: an axis has one size; give the two different names, or make the sizes equal
       x + y;
     }},
    {"-: types",
     [](Function &f) {
       Tensor x = floats(f, "x", {t}), n = integers(f, "n", {t});
       // ERROR: - expects one element type, got f32 in `x` and i32 in `n`
       // HELP: convert one of the two with cast
       x - n;
     }},
    {"*: a mask",
     [](Function &f) {
       Tensor x = floats(f, "x", {t});
       Tensor mask = less(x, 0);
       // ERROR: * expects numbers, got i1 in `mask`
       // HELP: pick with select(condition, a, b), or convert it with cast
       mask *mask;
     }},
    {"/: types",
     [](Function &f) {
       Tensor x = floats(f, "x", {t}), y = doubles(f, "y", {t});
       // ERROR: / expects one element type, got f32 in `x` and f64 in `y`
       // HELP: convert one of the two with cast
       x / y;
     }},
    {"maximum: sizes",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), y = floats(f, "y", {b, longer});
       // ERROR: axis `time` has size 4 in `x` but 5 in `y`
       // HELP: an axis has one size; give the two different names, or make the sizes equal
       maximum(x, y);
     }},
    {"minimum: types",
     [](Function &f) {
       Tensor x = floats(f, "x", {b}), n = integers(f, "n", {t});
       // ERROR: minimum expects one element type, got i32 in `n` and f32 in `x`
       // HELP: convert one of the two with cast
       minimum(n, x);
     }},
    {"-: a mask",
     [](Function &f) {
       Tensor x = floats(f, "x", {t});
       // ERROR: - expects numbers, got i1 in the result of less
       // HELP: pick with select(condition, a, b), or convert it with cast
       -less(x, 0);
     }},
    {"+: only indices",
     [](Function &) {
       // ERROR: expects at least one tensor of a graph, got only numbers, indices or empty tensors
       // HELP: f.index(axis) is an index that belongs to a function; a tensor has a value only after the call that makes it, so feedback goes through a state or the carry of scan
       index(t) + index(b);
     }},
    {"+: an empty tensor",
     [](Function &f) {
       Tensor x = floats(f, "x", {t}), empty;
       // ERROR: expects a tensor, got an empty one
       // HELP: a tensor has a value only after the call that makes it; feedback needs a delay: a state, or the carry of scan
       x + empty;
     }},
    {"exp: integers",
     [](Function &f) {
       Tensor n = integers(f, "n", {t});
       // ERROR: exp expects floats, got i32 in `n`
       // HELP: convert it with cast
       exp(n);
     }},
    {"log: integers",
     [](Function &f) {
       Tensor n = integers(f, "n", {t});
       // ERROR: log expects floats, got i32 in `n`
       // HELP: convert it with cast
       log(n);
     }},
    {"sqrt: a mask",
     [](Function &f) {
       Tensor x = floats(f, "x", {t});
       // ERROR: sqrt expects floats, got i1 in the result of greater
       // HELP: convert it with cast
       sqrt(greater(x, 0));
     }},
    {"rsqrt: integers",
     [](Function &f) {
       Tensor n = integers(f, "n", {t});
       // ERROR: rsqrt expects floats, got i32 in `n`
       // HELP: convert it with cast
       rsqrt(n);
     }},
    {"erf: integers",
     [](Function &f) {
       // ERROR: erf expects floats, got i32 in `n`
       // HELP: convert it with cast
       erf(integers(f, "n", {t}));
     }},
    {"sin: integers",
     [](Function &f) {
       // ERROR: sin expects floats, got i32 in `n`
       // HELP: convert it with cast
       sin(integers(f, "n", {t}));
     }},
    {"cos: integers",
     [](Function &f) {
       // ERROR: cos expects floats, got i32 in `n`
       // HELP: convert it with cast
       cos(integers(f, "n", {t}));
     }},
    {"sigmoid: integers",
     [](Function &f) {
       // ERROR: sigmoid expects floats, got i32 in `n`
       // HELP: convert it with cast
       sigmoid(integers(f, "n", {t}));
     }},
    {"tanh: integers",
     [](Function &f) {
       // ERROR: tanh expects floats, got i32 in `n`
       // HELP: convert it with cast
       tanh(integers(f, "n", {t}));
     }},
    {"relu: integers",
     [](Function &f) {
       // ERROR: relu expects floats, got i32 in `n`
       // HELP: convert it with cast
       relu(integers(f, "n", {t}));
     }},
    {"floor: integers",
     [](Function &f) {
       // ERROR: floor expects floats, got i32 in `n`
       // HELP: convert it with cast
       floor(integers(f, "n", {t}));
     }},
    {"ceil: integers",
     [](Function &f) {
       // ERROR: ceil expects floats, got i32 in `n`
       // HELP: convert it with cast
       ceil(integers(f, "n", {t}));
     }},
    {"exp: an empty tensor",
     [](Function &) {
       Tensor empty;
       // ERROR: expects at least one tensor of a graph, got only numbers, indices or empty tensors
       // HELP: f.index(axis) is an index that belongs to a function; a tensor has a value only after the call that makes it, so feedback goes through a state or the carry of scan
       exp(empty);
     }},
    {"clamp: bounds",
     [](Function &f) {
       Tensor x = floats(f, "x", {t});
       // ERROR: clamp expects low to be at most high, got 1 vs 0
       // HELP: clamp takes x, then the lower bound, then the upper one
       clamp(x, 1, 0);
     }},
    {"clamp: not a number",
     [](Function &f) {
       Tensor x = floats(f, "x", {t});
       // ERROR: clamp expects low to be at most high, got nan vs 0
       // HELP: clamp takes x, then the lower bound, then the upper one
       clamp(x, std::nan(""), 0);
     }},
    {"clamp: integers",
     [](Function &f) {
       // ERROR: clamp expects floats, got i32 in `n`
       // HELP: convert it with cast
       clamp(integers(f, "n", {t}), 0, 1);
     }},
    {"stopGradient: an empty tensor",
     [](Function &f) {
       Tensor x = floats(f, "x", {t}), cache;
       // ERROR: expects at least one tensor of a graph, got only numbers, indices or empty tensors
       // HELP: f.index(axis) is an index that belongs to a function; a tensor has a value only after the call that makes it, so feedback goes through a state or the carry of scan
       x + stopGradient(cache);
     }},
    {"cast: an empty tensor",
     [](Function &) {
       Tensor empty;
       // ERROR: expects at least one tensor of a graph, got only numbers, indices or empty tensors
       // HELP: f.index(axis) is an index that belongs to a function; a tensor has a value only after the call that makes it, so feedback goes through a state or the carry of scan
       cast(DType::i32, empty);
     }},
    {"equal: sizes",
     [](Function &f) {
       Tensor n = integers(f, "n", {t}), m = integers(f, "m", {longer});
       // ERROR: axis `time` has size 4 in `n` but 5 in `m`
       // HELP: an axis has one size; give the two different names, or make the sizes equal
       equal(n, m);
     }},
    {"less: types",
     [](Function &f) {
       Tensor x = floats(f, "x", {t}), n = integers(f, "n", {t});
       // ERROR: less expects one element type, got f32 in `x` and i32 in `n`
       // HELP: convert one of the two with cast
       less(x, n);
     }},
    {"lessEqual: masks",
     [](Function &f) {
       Tensor x = floats(f, "x", {t});
       Tensor mask = less(x, 0);
       // ERROR: lessEqual expects numbers, got i1 in `mask`
       // HELP: pick with select(condition, a, b), or convert it with cast
       lessEqual(mask, mask);
     }},
    {"greater: sizes",
     [](Function &f) {
       Tensor x = floats(f, "x", {t}), y = floats(f, "y", {b, longer});
       // ERROR: axis `time` has size 4 in `x` but 5 in `y`
       // HELP: an axis has one size; give the two different names, or make the sizes equal
       greater(x, y);
     }},
    {"greaterEqual: types",
     [](Function &f) {
       Tensor x = floats(f, "x", {t}), y = doubles(f, "y", {t});
       // ERROR: greaterEqual expects one element type, got f32 in `x` and f64 in `y`
       // HELP: convert one of the two with cast
       greaterEqual(x, y);
     }},
    {"select: scores in the place of the mask",
     [](Function &f) {
       Tensor scores = floats(f, "scores", {b, t});
       Tensor mask = less(scores, 0);
       // ERROR: select expects an i1 condition, got f32 in `scores`
       // HELP: make one with less, equal and the like
       select(scores, mask, -1e9);
     }},
    {"select: branches of two types",
     [](Function &f) {
       Tensor x = floats(f, "x", {t}), n = integers(f, "n", {t});
       // ERROR: select expects one element type, got f32 in `x` and i32 in `n`
       // HELP: convert one of the two with cast
       select(less(x, 0), x, n);
     }},
    {"select: branches of two sizes",
     [](Function &f) {
       Tensor x = floats(f, "x", {t}), y = floats(f, "y", {longer});
       // ERROR: axis `time` has size 4 in `x` but 5 in `y`
       // HELP: an axis has one size; give the two different names, or make the sizes equal
       select(less(floats(f, "z", {b}), 0), x, y);
     }},
    {"select: size of the condition",
     [](Function &f) {
       Tensor x = floats(f, "x", {t}), y = floats(f, "y", {longer});
       Tensor mask = less(y, 0);
       // ERROR: axis `time` has size 5 in `mask` but 4 in `x`
       // HELP: an axis has one size; give the two different names, or make the sizes equal
       select(mask, x, 0);
     }},
    {"dropout: rate of 1",
     [](Function &f) {
       Tensor x = floats(f, "x", {t});
       // ERROR: dropout expects a rate in [0, 1), got 1
       // HELP: the rate is the fraction that is dropped; it stands before the tensor
       dropout(1, x);
     }},
    {"dropout: negative rate",
     [](Function &f) {
       Tensor x = floats(f, "x", {t});
       // ERROR: dropout expects a rate in [0, 1), got -0.25
       // HELP: the rate is the fraction that is dropped; it stands before the tensor
       dropout(-0.25, x);
     }},
    {"dropout: integers",
     [](Function &f) {
       Tensor n = integers(f, "n", {t});
       // ERROR: dropout expects floats, got i32 in `n`
       // HELP: convert it with cast
       dropout(0.5, n);
     }},
    {"dropout: in a scan",
     [](Function &f) {
       Tensor x = floats(f, "x", {t, k}), start = floats(f, "start", {k});
       scan(t, x, start, [](Tensor slice, Tensor carry) {
         // ERROR: dropout expects to stand outside scan, whose steps would all share one mask
         // HELP: drop out the input or the output of the scan
         return dropout(0.5, slice) + carry;
       });
     }},
    {"-: sizes",
     [](Function &f) {
       Tensor x = floats(f, "x", {t}), y = floats(f, "y", {longer});
       // ERROR: axis `time` has size 4 in `x` but 5 in `y`
       // HELP: an axis has one size; give the two different names, or make the sizes equal
       x - y;
     }},
    {"*: an empty tensor",
     [](Function &f) {
       Tensor x = floats(f, "x", {t}), empty;
       // ERROR: expects a tensor, got an empty one
       // HELP: a tensor has a value only after the call that makes it; feedback needs a delay: a state, or the carry of scan
       empty *x;
     }},
    {"cast: of another function",
     [](Function &f) {
       Graph other("other");
       other.function("f", [&](Function &g) {
         Tensor x = g.input("x", DType::f32, {b});
         f.output("same", f.input("y", DType::f32, {b}));
         // ERROR: the result of cast belongs to another function
         // HELP: each function makes its own tensors; weights are shared by name
         f.output("y", cast(DType::i32, x));
       });
     }},
    {"stopGradient: of another function",
     [](Function &f) {
       Graph other("other");
       other.function("f", [&](Function &g) {
         Tensor x = g.input("x", DType::f32, {b});
         // ERROR: the result of stopGradient belongs to another function
         // HELP: each function makes its own tensors; weights are shared by name
         f.output("y", stopGradient(x));
       });
     }},
};
