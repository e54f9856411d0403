// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Updates in place: only what nobody else holds, and only where the function says so.
#include "test/runtime/TestModels.h"
#include "weft/Optimizer.h"

namespace weft::test {
namespace {

using Values = std::vector<float>;

const TensorMap inputs = {{"x", floats({4}, {1, 2, 4, 8})}};

ModelState makeModel() {
  ModelState model;
  model.params["w"] = floats({4}, {1, 1, 1, 1});
  return model;
}

TEST(InPlace, AnUpdateWritesWhereTheParameterLies) {
  Optimizer optimizer(take(load(makeInPlaceModel()).function("train")), Schedule{.rate = 0.5});
  EXPECT_TRUE(optimizer.worksInPlace());
  ModelState model = makeModel();
  const void *bytes = model.params["w"].data();
  EXPECT_EQ(take(optimizer.update(inputs, model))["loss"].item(), 15);
  EXPECT_EQ(read(model.params["w"]), (Values{0.5f, 0, -1, -3}));
  EXPECT_EQ(model.params["w"].data(), bytes);
  EXPECT_TRUE(model.params["w"].isUnique());
  take(optimizer.update(inputs, model));
  EXPECT_EQ(read(model.params["w"]), (Values{0, -1, -3, -7}));
  EXPECT_EQ(model.params["w"].data(), bytes);
}

TEST(InPlace, NotWhereTheFunctionDoesNotSaySo) {
  Optimizer optimizer(take(load(makeTapeModel("x")).function("train")), Schedule{.rate = 0.5});
  EXPECT_FALSE(optimizer.worksInPlace());
  ModelState model = makeModel();
  const void *bytes = model.params["w"].data();
  take(optimizer.update(inputs, model));
  EXPECT_NE(model.params["w"].data(), bytes);
}

TEST(InPlace, ACopyOfTheModelKeepsItsValues) {
  Optimizer optimizer(take(load(makeInPlaceModel()).function("train")), Schedule{.rate = 0.5});
  ModelState model = makeModel();
  {
    ModelState copy = model;
    take(optimizer.update(inputs, model));
    EXPECT_EQ(read(copy.params["w"]), (Values{1, 1, 1, 1}));
    EXPECT_EQ(read(model.params["w"]), (Values{0.5f, 0, -1, -3}));
    EXPECT_NE(copy.params["w"].data(), model.params["w"].data());
  }
  // The function keeps a handle on a result that it made; that is no reader.
  const void *bytes = model.params["w"].data();
  take(optimizer.update(inputs, model));
  EXPECT_EQ(read(model.params["w"]), (Values{0, -1, -3, -7}));
  EXPECT_EQ(model.params["w"].data(), bytes);
}

TEST(InPlace, NotIfAnotherArgumentHasTheSameBytes) {
  Optimizer optimizer(take(load(makeInPlaceModel()).function("train")), Schedule{.rate = 0.5});
  ModelState model = makeModel();
  Tensor w = model.params["w"];
  take(optimizer.update({{"x", w}}, model));
  EXPECT_EQ(read(w), (Values{1, 1, 1, 1}));
  EXPECT_EQ(read(model.params["w"]), (Values{0.5f, 0.5f, 0.5f, 0.5f}));
}

TEST(InPlace, ACallReadsItsArgumentsOnly) {
  Function train = take(load(makeInPlaceModel()).function("train"));
  TensorMap arguments = {{"x", inputs.at("x")},
                         {"w", floats({4}, {1, 1, 1, 1})},
                         {"lr", take(Tensor::scalar<float>(0.5f))}};
  TensorMap results = take(train.call(arguments));
  EXPECT_EQ(read(arguments["w"]), (Values{1, 1, 1, 1}));
  results = take(train.callInPlace(arguments));
  EXPECT_EQ(read(results["w"]), (Values{0.5f, 0, -1, -3}));
  EXPECT_EQ(arguments["w"].data(), results["w"].data());
}

TEST(InPlace, AFailedUpdateGivesTheHandlesBack) {
  Optimizer optimizer(take(load(makeInPlaceModel()).function("train")), Schedule{.rate = 0.5});
  ModelState model = makeModel();
  const void *bytes = model.params["w"].data();
  EXPECT_FALSE(optimizer.update({{"x", floats({1}, {1})}}, model));
  EXPECT_FALSE(optimizer.update({{"y", floats({1}, {1})}}, model));
  EXPECT_EQ(optimizer.updates(), 0u);
  EXPECT_EQ(read(model.params["w"]), (Values{1, 1, 1, 1}));
  EXPECT_EQ(model.params["w"].data(), bytes);
}

} // namespace
} // namespace weft::test
