// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Completion.h"

#include <fmt/ranges.h>

#include "tools/weft/Config.h"
#include "tools/weft/Failure.h"

using namespace weft;
using namespace weft::driver;

/// Lists the models of this installation when the user presses tab, not when the script is made.
static constexpr const char *listModels = "weft models 2>/dev/null | cut -d' ' -f1";

static std::vector<std::string> listFlags(const Command &command) {
  std::vector<std::string> flags;
  for (const Option &option : command.options)
    if (!isPositional(option))
      flags.push_back(getLongName(option));
  flags.insert(flags.end(), {"--help", "--help-all"});
  return flags;
}

static std::vector<std::string> listNames(const std::vector<Command> &commands) {
  std::vector<std::string> names;
  for (const Command &command : commands)
    names.push_back(command.name);
  return names;
}

static std::string listSettings() {
  std::string words;
  for (const Field &field : getTrainingFields())
    words += (words.empty() ? "" : " ") + field.name + "=";
  return words;
}

/// What stands where a value of this kind is expected, as a bash command that fills COMPREPLY.
static std::string completeInBash(const Option &option) {
  if (!option.choices.empty())
    return fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$cur\"))",
                       fmt::join(option.choices, " "));
  switch (option.names) {
  case Names::Text:
    return option.value.index() == 3 ? "COMPREPLY=($(compgen -f -- \"$cur\"))" : "COMPREPLY=()";
  case Names::Model:
    return fmt::format(
        "COMPREPLY=($(compgen -W \"$({})\" -- \"$cur\") $(compgen -f -X '!*.@(cpp|mlir)' "
        "-- \"$cur\") $(compgen -d -- \"$cur\"))",
        listModels);
  case Names::Folder:
  case Names::OutputFolder:
    return "COMPREPLY=($(compgen -d -- \"$cur\"))";
  default:
    return "COMPREPLY=($(compgen -f -- \"$cur\"))";
  }
}

