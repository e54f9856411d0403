// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Chart.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "tools/weft/Quote.h"

using namespace weft::driver;

namespace {

/// Told apart by people who see few colours, too (Okabe and Ito 2008).
constexpr std::array colours = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"};

/// What one axis maps to pixels.
struct Axis {
  double low = 0, high = 1, from = 0, to = 1;
  bool isLogarithmic = false;

  double place(double value) const {
    double a = isLogarithmic ? std::log10(low) : low, b = isLogarithmic ? std::log10(high) : high;
    double x = isLogarithmic ? std::log10(value) : value;
    return from + (x - a) / (b - a) * (to - from);
  }
};

/// "12k", "0.05", "3.5M": short enough to stand at a tick.
std::string formatTick(double value) {
  double size = std::abs(value);
  if (size >= 1e6)
    return fmt::format("{:g}M", value / 1e6);
  if (size >= 1e4)
    return fmt::format("{:g}k", value / 1e3);
  return fmt::format("{:.6g}", size < 1e-12 ? 0.0 : value);
}

class Drawing {
public:
  explicit Drawing(const Chart &chart) : chart(chart) {}
  std::string run();

private:
  void measure();
  void drawFrame();
  void drawSeries(const Series &series, const char *colour);
  void drawLegend();
  template <typename... Args> void add(fmt::format_string<Args...> format, Args &&...args) {
    svg += fmt::format(format, std::forward<Args>(args)...) + "\n";
  }
  bool isVisible(std::pair<double, double> point) const {
    return std::isfinite(point.first) && std::isfinite(point.second) &&
           (!y.isLogarithmic || point.second > 0);
  }

