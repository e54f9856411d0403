// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Attentions.h"

#include <algorithm>
#include <charconv>
#include <optional>

using namespace weft;
using namespace weft::driver;

namespace {
/// Reads the printed form of an op from left to right.
class Cursor {
public:
  explicit Cursor(std::string_view text) : text(text) {}

  bool take(std::string_view word) {
    skipSpace();
    if (!text.starts_with(word))
      return false;
    text.remove_prefix(word.size());
    return true;
  }
  /// Goes behind the next appearance of a text; false, and stays, where there is none.
  bool skipTo(std::string_view word) {
    size_t at = text.find(word);
    if (at == text.npos)
      return false;
    text.remove_prefix(at + word.size());
    return true;
  }
  std::optional<int64_t> takeNumber() {
    skipSpace();
    int64_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc())
      return std::nullopt;
    text.remove_prefix(size_t(end - text.data()));
    return number;
  }
  /// The numbers up to the closing bracket.
  std::vector<int64_t> takeNumbers(char close) {
    std::vector<int64_t> numbers;
    while (!take(std::string_view(&close, 1))) {
      std::optional<int64_t> number = takeNumber();
      if (!number)
        break;
      numbers.push_back(*number);
      take(",");
    }
    return numbers;
  }
  /// A size at its largest: "512", or "cache0(1024 by 64) + 512".
  int64_t takeSize() {
    skipSpace();
    if (std::optional<int64_t> number = takeNumber())
      return *number;
    skipTo("(");
    int64_t bound = takeNumber().value_or(0);
    skipTo(")");
    if (take("+"))
      return bound + takeNumber().value_or(0);
    return take("-") ? bound - takeNumber().value_or(0) : bound;
  }
  std::string_view rest() const { return text; }

private:
  void skipSpace() {
    while (text.starts_with(' '))
      text.remove_prefix(1);
  }
  std::string_view text;
};
} // namespace

/// The sizes of a printed tensor type, "2x4x?x16xf32, #weft.bounded<[...]>", at their largest.
static std::vector<int64_t> parseShape(std::string_view type) {
  std::vector<int64_t> sizes;
  Cursor cursor(type);
  for (;;) {
    std::optional<int64_t> number = cursor.takeNumber();
    if (!number && !cursor.take("?"))
      break;
    sizes.push_back(number.value_or(-1));
    if (!cursor.take("x"))
      break;
  }
  if (std::find(sizes.begin(), sizes.end(), -1) == sizes.end() || !cursor.skipTo("bounded<["))
    return sizes;
  for (int64_t &size : sizes) {
    size = cursor.takeSize();
    cursor.take(",");
  }
  return sizes;
}

/// One term or list of a pattern; false where there is none.
static bool parseTerm(Cursor &cursor, int64_t block, Reach &reach) {
  using Kind = Reach::Kind;
  static constexpr std::pair<const char *, Kind> kinds[] = {
      {"local(", Kind::local},     {"strided(", Kind::strided}, {"window(", Kind::window},
      {"columns(", Kind::columns}, {"prefix(", Kind::prefix},   {"all", Kind::all}};
  for (auto [word, kind] : kinds) {
    if (!cursor.take(word))
      continue;
    Reach::Term term{kind, {}};
    if (kind != Kind::all) {
      std::vector<int64_t> numbers = cursor.takeNumbers(')');
      std::copy_n(numbers.begin(), std::min<size_t>(numbers.size(), 3), term.numbers.begin());
    }
    reach.terms.push_back(term);
    return true;
  }
  if (!cursor.take("listed ["))
    return false;
  std::vector<int64_t> places = cursor.takeNumbers(']'), masks;
  if (cursor.take("masks ["))
    masks = cursor.takeNumbers(']');
  size_t words = size_t((block + 63) / 64 * block);
  for (size_t i = 0; i + 2 < places.size(); i += 3) {
    std::vector<uint64_t> mask;
    if (size_t begin = size_t(places[i + 2]) * words;
        places[i + 2] >= 0 && begin + words <= masks.size())
      mask.assign(masks.begin() + int64_t(begin), masks.begin() + int64_t(begin + words));
    reach.listed.emplace(std::pair(places[i], places[i + 1]), mask);
  }
  return true;
}

