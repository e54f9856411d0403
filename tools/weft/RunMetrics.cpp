// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/RunMetrics.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numbers>
#include <numeric>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/weft/Failure.h"
#include "tools/weft/Session.h"
#include "weft/Artifact.h"
#include "weft/Checkpoint.h"

using namespace weft;
using namespace weft::driver;

RunMetrics RunMetrics::read(const std::string &path) {
  RunFolder folder(path);
  if (!folder.exists())
    fail(ErrorCode::Usage, "{} holds no run", path);
  RunMetrics metrics;
  metrics.runFacts = folder.readFacts();
  std::ifstream file(folder.metrics());
  size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    nlohmann::json record = nlohmann::json::parse(line, nullptr, false);
    if (!record.is_object() || !record.contains("step") || !record["step"].is_number()) {
      if (file.eof())
        break;
      fail(ErrorCode::File, "{}:{}: expects an object with a step", folder.metrics(), number);
    }
    ++metrics.records;
    for (const auto &[key, value] : record.items())
      if (value.is_number() && key != "step")
        metrics.curves[key].emplace_back(record["step"].get<double>(), value.get<double>());
  }
  return metrics;
}

const Curve &RunMetrics::curve(const std::string &key) const {
  static const Curve none;
  auto found = curves.find(key);
  return found == curves.end() ? none : found->second;
}

/// The mean of `count` values around each: unlike a mean of the past it does not lag behind.
static Curve smooth(const Curve &curve, size_t count) {
  std::vector<double> sums = {0};
  for (auto [step, value] : curve)
    sums.push_back(sums.back() + value);
  Curve result;
  for (size_t i = 0; i < curve.size(); ++i) {
    // Near an end the window shrinks on both sides.
    size_t reach = std::min({count / 2, i, curve.size() - 1 - i});
    double sum = sums[i + reach + 1] - sums[i - reach];
    result.emplace_back(curve[i].first, sum / double(2 * reach + 1));
  }
  return result;
}

Chart RunMetrics::lossChart() const {
  Curve loss = curve("loss"), valid = curve("valid_loss");
  if (!models::hasWords(runFacts.unit))
    for (Curve *one : {&loss, &valid})
      for (auto &point : *one)
        point.second /= std::numbers::ln2;
  Chart chart;
  chart.title = fmt::format("{}: loss", runFacts.model);
  chart.xLabel = "step";
  chart.yLabel = models::hasWords(runFacts.unit) ? "loss (nats per token)" : "loss (bits per byte)";
  size_t count = std::max<size_t>(9, loss.size() / 50) | 1;
  chart.series = {{"each step", loss, true, true},
                  {fmt::format("mean of {} steps", count), smooth(loss, count)}};
  if (!valid.empty())
    chart.series.push_back({"held out", valid});
  return chart;
}

Chart RunMetrics::accuracyChart() const {
  Curve accuracy = curve("valid_accuracy");
  for (auto &point : accuracy)
    point.second *= 100;
  Chart chart;
  chart.title = fmt::format("{}: accuracy", runFacts.model);
  chart.xLabel = "step";
  chart.yLabel = "held-out accuracy (%)";
  chart.fromZero = true;
  chart.series = {{"held out", accuracy}};
  return chart;
}

Chart RunMetrics::rewardChart() const {
  const Curve &reward = curve("reward"), &valid = curve("valid_reward");
  size_t count = std::max<size_t>(9, reward.size() / 50) | 1;
  Chart chart;
  chart.title = fmt::format("{}: reward", runFacts.model);
  chart.xLabel = "step";
  chart.yLabel = "reward of an episode";
  chart.fromZero = true;
  chart.series = {{"each step", reward, true, true},
                  {fmt::format("mean of {} steps", count), smooth(reward, count)}};
  if (!valid.empty())
    chart.series.push_back({"held out", valid});
  return chart;
}

std::vector<double> driver::readLayerMix(const RunFolder &folder) {
  FoundCheckpoint found = take(loadLatestCheckpoint(folder.checkpoints()));
  auto mix = found.checkpoint.model.params.find("mix");
  if (mix == found.checkpoint.model.params.end())
    return {};
  std::vector<double> shares = getNumbers(mix->second);
  double most = *std::max_element(shares.begin(), shares.end()), sum = 0;
  for (double &share : shares)
    sum += share = std::exp(share - most);
  for (double &share : shares)
    share /= sum;
  return shares;
}

Chart driver::makeMixChart(const std::vector<double> &shares) {
  Series series{"share", {}};
  Chart chart;
  for (size_t i = 0; i < shares.size(); ++i) {
    series.points.emplace_back(double(i), shares[i]);
    chart.xNames.push_back(i == 0 ? "embedding" : fmt::format("layer{}", i - 1));
  }
  chart.title = "Shares of the layers in the memory";
  chart.xLabel = "layer";
  chart.yLabel = "share";
  chart.fromZero = true;
  chart.series = {series};
  return chart;
}

std::vector<LayerSpans> driver::readSpans(const RunFolder &folder) {
  Artifact artifact = take(Artifact::read(folder.artifact()));
  FoundCheckpoint found = take(loadLatestCheckpoint(folder.checkpoints()));
  return measureSpans(artifact.manifest(), found.checkpoint.model.params);
}

Chart driver::makeSpanChart(const std::vector<LayerSpans> &layers) {
  Series heads{"one head", {}, false}, means{"mean of the layer", {}};
  Chart chart;
  for (size_t i = 0; i < layers.size(); ++i) {
    const std::vector<double> &spans = layers[i].heads;
    // Side by side, so that heads of the same span do not hide each other.
    for (size_t head = 0; head < spans.size(); ++head)
      heads.points.emplace_back(
          double(i) + 0.6 * ((double(head) + 0.5) / double(spans.size()) - 0.5), spans[head]);
    if (!spans.empty())
      means.points.emplace_back(double(i), std::accumulate(spans.begin(), spans.end(), 0.0) /
                                               double(spans.size()));
    chart.xNames.push_back(layers[i].layer);
  }
  chart.title = "Learned attention spans";
  chart.xLabel = "layer";
  chart.yLabel = "span (positions)";
  chart.fromZero = true;
  chart.series = {means, heads};
  return chart;
}
