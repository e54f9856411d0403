// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products of bf16 and f16 with sums in f32, in every form and at every level, against sums in f64.
// What lies beside the factors is NaN: none of it may be read, or none of it may count.
#include "CompiledKernel.h"
#include "NarrowFormat.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>

namespace {

struct Case {
  NarrowFormat format;
  std::string level;
};

std::vector<Case> getCases() {
  std::vector<Case> cases;
  for (const std::string &level : getRunnableBf16Levels())
    cases.push_back({bf16, level});
  for (const std::string &level : getRunnableLevels())
    cases.push_back({f16, level});
  return cases;
}

class Narrow : public testing::TestWithParam<Case> {
protected:
  NarrowFormat format = GetParam().format;
  /// A kernel that is written for bf16.
  CompiledKernel compile(const std::string &text) const {
    return CompiledKernel(fill(text, {{"bf16", format.name}}), GetParam().level);
  }
};
INSTANTIATE_TEST_SUITE_P(Levels, Narrow, testing::ValuesIn(getCases()), [](const auto &info) {
  return info.param.format.name + ("Level" + std::to_string(info.index));
});

struct Product {
  int m, n, k; ///< of one tile
  bool downA = false, transposeB = false;
  int chunks = 1;
  /// The views end so many elements before the tiles do.
  int missingRows = 0, missingColumns = 0, missingDepth = 0;
  int firstRow = 0;        ///< of the left tile in its view
  bool isComputed = false; ///< the factors are rounded by the kernel
  bool startsFromZero = false;

  std::string str() const {
    return std::to_string(m) + "x" + std::to_string(n) + "x" + std::to_string(k) +
           (downA ? " down a" : "") + (transposeB ? " b^T" : "") + " chunks " +
           std::to_string(chunks) + " missing " + std::to_string(missingRows) + ", " +
           std::to_string(missingColumns) + ", " + std::to_string(missingDepth) + " from " +
           std::to_string(firstRow) + (isComputed ? " computed" : "") +
           (startsFromZero ? " from zero" : "");
  }
};

/// A matrix in memory with NaN around it.
struct Matrix {
  int rows, columns, line;
  std::vector<uint16_t> bits;
  std::vector<float> numbers;
  int start;
  NarrowFormat format;

  Matrix(int rows, int columns, unsigned seed, NarrowFormat format)
      : rows(rows), columns(columns), line(columns + 3), format(format) {
    start = 5 * line + 1;
    bits.assign((rows + 40) * line + 64, format.round(NAN));
    numbers.assign(bits.size(), std::numeric_limits<float>::quiet_NaN());
    std::mt19937 engine(seed);
    std::uniform_real_distribution<float> distribution(-1, 1);
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < columns; ++c) {
        float value = distribution(engine);
        numbers[start + r * line + c] = value;
        bits[start + r * line + c] = format.round(value);
      }
  }
  /// Zero outside.
  double at(int r, int c) const {
    bool isInside = r >= 0 && r < rows && c >= 0 && c < columns;
    return isInside ? format.widen(bits[start + r * line + c]) : 0;
  }
};

