// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Help.h"

#include <algorithm>
#include <cctype>
#include <sstream>

#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "tools/weft/Config.h"
#include "tools/weft/Environment.h"
#include "tools/weft/Quote.h"

using namespace weft;
using namespace weft::driver;

static constexpr size_t width = 80, column = 26;

std::string driver::getLongName(const Option &option) {
  size_t dashes = option.name.find("--");
  if (dashes == std::string::npos)
    return option.name;
  return option.name.substr(dashes, option.name.find('{') - dashes);
}

std::string driver::getShortName(const Option &option) {
  size_t comma = option.name.find(',');
  return comma == std::string::npos ? "" : option.name.substr(0, comma);
}

std::string driver::getVariable(const Option &option) {
  return isPositional(option) ? "" : toVariable(getLongName(option));
}

/// 4096 rather than 4096.0, and no power of ten below 2^53.
static std::string formatLimit(double value) {
  bool isWhole = value == double(int64_t(value));
  return isWhole ? fmt::format("{}", int64_t(value)) : fmt::format("{}", value);
}

std::string driver::describeValue(const Option &option) {
  if (isFlag(option))
    return "no value, true or false";
  if (!option.choices.empty())
    return fmt::format("{} of {}", option.isList ? "one or, separated by commas, several" : "one",
                       fmt::join(option.choices, ", "));
  bool isWhole = std::holds_alternative<int64_t *>(option.value);
  if (isWhole || std::holds_alternative<double *>(option.value)) {
    std::string text = isWhole ? "an integer" : "a number";
    if (option.range)
      text += fmt::format(" from {} to {}", formatLimit(option.range->first),
                          formatLimit(option.range->second));
    return text;
  }
  switch (option.names) {
  case Names::File:
  case Names::Output:
    return "a file";
  case Names::Folder:
  case Names::OutputFolder:
    return "a folder";
  case Names::FileOrFolder:
    return "a file or folder";
  case Names::Model:
    return "a model";
  case Names::Config:
    return "a config";
  case Names::Text:
    break;
  }
  return "a text";
}

std::string driver::getDefault(const Option &option) {
  struct {
    std::string operator()(bool *) const { return ""; }
    // 0 and -1 stand for "not given" where the range leaves them out; the sentence says what then.
    std::string operator()(int64_t *value) const {
      return *value <= 0 ? "" : fmt::format("{}", *value);
    }
    std::string operator()(double *value) const {
      return *value <= 0 ? "" : fmt::format("{}", *value);
    }
    std::string operator()(std::string *value) const { return *value; }
  } print;
  return std::visit(print, option.value);
}

std::string driver::getPlaceholder(const Option &option) {
  if (isPositional(option)) {
    std::string name = option.name;
    for (char &letter : name)
      letter = char(std::toupper(static_cast<unsigned char>(letter)));
    return name;
  }
  if (isFlag(option))
    return "";
  if (!option.choices.empty())
    return fmt::format("{}", fmt::join(option.choices, "|"));
  if (std::holds_alternative<int64_t *>(option.value))
    return "N";
  if (std::holds_alternative<double *>(option.value))
    return "X";
  switch (option.names) {
  case Names::File:
  case Names::Output:
    return "FILE";
  case Names::Folder:
  case Names::OutputFolder:
    return "DIR";
  case Names::FileOrFolder:
    return "PATH";
  case Names::Model:
    return "MODEL";
  case Names::Config:
    return "CONFIG";
  case Names::Text:
    break;
  }
  return "TEXT";
}

/// Choices that are wider than a screen go on below one another.
static std::string breakChoices(std::string left) {
  for (size_t begin = 0; left.size() - begin > width;) {
    size_t bar = left.rfind('|', begin + width - 1);
    if (bar == std::string::npos || bar < begin)
      break;
    left.insert(bar + 1, "\n    ");
    begin = bar + 2;
  }
  return left;
}

