// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The list of commands, and the small ones that tell about it.
#include "tools/weft/Commands.h"

#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/weft/Completion.h"
#include "tools/weft/Failure.h"
#include "tools/weft/Help.h"
#include "tools/weft/ModelSource.h"
#include "tools/weft/Quote.h"
#include "tools/weft/Suggest.h"

using namespace weft;
using namespace weft::driver;

std::vector<Command> driver::makeCommands() {
  return {makeTrainCommand(),     makeEvalCommand(),    makeGenerateCommand(),
          makeTranslateCommand(), makeCompileCommand(), makeRunCommand(),
          makeInspectCommand(),   makeBenchCommand(),   makePlotCommand(),
          makeReportCommand(),    makeModelsCommand(),  makeHelpCommand(),
          makeCompletionCommand()};
}

static int runHelp(const std::string &name, bool json) {
  std::vector<Command> commands = makeCommands();
  std::vector<std::string> names;
  std::vector<Command> chosen;
  for (const Command &command : commands) {
    names.push_back(command.name);
    if (name.empty() || command.name == name)
      chosen.push_back(command);
  }
  if (chosen.empty())
    fail(ErrorCode::Usage, "weft has no command '{}'{}", name, suggest(name, names));
  if (json)
    fmt::print("{}\n", printHelpJson(chosen));
  else
    fmt::print("{}", name.empty() ? printCommandList(commands) : printHelp(chosen[0], false));
  return 0;
}

Command driver::makeHelpCommand() {
  auto name = std::make_shared<std::string>();
  auto json = std::make_shared<bool>(false);
  return {"help",
          "List the commands, or the options of one",
          "About weft",
          {{"command", name.get(), "name of a command"},
           {"--json", json.get(), "every option as data: type, range, default, variable"}},
          nullptr,
          [name, json](const Invocation &) { return runHelp(*name, *json); }};
}

Command driver::makeCompletionCommand() {
  auto shell = std::make_shared<std::string>();
  auto json = std::make_shared<bool>(false);
  return {"completion",
          "Write a completion script for a shell",
          "About weft",
          {{"shell", shell.get(), "bash, zsh or fish", true, {"bash", "zsh", "fish"}},
           {"--json", json.get(), "the script as a field of one JSON object"}},
          nullptr,
          [shell, json](const Invocation &) {
            std::string script = printCompletion(*shell, makeCommands());
            if (*json)
              fmt::print("{}\n", nlohmann::json{{"shell", *shell}, {"script", script}}.dump());
            else
              fmt::print("{}", script);
            return 0;
          }};
}

static int listModels(bool json) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const std::string &name : ModelSource::listInstalled()) {
    ModelSource source = ModelSource::find(name);
    std::string configs;
    nlohmann::ordered_json names = nlohmann::ordered_json::array();
    for (const auto &[config, help] : source.configs()) {
      configs += (configs.empty() ? "" : ", ") + config;
      names.push_back(config);
    }
    list.push_back({{"name", name}, {"summary", source.summary()}, {"configs", names}});
    if (!json)
      fmt::print("{} {}; configs: {}\n", name, source.summary(),
                 configs.empty() ? "none" : configs);
  }
  if (json)
    fmt::print("{}\n", toText(list, 2));
  return 0;
}

Command driver::makeModelsCommand() {
  auto json = std::make_shared<bool>(false);
  return {"models",     "List the models that are installed",
          "About weft", {{"--json", json.get(), "names, sentences and configs as JSON"}},
          nullptr,      [json](const Invocation &) { return listModels(*json); }};
}