std::string makeKernel(const Product &p, const Matrix &a, const Matrix &b) {
  std::string load = p.isComputed ? R"(
      %u = tile.load %left[%first, %at] fill %fill : !tile.view<2 x f32>, f32 -> tensor<MxKxf32>
      %v = tile.load %right[B_AT] fill %fill : !tile.view<2 x f32>, f32 -> tensor<B_TILExf32>
      %x = arith.truncf %u : tensor<MxKxf32> to tensor<MxKxbf16>
      NOT_ZERO
      %y = arith.truncf %same : tensor<B_TILExf32> to tensor<B_TILExbf16>)"
                                  : R"(
      %x = tile.load %left[%first, %at] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<MxKxbf16>
      %y = tile.load %right[B_AT] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<B_TILExbf16>)";
  std::string zeros = "%acc = arith.constant dense<0.0> : tensor<MxNxf32>";
  std::string loaded =
      "%acc = tile.load %start[%zero, %zero] fill %none : !tile.view<2 x f32>, f32 "
      "-> tensor<MxNxf32>";
  auto number = [](int value) { return std::to_string(value); };
  std::string tile =
      p.transposeB ? number(p.n) + "x" + number(p.k) : number(p.k) + "x" + number(p.n);
  // v / (v / v) is v, and NaN where a tile has padding of zeros.
  std::string padded = "%each = arith.divf %v, %v : tensor<B_TILExf32>\n"
                       "%same = arith.divf %v, %each : tensor<B_TILExf32>";
  std::string plain = "%less = arith.negf %v : tensor<B_TILExf32>\n"
                      "%same = arith.negf %less : tensor<B_TILExf32>";
  return fill(R"(module {
  tile.kernel @k tasks 1 writes [3] {
  ^bb0(%a: !tile.array<TYPE>, %b: !tile.array<TYPE>, %c: !tile.array<f32>, %d: !tile.array<f32>, %task: index):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %first = arith.constant FIRST : index
    %m = arith.constant SIZE_M : index
    %n = arith.constant SIZE_N : index
    %chunk = arith.constant SIZE_K : index
    %depth = arith.constant DEPTH : index
    %aRows = arith.constant A_ROWS : index
    %aColumns = arith.constant A_COLUMNS : index
    %bRows = arith.constant B_ROWS : index
    %bColumns = arith.constant B_COLUMNS : index
    %aStart = arith.constant A_START : index
    %bStart = arith.constant B_START : index
    %aLine = arith.constant A_LINE : index
    %bLine = arith.constant B_LINE : index
    %fill = arith.constant 0.0 : TYPE
    %none = arith.constant 0.0 : f32
    %left = tile.view %a offset %aStart sizes %aRows, %aColumns strides A_STRIDES : !tile.array<TYPE> -> !tile.view<2 x TYPE>
    %right = tile.view %b offset %bStart sizes %bRows, %bColumns strides %bLine, %one : !tile.array<TYPE> -> !tile.view<2 x TYPE>
    %start = tile.view %c offset %zero sizes %m, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %out = tile.view %d offset %zero sizes %m, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
    ACCUMULATOR
    %r = scf.for %at = %zero to %depth step %chunk iter_args(%sum = %acc) -> (tensor<MxNxf32>) { LOAD
      %s = tile.dot %x, %y, %sum FORM : tensor<MxKxbf16>, tensor<B_TILExbf16>, tensor<MxNxf32>
      scf.yield %s : tensor<MxNxf32>
    }
    %twice = arith.addf %r, %r : tensor<MxNxf32>
    tile.store %twice, %out[%zero, %zero] : tensor<MxNxf32>, !tile.view<2 x f32>
  }
})",
              {{"ACCUMULATOR", p.startsFromZero ? zeros : loaded},
               {"LOAD", load},
               {"NOT_ZERO", p.missingColumns + p.missingDepth == 0 ? padded : plain},
               {"TYPE", p.isComputed ? "f32" : "bf16"},
               {"FIRST", number(p.firstRow)},
               {"DEPTH", number(p.k * p.chunks)},
               {"A_ROWS", number(p.downA ? a.columns : a.rows)},
               {"A_COLUMNS", number(p.downA ? a.rows : a.columns)},
               {"B_ROWS", number(b.rows)},
               {"B_COLUMNS", number(b.columns)},
               {"A_START", number(a.start)},
               {"B_START", number(b.start)},
               {"A_LINE", number(a.line)},
               {"B_LINE", number(b.line)},
               {"A_STRIDES", p.downA ? "%one, %aLine" : "%aLine, %one"},
               {"B_AT", p.transposeB ? "%zero, %at" : "%at, %zero"},
               {"B_TILE", tile},
               {"FORM", p.transposeB ? "transpose_b" : ""},
               {"SIZE_M", number(p.m)},
               {"SIZE_N", number(p.n)},
               {"SIZE_K", number(p.k)},
               {"MxN", number(p.m) + "x" + number(p.n)},
               {"MxK", number(p.m) + "x" + number(p.k)}});
}

