// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Adaptive-span over two blocks: gradients by the tape, with a tape for each block and with one for
// both, must be those of the compiled step.grad, bit for bit; so must the carried caches.
//
//   spans-by-tape adaptive-span.weft [same-block|no-state]  a word: make this mistake, be noticed
#include "common.h"

#include <cstring>

using namespace weft;

/// Blocks of random tokens, and parameters with spans that differ from head to head.
static std::vector<TensorMap> makeInputs(const FunctionSpec &step) {
  std::vector<TensorMap> blocks(2);
  for (size_t block = 0; block < 2; ++block)
    for (const TensorSpec &argument : step.arguments) {
      if (argument.role != "input")
        continue;
      Shape shape = {argument.shape[0].offset, argument.shape[1].offset};
      Tensor ids = take(Tensor::zeros(DType::I32, shape)),
             random = take(Tensor::zeros(DType::F64, shape));
      check(fillUniform(random, 5, 2 * block + (argument.name == "targets"), 0, 256));
      std::ranges::copy(random.values<double>(), ids.values<int32_t>().begin());
      blocks[block].emplace(argument.key, ids);
    }
  return blocks;
}

static ModelState makeModel(const Manifest &manifest) {
  ModelState model{take(initializeParams(manifest, 9)), {}, take(zeroStates(manifest))};
  for (auto &[name, param] : model.params)
    if (name.ends_with(".z"))
      check(fillUniform(param, 9, uint64_t(name[5]), 0.1, 0.9));
  return model;
}

/// How many tensors of b are not, bit for bit, in a.
static int countDifferent(const TensorMap &a, const TensorMap &b) {
  int count = a.size() == b.size() ? 0 : 1;
  for (const auto &[name, right] : b) {
    auto left = a.find(name);
    bool same = left != a.end() && left->second.shape() == right.shape() &&
                std::memcmp(left->second.data(), right.data(), size_t(right.byteCount())) == 0;
    count += !same;
  }
  return count;
}

int main(int argc, char **argv) {
  if (argc < 2)
    return 2;
  std::string mistake = argc > 2 ? argv[2] : "";
  Module module = take(Module::load(argv[1], take(Device::open("cpu", "threads=2"))));
  Function grad = take(module.function("step.grad"));
  std::vector<TensorMap> blocks = makeInputs(grad.spec());
  ModelState compiled = makeModel(module.manifest()), fresh = compiled, through = compiled;

  TensorMap expected;
  for (const TensorMap &block : blocks) {
    TensorMap arguments = block, gradients;
    bindArguments(grad.spec(), compiled, arguments);
    TensorMap results = take(grad.call(arguments));
    for (const TensorSpec &result : grad.spec().results)
      if (result.role == "gradient")
        gradients.emplace(result.name + ".gradient", results.at(result.key));
    check(accumulate(expected, gradients));
    keepResults(grad.spec(), results, compiled);
  }

  TensorMap sum;
  for (size_t i = 0; i < 2; ++i) {
    Tape tape;
    if (mistake == "no-state" && i == 1)
      fresh.states = take(zeroStates(module.manifest()));
    const TensorMap &block = blocks[mistake == "same-block" ? 0 : i];
    Tensor objective = take(tape.call(module, "step", block, fresh)).at("objective");
    check(accumulate(sum, take(take(tape.backward(objective)).forUpdate(fresh.params))));
  }

  Tape tape;
  std::vector<std::pair<Tensor, Tensor>> starts;
  for (const TensorMap &block : blocks)
    starts.emplace_back(take(tape.call(module, "step", block, through)).at("objective"),
                        take(Tensor::scalar<double>(1)));
  TensorMap both = take(take(tape.backward(starts)).forUpdate(through.params));

  int bad = countDifferent(sum, expected) + countDifferent(both, expected);
  for (const ModelState *model : {&fresh, &through})
    for (const TensorSpec &state : grad.spec().results)
      if (state.role == "state")
        bad += countDifferent(model->states, compiled.states) != 0;
  std::printf("%zu gradients, %d differ, largest difference %.3g and %.3g\n", expected.size(), bad,
              distance(sum, expected), distance(both, expected));
  return bad == 0 && distance(sum, expected) == 0 ? 0 : 1;
}