/// Two columns; the right one wraps, and begins below the left one where that is long.
static std::string formatEntry(const std::string &left, const std::string &right) {
  std::string text = breakChoices("  " + left), line;
  text += text.size() + 1 < column ? std::string(column - text.size(), ' ')
                                   : "\n" + std::string(column, ' ');
  std::istringstream words(right);
  for (std::string word; words >> word;) {
    if (!line.empty() && column + line.size() + 1 + word.size() > width) {
      text += line + "\n" + std::string(column, ' ');
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return text + line + "\n";
}

std::string driver::printCommandList(const std::vector<Command> &commands) {
  std::string text = "weft " WEFT_VERSION
                     " compiles language models of unusual attention, trains and runs them.\n\n"
                     "usage: weft COMMAND [arguments]\n";
  std::vector<std::string> groups;
  for (const Command &command : commands)
    if (std::find(groups.begin(), groups.end(), command.group) == groups.end())
      groups.push_back(command.group);
  for (const std::string &group : groups) {
    text += "\n" + group + "\n";
    for (const Command &command : commands)
      if (command.group == group)
        text += formatEntry(command.name, command.sentence);
  }
  return text + "\nweft COMMAND --help lists the options of a command, --help-all also what they\n"
                "may be, environment variables and exit codes; weft --version the version.\n";
}

static std::string formatOption(const Option &option, bool all) {
  std::string left = isPositional(option) ? getPlaceholder(option)
                     : getShortName(option).empty()
                         ? getLongName(option)
                         : getShortName(option) + ", " + getLongName(option);
  std::string value = isPositional(option) ? "" : getPlaceholder(option);
  if (!value.empty())
    left += option.name.ends_with("}") ? "[=" + value + "]" : " " + value;
  std::string right = option.help;
  if (option.required && !isPositional(option))
    right += " (required)";
  if (std::string given = getDefault(option); !given.empty())
    right += fmt::format(" (default: {})", given);
  if (all && !isPositional(option))
    right += fmt::format(" [{}{}]", option.range ? describeValue(option) + "; " : "",
                         getVariable(option));
  return formatEntry(left, right);
}

static constexpr const char *exitCodes =
    "\nexit codes\n"
    "  0 done; 1 the model or IR is wrong; 2 a flag, key, name or value is wrong;\n"
    "  3 an input file is corrupt or not supported; 4 a device, driver, compiler or\n"
    "  tool is missing; 5 out of memory or disk; 6 numbers left the finite range;\n"
    "  70 a bug of Weft; 130, 143, 129 ended by a signal, after saving\n";

std::string driver::printHelp(const Command &command, bool all) {
  std::string usage = "usage: weft " + command.name;
  for (const Option &option : command.options)
    if (isPositional(option))
      usage += option.required ? " " + getPlaceholder(option) : " [" + getPlaceholder(option) + "]";
  for (const Option &option : command.options)
    if (option.required && !isPositional(option))
      usage += fmt::format(" {} {}", getLongName(option), getPlaceholder(option));
  usage += " [options]";
  if (command.settings)
    usage += " [key=value ...]";
  std::string text = usage + "\n" + command.sentence + ".\n";

  std::vector<std::string> groups;
  for (const Option &option : command.options)
    if (!isPositional(option) &&
        std::find(groups.begin(), groups.end(), option.group) == groups.end())
      groups.push_back(option.group);
  text += "\n";
  for (const Option &option : command.options)
    if (isPositional(option))
      text += formatOption(option, all);
  for (const std::string &group : groups) {
    text += (text.ends_with("\n\n") ? "" : "\n") + group + "\n";
    for (const Option &option : command.options)
      if (!isPositional(option) && option.group == group)
        text += formatOption(option, all);
  }
  bool trains = command.name == "train";
  if (command.settings)
    text += fmt::format("\nkey=value sets fields of the model{}; weft compile MODEL --fields\n"
                        "lists them. A value comes from the default, --config, WEFT_KEY or "
                        "key=value,\nthe later the stronger.\n",
                        trains ? " and of training" : "");
  if (all && trains) {
    text += "\nsettings of training\n";
    for (const Field &field : getTrainingFields())
      text += formatEntry(field.name, fmt::format("{} (default: {}) [{}]", field.help, field.value,
                                                  toVariable(field.name)));
  }
  return all ? text + exitCodes : text;
}

static const char *getTypeName(const Option &option) {
  static constexpr const char *names[] = {"flag", "integer", "number", "text"};
  return names[option.value.index()];
}

static const char *getNamesName(Names names) {
  static constexpr const char *words[] = {"text",  "file",   "folder", "file-or-folder",
                                          "model", "config", "output", "output-folder"};
  return words[size_t(names)];
}

std::string driver::printHelpJson(const std::vector<Command> &commands) {
  nlohmann::ordered_json result = {{"version", WEFT_VERSION},
                                   {"commands", nlohmann::ordered_json::array()}};
  for (const Command &command : commands) {
    nlohmann::ordered_json entry = {{"name", command.name},
                                    {"summary", command.sentence},
                                    {"settings", command.settings != nullptr},
                                    {"options", nlohmann::ordered_json::array()}};
    for (const Option &option : command.options) {
      nlohmann::ordered_json one = {{"name", getLongName(option)},
                                    {"short", getShortName(option)},
                                    {"positional", isPositional(option)},
                                    {"type", getTypeName(option)},
                                    {"names", getNamesName(option.names)},
                                    {"required", option.required},
                                    {"value_optional", option.name.ends_with("}")},
                                    {"may_be_empty", option.mayBeEmpty},
                                    {"help", option.help},
                                    {"default", getDefault(option)},
                                    {"choices", option.choices},
                                    {"list", option.isList},
                                    {"excludes", option.excludes},
                                    {"variable", getVariable(option)}};
      if (option.range)
        one["range"] = {option.range->first, option.range->second};
      entry["options"].push_back(std::move(one));
    }
    result["commands"].push_back(std::move(entry));
  }
  return toText(result, 2);
}
