// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Wrong calls of attend: sources, bias and shared keys, each at its own line.
// RUN: %dsl %s -o %t
// RUN: not %t 2> %t.err
// RUN: FileCheck %s < %t.err
#include <iostream>

#include "weft/dsl.h"

using namespace weft::dsl;

int main() {
  Axis b("batch", 2), t("time", 4), s("seen", 8), h("head", 3), k("key", 16), n("own", 5),
      r("distance", 8);
  Graph g("attention-errors");
  g.function("sources", [&](Function &f) {
    Tensor q = f.input("q", DType::f32, {b, t, h, k}), K = f.input("K", DType::f32, {b, h, s, k});
    Tensor own = f.input("own", DType::f32, {h, n, k}), flat = f.input("flat", DType::f32, {h, n});
    AttendAxes axes{.query = t, .keys = s, .over = k};
    auto attendTo = [&](const AttendOptions &options, Where where = Where::current()) {
      attend(axes, q, K, K, slidingWindow(8), options, where);
    };
    // CHECK: attention-errors.cpp:[[#@LINE+1]]: error: attend expects `flat` to have axis `key`, got [head=3, own=5]
    attendTo({.sources = {{n, flat, own}}});
    // CHECK: attention-errors.cpp:[[#@LINE+1]]: error: attend expects `own` to have axis `distance`, got [head=3, own=5, key=16]
    attendTo({.sources = {{r, own, own}}});
    // CHECK: attention-errors.cpp:[[#@LINE+1]]: error: attend expects the values of source `own` to have the axes [key=16] of the values, got [head=3, own=5]
    attendTo({.sources = {{n, own, flat}}});
    Tensor many = f.input("many", DType::f32, {n, k, r});
    // CHECK: attention-errors.cpp:[[#@LINE+1]]: error: attend expects axis `distance` of the keys of source `own` in the query too, got [batch=2, time=4, head=3, key=16]
    attendTo({.sources = {{n, many, own}}});
    Tensor wide = f.input("wide", DType::f32, {Axis("head", 4), n, k});
    // CHECK: attention-errors.cpp:[[#@LINE+1]]: error: axis `head` has size 3 in `q` but 4 in `wide`
    attendTo({.sources = {{n, wide, wide}}});
    // CHECK: attention-errors.cpp:[[#@LINE+1]]: error: expects a tensor, got an empty one
    attendTo({.sources = {{n, own, Tensor()}}});
    Tensor bias = f.input("bias", DType::f32, {h, Axis("distance", 7)});
    // CHECK: attention-errors.cpp:[[#@LINE+1]]: error: attend expects bias to be {distances} or {head, distances} with 8 distances, got [head=3, distance=7]
    attendTo({.bias = bias});
    // CHECK: attention-errors.cpp:[[#@LINE+1]]: error: attend expects bias to be {distances} or {head, distances} with 8 distances, got [own=5, key=16, distance=8]
    attendTo({.bias = many});
    // CHECK: attention-errors.cpp:[[#@LINE+1]]: error: dot expects
    Tensor wrong = dot(t, own, own);
    attendTo({.bias = wrong}); // silent: it depends on the mistake above
    attendTo({.sources = {{n, own, wrong}}});
  });
  // CHECK: 9 errors
  return g.write(std::cout, std::cerr);
}
