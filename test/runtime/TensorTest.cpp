// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/runtime/TestModels.h"

namespace weft::test {
namespace {

TEST(Tensor, CopiesShareBytesAndClonesDoNot) {
  Tensor tensor = floats({2, 2}, {1, 2, 3, 4});
  Tensor same = tensor, other = take(tensor.clone());
  tensor.values<float>()[0] = 9;
  EXPECT_EQ(read(same), (std::vector<float>{9, 2, 3, 4}));
  EXPECT_EQ(read(other), (std::vector<float>{1, 2, 3, 4}));
  EXPECT_EQ(tensor.identity(), same.identity());
  EXPECT_NE(tensor.identity(), other.identity());
}

TEST(Tensor, BytesStartAtAMultipleOf64) {
  for (int64_t size : {0, 1, 15, 16, 17, 1000, 1'048'575, 1'048'576, 1'048'577})
    EXPECT_EQ(uintptr_t(take(Tensor::zeros(DType::F32, {size})).data()) % 64, 0u);
}

TEST(Tensor, ViewsOfAnotherTypeAreEmpty) {
  Tensor tensor = floats({2}, {1, 2});
  EXPECT_EQ(tensor.values<float>().size(), 2u);
  EXPECT_EQ(tensor.values<double>().size(), 0u);
  EXPECT_EQ(tensor.values<int32_t>().size(), 0u);
}

TEST(Tensor, ItemReadsEveryFloatType) {
  EXPECT_EQ(take(Tensor::scalar<double>(1.5)).item(), 1.5);
  Tensor half = take(Tensor::zeros(DType::F16, {}));
  for (auto [bits, value] :
       {std::pair(0x3C00, 1.0), {0xC000, -2.0}, {0x0001, 0x1p-24}, {0x7BFF, 65504.0}}) {
    half.values<uint16_t>()[0] = uint16_t(bits);
    EXPECT_EQ(half.item(), value);
  }
  Tensor brain = take(Tensor::zeros(DType::BF16, {}));
  brain.values<uint16_t>()[0] = 0x3FC0;
  EXPECT_EQ(brain.item(), 1.5);
}

// 2^31 - 1 .. 2^63 - 1 elements are an error or the right number, never a wrapped one.
TEST(Tensor, SizesDoNotWrap) {
  EXPECT_EQ(take(countBytes(DType::F32, Shape{(int64_t(1) << 31) - 1})),
            ((int64_t(1) << 31) - 1) * 4);
  EXPECT_EQ(take(countBytes(DType::F64, Shape{int64_t(1) << 32, 2})), int64_t(1) << 36);
  EXPECT_EQ(take(countBytes(DType::F32, Shape{int64_t(1) << 40, 0, int64_t(1) << 40})), 0);
  for (const Shape &shape : {Shape{INT64_MAX}, Shape{-1}, Shape{int64_t(1) << 40, int64_t(1) << 40},
                             Shape{int64_t(1) << 32, int64_t(1) << 32}, Shape(9, 1)})
    EXPECT_EQ(countBytes(DType::F32, shape).status().code(), ErrorCode::Model);
}

TEST(Tensor, AWrongNumberOfValuesIsAnError) {
  Result<Tensor> tensor = Tensor::of<float>({2, 3}, {1, 2});
  ASSERT_FALSE(tensor);
  EXPECT_EQ(tensor.status().message(), "expects 6 values for 2x3xf32, got 2");
}

} // namespace
} // namespace weft::test
