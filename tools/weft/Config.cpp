// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Config.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
// Its assertions stand before code that refuses the same texts; without them that code is reached.
#define TOML_ASSERT(expr) static_assert(true)
#include <toml++/toml.h>

#include "runtime/base/File.h"
#include "tools/weft/Failure.h"
#include "tools/weft/Quote.h"
#include "tools/weft/Suggest.h"
#include "tools/weft/TomlLines.h"

using namespace weft;
using namespace weft::driver;

/// Hand-written settings; the largest of a paper's tables is far below.
static constexpr uint64_t maxTomlBytes = 1 << 20;

template <typename T> static std::optional<T> parse(const std::string &text) {
  T value{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty())
    return std::nullopt;
  return value;
}

/// "an integer from 1 to 64", the way errors and help say what a field takes.
static std::string describe(const Field &field) {
  if (!field.choices.empty())
    return fmt::format("one of {}", fmt::join(field.choices, ", "));
  if (field.type == FieldType::Boolean)
    return "true or false";
  if (field.type == FieldType::Text)
    return "a text in UTF-8 of one line";
  std::string text = field.type == FieldType::Integer ? "an integer" : "a number";
  if (field.low && field.high)
    return text + fmt::format(" from {} to {}", *field.low, *field.high);
  if (field.low)
    return text + fmt::format(" of at least {}", *field.low);
  return field.high ? text + fmt::format(" of at most {}", *field.high) : text;
}

bool driver::accepts(const Field &field, const std::string &value) {
  if (!field.choices.empty())
    return std::find(field.choices.begin(), field.choices.end(), value) != field.choices.end();
  if (field.type == FieldType::Boolean)
    return value == "true" || value == "false";
  if (field.type == FieldType::Text)
    return !value.empty() && escape(value) == value;
  if (field.type == FieldType::Integer && !parse<int64_t>(value))
    return false;
  std::optional<double> number = parse<double>(value);
  return number && std::isfinite(*number) && !(field.low && *number < *field.low) &&
         !(field.high && *number > *field.high);
}

void Config::set(const std::string &key, const std::string &value, const std::string &origin) {
  std::vector<std::string> names;
  for (Field &field : fields) {
    if (field.name == key) {
      if (!accepts(field, value))
        fail(ErrorCode::Usage, "{}: {} expects {}, got {}{}", origin, key, describe(field),
             value.empty() ? "an empty text" : quote(value),
             findNearest(value, field.choices).empty() ? "" : suggest(value, field.choices));
      field.value = value;
      field.origin = origin;
      return;
    }
    names.push_back(field.name);
  }
  fail(ErrorCode::Usage, "{}: no field {}{}", origin, quote(key), suggest(key, names));
}

void Config::readFile(const std::string &path) {
  std::vector<std::byte> bytes = take(weft::readFile(path, maxTomlBytes));
  readToml({reinterpret_cast<const char *>(bytes.data()), bytes.size()}, path);
}

void Config::readToml(std::string_view text, const std::string &path) {
  checkTomlLines(text, path);
  toml::table table;
  try {
    table = toml::parse(text, path);
  } catch (const toml::parse_error &error) {
    fail(ErrorCode::Usage, "{}:{}: {}", path, error.source().begin.line, error.description());
  }
  for (auto &&[key, node] : table) {
    std::string origin = fmt::format("{}:{}", path, node.source().begin.line);
    std::string text;
    if (auto string = node.value_exact<std::string>())
      text = *string;
    else if (auto flag = node.value_exact<bool>())
      text = *flag ? "true" : "false";
    else if (auto whole = node.value_exact<int64_t>())
      text = fmt::format("{}", *whole);
    else if (auto number = node.value_exact<double>())
      text = fmt::format("{}", *number);
    else
      fail(ErrorCode::Usage, "{}: {} expects a number, true, false or text", origin, key.str());
    set(std::string(key.str()), text, origin);
  }
}

std::string driver::toVariable(const std::string &name) {
  std::string variable = "WEFT_";
  for (char letter : name.substr(name.find_first_not_of('-')))
    variable += letter == '-' ? '_' : char(std::toupper(static_cast<unsigned char>(letter)));
  return variable;
}

void Config::readEnvironment() {
  for (const Field &field : fields) {
    std::string variable = toVariable(field.name);
    if (const char *text = std::getenv(variable.c_str()); text && *text)
      set(field.name, text, variable);
  }
}

void Config::apply(const std::vector<Setting> &settings) {
  for (const Setting &setting : settings)
    set(setting.key, setting.value, "command line");
}

bool Config::has(const std::string &key) const {
  return std::any_of(fields.begin(), fields.end(),
                     [&](const Field &field) { return field.name == key; });
}

const Field &Config::get(const std::string &key) const {
  for (const Field &field : fields)
    if (field.name == key)
      return field;
  fail(ErrorCode::Usage, "the model has no field '{}', which this command needs", key);
}

int64_t Config::integer(const std::string &key) const {
  return parse<int64_t>(text(key)).value_or(0);
}

double Config::number(const std::string &key) const { return parse<double>(text(key)).value_or(0); }

