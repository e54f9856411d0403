// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/base/Json.h"

#include <vector>

#include "runtime/base/Format.h"

namespace weft {
namespace {

constexpr size_t maxDepth = 32;
constexpr size_t freeMemory = size_t(32) << 20;

/// What values take in memory, growth of arrays and the allocator's own words included.
constexpr size_t elementBytes = 3 * sizeof(Json), memberBytes = 128, containerBytes = 64;

/// Builds the value event by event; unlike the library's own builder it bounds depth and memory and
/// refuses a key that is already there instead of keeping the last.
class BoundedBuilder : public nlohmann::json_sax<Json> {
public:
  explicit BoundedBuilder(size_t textBytes) : budget(freeMemory + textBytes) {}

  JsonTree root;
  Status failure;

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t &) override { return add(value); }
  bool string(string_t &value) override {
    return charge(containerBytes + value.size()) && add(std::move(value));
  }
  bool binary(binary_t &) override { return false; }
  bool start_object(std::size_t) override { return charge(containerBytes) && open(Json::object()); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return charge(containerBytes) && open(Json::array()); }
  bool end_array() override { return close(); }

  bool key(string_t &name) override {
    if (stack.back()->contains(name)) {
      failure = fileError("JSON object has the key `{}` twice", name);
      return false;
    }
    if (!charge(memberBytes + name.size()))
      return false;
    pendingKey = std::move(name);
    return true;
  }

  bool parse_error(std::size_t position, const std::string &,
                   const nlohmann::detail::exception &) override {
    failure = fileError("JSON is malformed at byte {}", position);
    return false;
  }

private:
  template <typename T> bool add(T &&value) {
    return charge(elementBytes) && place(std::forward<T>(value)) != nullptr;
  }

  bool charge(size_t bytes) {
    used += bytes;
    if (used > budget)
      failure = fileError(
          "JSON has too many values: expects them to take at most {} bytes of memory", budget);
    return used <= budget;
  }

  Json *place(Json value) {
    if (stack.empty()) {
      root.value = std::move(value);
      return &root.value;
    }
    Json &parent = *stack.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    return &(parent[pendingKey] = std::move(value));
  }

  bool open(Json value) {
    if (stack.size() == maxDepth) {
      failure = fileError("JSON is nested deeper than {} levels", maxDepth);
      return false;
    }
    stack.push_back(place(std::move(value)));
    return true;
  }

  bool close() {
    stack.pop_back();
    return true;
  }

  std::vector<Json *>
      stack; ///< open containers; each is the last element of the one before, so none moves
  std::string pendingKey;
  size_t budget, used = 0;
};

void dismantle(Json &value) {
  if (value.is_array()) {
    for (Json &item : value)
      dismantle(item);
    value.get_ref<Json::array_t &>().clear();
  } else if (value.is_object()) {
    auto &members = value.get_ref<Json::object_t &>();
    for (auto &member : members)
      dismantle(member.second);
    members.clear();
  }
}

std::string abbreviate(const Json &value) {
  std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  return text.size() > 60 ? text.substr(0, 57) + "..." : text;
}

} // namespace

JsonTree::~JsonTree() { dismantle(value); }

Result<JsonTree> parseJson(std::string_view text) {
  BoundedBuilder builder(text.size());
  bool done = Json::sax_parse(text.begin(), text.end(), &builder);
  if (!done)
    return builder.failure ? fileError("JSON is malformed") : builder.failure;
  if (!builder.root.value.is_object())
    return fileError("JSON expects an object at the top, got {}", abbreviate(builder.root.value));
  return std::move(builder.root);
}

JsonReader::JsonReader(const Json &object, std::string path)
    : object(object), where(std::move(path)) {
  if (!object.is_object())
    fail("", "an object", &object);
}

void JsonReader::fail(const std::string &key, const std::string &expected, const Json *got) {
  if (!failure)
    return;
  if (!got && object.is_object() && object.contains(key))
    got = &object[key];
  std::string place = key.empty() ? where : where.empty() ? key : where + "." + key;
  failure =
      fileError("`{}` expects {}, got {}", place, expected, got ? abbreviate(*got) : "nothing");
}

bool JsonReader::has(const char *key) const { return object.is_object() && object.contains(key); }

const Json *JsonReader::find(const char *key, const char *expected) {
  if (!object.is_object())
    return nullptr;
  auto found = object.find(key);
  if (found == object.end()) {
    fail(key, expected, nullptr);
    return nullptr;
  }
  return &*found;
}

std::string JsonReader::readString(const char *key) {
  const Json *value = find(key, "a text");
  if (!value)
    return {};
  if (!value->is_string() ||
      value->get_ref<const std::string &>().find('\0') != std::string::npos) {
    fail(key, "a text", value);
    return {};
  }
  return value->get<std::string>();
}

int64_t JsonReader::readInteger(const char *key, int64_t low, int64_t high) {
  const Json *value = find(key, "an integer");
  if (!value)
    return low;
  bool fits = value->is_number_unsigned() ? value->get<uint64_t>() <= uint64_t(INT64_MAX)
                                          : value->is_number_integer();
  if (!fits || value->get<int64_t>() < low || value->get<int64_t>() > high) {
    fail(key, fmt::format("an integer in [{}, {}]", low, high), value);
    return low;
  }
  return value->get<int64_t>();
}

double JsonReader::readNumber(const char *key) {
  const Json *value = find(key, "a number");
  if (!value)
    return 0;
  if (!value->is_number()) {
    fail(key, "a number", value);
    return 0;
  }
  return value->get<double>();
}

const Json &JsonReader::readArray(const char *key) {
  static const Json empty = Json::array();
  const Json *value = find(key, "an array");
  if (value && !value->is_array())
    fail(key, "an array", value);
  return value && value->is_array() ? *value : empty;
}

const Json &JsonReader::readObject(const char *key) {
  static const Json empty = Json::object();
  const Json *value = find(key, "an object");
  if (value && !value->is_object())
    fail(key, "an object", value);
  return value && value->is_object() ? *value : empty;
}

} // namespace weft
