// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/bench/AttentionCandidate.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/weft/Child.h"
#include "tools/weft/CompilerLibrary.h"
#include "tools/weft/Failure.h"

namespace weft::bench {

using driver::take;

static std::string trace(const AttentionCase &row) {
  std::vector<std::string> command = {driver::findPrefix() + "/bin/weft-bench-attention-model",
                                      "--trace"};
  for (const std::string &setting : row.getSettings())
    command.push_back(setting);
  driver::ChildResult result = driver::runChild(command);
  if (result.exitCode != 0)
    driver::fail(ErrorCode::Model, "the model of attention failed: {}", result.errors);
  return result.output;
}

AttentionCalls::AttentionCalls(const AttentionCase &row, int threads) : data(row) {
  std::string bytes =
      driver::compileText(trace(row), {{"target", "cpu"}, {"gradients", {"attention"}}});
  module = take(Module::load(take(Artifact::parse(std::as_bytes(std::span(bytes)), "attention")),
                             take(Device::open("cpu", fmt::format("threads={}", threads)))));
  forward = take(module->function("attention.forward"));
  backward = take(module->function("attention.backward"));
  for (const TensorSpec &argument : forward->spec().arguments) {
    Shape shape;
    for (const DimSpec &dim : argument.shape)
      shape.push_back(dim.offset);
    forwardArguments.emplace(
        argument.key,
        take(Tensor::of<float>(shape, std::span<const float>(data.inputs.at(argument.name)))));
  }
  call(Pass::Forward);
  bindBackward();
}

/// What forward saved is either one of its results or one of its arguments.
void AttentionCalls::bindBackward() {
  for (const TensorSpec &argument : backward->spec().arguments) {
    if (argument.role == "cotangent") {
      backwardArguments.insert_or_assign(
          argument.key, take(Tensor::of<float>(results.at("y").shape(),
                                               std::span<const float>(data.inputs.at("dy")))));
      continue;
    }
    const Tensor *source = nullptr;
    for (const TensorSpec &spec : forward->spec().arguments)
      if (spec.name == argument.name)
        source = &forwardArguments.at(spec.key);
    for (const TensorSpec &spec : forward->spec().results)
      if (spec.name == argument.name)
        source = &results.at(spec.key);
    if (!source)
      driver::fail(ErrorCode::Internal, "expects {} among the tensors of forward", argument.name);
    backwardArguments.insert_or_assign(argument.key, *source);
  }
}

void AttentionCalls::call(Pass pass) {
  if (pass != Pass::Backward)
    results = take(forward->call(forwardArguments));
  if (pass != Pass::Forward)
    gradients = take(backward->call(backwardArguments));
}

std::vector<Output> AttentionCalls::getOutputs(Pass pass) {
  std::vector<Output> outputs;
  if (pass != Pass::Backward)
    outputs.push_back({results.at("y").values<float>(), &data.expected.at("y")});
  if (pass != Pass::Forward)
    for (const TensorSpec &spec : backward->spec().results)
      outputs.push_back({gradients.at(spec.key).values<float>(), &data.expected.at(spec.name)});
  return outputs;
}

std::shared_ptr<LocalCandidate> makeAttention(std::shared_ptr<AttentionCalls> calls, Pass pass,
                                              int threads) {
  return std::make_shared<LocalCandidate>(
      threads == 1 ? Clock::Thread : Clock::Wall, [calls, pass] { calls->call(pass); },
      [calls, pass] { return calls->getOutputs(pass); });
}

} // namespace weft::bench
