// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How every call of the runtime reports failure: a Status, or a Result that is a value or a Status.
//
// The runtime throws nothing across its interface and never aborts on input. A code is the
// exit-code class that `weft` ends with, so a program may return it from main; a message says what
// was looked at, what was expected, what was found and, where one is known, what to do.
//
// Example:
//   Result<Module> module = Module::load("model.weft", device);
//   if (!module)
//     return module.status().within("while starting"); // "while starting: model.weft: ..."
//   Result<TensorMap> results = module->call("eval", inputs);
//   if (results)
//     std::printf("%f\n", results->at("loss").item());
//   return results.status(); // success when there is a value
//
// Which code means what:
//   Model     the model, or shapes and names given to it: mend the program that calls
//   Usage     a name, a path, an option or the order of calls: mend the program that calls
//   File      a file is corrupt or of another version: nothing of it was used
//   Device    no such device, or the CPU lacks what the code was compiled for
//   Resource  memory or disk is short: the call had no effect and may be made again
//   Numeric   numbers left the range in which training makes sense
//   Internal  a bug of ours: please report it
//
// Both types are values: copy, move and keep them as you like; a const one may be read by several
// threads. Both are [[nodiscard]]: to drop a failure one must write so. Taking the value of a
// Result that has none is the caller's bug, as with std::optional; the behaviour is undefined.
#ifndef WEFT_STATUS_H
#define WEFT_STATUS_H

#include <string>
#include <utility>
#include <variant>

namespace weft {

/// Exit-code classes of the command line; the same number stands for the same kind of failure
/// everywhere.
enum class ErrorCode : int {
  Ok = 0,
  Model = 1,    ///< the model, or the shapes given to it, are wrong
  Usage = 2,    ///< a flag, a key or a call is wrong
  File = 3,     ///< a file is corrupt, or of a kind this version does not read
  Device = 4,   ///< a device or driver is missing, too old or failed
  Resource = 5, ///< out of memory or disk
  Numeric = 6,  ///< a number left the range where training makes sense
  Internal = 70 ///< a bug of ours
};

/// Success, or a code and a message. True when it is success.
class [[nodiscard]] Status {
public:
  Status() = default;
  Status(ErrorCode code, std::string message) : failure(code), text(std::move(message)) {}

  explicit operator bool() const { return failure == ErrorCode::Ok; }
  ErrorCode code() const { return failure; }
  /// One line without a full stop; empty on success.
  const std::string &message() const { return text; }
  /// The same failure with words in front, to say which larger thing failed. Success stays success.
  Status within(const std::string &context) const {
    return failure == ErrorCode::Ok ? Status() : Status(failure, context + ": " + text);
  }

private:
  ErrorCode failure = ErrorCode::Ok;
  std::string text;
};

/// A value, or why there is none. True when there is a value; only then may it be taken.
template <typename T> class [[nodiscard]] Result {
public:
  Result(T value) : content(std::in_place_index<0>, std::move(value)) {}
  /// `status` is a failure.
  Result(Status status) : content(std::in_place_index<1>, std::move(status)) {}

  explicit operator bool() const { return content.index() == 0; }
  T &operator*() & { return *std::get_if<0>(&content); }
  const T &operator*() const & { return *std::get_if<0>(&content); }
  T &&operator*() && { return std::move(*std::get_if<0>(&content)); }
  T *operator->() { return std::get_if<0>(&content); }
  const T *operator->() const { return std::get_if<0>(&content); }
  /// Success when there is a value.
  Status status() const { return content.index() == 0 ? Status() : *std::get_if<1>(&content); }

private:
  std::variant<T, Status> content;
};

} // namespace weft

#endif
