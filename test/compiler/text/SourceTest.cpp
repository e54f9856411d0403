// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every limit on IR text: at the limit a text passes, one above it is refused at its line.
#include <csignal>
#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"

#include "compiler/Compiler.h"
#include "compiler/ReadSource.h"

using namespace mlir;

namespace weft::compiler {
namespace {

std::string repeat(const std::string &text, size_t count) {
  std::string result;
  for (size_t i = 0; i < count; ++i)
    result += text;
  return result;
}

std::string nest(const std::string &open, const std::string &middle, const std::string &close,
                 size_t levels) {
  return repeat(open, levels) + middle + repeat(close, levels);
}

std::string makeAttribute(const std::string &value) {
  return "module attributes {x.y = " + value + "} {}";
}

/// An alias for each level, every one of `count` uses of the one before.
std::string chainAliases(size_t levels, size_t count) {
  std::string text = "#a0 = 1 : i32\n";
  for (size_t i = 1; i <= levels; ++i) {
    std::string use = "#a" + std::to_string(i - 1);
    text += "#a" + std::to_string(i) + " = [" + use + repeat(", " + use, count - 1) + "]\n";
  }
  return text + makeAttribute("#a" + std::to_string(levels));
}

/// What recurses in MLIR's parser; `around` levels are those of the text around the nested part.
struct Nesting {
  const char *name;
  size_t around;
  std::function<std::string(size_t)> make;
};

std::string makeMap(const std::string &expression) {
  return makeAttribute("affine_map<(d0) -> (" + expression + ")>");
}

const Nesting nestings[] = {
    {"regions", 0, [](size_t n) { return nest("module {\n", "", "}\n", n); }},
    {"generic regions", 0,
     [](size_t n) {
       return nest("\"builtin.module\"() ({\n^bb0:\n", "", "}) : () -> ()\n", n / 2);
     }},
    {"types", 1, [](size_t n) { return makeAttribute(nest("tuple<", "i32", ">", n)); }},
    {"types on two lines", 1,
     [](size_t n) { return makeAttribute(nest("tuple\n<", "i32", ">", n)); }},
    {"attributes", 1, [](size_t n) { return makeAttribute(nest("[", "", "]", n)); }},
    {"dictionaries", 1, [](size_t n) { return makeAttribute(nest("{a = ", "1", "}", n)); }},
    {"affine brackets", 3, [](size_t n) { return makeMap(nest("(", "d0", ")", n)); }},
    {"affine signs", 3, [](size_t n) { return makeMap(repeat("-", n) + "d0"); }},
    {"affine sums", 3, [](size_t n) { return makeMap("d0" + repeat("\n + d0", n)); }},
    {"affine differences", 3, [](size_t n) { return makeMap("d0" + repeat("-d0", n)); }},
    {"affine divisions", 3, [](size_t n) { return makeMap("d0" + repeat(" floordiv 2", n)); }},
    {"affine sums in brackets", 3,
     [](size_t n) { return makeMap(nest("(d0 + ", "d0", ")", n / 2)); }},
    // Constraints whose sign and `=` stand apart: no bracket of theirs opens or closes anything.
    {"regions behind comparisons", 2,
     [](size_t n) {
       return nest("module attributes {x.y = affine_set<(d0) : (d0 > = 0)>} {\n", "", "}\n", n);
     }},
    {"aliases behind comparisons", 1,
     [](size_t n) { return "#s = affine_set<(d0) : (5 - d0 < = 5)>\n" + chainAliases(n, 1); }},
    {"locations", 1,
     [](size_t n) { return "module {} loc(" + nest("callsite(\"a\" at ", "\"b\"", ")", n) + ")"; }},
    {"aliases", 1, [](size_t n) { return chainAliases(n, 1); }},
    {"aliases on many lines", 1,
     [](size_t n) {
       std::string text = "!t0 =\n i32\n";
       for (size_t i = 1; i <= n; ++i)
         text += "  !t" + std::to_string(i) + " // a comment\n = tuple\n<\n!t" +
                 std::to_string(i - 1) + ">\n";
       return text + makeAttribute("!t" + std::to_string(n));
     }},
};

/// Reads and prints; what MLIR reports, or nothing.
std::string read(const std::string &text) {
  std::string messages;
  runWithLargeStack([&] {
    DialectRegistry registry;
    registerAll(registry);
    MLIRContext context(registry);
    context.getDiagEngine().registerHandler([&](Diagnostic &message) {
      llvm::raw_string_ostream(messages) << message.getLocation() << ": " << message << "\n";
      return success();
    });
    OwningOpRef<ModuleOp> module = readSource(text, &context, "text");
    EXPECT_EQ(!module, !messages.empty());
    std::string printed;
    llvm::raw_string_ostream stream(printed);
    if (module)
      module->print(stream, OpPrintingFlags().enableDebugInfo());
  });
  return messages;
}

TEST(Source, NestingAtTheLimitIsRead) {
  for (const Nesting &nesting : nestings)
    EXPECT_EQ(read(nesting.make(512 - nesting.around)), "") << nesting.name;
}

TEST(Source, NestingAboveTheLimitIsRefused) {
  // Two more, where each step is two levels.
  for (const Nesting &nesting : nestings)
    for (size_t levels : {514 - nesting.around, size_t(100000)})
      EXPECT_NE(read(nesting.make(levels)).find("expects nesting of at most 512 levels, got 513"),
                std::string::npos)
          << nesting.name << ": " << read(nesting.make(levels)).substr(0, 200);
}

TEST(Source, WithoutTheLimitNestingEndsTheProcess) {
  std::string text = nestings[0].make(100000);
  MLIRContext context;
  EXPECT_EXIT(parseSourceString(text, ParserConfig(&context)), testing::KilledBySignal(SIGSEGV),
              "");
}

TEST(Source, TheLineIsNamed) {
  EXPECT_EQ(read("// one\n// two\nmodule attributes {x.y =\n" + nest("[", "", "]", 512) + "} {}"),
            "loc(\"text\":4:1): expects nesting of at most 512 levels, got 513; give inner parts "
            "functions or values of their own\n");
}

TEST(Source, LengthIsBounded) {
  SourceLimits limits;
  std::string text(limits.bytes, '\n');
  EXPECT_FALSE(checkSource(text));
  text += "\n";
  std::optional<SourceProblem> problem = checkSource(text);
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->line, limits.bytes + 1);
  EXPECT_EQ(problem->text, "expects text of at most 67108864 bytes, got 67108865; put large tables "
                           "into files of weights");
}

TEST(Source, OpsAreBounded) {
  for (const char *op : {"a.b\n", "\"a.b\"() : () -> ()\n", "return\n", "%0 = a.b %1 : i32 "}) {
    EXPECT_FALSE(checkSource(repeat(op, 10), {.ops = 10})) << op;
    std::optional<SourceProblem> problem = checkSource("\n" + repeat(op, 11), {.ops = 10});
    ASSERT_TRUE(problem) << op;
    EXPECT_EQ(problem->line, op[3] == '=' ? 2 : 12) << op;
    EXPECT_EQ(problem->text, "expects at most 10 ops, got 11; write what repeats as weft.scan");
  }
  EXPECT_FALSE(checkSource("a.b {c.d = 1, e.f = \"g.h\", i = 2.5} : !j.k, #l.m", {.ops = 1}));
}

TEST(Source, AliasesCountAsWhatTheyStandFor) {
  // Forty lines that stand for 2^40 values.
  EXPECT_EQ(read(chainAliases(40, 2))
                .find("loc(\"text\":22:1): expects text of at most 67108864 "
                      "bytes with its aliases written out, got "),
            0u);
  // Many uses of one that stands long before them.
  std::string used =
      "#map = affine_map<(d0) -> (d0)>\nmodule {\n" + repeat("a.b {map = #map}\n", 100000) + "}\n";
  EXPECT_FALSE(checkSource(used));
}

TEST(Source, WhatOnlyLooksNestedPasses) {
  EXPECT_FALSE(
      checkSource("// " + std::string(1000, '[') + "\n\"" + std::string(1000, '{') + "\\\"(\"\n",
                  {.nesting = 4}));
  EXPECT_FALSE(checkSource("(a) -> (b) -> (c) -> (d) -> (e) -> (f)", {.nesting = 1}));
  EXPECT_FALSE(checkSource("if (d0 >= 0, d1 <= 4, d2 >= 1)", {.nesting = 1}));
  EXPECT_FALSE(checkSource("dense<[-1, -2, -3]> %a-b %c-d", {.nesting = 3}));
  EXPECT_FALSE(checkSource(repeat("a.b -1 : i32\n", 1000), {.nesting = 1}));
}

TEST(Source, BytecodeIsNoText) {
  EXPECT_NE(read("ML\xEFR and so on").find("expects IR text, got MLIR bytecode"),
            std::string::npos);
}

const std::string refusedName = "expects %x, used in line 1, to be defined before that or in a "
                                "region around it, got a definition in another region";

TEST(Source, NamesOfAnotherRegionAreRefused) {
  for (const char *text : {
           "scf.if %c { a.use %x }\nelse { %x = a.def }",
           "a.use %x a.op {\n%x = a.def }",
           "\"a.op\"() ({ a.use %x : i32 }, {\n^bb0(%y: i32, %x: i32): }) : () -> ()",
           "a.op { %y = a.use %x : i32 } {\n %y, %x:2 = a.def }",
           "a.op { %x = a.def } { a.use %x#1 } {\n scf.for %x = %a to %b {} }",
           "a.op { scf.for %i = %x to %n {} } {\n scf.parallel (%j, %x) = (%a) to (%b) {} }",
           "a.op { a.use(%i, %x) } {\n scf.forall (%j, %x) in (%b) {} }",
           "a.op { a.for iter_args(%s = %x, %t = %u) {} } {\n a.for iter_args(%t = %u, %x = %s) {} "
           "}",
           "a.op { a.use (%y : i32) : %x } {\n func.func @f(%x: i32) {} }",
       }) {
    std::optional<SourceProblem> problem = checkSource(text);
    ASSERT_TRUE(problem) << text;
    EXPECT_EQ(problem->line, 2u) << text;
    EXPECT_EQ(problem->text, refusedName) << text;
  }
}

TEST(Source, NamesOfTheSameRegionPass) {
  for (const char *text : {
           "llvm.br ^b2\n^b1:\n a.use %x\n a.op { a.use %x }\n^b2:\n %x = a.def\n llvm.br ^b1",
           "a.op { %x = a.def } { %x = a.def\n a.use %x }",
           "%x = a.def\n a.op { a.use %x }\n a.op { ^b(%y: i32): a.use %x, %y }",
           "func.func @f(%x: i32, %y: i32) { a.use %x, %y }\nfunc.func @g(%x: i32) { a.use %x }",
           "a.op { scf.for %i = %a to %b { a.use %i } }\n a.op { a.op { %i = a.def } }",
           "a.op { %r:2 = scf.for %i = %a to %b iter_args(%s = %a, %t = %b) -> (i32, i32) { a.use "
           "%s, "
           "%t } a.use %r#1 } { a.op { %t = a.def\n %s = a.def\n %i = a.def\n %r = a.def } }",
           "scf.parallel (%i, %j) = (%a, %b) { a.use %i, %j }\n a.op { %i, %j = a.def }",
           "scf.forall (%i, %j) in (%a, %b) { a.use %i, %j }\n a.op { %i, %j = a.def }",
           "^b0(%k: i32 loc(\"k\"), %x: !llvm.ptr): // %x\n a.use %x\n a.op { %x = a.def }",
       })
    EXPECT_FALSE(checkSource(text)) << text << checkSource(text)->text;
}

TEST(Source, NamesOfAnotherRegionNeverReachTheParser) {
  // Behind the definition a mistake: there MLIR's parser would write to what it has destroyed.
  std::string text =
      "func.func @f(%c: i1) {\n  scf.if %c {\n    %y = arith.addi %x, %x : i32\n"
      "  } else {\n    %x = arith.constant 1 : i32\n    nonsense\n  }\n  return\n}\n";
  EXPECT_EQ(read(text), "loc(\"text\":5:1): expects %x, used in line 3, to be defined before that "
                        "or in a region around it, got a definition in another region\n");
}

TEST(Source, ResultsAreBounded) {
  EXPECT_FALSE(checkSource("a.b %x#3, %x#9, %x#2 {c = #d}", {.ops = 10}));
  EXPECT_TRUE(checkSource("a.b %x#3, %x #10", {.ops = 10}));
  EXPECT_EQ(
      read("\nfunc.func @f() -> i32 {\n  return %x#2147483648 : i32\n}"),
      "loc(\"text\":3:1): expects at most 1000000 results, got 2147483649; number the results "
      "of an op from 0\n");
}

TEST(Source, ArraysHaveNumbers) {
  for (const char *element : {"index", "!t"})
    EXPECT_EQ(read("!t = index\n" + makeAttribute("array<" + std::string(element) + ": 1>")),
              "loc(\"text\":2:1): expects array<...> of integers or floats, got '" +
                  std::string(element) + "'; use i64\n");
}

TEST(Source, WhatIsThrownOnTheLargeStackComesOut) {
  EXPECT_THROW(runWithLargeStack([] { throw std::runtime_error("thrown"); }), std::runtime_error);
}

} // namespace
} // namespace weft::compiler
