// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft generate: text that a trained model writes.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <numeric>

#include <nlohmann/json.hpp>

#include "tools/weft/Commands.h"
#include "tools/weft/Failure.h"
#include "tools/weft/Loading.h"
#include "tools/weft/Quote.h"
#include "weft/Random.h"

using namespace weft;
using namespace weft::driver;

namespace {
struct GenerateOptions {
  Source source;
  std::string prompt;
  int64_t count = 200, topK = 0, seed = 0;
  double temperature = 1;
  bool greedy = false, json = false;
};
} // namespace

/// Samples from softmax(logits / temperature) over the k most likely tokens; `draw` is uniform in
/// [0, 1).
static int32_t sample(std::vector<double> logits, const GenerateOptions &options, double draw) {
  std::vector<int32_t> order(logits.size());
  std::iota(order.begin(), order.end(), 0);
  // Equal logits keep the order of their ids, so the choice does not depend on the sort.
  std::stable_sort(order.begin(), order.end(),
                   [&](int32_t a, int32_t b) { return logits[size_t(a)] > logits[size_t(b)]; });
  if (options.greedy || options.temperature == 0)
    return order.front();
  if (options.topK > 0 && size_t(options.topK) < order.size())
    order.resize(size_t(options.topK));
  std::vector<double> weights;
  for (int32_t token : order)
    weights.push_back(
        std::exp((logits[size_t(token)] - logits[size_t(order.front())]) / options.temperature));
  double rest = draw * std::accumulate(weights.begin(), weights.end(), 0.0);
  for (size_t i = 0; i < order.size(); ++i)
    if ((rest -= weights[i]) < 0)
      return order[i];
  return order.back();
}

/// The tokens that the model reads before it writes.
static std::vector<int32_t> readPrompt(const LoadedModel &model, const std::string &text) {
  std::vector<int32_t> prompt;
  if (!text.empty())
    prompt = take(model.vocabulary.encode(text, "--prompt"));
  // <eos> closes every line of a text, also one the prompt leaves open.
  if (!model.vocabulary.isBytes() && !prompt.empty() && !text.ends_with('\n'))
    prompt.pop_back();
  if (prompt.empty())
    prompt = {model.vocabulary.isBytes() ? int32_t('\n') : 0};
  return prompt;
}

/// A sample of logits that are no numbers would be text that means nothing.
static std::vector<double> requireFinite(std::vector<double> logits, int64_t step) {
  for (size_t i = 0; i < logits.size(); ++i)
    if (std::isnan(logits[i]) || logits[i] == HUGE_VAL)
      fail(ErrorCode::Numeric,
           "token {}: expects finite logits, got {} for token id {}; the weights "
           "may hold a number that is not finite",
           step, logits[i], i);
  // With none above minus infinity, the chances of the tokens have no sum.
  if (std::none_of(logits.begin(), logits.end(), [](double one) { return one > -HUGE_VAL; }))
    fail(ErrorCode::Numeric, "token {}: expects a finite logit, got -inf for every token", step);
  return logits;
}

/// Words are written with a space behind each; a prompt may end without one.
static bool needsSpace(const models::Vocabulary &vocabulary, const std::string &prompt) {
  return !vocabulary.isBytes() && !prompt.empty() && prompt.back() != ' ' && prompt.back() != '\n';
}

static int runGenerate(GenerateOptions &options) {
  LoadedModel model = loadModel(options.source);
  Session &session = model.session;
  std::vector<int32_t> prompt = readPrompt(model, options.prompt);

  if (!options.json)
    fmt::print("{}{}", options.prompt, needsSpace(model.vocabulary, options.prompt) ? " " : "");
  session.clearStates("generate");
  TensorMap inputs = {{"tokens", take(Tensor::zeros(DType::I32, {1, 1}))}};
  Tensor uniform = take(Tensor::zeros(DType::F64, {1}));
  int64_t total = int64_t(prompt.size()) + options.count - 1;
  int32_t token = prompt.front();
  std::string written;
  auto begin = std::chrono::steady_clock::now();
  for (int64_t i = 0; i < total; ++i) {
    inputs.at("tokens").values<int32_t>()[0] = token;
    TensorMap outputs = session.call("generate", inputs, uint64_t(options.seed), uint64_t(i));
    if (size_t(i) + 1 < prompt.size()) {
      token = prompt[size_t(i) + 1];
      continue;
    }
    check(fillUniform(uniform, uint64_t(options.seed), uint64_t(i), 0, 1));
    token = sample(requireFinite(getNumbers(outputs.at("logits")), i), options, uniform.item());
    if (options.json) {
      written += model.vocabulary.decode(token);
      continue;
    }
    fmt::print("{}", model.vocabulary.decode(token));
    std::fflush(stdout);
  }
  if (!options.json) {
    fmt::print("\n");
    return 0;
  }
  std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  nlohmann::ordered_json result = {{"prompt", options.prompt},
                                   {"text", written},
                                   {"tokens", options.count},
                                   {"seed", options.seed},
                                   {"seconds", seconds.count()}};
  fmt::print("{}\n", toText(result));
  return 0;
}

Command driver::makeGenerateCommand() {
  auto options = std::make_shared<GenerateOptions>();
  std::vector<Option> list = getSourceOptions(options->source);
  list.push_back({.name = "--prompt",
                  .value = &options->prompt,
                  .help = "text to go on from",
                  .mayBeEmpty = true});
  list.push_back({.name = "-n,--count",
                  .value = &options->count,
                  .help = "tokens to write",
                  .range = {{1, 1e9}}});
  list.push_back({.name = "--temperature",
                  .value = &options->temperature,
                  .help = "divides the logits; 0 is --greedy",
                  .range = {{0, 100}}});
  list.push_back({.name = "--top-k",
                  .value = &options->topK,
                  .help = "choose among the k most likely tokens; 0: all",
                  .range = {{0, 1e9}}});
  list.push_back({.name = "--seed",
                  .value = &options->seed,
                  .help = "same seed, same text",
                  .range = {{0, 9e15}}});
  list.push_back({.name = "--greedy",
                  .value = &options->greedy,
                  .help = "always the most likely token",
                  .excludes = {"--temperature", "--top-k"}});
  list.push_back(
      {.name = "--json", .value = &options->json, .help = "prompt and text as one JSON object"});
  return {"generate", "Write text with a trained model",
          "Models",   list,
          nullptr,    [options](const Invocation &) { return runGenerate(*options); }};
}
