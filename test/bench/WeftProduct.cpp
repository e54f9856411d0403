// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weft's side of a matrix product: a graph with one dot, compiled here, called as a model's
// function is.
#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "test/bench/Rivals.h"
#include "tools/weft/CompilerLibrary.h"
#include "tools/weft/Failure.h"
#include "weft/Module.h"
#include "weft/ParamStore.h"

namespace weft::bench {
namespace {

std::string getType(int64_t rows, int64_t cols, bool isBf16 = false) {
  return fmt::format("tensor<{}x{}x{}>", rows, cols, isBf16 ? "bf16" : "f32");
}

/// Parameters are f32: factors of bf16 are both inputs, as a step's are.
bool hasParameter(const Product &product) {
  return product.form != Form::WeightGradient && !product.isBf16;
}

class WeftProduct {
public:
  WeftProduct(const Product &product, int threads, std::shared_ptr<const ProductData> data)
      : data(std::move(data)) {
    std::string bytes = driver::compileText(getGraph(product), {{"target", "cpu"}});
    Artifact artifact = driver::take(Artifact::parse(std::as_bytes(std::span(bytes)), "product"));
    Device device = driver::take(Device::open("cpu", fmt::format("threads={}", threads)));
    module = driver::take(Module::load(artifact, device));
    function = driver::take(module->function("product"));
    ModelState model;
    auto make = [&](const Matrix &matrix, const std::vector<float> &numbers,
                    const std::vector<uint16_t> &bits) {
      return product.isBf16 ? makeTensor(matrix, bits) : makeTensor(matrix, numbers);
    };
    TensorMap given = {{"lhs", make(product.lhs(), this->data->lhs, this->data->lhsBits)}};
    Tensor rhs = make(product.rhs(), this->data->rhs, this->data->rhsBits);
    if (!hasParameter(product))
      given.emplace("rhs", rhs);
    else
      model.params.emplace("rhs", rhs);
    bindArguments(function->spec(), model, given);
    for (const TensorSpec &argument : function->spec().arguments)
      arguments.push_back(given.at(argument.key));
  }

  void call() { results = driver::take(function->call(arguments)); }
  Output getOutput() const { return {results.front().values<float>(), &data->expected}; }

private:
  static Tensor makeTensor(const Matrix &matrix, const std::vector<float> &values) {
    return driver::take(Tensor::of<float>({matrix.rows, matrix.cols}, std::span(values)));
  }
  static Tensor makeTensor(const Matrix &matrix, const std::vector<uint16_t> &bits) {
    Tensor tensor = driver::take(Tensor::zeros(DType::BF16, {matrix.rows, matrix.cols}));
    std::ranges::copy(bits, tensor.values<uint16_t>().begin());
    return tensor;
  }

  std::shared_ptr<const ProductData> data;
  std::optional<Module> module;
  std::optional<Function> function;
  std::vector<Tensor> arguments, results;
};

} // namespace

std::string getGraph(const Product &product) {
  Matrix lhs = product.lhs(), rhs = product.rhs();
  std::string lhsType = getType(lhs.rows, lhs.cols, product.isBf16),
              rhsType = getType(rhs.rows, rhs.cols, product.isBf16);
  std::string resultType = getType(product.rows(), product.cols());
  bool isInput = !hasParameter(product);
  return fmt::format(
      R"(module attributes {{weft.model = "product"}} {{
  {}
  func.func @product(%a: {} {{weft.name = "lhs", weft.role = "input"}},
      %b: {} {{weft.name = "rhs", {}}}) -> ({} {{weft.name = "y", weft.role = "output"}}) {{
    %y = weft.dot %a, %b batch [] x [] contract [{}] x [{}] : {}, {} -> {}
    return %y : {}
  }}
}}
)",
      isInput ? "" : fmt::format("weft.param @rhs : {} init \"zeros\" scale 0.0", rhsType), lhsType,
      rhsType, isInput ? "weft.role = \"input\"" : "weft.role = \"param\", weft.param = @rhs",
      resultType, lhs.isTransposed ? 0 : 1, rhs.isTransposed ? 1 : 0, lhsType, rhsType, resultType,
      resultType);
}

std::shared_ptr<LocalCandidate> makeWeftProduct(const Product &product, int threads,
                                                std::shared_ptr<const ProductData> data) {
  auto weft = std::make_shared<WeftProduct>(product, threads, std::move(data));
  return std::make_shared<LocalCandidate>(
      threads == 1 ? Clock::Thread : Clock::Wall, [weft] { weft->call(); },
      [weft] { return std::vector{weft->getOutput()}; });
}

} // namespace weft::bench
