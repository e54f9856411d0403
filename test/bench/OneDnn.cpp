// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// oneDNN, where its headers were found: a matmul on the matrices as they lie, or with the second
// factor in the layout of its choice, reordered once as a model's weights would be.
#include <cstdlib>

#include <dlfcn.h>
#include <fmt/format.h>

#if WEFT_HAS_ONEDNN
#include <dnnl.hpp>
#endif

#include "test/bench/Rivals.h"
#include "tools/weft/Failure.h"

namespace weft::bench {

Presence findOneDnn();
std::shared_ptr<LocalCandidate> makeOneDnnProduct(const Product &product, int threads,
                                                  bool isPacked,
                                                  std::shared_ptr<const ProductData> data);

#if WEFT_HAS_ONEDNN

Presence findOneDnn() {
  const dnnl_version_t *version = dnnl_version();
  return {true, fmt::format("oneDNN {}.{}.{}", version->major, version->minor, version->patch)};
}

namespace {

class OneDnnProduct {
public:
  OneDnnProduct(const Product &product, bool isPacked, std::shared_ptr<const ProductData> data)
      : data(std::move(data)), result(this->data->expected.size()), stream(engine) {
    using Type = dnnl::memory::data_type;
    Type factors = product.isBf16 ? Type::bf16 : Type::f32;
    dnnl::memory::desc a = describe(product.lhs(), factors), b = describe(product.rhs(), factors);
    dnnl::memory::desc c = describe({product.rows(), product.cols(), false}, Type::f32);
    dnnl::memory::desc chosen =
        isPacked ? dnnl::memory::desc(b.dims(), b.data_type(), dnnl::memory::format_tag::any) : b;
    dnnl::matmul::primitive_desc primitive({a, chosen, c}, engine);
    matmul = dnnl::matmul(primitive);
    auto bytes = [&](const std::vector<float> &values, const std::vector<uint16_t> &bits) {
      const void *first = product.isBf16 ? static_cast<const void *>(bits.data()) : values.data();
      return const_cast<void *>(first); // read only
    };
    dnnl::memory plain(b, engine, bytes(this->data->rhs, this->data->rhsBits)), weights = plain;
    if (primitive.weights_desc() != b) {
      weights = dnnl::memory(primitive.weights_desc(), engine);
      dnnl::reorder(plain, weights).execute(stream, plain, weights);
    }
    arguments = {
        {DNNL_ARG_SRC, dnnl::memory(a, engine, bytes(this->data->lhs, this->data->lhsBits))},
        {DNNL_ARG_WEIGHTS, weights},
        {DNNL_ARG_DST, dnnl::memory(c, engine, result.data())}};
    stream.wait();
  }
  void call() {
    matmul.execute(stream, arguments);
    stream.wait();
  }
  Output getOutput() { return {result, &data->expected}; }

private:
  static dnnl::memory::desc describe(const Matrix &matrix, dnnl::memory::data_type type) {
    using memory = dnnl::memory;
    return matrix.isTransposed
               ? memory::desc({matrix.cols, matrix.rows}, type, memory::dims{1, matrix.cols})
               : memory::desc({matrix.rows, matrix.cols}, type, memory::dims{matrix.cols, 1});
  }

  std::shared_ptr<const ProductData> data;
  std::vector<float> result;
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream;
  dnnl::matmul matmul;
  std::unordered_map<int, dnnl::memory> arguments;
};

} // namespace

std::shared_ptr<LocalCandidate> makeOneDnnProduct(const Product &product, int threads,
                                                  bool isPacked,
                                                  std::shared_ptr<const ProductData> data) {
  // Debian's is built on OpenMP, whose number of threads is a process's.
  using SetThreads = void (*)(int);
  if (auto set = reinterpret_cast<SetThreads>(::dlsym(RTLD_DEFAULT, "omp_set_num_threads")))
    set(threads);
  auto library = std::make_shared<OneDnnProduct>(product, isPacked, std::move(data));
  return std::make_shared<LocalCandidate>(
      threads == 1 ? Clock::Thread : Clock::Wall, [library] { library->call(); },
      [library] { return std::vector{library->getOutput()}; });
}

#else

Presence findOneDnn() { return {false, "not installed (libdnnl-dev)"}; }

std::shared_ptr<LocalCandidate> makeOneDnnProduct(const Product &, int, bool,
                                                  std::shared_ptr<const ProductData>) {
  driver::fail(ErrorCode::Device, "this program was built without oneDNN");
}

#endif

} // namespace weft::bench
