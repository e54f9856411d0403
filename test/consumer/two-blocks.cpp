// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two compiled functions, body and head, composed over two blocks of truncated back-propagation:
// gradients summed through the tape, then the compiled update. After each of ten updates parameters
// and optimizer state must be those of the single compiled step, which holds both blocks.
//
//   two-blocks segments.weft [one-block|through|unscaled]   a word: make this mistake, be noticed
#include "common.h"

using namespace weft;

static double composeUpdate(const Module &module, const TensorMap &inputs, Optimizer &optimizer,
                            ModelState &model, const std::string &mistake) {
  TensorMap sum;
  Tensor memory = inputs.at("memory");
  Tape tape;
  double loss = 0;
  for (std::string block : {"0", "1"}) {
    if (mistake != "through")
      tape.clear(); // what the last block left is a constant here
    TensorMap body = take(tape.call(
        module, "body", {{"tokens", inputs.at("tokens" + block)}, {"memory", memory}}, model));
    TensorMap head = take(tape.call(
        module, "head", {{"hidden", body.at("hidden")}, {"targets", inputs.at("targets" + block)}},
        model));
    double seed = mistake == "unscaled" ? 1.0 : 0.5; // the mean of two blocks
    Gradients gradients = take(tape.backward(head.at("loss"), seed));
    if (mistake != "one-block" || block == "1")
      check(accumulate(sum, take(gradients.forUpdate(model.params))));
    memory = body.at("memory");
    loss += head.at("loss").item() * 0.5;
  }
  take(optimizer.update(sum, model));
  return loss;
}

int main(int argc, char **argv) {
  if (argc < 2)
    return 2;
  std::string mistake = argc > 2 ? argv[2] : "";
  Module module = take(Module::load(argv[1], take(Device::open("cpu"))));
  std::map<std::string, double> hypers = {
      {"clip", 0.5}, {"beta1", 0.9}, {"beta2", 0.999}, {"ema", 0.99}, {"weight_decay", 0.1}};
  Schedule schedule{.rate = 0.01, .warmup = 4};
  Optimizer train(take(module.function("step.train")), schedule, hypers);
  Optimizer update(take(module.function("update")), schedule, hypers);
  ModelState whole, parts;
  whole.params = take(initializeParams(module.manifest(), 1));
  whole.optimizer = take(zeroOptimizer(train.function().spec()));
  check(startAverages(whole));
  parts = whole;
  double worst = 0;
  for (int step = 0; step < 10; ++step) {
    TensorMap inputs = makeBlocks(3, 5, 6, step);
    double loss = composeUpdate(module, inputs, update, parts, mistake);
    double expected = take(train.update(inputs, whole)).at("loss").item();
    worst = std::max({worst, std::abs(loss - expected), distance(parts.params, whole.params),
                      distance(parts.optimizer, whole.optimizer)});
  }
  std::printf("10 updates, largest difference %.3g\n", worst);
  return worst <= 1e-12 ? 0 : 1;
}
