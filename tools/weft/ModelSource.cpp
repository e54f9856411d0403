// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/ModelSource.h"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <iostream>

#include "tools/weft/Child.h"
#include "tools/weft/Commands.h"
#include "tools/weft/CompilerLibrary.h"
#include "tools/weft/Environment.h"
#include "tools/weft/Failure.h"
#include "tools/weft/ModelBuilder.h"
#include "tools/weft/Quote.h"
#include "tools/weft/Suggest.h"

using namespace weft;
using namespace weft::driver;
namespace fs = std::filesystem;

std::vector<std::string> ModelSource::listInstalled() {
  std::vector<std::string> names;
  std::error_code error;
  for (const fs::directory_entry &entry :
       fs::directory_iterator(findPrefix() + "/lib/weft/models", error))
    if (entry.is_regular_file(error))
      names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

ModelSource ModelSource::find(const std::string &model) {
  ModelSource source;
  std::error_code error;
  if (model.ends_with(".cpp")) {
    if (!fs::is_regular_file(model, error))
      fail(ErrorCode::Usage, "{}: no such file", model);
    source.program = buildModel(model);
  } else {
    std::string folder = findPrefix() + "/lib/weft/models";
    source.program = folder + "/" + model;
    if (model.find('/') != std::string::npos || !fs::is_regular_file(source.program, error))
      fail(ErrorCode::Usage, "no model {}{} (a model of your own ends in .cpp)", quote(model),
           suggest(model, listInstalled()));
  }
  source.describe();
  return source;
}

std::string ModelSource::run(const std::vector<std::string> &arguments) const {
  std::vector<std::string> command = {program};
  command.insert(command.end(), arguments.begin(), arguments.end());
  ChildResult result = runChild(command);
  std::cerr << result.errors << std::flush;
  if (result.exitCode > 128)
    fail(ErrorCode::Model,
         "the model program was ended by signal {} ({}) while it traced; the mistake is in the "
         "model's code, run '{} {}' in a debugger to find it",
         result.exitCode - 128, strsignal(result.exitCode - 128), program, arguments.front());
  if (result.exitCode != 0)
    fail(result.exitCode == int(ErrorCode::Usage) ? ErrorCode::Usage : ErrorCode::Model,
         "the model cannot be built");
  return std::move(result.output);
}

void ModelSource::describe() { description = readDescription(run({"--describe"}), program); }

std::string ModelSource::findConfig(const std::string &config) const {
  std::error_code error;
  std::string named = program + ".configs/" + config + ".toml";
  if (config.find('/') == std::string::npos && fs::is_regular_file(named, error))
    return named;
  if (fs::is_regular_file(config, error))
    return config;
  std::vector<std::string> names;
  for (const auto &[name, help] : description.configs)
    names.push_back(name);
  fail(ErrorCode::Usage, "no file and no config of {} is {}{}", description.name, quote(config),
       suggest(config, names));
}

Config ModelSource::configure(const std::string &config,
                              const std::vector<Setting> &settings) const {
  Config result;
  for (const Field &field : description.fields)
    result.add(field);
  // A model that exports a field of training, for example to give it another default, keeps its
  // own.
  for (const Field &field : getTrainingFields())
    if (!result.has(field.name))
      result.add(field);
  if (!config.empty())
    result.readFile(findConfig(config));
  std::vector<std::string> names;
  for (const Field &field : result.all())
    names.push_back(field.name);
  warnUnknownVariables(makeCommands(), names);
  result.readEnvironment();
  result.apply(settings);
  return result;
}

std::string ModelSource::trace(const Config &config) const {
  std::vector<std::string> arguments = {"--trace"};
  for (const std::string &setting : config.modelArguments())
    arguments.push_back(setting);
  return run(arguments);
}
