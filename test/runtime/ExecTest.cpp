// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Programs run with kernels written by hand.
#include <numeric>
#include <thread>

#include <immintrin.h>

#include "test/runtime/TestModels.h"

namespace weft::test {
namespace {

std::vector<float> count(int n, float first = 1) {
  std::vector<float> values(static_cast<size_t>(n));
  std::iota(values.begin(), values.end(), first);
  return values;
}

TEST(Exec, AConstantIsAdded) {
  ArtifactBuilder builder;
  builder.useTestKernels();
  builder.beginFunction("shift");
  uint64_t x = builder.addArgument("x", "input", DType::F32, {8});
  uint64_t y = builder.addResult("y", "output", DType::F32, {8});
  uint64_t shift = builder.addConstant(count(8, 10));
  builder.launch("addKernel", {x, shift, y}, 4);
  Module module = load(builder);
  TensorMap results = take(module.call("shift", {{"x", floats({8}, count(8))}}));
  EXPECT_EQ(read(results["y"]), (std::vector<float>{11, 13, 15, 17, 19, 21, 23, 25}));
}

TEST(Exec, ALoopMovesItsWindows) {
  Module module = load(makeRecurrence());
  TensorMap results = take(
      module.call("recur", {{"x", floats({5, 4}, count(20))}, {"h", floats({4}, {8, 8, 8, 8})}}));
  std::vector<float> expected, h(4, 8);
  for (int t = 0; t < 5; ++t)
    for (int i = 0; i < 4; ++i)
      expected.push_back(h[size_t(i)] = h[size_t(i)] / 2 + float(4 * t + i + 1));
  EXPECT_EQ(read(results["out"]), expected);
  EXPECT_EQ(read(results["last"]), h);
}

TEST(Exec, AWindowMayMoveBackwards) {
  ArtifactBuilder builder;
  builder.useTestKernels();
  builder.beginFunction("reverse");
  uint64_t x = builder.addArgument("x", "input", DType::F32, {3, 4});
  uint64_t y = builder.addResult("y", "output", DType::F32, {3, 4});
  builder.beginFor(3);
  builder.copy(View(y, 0, 16), View(x, 0, -16, 32), 16);
  builder.endFor();
  Module module = load(builder);
  TensorMap results = take(module.call("reverse", {{"x", floats({3, 4}, count(12))}}));
  EXPECT_EQ(read(results["y"]), (std::vector<float>{9, 10, 11, 12, 5, 6, 7, 8, 1, 2, 3, 4}));
}

/// h <- step(h, x_i) for the slices of x, of which there are `steps`, from the last to the first.
std::vector<float> recurBackwards(int steps) {
  ArtifactBuilder builder;
  builder.useTestKernels();
  int64_t n = builder.addSymbol("n", 4, 1);
  builder.beginFunction("back");
  uint64_t x = builder.addArgument("x", "input", DType::F32, {Size(n, 0), 4});
  uint64_t last = builder.addResult("last", "output", DType::F32, {4});
  uint64_t carried = builder.addArena(DType::F32, {4});
  uint64_t next = builder.addArena(DType::F32, {4});
  uint64_t out = builder.addArena(DType::F32, {4});
  uint64_t zeros = builder.addConstant({0, 0, 0, 0});
  builder.copy(carried, zeros);
  builder.beginFor(Size(n, 0));
  builder.launch("stepKernel", {carried, View(x, 0, 16), out, next});
  builder.copy(carried, next);
  builder.endFor(/*isReverse=*/true);
  builder.copy(last, carried);
  Module module = load(builder);
  TensorMap results = take(module.call("back", {{"x", floats({steps, 4}, count(4 * steps))}}));
  return read(results["last"]);
}

TEST(Exec, ALoopMayCountDownwards) {
  for (int steps : {0, 1, 3, 4}) {
    std::vector<float> h(4, 0);
    for (int t = steps - 1; t >= 0; --t)
      for (int i = 0; i < 4; ++i)
        h[size_t(i)] = h[size_t(i)] / 2 + float(4 * t + i + 1);
    EXPECT_EQ(recurBackwards(steps), h) << steps;
  }
}

TEST(Exec, IterationsOfAParallelLoopRunSideBySide) {
  for (int threads : {1, 2, 3, 4})
    for (int64_t sequences : {1, 2, 7, 1500}) { // the last are more than run at the same time
      Module module = load(makeSideBySide(sequences), threads);
      for (int call = 0; call < 20; ++call) {
        TensorMap results = take(
            module.call("side", {{"x", floats({sequences, 3, 4}, count(int(12 * sequences)))}}));
        std::vector<float> last, all;
        for (int64_t s = 0; s < sequences; ++s) {
          std::vector<float> h(4, 0);
          for (int64_t t = 0; t < 3; ++t)
            for (int64_t i = 0; i < 4; ++i)
              all.push_back(h[size_t(i)] = h[size_t(i)] / 2 + float(12 * s + 4 * t + i + 1));
          last.insert(last.end(), h.begin(), h.end());
        }
        ASSERT_EQ(read(results["last"]), last) << threads << " threads, " << sequences;
        ASSERT_EQ(read(results["all"]), all) << threads << " threads, " << sequences;
      }
    }
}

TEST(Exec, AnIterationThatFailsFailsTheCall) {
  ArtifactBuilder builder = makeSideBySide(5);
  builder.program.args[3].outerStride = 60; // of all: the last ones leave it
  Module module = load(builder, 3);
  Result<TensorMap> results = module.call("side", {{"x", floats({5, 3, 4}, count(60))}});
  ASSERT_FALSE(results);
  EXPECT_EQ(results.status().message(),
            "test.weft: function `side`: op 0: op 3: window of buffer 0 expects to lie inside "
            "240 bytes, got 0 bytes at 0 + 256");
}

TEST(Exec, AWindowNeverLeavesItsBuffer) {
  ArtifactBuilder builder;
  builder.beginFunction("leave");
  uint64_t x = builder.addArgument("x", "input", DType::F32, {3, 4});
  uint64_t y = builder.addResult("y", "output", DType::F32, {3, 4});
  builder.beginFor(4);
  builder.copy(View(y, 0, 0), View(x, 0, 16), 16);
  builder.endFor();
  builder.useTestKernels();
  Module module = load(builder);
  Result<TensorMap> results = module.call("leave", {{"x", floats({3, 4}, count(12))}});
  ASSERT_FALSE(results);
  EXPECT_EQ(results.status().message(),
            "test.weft: function `leave`: op 1: window of buffer 0 expects to lie inside "
            "48 bytes, got 16 bytes at 0 + 48");
}

TEST(Exec, BoundedSizesComeFromTheArguments) {
  Module module = load(makeBounded());
  for (int rows : {0, 8, 56, 64}) {
    TensorMap results = take(module.call("rows", {{"x", floats({rows, 4}, count(4 * rows))}}));
    EXPECT_EQ(results["y"].shape(), (Shape{rows, 4}));
    std::vector<float> expected = count(4 * rows);
    for (float &value : expected)
      value *= 2;
    EXPECT_EQ(read(results["y"]), expected);
  }
}

TEST(Exec, BoundedSizesOffTheStepAreRefused) {
  Module module = load(makeBounded());
  for (int rows : {7, 65, 72}) {
    Result<TensorMap> results = module.call("rows", {{"x", floats({rows, 4}, count(4 * rows))}});
    ASSERT_FALSE(results) << rows;
    EXPECT_EQ(results.status().code(), ErrorCode::Model);
    EXPECT_EQ(results.status().message(), "test.weft: function `rows`: argument `x` expects "
                                          "nx4xf32 with n in [0, 64] and a multiple of 8 or the "
                                          "bound, got " +
                                              std::to_string(rows) + "x4xf32");
  }
}

TEST(Exec, ASizeIsSetByTheProgram) {
  Module module = load(makeBounded());
  for (int size : {64, 0, 17}) {
    Tensor value = take(Tensor::scalar<int32_t>(size));
    TensorMap results = take(module.call("cut", {{"x", floats({64}, count(64))}, {"size", value}}));
    EXPECT_EQ(read(results["y"]), count(size));
  }
  for (int size : {-1, 65}) {
    Tensor value = take(Tensor::scalar<int32_t>(size));
    Result<TensorMap> results =
        module.call("cut", {{"x", floats({64}, count(64))}, {"size", value}});
    ASSERT_FALSE(results);
    EXPECT_EQ(results.status().message(), "test.weft: function `cut`: op 0: size `m` expects a "
                                          "value in [0, 64] and a multiple of 1 or the bound, "
                                          "got " +
                                              std::to_string(size));
  }
}

TEST(Exec, EachLaunchGivesTheSizesOfItsKernel) {
  ArtifactBuilder builder;
  builder.useTestKernels();
  int64_t n = builder.addSymbol("n", 64, 1), m = builder.addSymbol("m", 32, 1);
  builder.beginFunction("cuts");
  uint64_t x = builder.addArgument("x", "input", DType::F32, {64});
  builder.addArgument("a", "input", DType::F32, {Size(n, 0)});
  builder.addArgument("b", "input", DType::F32, {Size(m, 0)});
  uint64_t whole = builder.addResult("whole", "output", DType::F32, {Size(n, 0)});
  uint64_t part = builder.addResult("part", "output", DType::F32, {Size(m, 3)});
  uint64_t three = builder.addResult("three", "output", DType::F32, {3});
  builder.launch("prefixKernel", {x, whole}, 1, {Size(n, 0)});
  builder.launch("prefixKernel", {x, part}, 1, {Size(m, 3)});
  builder.launch("prefixKernel", {x, three}, 1, {3});
  Module module = load(builder);
  TensorMap results = take(module.call("cuts", {{"x", floats({64}, count(64))},
                                                {"a", floats({9}, count(9))},
                                                {"b", floats({5}, count(5))}}));
  EXPECT_EQ(read(results["whole"]), count(9));
  EXPECT_EQ(read(results["part"]), count(8));
  EXPECT_EQ(read(results["three"]), count(3));
}

TEST(Exec, OneSymbolInTwoArgumentsHasOneValue) {
  ArtifactBuilder builder;
  builder.useTestKernels();
  int64_t n = builder.addSymbol("n", 64, 8);
  builder.beginFunction("both");
  builder.addArgument("a", "input", DType::F32, {Size(n, 0)});
  builder.addArgument("b", "input", DType::F32, {Size(n, 4)});
  uint64_t y = builder.addResult("y", "output", DType::F32, {Size(n, 0)});
  builder.copy(y, 0);
  Module module = load(builder);
  EXPECT_TRUE(module.call("both", {{"a", floats({8}, count(8))}, {"b", floats({12}, count(12))}}));
  Result<TensorMap> results =
      module.call("both", {{"a", floats({8}, count(8))}, {"b", floats({20}, count(20))}});
  ASSERT_FALSE(results);
  EXPECT_EQ(results.status().message(), "test.weft: function `both`: argument `b` expects (n + "
                                        "4)xf32 with n = 8 as in `a`, got 20xf32");
}

TEST(Exec, WrongNamesListWhatIsExpected) {
  Module module = load(makeRecurrence());
  Tensor x = floats({5, 4}, count(20)), h = floats({4}, count(4));
  EXPECT_EQ(module.call("recur", {{"x", x}}).status().message(),
            "function `recur` expects 1 more arguments: h: 4xf32");
  EXPECT_NE(module.call("recur", {{"x", x}, {"h", h}, {"k", h}})
                .status()
                .message()
                .find("has no argument `k`"),
            std::string::npos);
  EXPECT_EQ(module.call("recurr", {{"x", x}}).status().message(),
            "test.weft: expects one of the functions recur, got `recurr`");
  EXPECT_EQ(module.call("recur", {{"x", h}, {"h", h}}).status().message(),
            "test.weft: function `recur`: argument `x` expects 5x4xf32, got 4xf32");
}

TEST(Exec, ResultsOfTheLastCallStayAsTheyWere) {
  Module module = load(makeRecurrence());
  Function function = take(module.function("recur"));
  TensorMap arguments = {{"x", floats({5, 4}, count(20))}, {"h", floats({4}, {0, 0, 0, 0})}};
  TensorMap first = take(function.call(arguments));
  std::vector<float> values = read(first["out"]);
  arguments["x"] = floats({5, 4}, count(20, 100));
  for (int i = 0; i < 3; ++i)
    EXPECT_NE(read(take(function.call(arguments))["out"]), values);
  EXPECT_EQ(read(first["out"]), values);
}

TEST(Exec, MemoryOfDroppedResultsIsUsedAgain) {
  Module module = load(makeRecurrence());
  Function function = take(module.function("recur"));
  TensorMap arguments = {{"x", floats({5, 4}, count(20))}, {"h", floats({4}, {0, 0, 0, 0})}};
  const void *first = take(function.call(arguments))["out"].identity();
  EXPECT_EQ(take(function.call(arguments))["out"].identity(), first);
}

ArtifactBuilder makeLongSums() {
  ArtifactBuilder builder;
  builder.useTestKernels();
  builder.beginFunction("sums");
  uint64_t x = builder.addArgument("x", "input", DType::F32, {64});
  uint64_t y = builder.addResult("y", "output", DType::F32, {500});
  builder.launch("longSumKernel", {x, y}, 500);
  return builder;
}

TEST(Exec, AnyNumberOfThreadsGivesTheSameBits) {
  std::vector<float> expected;
  for (int threads : {1, 2, 3, 8}) {
    Module module = load(makeLongSums(), threads);
    for (int repeat = 0; repeat < 5; ++repeat) {
      std::vector<float> got =
          read(take(module.call("sums", {{"x", floats({64}, count(64))}}))["y"]);
      if (expected.empty())
        expected = got;
      EXPECT_EQ(got, expected) << threads << " threads";
    }
  }
}

TEST(Exec, CallsFromSeveralThreadsDoNotMeet) {
  Module module = load(makeRecurrence(), 2);
  auto callOften = [&](float start) {
    TensorMap arguments = {{"x", floats({5, 4}, count(20))},
                           {"h", floats({4}, std::vector<float>(4, start))}};
    std::vector<float> expected = read(take(module.call("recur", arguments))["last"]);
    for (int i = 0; i < 200; ++i)
      EXPECT_EQ(read(take(module.call("recur", arguments))["last"]), expected);
  };
  std::thread one(callOften, 1.0f), two(callOften, 2.0f);
  one.join();
  two.join();
}

TEST(Exec, SubnormalsAreZeroInKernelsAndTheCallersModeComesBack) {
  ArtifactBuilder builder;
  builder.useTestKernels();
  builder.beginFunction("multiply");
  uint64_t a = builder.addArgument("a", "input", DType::F32, {4});
  uint64_t b = builder.addArgument("b", "input", DType::F32, {4});
  uint64_t y = builder.addResult("y", "output", DType::F32, {4});
  builder.launch("multiplyKernel", {a, b, y});
  Module module = load(builder);
  unsigned before = _mm_getcsr();
  _mm_setcsr((before | _MM_ROUND_UP) & ~0x3Fu);
  unsigned set = _mm_getcsr();
  // 2^-100 · 2^-40 is subnormal; 2^-140 is a subnormal input; (1 + 2^-23)^2 must round to nearest,
  // not up.
  float oneUlp = 1 + 0x1p-23f;
  TensorMap results =
      take(module.call("multiply", {{"a", floats({4}, {0x1p-100f, 0x1p-140f, oneUlp, 3})},
                                    {"b", floats({4}, {0x1p-40f, 0x1p+20f, oneUlp, 4})}}));
  unsigned after = _mm_getcsr();
  _mm_setcsr(before);
  EXPECT_EQ(after & ~0x3Fu, set & ~0x3Fu);
  EXPECT_EQ(read(results["y"]), (std::vector<float>{0, 0, 1 + 0x1p-22f, 12}));
}

TEST(Device, OptionsAndNamesAreChecked) {
  EXPECT_EQ(Device::open("cpu", "threads=0").status().message(),
            "threads expects a number in [1, 1024], got `0`");
  EXPECT_EQ(Device::open("cpu", "speed=9").status().message(),
            "device cpu expects the option threads=N, got `speed=9`");
  EXPECT_EQ(Device::open("../evil").status().code(), ErrorCode::Usage);
  EXPECT_EQ(Device::open("nosuch").status().code(), ErrorCode::Device);
}

} // namespace
} // namespace weft::test