static std::string printBash(const std::vector<Command> &commands) {
  std::string text =
      fmt::format("# bash completion of weft: eval \"$(weft completion bash)\"\n"
                  "shopt -s extglob\n"
                  "_weft() {{\n"
                  "  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}}\n"
                  "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                  "    COMPREPLY=($(compgen -W '{} --help --version' -- \"$cur\"))\n"
                  "    return\n"
                  "  fi\n"
                  "  case \"${{COMP_WORDS[1]}}\" in\n",
                  fmt::join(listNames(commands), " "));
  for (const Command &command : commands) {
    text += fmt::format("  {})\n    case \"$prev\" in\n", command.name);
    std::string rest;
    for (const Option &option : command.options) {
      if (isPositional(option)) {
        if (rest.empty())
          rest = completeInBash(option);
      } else if (!isFlag(option) && !option.name.ends_with("}")) {
        std::string pattern = getLongName(option);
        if (std::string letter = getShortName(option); !letter.empty())
          pattern = letter + "|" + pattern;
        text += fmt::format("    {}) {}; return ;;\n", pattern, completeInBash(option));
      }
    }
    text += "    esac\n    if [[ $cur == -* ]]; then\n";
    text += fmt::format("      COMPREPLY=($(compgen -W '{}' -- \"$cur\"))\n    else\n      {}\n",
                        fmt::join(listFlags(command), " "), rest.empty() ? ":" : rest);
    if (command.settings)
      text += fmt::format(
          "      [ \"$COMP_CWORD\" -gt 2 ] && COMPREPLY+=($(compgen -W '{}' -- \"$cur\"))\n",
          listSettings());
    text += "    fi ;;\n";
  }
  return text +
         "  esac\n  [[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace 2>/dev/null\n  return 0\n}\n"
         "complete -o filenames -F _weft weft\n";
}

/// Inside apostrophes of zsh and fish.
static std::string escape(const std::string &text, const std::string &letters) {
  std::string result;
  for (char letter : text) {
    if (letters.find(letter) != std::string::npos)
      result += '\\';
    if (letter == '\'' && letters.find('\'') == std::string::npos)
      result += "'\\'";
    result += letter;
  }
  return result;
}

static std::string completeInZsh(const Option &option) {
  if (!option.choices.empty())
    return fmt::format("({})", fmt::join(option.choices, " "));
  if (option.names == Names::Model)
    return "_weft_models";
  bool isFolder = option.names == Names::Folder || option.names == Names::OutputFolder;
  return isFolder ? "_files -/" : option.value.index() == 3 ? "_files" : " ";
}

static std::string printZsh(const std::vector<Command> &commands) {
  std::string text = fmt::format("#compdef weft\n"
                                 "# zsh completion of weft: source <(weft completion zsh)\n"
                                 "_weft_models() {{\n"
                                 "  compadd -- ${{(f)\"$({})\"}}\n  _files -g '*.(cpp|mlir)'\n}}\n"
                                 "_weft() {{\n  local -a commands=(\n",
                                 listModels);
  for (const Command &command : commands)
    text += fmt::format("    '{}:{}'\n", command.name, escape(command.sentence, ":"));
  text += "  )\n  if (( CURRENT == 2 )); then\n    _describe command commands\n    return\n  fi\n"
          "  local command=$words[2]\n  shift words\n  (( CURRENT-- ))\n  case $command in\n";
  for (const Command &command : commands) {
    text += fmt::format("  {})\n    _arguments -s", command.name);
    for (const Option &option : command.options) {
      std::string help = escape(option.help, "[]:");
      if (isPositional(option)) {
        text += fmt::format(" \\\n      '1:{}:{}'", option.name, completeInZsh(option));
        continue;
      }
      bool takesValue = !isFlag(option) && !option.name.ends_with("}");
      std::string value = takesValue ? fmt::format(":value:{}", completeInZsh(option)) : "";
      for (const std::string &name : {getShortName(option), getLongName(option)})
        if (!name.empty())
          text += fmt::format(" \\\n      '{}[{}]{}'", name, help, value);
    }
    text += command.settings ? fmt::format(" \\\n      '*:setting:({})' ;;\n", listSettings())
                             : " \\\n      '--help[list the options]' ;;\n";
  }
  return text + "  esac\n}\ncompdef _weft weft\n";
}

static std::string printFish(const std::vector<Command> &commands) {
  std::string names = fmt::format("{}", fmt::join(listNames(commands), " "));
  std::string text =
      "# fish completion of weft: weft completion fish | source\ncomplete -c weft -f\n";
  for (const Command &command : commands) {
    text += fmt::format("complete -c weft -n 'not __fish_seen_subcommand_from {}' -a {} -d '{}'\n",
                        names, command.name, escape(command.sentence, "'\\"));
    std::string here =
        fmt::format("complete -c weft -n '__fish_seen_subcommand_from {}'", command.name);
    for (const Option &option : command.options) {
      std::string values = fmt::format("{}", fmt::join(option.choices, " "));
      if (option.names == Names::Model)
        values = fmt::format("({})", listModels);
      bool isPath = option.value.index() == 3 && option.choices.empty();
      if (isPositional(option)) {
        text += values.empty() ? fmt::format("{} -F\n", here)
                               : fmt::format("{} -F -a \"{}\"\n", here, values);
        continue;
      }
      text += fmt::format("{} -l {}", here, getLongName(option).substr(2));
      if (std::string letter = getShortName(option); !letter.empty())
        text += fmt::format(" -s {}", letter.substr(1));
      if (!isFlag(option) && !option.name.ends_with("}"))
        text += isPath ? " -r -F" : " -x";
      if (!values.empty())
        text += fmt::format(" -a \"{}\"", values);
      text += fmt::format(" -d '{}'\n", escape(option.help, "'\\"));
    }
    if (command.settings)
      text += fmt::format("{} -a '{}'\n", here, listSettings());
  }
  return text;
}

std::string driver::printCompletion(const std::string &shell,
                                    const std::vector<Command> &commands) {
  if (shell == "bash")
    return printBash(commands);
  return shell == "zsh" ? printZsh(commands) : printFish(commands);
}
