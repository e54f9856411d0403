// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Dot products, reductions, broadcasts, loops and random numbers against plain C++.
#include "CompiledKernel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace {

class Compute : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Levels, Compute, testing::ValuesIn(getRunnableLevels()));

template <typename T> std::vector<T> makeRandom(size_t count, unsigned seed) {
  std::mt19937 engine(seed);
  std::uniform_real_distribution<T> distribution(-1, 1);
  std::vector<T> values(count);
  for (T &value : values)
    value = distribution(engine);
  return values;
}

std::string format(std::string text,
                   std::initializer_list<std::pair<const char *, std::string>> words) {
  for (auto &[from, to] : words)
    for (size_t at; (at = text.find(from)) != std::string::npos;)
      text.replace(at, std::string(from).size(), to);
  return text;
}

std::string makeDot(int m, int n, int k, bool transposeA, bool transposeB,
                    const std::string &type) {
  return format(R"(module {
  tile.kernel @k tasks 1 writes [3] {
  ^bb0(%a: !tile.array<TYPE>, %b: !tile.array<TYPE>, %c: !tile.array<TYPE>, %d: !tile.array<TYPE>, %task: index):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %m = arith.constant SIZE_M : index
    %n = arith.constant SIZE_N : index
    %k = arith.constant SIZE_K : index
    %bRows = arith.constant B_ROWS : index
    %bColumns = arith.constant B_COLUMNS : index
    %fill = arith.constant 0.0 : TYPE
    %left = tile.view %a offset %zero sizes %m, %k strides %A_ROW, %A_COLUMN : !tile.array<TYPE> -> !tile.view<2 x TYPE>
    %right = tile.view %b offset %zero sizes %bRows, %bColumns strides %bColumns, %one : !tile.array<TYPE> -> !tile.view<2 x TYPE>
    %start = tile.view %c offset %zero sizes %m, %n strides %n, %one : !tile.array<TYPE> -> !tile.view<2 x TYPE>
    %out = tile.view %d offset %zero sizes %m, %n strides %n, %one : !tile.array<TYPE> -> !tile.view<2 x TYPE>
    %x = tile.load %left[%zero, %zero] fill %fill : !tile.view<2 x TYPE>, TYPE -> tensor<SIZE_MxSIZE_KxTYPE>
    %y = tile.load %right[%zero, %zero] fill %fill : !tile.view<2 x TYPE>, TYPE -> tensor<B_ROWSxB_COLUMNSxTYPE>
    %acc = tile.load %start[%zero, %zero] fill %fill : !tile.view<2 x TYPE>, TYPE -> tensor<SIZE_MxSIZE_NxTYPE>
    %r = tile.dot %x, %y, %acc FORM : tensor<SIZE_MxSIZE_KxTYPE>, tensor<B_ROWSxB_COLUMNSxTYPE>, tensor<SIZE_MxSIZE_NxTYPE>
    tile.store %r, %out[%zero, %zero] : tensor<SIZE_MxSIZE_NxTYPE>, !tile.view<2 x TYPE>
  }
})",
                {{"TYPE", type},
                 {"SIZE_M", std::to_string(m)},
                 {"SIZE_N", std::to_string(n)},
                 {"SIZE_K", std::to_string(k)},
                 {"B_ROWS", std::to_string(transposeB ? n : k)},
                 {"B_COLUMNS", std::to_string(transposeB ? k : n)},
                 {"A_ROW", transposeA ? "one" : "k"},
                 {"A_COLUMN", transposeA ? "m" : "one"},
                 {"FORM", transposeB ? "transpose_b" : ""}});
}

