// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The code of products of bf16 as text, and the emulation that stands for AMX in tests.
#include "CompiledKernel.h"
#include "NarrowFormat.h"
#include "compiler/target/X86.h"
#include "dialects/weft/WeftDialect.h"
#include "test/lib/TileEmulation.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

#include <regex>
#include <vector>

using namespace mlir;
using namespace weft;

namespace {

std::string makeProduct(int m, int n, int k, bool startsFromZero) {
  std::string acc =
      startsFromZero
          ? "arith.constant dense<0.0> : tensor<MxNxf32>"
          : "tile.load %out[%zero, %zero] fill %none : !tile.view<2 x f32>, f32 -> tensor<MxNxf32>";
  return fill(R"(module {
  tile.kernel @k tasks 1 writes [2] {
  ^bb0(%a: !tile.array<bf16>, %b: !tile.array<bf16>, %d: !tile.array<f32>, %task: index):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %m = arith.constant SIZE_M : index
    %n = arith.constant SIZE_N : index
    %k = arith.constant SIZE_K : index
    %fill = arith.constant 0.0 : bf16
    %none = arith.constant 0.0 : f32
    %left = tile.view %a offset %zero sizes %m, %k strides %k, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
    %right = tile.view %b offset %zero sizes %k, %n strides %n, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
    %out = tile.view %d offset %zero sizes %m, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %x = tile.load %left[%zero, %zero] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<MxKxbf16>
    %y = tile.load %right[%zero, %zero] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<KxNxbf16>
    %acc = ACC
    %r = tile.dot %x, %y, %acc : tensor<MxKxbf16>, tensor<KxNxbf16>, tensor<MxNxf32>
    tile.store %r, %out[%zero, %zero] : tensor<MxNxf32>, !tile.view<2 x f32>
  }
})",
              {{"ACC", acc},
               {"MxN", std::to_string(m) + "x" + std::to_string(n)},
               {"MxK", std::to_string(m) + "x" + std::to_string(k)},
               {"KxN", std::to_string(k) + "x" + std::to_string(n)},
               {"SIZE_M", std::to_string(m)},
               {"SIZE_N", std::to_string(n)},
               {"SIZE_K", std::to_string(k)}});
}

int count(const std::string &code, const std::string &instruction) {
  std::regex line("\\n\\t" + instruction + "\\b");
  return int(std::distance(std::sregex_iterator(code.begin(), code.end(), line), {}));
}

TEST(Bf16Code, OnlyTheRegistersThatItNames) {
  // One block of 2 x 2 registers, in loops over rows, columns and k.
  std::string code = compileToAssembly(makeProduct(64, 64, 128, true), "cpu:amx");
  EXPECT_EQ(count(code, "tdpbf16ps"), 4);
  EXPECT_EQ(count(code, "tileloadd"), 4);
  EXPECT_EQ(count(code, "tilezero"), 4);
  EXPECT_EQ(count(code, "tilestored"), 4);
  EXPECT_EQ(count(code, "ldtilecfg"), 1);
  EXPECT_EQ(count(code, "tilerelease"), 1);
  EXPECT_EQ(count(code, "call[a-z]*"), 0);
  EXPECT_EQ(count(code, "vdpbf16ps"), 0);
  // Sums that go on are loaded: 4 more.
  code = compileToAssembly(makeProduct(64, 64, 128, false), "cpu:amx");
  EXPECT_EQ(count(code, "tileloadd"), 8);
  EXPECT_EQ(count(code, "tilezero"), 0);
  // 64 + 16 columns, 32 + 16 + 8 rows, a last part of k: (2 + 1) x (2 + 1 + 1) registers, twice.
  code = compileToAssembly(makeProduct(56, 80, 144, true), "cpu:amx");
  EXPECT_EQ(count(code, "tdpbf16ps"), 2 * (3 * 4));
  EXPECT_EQ(count(code, "tilestored"), 3 * 4);
  EXPECT_EQ(count(code, "call[a-z]*"), 0);
}

TEST(Bf16Code, EachLevelItsInstructions) {
  std::string text = makeProduct(64, 64, 128, true);
  // Blocks of 6 and of 5 rows x 4 vectors, two pairs of k at once.
  std::string code = compileToAssembly(text, "cpu:avx512bf16");
  EXPECT_EQ(count(code, "vdpbf16ps"), 2 * (6 + 5) * 4);
  EXPECT_EQ(count(code, "vfmadd[a-z0-9]*"), 0);
  EXPECT_EQ(count(code, "tdpbf16ps"), 0);
  for (std::string level : {"cpu:avx512", "cpu:avx2"}) {
    code = compileToAssembly(text, level);
    EXPECT_EQ(count(code, "vdpbf16ps"), 0);
    EXPECT_GT(count(code, "vfmadd[a-z0-9]*"), 64);
    EXPECT_EQ(count(code, "call[a-z]*"), 0) << level;
    std::regex spill("[yz]mm[0-9]+, [0-9-]*\\(%rsp\\) +# [0-9]+-byte Spill");
    EXPECT_FALSE(std::regex_search(code, spill)) << level;
  }
  // Fewer columns than a register has.
  code = compileToAssembly(makeProduct(64, 8, 128, true), "cpu:amx");
  EXPECT_EQ(count(code, "tdpbf16ps"), 0);
  EXPECT_GT(count(code, "vdpbf16ps"), 0);
}

