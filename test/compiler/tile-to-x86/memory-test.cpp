// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loads and stores at every edge, through every kind of view.
#include "CompiledKernel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

namespace {

class Memory : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Levels, Memory, testing::ValuesIn(getRunnableLevels()));

std::vector<float> makeRamp(size_t count) {
  std::vector<float> values(count);
  std::iota(values.begin(), values.end(), 1.0f);
  return values;
}

/// y = x + x over one tile of `rows` x `columns` at (row, column) of a view of the first `height`
/// rows and `width` columns of a 40 x 64 array.
std::string makeCopy(int rows, int columns, int height, int width, int row, int column) {
  std::string tile = "tensor<" + std::to_string(rows) + "x" + std::to_string(columns) + "xf32>";
  return R"(module {
  tile.kernel @k tasks 1 writes [1] {
  ^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %line = arith.constant 64 : index
    %fill = arith.constant -1.0 : f32
    %height = arith.constant )" +
         std::to_string(height) + R"( : index
    %width = arith.constant )" +
         std::to_string(width) + R"( : index
    %i = arith.constant )" +
         std::to_string(row) + R"( : index
    %j = arith.constant )" +
         std::to_string(column) + R"( : index
    %input = tile.view %x offset %zero sizes %height, %width strides %line, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %output = tile.view %y offset %zero sizes %height, %width strides %line, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %t = tile.load %input[%i, %j] fill %fill : !tile.view<2 x f32>, f32 -> )" +
         tile + R"(
    %u = arith.addf %t, %t : )" +
         tile + R"(
    tile.store %u, %output[%i, %j] : )" +
         tile + R"(, !tile.view<2 x f32>
  }
})";
}

TEST_P(Memory, EdgesOfTheView) {
  struct Case {
    int rows, columns, height, width, row, column;
  };
  // One less than the tile, the tile, one more; before the start; past the end; widths that are not
  // whole vectors.
  for (Case c : {Case{8, 16, 7, 15, 0, 0}, Case{8, 16, 8, 16, 0, 0}, Case{8, 16, 9, 17, 0, 0},
                 Case{8, 16, 20, 40, -3, -5}, Case{8, 16, 20, 40, 15, 30}, Case{8, 16, 4, 4, 9, 9},
                 Case{5, 24, 20, 40, 2, 3}, Case{5, 24, 20, 20, 2, 3}, Case{3, 1, 20, 20, 2, 19},
                 Case{1, 5, 20, 20, 0, 17}, Case{8, 32, 40, 64, 32, 32}}) {
    CompiledKernel kernel(makeCopy(c.rows, c.columns, c.height, c.width, c.row, c.column),
                          GetParam());
    std::vector<float> x = makeRamp(40 * 64), y(40 * 64, 7.0f);
    kernel.run({x.data(), y.data()});
    for (int r = 0; r < 40; ++r)
      for (int k = 0; k < 64; ++k) {
        bool isWritten = r >= c.row && r < c.row + c.rows && r < c.height && k >= c.column &&
                         k < c.column + c.columns && k < c.width;
        float expected = isWritten ? 2 * x[r * 64 + k] : 7.0f;
        ASSERT_EQ(y[r * 64 + k], expected)
            << "tile " << c.rows << "x" << c.columns << " view " << c.height << "x" << c.width
            << " at " << r << ", " << k;
      }
  }
}