/// layout <32, [local(64) | strided(8), all] heads [0, 1]>
static void parseLayout(Cursor &cursor, Attention &attention) {
  attention.shape.block = cursor.takeNumber().value_or(1);
  cursor.take(",");
  cursor.take("[");
  do {
    Reach reach;
    while (parseTerm(cursor, attention.shape.block, reach))
      cursor.take("|");
    attention.reaches.push_back(std::move(reach));
  } while (cursor.take(","));
  cursor.take("]");
  if (cursor.take("heads ["))
    attention.reachOf = cursor.takeNumbers(']');
}

/// The name of the scope in a location, "layer0" of loc("layer0"("Model.h":88:0)).
static std::string parseScope(std::string_view location) {
  Cursor cursor(location);
  if (!cursor.skipTo("\""))
    return "";
  std::string_view name = cursor.rest().substr(0, cursor.rest().find('"'));
  return location.substr(location.find(name) + name.size()).starts_with("\"(") ? std::string(name)
                                                                               : "";
}

/// From the first line of an op and the one that its last region ends with.
static Attention parseAttention(std::string_view first, std::string_view last) {
  Attention attention;
  Cursor head(first), types(last);
  head.skipTo("weft.");
  attention.op = std::string(head.rest().substr(0, head.rest().find(' ')));
  int64_t least = 0, greatest = 0, stride = 1;
  bool isSpan = attention.op == "span_attention";
  if (isSpan) {
    head.skipTo(" reach ");
    least = head.takeNumber().value_or(0);
    head.take("to <");
    greatest = head.takeSize();
  } else {
    head.skipTo(" layout <");
    parseLayout(head, attention);
  }
  if (types.skipTo("weft.stride = "))
    stride = std::max<int64_t>(types.takeNumber().value_or(1), 1);
  std::vector<int64_t> query, keys;
  for (std::vector<int64_t> *shape : {&query, &keys}) {
    types.skipTo("tensor<");
    *shape = parseShape(types.rest());
    shape->resize(4);
  }
  attention.batch = query[0] / stride;
  attention.heads = query[1];
  attention.shape.queries = query[2] * stride;
  attention.shape.keys = keys[2] * stride;
  if (isSpan) {
    Reach::Term band{Reach::Kind::band, {least * stride, greatest * stride, stride}};
    attention.reaches = {{{band}, {}}};
  }
  attention.reachOf.resize(size_t(attention.heads));
  return attention;
}

std::vector<Attention> driver::readAttentions(std::string_view graph, const std::string &function) {
  std::map<std::string_view, std::string_view> locations;
  std::vector<std::string_view> lines;
  for (std::string_view rest = graph; !rest.empty();) {
    lines.push_back(rest.substr(0, rest.find('\n')));
    rest.remove_prefix(std::min(lines.back().size() + 1, rest.size()));
    if (size_t equals = lines.back().find(" = loc(");
        lines.back().starts_with("#loc") && equals != std::string_view::npos)
      locations.emplace(lines.back().substr(0, equals), lines.back().substr(equals + 3));
  }
  std::vector<Attention> found;
  bool isInside = false;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (size_t at = lines[i].find("func.func @"); at != std::string_view::npos)
      isInside = lines[i].substr(at + 11).starts_with(function + "(");
    bool isOp = lines[i].find(" = weft.span_attention ") != std::string_view::npos ||
                lines[i].find(" = weft.block_sparse_attention ") != std::string_view::npos;
    if (!isInside || !isOp)
      continue;
    size_t end = i;
    auto isEnd = [](std::string_view line) {
      size_t begin = line.find_first_not_of(' ');
      return begin != line.npos && line[begin] == '}' && line.find(": tensor<") != line.npos;
    };
    while (end + 1 < lines.size() && !isEnd(lines[end]))
      ++end;
    found.push_back(parseAttention(lines[i], lines[end]));
    size_t at = lines[end].rfind("loc(");
    if (at == std::string_view::npos)
      continue;
    std::string_view location = lines[end].substr(at);
    std::string_view alias = location.substr(4, location.find(')', 4) - 4);
    auto named = locations.find(alias);
    found.back().scope = parseScope(named == locations.end() ? location : named->second);
  }
  return found;
}

std::vector<Attention> driver::readAttentions(const Artifact &artifact, std::string &function) {
  const ArtifactSection *section = artifact.findSection(WEFT_SECTION_IR_TEXT, "graph");
  if (!section)
    return {};
  std::string_view graph = Artifact::getText(*section);
  if (!function.empty())
    return readAttentions(graph, function);
  for (const FunctionSpec &known : artifact.manifest().functions)
    if (std::vector<Attention> found = readAttentions(graph, known.name); !found.empty()) {
      function = known.name;
      return found;
    }
  return {};
}
