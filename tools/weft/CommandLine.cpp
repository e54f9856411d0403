// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The only file that includes the option parser. The parser splits the arguments; what a value must
// be is checked here, because its own messages and exit codes (105 to 109) are not ours.
#include "tools/weft/CommandLine.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include <CLI/CLI.hpp>

#include "tools/weft/Environment.h"
#include "tools/weft/Failure.h"
#include "tools/weft/Help.h"
#include "tools/weft/Quote.h"
#include "tools/weft/Suggest.h"

using namespace weft;
using namespace weft::driver;

namespace {

template <typename T> bool parse(const std::string &text, T &value) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

/// Takes a value only after "=".
bool mayStandAlone(const Option &option) { return isFlag(option) || option.name.ends_with("}"); }

bool isInside(const Option &option, double number) {
  return std::isfinite(number) &&
         (!option.range || (number >= option.range->first && number <= option.range->second));
}

/// Stores the text; false when the option does not take it.
bool store(const Option &option, const std::string &text) {
  const std::vector<std::string> &choices = option.choices;
  if (auto *flag = std::get_if<bool *>(&option.value)) {
    **flag = text == "true";
    return text == "true" || text == "false";
  }
  if (auto *whole = std::get_if<int64_t *>(&option.value))
    return parse(text, **whole) && isInside(option, double(**whole));
  if (auto *number = std::get_if<double *>(&option.value))
    return parse(text, **number) && isInside(option, **number);
  if (text.empty() && !option.mayBeEmpty)
    return false;
  *std::get<std::string *>(option.value) = text;
  auto isChoice = [&](const std::string &part) {
    return std::find(choices.begin(), choices.end(), part) != choices.end();
  };
  if (choices.empty() || !option.isList)
    return choices.empty() || isChoice(text);
  for (size_t begin = 0, end; begin <= text.size(); begin = end + 1) {
    end = std::min(text.find(',', begin), text.size());
    if (!isChoice(text.substr(begin, end - begin)))
      return false;
  }
  return true;
}

/// What must be there is there. Nothing of a command runs before this holds for all of its options.
void requirePath(const std::string &place, const Option &option, const std::string &text) {
  auto refuse = [&](const std::string &what) {
    std::string name = isPositional(option) ? getPlaceholder(option) : getLongName(option);
    fail(ErrorCode::Usage, "{}: {}: {}: {}", place, name, escape(text), what);
  };
  std::error_code error;
  bool isFolder = std::filesystem::is_directory(text, error);
  bool isFile = !isFolder && std::filesystem::exists(text, error);
  bool asFile =
      option.names == Names::File ||
      (option.names == Names::Model && (text.ends_with(".cpp") || text.ends_with(".mlir")));
  if (asFile && !isFile)
    refuse(isFolder ? "expects a file, got a folder" : "no such file");
  if (option.names == Names::FileOrFolder && !isFile && !isFolder)
    refuse("no such file or folder");
  if (option.names == Names::Folder && !isFolder)
    refuse(isFile ? "expects a folder, got a file" : "no such folder");
  if (option.names == Names::Output && isFolder)
    refuse("expects a file, got a folder");
  std::string parent = std::filesystem::path(text).parent_path().string();
  if (option.names == Names::Output && text != "-" && !parent.empty() &&
      !std::filesystem::is_directory(parent, error))
    refuse("there is no folder " + escape(parent));
  if (option.names == Names::OutputFolder && isFile)
    refuse("expects a folder, got a file");
}

/// The arguments of one command, checked and stored.
class Parsing {
public:
  Parsing(const Command &command) : command(command), place("weft " + command.name) {}

  Invocation run(int argc, char **argv);
  bool asksHelp = false, asksAllHelp = false;

private:
  void split(std::vector<std::string> arguments);
  std::vector<std::string> rewriteEmpty(int argc, char **argv) const;
  void assign(const Option &option, const std::string &where, const std::string &text,
              const std::string &origin);
  void takeFromEnvironment();
  void refuseConflicts() const;
  void takeRest(const std::vector<std::string> &rest) const;
  [[noreturn]] void refuseFlag(const std::string &flag) const;
  const Option *find(const std::string &flag) const;