/// A 4 x 16 tile of a view with these strides, fill included, to a dense array.
std::string makeGather(const std::string &offset, const std::string &rowStride,
                       const std::string &columnStride, int columns) {
  std::string tile = "tensor<4x" + std::to_string(columns) + "xf32>";
  return R"(module {
  tile.kernel @k tasks 1 writes [1] {
  ^bb0(%x: !tile.array<f32>, %y: !tile.array<f32>, %task: index):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %three = arith.constant 3 : index
    %line = arith.constant )" +
         std::to_string(columns) + R"( : index
    %four = arith.constant 4 : index
    %fill = arith.constant -1.0 : f32
    %offset = arith.constant )" +
         offset + R"( : index
    %rowStride = arith.constant )" +
         rowStride + R"( : index
    %columnStride = arith.constant )" +
         columnStride + R"( : index
    %input = tile.view %x offset %offset sizes %three, %line strides %rowStride, %columnStride : !tile.array<f32> -> !tile.view<2 x f32>
    %output = tile.view %y offset %zero sizes %four, %line strides %line, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %t = tile.load %input[%zero, %zero] fill %fill : !tile.view<2 x f32>, f32 -> )" +
         tile + R"(
    tile.store %t, %output[%zero, %zero] : )" +
         tile + R"(, !tile.view<2 x f32>
  }
})";
}

TEST_P(Memory, AnyStrides) {
  struct Case {
    int offset, rowStride, columnStride, columns;
  };
  // Transposed, reversed, broadcast both ways, sheared (stride of a row less one), every second
  // element.
  for (Case c : {Case{0, 1, 8, 16}, Case{100, -16, -1, 16}, Case{5, 0, 1, 16}, Case{5, 1, 0, 16},
                 Case{40, -1, 1, 16}, Case{0, 40, 2, 16}, Case{0, 1, 8, 5}}) {
    CompiledKernel kernel(makeGather(std::to_string(c.offset), std::to_string(c.rowStride),
                                     std::to_string(c.columnStride), c.columns),
                          GetParam());
    std::vector<float> x = makeRamp(256), y(4 * c.columns, 7.0f);
    kernel.run({x.data(), y.data()});
    for (int r = 0; r < 4; ++r)
      for (int k = 0; k < c.columns; ++k)
        ASSERT_EQ(y[r * c.columns + k],
                  r < 3 ? x[c.offset + r * c.rowStride + k * c.columnStride] : -1.0f)
            << "strides " << c.rowStride << ", " << c.columnStride << " at " << r << ", " << k;
  }
}

TEST_P(Memory, StridedStoreAndTasks) {
  CompiledKernel kernel(R"(module {
  tile.kernel @k tasks 4 writes [1] {
  ^bb0(%x: !tile.array<i32>, %y: !tile.array<i32>, %task: index):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %four = arith.constant 4 : index
    %n = arith.constant 10 : index
    %fill = arith.constant 0 : i32
    %start = arith.muli %task, %n : index
    %input = tile.view %x offset %start sizes %n strides %one : !tile.array<i32> -> !tile.view<1 x i32>
    %output = tile.view %y offset %task sizes %n strides %four : !tile.array<i32> -> !tile.view<1 x i32>
    %t = tile.load %input[%zero] fill %fill : !tile.view<1 x i32>, i32 -> tensor<16xi32>
    tile.store %t, %output[%zero] : tensor<16xi32>, !tile.view<1 x i32>
  }
})",
                        GetParam());
  std::vector<int32_t> x(40), y(60, -1);
  std::iota(x.begin(), x.end(), 0);
  kernel.run({x.data(), y.data()}, 4);
  for (int i = 0; i < 40; ++i)
    EXPECT_EQ(y[i], i % 4 * 10 + i / 4);
  EXPECT_EQ(y[40], -1);
}

