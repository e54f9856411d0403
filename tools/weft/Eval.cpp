// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft eval: the loss on a text, measured over all of it.
#include <cmath>
#include <filesystem>
#include <memory>
#include <numbers>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "tools/weft/Commands.h"
#include "tools/weft/Failure.h"
#include "tools/weft/Loading.h"
#include "tools/weft/Measure.h"
#include "tools/weft/Spans.h"

using namespace weft;
using namespace weft::driver;

namespace {
struct EvalOptions {
  Source source;
  std::string data;
  bool json = false, spans = false;
};
} // namespace

/// The texts that a path stands for: itself, or the held-out parts of a corpus in their order.
static std::vector<std::string> listTexts(const std::string &path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error))
    return {path};
  std::vector<std::string> texts;
  for (const char *part : {"/valid.txt", "/test.txt"})
    if (std::filesystem::exists(path + part, error))
      texts.push_back(path + part);
  if (texts.empty())
    fail(ErrorCode::File, "{}: expects valid.txt or test.txt in the folder", path);
  return texts;
}

static void print(const std::string &text, const Measurement &result, bool bytes, bool json) {
  double bits = result.loss / std::numbers::ln2;
  if (json) {
    nlohmann::ordered_json record = {{"text", text}, {"loss", result.loss}};
    record[bytes ? "bits_per_byte" : "perplexity"] = bytes ? bits : std::exp(result.loss);
    record["blocks"] = result.blocks;
    record["tokens"] = result.tokens;
    fmt::print("{}\n", record.dump());
    return;
  }
  std::string value = bytes ? fmt::format("{:.4f} bits/byte", bits)
                            : fmt::format("perplexity {:.2f}", std::exp(result.loss));
  fmt::print("{}: {} ({:.5f} nats, {} tokens in {} blocks)\n", text, value, result.loss,
             result.tokens, result.blocks);
}

static int runEval(EvalOptions &options) {
  if (options.data.empty() && !options.spans)
    fail(ErrorCode::Usage, "weft eval expects --data FILE, or --spans");
  LoadedModel model = loadModel(options.source);
  if (options.spans)
    fmt::print("{}", printSpans(measureSpans(model.session.module.manifest(),
                                             model.session.model.params)));
  if (options.data.empty())
    return 0;
  std::function<bool(int64_t, int64_t)> progress;
  if (isatty(STDERR_FILENO))
    progress = [](int64_t done, int64_t all) {
      // The line is overwritten, and at the end erased.
      fmt::print(stderr, "\rblock {}/{}{}", done, all, done == all ? "\r\x1b[K" : "");
      return true;
    };
  for (const std::string &path : listTexts(options.data)) {
    std::string text = take(models::readText(path));
    std::vector<int32_t> ids = take(model.vocabulary.encode(text, path));
    print(path, measure(model.session, ids, path, 0, progress), model.vocabulary.isBytes(),
          options.json);
  }
  return 0;
}

Command driver::makeEvalCommand() {
  auto options = std::make_shared<EvalOptions>();
  std::vector<Option> list = getSourceOptions(options->source);
  list.push_back({"--data", &options->data, "text file, or folder with valid.txt and test.txt"});
  list.push_back({"--spans", &options->spans, "print the learned span of every head"});
  list.push_back({"--json", &options->json, "one JSON object a text"});
  return {"eval", "Measure the loss on a text", list, nullptr,
          [options] { return runEval(*options); }};
}