std::vector<std::string> Config::modelArguments() const {
  std::vector<std::string> arguments;
  for (const Field &field : fields)
    if (!field.isTraining)
      arguments.push_back(field.name + "=" + field.value);
  return arguments;
}

std::string Config::print(bool help) const {
  std::string result;
  for (const Field &field : fields) {
    result +=
        fmt::format("  {:<18} {:<12} {}\n", field.name, field.value,
                    help ? fmt::format("{} ({})", field.help, describe(field)) : field.origin);
  }
  return result;
}

std::string Config::toJson() const {
  static constexpr const char *types[] = {"integer", "number", "boolean", "text"};
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Field &field : fields) {
    nlohmann::ordered_json one = {{"name", field.name},          {"type", types[int(field.type)]},
                                  {"value", field.value},        {"origin", field.origin},
                                  {"help", field.help},          {"choices", field.choices},
                                  {"training", field.isTraining}};
    if (field.low)
      one["low"] = *field.low;
    if (field.high)
      one["high"] = *field.high;
    list.push_back(std::move(one));
  }
  return list.dump(2);
}

/// The value as TOML, which is stricter than accepts(): ".5" and "007" are no numbers there.
static std::string toTomlValue(const Field &field) {
  if (field.type == FieldType::Text)
    return toTomlText(field.value);
  if (field.type == FieldType::Integer)
    return fmt::format("{}", parse<int64_t>(field.value).value_or(0));
  if (field.type == FieldType::Float)
    return fmt::format("{}", parse<double>(field.value).value_or(0));
  return field.value;
}

std::string Config::toToml() const {
  std::string result;
  for (const Field &field : fields)
    result += fmt::format("{} = {} # {}\n", field.name, toTomlValue(field), field.origin);
  return result;
}

std::vector<Field> driver::getTrainingFields() {
  auto field = [](std::string name, FieldType type, std::string value, std::optional<double> low,
                  std::string help) {
    return Field{
        .name = name, .type = type, .value = value, .low = low, .help = help, .isTraining = true};
  };
  std::vector<Field> fields = {
      field("optimizer", FieldType::Text, "adagrad", {}, "rule of the update"),
      field("lr", FieldType::Float, "0.07", 0, "learning rate, full after the warm-up"),
      field("warmup", FieldType::Integer, "0", 0,
            "updates over which the learning rate rises from zero"),
      field("clip", FieldType::Float, "0.03", 0,
            "largest norm of a gradient; 0 leaves gradients alone"),
      field("schedule", FieldType::Text, "constant", {},
            "course of the learning rate after the warm-up"),
      field("decay_steps", FieldType::Integer, "0", 0,
            "of cosine: update that reaches the end; 0: steps"),
      field("lr_floor", FieldType::Float, "0", 0, "of cosine: part of lr that is left at the end"),
      field("momentum", FieldType::Float, "0", 0, "of sgd"),
      field("beta1", FieldType::Float, "0.9", 0, "of adam and adamw: decay of the mean"),
      field("beta2", FieldType::Float, "0.999", 0, "of adam and adamw: decay of the squares"),
      field("epsilon_hat", FieldType::Boolean, "false", {},
            "of adam and adamw: epsilon beside the root of the squares before their bias is "
            "corrected"),
      field("weight_decay", FieldType::Float, "0", 0,
            "of adamw: on weights of two and more dimensions"),
      field("ema", FieldType::Float, "0", 0,
            "decay of a moving average of the weights, for eval --weights=ema; 0: none"),
      field("accumulate", FieldType::Integer, "1", 1,
            "parts of a batch that are computed one after another"),
      field("precision", FieldType::Text, "f32", {},
            "what factors of matrix products are rounded to; weights and sums stay f32"),
      field("loss_scale", FieldType::Float, "65536", 1,
            "of f16: what gradients are multiplied by at first, a power of two"),
      field("loss_scale_steps", FieldType::Integer, "1000", 1,
            "of f16: good steps after which it doubles"),
      field("outlier_z", FieldType::Float, "0", 0,
            "skips an update whose loss or gradient norm is so many deviations above the last; "
            "0: none"),
      field("outlier_window", FieldType::Integer, "128", 2, "steps that outlier_z compares with"),
      field("steps", FieldType::Integer, "1000", 1, "updates"),
      field("short_steps", FieldType::Integer, "0", 0,
            "updates at first that read blocks of the model's short_block positions"),
      field("checkpoint_every", FieldType::Integer, "1000", 1, "updates between checkpoints"),
      field("keep", FieldType::Integer, "2", 2, "newest checkpoints that stay"),
      field("valid_every", FieldType::Integer, "1000", 1,
            "updates between measurements on held-out text"),
      field("valid_blocks", FieldType::Integer, "100", 1,
            "blocks of a measurement during training"),
  };
  for (Field &entry : fields)
    if (entry.name == "schedule")
      entry.choices = {"constant", "cosine", "rsqrt"};
    else if (entry.name == "precision")
      entry.choices = {"f32", "bf16", "f16"};
    else if (entry.name == "loss_scale")
      entry.high = 0x1p100;
    else if (entry.name == "outlier_window")
      entry.high = 4096; // what a checkpoint holds, and what each step reads
  fields[0].choices = {"adagrad", "adam", "adamw", "sgd"};
  return fields;
}
