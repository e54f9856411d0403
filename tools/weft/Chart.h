// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A chart of lines or points as SVG: one file, plain text, no fonts or scripts from elsewhere.
#ifndef TOOLS_WEFT_CHART_H
#define TOOLS_WEFT_CHART_H

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weft::driver {

struct Series {
  std::string name; ///< in the legend
  std::vector<std::pair<double, double>>
      points;          ///< x rising for a line; only finite ones are drawn
  bool isLine = true;  ///< else dots
  bool isThin = false; ///< in the background of another one
};

struct Chart {
  std::string title;
  std::string xLabel, yLabel; ///< with the unit
  std::vector<Series> series;
  bool logarithmicY = false;
  bool fromZero = false;                ///< the y axis begins at 0: for lengths and counts
  std::vector<std::string> xNames = {}; ///< names of x = 0, 1, ... in place of numbers
  int width = 800, height = 480;

  std::string toSvg() const;
};

/// Round numbers that cover [low, high] in about `count` steps of 1, 2 or 5 times a power of ten.
std::vector<double> chooseTicks(double low, double high, int count);

/// At most `count` points of a long line: of each stretch its lowest and its highest, in order.
std::vector<std::pair<double, double>> thinOut(const std::vector<std::pair<double, double>> &points,
                                               size_t count);

/// The text of XML.
std::string escapeXml(const std::string &text);

} // namespace weft::driver

#endif
