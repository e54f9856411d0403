// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command line as data: a subcommand is a value that lists its arguments and options. Only
// CommandLine.cpp knows the parser, so its exit codes and its exceptions stay there.
#ifndef TOOLS_WEFT_COMMANDLINE_H
#define TOOLS_WEFT_COMMANDLINE_H

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace weft::driver {

/// A key=value argument.
struct Setting {
  std::string key;
  std::string value;
};

/// An option or, when the name has no dash, a positional argument. The pointee holds the default.
/// The value of
/// "--gradients{step}" may be left out.
struct Option {
  std::string name; ///< "--steps", "-o,--output" or "model"
  std::variant<bool *, int64_t *, double *, std::string *> value;
  std::string help;
  bool required = false;
  std::vector<std::string> choices = {};
  std::optional<std::pair<double, double>> range = {}; ///< inclusive
};

struct Command {
  std::string name;
  std::string sentence;
  std::vector<Option> options;
  std::vector<Setting>
      *settings;            ///< receives key=value arguments; null when the command takes none
  std::function<int()> run; ///< returns the exit code; may throw Failure
};

/// Parses the arguments and runs the command. Usage errors throw Failure; --help prints and returns
/// 0.
int runCommandLine(int argc, char **argv, const std::vector<Command> &commands);

} // namespace weft::driver

#endif
