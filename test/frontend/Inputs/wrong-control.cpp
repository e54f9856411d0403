// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scans, feedback, and tensors used where they do not live.
#include <optional>

#include "cases.h"

using List = std::vector<Tensor>;

static Tensor kept;

/// Two functions; the second uses a tensor of the first.
struct AcrossFunctions {
  static constexpr const char *name = "across", *summary = "shares a tensor between functions";
  template <class V> void visit(V &) {}
  void step(Function &f) const {
    kept = exp(f.weights()("W", {d}));
    f.output("loss", sum(d, kept));
  }
  void eval(Function &f) const {
    // ERROR: `kept` belongs to another function
    // HELP: each function makes its own tensors; weights are shared by name
    f.output("loss", sum(d, kept));
  }
};

/// Two functions with one mistake, which is told once: that the second lacks its output is none.
struct InBothFunctions {
  static constexpr const char *name = "both", *summary = "has one mistake in two functions";
  template <class V> void visit(V &) {}
  Tensor loss(Function &f) const {
    // ERROR: sum expects `W` to have axis `time`, got [model=16]
    // HELP: name an axis it has, or give it this one with rename
    return sum(t, f.weights()("W", {d}));
  }
  void step(Function &f) const { f.output("loss", loss(f)); }
  void eval(Function &f) const { f.output("loss", loss(f)); }
};

