// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft plot: a chart of a run as SVG, or as PNG through rsvg-convert.
#include <filesystem>
#include <memory>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "tools/weft/Child.h"
#include "tools/weft/Commands.h"
#include "tools/weft/Failure.h"
#include "tools/weft/Loading.h"
#include "tools/weft/PatternPlot.h"
#include "tools/weft/Quote.h"
#include "tools/weft/RunMetrics.h"
#include "tools/weft/Suggest.h"

using namespace weft;
using namespace weft::driver;

namespace {
struct PlotOptions {
  std::string what, run, function, output;
  bool json = false;
};
} // namespace

static Chart makeChart(const PlotOptions &options) {
  RunMetrics metrics = RunMetrics::read(options.run);
  if (options.what == "loss") {
    if (metrics.curve("loss").empty())
      fail(ErrorCode::File, "{}: expects metrics.jsonl to hold a loss; the run has no step yet",
           options.run);
    return metrics.lossChart();
  }
  if (options.what == "accuracy") {
    if (metrics.curve("valid_accuracy").empty())
      fail(ErrorCode::File,
           "{}: expects metrics.jsonl to hold an accuracy; nothing was measured yet, or the model "
           "{} does not say what is right",
           options.run, metrics.facts().model);
    return metrics.accuracyChart();
  }
  if (options.what == "reward") {
    if (metrics.curve("reward").empty())
      fail(ErrorCode::File,
           "{}: expects metrics.jsonl to hold a reward; no agent was trained there", options.run);
    return metrics.rewardChart();
  }
  if (options.what == "mix") {
    std::vector<double> shares = readLayerMix(RunFolder(options.run));
    if (shares.empty())
      fail(ErrorCode::Usage, "{}: the model {} learns no mixture of layers", options.run,
           metrics.facts().model);
    return makeMixChart(shares);
  }
  std::vector<LayerSpans> spans = readSpans(RunFolder(options.run));
  if (spans.empty())
    fail(ErrorCode::Usage, "{}: the model {} learns no spans", options.run, metrics.facts().model);
  return makeSpanChart(spans);
}

/// Rasterising is left to a program that does nothing else.
static void writePng(const std::string &path, const std::string &svg) {
  std::string draft = fmt::format("{}.{}.svg", path, getpid());
  writeFile(draft, svg);
  ChildResult result = runChild({"rsvg-convert", "--zoom=2", "-o", path, draft});
  std::error_code ignored;
  std::filesystem::remove(draft, ignored);
  if (result.exitCode == 127)
    fail(ErrorCode::Device, "a PNG needs rsvg-convert; on Debian: apt-get install librsvg2-bin, or "
                            "write a .svg");
  if (result.exitCode != 0)
    fail(ErrorCode::Resource, "{}: cannot write: {}", path, result.errors);
}

static void write(const std::string &path, const std::string &svg) {
  if (path.ends_with(".png"))
    writePng(path, svg);
  else
    writeFile(path, svg);
}

/// The keys that each query of a model sees; of a run or an artifact.
static int plotPattern(const PlotOptions &options) {
  std::error_code error;
  bool isRun = std::filesystem::is_directory(options.run, error);
  Artifact artifact = take(Artifact::read(isRun ? RunFolder(options.run).artifact() : options.run));
  const Manifest &manifest = artifact.manifest();
  std::string function = options.function;
  if (!function.empty() && !manifest.findFunction(function)) {
    std::vector<std::string> names;
    for (const FunctionSpec &known : manifest.functions)
      names.push_back(known.name);
    fail(ErrorCode::Usage, "{} has no function {}{}", options.run, quote(function),
         suggest(function, names));
  }
  std::vector<Attention> attentions = readAttentions(artifact, function);
  if (attentions.empty())
    fail(ErrorCode::Usage, "{}: expects a graph with attention to keys{}, got none", options.run,
         function.empty() ? "" : " in " + function);
  std::vector<PatternPanel> panels = makePanels(attentions);
  std::string title = fmt::format("{}: keys that queries see in {}", manifest.model, function);
  write(options.output, drawPanels(panels, title));
  if (options.json)
    fmt::print("{}\n",
               toText(nlohmann::ordered_json{
                   {"output", options.output}, {"title", title}, {"patterns", toJson(panels)}}));
  return 0;
}

static int runPlot(const PlotOptions &options) {
  if (!options.output.ends_with(".png") && !options.output.ends_with(".svg"))
    fail(ErrorCode::Usage, "--output expects a file that ends in .svg or .png, got {}",
         quote(options.output));
  if (options.what == "pattern")
    return plotPattern(options);
  if (!options.function.empty())
    fail(ErrorCode::Usage, "--function belongs to plot pattern, got {}", options.what);
  Chart chart = makeChart(options);
  write(options.output, chart.toSvg());
  if (options.json) {
    nlohmann::ordered_json json = {{"output", options.output},
                                   {"title", chart.title},
                                   {"x", chart.xLabel},
                                   {"y", chart.yLabel},
                                   {"series", nlohmann::ordered_json::array()}};
    for (const Series &series : chart.series)
      json["series"].push_back({{"name", series.name}, {"points", series.points}});
    fmt::print("{}\n", toText(json));
  }
  return 0;
}

Command driver::makePlotCommand() {
  auto options = std::make_shared<PlotOptions>();
  return {"plot",
          "Draw the curves of a run, what its layers learned, or which keys they see",
          "Runs",
          {{.name = "what",
            .value = &options->what,
            .help = "loss, accuracy, an agent's reward, learned spans, the layers' shares in a "
                    "memory, or pattern: which keys each query sees",
            .required = true,
            .choices = {"loss", "accuracy", "reward", "spans", "mix", "pattern"}},
           {.name = "run",
            .value = &options->run,
            .help = "folder of a run; of pattern, an artifact, too",
            .required = true,
            .names = Names::FileOrFolder},
           {.name = "--function",
            .value = &options->function,
            .help = "of pattern, whose attention (default: the first that has some)"},
           getOutputOption(options->output, "picture to write, .svg or .png"),
           {.name = "--json", .value = &options->json, .help = "the numbers as one JSON object"}},
          nullptr,
          [options](const Invocation &) { return runPlot(*options); }};
}
