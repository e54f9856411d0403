// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A picture of which keys each query of a model's attentions sees, a panel for every pattern.
#ifndef TOOLS_WEFT_PATTERNPLOT_H
#define TOOLS_WEFT_PATTERNPLOT_H

#include <nlohmann/json_fwd.hpp>

#include "tools/weft/ReachCount.h"

namespace weft::driver {

/// Layers and heads that see the same.
struct PatternPanel {
  std::vector<std::string> layers;
  std::vector<int64_t> heads;
  AttentionShape shape;
  ReachCount count;
};

/// The distinct patterns of the attentions, in their order; `cells` as countReach has them. Fails
/// with Usage where there are too many keys to count.
std::vector<PatternPanel> makePanels(const std::vector<Attention> &attentions, int64_t cells = 128);
/// "12.5 % of the causal pairs, 10 of 36 causal blocks of 16"
std::string describe(const PatternPanel &panel);
std::string drawPanels(const std::vector<PatternPanel> &panels, const std::string &title);
nlohmann::ordered_json toJson(const std::vector<PatternPanel> &panels);
/// "layer0 to layer3: heads 0, 2": runs of three and more are shortened.
std::string getName(const PatternPanel &panel);

} // namespace weft::driver

#endif
