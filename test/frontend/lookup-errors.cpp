// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What choosing, looking up, norms and layers refuse: the user's line, expected and got, how to
// mend it.
// RUN: %dsl %s -o %t
// RUN: not %t 2> %t.err
// RUN: FileCheck %s < %t.err
#include <iostream>

#include "weft/nn/Layers.h"

using namespace weft::dsl;

int main() {
  Axis b("batch", 2), t("time", 4), d("model", 5), k("best", 3);
  Graph g("lookup-errors");
  g.function("choose", [&](Function &f) {
    Tensor x = f.input("x", DType::f32, {b, t, d}), n = f.input("n", DType::i32, {b, t});
    // CHECK: lookup-errors.cpp:[[#@LINE+3]]: error: topK expects axis `many` to have a size from 1 to 4, the least of `time`, got 9
    // CHECK-NEXT: lookup-errors.cpp:[[#@LINE-2]]: note: `x` [batch=2, time=4, model=5] comes from input
    Axis many("many", 9);
    f.output("many", topK(t, many, x).values);
    Axis cached("cached", f.symbol("cache", 8));
    // CHECK: lookup-errors.cpp:[[#@LINE+1]]: error: argmax expects axis `cached` never to be empty, got size choose.cache
    f.output("empty", argmax(cached, f.weights().state("cache", {cached})));
    // CHECK: lookup-errors.cpp:[[#@LINE+1]]: error: argmax expects floats, got i32 in `n`
    f.output("best", argmax(t, n));
    // CHECK: lookup-errors.cpp:[[#@LINE+1]]: error: topK expects `x` to have axis `best`, got [batch=2, time=4, model=5]
    f.output("missing", topK(k, k, x).indices);
  });
  g.function("look_up", [&](Function &f) {
    Tensor x = f.input("x", DType::f32, {b, t, d}), ids = f.input("ids", DType::i32, {b, k});
    // CHECK: lookup-errors.cpp:[[#@LINE+2]]: error: gather expects indices of i32, got f32 in `x`
    // CHECK: help: argmax, topK and inputs of i32 give indices
    f.output("floats", gather(t, x, x));
    // CHECK: lookup-errors.cpp:[[#@LINE+2]]: error: gather expects indices without axis `batch`, got [batch=2, best=3]
    // CHECK: help: give the axis of the indices another name
    f.output("same", gather(b, x, ids));
    // CHECK: lookup-errors.cpp:[[#@LINE+1]]: error: axis `best` has size 7 in `y` but 3 in `ids`
    Tensor y = f.input("y", DType::f32, {t, Axis("best", 7)}), z = gather(t, y, ids);
    // CHECK: lookup-errors.cpp:[[#@LINE+1]]: error: scatterAdd expects `x` to have axis `best`, got [batch=2, time=4, model=5]
    f.output("over", scatterAdd(k, Axis("slot", 4), x, ids));
    // CHECK: lookup-errors.cpp:[[#@LINE+1]]: error: scatterAdd expects `w` to have the axes of the indices, got [best=3, model=5] vs [batch=2, best=3]
    Tensor w = f.input("w", DType::f32, {k, d}), v = scatterAdd(k, t, w, ids);
    // CHECK: lookup-errors.cpp:[[#@LINE+1]]: error: expects whole numbers in a constant that meets i32, got 0.5
    f.output("half", gather(t, x, constant(k, {0, 0.5, 1})));
  });
  g.function("layers", [&](Function &f) {
    Scope s = f.weights();
    Tensor x = f.input("x", DType::f32, {b, t, d}), n = f.input("n", DType::i32, {b, t});
    // CHECK: lookup-errors.cpp:[[#@LINE+1]]: error: rmsNorm expects a finite epsilon of at least 0, got -1
    f.output("epsilon", rmsNorm(d, x, s("scale", {d}), -1));
    // CHECK: lookup-errors.cpp:[[#@LINE+1]]: error: layerNorm expects scale and shift to have only axis `model`, got [time=4, model=5]
    f.output("table", layerNorm(d, x, s("table", {t, d})));
    // CHECK: lookup-errors.cpp:[[#@LINE+1]]: error: gelu expects floats, got i32
    f.output("erf", weft::nn::gelu(n));
    // CHECK: lookup-errors.cpp:[[#@LINE+1]]: error: cumsum expects `x` to have axis `best`, got [batch=2, time=4, model=5]
    f.output("sum", cumsum(k, x));
    // CHECK: lookup-errors.cpp:[[#@LINE+1]]: error: logSoftmax expects floats, got i32 in `n`
    f.output("soft", logSoftmax(t, n));
    // CHECK: lookup-errors.cpp:[[#@LINE+1]]: error: rotary expects axis `model` to have an even size in [2, 2^24], got 5
    f.output("odd", weft::nn::rotary(d, f.index(t), x));
  });
  g.function("constants", [&](Function &f) {
    Tensor x = f.input("x", DType::f32, {k});
    // CHECK: lookup-errors.cpp:[[#@LINE+1]]: error: constant expects a number for each element of [best=3], got 2 vs 3
    f.output("few", x * constant(k, {1, 2}));
  });
  // CHECK: 17 errors
  return g.write(std::cout, std::cerr);
}
