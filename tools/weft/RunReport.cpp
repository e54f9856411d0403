// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft report: a run on one page of HTML that needs nothing else: pictures and numbers are inside,
// nothing is fetched, no script runs.
#include <cmath>
#include <fstream>
#include <memory>
#include <numbers>
#include <sstream>

#include <nlohmann/json.hpp>

#include "tools/weft/Commands.h"
#include "tools/weft/Failure.h"
#include "tools/weft/Loading.h"
#include "tools/weft/Quote.h"
#include "tools/weft/RunMetrics.h"
#include "weft/Artifact.h"

using namespace weft;
using namespace weft::driver;

namespace {
struct ReportOptions {
  std::string run, output;
  bool json = false;
};
} // namespace

static constexpr const char *style =
    "body{font-family:Helvetica,Arial,sans-serif;color:#333;max-width:52em;margin:2em "
    "auto;padding:0 1em}"
    "h1{font-size:1.5em}h2{font-size:1.15em;margin-top:2em}svg{max-width:100%;height:auto}"
    "table{border-collapse:collapse;font-size:.9em}td,th{text-align:left;padding:.25em 1em .25em 0;"
    "border-bottom:1px solid #e2e2e2;vertical-align:top}td.n{text-align:right}"
    "code,pre{font-size:.9em}footer{margin-top:3em;font-size:.8em;color:#777}";

static std::string formatRow(const std::string &name, const std::string &value) {
  return fmt::format("<tr><th>{}</th><td>{}</td></tr>\n", escapeXml(name), escapeXml(value));
}

/// What one looks for first.
static std::string printSummary(const RunMetrics &metrics) {
  const RunFacts &facts = metrics.facts();
  const Curve &loss = metrics.curve("loss"), &valid = metrics.curve("valid_loss");
  bool isWords = models::hasWords(facts.unit);
  double unit = isWords ? 1 : std::numbers::ln2;
  const char *name = isWords ? "nats per token" : "bits per byte";
  std::string rows = formatRow("model", facts.model) + formatRow("text", facts.data) +
                     formatRow("tokens are", models::getName(facts.unit)) +
                     formatRow("seed", fmt::format("{}", facts.seed));
  if (!loss.empty())
    rows += formatRow("steps", fmt::format("{:.0f}", loss.back().first)) +
            formatRow("last loss", fmt::format("{:.4f} {}", loss.back().second / unit, name));
  if (!valid.empty()) {
    auto best = std::min_element(valid.begin(), valid.end(),
                                 [](auto a, auto b) { return a.second < b.second; });
    rows +=
        formatRow("last held-out loss", fmt::format("{:.4f} {}", valid.back().second / unit, name));
    rows += formatRow("best held-out loss", fmt::format("{:.4f} {} at step {:.0f}",
                                                        best->second / unit, name, best->first));
  }
  if (const Curve &skipped = metrics.curve("skipped_steps"); !skipped.empty())
    rows += formatRow("steps skipped", fmt::format("{:.0f}, the last is step {:.0f}",
                                                   skipped.back().second, skipped.back().first));
  if (const Curve &scale = metrics.curve("loss_scale"); !scale.empty())
    rows += formatRow("loss scale", fmt::format("2^{:.0f}", std::log2(scale.back().second)));
  double seconds = 0;
  for (auto [step, value] : metrics.curve("seconds"))
    seconds += value;
  if (seconds > 0)
    rows += formatRow("time in updates", fmt::format("{:.1f} s", seconds));
  return "<table>\n" + rows + "</table>\n";
}

static Chart makeSimpleChart(const RunMetrics &metrics, const std::string &key,
                             const std::string &title, const std::string &label,
                             bool fromZero = false) {
  Chart chart;
  chart.title = title;
  chart.xLabel = "step";
  chart.yLabel = label;
  chart.series = {{key, metrics.curve(key)}};
  chart.height = 300;
  chart.fromZero = fromZero;
  return chart;
}