void check(const Product &p, const Case &test) {
  SCOPED_TRACE(p.str());
  int depth = p.k * p.chunks - p.missingDepth, rows = p.m - p.missingRows,
      columns = p.n - p.missingColumns;
  Matrix a = p.downA ? Matrix(depth, rows, 1, test.format) : Matrix(rows, depth, 1, test.format);
  Matrix b = p.transposeB ? Matrix(columns, depth, 2, test.format)
                          : Matrix(depth, columns, 2, test.format);
  std::vector<float> c(p.m * p.n), d(p.m * p.n, 7.0f);
  std::mt19937 engine(3);
  std::uniform_real_distribution<float> distribution(-1, 1);
  for (float &value : c)
    value = p.startsFromZero ? 0 : distribution(engine);
  CompiledKernel kernel(fill(makeKernel(p, a, b), {{"bf16", test.format.name}}), test.level);
  void *left = p.isComputed ? static_cast<void *>(a.numbers.data()) : a.bits.data();
  void *right = p.isComputed ? static_cast<void *>(b.numbers.data()) : b.bits.data();
  kernel.run({left, right, c.data(), d.data()});
  for (int i = 0; i < p.m; ++i)
    for (int j = 0; j < p.n; ++j) {
      double expected = c[i * p.n + j], sizes = std::abs(expected);
      for (int l = 0; l < depth; ++l) {
        int row = i + p.firstRow;
        double product =
            (p.downA ? a.at(l, row) : a.at(row, l)) * (p.transposeB ? b.at(j, l) : b.at(l, j));
        expected += product;
        sizes += std::abs(product);
      }
      // Products are exact: what the sums may lose, in any order.
      double bound = 2 * (p.k * p.chunks + 2) * 0x1p-24 * sizes;
      ASSERT_NEAR(d[i * p.n + j], 2 * expected, bound) << i << ", " << j;
    }
}

TEST_P(Narrow, ProductsOfEveryForm) {
  struct Shape {
    int m, n, k;
  };
  for (Shape s :
       {Shape{48, 48, 96}, Shape{1, 16, 16}, Shape{1, 1, 1}, Shape{1, 7, 5}, Shape{3, 20, 33},
        Shape{13, 64, 17}, Shape{17, 2, 2}, Shape{33, 33, 31}, Shape{47, 80, 62}, Shape{31, 3, 47},
        Shape{15, 40, 63}, Shape{64, 16, 1}, Shape{9, 96, 24}})
    for (bool downA : {false, true})
      for (bool transposeB : {false, true})
        check({.m = s.m, .n = s.n, .k = s.k, .downA = downA, .transposeB = transposeB}, GetParam());
}

TEST_P(Narrow, ChunksAndEdges) {
  for (bool downA : {false, true})
    for (bool transposeB : {false, true}) {
      Product p{.m = 40, .n = 64, .k = 64, .downA = downA, .transposeB = transposeB, .chunks = 3};
      check(p, GetParam());
      p.startsFromZero = true;
      check(p, GetParam());
      // The last chunk ends inside a pair.
      p.missingDepth = 27;
      check(p, GetParam());
      p.missingColumns = 13;
      p.missingRows = 11;
      check(p, GetParam());
      p.startsFromZero = false;
      p.firstRow = -2;
      check(p, GetParam());
      p.k = 32;
      p.missingDepth = 0;
      check(p, GetParam());
      p.m = 64;
      p.firstRow = 3;
      check(p, GetParam());
    }
}

TEST_P(Narrow, ComputedFactors) {
  for (bool transposeB : {false, true})
    for (int k : {1, 30, 31, 64}) {
      Product p{.m = 35,
                .n = 33,
                .k = k,
                .transposeB = transposeB,
                .chunks = 2,
                .missingRows = 1,
                .isComputed = true};
      check(p, GetParam());
      p.downA = true;
      p.missingDepth = 1;
      check(p, GetParam());
    }
}

