// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Wrong programs: every mistake names the line and the axes, the values it met and where they come
// from. One run reports all independent mistakes; what depends on a mistake stays silent.
// RUN: %dsl %s -o %t
// RUN: not %t 2> %t.err
// RUN: FileCheck %s < %t.err
// RUN: FileCheck %s --check-prefix=ONCE < %t.err
#include <iostream>

#include "weft/dsl.h"

using namespace weft::dsl;

int main() {
  Axis b("batch", 2), t("time", 4), k("key", 32), wide("key", 64), h("head", 3);
  Graph g("errors");
  g.function("sizes", [&](Function &f) {
    Tensor q = f.input("q", DType::f32, {b, k});
    Tensor K = exp(f.input("K", DType::f32, {t, wide}));
    // CHECK: errors.cpp:[[#@LINE+4]]: error: axis `key` has size 32 in `q` but 64 in `K`
    // CHECK-NEXT: errors.cpp:[[#@LINE-3]]: note: `q` [batch=2, key=32] comes from input
    // CHECK-NEXT: errors.cpp:[[#@LINE-3]]: note: `K` [time=4, key=64] comes from exp
    // CHECK-NEXT: help: an axis has one size; give the two different names, or make the sizes equal
    Tensor scores = dot(k, q, K);
    scores = softmax(t, scores) + 1; // silent: it depends on the mistake above
    // CHECK: errors.cpp:[[#@LINE+1]]: error: axis `key` has size 64 in `K` but 32 in `q`
    f.output("y", K - q);
    // CHECK: errors.cpp:[[#@LINE+1]]: error: sum expects `q` to have axis `head`, got [batch=2, key=32]
    f.output("s", sum(h, q));
    // CHECK: errors.cpp:[[#@LINE+1]]: error: dot expects `K` to have axis `batch`, got [time=4, key=64]
    f.output("d", dot(b, q, K));
  });
  g.function("axes", [&](Function &f) {
    // CHECK: errors.cpp:[[#@LINE+1]]: error: input `x` has axis `batch` twice, got [batch=2, batch=2]
    Tensor x = f.input("x", DType::f32, {b, b});
    Tensor y = f.input("y", DType::f32, {b, t});
    // CHECK: errors.cpp:[[#@LINE+1]]: error: rename expects one size, got 4 of `time` vs 3 of `head`
    rename(t, h, y);
    // CHECK: errors.cpp:[[#@LINE+1]]: error: the result of rename has axis `batch` twice
    rename(t, Axis("batch", 4), y);
    // CHECK: errors.cpp:[[#@LINE+1]]: error: concat expects axis `all` to have the size of its parts, got 9 vs 8
    concat(Axis("all", 9), y, rename(t, Axis("more", 4), y));
    // CHECK: errors.cpp:[[#@LINE+1]]: error: slice expects start and length inside axis `time`, got 2 and 3 vs 4
    slice(t, h, 2, y);
    // CHECK: errors.cpp:[[#@LINE+1]]: error: window expects axis `place` to have size 4 - 3 + 1, got 3
    window(t, Axis("place", 3), h, y);
    // CHECK: errors.cpp:[[#@LINE+2]]: error: + expects one element type, got f32 in `y` and i32 in `n`
    // CHECK: help: convert one of the two with cast
    y = y + f.input("n", DType::i32, {b});
  });
  g.function("weights", [&](Function &f) {
    Scope w = f.weights() / "layer" / 0;
    Tensor W = w("W", {k, h});
    // CHECK: errors.cpp:[[#@LINE+2]]: error: weight `layer0.W` has axes [head=3, key=32] here but [key=32, head=3] before
    // CHECK-NEXT: errors.cpp:[[#@LINE-2]]: note: declared here first
    w("W", {h, k});
    // CHECK: errors.cpp:[[#@LINE+1]]: error: dropout expects a rate in [0, 1), got 1
    W = dropout(1, W);
    // CHECK: errors.cpp:[[#@LINE+1]]: error: there is no state `layer0.cache` in `weights`
    w.carry("cache", w("W", {k, h}));
    // CHECK: errors.cpp:[[#@LINE+1]]: error: state `layer0.memory` of `weights` is never carried
    w.state("memory", {b});
  });
  g.function("attention", [&](Function &f) {
    Tensor q = f.input("q", DType::f32, {b, t, k}), K = f.input("K", DType::f32, {b, h, k});
    // CHECK: errors.cpp:[[#@LINE+1]]: error: attend expects the keys to contain the queries' positions, got 3 keys `head` vs 4 queries `time`
    attend({.query = t, .keys = h, .over = k}, q, K, K, causal());
    Axis s("seen", 8);
    Tensor x = f.input("x", DType::f32, {h, s, k});
    // CHECK: errors.cpp:[[#@LINE+1]]: error: attend expects axis `head` of the keys in the query too, got [batch=2, time=4, key=32]
    attend({.query = t, .keys = s, .over = k}, q, x, x, causal());
  });
  // ONCE-COUNT-17: error:
  // ONCE-NOT: error:
  // CHECK: 17 errors
  return g.write(std::cout, std::cerr);
}
