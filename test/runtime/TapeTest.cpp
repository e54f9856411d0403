// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tape and optimizer on the functions of makeTapeModel.
#include "weft/Tape.h"
#include "test/runtime/TestModels.h"
#include "weft/Optimizer.h"

namespace weft::test {
namespace {

Module makeModule() { return load(makeTapeModel("x")); }

const Tensor x = floats({4}, {1, 2, 3, 4}), w = floats({4}, {2, 3, 5, 7});

TEST(Tape, GradientsFlowThroughTwoFunctions) {
  Module module = makeModule();
  Tape tape;
  TensorMap scaled = take(tape.call(module, "scale", {{"x", x}, {"w", w}}));
  EXPECT_FALSE(scaled.contains("saved.0"));
  TensorMap twice = take(tape.call(module, "scale", {{"x", scaled["y"]}, {"w", w}}));
  TensorMap sum = take(tape.call(module, "sum", {{"x", twice["y"]}}));
  EXPECT_EQ(sum["loss"].item(), 1 * 4 + 2 * 9 + 3 * 25 + 4 * 49);
  // loss = Σ x w²: by w 2 x w, summed over both uses; by x w².
  Gradients gradients = take(tape.backward(sum["loss"]));
  EXPECT_EQ(read(*gradients.find(w)), (std::vector<float>{4, 12, 30, 56}));
  EXPECT_EQ(read(*gradients.find(x)), (std::vector<float>{4, 9, 25, 49}));
  EXPECT_EQ(gradients.find(floats({4}, {0, 0, 0, 0})), nullptr);
  EXPECT_EQ(read(*take(tape.backward(sum["loss"], 2)).find(x)),
            (std::vector<float>{8, 18, 50, 98}));
}

TEST(Tape, AFreshTapeCutsTheGradient) {
  Module module = makeModule();
  Tape first, second;
  TensorMap carried = take(first.call(module, "scale", {{"x", x}, {"w", w}}));
  TensorMap scaled = take(second.call(module, "scale", {{"x", carried["y"]}, {"w", w}}));
  TensorMap sum = take(second.call(module, "sum", {{"x", scaled["y"]}}));
  Gradients gradients = take(second.backward(sum["loss"]));
  EXPECT_EQ(read(*gradients.find(w)),
            (std::vector<float>{2, 6, 15, 28})); // the carried value is a constant
  EXPECT_EQ(gradients.find(x), nullptr);
}

TEST(Tape, CallsTheLossDoesNotNeedAreSkipped) {
  Module module = makeModule();
  Tape tape;
  TensorMap used = take(tape.call(module, "sum", {{"x", x}}));
  ASSERT_TRUE(tape.call(module, "scale", {{"x", x}, {"w", w}}));
  Gradients gradients = take(tape.backward(used["loss"]));
  EXPECT_EQ(gradients.find(w), nullptr);
  EXPECT_EQ(read(*gradients.find(x)), std::vector<float>(4, 1.0f));
}

TEST(Tape, MistakesAreNamed) {
  Module module = makeModule();
  Tape tape;
  EXPECT_NE(tape.call(module, "train", {})
                .status()
                .message()
                .find("the gradient of `train` is not in the artifact"),
            std::string::npos);
  EXPECT_EQ(tape.backward(x).status().code(), ErrorCode::Usage);
  TensorMap sum = take(tape.call(module, "sum", {{"x", x}}));
  EXPECT_EQ(tape.backward({{sum["loss"], x}}).status().message(),
            "backward expects a gradient of f32, got 4xf32");
}

TEST(Tape, OneTapeGoesThroughACloneCutsAndClearForgets) {
  Module module = makeModule();
  Tape tape;
  TensorMap one = take(tape.call(module, "scale", {{"x", x}, {"w", w}}));
  Tensor cut = take(one["y"].clone());
  TensorMap two = take(tape.call(module, "scale", {{"x", cut}, {"w", w}}));
  TensorMap sum = take(tape.call(module, "sum", {{"x", two["y"]}}));
  Gradients gradients = take(tape.backward(sum["loss"]));
  EXPECT_EQ(gradients.find(x), nullptr);
  EXPECT_EQ(read(*gradients.find(w)), (std::vector<float>{2, 6, 15, 28})); // one use, not two
  tape.clear();
  EXPECT_EQ(tape.size(), 0u);
  EXPECT_EQ(tape.backward(sum["loss"]).status().code(), ErrorCode::Usage);
}

TEST(Tape, SavedTensorsOutliveTheirOwners) {
  Tape tape;
  Tensor loss;
  {
    Module module = makeModule();
    Tensor a = floats({4}, {1, 2, 3, 4});
    TensorMap scaled =
        take(tape.call(module, "scale", {{"x", a}, {"w", floats({4}, {1, 1, 1, 1})}}));
    a = Tensor();
    loss = take(tape.call(module, "sum", {{"x", scaled["y"]}}))["loss"];
    // More results of the same functions: the memory of what is recorded must not be used again.
    for (int i = 0; i < 4; ++i)
      take(module.call("scale.forward", {{"x", floats({4}, {9, 9, 9, 9})}, {"w", w}}));
  }
  Gradients first = take(tape.backward(loss)), second = take(tape.backward(loss));
  EXPECT_EQ(tape.size(), 2u); // module and tensors are gone, the record is not
  EXPECT_EQ(loss.item(), 10);
}

TEST(Tape, ParametersComeFromTheModel) {
  Module module = makeModule();
  ModelState model;
  model.params["w"] = w;
  model.params["unused"] = floats({2}, {1, 1});
  Tape tape;
  TensorMap scaled = take(tape.call(module, "scale", {{"x", x}}, model));
  TensorMap sum = take(tape.call(module, "sum", {{"x", scaled["y"]}}, model));
  TensorMap gradients = take(take(tape.backward(sum["loss"], 0.5)).forUpdate(model.params));
  EXPECT_EQ(gradients.size(), 2u);
  EXPECT_EQ(read(gradients["w.gradient"]), (std::vector<float>{0.5, 1, 1.5, 2}));
  EXPECT_EQ(read(gradients["unused.gradient"]), (std::vector<float>{0, 0}));
  // In one call, and added to what is there.
  TensorMap total;
  ASSERT_TRUE(tape.addGradients(total, sum["loss"], 0.5, model));
  ASSERT_TRUE(tape.addGradients(total, sum["loss"], 1, model));
  EXPECT_EQ(read(total["w.gradient"]), (std::vector<float>{1.5, 3, 4.5, 6}));
  EXPECT_EQ(read(total["unused.gradient"]), (std::vector<float>{0, 0}));
  EXPECT_EQ(tape.addGradients(total, x, 1, model).code(), ErrorCode::Usage); // x is no result
  EXPECT_EQ(read(total["w.gradient"]), (std::vector<float>{1.5, 3, 4.5, 6}));
  // A failed call records nothing.
  EXPECT_EQ(tape.call(module, "scale", {{"x", floats({1}, {1})}}, model).status().code(),
            ErrorCode::Model);
  EXPECT_EQ(tape.call(module, "none", {}, model).status().code(), ErrorCode::Usage);
  EXPECT_EQ(tape.size(), 2u);
}

TEST(Tape, SumsAreScaledInPlace) {
  TensorMap sum = {{"a", floats({2}, {2, 4})}, {"b", take(Tensor::of<double>({1}, {3}))}};
  ASSERT_TRUE(scale(sum, 0.5));
  EXPECT_EQ(read(sum["a"]), (std::vector<float>{1, 2}));
  EXPECT_EQ(sum["b"].item(), 1.5);
  EXPECT_EQ(scale({{"i", take(Tensor::scalar<int32_t>(1))}}, 2).code(), ErrorCode::Model);
}

TEST(Tape, GradientsOfMicroBatchesAddUp) {
  TensorMap sum;
  ASSERT_TRUE(accumulate(sum, {{"w", w}}));
  ASSERT_TRUE(accumulate(sum, {{"w", x}}));
  EXPECT_EQ(read(sum["w"]), (std::vector<float>{3, 5, 8, 11}));
  EXPECT_EQ(read(w), (std::vector<float>{2, 3, 5, 7}));
  EXPECT_EQ(accumulate(sum, {{"w", floats({1}, {1})}}).code(), ErrorCode::Model);
}

TEST(Optimizer, UpdatesParametersWithTheSchedulesRate) {
  Module module = makeModule();
  Optimizer optimizer(take(module.function("train")), Schedule{.rate = 0.5, .warmup = 2});
  ModelState model;
  model.params = take(initializeParams(module.manifest(), 1));
  TensorMap outputs = take(optimizer.update({{"x", x}}, model));
  EXPECT_EQ(outputs["loss"].item(), 10);
  EXPECT_EQ(outputs.size(), 1u);
  EXPECT_EQ(read(model.params["w"]), (std::vector<float>{0.75f, 0.5f, 0.25f, 0})); // rate 0.5 · 1/2
  ASSERT_TRUE(optimizer.update({{"x", x}}, model));
  EXPECT_EQ(read(model.params["w"]), (std::vector<float>{0.25f, -0.5f, -1.25f, -2}));
  EXPECT_EQ(optimizer.updates(), 2u);
}

TEST(Optimizer, AFailedUpdateChangesNothing) {
  Module module = makeModule();
  Optimizer optimizer(take(module.function("train")), Schedule{.rate = 0.5});
  ModelState model;
  model.params["w"] = w;
  EXPECT_FALSE(optimizer.update({{"x", floats({1}, {1})}}, model));
  EXPECT_EQ(optimizer.updates(), 0u);
  EXPECT_EQ(read(model.params["w"]), read(w));
}

TEST(Schedule, WarmsUpThenStaysOrFalls) {
  Schedule constant{.rate = 0.07, .warmup = 4};
  EXPECT_DOUBLE_EQ(constant.at(1), 0.07 / 4);
  EXPECT_DOUBLE_EQ(constant.at(4), 0.07);
  EXPECT_DOUBLE_EQ(constant.at(1000), 0.07);
  Schedule cosine{
      .kind = Schedule::Kind::Cosine, .rate = 1, .warmup = 10, .total = 110, .floor = 0.1};
  EXPECT_DOUBLE_EQ(cosine.at(5), 0.5);
  EXPECT_DOUBLE_EQ(cosine.at(10), 1);
  EXPECT_NEAR(cosine.at(60), 0.55, 1e-12);
  EXPECT_NEAR(cosine.at(110), 0.1, 1e-12);
  EXPECT_NEAR(cosine.at(500), 0.1, 1e-12);
  EXPECT_DOUBLE_EQ(Schedule{.rate = 3}.at(1), 3);
}

} // namespace
} // namespace weft::test