template <typename T>
void checkDot(int m, int n, int k, bool transposeA, bool transposeB, const std::string &type,
              const std::string &level) {
  CompiledKernel kernel(makeDot(m, n, k, transposeA, transposeB, type), level);
  std::vector<T> a = makeRandom<T>(m * k, 1), b = makeRandom<T>(n * k, 2),
                 c = makeRandom<T>(m * n, 3);
  std::vector<T> d(m * n);
  kernel.run({a.data(), b.data(), c.data(), d.data()});
  double tolerance = sizeof(T) == 4 ? 1e-6 * k : 1e-14 * k;
  for (int i = 0; i < m; ++i)
    for (int j = 0; j < n; ++j) {
      double expected = c[i * n + j];
      for (int l = 0; l < k; ++l)
        expected += double(transposeA ? a[l * m + i] : a[i * k + l]) *
                    (transposeB ? b[j * k + l] : b[l * n + j]);
      ASSERT_NEAR(d[i * n + j], expected, tolerance)
          << m << "x" << n << "x" << k << (transposeA ? " a^T" : "") << (transposeB ? " b^T" : "")
          << " " << type << " at " << i << ", " << j;
    }
}

TEST_P(Compute, DotOfEveryForm) {
  struct Shape {
    int m, n, k;
  };
  for (Shape s : {Shape{8, 48, 32}, Shape{1, 16, 16}, Shape{1, 7, 5}, Shape{3, 20, 33},
                  Shape{13, 64, 17}, Shape{16, 1, 8}, Shape{30, 40, 16}, Shape{2, 80, 64}})
    for (bool transposeA : {false, true})
      for (bool transposeB : {false, true}) {
        checkDot<float>(s.m, s.n, s.k, transposeA, transposeB, "f32", GetParam());
        checkDot<double>(s.m, s.n, s.k, transposeA, transposeB, "f64", GetParam());
      }
}

TEST_P(Compute, ReduceBothAxes) {
  for (int columns : {1, 5, 16, 40, 100, 256})
    for (std::string kind : {"sum", "max"}) {
      CompiledKernel kernel(format(R"(module {
  tile.kernel @k tasks 1 writes [1, 2, 3] {
  ^bb0(%x: !tile.array<f32>, %byRow: !tile.array<f32>, %byColumn: !tile.array<f32>, %all: !tile.array<f32>, %task: index):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %m = arith.constant 5 : index
    %n = arith.constant COLUMNS : index
    %fill = arith.constant 0.0 : f32
    %input = tile.view %x offset %zero sizes %m, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %rows = tile.view %byRow offset %zero sizes %m strides %one : !tile.array<f32> -> !tile.view<1 x f32>
    %columns = tile.view %byColumn offset %zero sizes %n strides %one : !tile.array<f32> -> !tile.view<1 x f32>
    %single = tile.view %all offset %zero sizes %one strides %one : !tile.array<f32> -> !tile.view<1 x f32>
    %t = tile.load %input[%zero, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<5xCOLUMNSxf32>
    %square = arith.mulf %t, %t : tensor<5xCOLUMNSxf32>
    %u = arith.subf %square, %t : tensor<5xCOLUMNSxf32>
    %r = tile.reduce KIND %u axis 1 : tensor<5xCOLUMNSxf32> -> tensor<5xf32>
    %c = tile.reduce KIND %t axis 0 : tensor<5xCOLUMNSxf32> -> tensor<COLUMNSxf32>
    %s = tile.reduce KIND %c axis 0 : tensor<COLUMNSxf32> -> tensor<f32>
    tile.store %r, %rows[%zero] : tensor<5xf32>, !tile.view<1 x f32>
    tile.store %c, %columns[%zero] : tensor<COLUMNSxf32>, !tile.view<1 x f32>
    tile.store %s, %single[%zero] : tensor<f32>, !tile.view<1 x f32>
  }
})",
                                   {{"COLUMNS", std::to_string(columns)}, {"KIND", kind}}),
                            GetParam());
      std::vector<float> x = makeRandom<float>(5 * columns, columns);
      std::vector<float> byRow(5), byColumn(columns), all(1);
      kernel.run({x.data(), byRow.data(), byColumn.data(), all.data()});
      bool isSum = kind == "sum";
      double start = isSum ? 0 : -INFINITY;
      std::vector<double> rows(5, start), totals(columns, start);
      double total = start;
      for (int r = 0; r < 5; ++r)
        for (int c = 0; c < columns; ++c) {
          double v = x[r * columns + c], u = v * v - v;
          rows[r] = isSum ? rows[r] + u : std::max(rows[r], u);
          totals[c] = isSum ? totals[c] + v : std::max(totals[c], v);
          total = isSum ? total + v : std::max(total, v);
        }
      for (int r = 0; r < 5; ++r)
        EXPECT_NEAR(byRow[r], rows[r], 1e-4);
      for (int c = 0; c < columns; ++c)
        EXPECT_NEAR(byColumn[c], totals[c], 1e-5);
      EXPECT_NEAR(all[0], total, 1e-4);
    }
}

