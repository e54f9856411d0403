// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensors on a device with memory of its own: what crosses over, and when.
#include <cmath>
#include <cstdlib>
#include <optional>
#include <thread>

#include "test/runtime/TestModels.h"
#include "weft/Safetensors.h"

namespace weft::test {
namespace {

using Values = std::vector<float>;

/// next: y = x, and the state s takes the value of x that the call before had.
ArtifactBuilder makeShift() {
  ArtifactBuilder builder;
  builder.beginFunction("next");
  uint64_t x = builder.addArgument("x", "input", DType::F32, {4});
  uint64_t old = builder.addArgument("old", "saved", DType::F32, {4});
  uint64_t y = builder.addResult("y", "output", DType::F32, {4});
  uint64_t kept = builder.addResult("kept", "saved", DType::F32, {4});
  builder.copy(y, old);
  builder.copy(kept, x);
  builder.useTestKernels();
  return builder;
}

Device openApart(const std::string &options = "") { return take(Device::open("apart", options)); }

/// The counts of the device, "1 up, 2 down, 3 held".
std::string getCounts(const Device &device) {
  std::string text = device.check(4).message();
  return text.substr(text.find("after ") + 6);
}

Module loadApart(const Device &device) {
  return take(Module::load(take(Artifact::parse(makeShift().build(), "test.weft")), device));
}

TEST(Residence, WhatACallWroteStaysThere) {
  Device device = openApart();
  Function next = take(loadApart(device).function("next"));
  Tensor old = floats({4}, {1, 2, 3, 4});
  for (float i = 0; i < 3; ++i) {
    std::vector<Tensor> results = take(next.call(std::vector{floats({4}, {i, i, i, i}), old}));
    EXPECT_EQ(read(results[0]), i == 0 ? (Values{1, 2, 3, 4}) : Values(4, i - 1));
    old = results[1];
  }
  // Up: three inputs, the first `old`, the constants. Down: the three outputs.
  EXPECT_TRUE(getCounts(device).starts_with("5 up, 3 down")) << getCounts(device);
  EXPECT_EQ(read(old), Values(4, 2));
  EXPECT_TRUE(getCounts(device).starts_with("5 up, 4 down")) << getCounts(device);
}

TEST(Residence, ReadingIsNotWriting) {
  Device device = openApart();
  Function next = take(loadApart(device).function("next"));
  Tensor x = floats({4}, {5, 6, 7, 8}), old = floats({4}, {1, 2, 3, 4});
  old = take(next.call(std::vector{x, old}))[1];
  EXPECT_EQ(old.constValues<float>()[1], 6);
  EXPECT_EQ(old.item(), 5);
  EXPECT_EQ(take(old.clone()).constValues<float>()[2], 7);
  EXPECT_TRUE(formatSafetensors({{"old", old}}));
  std::string before = getCounts(device);
  EXPECT_EQ(read(take(next.call(std::vector{x, old}))[0]), (Values{5, 6, 7, 8}));
  // The input again; `old` was only read.
  EXPECT_TRUE(before.starts_with("3 up, 2 down")) << before;
  EXPECT_TRUE(getCounts(device).starts_with("4 up, 3 down")) << getCounts(device);
  old.values<float>()[1] = 60;
  EXPECT_EQ(read(take(next.call(std::vector{x, old}))[0]), (Values{5, 60, 7, 8}));
  EXPECT_TRUE(getCounts(device).starts_with("6 up, 4 down")) << getCounts(device);
}

TEST(Residence, AnInputMayBeFilledAgain) {
  Device device = openApart();
  Function next = take(loadApart(device).function("next"));
  Tensor x = floats({4}, {1, 1, 1, 1}), old = floats({4}, {0, 0, 0, 0});
  std::span<float> span = x.values<float>();
  for (float i = 1; i < 4; ++i) {
    span[0] = i;
    old = take(next.call(std::vector{x, old}))[1];
    EXPECT_EQ(old.item(), i);
  }
}

TEST(Residence, BytesThatDoNotComeAreMissed) {
  for (int failing : {1, 2}) {
    Device device = openApart("down=" + std::to_string(failing));
    Function next = take(loadApart(device).function("next"));
    Result<std::vector<Tensor>> results =
        next.call(std::vector{floats({4}, {1, 2, 3, 4}), floats({4}, {0, 0, 0, 0})});
    if (failing == 1) { // the output
      ASSERT_FALSE(results);
      EXPECT_EQ(results.status().code(), ErrorCode::Device);
      EXPECT_TRUE(results.status().message().starts_with(
          "test.weft: function `next`: result `y`: device `apart`: failed"));
      continue;
    }
    ASSERT_TRUE(results);
    Tensor kept = (*results)[1];
    Status status = kept.fetch();
    EXPECT_EQ(status.code(), ErrorCode::Device);
    // The next try succeeds, so that nothing is lost for good.
    EXPECT_EQ(read(kept), (Values{1, 2, 3, 4}));
  }
  Device device = openApart("down=2");
  Function next = take(loadApart(device).function("next"));
  Tensor kept =
      take(next.call(std::vector{floats({4}, {1, 2, 3, 4}), floats({4}, {0, 0, 0, 0})}))[1];
  EXPECT_TRUE(kept.values<float>().empty());
}

TEST(Residence, WhatDoesNotArriveIsTold) {
  Device device = openApart("up=2");
  Function next = take(loadApart(device).function("next"));
  Result<std::vector<Tensor>> results =
      next.call(std::vector{floats({4}, {1, 2, 3, 4}), floats({4}, {0, 0, 0, 0})});
  ASSERT_FALSE(results);
  EXPECT_EQ(results.status().code(), ErrorCode::Device);
  EXPECT_NE(results.status().message().find("argument `old`: device `apart`"), std::string::npos);
}

TEST(Residence, AShortageNamesBuffersAndRemedies) {
  Device device = openApart("limit=60");
  Function next = take(loadApart(device).function("next"));
  Result<std::vector<Tensor>> results =
      next.call(std::vector{floats({4}, {1, 2, 3, 4}), floats({4}, {0, 0, 0, 0})});
  ASSERT_FALSE(results);
  EXPECT_EQ(results.status().code(), ErrorCode::Resource);
  std::string text = results.status().message();
  EXPECT_NE(text.find("the largest buffers of `next`, which needs 64 bytes in all"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\n    16 bytes: 4xf32 argument `x`\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\n    0 bytes of 60 bytes are taken"), std::string::npos) << text;
}

TEST(Residence, ATensorGoesFromDeviceToDevice) {
  Device first = openApart(), second = openApart(), cpu = take(Device::open("cpu", "threads=1"));
  Tensor x = floats({4}, {1, 2, 3, 4}), old = floats({4}, {0, 0, 0, 0});
  for (const Device &device : {first, second, cpu, first})
    old = take(take(loadApart(device).function("next")).call(std::vector{x, old}))[1];
  EXPECT_EQ(read(old), (Values{1, 2, 3, 4}));
}

TEST(Residence, ManyThreadsMayReadOne) {
  Device device = openApart();
  Function next = take(loadApart(device).function("next"));
  Tensor kept =
      take(next.call(std::vector{floats({4}, {1, 2, 3, 4}), floats({4}, {0, 0, 0, 0})}))[1];
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] { EXPECT_EQ(kept.item(), 1); });
  threads.clear();
  EXPECT_TRUE(getCounts(device).find(", 2 down") != std::string::npos) << getCounts(device);
}

/// get: y = a constant of the artifact + nothing of x.
TEST(Residence, TwoDevicesMayUseOneTensorAtATime) {
  ArtifactBuilder builder;
  builder.beginFunction("get");
  uint64_t x = builder.addArgument("x", "saved", DType::F32, {4});
  uint64_t y = builder.addResult("y", "output", DType::F32, {4});
  uint64_t z = builder.addResult("z", "output", DType::F32, {4});
  builder.copy(y, builder.addConstant({1, 2, 3, 4}));
  builder.copy(z, x);
  builder.useTestKernels();
  Artifact artifact = take(Artifact::parse(builder.build(), "test.weft"));
  Tensor shared = floats({4}, {5, 6, 7, 8});
  std::atomic<int> wrong = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 2; ++i)
    threads.emplace_back([&] {
      Device device = openApart();
      Function get = take(take(Module::load(artifact, device)).function("get"));
      for (int n = 0; n < 3000; ++n) {
        std::vector<Tensor> results = take(get.call(std::vector{shared}));
        wrong +=
            read(results[0]) != (Values{1, 2, 3, 4}) || read(results[1]) != (Values{5, 6, 7, 8});
      }
    });
  threads.clear();
  EXPECT_EQ(wrong, 0);
}

/// move: w = x; update: w = x where it lies, then a launch, which this device refuses; late: the
/// launch comes first.
Module loadUpdates(const Device &device) {
  ArtifactBuilder builder;
  for (const char *name : {"move", "update", "late"}) {
    builder.beginFunction(name);
    uint64_t x = builder.addArgument("x", "input", DType::F32, {4});
    uint64_t w = builder.addArgument("w", "saved", DType::F32, {4});
    uint64_t loss = builder.addResult("loss", "output", DType::F32, {});
    uint64_t next = builder.addResult("w", "saved", DType::F32, {4});
    builder.manifest["functions"].back()["results"].back()["takes"] = 1;
    if (std::string(name) == "late")
      builder.launch("sumKernel", {x, loss});
    builder.copy(next, x);
    if (std::string(name) == "update")
      builder.launch("sumKernel", {w, loss});
    else
      builder.copy(loss, View(x, -1, 0), 4);
  }
  builder.useTestKernels();
  return take(Module::load(take(Artifact::parse(builder.build(), "test.weft")), device));
}

TEST(Residence, WhatAFailedUpdateBeganToWriteIsLost) {
  Device device = openApart();
  Module module = loadUpdates(device);
  Function move = take(module.function("move")), update = take(module.function("update")),
           late = take(module.function("late"));
  TensorMap arguments = {{"x", floats({4}, {1, 2, 3, 4})}, {"w", floats({4}, {5, 6, 7, 8})}};
  // The host has its own bytes still.
  EXPECT_FALSE(update.callInPlace(arguments));
  EXPECT_EQ(read(arguments["w"]), (Values{5, 6, 7, 8}));
  // The device alone has them. A failure before anything of them is written leaves them.
  take(move.callInPlace(arguments));
  EXPECT_FALSE(late.callInPlace(arguments));
  EXPECT_EQ(take(arguments["w"].clone()).constValues<float>()[2], 3);
  take(move.callInPlace(arguments));
  EXPECT_EQ(update.callInPlace(arguments).status().code(), ErrorCode::Device);
  Status status = arguments["w"].fetch();
  EXPECT_EQ(status.code(), ErrorCode::Device);
  EXPECT_NE(status.message().find("the values are lost"), std::string::npos) << status.message();
  EXPECT_TRUE(arguments["w"].constValues<float>().empty());
  status = move.call(arguments).status();
  EXPECT_NE(status.message().find("argument `w`: the values are lost"), std::string::npos)
      << status.message();
}

/// Destroyed after every other variable of the program.
struct LastOfAll {
  std::optional<Device> device;
  ~LastOfAll() {
    if (!device)
      return;
    device.reset();
    std::string words = Device::takeClosingFailure().message();
    std::_Exit(words == "device `apart`: failed after 0 up, 0 down, 0 held" ? 0 : 1);
  }
};
__attribute__((init_priority(101))) LastOfAll lastOfAll;

TEST(ResidenceDeathTest, AVariableMayHoldADeviceToTheEnd) {
  EXPECT_EXIT(
      {
        { Device earlier = openApart("finish"); }
        lastOfAll.device = openApart("finish");
        std::exit(2);
      },
      ::testing::ExitedWithCode(0), "");
}

TEST(Residence, AClosedDeviceSaysWhatFailed) {
  { Device device = openApart(); }
  EXPECT_TRUE(Device::takeClosingFailure());
  { Device device = openApart("finish"); }
  Status status = Device::takeClosingFailure();
  EXPECT_EQ(status.code(), ErrorCode::Device);
  EXPECT_EQ(status.message(), "device `apart`: failed after 0 up, 0 down, 0 held");
  EXPECT_TRUE(Device::takeClosingFailure());
}

} // namespace
} // namespace weft::test
