// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Casts to and from floats of 16 bits as a GPU does them, in the simulator: bit by bit what the PTX
// manual says of cvt.rn, NaN among it.
#include <gtest/gtest.h>

#include <bit>
#include <limits>

#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include "compiler/Compiler.h"
#include "compiler/lower/TileToNVPTX/TileToNVPTX.h"
#include "compiler/sim/Simulator.h"
#include "compiler/target/NVPTX.h"
#include "test/compiler/tile-to-x86/NarrowFormat.h"

namespace weft::compiler {
namespace {

constexpr int line = 512; ///< elements a task

/// y = op x, a line a task.
template <typename From, typename To>
std::vector<To> cast(const std::string &from, const std::string &to, const std::string &op,
                     std::vector<From> x) {
  x.resize((x.size() + line - 1) / line * line);
  std::string text = fill(R"(
tile.kernel @cast tasks TASKS writes [1] {
^bb0(%x: !tile.array<FROM>, %y: !tile.array<TO>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %line = arith.constant LINE : index
  %n = arith.constant COUNT : index
  %at = arith.muli %task, %line : index
  %fill = arith.constant 0.0 : FROM
  %in = tile.view %x offset %zero sizes %n strides %one : !tile.array<FROM> -> !tile.view<1 x FROM>
  %out = tile.view %y offset %zero sizes %n strides %one : !tile.array<TO> -> !tile.view<1 x TO>
  %t = tile.load %in[%at] fill %fill : !tile.view<1 x FROM>, FROM -> tensor<LINExFROM>
  %u = arith.OP %t : tensor<LINExFROM> to tensor<LINExTO>
  tile.store %u, %out[%at] : tensor<LINExTO>, !tile.view<1 x TO>
})",
                          {{"TASKS", std::to_string(x.size() / line)},
                           {"LINE", std::to_string(line)},
                           {"COUNT", std::to_string(x.size())},
                           {"FROM", from},
                           {"TO", to},
                           {"OP", op}});
  mlir::DialectRegistry registry;
  registerAll(registry);
  mlir::MLIRContext context(registry);
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  mlir::PassManager passes(&context);
  addTileToNVPTXPasses(passes);
  if (!module || failed(passes.run(*module)))
    return {};
  auto code = compileNVPTX(*module, *getGpuTarget("sm_80"), GpuForm::NVVM);
  if (failed(code))
    return {};
  auto loaded = sim::Module::load(llvm::MemoryBufferRef(code->bitcode, "cast"));
  if (!loaded)
    return {};
  sim::Memory memory;
  auto *in = static_cast<From *>(memory.allocate(x.size() * sizeof(From)));
  auto *out = static_cast<To *>(memory.allocate(x.size() * sizeof(To)));
  std::copy(x.begin(), x.end(), in);
  sim::LaunchConfig config;
  config.grid.x = 3;
  config.block.x = 128;
  config.dynamicShared = uint32_t(code->kernels.front().sharedBytes);
  std::vector<sim::Diagnostic> findings;
  void *arguments[] = {&in, &out};
  auto stats = (*loaded)->launch(code->kernels.front().entry, config, arguments, memory, findings);
  EXPECT_TRUE(bool(stats)) << llvm::toString(stats.takeError());
  EXPECT_TRUE(findings.empty());
  return {out, out + x.size()};
}

/// Numbers of the format, ties, what lies beside them, and NaN of all kinds.
std::vector<float> getEdges(const NarrowFormat &format) {
  std::vector<float> edges;
  for (int bits = 0; bits + 1 < format.infinity; bits += 7) {
    float least = format.widen(uint16_t(bits)), most = format.widen(uint16_t(bits + 1));
    float tie = float((double(least) + double(most)) / 2);
    for (float number : {least, tie, std::nextafter(tie, 0.0f), std::nextafter(tie, 1e38f)})
      edges.insert(edges.end(), {number, -number});
  }
  float beyond = float(format.getBeyond());
  for (float number : {beyond, std::nextafter(beyond, 0.0f), std::numeric_limits<float>::max(),
                       std::numeric_limits<float>::infinity()})
    edges.insert(edges.end(), {number, -number});
  for (uint32_t bits : {0x7F800001u, 0x7FC00000u, 0x7FFFFFFFu, 0xFF80FFFFu, 0xFFFFFFFFu})
    edges.push_back(std::bit_cast<float>(bits));
  return edges;
}

class Cast : public testing::TestWithParam<NarrowFormat> {
protected:
  NarrowFormat format = GetParam();
  uint16_t round(double number) const { return std::isnan(number) ? 0x7FFF : format.round(number); }
};
INSTANTIATE_TEST_SUITE_P(Formats, Cast, testing::Values(bf16, f16),
                         [](const auto &info) { return info.param.name; });

TEST_P(Cast, RoundsToTheNearestAndEveryNanToOne) {
  std::vector<float> x = getEdges(format);
  std::vector<uint16_t> y = cast<float, uint16_t>("f32", format.name, "truncf", x);
  ASSERT_GE(y.size(), x.size());
  for (size_t i = 0; i < x.size(); ++i)
    ASSERT_EQ(y[i], round(x[i])) << x[i];
}

TEST_P(Cast, RoundsOnceFromF64) {
  std::vector<double> x;
  for (float number : getEdges(format))
    if (std::isnan(number) || std::abs(number) > 0x1p-120)
      for (double factor : {1.0, 1 + 0x1p-40, 1 - 0x1p-40})
        x.push_back(number * factor);
  std::vector<uint16_t> y = cast<double, uint16_t>("f64", format.name, "truncf", x);
  ASSERT_GE(y.size(), x.size());
  for (size_t i = 0; i < x.size(); ++i)
    ASSERT_EQ(y[i], round(x[i])) << x[i];
}

TEST_P(Cast, WidensExactly) {
  std::vector<uint16_t> x(65536);
  for (size_t i = 0; i < x.size(); ++i)
    x[i] = uint16_t(i);
  std::vector<float> y = cast<uint16_t, float>(format.name, "f32", "extf", x);
  ASSERT_EQ(y.size(), x.size());
  for (size_t i = 0; i < x.size(); ++i) {
    float expected = format.widen(x[i]);
    if (std::isnan(expected))
      ASSERT_TRUE(std::isnan(y[i])) << i;
    else
      ASSERT_EQ(std::bit_cast<uint32_t>(y[i]), std::bit_cast<uint32_t>(expected)) << i;
  }
}

} // namespace
} // namespace weft::compiler
