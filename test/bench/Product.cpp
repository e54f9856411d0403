// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/bench/Product.h"

#include <bit>

#include <fmt/format.h>

namespace weft::bench {

std::string getName(Form form) {
  static const char *names[] = {"[in, out]", "[out, in]", "dW"};
  return names[int(form)];
}

std::string Product::name() const { return fmt::format("{} x {} x {}", m, n, k); }

Matrix Product::lhs() const {
  return form == Form::WeightGradient ? Matrix{m, n, true} : Matrix{m, k, false};
}

Matrix Product::rhs() const {
  if (form == Form::WeightGradient)
    return {m, k, false};
  return form == Form::OutIn ? Matrix{n, k, true} : Matrix{k, n, false};
}

int64_t Product::rows() const { return form == Form::WeightGradient ? n : m; }
int64_t Product::cols() const { return form == Form::WeightGradient ? k : n; }
int64_t Product::depth() const { return form == Form::WeightGradient ? m : k; }

static std::vector<float> fill(int64_t size, uint64_t state) {
  std::vector<float> values(static_cast<size_t>(size));
  for (float &value : values) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    value = float(int64_t(state >> 40)) * 0x1p-23f - 1;
  }
  return values;
}

/// Rounds to bf16, of two equally near numbers to the even one; none is NaN.
static std::vector<uint16_t> roundAll(std::vector<float> &values) {
  std::vector<uint16_t> bits;
  for (float &value : values) {
    uint32_t whole = std::bit_cast<uint32_t>(value);
    bits.push_back(uint16_t((whole + 0x7FFF + (whole >> 16 & 1)) >> 16));
    value = std::bit_cast<float>(uint32_t(bits.back()) << 16);
  }
  return bits;
}

/// The matrix as the product reads it, so that one loop multiplies all forms.
static std::vector<double> straighten(const std::vector<float> &values, const Matrix &matrix) {
  std::vector<double> result(values.size());
  for (int64_t i = 0; i < matrix.rows; ++i)
    for (int64_t j = 0; j < matrix.cols; ++j)
      result[size_t(matrix.isTransposed ? j * matrix.rows + i : i * matrix.cols + j)] =
          double(values[size_t(i * matrix.cols + j)]);
  return result;
}

ProductData::ProductData(const Product &product)
    : lhs(fill(product.lhs().size(), 1)), rhs(fill(product.rhs().size(), 2)),
      expected(size_t(product.rows() * product.cols())) {
  if (product.isBf16) {
    lhsBits = roundAll(lhs);
    rhsBits = roundAll(rhs);
  }
  std::vector<double> a = straighten(lhs, product.lhs()), b = straighten(rhs, product.rhs());
  for (int64_t i = 0; i < product.rows(); ++i) {
    double *sum = &expected[size_t(i * product.cols())];
    for (int64_t k = 0; k < product.depth(); ++k) {
      double factor = a[size_t(i * product.depth() + k)];
      const double *row = &b[size_t(k * product.cols())];
      for (int64_t j = 0; j < product.cols(); ++j)
        sum[j] += factor * row[j];
    }
  }
}

} // namespace weft::bench