/// One tile in every role: on both sides, as it is and transposed.
TEST_P(Narrow, OneTileInEveryRole) {
  constexpr int size = 33;
  CompiledKernel kernel = compile(fill(R"(module {
  tile.kernel @k tasks 1 writes [1, 2, 3] {
  ^bb0(%a: !tile.array<bf16>, %c: !tile.array<f32>, %d: !tile.array<f32>, %e: !tile.array<f32>, %task: index):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %n = arith.constant 33 : index
    %fill = arith.constant 0.0 : bf16
    %none = arith.constant dense<0.0> : tensor<SxSxf32>
    %in = tile.view %a offset %zero sizes %n, %n strides %n, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
    %x = tile.load %in[%zero, %zero] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<SxSxbf16>
    %t = tile.transpose %x : tensor<SxSxbf16> -> tensor<SxSxbf16>
    %plain = tile.dot %x, %x, %none : tensor<SxSxbf16>, tensor<SxSxbf16>, tensor<SxSxf32>
    %rows = tile.dot %x, %x, %none transpose_b : tensor<SxSxbf16>, tensor<SxSxbf16>, tensor<SxSxf32>
    %columns = tile.dot %t, %x, %none : tensor<SxSxbf16>, tensor<SxSxbf16>, tensor<SxSxf32>
    %p = tile.view %c offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %q = tile.view %d offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
    %r = tile.view %e offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
    tile.store %plain, %p[%zero, %zero] : tensor<SxSxf32>, !tile.view<2 x f32>
    tile.store %rows, %q[%zero, %zero] : tensor<SxSxf32>, !tile.view<2 x f32>
    tile.store %columns, %r[%zero, %zero] : tensor<SxSxf32>, !tile.view<2 x f32>
  }
})",
                                       {{"SxS", "33x33"}}));
  // Small integers: every sum is exact.
  std::vector<uint16_t> x(size * size);
  for (int i = 0; i < size * size; ++i)
    x[i] = format.round(i * 7 % 13 - 6);
  std::vector<float> plain(x.size()), rows(x.size()), columns(x.size());
  kernel.run({x.data(), plain.data(), rows.data(), columns.data()});
  auto at = [&](int r, int c) { return format.widen(x[r * size + c]); };
  for (int i = 0; i < size; ++i)
    for (int j = 0; j < size; ++j) {
      float expected[3] = {};
      for (int l = 0; l < size; ++l) {
        expected[0] += at(i, l) * at(l, j);
        expected[1] += at(i, l) * at(j, l);
        expected[2] += at(l, i) * at(l, j);
      }
      ASSERT_EQ(plain[i * size + j], expected[0]) << i << ", " << j;
      ASSERT_EQ(rows[i * size + j], expected[1]) << i << ", " << j;
      ASSERT_EQ(columns[i * size + j], expected[2]) << i << ", " << j;
    }
}

/// Where roundings differ: numbers of the format, ties between them, and beside the ties, both
/// signs, all exponents.
std::vector<float> getEdges(const NarrowFormat &format) {
  std::vector<float> edges;
  auto add = [&](float number) { edges.insert(edges.end(), {number, -number}); };
  auto addAround = [&](float number) {
    for (float other : {0.0f, std::numeric_limits<float>::max()})
      add(std::nextafter(number, other));
    add(number);
  };
  for (int bits = 0; bits + 1 < format.infinity; bits += 19) {
    float least = format.widen(uint16_t(bits)), most = format.widen(uint16_t(bits + 1));
    add(least);
    addAround(float((double(least) + double(most)) / 2));
  }
  addAround(float(format.getBeyond()));
  addAround(std::numeric_limits<float>::min());
  add(std::numeric_limits<float>::infinity());
  // Numbers below the normal ones of f32, and NaN of all kinds.
  for (uint32_t upper : {0u, 1u, 0x7Fu, 0x7F80u, 0x7FC0u, 0x7FFFu, 0xFF80u, 0xFFFFu})
    for (uint32_t lower = 0; lower < 0x10000; lower += 0x7F)
      edges.push_back(std::bit_cast<float>(upper << 16 | lower));
  edges.resize(edges.size() / 64 * 64);
  return edges;
}

