// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cases.h"

const Axis shorter("key", 7), classes("classes", 10);

const std::vector<Case> cases = {
    {"dot: left lacks the axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), W = f.weights()("W", {k, d});
       // ERROR: dot expects `x` to have axis `key`, got [batch=2, time=4]
       // HELP: dot sums over axes that both have; multiply and sum for others
       dot(k, x, W);
     }},
    {"dot: right lacks the axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, k}), W = f.weights()("W", {h, d});
       // ERROR: dot expects `W` to have axis `key`, got [head=3, model=16]
       // HELP: dot sums over axes that both have; multiply and sum for others
       dot(k, x, W);
     }},
    {"dot: size of the sum",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, k}), W = f.weights()("W", {k, d});
       // ERROR: dot: axis `key` has size 7 but 8 in `x`
       // HELP: an axis has one size; use the Axis that the tensor was made with
       dot(shorter, x, W);
     }},
    {"dot: sizes of the operands",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, k}), W = f.weights()("W", {shorter, d});
       // ERROR: axis `key` has size 8 in `x` but 7 in `W`
       // HELP: an axis has one size; give the two different names, or make the sizes equal
       dot(k, x, W);
     }},
    {"dot: size of a paired axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {Axis("batch", 1), k}), y = floats(f, "y", {b, k});
       // ERROR: axis `batch` has size 1 in `x` but 2 in `y`
       // HELP: an axis has one size; give the two different names, or make the sizes equal
       dot(k, x, y);
     }},
    {"dot: types",
     [](Function &f) {
       Tensor x = doubles(f, "x", {b, k}), W = f.weights()("W", {k, d});
       // ERROR: dot expects one element type, got f64 in `x` and f32 in `W`
       // HELP: convert one of the two with cast
       dot(k, x, W);
     }},
    {"dot: integers",
     [](Function &f) {
       Tensor n = integers(f, "n", {b, k});
       // ERROR: dot expects floats, got i32 in `n`
       // HELP: convert it with cast
       dot(k, n, n);
     }},
    {"dot: an axis twice",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, k});
       // ERROR: dot has axis `key` twice, got [key=8, key=8]
       // HELP: give one of the two another name with rename
       dot({k, k}, x, x);
     }},
    {"dot: head does not divide the width",
     [](Function &f) {
       Axis split("key", 16 / 3);
       Tensor x = floats(f, "x", {b, t, h, split});
       // ERROR: axis `key` has size 5 in `x` but 6 in `Wo`
       // HELP: an axis has one size; give the two different names, or make the sizes equal
       dot({h, split}, x, f.weights()("Wo", {d, h, Axis("key", 6)}));
     }},
    {"dot: more than 2^48 bytes",
     [](Function &f) {
       Tensor x = floats(f, "x", {Axis("rows", int64_t(1) << 24), k});
       Tensor y = floats(f, "y", {Axis("columns", int64_t(1) << 24), k});
       // ERROR: the result of dot is larger than 2^48 bytes, got [rows=16777216, columns=16777216]
       // HELP: an axis that one operand lacks is repeated: see whether two axes should have one name
       dot(k, x, y);
     }},
    {"sum: no such axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: sum expects `x` to have axis `head`, got [batch=2, time=4]
       // HELP: name an axis it has, or give it this one with rename
       sum(h, x);
     }},
    {"sum: an axis twice",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: sum has axis `time` twice, got [time=4, batch=2, time=4]
       // HELP: give one of the two another name with rename
       sum({t, b, t}, x);
     }},
    {"sum: integers",
     [](Function &f) {
       Tensor n = integers(f, "n", {b, t});
       // ERROR: sum expects floats, got i32 in `n`
       // HELP: convert it with cast
       sum(t, n);
     }},
    {"mean: no such axis",
     [](Function &f) {
       Tensor loss = floats(f, "loss", {b, t});
       // ERROR: mean expects `loss` to have axis `seen`, got [batch=2, time=4]
       // HELP: name an axis it has, or give it this one with rename
       mean({b, s}, loss);
     }},
    {"mean: no element",
     [](Function &f) {
       Axis none("memory", 0);
       Tensor x = floats(f, "x", {b, none});
       // ERROR: mean expects at least one element, got axes [memory=0]
       // HELP: leave the mean out where the axis is empty
       mean(none, x);
     }},
    {"max: no such axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: max expects `x` to have axis `key`, got [batch=2, time=4]
       // HELP: name an axis it has, or give it this one with rename
       max(k, x);
     }},
    {"max: a mask",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: max expects floats, got i1 in the result of less
       // HELP: convert it with cast
       max(t, less(x, 0));
     }},
    {"softmax: no such axis",
     [](Function &f) {
       Tensor scores = floats(f, "scores", {b, t});
       // ERROR: softmax expects `scores` to have axis `seen`, got [batch=2, time=4]
       // HELP: name an axis it has, or give it this one with rename
       softmax(s, scores);
     }},
    {"softmax: size of the axis",
     [](Function &f) {
       Tensor scores = floats(f, "scores", {b, t});
       // ERROR: softmax: axis `time` has size 6 but 4 in `scores`
       // HELP: an axis has one size; use the Axis that the tensor was made with
       softmax(Axis("time", 6), scores);
     }},
    {"softmax: integers",
     [](Function &f) {
       Tensor n = integers(f, "n", {b, t});
       // ERROR: softmax expects floats, got i32 in `n`
       // HELP: convert it with cast
       softmax(t, n);
     }},
    {"layerNorm: x lacks the axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       Tensor g = f.weights()("g", {d}), shift = f.weights()("shift", {d});
       // ERROR: layerNorm expects `x` to have axis `model`, got [batch=2, time=4]
       // HELP: name an axis it has, or give it this one with rename
       layerNorm(d, x, g, shift);
     }},
    {"layerNorm: axis of the scale",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, d});
       Tensor g = f.weights()("g", {k}), shift = f.weights()("shift", {d});
       // ERROR: layerNorm expects `g` to have axis `model`, got [key=8]
       // HELP: name an axis it has, or give it this one with rename
       layerNorm(d, x, g, shift);
     }},
    {"layerNorm: size of the shift",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, d});
       Tensor g = f.weights()("g", {d}), shift = f.weights()("shift", {Axis("model", 8)});
       // ERROR: layerNorm: axis `model` has size 16 but 8 in `shift`
       // HELP: an axis has one size; use the Axis that the tensor was made with
       layerNorm(d, x, g, shift);
     }},
    {"layerNorm: a scale of two axes",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, d});
       Tensor g = f.weights()("g", {h, d}), shift = f.weights()("shift", {d});
       // ERROR: layerNorm expects scale and shift to have only axis `model`, got [head=3, model=16]
       // HELP: for scales of other axes multiply afterwards
       layerNorm(d, x, g, shift);
     }},
    {"layerNorm: types",
     [](Function &f) {
       Tensor x = doubles(f, "x", {b, d});
       Tensor g = f.weights()("g", {d}), shift = f.weights()("shift", {d});
       // ERROR: layerNorm expects one element type, got f64 in `x` and f32 in `g`
       // HELP: convert one of the two with cast
       layerNorm(d, x, g, shift);
     }},
    {"layerNorm: epsilon",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, d});
       Tensor g = f.weights()("g", {d}), shift = f.weights()("shift", {d});
       // ERROR: layerNorm expects a finite epsilon of at least 0, got -1
       // HELP: epsilon is added to the variance; 1e-5 is usual
       layerNorm(d, x, g, shift, -1);
     }},
    {"nn::layerNorm: no such axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: layerNorm expects `x` to have axis `model`, got [batch=2, time=4]
       // HELP: name an axis it has, or give it this one with rename
       weft::nn::layerNorm(f.weights() / "norm", d, x);
     }},
    {"nn::linear: no such axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t, k});
       // ERROR: dot expects `x` to have axis `model`, got [batch=2, time=4, key=8]
       // HELP: dot sums over axes that both have; multiply and sum for others
       weft::nn::linear(f.weights() / "out", d, v, x);
     }},
    {"nn::feedForward: rate",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, d});
       // ERROR: dropout expects a rate in [0, 1), got 1.5
       // HELP: the rate is the fraction that is dropped; it stands before the tensor
       weft::nn::feedForward(f.weights() / "ff", d, Axis("inner", 32), x, 1.5);
     }},
    {"embed: table lacks the rows",
     [](Function &f) {
       Tensor table = f.weights()("table", {k, d}), ids = integers(f, "ids", {b, t});
       // ERROR: embed expects `table` to have axis `vocab`, got [key=8, model=16]
       // HELP: name an axis it has, or give it this one with rename
       embed(v, table, ids);
     }},
    {"embed: rows are not first",
     [](Function &f) {
       Tensor table = f.weights()("table", {d, v}), ids = integers(f, "ids", {b, t});
       // ERROR: embed expects a table {vocab, features}, got [model=16, vocab=10]
       // HELP: embed takes the axis of ids, the table, the ids; ids are the first axis of the table
       embed(v, table, ids);
     }},
    {"embed: a table of three axes",
     [](Function &f) {
       Tensor table = f.weights()("table", {v, h, d}), ids = integers(f, "ids", {b, t});
       // ERROR: embed expects a table {vocab, features}, got [vocab=10, head=3, model=16]
       // HELP: embed takes the axis of ids, the table, the ids; ids are the first axis of the table
       embed(v, table, ids);
     }},
    {"embed: ids of floats",
     [](Function &f) {
       Tensor table = f.weights()("table", {v, d}), x = floats(f, "x", {b, t});
       // ERROR: embed expects ids of i32, got f32 in `x`
       // HELP: embed takes the axis of ids, the table, the ids
       embed(v, table, x);
     }},
    {"embed: table and ids exchanged",
     [](Function &f) {
       Tensor table = f.weights()("table", {v, d}), ids = integers(f, "ids", {b, t});
       // ERROR: embed expects floats, got i32 in `ids`
       // HELP: convert it with cast
       embed(v, ids, table);
     }},
    {"embed: the feature axis twice",
     [](Function &f) {
       Tensor table = f.weights()("table", {v, t}), ids = integers(f, "ids", {b, t});
       // ERROR: the result of embed has axis `time` twice, got [batch=2, time=4, time=4]
       // HELP: give one of the two another name with rename
       embed(v, table, ids);
     }},
    {"crossEntropy: logits lack the classes",
     [](Function &f) {
       Tensor logits = floats(f, "logits", {b, v}), targets = integers(f, "targets", {b});
       // ERROR: crossEntropy expects `logits` to have axis `classes`, got [batch=2, vocab=10]
       // HELP: name an axis it has, or give it this one with rename
       crossEntropy(classes, logits, targets);
     }},
    {"crossEntropy: logits of integers",
     [](Function &f) {
       Tensor logits = integers(f, "logits", {b, v}), targets = integers(f, "targets", {b});
       // ERROR: crossEntropy expects floats, got i32 in `logits`
       // HELP: convert it with cast
       crossEntropy(v, logits, targets);
     }},
    {"crossEntropy: targets of floats",
     [](Function &f) {
       Tensor logits = floats(f, "logits", {b, v}), targets = floats(f, "targets", {b});
       // ERROR: crossEntropy expects targets of i32, got f32 in `targets`
       // HELP: crossEntropy takes the axis of classes, the logits, the targets
       crossEntropy(v, logits, targets);
     }},
    {"crossEntropy: logits and targets exchanged",
     [](Function &f) {
       Tensor logits = floats(f, "logits", {b, v}), targets = integers(f, "targets", {b});
       // ERROR: crossEntropy expects floats, got i32 in `targets`
       // HELP: convert it with cast
       crossEntropy(v, targets, logits);
     }},
    {"crossEntropy: targets lack an axis",
     [](Function &f) {
       Tensor logits = floats(f, "logits", {b, t, v}), targets = integers(f, "targets", {b});
       // ERROR: crossEntropy expects targets with axes [batch=2, time=4], got [batch=2]
       // HELP: each row of logits has one target: their axes without the classes
       crossEntropy(v, logits, targets);
     }},
    {"crossEntropy: targets have the classes",
     [](Function &f) {
       Tensor logits = floats(f, "logits", {b, v}), targets = integers(f, "targets", {b, v});
       // ERROR: crossEntropy expects targets with axes [batch=2], got [batch=2, vocab=10]
       // HELP: each row of logits has one target: their axes without the classes
       crossEntropy(v, logits, targets);
     }},
    {"crossEntropy: size of the targets",
     [](Function &f) {
       Tensor logits = floats(f, "logits", {b, t, v});
       Tensor targets = integers(f, "targets", {b, Axis("time", 3)});
       // ERROR: axis `time` has size 4 in `logits` but 3 in `targets`
       // HELP: an axis has one size; give the two different names, or make the sizes equal
       crossEntropy(v, logits, targets);
     }},
};
