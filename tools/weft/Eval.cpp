// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft eval: the loss on a text, measured over all of it.
#include <chrono>
#include <cmath>
#include <memory>
#include <numbers>

#include <nlohmann/json.hpp>

#include "models/common/Worlds.h"
#include "tools/weft/ActorCritic.h"
#include "tools/weft/Commands.h"
#include "tools/weft/DataSource.h"
#include "tools/weft/Failure.h"
#include "tools/weft/Loading.h"
#include "tools/weft/Measure.h"
#include "tools/weft/Quote.h"
#include "tools/weft/Spans.h"
#include "tools/weft/Terminal.h"

using namespace weft;
using namespace weft::driver;

namespace {
struct EvalOptions {
  Source source;
  std::string data, task;
  std::string progress = "auto";
  int64_t leastContext = 0;
  bool json = false, spans = false;
};
} // namespace

/// How far the measurement of one text is.
class EvalProgress {
public:
  EvalProgress(ReportStyle style, std::string text)
      : style(style), line(style), text(std::move(text)) {}

  void show(int64_t done, int64_t all) {
    std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    std::string eta = "ETA " + formatDuration(taken.count() / double(done) * double(all - done));
    std::string block = fmt::format("block {}/{}", done, all);
    line.show({block, drawBar(double(done) / double(all), 20), eta});
    line.tell(fmt::format("{}: {}  {}", escape(text), block, eta));
    if (done == all)
      line.clear();
    if (style != ReportStyle::Json)
      return;
    nlohmann::ordered_json record = {{"text", text}, {"block", done}, {"blocks", all}};
    fmt::print("{}\n", toText(record));
    std::fflush(stdout);
  }

private:
  ReportStyle style;
  StatusLine line;
  std::string text;
  std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
};

static void print(const std::string &text, const Measurement &result, bool bytes, bool json) {
  double bits = result.loss / std::numbers::ln2;
  if (json) {
    nlohmann::ordered_json record = {{"text", text}, {"loss", result.loss}};
    record[bytes ? "bits_per_byte" : "bits_per_token"] = bits;
    if (!bytes)
      record["perplexity"] = std::exp(result.loss);
    if (result.accuracy)
      record["accuracy"] = *result.accuracy;
    record["blocks"] = result.blocks;
    record["tokens"] = result.tokens;
    fmt::print("{}\n", toText(record));
    return;
  }
  std::string value =
      bytes ? fmt::format("{:.4f} bits/byte", bits)
            : fmt::format("{:.4f} bits/token, perplexity {:.2f}", bits, std::exp(result.loss));
  if (result.accuracy)
    value += fmt::format(", accuracy {:.2f} %", *result.accuracy * 100);
  fmt::print("{}: {} ({:.5f} nats, {} tokens in {} blocks)\n", text, value, result.loss,
             result.tokens, result.blocks);
}

static void printSpans(const std::vector<LayerSpans> &layers, bool json) {
  if (!json) {
    fmt::print("{}", printSpans(layers));
    return;
  }
  nlohmann::ordered_json spans = nlohmann::ordered_json::array();
  for (const LayerSpans &layer : layers)
    spans.push_back({{"layer", layer.layer}, {"heads", layer.heads}});
  fmt::print("{}\n", nlohmann::json{{"spans", spans}}.dump());
}

/// Episodes of the parts that an agent was not trained on, as many as are played side by side.
static int evalWorld(LoadedModel &model, const std::string &world, bool json) {
  for (auto [part, name] :
       {std::pair(models::TaskPart::Valid, "valid"), std::pair(models::TaskPart::Test, "test")}) {
    Episodes episodes(world, countEpisodes(model.session));
    Score score = measureScore(model.session, episodes, part, /*rounds=*/1, /*seed=*/0);
    double reward = score.reward / double(episodes.count());
    if (json) {
      nlohmann::ordered_json record = {{"text", world + " " + name}, {"reward", reward}};
      if (score.choices > 0)
        record["accuracy"] = double(score.rightChoices) / double(score.choices);
      record["episodes"] = episodes.count();
      fmt::print("{}\n", toText(record));
      continue;
    }
    std::string right;
    if (score.choices > 0)
      right =
          fmt::format(", {:.2f} % of {} choices right",
                      100.0 * double(score.rightChoices) / double(score.choices), score.choices);
    fmt::print("{} {}: reward {:.2f} an episode{} ({} episodes)\n", world, name, reward, right,
               episodes.count());
  }
  return 0;
}

static int runEval(EvalOptions &options) {
  if (!options.task.empty())
    options.data = "task:" + options.task;
  if (options.data.empty() && !options.spans)
    fail(ErrorCode::Usage, "weft eval expects --data FILE, --task NAME or --spans");
  // --json asks for results and no progress; with --progress=json the results are JSON, too.
  bool json = options.json || options.progress == "json";
  ReportStyle style = options.json ? ReportStyle::None : parseStyle(options.progress);
  LoadedModel model = loadModel(options.source);
  if (options.spans)
    printSpans(measureSpans(model.session.module.manifest(), model.session.model.params), json);
  if (options.data.empty())
    return 0;
  if (models::isWorld(options.task) && options.leastContext > 0)
    fail(ErrorCode::Usage, "--min-context belongs to texts, got --task {}", options.task);
  if (models::isWorld(options.task))
    return evalWorld(model, options.task, json);
  models::Unit unit = model.facts ? model.facts->unit : models::Unit::Bytes;
  for (const models::TokenText &text :
       readHeldOut(options.data, unit, model.vocabulary, model.session)) {
    EvalProgress progress(style, text.origin);
    auto show = [&](int64_t done, int64_t all) { return progress.show(done, all), true; };
    Measurement result =
        measure(model.session, text,
                {.areRecords = unit == models::Unit::Images || unit == models::Unit::Pairs,
                 .leastContext = options.leastContext},
                show);
    print(text.origin, result, model.vocabulary.isBytes(), json);
  }
  return 0;
}

Command driver::makeEvalCommand() {
  auto options = std::make_shared<EvalOptions>();
  std::vector<Option> list = getSourceOptions(options->source);
  list.push_back(
      {.name = "--data",
       .value = &options->data,
       .help = "text file, or folder with valid.txt and test.txt; images or sounds of such a run",
       .names = Names::FileOrFolder});
  list.push_back({.name = "--task",
                  .value = &options->task,
                  .help = "a task in place of a text: its valid and test parts",
                  .choices = listAllTasks(),
                  .excludes = {"--data"}});
  list.push_back({.name = "--spans",
                  .value = &options->spans,
                  .help = "print the learned span of every head"});
  list.push_back({.name = "--min-context",
                  .value = &options->leastContext,
                  .help =
                      "blocks overlap, so that every token but the first ones has so many before "
                      "it; for models that carry nothing from block to block",
                  .range = {{0, 1e9}}});
  list.push_back({.name = "--progress",
                  .value = &options->progress,
                  .help = "how progress is shown; json: one object a block, and --json",
                  .choices = {"auto", "bar", "plain", "json", "none"}});
  list.push_back({.name = "--json",
                  .value = &options->json,
                  .help = "one JSON object a text",
                  .excludes = {"--progress"}});
  return {"eval",   "Measure the loss on a text",
          "Models", list,
          nullptr,  [options](const Invocation &) { return runEval(*options); }};
}
