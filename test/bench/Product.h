// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One matrix product as a layer has it, its inputs, and its result in f64.
#ifndef TEST_BENCH_PRODUCT_H
#define TEST_BENCH_PRODUCT_H

#include <cstdint>
#include <string>
#include <vector>

namespace weft::bench {

/// How a layer's weight lies in memory, or the product that makes its gradient.
enum class Form {
  InOut,         ///< y[m, n] = sum_k x[m, k] W[k, n]
  OutIn,         ///< y[m, n] = sum_k x[m, k] W[n, k]
  WeightGradient ///< dW[n, k] = sum_m dy[m, n] x[m, k]: a layer [out, in], summed over its rows
};
std::string getName(Form form);

/// A matrix as row-major libraries take it.
struct Matrix {
  int64_t rows = 0, cols = 0;
  bool isTransposed = false; ///< the product reads it as cols x rows
  int64_t size() const { return rows * cols; }
};

/// Sizes m x n x k are those of the layer, rows x outputs x inputs.
struct Product {
  Form form = Form::InOut;
  int64_t m = 0, n = 0, k = 0;
  bool isBf16 = false; ///< the factors; the result is f32

  double flops() const { return 2.0 * double(m) * double(n) * double(k); }
  std::string name() const;
  /// First and second factor, as they lie in memory.
  Matrix lhs() const;
  Matrix rhs() const;
  /// Rows and columns of the result, and the axis that is summed.
  int64_t rows() const;
  int64_t cols() const;
  int64_t depth() const;
};

/// Two factors with numbers in [-1, 1), the same for every candidate, and the result. For bf16 the
/// numbers are rounded, so that candidates that multiply f32 have the same product.
struct ProductData {
  explicit ProductData(const Product &product);
  std::vector<float> lhs, rhs;
  std::vector<uint16_t> lhsBits, rhsBits; ///< of bf16
  std::vector<double> expected;
};

} // namespace weft::bench

#endif
