// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The config fields of a model: typed text in, checked values out, with a suggestion for a
// misspelled key.
#include <algorithm>
#include <charconv>
#include <sstream>

#include "weft/dsl/Model.h"

namespace weft {

namespace {

/// The shortest text that reads back as the same number.
std::string format(double value) {
  char buffer[32];
  std::to_chars_result result = std::to_chars(buffer, buffer + sizeof buffer, value);
  return std::string(buffer, result.ptr);
}

std::string formatNumber(int64_t value) { return std::to_string(value); }
std::string formatNumber(double value) { return format(value); }

/// A null pointer counts as an empty text, which `add` refuses as a name.
std::string text(const char *given) { return given ? given : ""; }

template <class T> T parse(const std::string &name, const std::string &text, const char *kind) {
  T value{};
  const char *end = text.data() + text.size();
  std::from_chars_result result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end)
    throw UsageError("key `" + name + "` expects " + kind + ", got `" + text + "`");
  return value;
}

template <class T>
Fields::Field number(const char *name, T &value, T min, T max, const char *help, const char *type,
                     const char *kind) {
  auto set = [&value, name = text(name), min, max, kind](const std::string &text) {
    T parsed = parse<T>(name, text, kind);
    if (!(parsed >= min && parsed <= max))
      throw UsageError("key `" + name + "` expects a value in [" + formatNumber(min) + ", " +
                       formatNumber(max) + "], got " + text);
    value = parsed;
  };
  return {text(name),
          type,
          text(help),
          formatNumber(value),
          formatNumber(min),
          formatNumber(max),
          {},
          [&value] { return formatNumber(value); },
          set};
}

/// Levenshtein distance, for suggestions.
size_t editDistance(const std::string &a, const std::string &b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
      diagonal = above;
    }
  }
  return row[b.size()];
}

} // namespace

void Fields::add(Field field, bool inRange, dsl::Where where) {
  bool good = !field.name.empty();
  for (unsigned char c : field.name)
    good &= std::isalnum(c) || c == '_';
  if (!good)
    errors.emplace_back(
        where, "a field expects a name of letters, digits and `_`, got `" + field.name + "`",
        std::vector<dsl::Error::Note>(), "rename it");
  for (const Field &other : fields)
    if (other.name == field.name)
      errors.emplace_back(where, "field `" + field.name + "` is visited twice",
                          std::vector<dsl::Error::Note>(), "each field has a name of its own");
  if (!inRange) {
    std::string choices;
    for (const std::string &choice : field.choices)
      choices += (choices.empty() ? "" : ", ") + choice;
    errors.emplace_back(
        where,
        "field `" + field.name + "` expects its default in " +
            (choices.empty() ? "[" + field.min + ", " + field.max + "]" : "{" + choices + "}") +
            ", got " + field.initial,
        std::vector<dsl::Error::Note>(),
        "change the default or the range, whose lower end stands first");
  }
  fields.push_back(std::move(field));
}

void Fields::operator()(const char *name, int64_t &value, int64_t min, int64_t max,
                        const char *help, Where where) {
  add(number(name, value, min, max, help, "int", "a whole number"), value >= min && value <= max,
      where);
}

void Fields::operator()(const char *name, double &value, double min, double max, const char *help,
                        Where where) {
  add(number(name, value, min, max, help, "float", "a number"), value >= min && value <= max,
      where);
}

void Fields::operator()(const char *name, bool &value, const char *help, Where where) {
  auto get = [&value] { return std::string(value ? "true" : "false"); };
  auto set = [&value, name = text(name)](const std::string &text) {
    if (text != "true" && text != "false")
      throw UsageError("key `" + name + "` expects true or false, got `" + text + "`");
    value = text == "true";
  };
  add({text(name), "bool", text(help), get(), "", "", {}, get, set}, /*inRange=*/true, where);
}

void Fields::operator()(const char *name, std::string &value, std::vector<std::string> choices,
                        const char *help, Where where) {
  auto get = [&value] { return value; };
  auto set = [&value, name = text(name), choices](const std::string &text) {
    if (!choices.empty() && std::find(choices.begin(), choices.end(), text) == choices.end()) {
      std::string list;
      for (const std::string &choice : choices)
        list += (list.empty() ? "" : ", ") + choice;
      throw UsageError("key `" + name + "` expects one of " + list + ", got `" + text + "`");
    }
    value = text;
  };
  bool inRange =
      choices.empty() || std::find(choices.begin(), choices.end(), value) != choices.end();
  add({text(name), "string", text(help), value, "", "", choices, get, set}, inRange, where);
}

void Fields::set(const std::string &name, const std::string &text) {
  const Field *nearest = nullptr;
  size_t best = 3; // three letters off is another word
  for (const Field &field : fields) {
    if (field.name == name)
      return field.set(text);
    size_t distance = editDistance(field.name, name);
    if (distance < best) {
      best = distance;
      nearest = &field;
    }
  }
  throw UsageError("unknown key `" + name + "`" +
                   (nearest ? "; did you mean `" + nearest->name + "`?" : ""));
}

std::map<std::string, std::string> Fields::values() const {
  std::map<std::string, std::string> result;
  for (const Field &field : fields)
    result[field.name] = field.get();
  return result;
}

} // namespace weft