TEST(Bf16Code, RoundsSumsByAnInstruction) {
  std::string text = makeProduct(64, 64, 128, true);
  std::string store = "tile.store %r, %out[%zero, %zero] : tensor<64x64xf32>, !tile.view<2 x f32>";
  text.replace(text.find(store), store.size(),
               "%s = arith.addf %r, %r : tensor<64x64xf32>\n"
               "    %t = arith.truncf %s : tensor<64x64xf32> to tensor<64x64xbf16>\n"
               "    tile.store %t, %out[%zero, %zero] : tensor<64x64xbf16>, !tile.view<2 x bf16>");
  for (std::string array : {"%d: !tile.array<", "%d offset %zero sizes %m, %n strides %n, %one : "
                                                "!tile.array<f32> -> !tile.view<2 x "})
    text.replace(text.find(array) + array.size(), 3, "bf16");
  std::string view = "!tile.array<f32> -> ";
  text.replace(text.find(view), view.size(), "!tile.array<bf16> -> ");
  EXPECT_GT(count(compileToAssembly(text, "cpu:amx"), "vcvtneps2bf16"), 0);
  EXPECT_GT(count(compileToAssembly(text, "cpu:avx512bf16"), "vcvtneps2bf16"), 0);
  EXPECT_EQ(count(compileToAssembly(text, "cpu:avx512"), "vcvtneps2bf16"), 0);
}

/// What `cpu` chooses by: attention multiplies too.
TEST(Bf16Products, AreSeenInGraphs) {
  DialectRegistry registry;
  registry.insert<ir::WeftDialect, func::FuncDialect>();
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  auto hasProducts = [&](const std::string &body) {
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(body, &context);
    return module && compiler::hasBf16Products(*module);
  };
  const char *attention = R"(
func.func @f(%q: tensor<1x1x4x8xELEMENT>) -> tensor<1x1x4x8xf32> {
  %y, %s = weft.span_attention %q, %q, %q reach 0 to #weft.size<3> before_start masked kinds [] epsilon 0.0 {
  ^bb0(%content: f32, %relative: f32, %d: f32, %i: f32, %j: f32):
    %present = weft.constant true
    %one = weft.constant 1.0 : f32
    weft.yield %content, %present, %one : f32, i1, f32
  } : tensor<1x1x4x8xELEMENT>, tensor<1x1x4x8xELEMENT>, tensor<1x1x4x8xELEMENT> -> tensor<1x1x4x8xf32>, tensor<1x1x4x3xf32>
  return %y : tensor<1x1x4x8xf32>
})";
  EXPECT_TRUE(hasProducts(fill(attention, {{"ELEMENT", "bf16"}})));
  EXPECT_FALSE(hasProducts(fill(attention, {{"ELEMENT", "f32"}})));
}

struct Configuration {
  uint8_t palette = 1, start = 0, reserved[14] = {};
  uint16_t bytes[8] = {}, reservedBytes[8] = {};
  uint8_t rows[8] = {}, reservedRows[8] = {};
};

TEST(TileEmulation, AddsPairsInTheirOrder) {
  Configuration configuration;
  // sum: 1 x 2; left: 1 x 4, right: 2 pairs x 2.
  configuration.rows[0] = 1, configuration.bytes[0] = 8;
  configuration.rows[1] = 1, configuration.bytes[1] = 8;
  configuration.rows[2] = 2, configuration.bytes[2] = 8;
  check::tile::ldtilecfg(&configuration);
  uint16_t left[4] = {bf16.round(1), bf16.round(2), bf16.round(0x1p24), bf16.round(4)};
  uint16_t right[8] = {bf16.round(1),  bf16.round(10), bf16.round(2), bf16.round(-20),
                       bf16.round(-1), bf16.round(3),  bf16.round(1), bf16.round(0.5)};
  float sum[2] = {0x1p24, 5};
  check::tile::tileloadd(0, sum, 8);
  check::tile::tileloadd(1, left, 8);
  check::tile::tileloadd(2, right, 8);
  check::tile::tdpbf16ps(0, 1, 2);
  check::tile::tilestored(0, sum, 8);
  check::tile::tilerelease();
  EXPECT_EQ(check::takeTileFault(), "");
  // Even k and odd k apart, in f32: (1 - 2^24) + (20 + 12) beside 2^24, and 2^24 + 2 + (-40 + 2)
  // + 5.
  EXPECT_EQ(sum[0], 33);
  EXPECT_EQ(sum[1], float(0x1p24) - 36 + 5);
}

TEST(TileEmulation, FaultsAsTheProcessorDoes) {
  float memory[16 * 16] = {};
  Configuration whole;
  for (int i = 0; i < 8; ++i)
    whole.rows[i] = 16, whole.bytes[i] = 64;
  auto expectFault = [&](const Configuration &configuration, const std::string &fault, auto body) {
    check::tile::ldtilecfg(&configuration);
    body();
    EXPECT_EQ(check::takeTileFault(), fault);
    check::tile::tilerelease();
  };
  expectFault(whole, "", [] { check::tile::tdpbf16ps(0, 1, 2); });
  expectFault(whole, "tdpbf16ps: one register twice", [] { check::tile::tdpbf16ps(0, 0, 2); });
  Configuration other = whole;
  other.palette = 2;
  expectFault(other, "ldtilecfg: palette 2", [] {});
  other = whole;
  other.rows[3] = 17;
  expectFault(other, "ldtilecfg: shape of tmm3", [] {});
  other = whole;
  other.rows[7] = other.bytes[7] = 0;
  expectFault(other, "tileloadd of tmm7, which has no rows or columns",
              [&] { check::tile::tileloadd(7, memory, 64); });
  other = whole;
  other.rows[2] = 8;
  expectFault(other, "tdpbf16ps: shapes do not agree", [] { check::tile::tdpbf16ps(0, 1, 2); });
  check::tile::tilezero(0);
  EXPECT_EQ(check::takeTileFault(), "tilezero of tmm0 without a configuration");
}

} // namespace
