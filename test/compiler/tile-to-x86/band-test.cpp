// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products beside tile.shear and tile.unshear, which are computed in their bands only.
#include "CompiledKernel.h"

#include <gtest/gtest.h>

#include <cmath>

namespace {

class Band : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Levels, Band, testing::ValuesIn(getRunnableLevels()));

std::string format(std::string text,
                   std::initializer_list<std::pair<const char *, std::string>> words) {
  for (auto &[from, to] : words)
    for (size_t at; (at = text.find(from)) != std::string::npos;)
      text.replace(at, std::string(from).size(), to);
  return text;
}

std::vector<float> makeNumbers(int count, int seed) {
  std::vector<float> values(count);
  for (int i = 0; i < count; ++i)
    values[i] = float((i * 37 + seed * 11) % 29 - 14) / 8; // sums of products are exact
  return values;
}

/// The product of a [R, K] and b [W, K]^T, sheared; the sheared tile t [R, C] back, times c [W, K];
/// and its transpose times a.
std::string makeKernel(int rows, int columns, int wide, int depth) {
  return format(R"(module {
  tile.kernel @k tasks 1 writes [4, 5, 6] {
  ^bb0(%a: !tile.array<f32>, %b: !tile.array<f32>, %t: !tile.array<f32>, %c: !tile.array<f32>, %x: !tile.array<f32>, %y: !tile.array<f32>, %z: !tile.array<f32>, %task: index):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %r = arith.constant ROWS : index
    %n = arith.constant COLUMNS : index
    %w = arith.constant WIDE : index
    %k = arith.constant DEPTH : index
    %fill = arith.constant 0.0 : f32
    %none = arith.constant dense<0.0> : tensor<ROWSxWIDExf32>
    %noRows = arith.constant dense<0.0> : tensor<ROWSxDEPTHxf32>
    %noWindow = arith.constant dense<0.0> : tensor<WIDExDEPTHxf32>
    %aView = tile.view %a offset %zero sizes %r, %k strides %k, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %bView = tile.view %b offset %zero sizes %w, %k strides %k, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %tView = tile.view %t offset %zero sizes %r, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %cView = tile.view %c offset %zero sizes %w, %k strides %k, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %xView = tile.view %x offset %zero sizes %r, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %yView = tile.view %y offset %zero sizes %r, %k strides %k, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %zView = tile.view %z offset %zero sizes %w, %k strides %k, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %left = tile.load %aView[%zero, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<ROWSxDEPTHxf32>
    %right = tile.load %bView[%zero, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<WIDExDEPTHxf32>
    %tile = tile.load %tView[%zero, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<ROWSxCOLUMNSxf32>
    %factor = tile.load %cView[%zero, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<WIDExDEPTHxf32>
    %window = tile.dot %left, %right, %none transpose_b : tensor<ROWSxDEPTHxf32>, tensor<WIDExDEPTHxf32>, tensor<ROWSxWIDExf32>
    %sheared = tile.shear %window : tensor<ROWSxWIDExf32> -> tensor<ROWSxCOLUMNSxf32>
    %back = tile.unshear %tile : tensor<ROWSxCOLUMNSxf32> -> tensor<ROWSxWIDExf32>
    %forRows = tile.dot %back, %factor, %noRows : tensor<ROWSxWIDExf32>, tensor<WIDExDEPTHxf32>, tensor<ROWSxDEPTHxf32>
    %exchanged = tile.transpose %back : tensor<ROWSxWIDExf32> -> tensor<WIDExROWSxf32>
    %forWindow = tile.dot %exchanged, %left, %noWindow : tensor<WIDExROWSxf32>, tensor<ROWSxDEPTHxf32>, tensor<WIDExDEPTHxf32>
    tile.store %sheared, %xView[%zero, %zero] : tensor<ROWSxCOLUMNSxf32>, !tile.view<2 x f32>
    tile.store %forRows, %yView[%zero, %zero] : tensor<ROWSxDEPTHxf32>, !tile.view<2 x f32>
    tile.store %forWindow, %zView[%zero, %zero] : tensor<WIDExDEPTHxf32>, !tile.view<2 x f32>
  }
})",
                {{"ROWS", std::to_string(rows)},
                 {"COLUMNS", std::to_string(columns)},
                 {"WIDE", std::to_string(wide)},
                 {"DEPTH", std::to_string(depth)}});
}

void checkBand(int rows, int columns, int spare, int depth, const std::string &level) {
  int wide = rows + columns - 1 + spare;
  CompiledKernel kernel(makeKernel(rows, columns, wide, depth), level);
  std::vector<float> a = makeNumbers(rows * depth, 1), b = makeNumbers(wide * depth, 2),
                     t = makeNumbers(rows * columns, 3), c = makeNumbers(wide * depth, 4);
  std::vector<float> x(rows * columns), y(rows * depth), z(wide * depth);
  kernel.run({a.data(), b.data(), t.data(), c.data(), x.data(), y.data(), z.data()});
  std::vector<float> forRows(rows * depth), forWindow(wide * depth);
  for (int r = 0; r < rows; ++r)
    for (int n = 0; n < columns; ++n) {
      int w = rows - 1 - r + n;
      float product = 0;
      for (int k = 0; k < depth; ++k) {
        product += a[r * depth + k] * b[w * depth + k];
        forRows[r * depth + k] += t[r * columns + n] * c[w * depth + k];
        forWindow[w * depth + k] += t[r * columns + n] * a[r * depth + k];
      }
      ASSERT_EQ(x[r * columns + n], product) << rows << "x" << columns << " at " << r << ", " << n;
    }
  EXPECT_EQ(y, forRows) << rows << "x" << columns << " of " << wide;
  EXPECT_EQ(z, forWindow) << rows << "x" << columns << " of " << wide;
}

/// One block of rows and several, columns with and without whole vectors, odd depths.
TEST_P(Band, ProductsMeetTheirBands) {
  for (auto [rows, columns] : {std::pair(32, 32), std::pair(32, 96), std::pair(7, 5),
                               std::pair(33, 20), std::pair(9, 40), std::pair(16, 1)})
    for (int spare : {0, 1, 17})
      checkBand(rows, columns, spare, spare == 1 ? 5 : 16, GetParam());
}

/// What no row of the band meets has no effect, even if it is no number.
TEST_P(Band, NothingComesThroughZeros) {
  constexpr int rows = 32, columns = 32, wide = 96, depth = 16;
  CompiledKernel kernel(makeKernel(rows, columns, wide, depth), GetParam());
  std::vector<float> a = makeNumbers(rows * depth, 1), b = makeNumbers(wide * depth, 2),
                     t = makeNumbers(rows * columns, 3), c = makeNumbers(wide * depth, 4);
  for (int w = 64; w < wide; ++w)
    c[w * depth] = NAN;
  std::vector<float> x(rows * columns), y(rows * depth), z(wide * depth);
  kernel.run({a.data(), b.data(), t.data(), c.data(), x.data(), y.data(), z.data()});
  for (float value : y)
    ASSERT_TRUE(std::isfinite(value));
}

} // namespace
