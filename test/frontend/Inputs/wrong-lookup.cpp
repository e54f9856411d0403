// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cases.h"

const Axis best("best", 2), slots("slots", 7);

const std::vector<Case> cases = {
    {"topK: no such axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR:
       topK(v, best, x);
     }},
    {"topK: more than there is",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR:
       topK(t, slots, x);
     }},
    {"topK: integers",
     [](Function &f) {
       Tensor n = integers(f, "n", {b, t});
       // ERROR:
       topK(t, best, n);
     }},
    {"topK: the new axis twice",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR:
       topK(t, b, x);
     }},
    {"argmax: no such axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR:
       argmax(v, x);
     }},
    {"argmax: an empty axis",
     [](Function &f) {
       Axis none("memory", 0);
       Tensor x = floats(f, "x", {b, none});
       // ERROR:
       argmax(none, x);
     }},
    {"argmax: a mask",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR:
       argmax(t, less(x, 0));
     }},
    {"gather: no such axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {t, d}), ids = integers(f, "ids", {b});
       // ERROR:
       gather(v, x, ids);
     }},
    {"gather: indices of floats",
     [](Function &f) {
       Tensor x = floats(f, "x", {t, d}), ids = floats(f, "ids", {b});
       // ERROR:
       gather(t, x, ids);
     }},
    {"gather: indices along the axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {t, d}), ids = integers(f, "ids", {t});
       // ERROR:
       gather(t, x, ids);
     }},
    {"gather: size of a shared axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), ids = integers(f, "ids", {Axis("batch", 3)});
       // ERROR:
       gather(t, x, ids);
     }},
    {"gather: table and indices exchanged",
     [](Function &f) {
       Tensor x = floats(f, "x", {t, d}), ids = integers(f, "ids", {b});
       // ERROR:
       gather(t, ids, x);
     }},
    {"scatterAdd: axis of the updates",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, d}), ids = integers(f, "ids", {b});
       // ERROR:
       scatterAdd(t, slots, x, ids);
     }},
    {"scatterAdd: axis of the indices",
     [](Function &f) {
       Tensor x = floats(f, "x", {t, d}), ids = integers(f, "ids", {b});
       // ERROR:
       scatterAdd(t, slots, x, ids);
     }},
    {"scatterAdd: indices of floats",
     [](Function &f) {
       Tensor x = floats(f, "x", {t, d}), ids = floats(f, "ids", {t});
       // ERROR:
       scatterAdd(t, slots, x, ids);
     }},
    {"scatterAdd: updates of integers",
     [](Function &f) {
       Tensor n = integers(f, "n", {t, d}), ids = integers(f, "ids", {t});
       // ERROR:
       scatterAdd(t, slots, n, ids);
     }},
    {"scatterAdd: updates lack an axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {t}), ids = integers(f, "ids", {b, t});
       // ERROR:
       scatterAdd(t, slots, x, ids);
     }},
    {"cumsum: no such axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR:
       cumsum(v, x);
     }},
    {"cumsum: integers",
     [](Function &f) {
       Tensor n = integers(f, "n", {b, t});
       // ERROR:
       cumsum(t, n);
     }},
    {"logSoftmax: no such axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR:
       logSoftmax(v, x);
     }},
    {"logSoftmax: integers",
     [](Function &f) {
       Tensor n = integers(f, "n", {b, t});
       // ERROR:
       logSoftmax(t, n);
     }},
    {"rmsNorm: axis of the scale",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, d});
       // ERROR:
       rmsNorm(d, x, f.weights()("g", {k}));
     }},
    {"rmsNorm: types",
     [](Function &f) {
       Tensor x = doubles(f, "x", {b, d});
       // ERROR:
       rmsNorm(d, x, f.weights()("g", {d}));
     }},
    {"rmsNorm: epsilon",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, d});
       // ERROR:
       rmsNorm(d, x, f.weights()("g", {d}), -1);
     }},
    {"layerNorm without shift: axis of x",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR:
       layerNorm(d, x, f.weights()("g", {d}));
     }},
    {"constant: number of numbers",
     [](Function &) {
       // ERROR:
       constant({b, h}, {1, 2, 3, 4, 5});
     }},
    {"constant: a run-time size",
     [](Function &f) {
       Axis c("cached", f.symbol("cache", 8));
       // ERROR:
       constant({c}, {1, 2, 3});
     }},
    {"constant: fractions where integers stand",
     [](Function &f) {
       Tensor n = integers(f, "n", {b});
       // ERROR:
       n + constant({b}, {0.5, 1});
     }},
};
