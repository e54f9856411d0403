// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// JSON from files: parsed with bounds, duplicate keys refused, every access typed and reported with
// its path.
#ifndef RUNTIME_BASE_JSON_H
#define RUNTIME_BASE_JSON_H

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "weft/Status.h"

namespace weft {

using Json = nlohmann::json;

/// A parsed value. The library takes memory to destroy an array or object that is not empty, and so
/// ends the process where there is none left; this empties them from the inside out, without.
struct JsonTree {
  Json value;

  JsonTree() = default;
  explicit JsonTree(Json value) : value(std::move(value)) {}
  JsonTree(JsonTree &&) = default;
  JsonTree &operator=(JsonTree &&) = delete;
  ~JsonTree();
};

/// Parses an object of at most 32 levels, whose values take at most 32 MiB and the length of the
/// text. Fails with File and the byte where it stopped.
Result<JsonTree> parseJson(std::string_view text);

/// Reads members of one object; the first failure is kept and later reads return defaults, so that
/// a reader asks for all it needs and checks once.
class JsonReader {
public:
  /// `path` is how the object is called in messages: "params[3]".
  JsonReader(const Json &object, std::string path);

  bool has(const char *key) const;
  std::string readString(const char *key);
  int64_t readInteger(const char *key, int64_t low, int64_t high);
  double readNumber(const char *key);
  /// An array, or an empty one after a failure.
  const Json &readArray(const char *key);
  const Json &readObject(const char *key);

  /// Fails the reader with "expects <what>, got <value>"; without a value the member of that name
  /// is shown.
  void fail(const std::string &key, const std::string &expected, const Json *got);
  const Status &status() const { return failure; }
  const std::string &path() const { return where; }

private:
  const Json *find(const char *key, const char *expected);

  const Json &object;
  std::string where;
  Status failure;
};

} // namespace weft

#endif