/// Other orders of a tile: as another tile, in an expression, and as a left factor; shapes with and
/// without whole vectors.
TEST_P(Compute, TransposeAndShear) {
  for (auto [rows, columns] :
       {std::pair(5, 7), std::pair(16, 16), std::pair(8, 40), std::pair(1, 3), std::pair(33, 20)})
    for (int spare : {0, 3}) {
      int wide = rows + columns - 1 + spare;
      CompiledKernel kernel(format(R"(module {
  tile.kernel @k tasks 1 writes [1, 2, 3, 4] {
  ^bb0(%x: !tile.array<f32>, %turned: !tile.array<f32>, %sheared: !tile.array<f32>, %back: !tile.array<f32>, %product: !tile.array<f32>, %task: index):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %m = arith.constant ROWS : index
    %n = arith.constant COLUMNS : index
    %w = arith.constant WIDE : index
    %fill = arith.constant 0.0 : f32
    %none = arith.constant dense<0.0> : tensor<COLUMNSxCOLUMNSxf32>
    %input = tile.view %x offset %zero sizes %m, %w strides %w, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %tView = tile.view %turned offset %zero sizes %w, %m strides %m, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %sView = tile.view %sheared offset %zero sizes %m, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %bView = tile.view %back offset %zero sizes %m, %w strides %w, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %pView = tile.view %product offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %t = tile.load %input[%zero, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<ROWSxWIDExf32>
    %double = arith.addf %t, %t : tensor<ROWSxWIDExf32>
    %exchanged = tile.transpose %double : tensor<ROWSxWIDExf32> -> tensor<WIDExROWSxf32>
    %s = tile.shear %double : tensor<ROWSxWIDExf32> -> tensor<ROWSxCOLUMNSxf32>
    %more = arith.addf %s, %s : tensor<ROWSxCOLUMNSxf32>
    %factor = tile.transpose %more : tensor<ROWSxCOLUMNSxf32> -> tensor<COLUMNSxROWSxf32>
    %r = tile.dot %factor, %more, %none : tensor<COLUMNSxROWSxf32>, tensor<ROWSxCOLUMNSxf32>, tensor<COLUMNSxCOLUMNSxf32>
    %u = tile.unshear %more : tensor<ROWSxCOLUMNSxf32> -> tensor<ROWSxWIDExf32>
    tile.store %exchanged, %tView[%zero, %zero] : tensor<WIDExROWSxf32>, !tile.view<2 x f32>
    tile.store %more, %sView[%zero, %zero] : tensor<ROWSxCOLUMNSxf32>, !tile.view<2 x f32>
    tile.store %u, %bView[%zero, %zero] : tensor<ROWSxWIDExf32>, !tile.view<2 x f32>
    tile.store %r, %pView[%zero, %zero] : tensor<COLUMNSxCOLUMNSxf32>, !tile.view<2 x f32>
  }
})",
                                   {{"ROWS", std::to_string(rows)},
                                    {"COLUMNS", std::to_string(columns)},
                                    {"WIDE", std::to_string(wide)}}),
                            GetParam());
      std::vector<float> x = makeRandom<float>(rows * wide, rows), turned(rows * wide),
                         sheared(rows * columns), back(rows * wide, -1), product(columns * columns);
      kernel.run({x.data(), turned.data(), sheared.data(), back.data(), product.data()});
      for (int r = 0; r < rows; ++r)
        for (int c = 0; c < wide; ++c) {
          ASSERT_EQ(turned[c * rows + r], 2 * x[r * wide + c]);
          int column = c - (rows - 1 - r);
          bool isInside = column >= 0 && column < columns;
          ASSERT_EQ(back[r * wide + c], isInside ? 4 * x[r * wide + c] : 0);
          if (isInside) {
            ASSERT_EQ(sheared[r * columns + column], 4 * x[r * wide + c]);
          }
        }
      for (int i = 0; i < columns; ++i)
        for (int j = 0; j < columns; ++j) {
          double sum = 0;
          for (int r = 0; r < rows; ++r)
            sum += double(sheared[r * columns + i]) * sheared[r * columns + j];
          ASSERT_NEAR(product[i * columns + j], sum, 1e-4);
        }
    }
}

