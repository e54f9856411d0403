// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command line as data: a subcommand is a value that lists its arguments and options. Help,
// completion, environment variables and the tests of misuse are all made of this list. Only
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

/// What a text stands for: what must be there before the command begins, and what a shell offers.
enum class Names { Text, File, Folder, FileOrFolder, Model, Config, Output, OutputFolder };

/// An option or, when the name has no dash, a positional argument. The pointee holds the default.
/// The value of "--gradients{step}" may be left out.
struct Option {
  std::string name; ///< "--steps", "-o,--output" or "model"
  std::variant<bool *, int64_t *, double *, std::string *> value;
  std::string help;
  bool required = false;
  std::vector<std::string> choices = {};
  bool isList = false; ///< several of the choices may be given, "a,b"
  std::optional<std::pair<double, double>> range = {}; ///< inclusive
  Names names = Names::Text;
  std::vector<std::string> excludes = {}; ///< options that cannot be given beside this one
  bool mayBeEmpty = false;
  std::string group = "options"; ///< heading in the help
};

/// "--steps" of "-s,--steps{1}", or the name of a positional argument.
std::string getLongName(const Option &option);
/// "-s" of "-s,--steps", or nothing.
std::string getShortName(const Option &option);
inline bool isPositional(const Option &option) { return option.name[0] != '-'; }
inline bool isFlag(const Option &option) { return option.value.index() == 0; }
/// The environment variable: "WEFT_MAX_MINUTES" for --max-minutes; empty for an argument.
std::string getVariable(const Option &option);
/// "an integer from 1 to 64", "one of f32, f64": what an option takes, as errors and help say it.
std::string describeValue(const Option &option);
/// The default as text; empty when there is none.
std::string getDefault(const Option &option);

/// Where the value of each option of this call came from.
struct Given {
  std::string name, value, origin; ///< origin: "default", "WEFT_THREADS" or "command line"
};
struct Invocation {
  std::vector<Given> values;
  bool isGiven(const std::string &name) const;
  /// One line an option: name, value, origin; those left at a default without a value are omitted.
  std::string print() const;
};

struct Command {
  std::string name;
  std::string sentence;
  std::string group; ///< heading in the list of commands
  std::vector<Option> options;
  std::vector<Setting> *settings; ///< receives key=value arguments; null when it takes none
  std::function<int(const Invocation &)> run; ///< returns the exit code; may throw Failure
};

/// Parses the arguments and runs the command. Usage errors throw Failure before anything is read or
/// made; --help prints and returns 0.
int runCommandLine(int argc, char **argv, const std::vector<Command> &commands);

/// Whether errors are to be told as JSON: --json among the arguments, or WEFT_JSON=true.
bool wantsJson(int argc, char **argv);

} // namespace weft::driver

#endif
