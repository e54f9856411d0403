// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft translate: lines of one text in, the most likely lines of the other out.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

#include <nlohmann/json.hpp>

#include "models/common/Pairs.h"
#include "tools/weft/BeamSearch.h"
#include "tools/weft/Commands.h"
#include "tools/weft/DataSource.h"
#include "tools/weft/Failure.h"
#include "tools/weft/Loading.h"
#include "tools/weft/Quote.h"

using namespace weft;
using namespace weft::driver;

namespace {
struct TranslateOptions {
  Source source;
  std::string data, reference;
  int64_t beam = 4;
  double lengthPenalty = 0;
  bool json = false;
};

/// Sentences that grow, in the function `decode`, which computes so many rows at once: more of them
/// take several calls.
class Decoder {
public:
  Decoder(Session &session, const std::vector<int32_t> &source, size_t wordCount)
      : session(session), wordCount(wordCount) {
    Tensor line = take(Tensor::of<int32_t>({1, int64_t(source.size())}, std::span(source)));
    inputs = session.call("encode", {{"source", line}}, 0, 0);
    inputs.insert_or_assign("source", line);
    session.clearStates("decode");
    for (const TensorSpec &argument : take(session.module.function("decode")).spec().arguments) {
      if (argument.name == "tokens")
        rows = size_t(argument.shape[0].offset);
      if (argument.role == "state")
        names.push_back(argument.target);
    }
    groups.emplace_back();
    for (const std::string &name : names)
      groups[0].emplace(name, session.model.states.at(name));
  }

  std::vector<std::vector<double>> advance(const std::vector<size_t> &parents,
                                           const std::vector<int32_t> &tokens);

private:
  /// The states of rows [first, first + rows), each that of its parent.
  TensorMap gatherStates(const std::vector<size_t> &parents, size_t first) const;

  Session &session;
  size_t wordCount; ///< the model may have more ids than there are words
  size_t rows = 1;
  std::vector<std::string> names;
  TensorMap inputs;
  std::vector<TensorMap> groups; ///< states, by name, of `rows` sentences each
};
} // namespace

TensorMap Decoder::gatherStates(const std::vector<size_t> &parents, size_t first) const {
  TensorMap gathered;
  for (const std::string &name : names) {
    const Tensor &like = groups[0].at(name);
    Tensor made = take(Tensor::zeros(like.dtype(), like.shape()));
    size_t size = size_t(like.byteCount()) / rows;
    for (size_t i = first; i < std::min(first + rows, parents.size()); ++i) {
      const Tensor &from = groups[parents[i] / rows].at(name);
      check(from.fetch());
      std::memcpy(made.bytes().data() + (i - first) * size,
                  from.constBytes().data() + parents[i] % rows * size, size);
    }
    gathered.emplace(name, made);
  }
  return gathered;
}

/// Logarithms of softmax.
static std::vector<double> normalise(std::span<const double> logits) {
  double most = *std::max_element(logits.begin(), logits.end()), sum = 0;
  if (!std::all_of(logits.begin(), logits.end(), [](double x) { return std::isfinite(x); }))
    fail(ErrorCode::Numeric, "expects finite logits of every word, got another number; the weights "
                             "may hold a number that is not finite");
  for (double logit : logits)
    sum += std::exp(logit - most);
  std::vector<double> result;
  for (double logit : logits)
    result.push_back(logit - most - std::log(sum));
  return result;
}

std::vector<std::vector<double>> Decoder::advance(const std::vector<size_t> &parents,
                                                  const std::vector<int32_t> &tokens) {
  std::vector<TensorMap> next;
  std::vector<std::vector<double>> chances;
  for (size_t first = 0; first < parents.size(); first += rows) {
    for (auto &[name, state] : gatherStates(parents, first))
      session.model.states.insert_or_assign(name, state);
    Tensor words = take(Tensor::zeros(DType::I32, {int64_t(rows), 1}));
    size_t count = std::min(rows, parents.size() - first);
    std::copy_n(tokens.begin() + int64_t(first), count, words.values<int32_t>().begin());
    inputs.insert_or_assign("tokens", words);
    std::vector<double> logits = getNumbers(session.call("decode", inputs, 0, 0).at("logits"));
    size_t width = logits.size() / rows;
    for (size_t i = 0; i < count; ++i) {
      chances.push_back(normalise(std::span(logits).subspan(i * width, width)));
      // Neither is ever said.
      chances.back()[models::padToken] = chances.back()[models::startToken] = -HUGE_VAL;
      for (size_t id = wordCount; id < width; ++id)
        chances.back()[id] = -HUGE_VAL;
    }
    next.emplace_back();
    for (const std::string &name : names)
      next.back().emplace(name, session.model.states.at(name));
  }
  groups = std::move(next);
  return chances;
}

