// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Axes: what the dimensions of a tensor are called. Two axes are the same axis if they have the
// same name; they must then have the same size. An axis may be *bounded*: its size is the value a
// symbol has during a call, plus a constant.
//
//   Axis d("model", 64);
//   Size cached = f.symbol("cache0", 1024, 64); // at most 1024, a multiple of 64 or the bound
//   itself Axis c("cached", cached), s("seen", cached + 512);
#ifndef WEFT_DSL_AXIS_H
#define WEFT_DSL_AXIS_H

#include <cstdint>
#include <initializer_list>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

namespace weft::dsl {

/// The line of the user's program that asked for something.
using Where = std::source_location;

/// A size: a constant, or a symbol with a bound and a step, plus a constant.
class Size {
public:
  Size(int64_t constant) : offset(constant) {}
  Size(std::string symbol, int64_t bound, int64_t step)
      : symbol(std::move(symbol)), bound(bound), step(step) {}

  bool isConstant() const { return symbol.empty(); }
  const std::string &getSymbol() const { return symbol; }
  int64_t getBound() const { return bound; }
  int64_t getStep() const { return step; }
  int64_t getOffset() const { return offset; }
  /// The largest value the size can take.
  int64_t getMaximum() const { return bound + offset; }
  /// As messages show it: "512" or "cache0 + 512".
  std::string str() const;

  friend Size operator+(Size size, int64_t more) {
    size.offset += more;
    return size;
  }
  friend Size operator-(Size size, int64_t less) { return std::move(size) + -less; }
  friend bool operator==(const Size &, const Size &) = default;

private:
  std::string symbol;
  int64_t bound = 0, step = 1, offset = 0;
};

class Axis {
public:
  Axis(std::string name, Size size) : name(std::move(name)), size(std::move(size)) {}

  const std::string &getName() const { return name; }
  const Size &getSize() const { return size; }
  /// True if both have one name; a tensor cannot have an axis twice.
  friend bool operator==(const Axis &a, const Axis &b) { return a.name == b.name; }

private:
  std::string name;
  Size size;
};

/// One or several axes: `d` or `{h, k}`.
struct Axes : std::vector<Axis> {
  Axes() = default;
  Axes(const Axis &axis) : std::vector<Axis>{axis} {}
  Axes(std::initializer_list<Axis> axes) : std::vector<Axis>(axes) {}
  Axes(std::vector<Axis> axes) : std::vector<Axis>(std::move(axes)) {}
};

} // namespace weft::dsl

#endif
