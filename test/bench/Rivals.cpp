// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/bench/Rivals.h"

#include <cstdlib>
#include <dlfcn.h>

#include <fmt/format.h>

#include "tools/weft/Failure.h"

namespace weft::bench {

std::shared_ptr<LocalCandidate> makeWeftProduct(const Product &product, int threads,
                                                std::shared_ptr<const ProductData> data);
Presence findOneDnn();
std::shared_ptr<LocalCandidate> makeOneDnnProduct(const Product &product, int threads,
                                                  bool isPacked,
                                                  std::shared_ptr<const ProductData> data);

std::string getName(Rival rival) {
  static const char *names[] = {"weft", "OpenBLAS", "oneDNN plain", "oneDNN packed"};
  return names[int(rival)];
}

namespace {

/// The C interface that every BLAS has; numbers of its enumerations are part of it.
struct OpenBlas {
  using Multiply = void (*)(int order, int transA, int transB, int m, int n, int k, float alpha,
                            const float *a, int lda, const float *b, int ldb, float beta, float *c,
                            int ldc);
  static constexpr int rowMajor = 101, plain = 111, transposed = 112;

  Multiply multiply = nullptr;
  const char *(*getConfig)() = nullptr;
  const char *(*getCore)() = nullptr;

  /// OpenBLAS starts its threads when it is loaded.
  explicit OpenBlas(int threads) {
    ::setenv("OPENBLAS_NUM_THREADS", std::to_string(threads).c_str(), 1);
    void *library = ::dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    if (!library)
      return;
    multiply = reinterpret_cast<Multiply>(::dlsym(library, "cblas_sgemm"));
    getConfig = reinterpret_cast<const char *(*)()>(::dlsym(library, "openblas_get_config"));
    getCore = reinterpret_cast<const char *(*)()>(::dlsym(library, "openblas_get_corename"));
  }
  bool isThere() const { return multiply && getConfig && getCore; }
};

const OpenBlas &getOpenBlas(int threads) {
  static OpenBlas library(threads);
  return library;
}

std::shared_ptr<LocalCandidate> makeOpenBlasProduct(const Product &product, int threads,
                                                    std::shared_ptr<const ProductData> data) {
  OpenBlas::Multiply multiply = getOpenBlas(threads).multiply;
  auto result = std::make_shared<std::vector<float>>(data->expected.size());
  auto call = [=] {
    Matrix a = product.lhs(), b = product.rhs();
    auto order = [](const Matrix &matrix) {
      return matrix.isTransposed ? OpenBlas::transposed : OpenBlas::plain;
    };
    multiply(OpenBlas::rowMajor, order(a), order(b), int(product.rows()), int(product.cols()),
             int(product.depth()), 1, data->lhs.data(), int(a.cols), data->rhs.data(), int(b.cols),
             0, result->data(), int(product.cols()));
  };
  return std::make_shared<LocalCandidate>(threads == 1 ? Clock::Thread : Clock::Wall, call, [=] {
    return std::vector{Output{*result, &data->expected}};
  });
}

} // namespace

Presence findRival(Rival rival) {
  switch (rival) {
  case Rival::Weft:
    return {true, "weft " WEFT_VERSION};
  case Rival::OpenBlas: {
    const OpenBlas &library = getOpenBlas(1);
    return library.isThere() ? Presence{true, fmt::format("{}, kernels of {}", library.getConfig(),
                                                          library.getCore())}
                             : Presence{false, "not installed (libopenblas0)"};
  }
  default:
    return findOneDnn();
  }
}

std::shared_ptr<LocalCandidate> makeCandidate(Rival rival, const Product &product, int threads,
                                              std::shared_ptr<const ProductData> data) {
  switch (rival) {
  case Rival::Weft:
    return makeWeftProduct(product, threads, std::move(data));
  case Rival::OpenBlas:
    return makeOpenBlasProduct(product, threads, std::move(data));
  case Rival::OneDnnPlain:
    return makeOneDnnProduct(product, threads, false, std::move(data));
  default:
    // A gradient has no factor that stays from call to call.
    return product.form == Form::WeightGradient
               ? nullptr
               : makeOneDnnProduct(product, threads, true, std::move(data));
  }
}

} // namespace weft::bench
