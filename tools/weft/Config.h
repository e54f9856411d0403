// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Settings of a run: the fields a model exports and those of training, from defaults, TOML files
// and key=value arguments. Strict: an unknown key or a value out of range is an error with the
// place it stands at; every value remembers where it came from.
#ifndef TOOLS_WEFT_CONFIG_H
#define TOOLS_WEFT_CONFIG_H

#include <optional>
#include <string>
#include <vector>

#include "tools/weft/CommandLine.h"

namespace weft::driver {

enum class FieldType { Integer, Float, Boolean, Text };

struct Field {
  std::string name;
  FieldType type = FieldType::Text;
  std::string value; ///< the default, then what was set
  std::optional<double> low = {}, high = {};
  std::string help = {};
  std::vector<std::string> choices = {};
  bool isTraining = false; ///< belongs to training, not to the model
  std::string origin = "default";
};

/// Whether a field may have this value.
bool accepts(const Field &field, const std::string &value);

class Config {
public:
  void add(Field field) { fields.push_back(std::move(field)); }

  /// Sets a field. `origin` is "file:line" or "command line"; errors (Usage) begin with it.
  void set(const std::string &key, const std::string &value, const std::string &origin);
  /// Every key of a TOML file; its line is the origin.
  void readFile(const std::string &path);
  /// The same of a text; `path` is how messages call it.
  void readToml(std::string_view text, const std::string &path);
  /// Every field for which there is a variable WEFT_<FIELD>; the variable is the origin.
  void readEnvironment();
  void apply(const std::vector<Setting> &settings);

  bool has(const std::string &key) const;
  bool isDefault(const std::string &key) const { return get(key).origin == "default"; }
  const std::string &text(const std::string &key) const { return get(key).value; }
  int64_t integer(const std::string &key) const;
  double number(const std::string &key) const;
  const std::vector<Field> &all() const { return fields; }

  /// The model's fields as key=value.
  std::vector<std::string> modelArguments() const;
  /// One line a field: name, value, origin. With `help`, also the range and the sentence.
  std::string print(bool help = false) const;
  /// The same as a JSON array.
  std::string toJson() const;
  /// As a TOML file that readFile accepts, the origins as comments.
  std::string toToml() const;

private:
  const Field &get(const std::string &key) const;
  std::vector<Field> fields;
};

/// The fields that belong to training and not to a model.
std::vector<Field> getTrainingFields();

/// "WEFT_MAX_MINUTES" for "--max-minutes" or "max_minutes".
std::string toVariable(const std::string &name);

} // namespace weft::driver

#endif