std::string makeCast(const std::string &from, const std::string &to, const std::string &op,
                     size_t count, int line) {
  return fill(R"(module {
  tile.kernel @k tasks TASKS writes [1] {
  ^bb0(%x: !tile.array<FROM>, %y: !tile.array<TO>, %task: index):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %line = arith.constant LINE : index
    %n = arith.constant COUNT : index
    %at = arith.muli %task, %line : index
    %fill = arith.constant 0.0 : FROM
    %in = tile.view %x offset %zero sizes %n strides %one : !tile.array<FROM> -> !tile.view<1 x FROM>
    %out = tile.view %y offset %zero sizes %n strides %one : !tile.array<TO> -> !tile.view<1 x TO>
    %t = tile.load %in[%at] fill %fill : !tile.view<1 x FROM>, FROM -> tensor<LINExFROM>
    %u = arith.OP %t : tensor<LINExFROM> to tensor<LINExTO>
    tile.store %u, %out[%at] : tensor<LINExTO>, !tile.view<1 x TO>
  }
})",
              {{"TASKS", std::to_string((count + line - 1) / line)},
               {"LINE", std::to_string(line)},
               {"COUNT", std::to_string(count)},
               {"FROM", from},
               {"TO", to},
               {"OP", op}});
}

/// The same bits at every level, denormals included: kernels run with FTZ and DAZ.
TEST_P(Narrow, Rounds) {
  std::vector<float> x = getEdges(format);
  for (int line : {64, 24, 3}) {
    std::vector<uint16_t> y(x.size(), 7);
    compile(makeCast("f32", "bf16", "truncf", x.size(), line))
        .run({x.data(), y.data()}, (x.size() + line - 1) / line);
    for (size_t i = 0; i < x.size(); ++i)
      if (std::isnan(x[i]))
        ASSERT_TRUE(std::isnan(format.widen(y[i])) && (y[i] & format.quiet())) << i;
      else
        ASSERT_EQ(y[i], format.round(x[i])) << x[i];
  }
}

/// Computed numbers, which AVX-512 BF16 rounds by an instruction: FTZ left none for it to flush.
TEST_P(Narrow, RoundsWhatIsComputed) {
  std::vector<float> x = getEdges(format);
  for (int line : {64, 24, 3}) {
    std::string text = makeCast("f32", "bf16", "truncf", x.size(), line);
    std::string type = "tensor<" + std::to_string(line) + "xf32>", cast = "%u = arith.truncf %t";
    text.replace(text.find(cast), cast.size(),
                 "%s = arith.addf %t, %t : " + type + "\n    %u = arith.truncf %s");
    std::vector<uint16_t> y(x.size(), 7);
    compile(text).run({x.data(), y.data()}, (x.size() + line - 1) / line);
    for (size_t i = 0; i < x.size(); ++i) {
      float sum = std::abs(x[i]) < std::numeric_limits<float>::min() ? std::copysign(0.0f, x[i])
                                                                     : x[i] + x[i];
      if (std::isnan(sum))
        ASSERT_TRUE(std::isnan(format.widen(y[i])) && (y[i] & format.quiet())) << i;
      else
        ASSERT_EQ(y[i], format.round(sum)) << x[i];
    }
  }
}

/// Once, not to f32 first: numbers just beside a tie, less far than f32 can tell.
TEST_P(Narrow, RoundsOnceFromF64) {
  std::vector<double> x;
  for (float number : getEdges(format)) {
    if (std::isnan(number) || std::abs(number) < 0x1p-120)
      continue;
    for (double factor : {1.0, 1 + 0x1p-40, 1 - 0x1p-40})
      x.push_back(number * factor);
  }
  std::vector<uint16_t> y(x.size());
  compile(makeCast("f64", "bf16", "truncf", x.size(), 64))
      .run({x.data(), y.data()}, (x.size() + 63) / 64);
  for (size_t i = 0; i < x.size(); ++i)
    ASSERT_EQ(y[i], format.round(x[i])) << x[i];
}

