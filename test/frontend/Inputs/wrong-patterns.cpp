// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Patterns and layouts of blocks, and what attend expects of them.
#include "cases.h"

struct Parts {
  Tensor q, K, V;
  explicit Parts(Function &f)
      : q(floats(f, "q", {b, h, t, k})), K(floats(f, "K", {b, h, s, k})),
        V(floats(f, "V", {b, h, s, k})) {}
};
const AttendAxes axes{.query = t, .keys = s, .over = k};

const std::vector<Case> cases = {
    {"local: no length",
     [](Function &) {
       // ERROR: Pattern::local expects a length in [1, 2^40], got 0
       // HELP: it counts positions
       Pattern::local(0);
     }},
    {"strided: no stride",
     [](Function &) {
       // ERROR: Pattern::strided expects a stride in [1, 2^40], got -4
       // HELP: it counts positions
       Pattern::strided(-4);
     }},
    {"fixed: no stride",
     [](Function &) {
       // ERROR: Pattern::fixed expects a stride in [1, 2^40], got 0
       // HELP: it counts positions
       Pattern::fixed(0, 1);
     }},
    {"fixed: columns that do not divide",
     [](Function &) {
       // ERROR: Pattern::fixed expects columns that divide the stride, got 24 of 128
       // HELP: 16 and 32 would fit
       Pattern::fixed(128, 24);
     }},
    {"fixed: more columns than the stride",
     [](Function &) {
       // ERROR: Pattern::fixed expects columns that divide the stride, got 64 of 32
       // HELP: 32 would fit
       Pattern::fixed(32, 64);
     }},
    {"fixed: a group that is not there",
     [](Function &) {
       // ERROR: Pattern::fixed expects one of the 4 groups of columns of a window, got group 4
       // HELP: groups count from 0, the last columns of the window
       Pattern::fixed(128, 32, 4);
     }},
    {"window: no stride",
     [](Function &) {
       // ERROR: Pattern::window expects a stride in [1, 2^40], got 0
       // HELP: it counts positions
       Pattern::window(0);
     }},
    {"columns: no stride",
     [](Function &) {
       // ERROR: Pattern::columns expects a stride in [1, 2^40], got -1
       // HELP: it counts positions
       Pattern::columns(-1, 1);
     }},
    {"columns: columns that do not divide",
     [](Function &) {
       // ERROR: Pattern::columns expects columns that divide the stride, got 0 of 128
       // HELP: 1 would fit
       Pattern::columns(128, 0);
     }},
    {"columns: a group that is not there",
     [](Function &) {
       // ERROR: Pattern::columns expects one of the 8 groups of columns of a window, got group -1
       // HELP: groups count from 0, the last columns of the window
       Pattern::columns(128, 16, -1);
     }},
    {"prefix: negative",
     [](Function &) {
       // ERROR: Pattern::prefix expects a length in [0, 2^40], got -1
       // HELP: it counts positions
       Pattern::prefix(-1);
     }},
    {"blocks: size",
     [](Function &) {
       // ERROR: Pattern::blocks expects blocks of 8, 16, 32, 64 or 128 positions, got 24
       // HELP: the length need not be a multiple of a block
       Pattern::all().blocks(1024, 24);
     }},
    {"blocks: no positions",
     [](Function &) {
       // ERROR: Pattern::blocks expects at least 1 query and as many keys or more, at most 2^24, got 0 queries and 0 keys
       // HELP: the queries are the last of the keys' positions
       Pattern::all().blocks(0, 32);
     }},
    {"blocks: more queries than keys",
     [](Function &) {
       // ERROR: Pattern::blocks expects at least 1 query and as many keys or more, at most 2^24, got 64 queries and 32 keys
       // HELP: the queries are the last of the keys' positions
       Pattern::all().blocks(64, 32, 16);
     }},
    {"blocks: too many keys",
     [](Function &) {
       // ERROR: Pattern::blocks expects at least 1 query and as many keys or more, at most 2^24, got 16 queries and 16777217 keys
       // HELP: the queries are the last of the keys' positions
       Pattern::local(32).blocks(16, (int64_t(1) << 24) + 1, 16);
     }},
    {"blocks: too many blocks to count",
     [](Function &) {
       BlockLayout wide = Pattern::strided(1024).blocks(1 << 20, 64);
       // ERROR: BlockLayout::countBlocks expects a pattern of at most 2^22 blocks, got more for 1048576 queries and 1048576 keys in blocks of 64
       // HELP: larger blocks are fewer; a stride reaches every block unless it stands alone and divides the keys
       wide.countBlocks();
     }},
    {"layout: too many blocks",
     [](Function &f) {
       Axis n("long", 1 << 18);
       Tensor q = floats(f, "q", {n, k});
       // ERROR: attend expects a pattern of at most 2^22 blocks, got more for 262144 queries and 262144 keys in blocks of 16
       // HELP: larger blocks are fewer; a stride reaches every block unless it stands alone and divides the keys
       attend({.query = n, .keys = n, .over = k}, q, q, q, Pattern::all().blocks(1 << 18, 16));
     }},
    {"pattern: a rule of too many keys",
     [](Function &) {
       Pattern even = pattern([](int64_t i, int64_t j) { return j <= i && j % 2 == 0; });
       // ERROR: Pattern::blocks expects at most 32768 keys for a rule that is asked for every pair, got 32769
       // HELP: all, local, strided, fixed and prefix, joined with |, have no such bound
       (Pattern::local(32) | even).blocks(32769, 64);
     }},
    {"pattern: an empty rule",
     [](Function &) {
       // ERROR: pattern expects a rule, got an empty function
       // HELP: pattern([](int64_t i, int64_t j) { return j <= i && i - j < 8; })
       pattern(nullptr);
     }},
    {"heads: none",
     [](Function &) {
       // ERROR: BlockLayout::heads expects a layout, got none
       // HELP: head h takes the layout h mod n of n
       BlockLayout::heads({});
     }},
    {"heads: other lengths",
     [](Function &) {
       BlockLayout all = Pattern::all().blocks(64, 16), more = Pattern::all().blocks(65, 16);
       // ERROR: BlockLayout::heads expects layouts of the same size, got 64 x 64 in blocks of 16 and 65 x 65 in blocks of 16
       // HELP: all heads of an attention have the same queries and keys
       BlockLayout::heads({all, more});
     }},
    {"heads: other blocks",
     [](Function &) {
       BlockLayout all = Pattern::all().blocks(64, 16), wide = Pattern::all().blocks(64, 32);
       // ERROR: BlockLayout::heads expects layouts of the same size, got 64 x 64 in blocks of 16 and 64 x 64 in blocks of 32
       // HELP: all heads of an attention have the same queries and keys
       BlockLayout::heads({all, wide});
     }},
    {"heads: a head that is not there",
     [](Function &) {
       BlockLayout all = Pattern::all().blocks(64, 16);
       // ERROR: BlockLayout::countBlocks expects a head, got -1
       // HELP: heads count from 0; head h has layout h mod n
       all.countBlocks(-1);
     }},
    {"heads: pairs of a head that is not there",
     [](Function &) {
       BlockLayout all = Pattern::all().blocks(64, 16);
       // ERROR: BlockLayout::countPairs expects a head, got -1
       // HELP: heads count from 0; head h has layout h mod n
       all.countPairs(-1);
     }},
    {"layout: another length",
     [](Function &f) {
       Parts p(f);
       // ERROR: attend expects a layout of 4 queries `time` and 6 keys `seen`, got one of 64 and 64
       // HELP: Pattern::blocks(queries, keys, size) makes one that fits
       attend(axes, p.q, p.K, p.V, Pattern::all().blocks(64, 16));
     }},
    {"layout: other keys",
     [](Function &f) {
       Parts p(f);
       // ERROR: attend expects a layout of 4 queries `time` and 6 keys `seen`, got one of 4 and 5
       // HELP: Pattern::blocks(queries, keys, size) makes one that fits
       attend(axes, p.q, p.K, p.V, Pattern::all().blocks(4, 5, 16));
     }},
    {"layout: blocks of 8",
     [](Function &f) {
       Parts p(f);
       // ERROR: attend expects blocks of 16, 32, 64 or 128 positions, got 8
       // HELP: smaller ones can only be counted
       attend(axes, p.q, p.K, p.V, Pattern::all().blocks(4, 6, 8));
     }},
    {"layout: heads that are no multiple",
     [](Function &f) {
       Parts p(f);
       BlockLayout all = Pattern::all().blocks(4, 6, 16), near = Pattern::local(2).blocks(4, 6, 16);
       // ERROR: attend expects heads that are a multiple of the layouts they take turns with, got 3 heads and 2 layouts
       // HELP: head h has layout h mod 2
       attend(axes, p.q, p.K, p.V, BlockLayout::heads({all, near}));
     }},
    {"layout: a bias by distance",
     [](Function &f) {
       Parts p(f);
       Tensor bias = f.weights()("bias", {Axis("distance", 6)});
       // ERROR: attend expects no bias beside a layout of blocks, which has no distances
       // HELP: add positions to what query and keys are made of
       attend(axes, p.q, p.K, p.V, Pattern::all().blocks(4, 6, 16), {.bias = bias});
     }},
    {"layout: relative keys",
     [](Function &f) {
       Parts p(f);
       Tensor position = f.weights()("position", {Axis("distance", 6), k});
       // ERROR: attend expects no position beside a layout of blocks, which has no distances
       // HELP: add positions to what query and keys are made of
       attend(axes, p.q, p.K, p.V, Pattern::all().blocks(4, 6, 16), {.position = position});
     }},
    {"layout: queries of run time",
     [](Function &f) {
       Axis some("some", f.symbol("n", 8, 1) + 4);
       Tensor q = floats(f, "q", {t, k}), K = floats(f, "K", {some, k});
       // ERROR: attend expects a layout of 4 queries `time` and step.n + 4 keys `some`, got one of 4 and 6
       // HELP: Pattern::blocks(queries, keys, size) makes one that fits
       attend({.query = t, .keys = some, .over = k}, q, K, K, Pattern::all().blocks(4, 6, 16));
     }},
};
