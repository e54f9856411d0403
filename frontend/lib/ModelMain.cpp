// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The child protocol of docs/spec/model.md: MODEL --describe, MODEL --trace key=value ...
#include <filesystem>
#include <iostream>

#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

#include "weft/dsl/Model.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace weft::detail {

namespace {

enum ExitCode { ok = 0, modelError = 1, usage = 2, noSpace = 5 };

struct Config {
  std::string name, help;
  std::vector<std::pair<std::string, std::string>> values;
};

std::string toText(const toml::node &node) {
  if (const auto *text = node.as_string())
    return text->get();
  if (const auto *flag = node.as_boolean())
    return flag->get() ? "true" : "false";
  std::ostringstream os;
  node.visit([&](const auto &value) { os << value; });
  return os.str();
}

/// A named config: a flat TOML file whose first line is a comment that says what it is.
Config readConfig(const std::filesystem::path &path) {
  Config config{path.stem(), "", {}};
  std::ifstream text(path);
  std::string first;
  std::getline(text, first);
  if (first.starts_with("# "))
    config.help = first.substr(2);
  try {
    toml::table table = toml::parse_file(path.string());
    for (const auto &[key, value] : table) {
      if (value.is_table() || value.is_array())
        throw UsageError(path.string() + ": key `" + std::string(key.str()) +
                         "` expects one value");
      config.values.emplace_back(key.str(), toText(value));
    }
  } catch (const toml::parse_error &error) {
    throw UsageError(path.string() + ":" + std::to_string(error.source().begin.line) + ": " +
                     std::string(error.description()));
  }
  return config;
}

/// The configs installed with a model program P: P.configs/*.toml beside it, in the order of their
/// names.
std::vector<Config> readConfigs() {
  std::error_code none;
  std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", none);
  std::vector<std::filesystem::path> paths;
  for (const auto &entry : std::filesystem::directory_iterator(program.string() + ".configs", none))
    if (entry.path().extension() == ".toml")
      paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<Config> configs;
  for (const std::filesystem::path &path : paths)
    configs.push_back(readConfig(path));
  return configs;
}

/// A value of a field as JSON: numbers and flags stay what they are.
llvm::json::Value toJson(const Fields::Field &field, const std::string &text) {
  if (field.type == "string")
    return text;
  llvm::Expected<llvm::json::Value> value = llvm::json::parse(text);
  if (value)
    return *value;
  llvm::consumeError(value.takeError());
  return text; // an infinite bound
}

const Fields::Field &findField(const Fields &fields, const std::string &key,
                               const std::string &config) {
  for (const Fields::Field &field : fields.all())
    if (field.name == key)
      return field;
  throw UsageError("config `" + config + "` sets `" + key + "`, which is no key of the model");
}

int describe(const char *name, const char *summary, const Fields &fields,
             const std::vector<ModelFunction> &functions) {
  llvm::json::Array fieldList, configList, functionList;
  for (const Fields::Field &field : fields.all()) {
    llvm::json::Object object{{"name", field.name},
                              {"type", field.type},
                              {"default", toJson(field, field.initial)},
                              {"help", field.help}};
    if (!field.min.empty()) {
      object["min"] = toJson(field, field.min);
      object["max"] = toJson(field, field.max);
    }
    if (!field.choices.empty())
      object["choices"] = llvm::json::Array(field.choices);
    fieldList.push_back(std::move(object));
  }
  for (const Config &config : readConfigs()) {
    llvm::json::Object values;
    for (const auto &[key, text] : config.values)
      values[key] = toJson(findField(fields, key, config.name), text);
    configList.push_back(llvm::json::Object{
        {"name", config.name}, {"help", config.help}, {"values", std::move(values)}});
  }
  for (const ModelFunction &function : functions)
    functionList.push_back(function.name);
  llvm::json::Object object{{"name", name},
                            {"summary", summary},
                            {"fields", std::move(fieldList)},
                            {"configs", std::move(configList)},
                            {"functions", std::move(functionList)}};
  llvm::outs() << llvm::formatv("{0:2}", llvm::json::Value(std::move(object))) << "\n";
  llvm::outs().flush();
  return llvm::outs().has_error() ? noSpace : ok;
}

int trace(const char *name, Fields &fields, const std::vector<std::string> &settings,
          const std::function<void()> &check, const std::vector<ModelFunction> &functions) {
  for (const std::string &setting : settings) {
    size_t equals = setting.find('=');
    if (equals == std::string::npos)
      throw UsageError("expects key=value, got `" + setting + "`");
    fields.set(setting.substr(0, equals), setting.substr(equals + 1));
  }
  check();
  dsl::Graph graph(name, fields.values());
  for (const ModelFunction &function : functions)
    graph.function(function.name, function.body);
  return graph.write(std::cout, std::cerr);
}

} // namespace

int runModel(int argc, char **argv, const char *name, const char *summary, Fields &fields,
             const std::function<void()> &check, const std::vector<ModelFunction> &functions) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  std::string command = arguments.empty() ? "" : arguments.front();
  try {
    if (command == "--describe" && arguments.size() == 1)
      return describe(name, summary, fields, functions);
    if (command == "--trace")
      return trace(name, fields, {arguments.begin() + 1, arguments.end()}, check, functions);
    std::cerr << "usage: " << std::filesystem::path(argv[0]).filename().string()
              << " --describe | --trace [key=value ...]\n"
              << "This program holds the model `" << name
              << "`; `weft train`, `weft compile` and the others run it.\n";
    return usage;
  } catch (const UsageError &error) {
    std::cerr << "error: " << error.what() << "\n";
    return usage;
  } catch (const std::exception &error) {
    std::cerr << "error: model `" << name << "` threw: " << error.what() << "\n";
    return modelError;
  }
}

} // namespace weft::detail