TEST_P(Memory, BooleansAreBytes) {
  CompiledKernel kernel(R"(module {
  tile.kernel @k tasks 1 writes [2] {
  ^bb0(%x: !tile.array<f64>, %mask: !tile.array<i1>, %y: !tile.array<i1>, %task: index):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %n = arith.constant 13 : index
    %fill = arith.constant 0.0 : f64
    %no = arith.constant false
    %limit = arith.constant dense<6.0> : tensor<16xf64>
    %values = tile.view %x offset %zero sizes %n strides %one : !tile.array<f64> -> !tile.view<1 x f64>
    %allowed = tile.view %mask offset %zero sizes %n strides %one : !tile.array<i1> -> !tile.view<1 x i1>
    %output = tile.view %y offset %zero sizes %n strides %one : !tile.array<i1> -> !tile.view<1 x i1>
    %t = tile.load %values[%zero] fill %fill : !tile.view<1 x f64>, f64 -> tensor<16xf64>
    %m = tile.load %allowed[%zero] fill %no : !tile.view<1 x i1>, i1 -> tensor<16xi1>
    %less = arith.cmpf olt, %t, %limit : tensor<16xf64>
    %both = arith.andi %less, %m : tensor<16xi1>
    tile.store %both, %output[%zero] : tensor<16xi1>, !tile.view<1 x i1>
  }
})",
                        GetParam());
  std::vector<double> x(13);
  std::iota(x.begin(), x.end(), 0.0);
  std::vector<uint8_t> mask(13), y(16, 9);
  for (int i = 0; i < 13; ++i)
    mask[i] = i % 2;
  kernel.run({x.data(), mask.data(), y.data()});
  for (int i = 0; i < 13; ++i)
    EXPECT_EQ(y[i], i < 6 && i % 2);
  EXPECT_EQ(y[13], 9);
}

TEST_P(Memory, SizesComeFromTheTable) {
  CompiledKernel kernel(
      R"(module {
  tile.kernel @k tasks 1 writes [0] sizes [64, 64] {
  ^bb0(%y: !tile.array<i32>, %task: index):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %n = tile.size 1
    %output = tile.view %y offset %zero sizes %n strides %one : !tile.array<i32> -> !tile.view<1 x i32>
    %t = tile.iota axis 0 start %n : tensor<64xi32>
    tile.store %t, %output[%zero] : tensor<64xi32>, !tile.view<1 x i32>
  }
})",
      GetParam());
  std::vector<int32_t> y(64, -1);
  kernel.run({y.data()}, 1, {3, 24});
  for (int i = 0; i < 64; ++i)
    EXPECT_EQ(y[i], i < 24 ? 24 + i : -1);
}

/// Rows of a factor outside its view are zeros, whatever lies there: on the left, and transposed on
/// the right.
TEST_P(Memory, RowsOfFactorsBeyondTheirViews) {
  CompiledKernel kernel(R"(module {
  tile.kernel @k tasks 1 writes [1, 2] {
  ^bb0(%x: !tile.array<f32>, %left: !tile.array<f32>, %right: !tile.array<f32>, %task: index):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %five = arith.constant 5 : index
    %above = arith.constant -2 : index
    %from = arith.constant 64 : index
    %n = arith.constant 16 : index
    %fill = arith.constant 0.0 : f32
    %none = arith.constant dense<0.0> : tensor<16x16xf32>
    %ones = arith.constant dense<1.0> : tensor<16x16xf32>
    %in = tile.view %x offset %from sizes %five, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %a = tile.view %left offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %b = tile.view %right offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %l = tile.load %in[%above, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<16x16xf32>
    %p = tile.dot %l, %ones, %none : tensor<16x16xf32>, tensor<16x16xf32>, tensor<16x16xf32>
    tile.store %p, %a[%zero, %zero] : tensor<16x16xf32>, !tile.view<2 x f32>
    %r = tile.load %in[%above, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<16x16xf32>
    %q = tile.dot %ones, %r, %none transpose_b : tensor<16x16xf32>, tensor<16x16xf32>, tensor<16x16xf32>
    tile.store %q, %b[%zero, %zero] : tensor<16x16xf32>, !tile.view<2 x f32>
  }
})",
                        GetParam());
  std::vector<float> x(20 * 16, std::numeric_limits<float>::quiet_NaN()), left(256), right(256);
  for (int i = 64; i < 64 + 5 * 16; ++i)
    x[i] = float(i / 16);
  kernel.run({x.data(), left.data(), right.data()});
  for (int row = 0; row < 16; ++row)
    for (int column = 0; column < 16; ++column) {
      float expected = row >= 2 && row < 7 ? float(16 * (row + 2)) : 0;
      EXPECT_EQ(left[row * 16 + column], expected) << row;
      EXPECT_EQ(right[column * 16 + row], expected) << row;
    }
}

} // namespace
