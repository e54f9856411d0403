// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products on tensor cores: who holds which sum, against the PTX manual's picture, and results
// against a kernel that was written by hand.
#include <gtest/gtest.h>

#include <random>

#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/MemoryBuffer.h"

#include "compiler/Compiler.h"
#include "compiler/lower/TileToNVPTX/Layouts.h"
#include "compiler/lower/TileToNVPTX/TileToNVPTX.h"
#include "compiler/sim/FloatBits.h"
#include "compiler/sim/Simulator.h"
#include "compiler/target/NVPTX.h"

namespace weft::compiler {
namespace {

mlir::DialectRegistry &getRegistry() {
  static mlir::DialectRegistry registry = [] {
    mlir::DialectRegistry all;
    registerAll(all);
    return all;
  }();
  return registry;
}

constexpr unsigned size = 128;

/// 64 x 64 results a task of the product of two matrices of 128 x 128, in chunks of 32 along k.
std::string makeProduct(const std::string &element, bool transposeA, bool transposeB) {
  std::string strides[] = {"strides %n, %one", "strides %one, %n"};
  std::string text = R"(
tile.kernel @product tasks 4 writes [2] {
^bb0(%a: !tile.array<bf16>, %b: !tile.array<bf16>, %c: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %step = arith.constant 32 : index
  %block = arith.constant 64 : index
  %n = arith.constant 128 : index
  %fill = arith.constant 0.0 : bf16
  %i = arith.divui %task, %two : index
  %j = arith.remui %task, %two : index
  %row = arith.muli %i, %block : index
  %column = arith.muli %j, %block : index
  %left = tile.view %a offset %zero sizes %n, %n LEFT : !tile.array<bf16> -> !tile.view<2 x bf16>
  %right = tile.view %b offset %zero sizes %n, %n RIGHT : !tile.array<bf16> -> !tile.view<2 x bf16>
  %result = tile.view %c offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
  %none = arith.constant dense<0.0> : tensor<64x64xf32>
  %sum = scf.for %k = %zero to %n step %step iter_args(%acc = %none) -> (tensor<64x64xf32>) {
    %x = tile.load %left[%row, %k] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<64x32xbf16>
    %y = tile.load %right[%k, %column] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<32x64xbf16>
    %d = tile.dot %x, %y, %acc : tensor<64x32xbf16>, tensor<32x64xbf16>, tensor<64x64xf32>
    scf.yield %d : tensor<64x64xf32>
  }
  tile.store %sum, %result[%row, %column] : tensor<64x64xf32>, !tile.view<2 x f32>
})";
  for (size_t at; (at = text.find("bf16")) != std::string::npos && element != "bf16";)
    text.replace(at, 4, element);
  text.replace(text.find("LEFT"), 4, strides[transposeA]);
  text.replace(text.find("RIGHT"), 5, strides[transposeB]);
  return text;
}

struct Kernel {
  std::unique_ptr<sim::Module> module;
  std::string entry;
  uint32_t shared = 0, threads = 128;
};

Kernel compileProduct(const std::string &element, bool transposeA, bool transposeB,
                      const char *target = "sm_80", int removeSync = -1) {
  mlir::MLIRContext context(getRegistry());
  auto module = mlir::parseSourceString<mlir::ModuleOp>(
      makeProduct(element, transposeA, transposeB), &context);
  mlir::PassManager passes(&context);
  GpuTarget gpu = *getGpuTarget(target);
  addTileToNVPTXPasses(passes, gpu.hasWarpGroups());
  if (!module || failed(passes.run(*module)))
    return {};
  auto code = compileNVPTX(*module, gpu, GpuForm::NVVM);
  if (failed(code))
    return {};
  sim::Options options;
  options.races = options.globalRaces = options.uninitialised = true;
  options.removeSync = removeSync;
  auto loaded = sim::Module::load(llvm::MemoryBufferRef(code->bitcode, "product"), {}, options);
  if (!loaded)
    return {};
  const GpuKernel &entry = code->kernels.front();
  return {std::move(*loaded), entry.entry, uint32_t(entry.sharedBytes), uint32_t(entry.threads)};
}

Kernel loadByHand() {
  auto text = llvm::MemoryBuffer::getFile(WEFT_SIM_INPUTS "/matmul.ll");
  if (!text)
    return {};
  auto loaded = sim::Module::load((*text)->getMemBufferRef());
  return loaded ? Kernel{std::move(*loaded), "matmul", 0} : Kernel();
}

struct Outcome {
  std::vector<float> c;
  sim::LaunchStats stats;
};

/// Both factors begin so many elements behind the alignment of a piece.
using Shifts = std::array<size_t, 2>;

Outcome launch(Kernel &kernel, sim::Dim3 grid, const std::vector<uint16_t> &a,
               const std::vector<uint16_t> &b, Shifts shifts,
               std::vector<sim::Diagnostic> &findings) {
  sim::Memory memory;
  auto upload = [&](const std::vector<uint16_t> &values, size_t shift) {
    auto *start = static_cast<uint16_t *>(memory.allocate((values.size() + shift) * 2)) + shift;
    std::copy(values.begin(), values.end(), start);
    return start;
  };
  uint16_t *pa = upload(a, shifts[0]), *pb = upload(b, shifts[1]);
  auto *pc = static_cast<float *>(memory.allocate(size * size * 4));
  sim::LaunchConfig config;
  config.grid = grid;
  config.block.x = kernel.threads;
  config.dynamicShared = kernel.shared;
  void *arguments[] = {&pa, &pb, &pc};
  auto stats = kernel.module->launch(kernel.entry, config, arguments, memory, findings);
  EXPECT_TRUE(bool(stats)) << llvm::toString(stats.takeError());
  return {{pc, pc + size * size}, stats ? *stats : sim::LaunchStats()};
}

Outcome run(Kernel &kernel, sim::Dim3 grid, const std::vector<uint16_t> &a,
            const std::vector<uint16_t> &b, size_t shift = 0) {
  std::vector<sim::Diagnostic> findings;
  Outcome outcome = launch(kernel, grid, a, b, {shift, shift}, findings);
  for (const sim::Diagnostic &finding : findings)
    ADD_FAILURE() << finding.text;
  return outcome;
}

std::vector<uint16_t> makeMatrix(unsigned seed, uint16_t (*narrow)(float) = sim::floatToBfloat) {
  std::mt19937 random(seed);
  std::vector<uint16_t> matrix(size * size);
  for (uint16_t &element : matrix)
    element = narrow(float(random() % 17) - 8);
  return matrix;
}

std::vector<uint16_t> transpose(const std::vector<uint16_t> &matrix) {
  std::vector<uint16_t> result(matrix.size());
  for (unsigned i = 0; i < size; ++i)
    for (unsigned j = 0; j < size; ++j)
      result[j * size + i] = matrix[i * size + j];
  return result;
}

class Product : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Types, Product, testing::Values("bf16", "f16"),
                         [](const auto &info) { return info.param; });

/// Small integers: every sum is exact, in whatever order and type.
TEST_P(Product, IsTheHandWrittenKernelsBitByBit) {
  auto narrow = GetParam() == "f16" ? sim::floatToHalf : sim::floatToBfloat;
  std::vector<uint16_t> a = makeMatrix(1, narrow), b = makeMatrix(2, narrow);
  Kernel byHand = loadByHand();
  ASSERT_TRUE(byHand.module);
  Outcome expected = run(byHand, {2, 2, 1}, makeMatrix(1), makeMatrix(2));
  for (bool transposeA : {false, true})
    for (bool transposeB : {false, true}) {
      Kernel ours = compileProduct(GetParam(), transposeA, transposeB);
      ASSERT_TRUE(ours.module);
      std::vector<uint16_t> left = transposeA ? transpose(a) : a,
                            right = transposeB ? transpose(b) : b;
      Outcome outcome = run(ours, {3, 1, 1}, left, right);
      EXPECT_EQ(outcome.c, expected.c) << transposeA << transposeB;
      EXPECT_EQ(outcome.stats.products, expected.stats.products);
      EXPECT_GT(outcome.stats.asyncCopies, 0u);
      // One element off the alignment of a piece: the same, element by element.
      Outcome shifted = run(ours, {3, 1, 1}, left, right, 1);
      EXPECT_EQ(shifted.c, expected.c) << transposeA << transposeB;
      EXPECT_EQ(shifted.stats.asyncCopies, 0u);
      // One other factor is noticed.
      left[77] ^= 0x4000;
      EXPECT_NE(run(ours, {3, 1, 1}, left, right).c, expected.c);
    }
}

/// Numbers of many digits: another order of the sums is noticed.
std::vector<uint16_t> makeDigits(unsigned seed, uint16_t (*narrow)(float)) {
  std::mt19937 random(seed);
  std::vector<uint16_t> matrix(size * size);
  for (uint16_t &element : matrix)
    element = narrow(float(random()) / 4294967296.0f - 0.5f);
  return matrix;
}

TEST_P(Product, OfWarpGroupsIsThatOfWarpsBitByBit) {
  auto narrow = GetParam() == "f16" ? sim::floatToHalf : sim::floatToBfloat;
  std::vector<uint16_t> a = makeDigits(3, narrow), b = makeDigits(4, narrow);
  for (bool transposeA : {false, true})
    for (bool transposeB : {false, true}) {
      Kernel warps = compileProduct(GetParam(), transposeA, transposeB),
             groups = compileProduct(GetParam(), transposeA, transposeB, "sm_90a");
      ASSERT_TRUE(warps.module && groups.module);
      EXPECT_EQ(warps.threads, 128u);
      EXPECT_EQ(groups.threads, 256u);
      Outcome expected = run(warps, {3, 1, 1}, a, b), outcome = run(groups, {3, 1, 1}, a, b);
      EXPECT_EQ(outcome.c, expected.c) << transposeA << transposeB;
      // Of 64 x 64 x 16, in the place of 16 x 8 x 16.
      EXPECT_EQ(32 * outcome.stats.products, expected.stats.products);
      EXPECT_GT(outcome.stats.asyncCopies, 0u);
      Outcome shifted = run(groups, {3, 1, 1}, a, b, 1);
      EXPECT_EQ(shifted.c, expected.c) << transposeA << transposeB;
      EXPECT_EQ(shifted.stats.asyncCopies, 0u);
      b[77] ^= 0x4000;
      EXPECT_NE(run(groups, {3, 1, 1}, a, b).c, expected.c);
      b[77] ^= 0x4000;
    }
}

/// Each barrier, arrival, wait, fence and commit left out in turn, on factors that are copied in
/// pieces, element by element, and one of them each way.
TEST(WarpGroups, NeedAllThatOrdersThem) {
  std::vector<uint16_t> a = makeDigits(5, sim::floatToBfloat),
                        b = makeDigits(6, sim::floatToBfloat);
  Kernel whole = compileProduct("bf16", false, false, "sm_90a");
  ASSERT_TRUE(whole.module);
  std::vector<float> expected = run(whole, {3, 1, 1}, a, b).c;
  const std::vector<sim::SyncSite> sites = whole.module->syncSites();
  EXPECT_GE(sites.size(), 11u);
  for (size_t site = 0; site < sites.size(); ++site) {
    Kernel damaged = compileProduct("bf16", false, false, "sm_90a", int(site));
    ASSERT_TRUE(damaged.module);
    bool isSeen = false;
    for (Shifts shifts : {Shifts{0, 0}, Shifts{0, 1}, Shifts{1, 1}})
      for (uint64_t seed = 1; seed <= 3 && !isSeen; ++seed) {
        damaged.module->setSchedule(seed, sim::Schedule::Priority, sim::AsyncCopies::Mixed);
        std::vector<sim::Diagnostic> findings;
        isSeen = launch(damaged, {3, 1, 1}, a, b, shifts, findings).c != expected;
        isSeen |= !findings.empty();
      }
    EXPECT_TRUE(isSeen) << sites[site].text << " " << site;
  }
}

/// Where all factors come by cp.async, which tells its barrier itself that it is done, they are
/// still written the way threads write: without the fence each schedule has a finding.
TEST(WarpGroups, NeedAFenceBehindCopies) {
  std::vector<uint16_t> a = makeDigits(5, sim::floatToBfloat),
                        b = makeDigits(6, sim::floatToBfloat);
  Kernel whole = compileProduct("bf16", false, false, "sm_90a");
  ASSERT_TRUE(whole.module);
  const std::vector<sim::SyncSite> sites = whole.module->syncSites();
  int fences = 0;
  for (size_t site = 0; site < sites.size(); ++site) {
    if (sites[site].text.find("fence.proxy.async") == std::string::npos)
      continue;
    ++fences;
    Kernel damaged = compileProduct("bf16", false, false, "sm_90a", int(site));
    ASSERT_TRUE(damaged.module);
    for (uint64_t seed = 1; seed <= 3; ++seed) {
      damaged.module->setSchedule(seed, sim::Schedule::Priority, sim::AsyncCopies::Mixed);
      std::vector<sim::Diagnostic> findings;
      Outcome outcome = launch(damaged, {3, 1, 1}, a, b, {0, 0}, findings);
      EXPECT_GT(outcome.stats.asyncCopies, 0u);
      ASSERT_FALSE(findings.empty());
      EXPECT_NE(findings[0].text.find("which cp.async wrote at"), std::string::npos)
          << findings[0].text;
    }
  }
  EXPECT_GT(fences, 0);
}

/// The picture of mma.m16n8k16's C and D: with g = lane / 4 and q = lane % 4, c0 and c1 are columns
/// 2 q and 2 q + 1 of row g, c2 and c3 the same of row g + 8.
TEST(TensorCores, SumsLieAsTheManualSays) {
  mlir::MLIRContext context(getRegistry());
  context.loadDialect<tile::TileDialect>();
  for (auto [rows, columns, wholeRows] : {std::tuple(64, 64, false),
                                          {64, 64, true},
                                          {128, 64, false},
                                          {16, 128, false},
                                          {48, 80, false}}) {
    tile::LayoutAttr layout = getAccumulatorLayout(&context, {rows, columns}, wholeRows);
    ASSERT_EQ(layout.getThreadCount(), gpuThreads);
    std::map<std::pair<int64_t, int64_t>, int> holders;
    for (int64_t thread = 0; thread < gpuThreads; ++thread)
      for (int64_t i = 0; i < layout.getRegisterCount(); ++i) {
        std::array<int64_t, 2> at = layout.getOffsets(i);
        int64_t rest = thread;
        for (const tile::Digit &digit : layout.getThreads()) {
          if (digit.axis != tile::Digit::none)
            at[digit.axis] += rest % digit.size * digit.step;
          rest /= digit.size;
        }
        int64_t g = thread % 32 / 4, q = thread % 4, c = i % 4;
        EXPECT_EQ(at[0] % 16, g + 8 * (c / 2));
        EXPECT_EQ(at[1] % 8, 2 * q + c % 2);
        // The next four registers are the atom's right half.
        EXPECT_EQ(at[1] % 16 / 8, i / 4 % 2);
        ++holders[{at[0], at[1]}];
      }
    EXPECT_EQ(int64_t(holders.size()), int64_t(rows) * columns);
    for (auto [place, count] : holders)
      EXPECT_EQ(count, holders.begin()->second) << place.first << " " << place.second;
    EXPECT_TRUE(!wholeRows || layout.isWithinWarp(1));
  }
}

/// The swizzle: pieces of 8 rows, one below another, lie in the 8 places of a line, and no two
/// elements in one place.
TEST(TensorCores, SwizzledPiecesLieInDifferentBanks) {
  mlir::MLIRContext context(getRegistry());
  context.loadDialect<tile::TileDialect>();
  auto element = mlir::BFloat16Type::get(&context);
  for (int64_t columns : {16, 32, 64, 128, 192}) {
    auto type = tile::BufferType::get(&context, 32, columns, element, columns, true);
    std::set<int64_t> places;
    for (int64_t row = 0; row < 32; ++row)
      for (int64_t column = 0; column < columns; ++column)
        places.insert(type.getPlace(row, column));
    EXPECT_EQ(int64_t(places.size()), 32 * columns);
    EXPECT_EQ(*places.rbegin(), type.getByteSize() - 2);
    for (int64_t row = 0; row < 32; row += 8)
      for (int64_t column = 0; column < columns; column += 8) {
        std::set<int64_t> pieces;
        for (int64_t i = 0; i < 8; ++i)
          pieces.insert(type.getPlace(row + i, column) / 16 % 8);
        EXPECT_EQ(pieces.size(), 8u) << columns << " at " << row << " " << column;
      }
  }
  auto plain = tile::BufferType::get(&context, 32, 64, element, 64, false);
  EXPECT_EQ(plain.getPlace(1, 0) / 16 % 8, plain.getPlace(0, 0) / 16 % 8);
}

} // namespace
} // namespace weft::compiler
