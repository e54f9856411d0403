// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every allocation of a call, a backward walk, a sum and an update fails once: the failure is a
// Status of class Resource, nothing of it is left behind, and the next try succeeds.
// TSan brings its own operator new.
#ifndef WEFT_TSAN
#include <cstdlib>
#include <new>
#include <utility>

#include "test/runtime/TestModels.h"
#include "weft/Average.h"
#include "weft/Optimizer.h"
#include "weft/Tape.h"

namespace {
/// Allocations of this thread until one fails; 0: none does.
thread_local int untilFailure = 0;

void *allocate(std::size_t size) {
  if (untilFailure > 0 && --untilFailure == 0)
    throw std::bad_alloc();
  if (void *memory = std::malloc(size ? size : 1))
    return memory;
  throw std::bad_alloc();
}
} // namespace

void *operator new(std::size_t size) { return allocate(size); }
void *operator new[](std::size_t size) { return allocate(size); }
void *operator new(std::size_t size, const std::nothrow_t &) noexcept { return std::malloc(size); }
void operator delete(void *memory) noexcept { std::free(memory); }
void operator delete[](void *memory) noexcept { std::free(memory); }
void operator delete(void *memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void *memory, std::size_t) noexcept { std::free(memory); }

namespace weft::test {
namespace {

/// A copy whose own allocations do not fail: arguments belong to the caller.
TensorMap copy(const TensorMap &tensors) {
  int left = std::exchange(untilFailure, 0);
  TensorMap result = tensors;
  untilFailure = left;
  return result;
}

/// Calls `action` with its n-th allocation failing for n = 1, 2, ... until it succeeds; returns how
/// often it failed. `action` gives the Status, `check` looks at what a failure left.
template <typename Action, typename Check> int failEach(Action action, Check check) {
  for (int n = 1; n < 10000; ++n) {
    untilFailure = n;
    Status status = action();
    bool reached = untilFailure == 0;
    untilFailure = 0;
    if (!reached) {
      EXPECT_TRUE(status) << status.message();
      return n - 1;
    }
    // An allocation whose failure is not needed for the result may be forgiven.
    if (!status) {
      EXPECT_EQ(status.code(), ErrorCode::Resource) << status.message();
      check();
    }
  }
  ADD_FAILURE() << "never succeeds";
  return 0;
}

TEST(OutOfMemory, IsAStatusOfTapeAndOptimizer) {
  Module module = load(makeTapeModel("w.gradient"), 1);
  ModelState model;
  model.params["w"] = floats({4}, {1, 2, 3, 4});
  TensorMap inputs = {{"x", model.params.at("w")}};
  Tape tape;
  Tensor loss;
  size_t before = 0;
  int failures = failEach(
      [&] {
        before = tape.size();
        Result<TensorMap> results = tape.call(module, "sum", copy(inputs), model);
        if (results)
          loss = results->at("loss");
        return results.status();
      },
      [&] { EXPECT_EQ(tape.size(), before); });
  EXPECT_GT(failures, 10);
  EXPECT_EQ(loss.item(), 10);

  std::optional<Gradients> gradients;
  failures = failEach(
      [&] {
        Result<Gradients> found = tape.backward(loss);
        if (found)
          gradients = std::move(*found);
        return found.status();
      },
      [&] { EXPECT_EQ(loss.item(), 10); });
  EXPECT_GT(failures, 10);

  TensorMap sum, arguments;
  failures = failEach(
      [&] {
        Result<TensorMap> found = gradients->forUpdate(model.params);
        if (found)
          arguments = std::move(*found);
        return found.status();
      },
      [] {});
  EXPECT_GT(failures, 2);
  failures = failEach(
      [&] {
        sum.clear();
        return accumulate(sum, arguments);
      },
      [] {});
  EXPECT_GT(failures, 2);
  EXPECT_EQ(read(sum.at("w.gradient")), (std::vector<float>{1, 1, 1, 1}));

  Optimizer optimizer(take(module.function("train")), Schedule{.rate = 0.5});
  failures = failEach([&] { return optimizer.update(copy(sum), model).status(); },
                      [&] {
                        EXPECT_EQ(optimizer.updates(), 0u);
                        EXPECT_EQ(read(model.params.at("w")), (std::vector<float>{1, 2, 3, 4}));
                      });
  EXPECT_GT(failures, 10);
  EXPECT_EQ(optimizer.updates(), 1u);
  EXPECT_EQ(read(model.params.at("w")), (std::vector<float>{0.5f, 1.5f, 2.5f, 3.5f}));

  Optimizer inPlace(take(load(makeInPlaceModel(), 1).function("train")), Schedule{.rate = 0.5});
  model.params["w"] = floats({4}, {1, 2, 3, 4});
  const void *bytes = model.params["w"].data();
  TensorMap x = {{"x", floats({4}, {1, 1, 1, 1})}};
  failures = failEach([&] { return inPlace.update(copy(x), model).status(); },
                      [&] {
                        EXPECT_EQ(inPlace.updates(), 0u);
                        EXPECT_EQ(read(model.params.at("w")), (std::vector<float>{1, 2, 3, 4}));
                      });
  EXPECT_GT(failures, 10);
  EXPECT_EQ(read(model.params.at("w")), (std::vector<float>{0.5f, 1.5f, 2.5f, 3.5f}));
  EXPECT_EQ(model.params.at("w").data(), bytes);

  ParamMean mean;
  failures = failEach([&] { return mean.add(model.params); }, [&] { EXPECT_EQ(mean.count(), 0); });
  EXPECT_GT(failures, 2);
}

} // namespace
} // namespace weft::test

#endif