  const Command &command;
  std::string place;
  Invocation invocation;
};

const Option *Parsing::find(const std::string &flag) const {
  for (const Option &option : command.options)
    if (!isPositional(option) && (getLongName(option) == flag || getShortName(option) == flag))
      return &option;
  return nullptr;
}

void Parsing::refuseFlag(const std::string &flag) const {
  std::vector<std::string> flags = {"--help", "--help-all"};
  for (const Option &option : command.options)
    if (!isPositional(option))
      flags.push_back(getLongName(option));
  fail(ErrorCode::Usage, "{} has no flag {}{}", place, quote(flag), suggest(flag, flags));
}

/// The parser would take "--steps=" as "--steps", and the flag after "--steps" as its value.
std::vector<std::string> Parsing::rewriteEmpty(int argc, char **argv) const {
  std::vector<std::string> arguments;
  for (int i = 2; i < argc; ++i) {
    std::string text = argv[i];
    if (text == "--") {
      arguments.insert(arguments.end(), argv + i, argv + argc);
      break;
    }
    size_t equals = text.find('=');
    const Option *option = text.starts_with("-") ? find(text.substr(0, equals)) : nullptr;
    bool isEmpty = text.starts_with("-") && equals + 1 == text.size();
    if (isEmpty && !option)
      refuseFlag(text.substr(0, equals));
    if (isEmpty && !option->mayBeEmpty)
      fail(ErrorCode::Usage, "{}: {} expects {}, got an empty text", place, getLongName(*option),
           describeValue(*option));
    bool takesNext = option && equals == std::string::npos && !mayStandAlone(*option);
    if (takesNext && i + 1 < argc && std::string_view(argv[i + 1]).starts_with("--"))
      fail(ErrorCode::Usage, "{0}: {1} expects {2}, got the flag {3} ({1}={3} would be a value)",
           place, getLongName(*option), describeValue(*option), quote(argv[i + 1]));
    arguments.push_back(isEmpty ? text.substr(0, equals) : text);
    if (isEmpty)
      arguments.push_back("");
    if (takesNext && i + 1 < argc)
      arguments.push_back(argv[++i]);
  }
  return arguments;
}

void Parsing::assign(const Option &option, const std::string &where, const std::string &text,
                     const std::string &origin) {
  if (!store(option, text)) {
    std::string hint = option.choices.empty() || findNearest(text, option.choices).empty()
                           ? std::string()
                           : suggest(text, option.choices);
    fail(ErrorCode::Usage, "{}: {} expects {}, got {}{}", place, where, describeValue(option),
         text.empty() ? "an empty text" : quote(text), hint);
  }
  invocation.values.push_back({getLongName(option), text, origin});
}

void Parsing::split(std::vector<std::string> arguments) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  bool help = false, helpAll = false;
  app.add_flag("-h,--help", help);
  app.add_flag("--help-all", helpAll);
  std::vector<CLI::Option *> added;
  for (const Option &option : command.options) {
    CLI::Option *one =
        mayStandAlone(option) ? app.add_flag(option.name) : app.add_option(option.name);
    // All of them, so that giving an option twice is an error that names both values.
    one->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    added.push_back(one);
  }
  try {
    std::reverse(arguments.begin(), arguments.end()); // as the parser wants them
    app.parse(arguments);
  } catch (const CLI::ParseError &error) {
    std::string flag = error.what();
    flag = flag.substr(0, flag.find(':'));
    const Option *option = find(flag);
    if (option)
      fail(ErrorCode::Usage, "{}: {} expects {}, got nothing", place, flag, describeValue(*option));
    fail(ErrorCode::Usage, "{}: {}", place, error.what());
  }
  asksHelp = help, asksAllHelp = helpAll;
  if (asksHelp || asksAllHelp)
    return;
  // Flags first: an unknown one explains more than what came to stand in a wrong place by it.
  for (const std::string &text : app.remaining())
    if (text.starts_with("-") && text.size() > 1 && text != "--")
      refuseFlag(text.substr(0, text.find('=')));
  for (size_t i = 0; i < added.size(); ++i) {
    const Option &option = command.options[i];
    std::vector<std::string> given = added[i]->results();
    std::string name = isPositional(option) ? getPlaceholder(option) : getLongName(option);
    if (given.size() > 1)
      fail(ErrorCode::Usage, "{}: {} is given {} times, {} and {}", place, name, given.size(),
           quote(given[0]), quote(given[1]));
    if (!given.empty())
      assign(option, name, given[0], "command line");
  }
  takeRest(app.remaining());
}

/// What the parser left over: key=value settings, or mistakes.
void Parsing::takeRest(const std::vector<std::string> &rest) const {
  for (const std::string &text : rest) {
    if (text == "--")
      continue;
    size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || !command.settings)
      fail(ErrorCode::Usage, "{} expects {}, got {}", place,
           command.settings ? "settings as key=value" : "no further argument", quote(text));
    Setting setting = {text.substr(0, equals), text.substr(equals + 1)};
    for (const Setting &other : *command.settings)
      if (other.key == setting.key)
        fail(ErrorCode::Usage, "{}: {} is set twice, to {} and {}", place, quote(setting.key),
             quote(other.value), quote(setting.value));
    command.settings->push_back(setting);
  }
}