/// A view that a loop adds products to, inside and across its end, and a neighbour it must leave.
TEST_P(Compute, AddsToAView) {
  CompiledKernel kernel(R"(module {
  tile.kernel @k tasks 1 writes [2] {
  ^bb0(%a: !tile.array<f32>, %b: !tile.array<f32>, %sum: !tile.array<f32>, %task: index):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %four = arith.constant 4 : index
    %ten = arith.constant 10 : index
    %width = arith.constant 16 : index
    %fill = arith.constant 0.0 : f32
    %left = tile.view %a offset %zero sizes %ten, %four strides %four, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %right = tile.view %b offset %zero sizes %four, %width strides %width, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %out = tile.view %sum offset %zero sizes %ten, %width strides %width, %one : !tile.array<f32> -> !tile.view<2 x f32>
    scf.for %i = %zero to %ten step %four {
      scf.for %round = %zero to %four step %one {
        %x = tile.load %left[%i, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<4x4xf32>
        %y = tile.load %right[%zero, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<4x16xf32>
        %old = tile.load %out[%i, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<4x16xf32>
        %new = tile.dot %x, %y, %old : tensor<4x4xf32>, tensor<4x16xf32>, tensor<4x16xf32>
        tile.store %new, %out[%i, %zero] : tensor<4x16xf32>, !tile.view<2 x f32>
      }
    }
  }
})",
                        GetParam());
  std::vector<float> a = makeRandom<float>(10 * 4, 1), b = makeRandom<float>(4 * 16, 2),
                     sum(12 * 16, 7);
  kernel.run({a.data(), b.data(), sum.data()});
  for (int i = 0; i < 12; ++i)
    for (int j = 0; j < 16; ++j) {
      double expected = 7;
      for (int k = 0; i < 10 && k < 4; ++k)
        expected += 4 * double(a[i * 4 + k]) * b[k * 16 + j];
      ASSERT_NEAR(sum[i * 16 + j], expected, 1e-5) << i << " " << j;
    }
}

/// Flash attention over blocks of keys: three carried tiles, one updated by a dot product of itself
/// times a factor.
TEST_P(Compute, LoopsCarryTiles) {
  CompiledKernel kernel(R"(module {
  tile.kernel @k tasks 2 writes [3] {
  ^bb0(%q: !tile.array<f32>, %keys: !tile.array<f32>, %values: !tile.array<f32>, %out: !tile.array<f32>, %task: index):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %eight = arith.constant 8 : index
    %d = arith.constant 24 : index
    %length = arith.constant 50 : index
    %step = arith.constant 16 : index
    %queries = arith.constant 16 : index
    %fill = arith.constant 0.0 : f32
    %row = arith.muli %task, %eight : index
    %low = arith.constant dense<-1.0e30> : tensor<8xf32>
    %none = arith.constant dense<0.0> : tensor<8xf32>
    %empty = arith.constant dense<0.0> : tensor<8x24xf32>
    %noScores = arith.constant dense<0.0> : tensor<8x16xf32>
    %masked = arith.constant dense<-3.0e38> : tensor<8x16xf32>
    %limit = arith.constant dense<50> : tensor<8x16xi32>
    %qView = tile.view %q offset %zero sizes %queries, %d strides %d, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %kView = tile.view %keys offset %zero sizes %length, %d strides %d, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %vView = tile.view %values offset %zero sizes %length, %d strides %d, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %oView = tile.view %out offset %zero sizes %queries, %d strides %d, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %query = tile.load %qView[%row, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<8x24xf32>
    %m, %l, %o = scf.for %j = %zero to %length step %step iter_args(%max = %low, %sum = %none, %acc = %empty)
        -> (tensor<8xf32>, tensor<8xf32>, tensor<8x24xf32>) {
      %key = tile.load %kView[%j, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<16x24xf32>
      %value = tile.load %vView[%j, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<16x24xf32>
      %dots = tile.dot %query, %key, %noScores transpose_b : tensor<8x24xf32>, tensor<16x24xf32>, tensor<8x16xf32>
      %index = tile.iota axis 1 start %j : tensor<8x16xi32>
      %inside = arith.cmpi slt, %index, %limit : tensor<8x16xi32>
      %scores = arith.select %inside, %dots, %masked : tensor<8x16xi1>, tensor<8x16xf32>
      %blockMax = tile.reduce max %scores axis 1 : tensor<8x16xf32> -> tensor<8xf32>
      %newMax = arith.maximumf %max, %blockMax : tensor<8xf32>
      %maxes = tile.broadcast %newMax dims [0] : tensor<8xf32> -> tensor<8x16xf32>
      %shifted = arith.subf %scores, %maxes : tensor<8x16xf32>
      %p = tile.math exp %shifted : tensor<8x16xf32>
      %change = arith.subf %max, %newMax : tensor<8xf32>
      %alpha = tile.math exp %change : tensor<8xf32>
      %blockSum = tile.reduce sum %p axis 1 : tensor<8x16xf32> -> tensor<8xf32>
      %scaled = arith.mulf %sum, %alpha : tensor<8xf32>
      %newSum = arith.addf %scaled, %blockSum : tensor<8xf32>
      %alphas = tile.broadcast %alpha dims [0] : tensor<8xf32> -> tensor<8x24xf32>
      %rescaled = arith.mulf %acc, %alphas : tensor<8x24xf32>
      %newAcc = tile.dot %p, %value, %rescaled : tensor<8x16xf32>, tensor<16x24xf32>, tensor<8x24xf32>
      scf.yield %newMax, %newSum, %newAcc : tensor<8xf32>, tensor<8xf32>, tensor<8x24xf32>
    }
    %sums = tile.broadcast %l dims [0] : tensor<8xf32> -> tensor<8x24xf32>
    %result = arith.divf %o, %sums : tensor<8x24xf32>
    tile.store %result, %oView[%row, %zero] : tensor<8x24xf32>, !tile.view<2 x f32>
  }
})",
                        GetParam());
  std::vector<float> q = makeRandom<float>(16 * 24, 1), keys = makeRandom<float>(50 * 24, 2),
                     values = makeRandom<float>(50 * 24, 3), out(16 * 24);
  kernel.run({q.data(), keys.data(), values.data(), out.data()}, 2);
  for (int i = 0; i < 16; ++i) {
    std::vector<double> weights(50);
    double total = 0;
    for (int j = 0; j < 50; ++j) {
      double score = 0;
      for (int c = 0; c < 24; ++c)
        score += double(q[i * 24 + c]) * keys[j * 24 + c];
      total += weights[j] = std::exp(score);
    }
    for (int c = 0; c < 24; ++c) {
      double expected = 0;
      for (int j = 0; j < 50; ++j)
        expected += weights[j] / total * values[j * 24 + c];
      ASSERT_NEAR(out[i * 24 + c], expected, 2e-6) << "query " << i;
    }
  }
}

/// Tiles that change places, one kept, a scalar counted, and a condition with a tile result.
TEST_P(Compute, RotatingTilesAndConditions) {
  CompiledKernel kernel(R"(module {
  tile.kernel @k tasks 1 writes [0] {
  ^bb0(%y: !tile.array<f32>, %task: index):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %three = arith.constant 3 : index
    %five = arith.constant 5 : index
    %width = arith.constant 16 : index
    %start = arith.constant 0.0 : f32
    %unit = arith.constant 1.0 : f32
    %a0 = arith.constant dense<1.0> : tensor<16xf32>
    %b0 = arith.constant dense<2.0> : tensor<16xf32>
    %c0 = arith.constant dense<3.0> : tensor<16xf32>
    %view = tile.view %y offset %zero sizes %five, %width strides %width, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %flat = tile.view %y offset %zero sizes %width strides %one : !tile.array<f32> -> !tile.view<1 x f32>
    %second = tile.view %y offset %width sizes %width strides %one : !tile.array<f32> -> !tile.view<1 x f32>
    %a, %b, %c, %n = scf.for %i = %zero to %five step %one iter_args(%x = %a0, %z = %b0, %kept = %c0, %count = %start)
        -> (tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, f32) {
      %next = arith.addf %count, %unit : f32
      %even = arith.remui %i, %three : index
      %isZero = arith.cmpi eq, %even, %zero : index
      %grown = scf.if %isZero -> (tensor<16xf32>) {
        %sum = arith.addf %kept, %x : tensor<16xf32>
        scf.yield %sum : tensor<16xf32>
      } else {
        scf.yield %kept : tensor<16xf32>
      }
      scf.yield %z, %x, %grown, %next : tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, f32
    }
    %counts = tile.broadcast %n dims [] : f32 -> tensor<16xf32>
    %sum1 = arith.mulf %a, %counts : tensor<16xf32>
    %sum2 = arith.addf %sum1, %b : tensor<16xf32>
    tile.store %sum2, %flat[%zero] : tensor<16xf32>, !tile.view<1 x f32>
    tile.store %c, %second[%zero] : tensor<16xf32>, !tile.view<1 x f32>
  }
})",
                        GetParam());
  std::vector<float> y(80);
  kernel.run({y.data()});
  // Five exchanges leave a = 2, b = 1; rounds 0 and 3 add x = 1 and x = 2 to c.
  EXPECT_EQ(y[3], 2 * 5 + 1);
  EXPECT_EQ(y[16 + 3], 3 + 1 + 2);
}

