// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Learned spans of a model: params named "<layer>.z" hold one fraction per head of the config's
// maximum.
#ifndef TOOLS_WEFT_SPANS_H
#define TOOLS_WEFT_SPANS_H

#include <optional>
#include <string>
#include <vector>

#include "weft/Manifest.h"

namespace weft::driver {

struct LayerSpans {
  std::string layer;
  std::vector<double> heads; ///< positions each head reaches: ceil(z S) + R, at most S
};

/// Nothing when the model has no such params. S and R are the config's `span` and `ramp`.
std::vector<LayerSpans> measureSpans(const Manifest &manifest, const TensorMap &params);

/// Mean and maximum over all heads.
std::optional<std::pair<double, double>> summarise(const std::vector<LayerSpans> &spans);

/// One line a layer.
std::string printSpans(const std::vector<LayerSpans> &spans);

} // namespace weft::driver

#endif