/// An option left out takes its variable, unless what was given excludes it.
void Parsing::takeFromEnvironment() {
  auto excludes = [&](const Option &a, const Option &b) {
    return std::find(a.excludes.begin(), a.excludes.end(), getLongName(b)) != a.excludes.end();
  };
  std::vector<Given> typed = invocation.values;
  for (const Option &option : command.options) {
    const char *text = isPositional(option) ? nullptr : std::getenv(getVariable(option).c_str());
    bool isTaken = !text || !*text || invocation.isGiven(getLongName(option));
    for (const Given &given : typed)
      if (const Option *other = find(given.name))
        isTaken |= excludes(option, *other) || excludes(*other, option);
    if (!isTaken)
      assign(option, getVariable(option), text, getVariable(option));
  }
}

void Parsing::refuseConflicts() const {
  for (const Option &option : command.options)
    for (const std::string &other : option.excludes)
      if (invocation.isGiven(getLongName(option)) && invocation.isGiven(other))
        fail(ErrorCode::Usage, "{}: {} and {} exclude each other", place, getLongName(option),
             other);
}

Invocation Parsing::run(int argc, char **argv) {
  split(rewriteEmpty(argc, argv));
  if (asksHelp || asksAllHelp)
    return {};
  takeFromEnvironment();
  for (const Option &option : command.options) {
    std::string name = getLongName(option);
    if (option.required && !invocation.isGiven(name))
      fail(ErrorCode::Usage, "{} expects {}, {} ({} --help lists the options)", place,
           isPositional(option) ? getPlaceholder(option) : name, option.help, place);
    if (!invocation.isGiven(name))
      invocation.values.push_back({name, getDefault(option), "default"});
  }
  refuseConflicts();
  auto getPlace = [&](const Given &given) {
    return std::find_if(command.options.begin(), command.options.end(),
                        [&](const Option &option) { return getLongName(option) == given.name; });
  };
  std::sort(invocation.values.begin(), invocation.values.end(),
            [&](const Given &a, const Given &b) { return getPlace(a) < getPlace(b); });
  for (const Option &option : command.options)
    if (auto *text = std::get_if<std::string *>(&option.value); text && !(*text)->empty())
      requirePath(place, option, **text);
  return std::move(invocation);
}

const Command &findCommand(const std::string &name, const std::vector<Command> &commands) {
  std::vector<std::string> names;
  for (const Command &command : commands) {
    if (command.name == name)
      return command;
    names.push_back(command.name);
  }
  fail(ErrorCode::Usage, "weft has no {} {}{}", name.starts_with("-") ? "flag" : "command",
       quote(name),
       suggest(name,
               name.starts_with("-") ? std::vector<std::string>{"--help", "--version"} : names));
}

} // namespace

bool Invocation::isGiven(const std::string &name) const {
  return std::any_of(values.begin(), values.end(), [&](const Given &given) {
    return given.name == name && given.origin != "default";
  });
}

std::string Invocation::print() const {
  std::string text;
  for (const Given &given : values)
    if (!given.value.empty())
      text += fmt::format("  {:<18} {:<12} {}\n", given.name, given.value, given.origin);
  return text;
}

bool driver::wantsJson(int argc, char **argv) {
  const char *variable = std::getenv("WEFT_JSON");
  return (variable && std::string_view(variable) == "true") ||
         std::any_of(argv, argv + argc, [](const char *text) {
           return std::string_view(text) == "--json" || std::string_view(text) == "--json=true";
         });
}

int driver::runCommandLine(int argc, char **argv, const std::vector<Command> &commands) {
  std::string first = argc > 1 ? argv[1] : "";
  if (first.empty())
    fail(ErrorCode::Usage, "weft expects a command (weft --help lists them)");
  if (first == "--help" || first == "-h" || first == "--help-all") {
    fmt::print("{}", printCommandList(commands));
    return 0;
  }
  if (first == "--version") {
    fmt::print("weft " WEFT_VERSION "\n");
    return 0;
  }
  const Command &command = findCommand(first, commands);
  Parsing parsing(command);
  Invocation invocation = parsing.run(argc, argv);
  if (parsing.asksHelp || parsing.asksAllHelp) {
    fmt::print("{}", printHelp(command, parsing.asksAllHelp));
    return 0;
  }
  if (!command.settings)
    warnUnknownVariables(commands, {});
  return command.run(invocation);
}
