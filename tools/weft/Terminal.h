// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The error stream as a person sees it: on a terminal, one last line that moves, with the others
// above it; elsewhere plain lines.
#ifndef TOOLS_WEFT_TERMINAL_H
#define TOOLS_WEFT_TERMINAL_H

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace weft::driver {

enum class ReportStyle { Bar, Plain, Json, None };

/// The style of --progress; "auto" becomes Bar on a terminal that can move its cursor and Plain
/// elsewhere. TERM=dumb and NO_COLOR ask for Plain.
ReportStyle parseStyle(const std::string &name);

/// Columns of the terminal behind the error stream; 80 where there is none.
size_t getTerminalWidth();

/// "[#####-----]" of `columns` characters in all.
std::string drawBar(double fraction, size_t columns);

/// "1h02m", "3m20s", "12s".
std::string formatDuration(double seconds);

/// The moving line. It is drawn at most ten times a second and never wraps; the cursor is neither
/// hidden nor coloured, so nothing is left to restore when a signal ends the program.
class StatusLine {
public:
  explicit StatusLine(ReportStyle style) : style(style) {}
  ~StatusLine() { clear(); }
  StatusLine(const StatusLine &) = delete;
  StatusLine &operator=(const StatusLine &) = delete;

  bool isBar() const { return style == ReportStyle::Bar; }
  bool isPlain() const { return style == ReportStyle::Plain; }
  /// Draws the parts that fit into the width, the first ones first. `now` draws in any case.
  void show(const std::vector<std::string> &parts, bool now = false);
  /// Where no line moves: a line, once in ten seconds.
  void tell(const std::string &text);
  /// A line above the moving one; nothing where progress is JSON or none.
  void print(const std::string &text);
  /// Erases the moving line.
  void clear();
  /// Leaves the moving line as it is and goes to the next one.
  void keep();

private:
  ReportStyle style;
  bool isShown = false;
  std::chrono::steady_clock::time_point lastShown, lastTold = std::chrono::steady_clock::now();
};

} // namespace weft::driver

#endif
