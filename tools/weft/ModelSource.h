// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where a model comes from: a model program installed with Weft, or a C++ file that is built into
// one. A program answers --describe and --trace (docs/spec/model.md); it runs as a child, so a
// crash in it is a message.
#ifndef TOOLS_WEFT_MODELSOURCE_H
#define TOOLS_WEFT_MODELSOURCE_H

#include <string>
#include <vector>

#include "tools/weft/ModelDescription.h"

namespace weft::driver {

class ModelSource {
public:
  /// `model` is a name or the path of a .cpp file, which is built when its text has not been built
  /// before.
  static ModelSource find(const std::string &model);

  /// Names of the models that are installed with Weft.
  static std::vector<std::string> listInstalled();

  const std::string &name() const { return description.name; }
  const std::string &summary() const { return description.summary; }
  const std::vector<std::string> &functions() const { return description.functions; }
  /// Names and sentences of the configs that come with the model.
  const std::vector<std::pair<std::string, std::string>> &configs() const {
    return description.configs;
  }

  /// The model's fields and those of training, then `config` (a name or a file; may be empty), then
  /// the environment, then settings.
  Config configure(const std::string &config, const std::vector<Setting> &settings) const;
  /// IR text of the graph phase.
  std::string trace(const Config &config) const;

private:
  void describe();
  std::string findConfig(const std::string &config) const;
  std::string run(const std::vector<std::string> &arguments) const;

  std::string program;
  ModelDescription description;
};

} // namespace weft::driver

#endif
