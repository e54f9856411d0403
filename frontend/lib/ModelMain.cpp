// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The child protocol of docs/spec/model.md: MODEL --describe, MODEL --trace key=value ...
#include <filesystem>
#include <iostream>

#define TOML_EXCEPTIONS 1
#include <nlohmann/json.hpp>
#include <toml++/toml.h>

#include "frontend/lib/Crash.h"
#include "weft/dsl/Model.h"

namespace weft::detail {

namespace {

using Json = nlohmann::ordered_json;

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

/// A named config: a flat TOML file whose first comment, after a licence line, says what it is.
Config readConfig(const std::filesystem::path &path) {
  Config config{path.stem(), "", {}};
  std::ifstream text(path);
  std::string first;
  std::getline(text, first);
  if (first.starts_with("# SPDX-"))
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

/// Text as JSON: a number, a flag, or else a string.
Json toJson(const std::string &text) {
  Json value = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  return value.is_number() || value.is_boolean() ? value : Json(text);
}

/// A value of a field has the field's type; a config may also set keys of training, which are the
/// driver's.
Json toJson(const Fields &fields, const std::string &key, const std::string &text) {
  for (const Fields::Field &field : fields.all())
    if (field.name == key && field.type == "string")
      return text;
  return toJson(text);
}

Json describeField(const Fields::Field &field) {
  Json json{{"name", field.name}, {"type", field.type}};
  json["default"] = field.type == "string" ? Json(field.initial) : toJson(field.initial);
  if (!field.min.empty()) {
    json["min"] = toJson(field.min);
    json["max"] = toJson(field.max);
  }
  if (!field.choices.empty())
    json["choices"] = field.choices;
  json["help"] = field.help;
  return json;
}

int describe(const ModelProgram &model, const Fields &fields,
             const std::vector<ModelFunction> &functions) {
  Json json{{"name", model.name},
            {"summary", model.summary},
            {"fields", Json::array()},
            {"configs", Json::array()}};
  for (const Fields::Field &field : fields.all())
    json["fields"].push_back(describeField(field));
  for (const Config &config : readConfigs()) {
    Json values = Json::object();
    for (const auto &[key, text] : config.values)
      values[key] = toJson(fields, key, text);
    json["configs"].push_back({{"name", config.name}, {"help", config.help}, {"values", values}});
  }
  for (const ModelFunction &function : functions)
    json["functions"].push_back(function.name);
  std::cout << json.dump(2) << std::endl;
  return std::cout.good() ? ok : noSpace;
}

int trace(const ModelProgram &model, Fields &fields, const std::vector<std::string> &settings,
          dsl::Where where) {
  for (const std::string &setting : settings) {
    size_t equals = setting.find('=');
    if (equals == std::string::npos)
      throw UsageError("expects key=value, got `" + setting + "`");
    fields.set(setting.substr(0, equals), setting.substr(equals + 1));
  }
  model.check();
  // Listed with the config set: which functions there are may depend on it.
  std::vector<ModelFunction> functions;
  FunctionList list{functions};
  model.list(list);
  dsl::Graph graph(model.name, fields.values());
  for (const ModelFunction &function : functions)
    graph.function(function.name, function.body, where);
  graph.require("step", "loss", 0);
  graph.require("eval", "loss", 0);
  graph.require("generate", "logits", 2);
  return graph.write(std::cout, std::cerr);
}

} // namespace

int runModel(int argc, char **argv, const ModelProgram &model, dsl::Where where) {
  explainCrashes(where);
  std::vector<std::string> arguments(argv + 1, argv + argc);
  std::string command = arguments.empty() ? "" : arguments.front();
  try {
    Fields fields;
    model.visit(fields);
    for (const dsl::Error &error : fields.mistakes())
      std::cerr << error.str();
    if (!fields.mistakes().empty())
      return modelError;
    if (command == "--describe" && arguments.size() == 1) {
      std::vector<ModelFunction> functions;
      FunctionList list{functions};
      model.list(list);
      return describe(model, fields, functions);
    }
    if (command == "--trace")
      return trace(model, fields, {arguments.begin() + 1, arguments.end()}, where);
    std::cerr << "usage: " << std::filesystem::path(argv[0]).filename().string()
              << " --describe | --trace [key=value ...]\n"
              << "This program holds the model `" << model.name
              << "`; `weft train`, `weft compile` and the others run it.\n";
    return usage;
  } catch (const UsageError &error) {
    std::cerr << "error: " << error.what() << "\n";
    return usage;
  } catch (const dsl::Error &error) {
    std::cerr << error.str();
    return modelError;
  } catch (const std::exception &error) {
    std::cerr << dsl::Error(where,
                            std::string("model `") + model.name +
                                "` ended with an exception: " + error.what(),
                            {},
                            "the model's own code threw it; check() throws weft::UsageError where "
                            "fields do not fit together")
                     .str();
    return modelError;
  }
}

} // namespace weft::detail