TEST_P(Narrow, WidensExactly) {
  std::vector<uint16_t> x(65536);
  for (size_t i = 0; i < x.size(); ++i)
    x[i] = uint16_t(i);
  std::vector<float> y(x.size());
  compile(makeCast("bf16", "f32", "extf", x.size(), 48))
      .run({x.data(), y.data()}, (x.size() + 47) / 48);
  for (size_t i = 0; i < x.size(); ++i) {
    float expected = format.widen(x[i]);
    if (std::isnan(expected))
      ASSERT_TRUE(std::isnan(y[i])) << i;
    else
      ASSERT_EQ(std::bit_cast<uint32_t>(y[i]), std::bit_cast<uint32_t>(expected)) << i;
  }
}

/// Arithmetic is f32's, rounded; through views that need masks, and that need gathering.
TEST_P(Narrow, ArithmeticThroughEveryView) {
  struct View {
    int rows, columns, rowStride, columnStride;
  };
  for (View v : {View{8, 32, 32, 1}, View{7, 31, 40, 1}, View{8, 32, 1, 9}, View{5, 9, 3, 50}}) {
    CompiledKernel kernel = compile(fill(R"(module {
  tile.kernel @k tasks 1 writes [1] {
  ^bb0(%x: !tile.array<bf16>, %y: !tile.array<bf16>, %task: index):
    %zero = arith.constant 0 : index
    %rows = arith.constant ROWS : index
    %columns = arith.constant COLUMNS : index
    %rowStride = arith.constant ROW_STRIDE : index
    %columnStride = arith.constant COLUMN_STRIDE : index
    %fill = arith.constant -1.0 : bf16
    %third = arith.constant dense<0.333984375> : tensor<8x32xbf16>
    %in = tile.view %x offset %zero sizes %rows, %columns strides %rowStride, %columnStride : !tile.array<bf16> -> !tile.view<2 x bf16>
    %out = tile.view %y offset %zero sizes %rows, %columns strides %rowStride, %columnStride : !tile.array<bf16> -> !tile.view<2 x bf16>
    %t = tile.load %in[%zero, %zero] fill %fill : !tile.view<2 x bf16>, bf16 -> tensor<8x32xbf16>
    %u = arith.mulf %t, %third : tensor<8x32xbf16>
    %less = arith.cmpf olt, %u, %third : tensor<8x32xbf16>
    %v = arith.select %less, %u, %t : tensor<8x32xi1>, tensor<8x32xbf16>
    tile.store %v, %out[%zero, %zero] : tensor<8x32xbf16>, !tile.view<2 x bf16>
  }
})",
                                         {{"ROWS", std::to_string(v.rows)},
                                          {"COLUMNS", std::to_string(v.columns)},
                                          {"ROW_STRIDE", std::to_string(v.rowStride)},
                                          {"COLUMN_STRIDE", std::to_string(v.columnStride)}}));
    std::vector<uint16_t> x(512), y(512, 7);
    for (int i = 0; i < 512; ++i)
      x[i] = format.round(i * 0.011 - 2);
    kernel.run({x.data(), y.data()});
    std::vector<uint16_t> expected(512, 7);
    for (int r = 0; r < v.rows; ++r)
      for (int c = 0; c < v.columns; ++c) {
        int at = r * v.rowStride + c * v.columnStride;
        uint16_t product = format.round(double(format.widen(x[at])) * 0.333984375);
        expected[at] = format.widen(product) < 0.333984375f ? product : x[at];
      }
    ASSERT_EQ(y, expected) << v.rowStride << ", " << v.columnStride;
  }
}

} // namespace
