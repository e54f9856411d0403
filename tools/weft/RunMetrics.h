// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a run's folder tells about the run: the records of metrics.jsonl, and charts of them.
#ifndef TOOLS_WEFT_RUNMETRICS_H
#define TOOLS_WEFT_RUNMETRICS_H

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tools/weft/Chart.h"
#include "tools/weft/RunFolder.h"
#include "tools/weft/Spans.h"

namespace weft::driver {

/// A number of metrics.jsonl over the steps.
using Curve = std::vector<std::pair<double, double>>;

class RunMetrics {
public:
  /// Fails with File when the folder holds no run or a record is none. A last line that is cut
  /// short is left out: a run may be writing it.
  static RunMetrics read(const std::string &folder);

  const RunFacts &facts() const { return runFacts; }
  /// The curve of a key; empty when no record has it.
  const Curve &curve(const std::string &key) const;
  size_t recordCount() const { return records; }

  /// Loss and held-out loss over steps: bits per byte, or nats where tokens are words. Empty of
  /// points when nothing was measured yet.
  Chart lossChart() const;
  /// Held-out accuracy in per cent over steps.
  Chart accuracyChart() const;
  /// Reward of an episode over steps.
  Chart rewardChart() const;

private:
  RunFacts runFacts;
  std::map<std::string, Curve> curves;
  size_t records = 0;
};

/// Learned spans of the newest checkpoint; nothing when the model has none.
std::vector<LayerSpans> readSpans(const RunFolder &folder);

/// The shares of the layers, the embedding first, in the memory of the newest checkpoint: softmax
/// of the weight `mix`. Nothing when the model has none.
std::vector<double> readLayerMix(const RunFolder &folder);

/// The share of each layer.
Chart makeMixChart(const std::vector<double> &shares);

/// Every head's span at its layer, and the mean of each layer.
Chart makeSpanChart(const std::vector<LayerSpans> &layers);

} // namespace weft::driver

#endif
