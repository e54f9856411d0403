// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The plug-in as the runtime sees it: plain C, IR text in, tensors out, every failure a code and a
// sentence.
#include "weft/abi/Device.h"

#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <string>

extern "C" int weftDeviceOpen(const char *options, const WeftDeviceApi **api, WeftDevice **device);

namespace {

const char *const graph = R"(
func.func @scale(%x: tensor<?xf64, #weft.bounded<[n(4 by 1)]>>) -> tensor<?xf64, #weft.bounded<[n(4 by 1)]>> {
  %y = weft.add %x, %x : tensor<?xf64, #weft.bounded<[n(4 by 1)]>>
  return %y : tensor<?xf64, #weft.bounded<[n(4 by 1)]>>
}
)";

class InterpreterDevice : public testing::Test {
protected:
  void SetUp() override { ASSERT_EQ(weftDeviceOpen("", &api, &device), 0); }
  void TearDown() override {
    if (program)
      api->unload(device, program);
    api->close(device);
  }
  int load(const std::string &text) {
    return api->load(device, text.data(), text.size(), nullptr, 0, &program);
  }
  /// Calls `scale` on three numbers; `capacity` bytes for the result.
  int callScale(const char *function, uint64_t capacity) {
    int64_t argumentSize = 3;
    WeftTensorView argument = {input, WEFT_F32, 1, &argumentSize, sizeof input};
    WeftTensorView result = {output, WEFT_F64, 1, &resultSize, capacity};
    return api->call(device, program, function, &argument, 1, &result, 1);
  }

  const WeftDeviceApi *api = nullptr;
  WeftDevice *device = nullptr;
  WeftProgram *program = nullptr;
  float input[3] = {1.5f, -2.0f, 4.0f};
  double output[4] = {};
  int64_t resultSize = -1;
};

TEST_F(InterpreterDevice, CallsAFunctionAndConvertsDtypes) {
  ASSERT_EQ(load(graph), 0) << api->lastError(device);
  ASSERT_EQ(callScale("scale", sizeof output), 0) << api->lastError(device);
  EXPECT_EQ(resultSize, 3);
  EXPECT_EQ(output[0], 3.0);
  EXPECT_EQ(output[1], -4.0);
  EXPECT_EQ(output[2], 8.0);
}

// 1 + 2^-30 needs more than f32: the meaning keeps it, round=1 computes as hardware would.
TEST(InterpreterDeviceOptions, RoundsEveryOpOnRequest) {
  const std::string sum = R"(
    func.func @sum() -> tensor<f32> {
      %one = weft.constant dense<1.0> : tensor<f32>
      %tiny = weft.constant dense<9.31322574615478515625e-10> : tensor<f32>
      %y = weft.add %one, %tiny : tensor<f32>
      return %y : tensor<f32>
    })";
  for (auto [options, expected] : {std::pair("", 1 + 0x1p-30), std::pair("round=1", 1.0)}) {
    const WeftDeviceApi *api = nullptr;
    WeftDevice *device = nullptr;
    WeftProgram *program = nullptr;
    ASSERT_EQ(weftDeviceOpen(options, &api, &device), 0);
    ASSERT_EQ(api->load(device, sum.data(), sum.size(), nullptr, 0, &program), 0);
    double output = 0;
    WeftTensorView result = {&output, WEFT_F64, 0, nullptr, sizeof output};
    EXPECT_EQ(api->call(device, program, "sum", nullptr, 0, &result, 1), 0);
    EXPECT_EQ(output, expected);
    api->unload(device, program);
    api->close(device);
  }
}

// The op that begins it is named with its place, not one that passes it on; a constant may be
// infinite.
TEST(InterpreterDeviceOptions, FindsTheFirstValueThatIsNotFinite) {
  const std::string graph = R"(
    func.func @step(%x: tensor<2xf32> {weft.name = "x"}) -> tensor<2xf32> {
      %far = weft.constant dense<0xFF800000> : tensor<2xf32>
      %low = weft.maximum %x, %far : tensor<2xf32> loc("Model.h":7:3)
      %log = weft.log %low : tensor<2xf32> loc("Model.h":8:3)
      %twice = weft.add %log, %log : tensor<2xf32> loc("Model.h":9:3)
      return %twice : tensor<2xf32>
    })";
  const WeftDeviceApi *api = nullptr;
  WeftDevice *device = nullptr;
  WeftProgram *program = nullptr;
  ASSERT_EQ(weftDeviceOpen("round=1,finite=1", &api, &device), 0);
  ASSERT_EQ(api->load(device, graph.data(), graph.size(), nullptr, 0, &program), 0)
      << api->lastError(device);
  auto call = [&](float first, float second) {
    float input[2] = {first, second}, output[2];
    int64_t size = 2, resultSize = 0;
    WeftTensorView argument = {input, WEFT_F32, 1, &size, sizeof input};
    WeftTensorView result = {output, WEFT_F32, 1, &resultSize, sizeof output};
    int code = api->call(device, program, "step", &argument, 1, &result, 1);
    return code == 0 ? "" : std::string(api->lastError(device));
  };
  EXPECT_EQ(call(1, 2), "");
  std::string zero = call(0.5f, 0);
  EXPECT_NE(zero.find("Model.h:8: "), std::string::npos) << zero;
  EXPECT_NE(zero.find("'weft.log' op is the first to make a value that is not finite: 1 of 2, the "
                      "first is -inf; its operands lie in [0, 0.5]"),
            std::string::npos)
      << zero;
  std::string infinite = call(1, INFINITY);
  EXPECT_NE(infinite.find("in 'x'"), std::string::npos) << infinite;
  api->unload(device, program);
  api->close(device);
}

TEST_F(InterpreterDevice, NamesAFunctionThatIsNotThere) {
  ASSERT_EQ(load(graph), 0);
  EXPECT_EQ(callScale("shrink", sizeof output), 1);
  EXPECT_STREQ(api->lastError(device), "interpreter: the graph has no function 'shrink'");
}

TEST_F(InterpreterDevice, RefusesAResultWithoutRoom) {
  ASSERT_EQ(load(graph), 0);
  EXPECT_EQ(callScale("scale", 16), 1);
  EXPECT_NE(std::strstr(api->lastError(device), "24 bytes, got rank 1 and 16 bytes"), nullptr)
      << api->lastError(device);
}

TEST_F(InterpreterDevice, RefusesTextThatIsNoGraph) {
  EXPECT_EQ(load("func.func @broken("), 3);
  EXPECT_NE(std::strstr(api->lastError(device), "interpreter: cannot read the graph: "), nullptr);
}

TEST_F(InterpreterDevice, RunsWholeFunctionsOnly) {
  EXPECT_EQ(api->launch(device, nullptr, 0, nullptr, nullptr, nullptr, 1), 4);
}

} // namespace
