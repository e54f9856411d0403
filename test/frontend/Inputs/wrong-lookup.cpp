// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cases.h"

const Axis best("best", 2), slots("slots", 7);

const std::vector<Case> cases = {
    {"topK: no such axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: topK expects `x` to have axis `vocab`, got [batch=2, time=4]
       // HELP: name an axis it has, or give it this one with rename
       topK(v, best, x);
     }},
    {"topK: more than there is",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: topK expects axis `slots` to have a size from 1 to 4, the least of `time`, got 7
       // HELP: topK takes the axis to choose from, then the axis of what is chosen
       topK(t, slots, x);
     }},
    {"topK: integers",
     [](Function &f) {
       Tensor n = integers(f, "n", {b, t});
       // ERROR: topK expects floats, got i32 in `n`
       // HELP: convert it with cast
       topK(t, best, n);
     }},
    {"topK: the new axis twice",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: the result of topK has axis `batch` twice, got [batch=2, batch=2]
       // HELP: give one of the two another name with rename
       topK(t, b, x);
     }},
    {"argmax: no such axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: argmax expects `x` to have axis `vocab`, got [batch=2, time=4]
       // HELP: name an axis it has, or give it this one with rename
       argmax(v, x);
     }},
    {"argmax: an empty axis",
     [](Function &f) {
       Axis none("memory", 0);
       Tensor x = floats(f, "x", {b, none});
       // ERROR: argmax expects axis `memory` never to be empty, got size 0
       // HELP: there is no greatest of no elements
       argmax(none, x);
     }},
    {"argmax: a mask",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: argmax expects floats, got i1 in the result of less
       // HELP: convert it with cast
       argmax(t, less(x, 0));
     }},
    {"gather: no such axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {t, d}), ids = integers(f, "ids", {b});
       // ERROR: gather expects `x` to have axis `vocab`, got [time=4, model=16]
       // HELP: name an axis it has, or give it this one with rename
       gather(v, x, ids);
     }},
    {"gather: indices of floats",
     [](Function &f) {
       Tensor x = floats(f, "x", {t, d}), ids = floats(f, "ids", {b});
       // ERROR: gather expects indices of i32, got f32 in `ids`
       // HELP: argmax, topK and inputs of i32 give indices
       gather(t, x, ids);
     }},
    {"gather: indices along the axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {t, d}), ids = integers(f, "ids", {t});
       // ERROR: gather expects indices without axis `time`, got [time=4]
       // HELP: give the axis of the indices another name
       gather(t, x, ids);
     }},
    {"gather: size of a shared axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), ids = integers(f, "ids", {Axis("batch", 3)});
       // ERROR: axis `batch` has size 2 in `x` but 3 in `ids`
       // HELP: an axis has one size; give the two different names, or make the sizes equal
       gather(t, x, ids);
     }},
    {"gather: table and indices exchanged",
     [](Function &f) {
       Tensor x = floats(f, "x", {t, d}), ids = integers(f, "ids", {b});
       // ERROR: gather expects `ids` to have axis `time`, got [batch=2]
       // HELP: name an axis it has, or give it this one with rename
       gather(t, ids, x);
     }},
    {"scatterAdd: axis of the updates",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, d}), ids = integers(f, "ids", {b});
       // ERROR: scatterAdd expects `x` to have axis `time`, got [batch=2, model=16]
       // HELP: name an axis it has, or give it this one with rename
       scatterAdd(t, slots, x, ids);
     }},
    {"scatterAdd: axis of the indices",
     [](Function &f) {
       Tensor x = floats(f, "x", {t, d}), ids = integers(f, "ids", {b});
       // ERROR: scatterAdd expects `ids` to have axis `time`, got [batch=2]
       // HELP: name an axis it has, or give it this one with rename
       scatterAdd(t, slots, x, ids);
     }},
    {"scatterAdd: indices of floats",
     [](Function &f) {
       Tensor x = floats(f, "x", {t, d}), ids = floats(f, "ids", {t});
       // ERROR: scatterAdd expects indices of i32, got f32 in `ids`
       // HELP: argmax, topK and inputs of i32 give indices
       scatterAdd(t, slots, x, ids);
     }},
    {"scatterAdd: updates of integers",
     [](Function &f) {
       Tensor n = integers(f, "n", {t, d}), ids = integers(f, "ids", {t});
       // ERROR: scatterAdd expects floats, got i32 in `n`
       // HELP: convert it with cast
       scatterAdd(t, slots, n, ids);
     }},
    {"scatterAdd: updates lack an axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {t}), ids = integers(f, "ids", {b, t});
       // ERROR: scatterAdd expects `x` to have the axes of the indices, got [time=4] vs [batch=2, time=4]
       // HELP: each index says where one element, or one row, is added
       scatterAdd(t, slots, x, ids);
     }},
    {"cumsum: no such axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: cumsum expects `x` to have axis `vocab`, got [batch=2, time=4]
       // HELP: name an axis it has, or give it this one with rename
       cumsum(v, x);
     }},
    {"cumsum: integers",
     [](Function &f) {
       Tensor n = integers(f, "n", {b, t});
       // ERROR: cumsum expects floats, got i32 in `n`
       // HELP: convert it with cast
       cumsum(t, n);
     }},
    {"logSoftmax: no such axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: logSoftmax expects `x` to have axis `vocab`, got [batch=2, time=4]
       // HELP: name an axis it has, or give it this one with rename
       logSoftmax(v, x);
     }},
    {"logSoftmax: integers",
     [](Function &f) {
       Tensor n = integers(f, "n", {b, t});
       // ERROR: logSoftmax expects floats, got i32 in `n`
       // HELP: convert it with cast
       logSoftmax(t, n);
     }},
    {"rmsNorm: axis of the scale",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, d});
       // ERROR: rmsNorm expects `g` to have axis `model`, got [key=8]
       // HELP: name an axis it has, or give it this one with rename
       rmsNorm(d, x, f.weights()("g", {k}));
     }},
    {"rmsNorm: types",
     [](Function &f) {
       Tensor x = doubles(f, "x", {b, d});
       // ERROR: rmsNorm expects one element type, got f64 in `x` and f32 in `g`
       // HELP: convert one of the two with cast
       rmsNorm(d, x, f.weights()("g", {d}));
     }},
    {"rmsNorm: epsilon",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, d});
       // ERROR: rmsNorm expects a finite epsilon of at least 0, got -1
       // HELP: epsilon is added to the variance; 1e-5 is usual
       rmsNorm(d, x, f.weights()("g", {d}), -1);
     }},
    {"layerNorm without shift: axis of x",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: layerNorm expects `x` to have axis `model`, got [batch=2, time=4]
       // HELP: name an axis it has, or give it this one with rename
       layerNorm(d, x, f.weights()("g", {d}));
     }},
    {"constant: number of numbers",
     [](Function &) {
       // ERROR: constant expects a number for each element of [batch=2, head=3], got 5 vs 6
       // HELP: numbers stand in the order of the axes, the last one running fastest
       constant({b, h}, {1, 2, 3, 4, 5});
     }},
    {"constant: a run-time size",
     [](Function &f) {
       Axis c("cached", f.symbol("cache", 8));
       // ERROR: constant expects axes of constant size, got [cached=step.cache]
       // HELP: index(axis) counts along an axis of any size
       constant({c}, {1, 2, 3});
     }},
    {"constant: fractions where integers stand",
     [](Function &f) {
       Tensor n = integers(f, "n", {b});
       // ERROR: expects whole numbers in a constant that meets i32, got 0.5
       // HELP: let it meet floats, or convert what it meets with cast
       n + constant({b}, {0.5, 1});
     }},
    {"rmsNorm: x lacks the axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: rmsNorm expects `x` to have axis `model`, got [batch=2, time=4]
       // HELP: name an axis it has, or give it this one with rename
       rmsNorm(d, x, f.weights()("g", {d}));
     }},
    {"constant: negative sizes",
     [](Function &f) {
       Tensor x = floats(f, "x", {b});
       // ERROR: constant expects sizes of at least 0, got [less=-2, still=-1]
       // HELP: sizes are counted in elements; see the fields they are computed from
       Tensor table = constant({Axis("less", -2), Axis("still", -1)}, {1, 2});
       x + table;
     }},
    {"constant: an axis twice",
     [](Function &f) {
       Tensor x = floats(f, "x", {b});
       // ERROR: constant has axis `batch` twice, got [batch=2, batch=2]
       // HELP: give one of the two another name with rename
       Tensor table = constant({b, b}, {1, 2, 3, 4});
       x + table;
     }},
    {"constant: sizes whose product has no end",
     [](Function &) {
       Axis many("many", int64_t(1) << 32), more("more", int64_t(1) << 32);
       // ERROR: constant expects a number for each element of [many=4294967296, more=4294967296], got 0 vs 281474976710656
       // HELP: numbers stand in the order of the axes, the last one running fastest
       constant({many, more}, {});
     }},
    {"constant: more than i32 holds",
     [](Function &f) {
       Tensor n = integers(f, "n", {b});
       // ERROR: expects whole numbers in a constant that meets i32, got 2147483648
       // HELP: let it meet floats, or convert what it meets with cast
       n + constant({b}, {0, 2147483648.0});
     }},
    {"index: negative size",
     [](Function &f) {
       Tensor x = floats(f, "x", {b});
       // ERROR: index expects axis `rest` to have a size in [0, 2^40], got -2
       // HELP: sizes are counted in elements; see the fields it is computed from
       x + index(Axis("rest", -2));
     }},
    {"index: a start that is not a number",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: index expects finite numbers, got start nan and step 1
       // HELP: element i is start + step * i
       x + index(t, std::nan(""));
     }},
    {"index: fractions where integers stand",
     [](Function &f) {
       Tensor n = integers(f, "n", {t});
       // ERROR: expects whole numbers in an index that meets i32, got 0.5
       // HELP: let it meet floats, or convert what it meets with cast
       n + index(t, 0, 0.5);
     }},
    {"f.index: negative size",
     [](Function &f) {
       // ERROR: index expects axis `rest` to have a size in [0, 2^40], got -2
       // HELP: sizes are counted in elements; see the fields it is computed from
       f.index(Axis("rest", -2));
     }},
    {"f.index: a start that is not a number",
     [](Function &f) {
       // ERROR: index expects finite numbers, got start nan and step 1
       // HELP: element i is start + step * i
       f.index(t, std::nan(""));
     }},
    {"f.index: a step without bound",
     [](Function &f) {
       // ERROR: index expects finite numbers, got start 0 and step inf
       // HELP: element i is start + step * i
       f.index(t, 0, HUGE_VAL);
     }},
    {"a number: a fraction where integers stand",
     [](Function &f) {
       Tensor n = integers(f, "n", {t});
       // ERROR: expects whole numbers in a number that meets i32, got 0.5
       // HELP: let it meet floats, or convert what it meets with cast
       n * 0.5;
     }},
    {"a number: more than i32 holds",
     [](Function &f) {
       Tensor n = integers(f, "n", {t});
       // ERROR: expects whole numbers in a number that meets i32, got 1e+10
       // HELP: let it meet floats, or convert what it meets with cast
       less(n, 1e10);
     }},
    {"scatterAdd: the new axis twice",
     [](Function &f) {
       Tensor x = floats(f, "x", {t, d}), ids = integers(f, "ids", {t});
       // ERROR: the result of scatterAdd has axis `model` twice, got [model=16, model=16]
       // HELP: give one of the two another name with rename
       scatterAdd(t, d, x, ids);
     }},
};
