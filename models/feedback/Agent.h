// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The same model as an agent (Fan et al. 2020, section 4.2): with `actions` above 0 its functions
// are those of a model that acts (docs/spec/model.md), and a program puts them together: advantage
// actor-critic, Mnih et al. 2016.
#ifndef MODELS_FEEDBACK_AGENT_H
#define MODELS_FEEDBACK_AGENT_H

#include "Model.h"

namespace weft::models {

struct Agent : Feedback {
  int64_t actions = 0, features = 1;
  double discount = 0.99, entropyWeight = 0.01, valueWeight = 0.5;

  template <class V> void visit(V &v);
  void check() const;

  /// A text's functions, or an agent's.
  template <class V> void functions(V &v) const;

  // Each is a function of the model, whose name modelMain would take for all configs.
  void step() = delete;
  void eval() = delete;
  void generate() = delete;

private:
  /// What the agent makes of what it has seen.
  struct Opinion {
    Tensor logits, value; // of every action; the discounted rewards that are to come
  };
  Axis actionAxis() const { return Axis("action", actions); }
  Tensor see(Function &f, const Axes &a) const;
  Opinion consider(Function &f, Tensor seen, const Axes &a, Mode mode) const;
  void judge(Function &f, const Opinion &opinion, const Axes &a) const;
  void act(Function &f) const;
  void play(Function &f) const;
  void judgePlay(Function &f) const;
  void playAndJudge(Function &f) const;
};

template <class V> void Agent::visit(V &v) {
  Feedback::visit(v);
  v("actions", actions, 0, 4096, "what an agent can do, of which it chooses; 0: a model of text");
  v("features", features, 1, 4096, "tokens that an agent sees at once");
  v("discount", discount, 0.0, 1.0, "what a reward is worth one step later");
  v("entropy", entropyWeight, 0.0, 10.0, "price of an agent that is too sure, per nat");
  v("value_weight", valueWeight, 0.0, 10.0, "of the error of the value, beside that of the choice");
}

template <class V> void Agent::functions(V &v) const {
  if (actions == 0) {
    v("step", [this](Function &f) { Feedback::step(f); });
    v("eval", [this](Function &f) { Feedback::eval(f); });
    v("generate", [this](Function &f) { Feedback::generate(f); });
    return;
  }
  v("step", [this](Function &f) { playAndJudge(f); });
  v("act", [this](Function &f) { act(f); });
  v("play", [this](Function &f) { play(f); });
  v("judge", [this](Function &f) { judgePlay(f); });
}

inline void Agent::check() const {
  Feedback::check();
  Agent initial;
  bool isIdle = features == initial.features && discount == initial.discount &&
                entropyWeight == initial.entropyWeight && valueWeight == initial.valueWeight;
  if (actions == 0 && !isIdle)
    throw UsageError("features, discount, entropy and value_weight belong to actions above 0");
  if (actions > 0 && (shortBlock > 0 || adaptSpan))
    throw UsageError(std::string(adaptSpan ? "adapt_span" : "short_block") +
                     " belongs to a model of text, got actions=" + std::to_string(actions));
}

inline dsl::Tensor Agent::see(Function &f, const Axes &a) const {
  return f.input("seen", dsl::DType::i32, {a.b, a.t, Axis("feature", features)});
}

/// The features' embeddings are summed, so that the embedding has the variance of one.
inline Agent::Opinion Agent::consider(Function &f, Tensor seen, const Axes &a, Mode mode) const {
  Scope w = f.weights();
  double rate = mode == Mode::train ? embDropout : 0;
  Axis one("one", 1);
  Tensor table = w("embed", {a.v, a.d}, {.init = dsl::Init::normal, .scale = 1});
  Tensor x = sum(Axis("feature", features), embed(a.v, table, seen));
  x = dsl::dropout(rate, x * (1 / std::sqrt(double(features))));
  x = dsl::dropout(rate, layersOf(f, x, a, mode));
  return {nn::linear(w / "policy", a.d, actionAxis(), x),
          squeeze(one, nn::linear(w / "value", a.d, one, x))};
}

/// The mean over all steps of A -log p(action) + c (R - V)^2 / 2 - β H(p), R the returns, A the
/// advantages R - V as numbers.
inline void Agent::judge(Function &f, const Opinion &opinion, const Axes &a) const {
  Tensor actionsTaken = f.input("actions", dsl::DType::i32, {a.b, a.t});
  Tensor returns = f.input("returns", dsl::DType::f32, {a.b, a.t});
  Tensor advantages = f.input("advantages", dsl::DType::f32, {a.b, a.t});
  Axis action = actionAxis();
  Tensor chosen = crossEntropy(action, opinion.logits, actionsTaken) * advantages;
  Tensor missed = returns - opinion.value;
  Tensor logs = logSoftmax(action, opinion.logits);
  Tensor entropy = mean({a.b, a.t}, -sum(action, exp(logs) * logs));
  f.output("loss", mean({a.b, a.t}, chosen + missed * missed * (0.5 * valueWeight)) -
                       entropy * entropyWeight);
  f.output("entropy", entropy);
}

inline void Agent::act(Function &f) const {
  Axes a(*this, batch, 1);
  Opinion opinion = consider(f, see(f, a), a, Mode::measure);
  f.output("logits", squeeze(a.t, opinion.logits));
  f.output("value", squeeze(a.t, opinion.value));
}

inline void Agent::play(Function &f) const {
  Axes a(*this, batch, block);
  Opinion opinion = consider(f, see(f, a), a, Mode::train);
  // A scan stacks its steps first; the results begin with the batch.
  Tensor rows = f.index(a.b, 0, 0) * f.index(a.t, 1, 0);
  f.output("logits", rows * f.index(actionAxis(), 1, 0) + opinion.logits);
  f.output("value", rows + opinion.value);
}

inline void Agent::judgePlay(Function &f) const {
  Axes a(*this, batch, block);
  Tensor logits = f.input("logits", dsl::DType::f32, {a.b, a.t, actionAxis()});
  Tensor value = f.input("value", dsl::DType::f32, {a.b, a.t});
  judge(f, {logits, value}, a);
}

/// `judge` behind `play` as one function: what the compiler makes the update of.
inline void Agent::playAndJudge(Function &f) const {
  Axes a(*this, batch, block);
  judge(f, consider(f, see(f, a), a, Mode::train), a);
}

} // namespace weft::models

#endif
