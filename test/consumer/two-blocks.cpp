// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two compiled functions, body and head, composed over two blocks of truncated back-propagation:
// gradients summed through the tape, then the compiled update. After each of ten updates parameters
// and optimizer state must be those of the single compiled step, which holds both blocks.
//
//   two-blocks [ARTIFACT]      the artifact of segments.cpp, default segments.weft
#include "common.h"

using namespace weft;

/// One update; returns the mean loss of the two blocks.
static double updateInParts(const Module &module, const TensorMap &inputs, Optimizer &optimizer,
                            ModelState &model) {
  TensorMap sum;
  Tensor memory = inputs.at("memory");
  double loss = 0;
  for (std::string block : {"0", "1"}) {
    Tape tape; // a fresh one: what the last block left is a constant here
    TensorMap x = {{"tokens", inputs.at("tokens" + block)}, {"memory", memory}};
    TensorMap body = take(tape.call(module, "body", x, model));
    TensorMap y = {{"hidden", body.at("hidden")}, {"targets", inputs.at("targets" + block)}};
    TensorMap head = take(tape.call(module, "head", y, model));
    check(tape.addGradients(sum, head.at("loss"), 0.5, model));
    memory = body.at("memory");
    loss += 0.5 * head.at("loss").item();
  }
  take(optimizer.update(sum, model));
  return loss;
}

int main(int argc, char **argv) {
  const char *artifact = argc > 1 ? argv[1] : "segments.weft";
  Module module = take(Module::load(artifact, take(Device::open("cpu"))));
  std::map<std::string, double> hypers = {
      {"clip", 0.5}, {"beta1", 0.9}, {"beta2", 0.999}, {"ema", 0.99}, {"weight_decay", 0.1}};
  Schedule schedule{.rate = 0.01, .warmup = 4};
  Optimizer step(take(module.function("step.train")), schedule, hypers);
  Optimizer update(take(module.function("update")), schedule, hypers);
  ModelState whole = take(initializeModel(module.manifest(), "update", 1)), parts = whole;
  double worst = 0;
  for (int i = 0; i < 10; ++i) {
    TensorMap inputs = makeBlocks(3, 5, 6, i);
    double loss = updateInParts(module, inputs, update, parts);
    double expected = take(step.update(inputs, whole)).at("loss").item();
    worst = std::max({worst, std::abs(loss - expected), distance(parts, whole)});
  }
  std::printf("10 updates, largest difference %.3g\n", worst);
  return worst <= 1e-12 ? 0 : 1;
}
