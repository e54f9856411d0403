// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/ModelDescription.h"

#include <algorithm>
#include <set>

#include "runtime/base/Json.h"
#include "tools/weft/Failure.h"

using namespace weft;
using namespace weft::driver;

static std::string readText(JsonReader &reader, const char *key) {
  return reader.has(key) ? reader.readString(key) : "";
}

static std::vector<std::string> readTexts(JsonReader &reader, const char *key) {
  std::vector<std::string> texts;
  if (!reader.has(key))
    return texts;
  for (const Json &text : reader.readArray(key)) {
    if (!text.is_string())
      reader.fail(key, "texts", &text);
    else
      texts.push_back(text.get<std::string>());
  }
  return texts;
}

/// As it stands left of '=' in an argument and in a TOML file.
static std::string readName(JsonReader &reader, std::set<std::string> &taken) {
  std::string name = reader.readString("name");
  bool isPlain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
  if (reader.status() && (!isPlain || !taken.insert(name).second))
    reader.fail("name", "letters, digits, '_' and '-' that no other field has", nullptr);
  return name;
}

static FieldType readType(JsonReader &reader) {
  std::string type = reader.readString("type");
  for (auto [name, known] :
       {std::pair("int", FieldType::Integer), std::pair("float", FieldType::Float),
        std::pair("bool", FieldType::Boolean)})
    if (type == name)
      return known;
  if (reader.status() && type != "string")
    reader.fail("type", "int, float, bool or string", nullptr);
  return FieldType::Text;
}

static Field readField(JsonReader &reader, const Json &json, std::set<std::string> &taken) {
  Field field;
  field.name = readName(reader, taken);
  field.type = readType(reader);
  field.help = readText(reader, "help");
  field.choices = readTexts(reader, "choices");
  if (field.choices.size() > 0 && field.type != FieldType::Text)
    reader.fail("choices", "none, as the type is not string", nullptr);
  for (const std::string &choice : field.choices)
    if (reader.status() && !accepts({.name = field.name, .type = field.type, .value = {}}, choice))
      reader.fail("choices", "texts in UTF-8 of one line", nullptr);
  for (auto [key, bound] : {std::pair("min", &field.low), std::pair("max", &field.high)})
    if (reader.has(key))
      *bound = reader.readNumber(key);
  if (!reader.has("default") || json["default"].is_structured() || json["default"].is_null()) {
    reader.fail("default", "a number, true, false or text", nullptr);
    return field;
  }
  field.value = json["default"].is_string() ? reader.readString("default") : json["default"].dump();
  if (reader.status() && !accepts(field, field.value))
    reader.fail("default", "a value that the field takes", nullptr);
  return field;
}

ModelDescription driver::readDescription(std::string_view text, const std::string &program) {
  auto require = [&](const Status &status) {
    if (!status)
      fail(ErrorCode::Model, "{} --describe: expects the JSON of docs/spec/model.md: {}", program,
           status.message());
  };
  Result<JsonTree> json = parseJson(text);
  require(json.status());
  JsonReader reader(json->value, "");
  ModelDescription result;
  result.name = reader.readString("name");
  result.summary = readText(reader, "summary");
  result.functions = readTexts(reader, "functions");
  const Json &fields = reader.readArray("fields");
  require(reader.status());
  std::set<std::string> taken;
  for (size_t i = 0; i < fields.size(); ++i) {
    JsonReader field(fields[i], fmt::format("fields[{}]", i));
    require(field.status());
    result.fields.push_back(readField(field, fields[i], taken));
    require(field.status());
  }
  if (!reader.has("configs"))
    return result;
  const Json &configs = reader.readArray("configs");
  require(reader.status());
  for (size_t i = 0; i < configs.size(); ++i) {
    JsonReader config(configs[i], fmt::format("configs[{}]", i));
    require(config.status());
    std::string name = config.readString("name");
    result.configs.emplace_back(name, readText(config, "help"));
    require(config.status());
  }
  return result;
}
