// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tiles that are other strides on the memory of another tile.
#include "CompiledKernel.h"

#include <gtest/gtest.h>

namespace {

class Alias : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Levels, Alias, testing::ValuesIn(getRunnableLevels()));

/// Tiles that are other strides on the same memory are factors of products that a loop or a sum
/// would write there.
TEST_P(Alias, ProductsSpareTheMemoryOfTheirFactors) {
  CompiledKernel kernel(R"(module {
  tile.kernel @k tasks 1 writes [1, 2, 3] {
  ^bb0(%x: !tile.array<f32>, %powers: !tile.array<f32>, %sum: !tile.array<f32>, %left: !tile.array<f32>, %task: index):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %three = arith.constant 3 : index
    %n = arith.constant 16 : index
    %fill = arith.constant 0.0 : f32
    %none = arith.constant dense<0.0> : tensor<16x16xf32>
    %in = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %a = tile.view %powers offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %b = tile.view %sum offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %c = tile.view %left offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %t = tile.load %in[%zero, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<16x16xf32>
    %p = scf.for %i = %zero to %three step %one iter_args(%s = %t) -> (tensor<16x16xf32>) {
      %turned = tile.transpose %s : tensor<16x16xf32> -> tensor<16x16xf32>
      %next = tile.dot %turned, %t, %none : tensor<16x16xf32>, tensor<16x16xf32>, tensor<16x16xf32>
      scf.yield %next : tensor<16x16xf32>
    }
    tile.store %p, %a[%zero, %zero] : tensor<16x16xf32>, !tile.view<2 x f32>
    %d = tile.dot %t, %t, %none : tensor<16x16xf32>, tensor<16x16xf32>, tensor<16x16xf32>
    %e = tile.transpose %d : tensor<16x16xf32> -> tensor<16x16xf32>
    %f = tile.dot %e, %t, %d : tensor<16x16xf32>, tensor<16x16xf32>, tensor<16x16xf32>
    tile.store %f, %b[%zero, %zero] : tensor<16x16xf32>, !tile.view<2 x f32>
    %start = tile.iota axis 1 start %zero : tensor<16x32xi32>
    %ramp = arith.sitofp %start : tensor<16x32xi32> to tensor<16x32xf32>
    %w:2 = scf.for %i = %zero to %three step %one iter_args(%s = %ramp, %h = %none) -> (tensor<16x32xf32>, tensor<16x16xf32>) {
      %sheared = tile.shear %s : tensor<16x32xf32> -> tensor<16x16xf32>
      %twice = arith.addf %s, %s : tensor<16x32xf32>
      scf.yield %twice, %sheared : tensor<16x32xf32>, tensor<16x16xf32>
    }
    tile.store %w#1, %c[%zero, %zero] : tensor<16x16xf32>, !tile.view<2 x f32>
  }
})",
                        GetParam());
  constexpr int n = 16;
  using Matrix = std::vector<float>;
  auto turn = [](const Matrix &a) {
    Matrix result(n * n);
    for (int i = 0; i < n * n; ++i)
      result[i] = a[i % n * n + i / n];
    return result;
  };
  auto multiply = [](const Matrix &a, const Matrix &b, Matrix result) {
    for (int i = 0; i < n * n; ++i)
      for (int k = 0; k < n; ++k)
        result[i] += a[i / n * n + k] * b[k * n + i % n];
    return result;
  };
  Matrix x(n * n), powers(n * n), sum(n * n), left(n * n), none(n * n);
  for (int i = 0; i < n * n; ++i)
    x[i] = float((i * 7 + i / n) % 5 - 2); // small whole numbers: no rounding
  kernel.run({x.data(), powers.data(), sum.data(), left.data()});
  Matrix expected = x;
  for (int i = 0; i < 3; ++i)
    expected = multiply(turn(expected), x, none);
  EXPECT_EQ(powers, expected);
  Matrix square = multiply(x, x, none);
  EXPECT_EQ(sum, multiply(turn(square), x, square));
  for (int i = 0; i < n * n; ++i)
    EXPECT_EQ(left[i], float(4 * (i % n - i / n + n - 1))) << i;
}

} // namespace
