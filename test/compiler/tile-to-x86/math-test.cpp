// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Errors of the tile.math functions in units of the last place, against long double.
#include "CompiledKernel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <random>
#include <stdexcept>

namespace {

using Exact = std::function<long double(long double)>;

struct Function {
  const char *name;
  Exact exact;
  double f32Bound, f64Bound;
};

const Function functions[] = {
    {"exp", [](long double x) { return expl(x); }, 2, 4},
    {"exp2", [](long double x) { return exp2l(x); }, 2, 4},
    {"log", [](long double x) { return logl(x); }, 2, 4},
    {"log2", [](long double x) { return log2l(x); }, 2, 4},
    {"tanh", [](long double x) { return tanhl(x); }, 2, 4},
    {"erf", [](long double x) { return erfl(x); }, 4, 4},
    {"sigmoid", [](long double x) { return x < -11000 ? 0 : 1 / (1 + expl(-x)); }, 2, 4},
    {"sin", [](long double x) { return fabsl(x) <= 0x1p30L ? sinl(x) : NAN; }, 2, 2},
    {"cos", [](long double x) { return fabsl(x) <= 0x1p30L ? cosl(x) : NAN; }, 2, 2},
    {"rsqrt", [](long double x) { return 1 / sqrtl(x); }, 2, 4},
    {"sqrt", [](long double x) { return sqrtl(x); }, 1, 1},
    {"floor", [](long double x) { return floorl(x); }, 0, 0},
};

std::string makeKernel(const std::string &function, const std::string &type) {
  std::string tile = "tensor<256x" + type + ">";
  return R"(module {
  tile.kernel @k tasks 1 writes [1] {
  ^bb0(%x: !tile.array<)" +
         type + R"(>, %y: !tile.array<)" + type + R"(>, %task: index):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %n = arith.constant 256 : index
    %start = arith.muli %task, %n : index
    %fill = arith.constant 0.0 : )" +
         type + R"(
    %input = tile.view %x offset %start sizes %n strides %one : !tile.array<)" +
         type + "> -> !tile.view<1 x " + type + R"(>
    %output = tile.view %y offset %start sizes %n strides %one : !tile.array<)" +
         type + "> -> !tile.view<1 x " + type + R"(>
    %t = tile.load %input[%zero] fill %fill : !tile.view<1 x )" +
         type + ">, " + type + " -> " + tile + R"(
    %u = tile.math )" +
         function + " %t : " + tile + R"(
    tile.store %u, %output[%zero] : )" +
         tile + ", !tile.view<1 x " + type + R"(>
  }
})";
}

/// The distance to the next number of the type above |x|, in its normal range.
template <typename T> long double getUlp(long double x) {
  constexpr int digits = sizeof(T) == 4 ? 24 : 53, least = sizeof(T) == 4 ? -125 : -1021;
  int exponent = least;
  if (x != 0)
    frexpl(x, &exponent);
  return ldexpl(1, std::max(exponent, least) - digits);
}

/// Zero for numbers too small for the type, as FTZ makes them; the argument as DAZ sees it.
template <typename T> long double flush(long double x) {
  return fabsl(x) < std::numeric_limits<T>::min() ? copysignl(0, x) : x;
}

template <typename T> double getError(T x, T y, const Exact &exact) {
  long double expected = exact(flush<T>(x));
  if (std::isnan(expected))
    return std::isnan(y) ? 0 : INFINITY;
  if (std::isnan(y))
    return INFINITY;
  if (static_cast<T>(expected) == y)
    return 0;
  // Overflow: the type's infinity stands for everything above its largest number.
  if (std::isinf(static_cast<T>(expected)) || std::isinf(y))
    return fabsl(expected) > std::numeric_limits<T>::max() * 0.999999L &&
                   (std::isinf(y) || fabsl(y) > std::numeric_limits<T>::max() * 0.999999L)
               ? 1
               : INFINITY;
  return fabsl(flush<T>(expected) - y) / getUlp<T>(expected);
}

