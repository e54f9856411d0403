// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Spans.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

#include "tools/weft/Session.h"

using namespace weft;
using namespace weft::driver;

std::vector<LayerSpans> driver::measureSpans(const Manifest &manifest, const TensorMap &params) {
  auto limit = manifest.config.find("span"), ramp = manifest.config.find("ramp");
  if (limit == manifest.config.end() || ramp == manifest.config.end())
    return {};
  double S = std::atof(limit->second.c_str()), R = std::atof(ramp->second.c_str());
  std::vector<LayerSpans> spans;
  for (const ParamSpec &param : manifest.params) {
    auto found = params.find(param.name);
    if (!param.name.ends_with(".z") || found == params.end())
      continue;
    LayerSpans layer{param.name.substr(0, param.name.size() - 2), {}};
    for (double z : getNumbers(found->second))
      layer.heads.push_back(std::clamp(std::ceil(z * S) + R, 0.0, S));
    spans.push_back(std::move(layer));
  }
  return spans;
}

std::optional<std::pair<double, double>> driver::summarise(const std::vector<LayerSpans> &spans) {
  double sum = 0, largest = 0, count = 0;
  for (const LayerSpans &layer : spans)
    for (double span : layer.heads) {
      sum += span;
      largest = std::max(largest, span);
      ++count;
    }
  if (count == 0)
    return std::nullopt;
  return std::pair(sum / count, largest);
}

std::string driver::printSpans(const std::vector<LayerSpans> &spans) {
  std::string text;
  for (const LayerSpans &layer : spans) {
    text += fmt::format("  {:<12}", layer.layer);
    for (double span : layer.heads)
      text += fmt::format(" {:>5.0f}", span);
    text += '\n';
  }
  return text;
}
