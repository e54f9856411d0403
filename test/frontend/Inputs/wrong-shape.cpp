// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cases.h"

const Axis all("all", 8), later("later", 4);

const std::vector<Case> cases = {
    {"concat: no part",
     [](Function &) {
       // ERROR: concat expects at least one part, got none
       // HELP: leave the call out where there is nothing to join
       concat(all, std::vector<Tensor>());
     }},
    {"concat: size of the joined axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), y = floats(f, "y", {b, s});
       // ERROR: concat expects axis `all` to have the size of its parts, got 9 vs 10
       // HELP: give the joined axis the sum of the parts' sizes
       concat(Axis("all", 9), x, y);
     }},
    {"concat: types",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), n = integers(f, "n", {b, later});
       // ERROR: concat expects one element type, got f32 in `x` and i32 in `n`
       // HELP: convert one of the two with cast
       concat(all, x, n);
     }},
    {"concat: size of another axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), y = floats(f, "y", {Axis("batch", 3), later});
       // ERROR: axis `batch` has size 2 in `x` but 3 in `y`
       // HELP: an axis has one size; give the two different names, or make the sizes equal
       concat(all, x, y);
     }},
    {"concat: two axes differ",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), y = floats(f, "y", {h, later});
       // ERROR: concat expects each part to have one axis that becomes `all`, got [batch=2, time=4] in `x`
       // HELP: the other axes must be the same in all parts; rename those that differ
       concat(all, x, y);
     }},
    {"concat: an empty part",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), memory;
       // ERROR: expects a tensor, got an empty one
       // HELP: a tensor has a value only after the call that makes it; feedback needs a delay: a state, or the carry of scan
       concat(all, memory, x);
     }},
    {"concat: two run-time sizes",
     [](Function &f) {
       Size m = f.symbol("m", 4), n = f.symbol("n", 4);
       Tensor x = floats(f, "x", {Axis("first", m)}), y = floats(f, "y", {Axis("second", n)});
       // ERROR: concat expects at most one run-time size on the axis, got step.m and step.n
       // HELP: join the parts of constant size with one run-time part at a time
       concat(all, x, y);
     }},
    {"stack: number of parts",
     [](Function &f) {
       Tensor x = floats(f, "x", {b}), y = floats(f, "y", {b});
       // ERROR: stack expects axis `head` to have the number of parts, got 3 vs 2
       // HELP: the new axis counts the parts
       stack(h, {x, y});
     }},
    {"stack: axes of the parts",
     [](Function &f) {
       Tensor x = floats(f, "x", {b}), y = floats(f, "y", {t});
       // ERROR: stack expects parts with the same axes, got [batch=2] and [time=4]
       // HELP: rename the axes that differ, or join with concat
       stack(Axis("pair", 2), {x, y});
     }},
    {"stack: sizes of the parts",
     [](Function &f) {
       Tensor x = floats(f, "x", {b}), y = floats(f, "y", {Axis("batch", 3)});
       // ERROR: axis `batch` has size 2 in `x` but 3 in `y`
       // HELP: an axis has one size; give the two different names, or make the sizes equal
       stack(Axis("pair", 2), {x, y});
     }},
    {"stack: types",
     [](Function &f) {
       Tensor x = floats(f, "x", {b}), y = doubles(f, "y", {b});
       // ERROR: stack expects one element type, got f32 in `x` and f64 in `y`
       // HELP: convert one of the two with cast
       stack(Axis("pair", 2), {x, y});
     }},
    {"stack: the new axis twice",
     [](Function &f) {
       Tensor x = floats(f, "x", {b}), y = floats(f, "y", {b});
       // ERROR: the result of stack has axis `batch` twice, got [batch=2, batch=2]
       // HELP: give one of the two another name with rename
       stack(b, {x, y});
     }},
    {"stack: no part",
     [](Function &) {
       // ERROR: stack expects at least one part, got none
       // HELP: leave the call out where there is nothing to join
       stack(Axis("none", 0), {});
     }},
    {"slice: no such axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: slice expects `x` to have axis `seen`, got [batch=2, time=4]
       // HELP: name an axis it has, or give it this one with rename
       slice(s, Axis("part", 2), 0, x);
     }},
    {"slice: negative start",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: slice expects start and length inside axis `time`, got -1 and 2 vs 4
       // HELP: slice counts from 0 in a constant size; tail takes the last elements of a run-time one
       slice(t, Axis("part", 2), -1, x);
     }},
    {"slice: past the end",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: slice expects start and length inside axis `time`, got 3 and 2 vs 4
       // HELP: slice counts from 0 in a constant size; tail takes the last elements of a run-time one
       slice(t, Axis("part", 2), 3, x);
     }},
    {"slice: start without bound",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: slice expects start and length inside axis `time`, got 9223372036854775807 and 2 vs 4
       // HELP: slice counts from 0 in a constant size; tail takes the last elements of a run-time one
       slice(t, Axis("part", 2), INT64_MAX, x);
     }},
    {"slice: of a run-time size",
     [](Function &f) {
       Axis c("cached", f.symbol("cache", 8));
       Tensor x = floats(f, "x", {c});
       // ERROR: slice expects start and length inside axis `cached`, got 0 and 2 vs step.cache
       // HELP: slice counts from 0 in a constant size; tail takes the last elements of a run-time one
       slice(c, Axis("part", 2), 0, x);
     }},
    {"slice: the new axis twice",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: the result of slice has axis `batch` twice, got [batch=2, batch=2]
       // HELP: give one of the two another name with rename
       slice(t, b, 0, x);
     }},
    {"tail: more than there is",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: tail expects at most the elements of axis `time`, got 6 vs 4
       // HELP: padFront makes an axis longer
       tail(t, s, x);
     }},
    {"tail: no such axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: tail expects `x` to have axis `seen`, got [batch=2, time=4]
       // HELP: name an axis it has, or give it this one with rename
       tail(s, t, x);
     }},
    {"padFront: less than there is",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, s});
       // ERROR: padFront expects at least the elements of axis `seen`, got 4 vs 6
       // HELP: tail makes an axis shorter
       padFront(s, t, x);
     }},
    {"padFront: size of the axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: padFront: axis `time` has size 3 but 4 in `x`
       // HELP: an axis has one size; use the Axis that the tensor was made with
       padFront(Axis("time", 3), s, x);
     }},
    {"window: number of positions",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, s});
       // ERROR: window expects axis `time` to have size 6 - 4 + 1, got 4
       // HELP: one window starts at each position and ends inside the axis
       window(s, t, Axis("offset", 4), x);
     }},
    {"window: no offset",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, s});
       // ERROR: window expects axis `place` to have size 6 - 0 + 1, got 7
       // HELP: one window starts at each position and ends inside the axis
       window(s, Axis("place", 7), Axis("offset", 0), x);
     }},
    {"window: no such axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: window expects `x` to have axis `seen`, got [batch=2, time=4]
       // HELP: name an axis it has, or give it this one with rename
       window(s, t, h, x);
     }},
    {"window: positions and offsets of one name",
     [](Function &f) {
       Tensor x = floats(f, "x", {s});
       // ERROR: the result of window has axis `place` twice, got [place=4, place=3]
       // HELP: give one of the two another name with rename
       window(s, Axis("place", 4), Axis("place", 3), x);
     }},
    {"rename: size",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: rename expects one size, got 4 of `time` vs 6 of `seen`
       // HELP: slice and tail change a size
       rename(t, s, x);
     }},
    {"rename: no such axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: rename expects `x` to have axis `later`, got [batch=2, time=4]
       // HELP: name an axis it has, or give it this one with rename
       rename(later, t, x);
     }},
    {"rename: the new axis twice",
     [](Function &f) {
       Tensor x = floats(f, "x", {later, t});
       // ERROR: the result of rename has axis `time` twice, got [time=4, time=4]
       // HELP: give one of the two another name with rename
       rename(later, t, x);
     }},
    {"squeeze: size",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: squeeze expects axis `batch` to have size 1, got 2
       // HELP: reduce it with sum, mean or max, or take one element with slice
       squeeze(b, x);
     }},
    {"squeeze: no such axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: squeeze expects `x` to have axis `one`, got [batch=2, time=4]
       // HELP: name an axis it has, or give it this one with rename
       squeeze(Axis("one", 1), x);
     }},
    {"rename: an empty tensor",
     [](Function &) {
       Tensor x;
       // ERROR: expects at least one tensor of a graph, got only numbers, indices or empty tensors
       // HELP: f.index(axis) is an index that belongs to a function; a tensor has a value only after the call that makes it, so feedback goes through a state or the carry of scan
       rename(t, later, x);
     }},
    {"+: nine axes",
     [](Function &f) {
       Axes many;
       for (int i = 0; i < 5; ++i)
         many.push_back(Axis("axis" + std::to_string(i), 1));
       Tensor x = floats(f, "x", many), y = floats(f, "y", {b, t, h, k});
       // ERROR: the result of + has 9 axes, more than 8, got [axis0=1, axis1=1, axis2=1, axis3=1, axis4=1, batch=2, time=4, head=3, key=8]
       // HELP: contract or reduce some of them earlier
       x + y;
     }},
    {"tail: an empty tensor",
     [](Function &) {
       Tensor x;
       // ERROR: expects at least one tensor of a graph, got only numbers, indices or empty tensors
       // HELP: f.index(axis) is an index that belongs to a function; a tensor has a value only after the call that makes it, so feedback goes through a state or the carry of scan
       tail(s, t, x);
     }},
    {"padFront: an empty tensor",
     [](Function &) {
       Tensor x;
       // ERROR: expects at least one tensor of a graph, got only numbers, indices or empty tensors
       // HELP: f.index(axis) is an index that belongs to a function; a tensor has a value only after the call that makes it, so feedback goes through a state or the carry of scan
       padFront(t, s, x);
     }},
    {"window: an empty tensor",
     [](Function &) {
       Tensor x;
       // ERROR: expects at least one tensor of a graph, got only numbers, indices or empty tensors
       // HELP: f.index(axis) is an index that belongs to a function; a tensor has a value only after the call that makes it, so feedback goes through a state or the carry of scan
       window(s, t, h, x);
     }},
    {"squeeze: an empty tensor",
     [](Function &) {
       Tensor x;
       // ERROR: expects at least one tensor of a graph, got only numbers, indices or empty tensors
       // HELP: f.index(axis) is an index that belongs to a function; a tensor has a value only after the call that makes it, so feedback goes through a state or the carry of scan
       squeeze(Axis("one", 1), x);
     }},
};
