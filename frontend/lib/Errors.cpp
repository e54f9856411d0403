// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How tensors, axes and mistakes are shown.
#include <charconv>
#include <fstream>

#include "frontend/lib/GraphBuilder.h"

namespace weft::dsl {

std::string Size::str() const {
  std::string text = isConstant() ? "" : symbol;
  if (isConstant())
    return std::to_string(offset);
  if (offset)
    text += (offset > 0 ? " + " : " - ") + std::to_string(std::abs(offset));
  return text;
}

std::string Error::str() const {
  auto line = [](Where where) {
    return detail::baseName(where.file_name()) + ":" + std::to_string(where.line());
  };
  std::string text = line(where) + ": error: " + what() + "\n";
  for (const Note &note : notes)
    text += line(note.where) + ": note: " + note.text + "\n";
  if (!help.empty())
    text += "  help: " + help + "\n";
  return text;
}

const Axes &Tensor::axes() const {
  static const Axes none;
  return node ? node->axes : none;
}

DType Tensor::dtype() const { return node ? node->dtype : DType::f32; }

namespace detail {

std::string baseName(const std::string &path) { return path.substr(path.find_last_of('/') + 1); }

const char *formatDType(DType dtype) {
  static const char *const names[] = {"f32", "f64", "i32", "i1"};
  return names[static_cast<int>(dtype)];
}

std::string formatNumber(double value) {
  char buffer[32];
  return std::string(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

std::string formatAxes(const Axes &axes) {
  std::string text;
  for (const Axis &axis : axes)
    text += (text.empty() ? "" : ", ") + axis.getName() + "=" + axis.getSize().str();
  return "[" + text + "]";
}

/// The variable that the source line initialises or assigns, if the source can be read: "q" for
/// "Tensor q = dot(...".
static std::string findVariable(Where where) {
  std::ifstream source(where.file_name());
  std::string line;
  for (unsigned i = 0; i < where.line(); ++i)
    if (!std::getline(source, line))
      return "";
  size_t equals = line.find('=');
  if (equals == std::string::npos || equals == 0 || line.find_first_of("({[;\"") < equals ||
      line.compare(equals, 2, "==") == 0)
    return "";
  auto isName = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
  size_t end = line.find_last_not_of(' ', equals - 1);
  if (end == std::string::npos || !isName(line[end]))
    return "";
  size_t begin = end;
  while (begin > 0 && isName(line[begin - 1]))
    --begin;
  return line.substr(begin, end + 1 - begin);
}

std::string Node::describe() const {
  if (!name.empty())
    return "`" + name + "`";
  std::string variable = findVariable(where);
  return variable.empty() ? "the result of " + made : "`" + variable + "`";
}

Error::Note Node::note() const {
  return {where, describe() + " " + formatAxes(axes) + " comes from " + made};
}

const Axis *findAxis(const Axes &axes, const std::string &name) {
  for (const Axis &axis : axes)
    if (axis.getName() == name)
      return &axis;
  return nullptr;
}

int64_t indexOf(const Axes &axes, const Axis &axis) {
  for (size_t i = 0; i < axes.size(); ++i)
    if (axes[i] == axis)
      return i;
  return -1;
}

void checkShared(const Node &a, const Node &b, Where where) {
  for (const Axis &axis : a.axes) {
    const Axis *other = findAxis(b.axes, axis.getName());
    if (other && other->getSize() != axis.getSize())
      throw Error(where,
                  "axis `" + axis.getName() + "` has size " + axis.getSize().str() + " in " +
                      a.describe() + " but " + other->getSize().str() + " in " + b.describe(),
                  {a.note(), b.note()},
                  "an axis has one size; give the two different names, or make the sizes equal");
  }
}

void requireFloats(const Node &x, const std::string &call, Where where) {
  if (x.dtype != DType::f32 && x.dtype != DType::f64)
    throw Error(where,
                call + " expects floats, got " + formatDType(x.dtype) + " in " + x.describe(),
                {x.note()}, "convert it with cast");
}

void requireIndices(const Node &x, const std::string &call, Where where) {
  if (x.dtype != DType::i32)
    throw Error(where,
                call + " expects indices of i32, got " + formatDType(x.dtype) + " in " +
                    x.describe(),
                {x.note()}, "argmax, topK and inputs of i32 give indices");
}

void requireSameType(const Node &a, const Node &b, const std::string &call, Where where) {
  if (a.dtype != b.dtype)
    throw Error(where,
                call + " expects one element type, got " + formatDType(a.dtype) + " in " +
                    a.describe() + " and " + formatDType(b.dtype) + " in " + b.describe(),
                {a.note(), b.note()}, "convert one of the two with cast");
}

const Axis &requireAxis(const Node &x, const Axis &axis, const std::string &call, Where where) {
  const Axis *found = findAxis(x.axes, axis.getName());
  if (!found)
    throw Error(where,
                call + " expects " + x.describe() + " to have axis `" + axis.getName() + "`, got " +
                    formatAxes(x.axes),
                {x.note()}, "name an axis it has, or give it this one with rename");
  if (found->getSize() != axis.getSize())
    throw Error(where,
                call + ": axis `" + axis.getName() + "` has size " + axis.getSize().str() +
                    " but " + found->getSize().str() + " in " + x.describe(),
                {x.note()}, "an axis has one size; use the Axis that the tensor was made with");
  return *found;
}

} // namespace detail
} // namespace weft::dsl
