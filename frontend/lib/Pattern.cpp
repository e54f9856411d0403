// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "frontend/lib/PatternRule.h"

#include "llvm/ADT/STLExtras.h"

namespace weft::dsl {

using namespace detail;
using ir::PatternKind;
using ir::PatternTerm;

/// A rule is asked for every pair of a query and a key.
static constexpr int64_t mostTraced = 32768;

namespace {

std::string number(int64_t value) { return std::to_string(value); }

void checkLength(const char *call, const char *name, int64_t length, int64_t least, Where where) {
  if (length < least || length > int64_t(1) << 40)
    throw Error(where,
                std::string("Pattern::") + call + " expects a " + name + " in [" + number(least) +
                    ", 2^40], got " + number(length),
                {}, "it counts positions");
}

/// "16 and 32", the divisors of a stride around a number.
std::string findDivisors(int64_t stride, int64_t near) {
  int64_t below = std::clamp<int64_t>(near, 1, stride), above = below;
  while (stride % below != 0)
    --below;
  while (stride % above != 0)
    ++above;
  return below == above ? number(below) : number(below) + " and " + number(above);
}

/// The blocks of a rule: (row, column, mask) of each, and masks as words of 64 bits.
void traceRule(const PatternRule &rule, LayoutRule &layout, LayoutRule::Head &head) {
  int64_t size = layout.size, words = (size + 63) / 64;
  std::map<std::vector<int64_t>, int64_t> known;
  auto reaches = [&](int64_t i, int64_t j) {
    return llvm::any_of(rule.predicates, [&](auto &predicate) { return predicate(i, j); });
  };
  for (int64_t row = 0; row * size < layout.queries; ++row)
    for (int64_t column = 0; column * size < layout.keys; ++column) {
      std::vector<int64_t> mask(size * words, 0);
      int64_t found = 0, rows = std::min(size, layout.queries - row * size),
              columns = std::min(size, layout.keys - column * size);
      for (int64_t r = 0; r < rows; ++r)
        for (int64_t c = 0; c < columns; ++c)
          if (reaches(layout.keys - layout.queries + row * size + r, column * size + c)) {
            uint64_t bit = uint64_t(1) << (c % 64);
            mask[r * words + c / 64] =
                static_cast<int64_t>(static_cast<uint64_t>(mask[r * words + c / 64]) | bit);
            ++found;
          }
      if (found == 0)
        continue;
      int64_t place = -1;
      if (found < rows * columns) {
        auto [entry, isNew] = known.try_emplace(mask, known.size());
        place = entry->second;
        if (isNew)
          head.masks.insert(head.masks.end(), mask.begin(), mask.end());
      }
      head.listed.insert(head.listed.end(), {row, column, place});
    }
}

} // namespace

Pattern Pattern::join(const Pattern &other) const {
  PatternRule joined = *rule;
  llvm::append_range(joined.terms, other.rule->terms);
  llvm::append_range(joined.predicates, other.rule->predicates);
  return make(std::move(joined));
}

Pattern Pattern::make(detail::PatternRule rule) {
  Pattern result;
  result.rule = std::make_shared<PatternRule>(std::move(rule));
  return result;
}

Pattern pattern(std::function<bool(int64_t, int64_t)> reaches, Where where) {
  if (!reaches)
    throw Error(where, "pattern expects a rule, got an empty function", {},
                "pattern([](int64_t i, int64_t j) { return j <= i && i - j < 8; })");
  return Pattern::make({{}, {std::move(reaches)}});
}

Pattern Pattern::all() { return make({{{PatternKind::all}}, {}}); }

Pattern Pattern::local(int64_t length, Where where) {
  checkLength("local", "length", length, 1, where);
  return make({{{PatternKind::local, length}}, {}});
}

Pattern Pattern::strided(int64_t stride, Where where) {
  checkLength("strided", "stride", stride, 1, where);
  return make({{{PatternKind::strided, stride}}, {}});
}

Pattern Pattern::window(int64_t stride, Where where) {
  checkLength("window", "stride", stride, 1, where);
  return make({{{PatternKind::window, stride}}, {}});
}

/// The columns of a group, for a pattern that messages call `call`.
static PatternTerm makeColumns(const std::string &call, int64_t stride, int64_t columns,
                               int64_t group, Where where) {
  checkLength(call.c_str(), "stride", stride, 1, where);
  if (columns < 1 || stride % columns != 0)
    throw Error(where,
                "Pattern::" + call + " expects columns that divide the stride, got " +
                    number(columns) + " of " + number(stride),
                {}, findDivisors(stride, columns) + " would fit");
  if (group < 0 || group >= stride / columns)
    throw Error(where,
                "Pattern::" + call + " expects one of the " + number(stride / columns) +
                    " groups of columns of a window, got group " + number(group),
                {}, "groups count from 0, the last columns of the window");
  return {PatternKind::columns, stride, columns, group};
}

Pattern Pattern::columns(int64_t stride, int64_t columns, int64_t group, Where where) {
  return make({{makeColumns("columns", stride, columns, group, where)}, {}});
}

Pattern Pattern::fixed(int64_t stride, int64_t columns, int64_t group, Where where) {
  PatternTerm all = makeColumns("fixed", stride, columns, group, where);
  return make({{{PatternKind::window, stride}, all}, {}});
}

Pattern Pattern::prefix(int64_t length, Where where) {
  checkLength("prefix", "length", length, 0, where);
  return make({{{PatternKind::prefix, length}}, {}});
}

BlockLayout Pattern::blocks(int64_t steps, int64_t size, Where where) const {
  return blocks(steps, steps, size, where);
}

BlockLayout Pattern::blocks(int64_t queries, int64_t keys, int64_t size, Where where) const {
  if (!llvm::is_contained({8, 16, 32, 64, 128}, size))
    throw Error(where,
                "Pattern::blocks expects blocks of 8, 16, 32, 64 or 128 positions, got " +
                    number(size),
                {}, "the length need not be a multiple of a block");
  if (queries < 1 || keys < queries || keys > int64_t(1) << 24)
    throw Error(
        where,
        "Pattern::blocks expects at least 1 query and as many keys or more, at most 2^24, got " +
            number(queries) + " queries and " + number(keys) + " keys",
        {}, "the queries are the last of the keys' positions");
  if (!rule->predicates.empty() && keys > mostTraced)
    throw Error(where,
                "Pattern::blocks expects at most " + number(mostTraced) +
                    " keys for a rule that is asked for every pair, got " + number(keys),
                {}, "all, local, strided, fixed and prefix, joined with |, have no such bound");
  auto layout = std::make_shared<LayoutRule>();
  layout->size = size;
  layout->queries = queries;
  layout->keys = keys;
  LayoutRule::Head head{rule->terms, {}, {}};
  if (!rule->predicates.empty())
    traceRule(*rule, *layout, head);
  layout->heads.push_back(std::move(head));
  layout->turns = {0};
  BlockLayout result;
  result.rule = layout;
  return result;
}

BlockLayout BlockLayout::heads(const std::vector<BlockLayout> &layouts, Where where) {
  if (layouts.empty())
    throw Error(where, "BlockLayout::heads expects a layout, got none", {},
                "head h takes the layout h mod n of n");
  auto joined = std::make_shared<LayoutRule>(*layouts.front().rule);
  joined->heads.clear();
  joined->turns.clear();
  for (const BlockLayout &one : layouts) {
    const LayoutRule &rule = *one.rule;
    if (rule.size != joined->size || rule.queries != joined->queries || rule.keys != joined->keys)
      throw Error(where,
                  "BlockLayout::heads expects layouts of the same size, got " +
                      number(joined->queries) + " x " + number(joined->keys) + " in blocks of " +
                      number(joined->size) + " and " + number(rule.queries) + " x " +
                      number(rule.keys) + " in blocks of " + number(rule.size),
                  {}, "all heads of an attention have the same queries and keys");
    for (int64_t turn : rule.turns) {
      auto known = llvm::find(joined->heads, rule.heads[turn]);
      joined->turns.push_back(known - joined->heads.begin());
      if (known == joined->heads.end())
        joined->heads.push_back(rule.heads[turn]);
    }
  }
  BlockLayout result;
  result.rule = joined;
  return result;
}

int64_t BlockLayout::getQueries() const { return rule->queries; }
int64_t BlockLayout::getKeys() const { return rule->keys; }
int64_t BlockLayout::getBlockSize() const { return rule->size; }
int64_t BlockLayout::getPatternCount() const { return rule->turns.size(); }

ir::BlockLayout LayoutRule::build(const Head &head, const char *call, Where where) const {
  ir::BlockLayout built(ir::PatternView(head.terms, head.listed, head.masks), size, queries, keys);
  if (built.isTooLarge())
    throw Error(where,
                std::string(call) + " expects a pattern of at most 2^22 blocks, got more for " +
                    number(queries) + " queries and " + number(keys) + " keys in blocks of " +
                    number(size),
                {},
                "larger blocks are fewer; a stride reaches every block unless it stands alone and "
                "divides the keys");
  return built;
}

static const LayoutRule::Head &getHead(const LayoutRule &rule, int64_t head, const char *call,
                                       Where where) {
  if (head < 0)
    throw Error(where, std::string(call) + " expects a head, got " + number(head), {},
                "heads count from 0; head h has layout h mod n");
  return rule.heads[rule.turns[head % rule.turns.size()]];
}

int64_t BlockLayout::countBlocks(int64_t head, Where where) const {
  const char *call = "BlockLayout::countBlocks";
  return rule->build(getHead(*rule, head, call, where), call, where).countBlocks(0);
}

int64_t BlockLayout::countPairs(int64_t head, Where where) const {
  const char *call = "BlockLayout::countPairs";
  return rule->build(getHead(*rule, head, call, where), call, where).countPairs(0);
}

} // namespace weft::dsl