static std::string printSettings(const RunFolder &folder) {
  std::ifstream file(folder.config());
  std::string rows, line;
  while (std::getline(file, line)) {
    size_t equals = line.find(" = "), comment = line.rfind(" # ");
    if (line.starts_with("#") || equals == std::string::npos)
      continue;
    size_t end = comment == std::string::npos ? line.size() : comment;
    std::string origin = comment == std::string::npos ? "" : line.substr(comment + 3);
    rows += fmt::format("<tr><th>{}</th><td>{}</td><td>{}</td></tr>\n",
                        escapeXml(line.substr(0, equals)),
                        escapeXml(line.substr(equals + 3, end - equals - 3)), escapeXml(origin));
  }
  return "<table>\n<tr><th>setting</th><th>value</th><th>from</th></tr>\n" + rows + "</table>\n";
}

/// The numbers behind the pictures, for whoever wants to draw them again. "</" would end the
/// element.
static std::string printData(const RunMetrics &metrics) {
  nlohmann::ordered_json data;
  for (const char *key : {"loss", "valid_loss", "lr", "grad_norm", "tokens_per_s", "mean_span",
                          "max_span", "seconds", "skipped_steps", "loss_scale"})
    if (!metrics.curve(key).empty())
      data[key] = metrics.curve(key);
  std::string text = data.dump(), safe;
  for (char letter : text)
    safe += letter == '<' ? std::string("\\u003c") : std::string(1, letter);
  return "<script type=\"application/json\" id=\"metrics\">" + safe + "</script>\n";
}

static std::string printPage(const std::string &path) {
  RunMetrics metrics = RunMetrics::read(path);
  RunFolder folder(path);
  Artifact artifact = take(Artifact::read(folder.artifact()));
  std::string title = escapeXml(metrics.facts().model + ": run " + path);
  std::string page = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width\">\n<title>" +
                     title + "</title>\n<style>" + style + "</style>\n</head>\n<body>\n<h1>" +
                     title + "</h1>\n" + printSummary(metrics);
  if (!metrics.curve("loss").empty())
    page += "<h2>Loss</h2>\n" + metrics.lossChart().toSvg();
  std::vector<LayerSpans> spans =
      folder.hasCheckpoint() ? readSpans(folder) : std::vector<LayerSpans>();
  if (!spans.empty())
    page += "<h2>Spans</h2>\n" + makeSpanChart(spans).toSvg();
  if (!metrics.curve("mean_span").empty())
    page += makeSimpleChart(metrics, "mean_span", "Mean span", "span (positions)").toSvg();
  page += "<h2>Training</h2>\n";
  page += makeSimpleChart(metrics, "lr", "Learning rate", "learning rate").toSvg();
  Chart norm = makeSimpleChart(metrics, "grad_norm", "Norm of the gradient", "|gradient|");
  norm.logarithmicY = true;
  page += norm.toSvg();
  page += makeSimpleChart(metrics, "tokens_per_s", "Speed", "tokens per second", true).toSvg();
  page += "<h2>Settings</h2>\n" + printSettings(folder);
  page += "<h2>Artifact</h2>\n<table>\n" + formatRow("hash", artifact.hash()) +
          formatRow("producer", artifact.manifest().producer) +
          formatRow("element type", artifact.manifest().dtype) +
          formatRow("kernels", fmt::format("{}", artifact.manifest().kernels.size())) +
          "</table>\n";
  return page + printData(metrics) +
         "<footer>Written by weft " WEFT_VERSION
         ". Everything on this page is inside this file.</footer>\n"
         "</body>\n</html>\n";
}

Command driver::makeReportCommand() {
  auto options = std::make_shared<ReportOptions>();
  return {"report",
          "Write a run as one page of HTML",
          "Runs",
          {getRunOption(options->run),
           getOutputOption(options->output, "page to write"),
           {.name = "--json", .value = &options->json, .help = "what was written, as JSON"}},
          nullptr,
          [options](const Invocation &) {
            std::string page = printPage(options->run);
            writeFile(options->output, page);
            if (options->json)
              fmt::print("{}\n", toText(nlohmann::ordered_json{{"output", options->output},
                                                               {"bytes", page.size()}}));
            return 0;
          }};
}
