// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Chart.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

using namespace weft::driver;

TEST(Chart, TicksAreRoundAndCover) {
  EXPECT_EQ(chooseTicks(0, 10, 5), (std::vector<double>{0, 2, 4, 6, 8, 10}));
  EXPECT_EQ(chooseTicks(0.5, 3.2, 6), (std::vector<double>{0.5, 1, 1.5, 2, 2.5, 3, 3.5}));
  for (double high : {1e-9, 0.37, 17.0, 3e12}) {
    std::vector<double> ticks = chooseTicks(0, high, 6);
    EXPECT_LE(ticks.front(), 0);
    EXPECT_GE(ticks.back(), high * (1 - 1e-12));
    EXPECT_LE(ticks.size(), 9u);
    EXPECT_GE(ticks.size(), 3u);
  }
}

TEST(Chart, ThinningKeepsPeaks) {
  std::vector<std::pair<double, double>> points;
  for (int i = 0; i < 10000; ++i)
    points.emplace_back(i, i == 5432 ? 9 : i == 77 ? -9 : std::sin(i));
  auto kept = thinOut(points, 400);
  EXPECT_LE(kept.size(), 400u);
  EXPECT_TRUE(std::is_sorted(kept.begin(), kept.end()));
  EXPECT_NE(std::find(kept.begin(), kept.end(), std::pair<double, double>(5432, 9)), kept.end());
  EXPECT_NE(std::find(kept.begin(), kept.end(), std::pair<double, double>(77, -9)), kept.end());
}

TEST(Chart, WhatIsNotFiniteLeavesAGap) {
  Chart chart;
  chart.series = {{"a", {{1, 1}, {2, NAN}, {3, 2}}}};
  std::string svg = chart.toSvg();
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  // Two strokes that each begin anew.
  size_t path = svg.find("stroke-linejoin"), begin = svg.rfind("<path", path);
  std::string line = svg.substr(begin, path - begin);
  EXPECT_EQ(std::count(line.begin(), line.end(), 'M'), 2);
  EXPECT_EQ(std::count(line.begin(), line.end(), 'L'), 0);
}

TEST(Chart, NothingToDrawIsStillAPicture) {
  Chart chart;
  chart.title = "a < b & \"c\"";
  std::string svg = chart.toSvg();
  EXPECT_NE(svg.find("a &lt; b &amp; &quot;c&quot;"), std::string::npos);
  EXPECT_EQ(svg.find("inf"), std::string::npos);
  chart.logarithmicY = true;
  chart.series = {{"zero", {{1, 0}, {2, -1}}}};
  EXPECT_EQ(chart.toSvg().find("nan"), std::string::npos);
}
