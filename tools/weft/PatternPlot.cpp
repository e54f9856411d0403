// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/PatternPlot.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/weft/Chart.h"
#include "tools/weft/Failure.h"

namespace weft::driver {

/// In pixels.
static constexpr double side = 256, gap = 40, top = 48, below = 64;
static constexpr size_t panelsInRow = 3;

std::vector<PatternPanel> makePanels(const std::vector<Attention> &attentions, int64_t cells) {
  std::vector<PatternPanel> panels;
  std::vector<const Reach *> reaches;
  for (const Attention &attention : attentions) {
    if (attention.shape.keys > mostCountedKeys)
      fail(ErrorCode::Usage, "patterns are counted for at most {} keys, got {}", mostCountedKeys,
           attention.shape.keys);
    for (size_t r = 0; r < attention.reaches.size(); ++r) {
      std::vector<int64_t> heads;
      for (size_t head = 0; head < attention.reachOf.size(); ++head)
        if (attention.reachOf[head] == int64_t(r))
          heads.push_back(int64_t(head));
      size_t at = 0;
      while (at < panels.size() &&
             !(*reaches[at] == attention.reaches[r] && panels[at].shape == attention.shape &&
               panels[at].heads == heads))
        ++at;
      if (at == panels.size()) {
        panels.push_back(
            {{}, heads, attention.shape, countReach(attention.reaches[r], attention.shape, cells)});
        reaches.push_back(&attention.reaches[r]);
      }
      panels[at].layers.push_back(attention.scope.empty() ? attention.op : attention.scope);
    }
  }
  return panels;
}

/// The number that a name ends in, and how long the name before it is.
static std::optional<std::pair<int64_t, size_t>> findNumber(const std::string &name) {
  size_t digits = name.size();
  while (digits > 0 && name[digits - 1] >= '0' && name[digits - 1] <= '9')
    --digits;
  int64_t number = 0;
  if (std::from_chars(name.data() + digits, name.data() + name.size(), number).ec != std::errc())
    return std::nullopt;
  return std::pair(number, digits);
}

/// Runs of three and more are shortened.
static std::string joinRuns(const std::vector<std::string> &names) {
  std::string text;
  for (size_t i = 0; i < names.size();) {
    size_t end = i + 1;
    for (; end < names.size(); ++end) {
      auto a = findNumber(names[end - 1]), b = findNumber(names[end]);
      if (!a || !b || b->first != a->first + 1 ||
          names[end].substr(0, b->second) != names[end - 1].substr(0, a->second))
        break;
    }
    if (end - i < 3)
      end = i + 1;
    text += (text.empty() ? "" : ", ") + names[i];
    if (end - i >= 3)
      text += " to " + names[end - 1];
    i = end;
  }
  return text;
}

static std::string joinHeads(const std::vector<int64_t> &heads) {
  std::vector<std::string> names;
  for (int64_t head : heads)
    names.push_back(std::to_string(head));
  return joinRuns(names);
}

std::string getName(const PatternPanel &panel) {
  return fmt::format("{}: {} {}", joinRuns(panel.layers),
                     panel.heads.size() == 1 ? "head" : "heads", joinHeads(panel.heads));
}

std::string describe(const PatternPanel &panel) {
  std::string blocks;
  if (panel.shape.block > 0)
    blocks = fmt::format(", {} of {} causal blocks of {}", panel.count.blocks,
                         panel.count.causalBlocks, panel.shape.block);
  return fmt::format("{:.1f} % of the causal pairs{}", 100 * panel.count.density(), blocks);
}

/// The cells of a panel: those of one shade are one path.
static std::string drawCells(const PatternPanel &panel, double left, double from) {
  // What is computed for nothing, then eight shades.
  std::array<std::string, 9> shades;
  const auto &cells = panel.count.cells;
  double width = side / double(cells.front().size());
  for (size_t r = 0; r < cells.size(); ++r)
    for (size_t c = 0; c < cells[r].size();) {
      auto shade = [&](size_t at) {
        double part = cells[r][at];
        return part < 0 ? -1 : part == 0 ? 0 : 1 + std::min(int(part * 8), 7);
      };
      size_t end = c + 1;
      while (end < cells[r].size() && shade(end) == shade(c))
        ++end;
      if (int one = shade(c); one >= 0)
        shades[size_t(one)] += fmt::format(
            "M{:.2f} {:.2f}h{:.2f}v{:.2f}h{:.2f}z", left + double(c) * width,
            from + double(r) * width, double(end - c) * width, width, -double(end - c) * width);
      c = end;
    }
  std::string svg;
  for (size_t one = 0; one < shades.size(); ++one)
    if (!shades[one].empty())
      svg += one == 0 ? fmt::format("<path d=\"{}\" fill=\"#f3dcc4\"/>\n", shades[one])
                      : fmt::format("<path d=\"{}\" fill=\"#0072b2\" fill-opacity=\"{:.2f}\"/>\n",
                                    shades[one], 0.2 + 0.1 * double(one));
  return svg;
}

std::string drawPanels(const std::vector<PatternPanel> &panels, const std::string &title) {
  size_t columns = std::min(panels.size(), panelsInRow);
  size_t rows = (panels.size() + columns - 1) / columns;
  double wide = gap + double(columns) * (side + gap);
  double high = top + double(rows) * (side + below + gap);
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" "
      "height=\"{1:.0f}\" font-family=\"sans-serif\" font-size=\"12\">\n"
      "<rect width=\"{0:.0f}\" height=\"{1:.0f}\" fill=\"#ffffff\"/>\n"
      "<text x=\"{2:.0f}\" y=\"28\" font-size=\"16\">{3}</text>\n",
      wide, high, gap, escapeXml(title));
  for (size_t i = 0; i < panels.size(); ++i) {
    const PatternPanel &panel = panels[i];
    double left = gap + double(i % columns) * (side + gap);
    double from = top + double(i / columns) * (side + below + gap);
    double tall =
        side * double(panel.count.cells.size()) / double(panel.count.cells.front().size());
    svg += drawCells(panel, left, from);
    svg += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
                       "fill=\"none\" stroke=\"#808080\"/>\n",
                       left, from, side, tall);
    std::vector<std::string> lines = {
        getName(panel),
        fmt::format("{} queries (down), {} keys (across)", panel.shape.queries, panel.shape.keys)};
    std::string counts = describe(panel); // two lines of a panel's width
    size_t comma = std::min(counts.find(", "), counts.size());
    lines.push_back(counts.substr(0, comma));
    if (comma < counts.size())
      lines.push_back(counts.substr(comma + 2));
    for (size_t line = 0; line < lines.size(); ++line)
      svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", left,
                         from + tall + 18 + 16 * double(line), escapeXml(lines[line]));
  }
  return svg + "</svg>\n";
}

nlohmann::ordered_json toJson(const std::vector<PatternPanel> &panels) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const PatternPanel &panel : panels)
    json.push_back({{"layers", panel.layers},
                    {"heads", panel.heads},
                    {"queries", panel.shape.queries},
                    {"keys", panel.shape.keys},
                    {"block", panel.shape.block},
                    {"blocks", panel.count.blocks},
                    {"causal_blocks", panel.count.causalBlocks},
                    {"pairs", panel.count.pairs},
                    {"causal_pairs", panel.count.causalPairs},
                    {"density", panel.count.density()}});
  return json;
}

} // namespace weft::driver
