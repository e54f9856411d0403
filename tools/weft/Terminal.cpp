// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Terminal.h"

#include <algorithm>
#include <cstdlib>
#include <map>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

using namespace weft::driver;

ReportStyle weft::driver::parseStyle(const std::string &name) {
  static const std::map<std::string, ReportStyle> styles = {{"bar", ReportStyle::Bar},
                                                            {"plain", ReportStyle::Plain},
                                                            {"json", ReportStyle::Json},
                                                            {"none", ReportStyle::None}};
  if (auto found = styles.find(name); found != styles.end())
    return found->second;
  const char *terminal = std::getenv("TERM"), *noColor = std::getenv("NO_COLOR");
  bool isDumb = !terminal || std::string_view(terminal) == "dumb" || (noColor && *noColor);
  return isatty(STDERR_FILENO) && !isDumb ? ReportStyle::Bar : ReportStyle::Plain;
}

size_t weft::driver::getTerminalWidth() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string weft::driver::drawBar(double fraction, size_t columns) {
  size_t inside = columns - 2;
  auto done = size_t(std::clamp(fraction, 0.0, 1.0) * double(inside) + 0.5);
  return "[" + std::string(done, '#') + std::string(inside - done, '-') + "]";
}

std::string weft::driver::formatDuration(double seconds) {
  auto whole = int64_t(seconds);
  if (whole >= 3600)
    return fmt::format("{}h{:02}m", whole / 3600, whole / 60 % 60);
  return whole >= 60 ? fmt::format("{}m{:02}s", whole / 60, whole % 60) : fmt::format("{}s", whole);
}

void StatusLine::show(const std::vector<std::string> &parts, bool now) {
  auto time = std::chrono::steady_clock::now();
  if (!isBar() || (!now && time - lastShown < std::chrono::milliseconds(100)))
    return;
  // The last column stays free: some terminals wrap when it is written.
  size_t room = getTerminalWidth() - 1;
  std::string line;
  for (const std::string &part : parts)
    if (line.empty())
      line = part.substr(0, room);
    else if (!part.empty() && line.size() + 2 + part.size() <= room)
      line += "  " + part;
  fmt::print(stderr, "\r\x1b[K{}", line);
  std::fflush(stderr);
  isShown = true;
  lastShown = time;
}

void StatusLine::print(const std::string &text) {
  if (style == ReportStyle::None || style == ReportStyle::Json)
    return;
  clear();
  fmt::print(stderr, "{}\n", text);
}

void StatusLine::tell(const std::string &text) {
  auto time = std::chrono::steady_clock::now();
  if (!isPlain() || time - lastTold < std::chrono::seconds(10))
    return;
  print(text);
  lastTold = time;
}

void StatusLine::clear() {
  if (isShown)
    fmt::print(stderr, "\r\x1b[K");
  isShown = false;
}

void StatusLine::keep() {
  if (isShown)
    fmt::print(stderr, "\n");
  isShown = false;
}