template <typename T>
void sweep(const Function &function, const std::string &level, const std::vector<T> &inputs,
           double bound) {
  CompiledKernel kernel(makeKernel(function.name, sizeof(T) == 4 ? "f32" : "f64"), level);
  std::vector<T> x = inputs;
  x.resize((x.size() + 255) / 256 * 256);
  std::vector<T> y(x.size());
  kernel.run({x.data(), y.data()}, x.size() / 256);
  double worst = 0;
  T worstAt = 0, worstValue = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    double error = getError<T>(x[i], y[i], function.exact);
    if (error > worst)
      worst = error, worstAt = x[i], worstValue = y[i];
  }
  printf("%-8s %s %s: %.3f ulp at %.17g\n", function.name, sizeof(T) == 4 ? "f32" : "f64",
         level.c_str(), worst, double(worstAt));
  EXPECT_LE(worst, bound) << function.name << " of " << worstAt << " is " << worstValue;
}

/// Every 4099th bit pattern, or every n-th with WEFT_MATH_STRIDE=n (1: all of them, an hour): all
/// exponents, both signs, denormal numbers, infinities and NaNs.
std::vector<float> makeF32Sweep() {
  std::vector<float> values;
  const char *given = std::getenv("WEFT_MATH_STRIDE");
  uint64_t stride = given ? std::strtoull(given, nullptr, 10) : 4099;
  if (stride == 0)
    throw std::runtime_error("WEFT_MATH_STRIDE expects a number above 0");
  for (uint64_t bits = 0; bits < uint64_t(1) << 32; bits += stride) {
    uint32_t pattern = bits;
    float value;
    memcpy(&value, &pattern, 4);
    values.push_back(value);
  }
  // Where the interesting results are, more densely.
  for (int i = -200000; i <= 200000; ++i)
    values.push_back(i * (110.0f / 200000));
  // Next to multiples of pi/2, where the reduction of an angle cancels.
  for (int i = 1; i <= 200000; ++i)
    for (float multiple : {i * 1.57079637f, i * 3417.0f * 1.57079637f})
      values.insert(values.end(), {multiple, std::nextafter(multiple, INFINITY)});
  for (float special : {0x1p30f, 1073741888.0f, 0.0f, -0.0f, 1.0f, -1.0f, INFINITY, -INFINITY, NAN,
                        88.72283f, 88.72284f, 128.0f, -126.0f, -87.33654f, -87.336548f, 1e-40f})
    values.push_back(special);
  return values;
}

std::vector<double> makeF64Sweep() {
  std::mt19937_64 engine(1);
  std::vector<double> values;
  for (int i = 0; i < 200000; ++i) {
    uint64_t pattern = engine();
    double value;
    memcpy(&value, &pattern, 8);
    values.push_back(value);
  }
  std::uniform_real_distribution<double> near(-8, 8), far(-760, 1030);
  for (int i = 0; i < 300000; ++i) {
    values.push_back(near(engine));
    values.push_back(far(engine));
  }
  for (int i = 1; i <= 200000; ++i)
    for (double multiple : {i * 1.5707963267948966, i * 3417.0 * 1.5707963267948966})
      values.insert(values.end(), {multiple, std::nextafter(multiple, INFINITY)});
  for (double special : {0x1p30, 0x1.0000000000001p30, 0.0, -0.0, 1.0, -1.0, double(INFINITY),
                         -double(INFINITY), double(NAN), 709.782712893384, 709.7827128933839,
                         1024.0, -1022.0, -708.3964185322641, 1e-310})
    values.push_back(special);
  return values;
}

class Math : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Levels, Math, testing::ValuesIn(getRunnableLevels()));

TEST_P(Math, F32) {
  static const std::vector<float> inputs = makeF32Sweep();
  for (const Function &function : functions)
    sweep<float>(function, GetParam(), inputs, function.f32Bound);
}

TEST_P(Math, F64) {
  static const std::vector<double> inputs = makeF64Sweep();
  for (const Function &function : functions)
    sweep<double>(function, GetParam(), inputs, function.f64Bound);
}

} // namespace
