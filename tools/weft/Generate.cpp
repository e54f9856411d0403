// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft generate: text that a trained model writes.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <memory>
#include <numeric>

#include <nlohmann/json.hpp>

#include "models/common/Images.h"
#include "models/common/Sounds.h"
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
  std::string prompt, image, sound;
  int64_t count = 200, topK = 0, seed = 0, rate = 12000;
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

/// A field of the model, or none.
static std::string getField(const Session &session, const std::string &name) {
  const auto &config = session.module.manifest().config;
  auto found = config.find(name);
  return found == config.end() ? "" : found->second;
}

/// Feeds tokens to `generate`. A model with a field `context` has so many positions and no more:
/// where they are used up, it begins again with the newest half of them.
class Writer {
public:
  Writer(Session &session, uint64_t seed)
      : session(session), seed(seed), context(std::atoll(getField(session, "context").c_str())) {
    inputs.emplace("tokens", take(Tensor::zeros(DType::I32, {1, 1})));
    session.clearStates("generate");
  }

  /// The results after one more token.
  TensorMap feed(int32_t token) {
    if (context > 1 && place == context) {
      session.clearStates("generate");
      place = 0;
      for (auto kept = fed.end() - context / 2; kept != fed.end(); ++kept)
        call(*kept);
    }
    fed.push_back(token);
    return call(token);
  }

private:
  TensorMap call(int32_t token) {
    ++place;
    inputs.at("tokens").values<int32_t>()[0] = token;
    return session.call("generate", inputs, seed, calls++);
  }

  Session &session;
  uint64_t seed, calls = 0;
  int64_t context = 0, place = 0; ///< positions there are, and those used; 0: without end
  std::vector<int32_t> fed;
  TensorMap inputs;
};

/// Width and height of the images that a model makes, of which each fills the context.
static std::pair<int64_t, int64_t> getImageSize(const Session &session) {
  int64_t width = std::atoll(getField(session, "width").c_str());
  int64_t context = std::atoll(getField(session, "context").c_str());
  if (width < 1 || context < 1 || context % (3 * width) != 0)
    fail(ErrorCode::Usage,
         "--image expects a model whose fields `width` and `context` are those of an image, got {}",
         session.module.manifest().model);
  return {width, context / (3 * width)};
}

/// What a model that begins with a start of its own reads first: its token does not count.
static std::vector<int32_t> addStart(const Session &session, const GenerateOptions &options,
                                     std::vector<int32_t> prompt) {
  if (getField(session, "start") != "true")
    return prompt;
  if (options.prompt.empty())
    prompt.clear();
  prompt.insert(prompt.begin(), 0);
  int64_t context = std::atoll(getField(session, "context").c_str());
  if (int64_t all = int64_t(prompt.size()) - 1 + options.count; all > context)
    fail(ErrorCode::Usage, "{} makes blocks of {} tokens, got a prompt and a count of {}",
         session.module.manifest().model, context, all);
  return prompt;
}

/// The tokens after the prompt; `hear` gets each as soon as it is chosen.
static std::vector<int32_t> write(Session &session, const std::vector<int32_t> &prompt,
                                  const GenerateOptions &options,
                                  const std::function<void(int32_t)> &hear) {
  Writer writer(session, uint64_t(options.seed));
  Tensor uniform = take(Tensor::zeros(DType::F64, {1}));
  int64_t total = int64_t(prompt.size()) + options.count - 1;
  std::vector<int32_t> written;
  for (int64_t i = 0; i < total; ++i) {
    bool isPrompt = size_t(i) < prompt.size();
    TensorMap outputs = writer.feed(isPrompt ? prompt[size_t(i)] : written.back());
    if (size_t(i) + 1 < prompt.size())
      continue;
    check(fillUniform(uniform, uint64_t(options.seed), uint64_t(i), 0, 1));
    written.push_back(
        sample(requireFinite(getNumbers(outputs.at("logits")), i), options, uniform.item()));
    hear(written.back());
  }
  return written;
}

static std::string toBytes(const std::vector<int32_t> &tokens) {
  return {tokens.begin(), tokens.end()};
}

static int runGenerate(GenerateOptions &options) {
  LoadedModel model = loadModel(options.source);
  std::vector<int32_t> prompt = readPrompt(model, options.prompt);
  bool isText = options.image.empty() && options.sound.empty();
  if (!options.image.empty()) {
    auto [width, height] = getImageSize(model.session);
    options.count = 3 * width * height;
    prompt = addStart(model.session, options, prompt);
    std::vector<int32_t> tokens = write(model.session, prompt, options, [](int32_t) {});
    writeFile(options.image, take(models::encodePng({width, height, toBytes(tokens)})));
    return 0;
  }
  prompt = addStart(model.session, options, prompt);
  if (isText && !options.json)
    fmt::print("{}{}", options.prompt, needsSpace(model.vocabulary, options.prompt) ? " " : "");
  auto begin = std::chrono::steady_clock::now();
  std::vector<int32_t> tokens = write(model.session, prompt, options, [&](int32_t token) {
    if (!isText || options.json)
      return;
    fmt::print("{}", model.vocabulary.decode(token));
    std::fflush(stdout);
  });
  if (!isText) {
    writeFile(options.sound, models::encodeWav({options.rate, toBytes(tokens)}));
    return 0;
  }
  if (!options.json) {
    fmt::print("\n");
    return 0;
  }
  std::string written;
  for (int32_t token : tokens)
    written += model.vocabulary.decode(token);
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
  list.push_back({.name = "--image",
                  .value = &options->image,
                  .help = "PNG to write: one whole image, of a model of images",
                  .names = Names::Output,
                  .excludes = {"--prompt", "--count", "--json", "--sound"}});
  list.push_back({.name = "--sound",
                  .value = &options->sound,
                  .help = "WAV to write: the tokens as samples, of a model of sounds",
                  .names = Names::Output,
                  .excludes = {"--prompt", "--json"}});
  list.push_back({.name = "--rate",
                  .value = &options->rate,
                  .help = "of --sound: samples a second",
                  .range = {{1, 1e6}}});
  list.push_back(
      {.name = "--json", .value = &options->json, .help = "prompt and text as one JSON object"});
  return {"generate", "Write text with a trained model",
          "Models",   list,
          nullptr,    [options](const Invocation &) { return runGenerate(*options); }};
}