const std::vector<Case> cases = {
    {"in both functions", InBothFunctions{}},
    {"across functions", AcrossFunctions{}},
    {"after the graph is gone",
     [](Function &f) {
       Tensor old;
       {
         Graph other("other");
         other.function("f", [&](Function &g) { old = g.input("memory", DType::f32, {b, d}); });
       }
       Tensor x = floats(f, "x", {b, d});
       // ERROR: `memory` belongs to a graph that is gone
       // HELP: make the tensor again in each graph; keep axes and numbers in the model, not tensors
       x + old;
     }},
    {"after the graph is gone, alone",
     [](Function &) {
       Tensor old;
       {
         Graph other("other");
         other.function("f", [&](Function &g) { old = g.input("memory", DType::f32, {b, d}); });
       }
       // ERROR: `memory` belongs to a graph that is gone
       // HELP: make the tensor again in each graph; keep axes and numbers in the model, not tensors
       tanh(old);
     }},
    {"of another graph",
     [](Function &f) {
       Graph other("other");
       other.function("f", [&](Function &g) {
         Tensor x = g.input("x", DType::f32, {b});
         // ERROR: `x` belongs to another function
         // HELP: each function makes its own tensors; weights are shared by name
         f.output("y", x);
       });
     }},
    {"scan: no input",
     [](Function &f) {
       Tensor start = floats(f, "start", {b});
       // ERROR: scan expects at least one input, whose axis `time` gives the steps
       // HELP: f.index(axis) is an input where there is no other
       scan(t, {}, {start}, [](List, List carry) { return Scanned{carry, {}}; });
     }},
    {"scan: input lacks the axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, s}), start = floats(f, "start", {b});
       // ERROR: scan expects `x` to have axis `time`, got [batch=2, seen=6]
       // HELP: name an axis it has, or give it this one with rename
       scan(t, x, start, [](Tensor slice, Tensor carry) { return slice + carry; });
     }},
    {"scan: no body",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), start = floats(f, "start", {b});
       // ERROR: scan expects a body, got an empty function
       // HELP: pass a lambda that takes slices and carried tensors
       scan(t, {x}, {start}, ScanBody());
     }},
    {"scan: number of carried tensors",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), start = floats(f, "start", {b});
       // ERROR: scan expects its body to hand on 1 carried tensors, got 0
       // HELP: return one next value for each tensor that is carried, in the same order
       scan(t, {x}, {start}, [](List slices, List) { return Scanned{{}, slices}; });
     }},
    {"scan: axes of the carried tensor",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), start = floats(f, "start", {});
       // ERROR: scan expects a carried tensor to keep its axes, got [batch=2] of f32 after [] of f32
       // HELP: what a step hands on is what the next step gets
       scan(t, x, start, [](Tensor slice, Tensor carry) { return slice + carry; });
     }},
    {"scan: size of the carried tensor",
     [](Function &f) {
       Tensor x = floats(f, "x", {t, k}), start = floats(f, "start", {Axis("key", 9)});
       // ERROR: axis `key` has size 8 in the result of scan but 9 in the result of scan
       // HELP: an axis has one size; give the two different names, or make the sizes equal
       scan(t, {x}, {start}, [](List slices, List) { return Scanned{slices, {}}; });
     }},
    {"scan: type of the carried tensor",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), start = integers(f, "start", {b});
       // ERROR: scan expects a carried tensor to keep its axes, got [batch=2] of f32 after [batch=2] of i32
       // HELP: what a step hands on is what the next step gets
       scan(t, {x}, {start}, [](List slices, List) { return Scanned{slices, {}}; });
     }},
    {"memory: run-time axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), past = floats(f, "past", {b});
       Memory memory(Axis("seen", f.symbol("past", 8)), {past});
       // ERROR: a memory expects the size of its axis `seen` to be a number of at least 1, got step.past
       // HELP: the axis is how many steps back a step sees
       scan(t, x, memory, [](Tensor slice, Memory &m) { return slice; });
     }},
    {"memory: no tensor",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       Memory memory(Axis("seen", 3), {});
       // ERROR: a memory expects at least one tensor, got none
       // HELP: give it what was written before: zeros, or a state
       scan(t, x, memory, [](Tensor slice, Memory &m) { return slice; });
     }},
    {"memory: lacks the axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), past = floats(f, "past", {b});
       Memory memory(Axis("seen", 3), {past});
       // ERROR: a memory expects `past` to have axis `seen`, got [batch=2]
       // HELP: name an axis it has, or give it this one with rename
       scan(t, x, memory, [](Tensor slice, Memory &m) { return slice; });
     }},
    {"memory: not written",
     [](Function &f) {
       Axis s("seen", 3);
       Tensor x = floats(f, "x", {b, t});
       Memory memory(s, {floats(f, "past", {s, b})});
       // ERROR: scan expects its body to write to the memory, got no write
       // HELP: end the body with memory.write({...}), one tensor for each of its past
       f.output("y", scan(t, x, memory, [](Tensor slice, Memory &m) { return slice; }));
       f.output("last", memory.read()); // silent: it depends on the mistake
     }},
    {"memory: written twice",
     [](Function &f) {
       Axis s("seen", 3);
       Tensor x = floats(f, "x", {b, t});
       Memory memory(s, {floats(f, "past", {s, b})});
       scan(t, x, memory, [](Tensor slice, Memory &m) {
         m.write({slice});
         // ERROR: a memory expects one write in a step, got a second
         // HELP: write all its tensors at once: memory.write({a, b})
         m.write({slice});
         return slice;
       });
     }},
    {"memory: no such tensor",
     [](Function &f) {
       Axis s("seen", 3);
       Tensor x = floats(f, "x", {b, t});
       Memory memory(s, {floats(f, "past", {s, b})});
       scan(t, x, memory, [&](Tensor slice, Memory &m) {
         m.write({slice});
         // ERROR: a memory of 1 tensors expects the number of one of them, from 0, got 1
         // HELP: they are in the order of its past
         return slice + sum(s, m.read(1));
       });
     }},
    {"memory: written outside",
     [](Function &f) {
       Axis s("seen", 3);
       Tensor x = floats(f, "x", {b});
       Memory memory(s, {floats(f, "past", {s, b})});
       // ERROR: a memory expects to be written in the body of its scan, got a write outside
       // HELP: hand it to scan, and write to it in the body
       memory.write({x});
     }},
    {"memory: number of tensors",
     [](Function &f) {
       Axis s("seen", 3);
       Tensor x = floats(f, "x", {b, t});
       Memory memory(s, {floats(f, "past", {s, b})});
       // ERROR: a memory of 1 tensors expects as many to be written, got 2
       // HELP: write one tensor for each of the past, in the same order
       scan(t, x, memory, [](Tensor slice, Memory &m) {
         m.write({slice, slice});
         return slice;
       });
     }},
    {"memory: axes of what is written",
     [](Function &f) {
       Axis s("seen", 3);
       Tensor x = floats(f, "x", {b, t});
       Memory memory(s, {floats(f, "past", {s, b})});
       // ERROR: a memory expects what a step writes to have axes [batch=2] of f32, got [] of f32
       // HELP: a step writes what the past holds, without axis `seen`
       scan(t, x, memory, [](Tensor slice, Memory &m) {
         m.write({sum(b, slice)});
         return slice;
       });
     }},
    {"scan: an output has the axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), y = floats(f, "y", {t}), start = floats(f, "start", {b});
       // ERROR: an output of scan has axis `time` twice, got [time=4, time=4]
       // HELP: give one of the two another name with rename
       scan(t, {x}, {start}, [&](List slices, List) { return Scanned{slices, {y}}; });
     }},
    {"scan: an empty carried tensor",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: expects a tensor, got an empty one
       // HELP: a tensor has a value only after the call that makes it; feedback needs a delay: a state, or the carry of scan
       scan(t, x, Tensor(), [](Tensor slice, Tensor carry) { return slice + carry; });
     }},
    {"scan: a mistake in the body",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), start = floats(f, "start", {b});
       Tensor y = scan(t, x, start, [](Tensor slice, Tensor carry) {
         // ERROR: sum expects `y` to have axis `key`, got [batch=2]
         // HELP: name an axis it has, or give it this one with rename
         return sum(k, slice) + carry;
       });
       f.output("y", y * 2); // silent: it depends on the mistake
     }},
    {"scan: a slice used outside",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), start = floats(f, "start", {b}), last;
       scan(t, x, start, [&](Tensor slice, Tensor carry) {
         last = slice * 2;
         return last + carry;
       });
       // ERROR: `last` lives only in the body of a scan
       // HELP: return it from the body to use it afterwards
       f.output("y", last);
     }},
    {"scan: a slice of a broken body used outside",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), start = floats(f, "start", {b}), last;
       // ERROR: scan expects its body to hand on 1 carried tensors, got 0
       // HELP: return one next value for each tensor that is carried, in the same order
       scan(t, {x}, {start}, [&](List slices, List) {
         last = slices[0] * 2;
         return Scanned{{}, {}};
       });
       // ERROR: `last` lives only in the body of a scan
       // HELP: return it from the body to use it afterwards
       f.output("y", last);
     }},
    {"scan: an output in the body",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), start = floats(f, "start", {b});
       scan(t, x, start, [&](Tensor slice, Tensor carry) {
         // ERROR: output stands in the body of a scan, which runs once an index
         // HELP: return the value from the body and use what scan returns
         f.output("y", slice);
         return carry + slice;
       });
     }},
    {"scan: a state carried in the body",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), memory = f.weights().state("memory", {b});
       scan(t, x, memory, [&](Tensor slice, Tensor carry) {
         // ERROR: carry stands in the body of a scan, which runs once an index
         // HELP: return the value from the body and use what scan returns
         f.weights().carry("memory", slice);
         return carry + slice;
       });
     }},
    {"scan: setSize in the body",
     [](Function &f) {
       Size n = f.symbol("n", 4);
       Tensor x = floats(f, "x", {b, t}), start = floats(f, "start", {b});
       scan(t, x, start, [&](Tensor slice, Tensor carry) {
         // ERROR: setSize stands in the body of a scan, which runs once an index
         // HELP: return the value from the body and use what scan returns
         f.setSize(n, cast(DType::i32, sum(b, slice)));
         return carry;
       });
     }},
    {"recompute: an output in the body",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       recompute(x, [&](Tensor x) {
         // ERROR: output stands in the body of recompute, which a gradient computes once more
         // HELP: return the value from the body and use what recompute returns
         f.output("y", x);
         return x;
       });
     }},
    {"recompute: a value of the body used outside",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), inner;
       Tensor y = recompute(x, [&](Tensor x) {
         inner = tanh(x);
         return inner * 2;
       });
       // ERROR: `inner` lives only in the body of recompute
       // HELP: return it from the body to use it afterwards
       f.output("y", y + inner);
     }},
    {"recompute without a body",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: recompute expects a body, got an empty function
       // HELP: pass a lambda that takes a tensor and returns one
       f.output("y", recompute(x, nullptr));
     }},
    {"recompute: of nothing",
     [](Function &f) {
       // ERROR: expects at least one tensor of a graph, got only numbers, indices or empty tensors
       // HELP: f.index(axis) is an index that belongs to a function; a tensor has a value only after the call that makes it, so feedback goes through a state or the carry of scan
       f.output("y", recompute(Tensor(), [](Tensor x) { return tanh(x); }));
     }},
    {"recompute: nothing returned",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: expects a tensor, got an empty one
       // HELP: a tensor has a value only after the call that makes it; feedback needs a delay: a state, or the carry of scan
       f.output("y", recompute(x, [](Tensor) { return Tensor(); }));
     }},
    {"feedback without delay",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, d}), memory;
       // ERROR: expects a tensor, got an empty one
       // HELP: a tensor has a value only after the call that makes it; feedback needs a delay: a state, or the carry of scan
       Tensor y = tanh(x + memory);
       memory = y;
     }},
    {"feedback of a scan into itself",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), start = floats(f, "start", {b}), top;
       top = scan(t, x, start, [&](Tensor slice, Tensor carry) {
         // ERROR: expects a tensor, got an empty one
         // HELP: a tensor has a value only after the call that makes it; feedback needs a delay: a state, or the carry of scan
         return slice + carry * top;
       });
     }},
    {"a function in a function",
     [](Function &f) {
       Graph other("other");
       other.function("outer", [&](Function &) {
         other.function("inner", [&](Function &g) { g.output("y", g.input("x", DType::f32, {})); });
       });
       // ERROR: expects a tensor, got an empty one
       // HELP: a tensor has a value only after the call that makes it; feedback needs a delay: a state, or the carry of scan
       f.output("y", Tensor());
     }},
    {"a loop without end",
     [](Function &f) {
       Tensor x = floats(f, "x", {});
       for (;;)
         // ERROR: the model makes more than 1000000 calls
         // HELP: a C++ loop unrolls; scan does not
         x = x + 1;
     }},
    {"three independent mistakes",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t});
       // ERROR: sum expects `x` to have axis `key`, got [batch=2, time=4]
       // HELP: name an axis it has, or give it this one with rename
       Tensor y = sum(k, x);
       Tensor z = y + x; // silent: it depends on the mistake
       // ERROR: softmax expects `x` to have axis `seen`, got [batch=2, time=4]
       // HELP: name an axis it has, or give it this one with rename
       softmax(s, x);
       // ERROR: rename expects one size, got 4 of `time` vs 6 of `seen`
       // HELP: slice and tail change a size
       f.output("loss", rename(t, s, x));
       f.output("y", z);
     }},
    {"scan: size of the axis",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), start = floats(f, "start", {b});
       // ERROR: scan: axis `time` has size 5 but 4 in `x`
       // HELP: an axis has one size; use the Axis that the tensor was made with
       scan(Axis("time", 5), x, start, [](Tensor slice, Tensor carry) { return slice + carry; });
     }},
    {"scan: a body that hands on nothing",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), start = floats(f, "start", {b});
       // ERROR: expects a tensor, got an empty one
       // HELP: a tensor has a value only after the call that makes it; feedback needs a delay: a state, or the carry of scan
       scan(t, x, start, [](Tensor, Tensor) { return Tensor(); });
     }},
    {"scan: no body for one tensor",
     [](Function &f) {
       Tensor x = floats(f, "x", {b, t}), start = floats(f, "start", {b});
       // ERROR: scan expects a body, got an empty function
       // HELP: pass a lambda that takes slices and carried tensors
       scan(t, x, start, std::function<Tensor(Tensor, Tensor)>());
     }},
    {"after the function",
     [](int, char **) {
       Graph graph("mine");
       std::optional<Scope> weights;
       graph.function("f", [&](Function &f) {
         weights = f.weights();
         f.output("y", f.input("x", DType::f32, {}));
       });
       // ERROR: a call of the language stands outside of every function
       // HELP: tensors are made while a function is traced: in step, eval or generate, not before or after
       (*weights)("W", {d});
       return graph.write(std::cout, std::cerr);
     }},
};
