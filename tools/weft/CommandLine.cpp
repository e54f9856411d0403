// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The only file that includes the option parser. Its own exit codes (105 to 109) never leave it.
#include "tools/weft/CommandLine.h"

#include <algorithm>
#include <charconv>

#include <CLI/CLI.hpp>
#include <fmt/ranges.h>

#include "tools/weft/Failure.h"
#include "tools/weft/Suggest.h"

using namespace weft;
using namespace weft::driver;

/// What is wrong with the text of an option; empty when nothing is.
static std::string explain(const Option &option, const std::string &text) {
  const std::vector<std::string> &choices = option.choices;
  if (!choices.empty() && std::find(choices.begin(), choices.end(), text) == choices.end())
    return fmt::format("expects one of {}, got '{}'{}", fmt::join(choices, ", "), text,
                       findNearest(text, choices).empty() ? "" : suggest(text, choices));
  if (!option.range)
    return "";
  double number = 0;
  auto [low, high] = *option.range;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number >= low && number <= high)
    return "";
  return fmt::format("expects a number from {} to {}, got '{}'", low, high, text);
}

static CLI::Option *addOption(CLI::App &app, const Option &option) {
  CLI::Option *added = std::visit(
      [&](auto *value) -> CLI::Option * {
        // "--flag{text}" may stand alone, and then means --flag=text.
        if (std::is_same_v<decltype(value), bool *> || option.name.ends_with("}"))
          return app.add_flag(option.name, *value, option.help);
        return app.add_option(option.name, *value, option.help)->capture_default_str();
      },
      option.value);
  added->required(option.required);
  if (!option.choices.empty() || option.range)
    added->check(CLI::Validator([option](std::string &text) { return explain(option, text); }, ""));
  // An empty text, 0 or -1 stands for "not given"; the help sentence says what happens then.
  std::string shown = added->get_default_str();
  if (shown.empty() || shown == "\"\"" || shown == "0" || shown == "-1")
    added->default_str("");
  return added;
}

static std::vector<std::string> listFlags(const Command &command) {
  std::vector<std::string> flags = {"--help"};
  for (const Option &option : command.options)
    if (size_t dashes = option.name.find("--"); dashes != std::string::npos)
      flags.push_back(option.name.substr(dashes, option.name.find('{') - dashes));
  return flags;
}

/// What the parser left over: key=value settings, or mistakes.
static void takeSettings(const Command &command, const std::vector<std::string> &remaining) {
  for (const std::string &text : remaining) {
    size_t equals = text.find('=');
    if (text.starts_with("-")) {
      std::string flag = text.substr(0, equals);
      fail(ErrorCode::Usage, "weft {} has no flag '{}'{}", command.name, flag,
           suggest(flag, listFlags(command)));
    }
    if (equals == std::string::npos || equals == 0 || !command.settings)
      fail(ErrorCode::Usage, "weft {} expects {}, got '{}'", command.name,
           command.settings ? "settings as key=value" : "no further argument", text);
    command.settings->push_back({text.substr(0, equals), text.substr(equals + 1)});
  }
}

static void refuseUnknownCommand(int argc, char **argv, const std::vector<Command> &commands) {
  if (argc < 2 || argv[1][0] == '-')
    return;
  std::vector<std::string> names;
  for (const Command &command : commands)
    names.push_back(command.name);
  if (std::find(names.begin(), names.end(), argv[1]) == names.end())
    fail(ErrorCode::Usage, "weft has no command '{}'{}", argv[1], suggest(argv[1], names));
}

int weft::driver::runCommandLine(int argc, char **argv, const std::vector<Command> &commands) {
  refuseUnknownCommand(argc, argv, commands);
  CLI::App app("Weft compiles models whose attention is unusual, trains them and runs them.",
               "weft");
  app.set_version_flag("--version", "weft " WEFT_VERSION);
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  std::vector<CLI::App *> subcommands;
  for (const Command &command : commands) {
    CLI::App *sub = app.add_subcommand(command.name, command.sentence);
    sub->allow_extras();
    if (command.settings)
      sub->footer("key=value arguments set fields of the model's config and of training; "
                  "weft compile MODEL --fields lists them.");
    for (const Option &option : command.options)
      addOption(*sub, option);
    subcommands.push_back(sub);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success &help) {
    return app.exit(help);
  } catch (const CLI::ParseError &error) {
    std::string place = argc > 1 && argv[1][0] != '-' ? std::string("weft ") + argv[1] : "weft";
    fail(ErrorCode::Usage, "{}: {} ({} --help lists the options)", place, error.what(), place);
  }
  for (size_t i = 0; i < commands.size(); ++i)
    if (subcommands[i]->parsed()) {
      takeSettings(commands[i], subcommands[i]->remaining());
      return commands[i].run();
    }
  return int(ErrorCode::Usage);
}