static std::string writeWords(const std::vector<int32_t> &tokens,
                              const models::Vocabulary &vocabulary) {
  std::string text;
  for (int32_t token : tokens)
    text += vocabulary.decode(token);
  if (text.ends_with(' '))
    text.pop_back();
  return text;
}

static int runTranslate(const TranslateOptions &options) {
  LoadedModel model = loadModel(options.source);
  if (!model.facts || model.facts->unit != models::Unit::Pairs)
    fail(ErrorCode::Usage, "weft translate expects the folder of a run on parallel texts, got {}",
         options.source.path);
  models::PairSizes sizes = getPairSizes(model.session);
  auto lines = take(models::encodeSources(take(models::readText(options.data)), model.vocabulary,
                                          sizes.source, options.data));
  std::vector<std::vector<int32_t>> expected;
  if (!options.reference.empty()) {
    expected =
        take(models::encodeSources(take(models::readText(options.reference)), model.vocabulary,
                                   sizes.target, options.reference, "target"));
    if (expected.size() != lines.size())
      fail(ErrorCode::File, "{}: expects as many lines as {}, which has {}, got {}",
           options.reference, options.data, lines.size(), expected.size());
  }
  SearchOptions search{options.beam, sizes.target, models::startToken, models::endToken,
                       options.lengthPenalty};
  int64_t right = 0;
  double score = 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    Decoder decoder(model.session, lines[i], model.vocabulary.size());
    auto advance = [&](const std::vector<size_t> &parents, const std::vector<int32_t> &tokens) {
      return decoder.advance(parents, tokens);
    };
    std::vector<Sentence> found = searchSentences(advance, search);
    const Sentence &best = found.front();
    score += best.score;
    if (!expected.empty()) {
      std::vector<int32_t> said = best.tokens;
      said.push_back(models::endToken);
      said.resize(std::max(size_t(sizes.target), said.size()), models::padToken);
      right += best.hasEnded && said == expected[i];
    }
    std::string text = writeWords(best.tokens, model.vocabulary);
    if (options.json)
      fmt::print(
          "{}\n",
          toText(nlohmann::ordered_json{
              {"line", i + 1}, {"text", text}, {"score", best.score}, {"ended", best.hasEnded}}));
    else
      fmt::print("{}\n", text);
    std::fflush(stdout);
  }
  if (options.reference.empty() || lines.empty())
    return 0;
  double count = double(lines.size());
  if (options.json)
    fmt::print("{}\n", toText(nlohmann::ordered_json{{"lines", lines.size()},
                                                     {"accuracy", double(right) / count},
                                                     {"mean_score", score / count}}));
  else
    fmt::print(stderr, "{} of {} lines as in {} ({:.2f} %), mean log probability {:.5f}\n", right,
               lines.size(), options.reference, 100.0 * double(right) / count, score / count);
  return 0;
}

Command driver::makeTranslateCommand() {
  auto options = std::make_shared<TranslateOptions>();
  std::vector<Option> list = getSourceOptions(options->source);
  list.push_back({.name = "--data",
                  .value = &options->data,
                  .help = "text whose lines are translated; may be a pipe",
                  .required = true,
                  .names = Names::File});
  list.push_back({.name = "--beam",
                  .value = &options->beam,
                  .help = "sentences that are kept while one is searched; 1: the most likely word "
                          "at each place",
                  .range = {{1, 1e4}}});
  list.push_back({.name = "--length-penalty",
                  .value = &options->lengthPenalty,
                  .help = "how much the log probability of a longer sentence is forgiven; 0: not",
                  .range = {{0, 10}}});
  list.push_back({.name = "--reference",
                  .value = &options->reference,
                  .help = "the right lines: tells how many were found",
                  .names = Names::File});
  list.push_back({.name = "--json",
                  .value = &options->json,
                  .help = "one JSON object a line, with its score"});
  return {"translate", "Write what lines of another text become",
          "Models",    list,
          nullptr,     [options](const Invocation &) { return runTranslate(*options); }};
}