uint32_t philox(uint32_t index, uint32_t key0, uint32_t key1, uint32_t step0, uint32_t step1,
                uint32_t id) {
  uint32_t c[4] = {index / 4, id, step0, step1};
  for (int round = 0; round < 10; ++round) {
    uint64_t p0 = uint64_t(0xD2511F53) * c[0], p1 = uint64_t(0xCD9E8D57) * c[2];
    uint32_t next[4] = {uint32_t(p1 >> 32) ^ c[1] ^ key0, uint32_t(p1),
                        uint32_t(p0 >> 32) ^ c[3] ^ key1, uint32_t(p0)};
    std::copy(next, next + 4, c);
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
  return c[index % 4];
}

TEST_P(Compute, PhiloxKnownAnswers) {
  auto make = [](const std::string &id) {
    return format(R"(module {
  tile.kernel @k tasks 1 writes [1] {
  ^bb0(%key: !tile.array<i32>, %y: !tile.array<i32>, %task: index):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %four = arith.constant 4 : index
    %n = arith.constant 64 : index
    %fill = arith.constant 0 : i32
    %keys = tile.view %key offset %zero sizes %four strides %one : !tile.array<i32> -> !tile.view<1 x i32>
    %output = tile.view %y offset %zero sizes %n strides %one : !tile.array<i32> -> !tile.view<1 x i32>
    %t = tile.load %keys[%zero] fill %fill : !tile.view<1 x i32>, i32 -> tensor<4xi32>
    %k0 = tile.extract %t[0] : tensor<4xi32> -> i32
    %k1 = tile.extract %t[1] : tensor<4xi32> -> i32
    %s0 = tile.extract %t[2] : tensor<4xi32> -> i32
    %s1 = tile.extract %t[3] : tensor<4xi32> -> i32
    %index = tile.iota axis 0 start %zero : tensor<64xi32>
    %id = arith.constant ID : i32
    %w = tile.philox %index key %k0, %k1 step %s0, %s1 id %id : tensor<64xi32>
    tile.store %w, %output[%zero] : tensor<64xi32>, !tile.view<1 x i32>
  }
})",
                  {{"ID", id}});
  };
  std::vector<uint32_t> key(4), y(64);
  {
    CompiledKernel kernel(make("0"), GetParam());
    kernel.run({key.data(), y.data()});
    // The zero vector of Random123's kat_vectors.
    EXPECT_EQ(y[0], 0x6627e8d5u);
    EXPECT_EQ(y[1], 0xe169c58du);
    EXPECT_EQ(y[2], 0xbc57ac4cu);
    EXPECT_EQ(y[3], 0x9b00dbd8u);
  }
  CompiledKernel kernel(make("7"), GetParam());
  key = {0xa4093822, 0x299f31d0, 12345, 0x80000001};
  kernel.run({key.data(), y.data()});
  for (uint32_t i = 0; i < 64; ++i)
    EXPECT_EQ(y[i], philox(i, key[0], key[1], key[2], key[3], 7)) << i;
}