  const Chart &chart;
  Axis x, y;
  std::vector<double> xTicks, yTicks;
  double left = 72, right = 24, top = 48, bottom = 56;
  std::string svg;
};

void Drawing::measure() {
  y.isLogarithmic = chart.logarithmicY;
  double lowX = HUGE_VAL, highX = -HUGE_VAL, lowY = HUGE_VAL, highY = -HUGE_VAL;
  for (const Series &series : chart.series)
    for (auto point : series.points)
      if (isVisible(point)) {
        lowX = std::min(lowX, point.first), highX = std::max(highX, point.first);
        lowY = std::min(lowY, point.second), highY = std::max(highY, point.second);
      }
  if (lowX > highX)
    lowX = lowY = y.isLogarithmic ? 1 : 0, highX = highY = 10;
  if (lowX == highX)
    lowX -= 0.5, highX += 0.5;
  x = {lowX, highX, left, chart.width - right, false};
  if (!chart.xNames.empty()) {
    x.low = -0.5, x.high = double(chart.xNames.size()) - 0.5;
    for (size_t i = 0; i < chart.xNames.size(); ++i)
      xTicks.push_back(double(i));
  } else {
    xTicks = chooseTicks(lowX, highX, 8);
    std::erase_if(xTicks, [&](double tick) { return tick < lowX || tick > highX; });
  }
  if (y.isLogarithmic) {
    y.low = std::pow(10, std::floor(std::log10(lowY))),
    y.high = std::pow(10, std::ceil(std::log10(highY)));
    if (y.low == y.high)
      y.high *= 10;
    for (double tick = y.low; tick <= y.high * 1.001; tick *= 10)
      yTicks.push_back(tick);
  } else {
    if (chart.fromZero)
      lowY = std::min(lowY, 0.0);
    if (lowY == highY)
      lowY -= 0.5, highY += 0.5;
    yTicks = chooseTicks(lowY, highY, 6);
    y.low = yTicks.front(), y.high = yTicks.back();
  }
  y.from = chart.height - bottom, y.to = top;
  // The label of the axis stands left of its widest number.
  size_t widest = 0;
  for (double tick : yTicks)
    widest = std::max(widest, formatTick(tick).size());
  left = x.from = 44 + 7.5 * double(widest);
}

void Drawing::drawFrame() {
  add(R"(<text x="{}" y="28" class="title">{}</text>)", left, escapeXml(chart.title));
  for (double tick : yTicks) {
    double at = y.place(tick);
    add(R"(<line x1="{}" y1="{:.1f}" x2="{}" y2="{:.1f}" class="grid"/>)", left, at, x.to, at);
    add(R"(<text x="{}" y="{:.1f}" class="tick" text-anchor="end">{}</text>)", left - 8, at + 4,
        formatTick(tick));
  }
  // Names that would touch each other are left out evenly.
  size_t step = chart.xNames.empty() ? 1 : (chart.xNames.size() + 15) / 16;
  for (size_t i = 0; i < xTicks.size(); i += step) {
    double at = x.place(xTicks[i]);
    add(R"(<line x1="{:.1f}" y1="{}" x2="{:.1f}" y2="{}" class="axis"/>)", at, y.from, at,
        y.from + 5);
    add(R"(<text x="{:.1f}" y="{}" class="tick" text-anchor="middle">{}</text>)", at, y.from + 20,
        chart.xNames.empty() ? formatTick(xTicks[i]) : escapeXml(chart.xNames[i]));
  }
  add(R"(<path d="M{} {} V{} H{}" class="axis" fill="none"/>)", left, y.to, y.from, x.to);
  add(R"(<text x="{:.1f}" y="{}" class="label" text-anchor="middle">{}</text>)", (left + x.to) / 2,
      chart.height - 12, escapeXml(chart.xLabel));
  double middle = (y.from + y.to) / 2;
  add(R"svg(<text x="18" y="{:.1f}" class="label" text-anchor="middle" transform="rotate(-90 18 {:.1f})">{}</text>)svg",
      middle, middle, escapeXml(chart.yLabel));
}

void Drawing::drawSeries(const Series &series, const char *colour) {
  if (!series.isLine) {
    for (auto point : series.points)
      if (isVisible(point))
        add(R"(<circle cx="{:.1f}" cy="{:.1f}" r="3.5" fill="{}" fill-opacity="0.65"/>)",
            x.place(point.first), y.place(point.second), colour);
    return;
  }
  // A point that cannot be drawn leaves a gap; it is no reason to connect its neighbours.
  std::string path;
  bool isOpen = false;
  size_t drawn = 0;
  for (auto point : thinOut(series.points, size_t(chart.width) * 2)) {
    if (!isVisible(point)) {
      isOpen = false;
      continue;
    }
    path += fmt::format("{}{:.1f} {:.1f}", isOpen ? " L" : " M", x.place(point.first),
                        y.place(point.second));
    isOpen = true;
    ++drawn;
  }
  if (drawn > 0)
    add(R"(<path d="{}" fill="none" stroke="{}" stroke-width="{}" stroke-opacity="{}" stroke-linejoin="round"/>)",
        path.substr(1), colour, series.isThin ? 1 : 2, series.isThin ? 0.35 : 1);
  if (drawn > 0 && drawn <= 40 && !series.isThin)
    for (auto point : series.points)
      if (isVisible(point))
        add(R"(<circle cx="{:.1f}" cy="{:.1f}" r="2.5" fill="{}"/>)", x.place(point.first),
            y.place(point.second), colour);
}

void Drawing::drawLegend() {
  if (chart.series.size() < 2)
    return;
  double at = x.to;
  for (size_t i = chart.series.size(); i-- > 0;) {
    const Series &series = chart.series[i];
    const char *colour = colours[i % colours.size()];
    at -= 7.2 * double(series.name.size()) + 40;
    if (series.isLine)
      add(R"(<line x1="{0:.1f}" y1="24" x2="{1:.1f}" y2="24" stroke="{2}" stroke-width="{3}" stroke-opacity="{4}"/>)",
          at, at + 20, colour, series.isThin ? 1 : 2, series.isThin ? 0.5 : 1);
    else
      add(R"(<circle cx="{:.1f}" cy="24" r="3.5" fill="{}" fill-opacity="0.65"/>)", at + 10,
          colour);
    add(R"(<text x="{:.1f}" y="28" class="tick">{}</text>)", at + 26, escapeXml(series.name));
  }
}

std::string Drawing::run() {
  measure();
  add(R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img">)",
      chart.width, chart.height);
  add("<style>text{{font-family:Helvetica,Arial,sans-serif;fill:#333}}.title{{font-size:15px;font-"
      "weight:bold}}"
      ".label{{font-size:13px}}.tick{{font-size:12px}}.grid{{stroke:#e2e2e2}}.axis{{stroke:#666}}</"
      "style>");
  add(R"(<rect width="{}" height="{}" fill="#fff"/>)", chart.width, chart.height);
  drawFrame();
  for (size_t i = 0; i < chart.series.size(); ++i)
    drawSeries(chart.series[i], colours[i % colours.size()]);
  drawLegend();
  add("</svg>");
  return std::move(svg);
}

} // namespace

std::string weft::driver::escapeXml(const std::string &text) {
  std::string result;
  for (char letter : escape(text))
    result += letter == '<'   ? "&lt;"
              : letter == '>' ? "&gt;"
              : letter == '&' ? "&amp;"
              : letter == '"' ? "&quot;"
                              : std::string(1, letter);
  return result;
}

std::vector<double> weft::driver::chooseTicks(double low, double high, int count) {
  double raw = (high - low) / count, power = std::pow(10, std::floor(std::log10(raw)));
  double step = power * (raw / power > 5 ? 10 : raw / power > 2 ? 5 : raw / power > 1 ? 2 : 1);
  std::vector<double> ticks;
  for (double i = std::floor(low / step); i <= std::ceil(high / step) + 1e-9; ++i)
    ticks.push_back(i * step);
  return ticks;
}

std::vector<std::pair<double, double>>
weft::driver::thinOut(const std::vector<std::pair<double, double>> &points, size_t count) {
  if (points.size() <= count || count < 4)
    return points;
  std::vector<std::pair<double, double>> kept;
  size_t stretches = count / 2;
  for (size_t i = 0; i < stretches; ++i) {
    auto begin = points.begin() + int64_t(i * points.size() / stretches);
    auto end = points.begin() + int64_t((i + 1) * points.size() / stretches);
    auto [low, high] =
        std::minmax_element(begin, end, [](auto a, auto b) { return a.second < b.second; });
    kept.push_back(*std::min(low, high));
    if (low != high)
      kept.push_back(*std::max(low, high));
  }
  return kept;
}

std::string Chart::toSvg() const { return Drawing(*this).run(); }