TEST_P(Compute, IntegerDivisionOfPaddedTiles) {
  CompiledKernel kernel(R"(module {
  tile.kernel @k tasks 1 writes [2, 3] {
  ^bb0(%x: !tile.array<i32>, %y: !tile.array<i32>, %quotient: !tile.array<i32>, %rest: !tile.array<i32>, %task: index):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %n = arith.constant 21 : index
    %fill = arith.constant 0 : i32
    %a = tile.view %x offset %zero sizes %n strides %one : !tile.array<i32> -> !tile.view<1 x i32>
    %b = tile.view %y offset %zero sizes %n strides %one : !tile.array<i32> -> !tile.view<1 x i32>
    %c = tile.view %quotient offset %zero sizes %n strides %one : !tile.array<i32> -> !tile.view<1 x i32>
    %d = tile.view %rest offset %zero sizes %n strides %one : !tile.array<i32> -> !tile.view<1 x i32>
    %s = tile.load %a[%zero] fill %fill : !tile.view<1 x i32>, i32 -> tensor<21xi32>
    %t = tile.load %b[%zero] fill %fill : !tile.view<1 x i32>, i32 -> tensor<21xi32>
    %q = arith.divsi %s, %t : tensor<21xi32>
    %r = arith.remsi %s, %t : tensor<21xi32>
    tile.store %q, %c[%zero] : tensor<21xi32>, !tile.view<1 x i32>
    tile.store %r, %d[%zero] : tensor<21xi32>, !tile.view<1 x i32>
  }
})",
                        GetParam());
  std::vector<int32_t> x(21), y(21), quotient(21), rest(21);
  for (int i = 0; i < 21; ++i) {
    x[i] = (i - 10) * 200000000 + i;
    y[i] = i % 2 ? -7 - i : 3 + 1000 * i;
  }
  kernel.run({x.data(), y.data(), quotient.data(), rest.data()});
  for (int i = 0; i < 21; ++i) {
    EXPECT_EQ(quotient[i], x[i] / y[i]);
    EXPECT_EQ(rest[i], x[i] % y[i]);
  }
}

TEST_P(Compute, NothingTooBigForTheStack) {
  try {
    CompiledKernel kernel(makeDot(128, 128, 128, false, true, "f64"), GetParam());
    FAIL() << "compiled";
  } catch (const std::runtime_error &error) {
    EXPECT_NE(std::string(error.what()).find("at most 245760 bytes at once, got"),
              std::string::npos)
        << error.what();
  }
}

} // namespace
