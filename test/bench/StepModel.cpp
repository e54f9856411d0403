// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/bench/StepModel.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/weft/Failure.h"
#include "tools/weft/Loading.h"
#include "tools/weft/ModelSource.h"
#include "weft/Safetensors.h"

namespace weft::bench {

using driver::check, driver::take;

driver::Config StepCase::configure() const {
  std::vector<driver::Setting> given;
  for (const std::string &setting : settings) {
    size_t at = setting.find('=');
    given.push_back({setting.substr(0, at), setting.substr(at + 1)});
  }
  return driver::ModelSource::find("adaptive-span").configure("", given);
}

StepModel::StepModel(const StepCase &row, const std::string &folder, int threads)
    : folder(folder),
      config(row.configure()), session{take(Module::load(folder + "/model.weft",
                                                         driver::openDevice({.name = "cpu",
                                                                             .options = "",
                                                                             .threads = threads}))),
                                       {}},
      updater(session, config) {
  session.model.params = take(initializeParams(session.module.manifest(), 1));
  setSpans(row);
  updater.start();
  auto [streams, length] = updater.getBlock();
  int32_t next = 0;
  for (const char *name : {"tokens", "targets"}) {
    Tensor tokens = take(Tensor::zeros(DType::I32, {streams, length}));
    for (int32_t &token : tokens.values<int32_t>())
      token = int32_t((next = (next * 75 + 74) % 65537) % config.integer("vocab"));
    blocks.emplace(name, tokens);
  }
  // Until the caches are as long as the spans want them.
  for (int64_t i = 0; i <= config.integer("span") / length; ++i)
    session.call("step", blocks, 1, 0);
}

void StepModel::setSpans(const StepCase &row) {
  if (row.longLayers.empty())
    return;
  for (int64_t layer = 0; layer < config.integer("layers"); ++layer) {
    std::span<float> z = session.model.params.at(fmt::format("layer{}.z", layer)).values<float>();
    std::fill(z.begin(), z.end(), float(row.otherSpan) / float(config.integer("span")));
    if (std::count(row.longLayers.begin(), row.longLayers.end(), layer))
      z[0] = float(row.longSpan) / float(config.integer("span"));
  }
}

double StepModel::run(int64_t calls) {
  // The caches stay as long as they are. Weights are updated in place, at a rate that leaves the
  // spans, as the reference does.
  TensorMap start = session.model.states; // handles
  double begin = getSeconds(clock);
  for (int64_t i = 0; i < calls; ++i) {
    updater.update(blocks, 1);
    session.model.states = start;
  }
  return getSeconds(clock) - begin;
}

void StepModel::write() {
  ModelState start = session.model;
  TensorMap given = start.params;
  given.insert(blocks.begin(), blocks.end());
  for (int64_t layer = 0; layer < config.integer("layers"); ++layer)
    given.emplace(fmt::format("cache{}", layer),
                  start.states.at(fmt::format("step.layer{}.cache", layer)));
  check(writeSafetensors(folder + "/model.safetensors", given));

  FunctionSpec spec = take(session.module.function("step.grad")).spec();
  TensorMap results = session.call("step.grad", blocks, 1, 0), gradients;
  for (const TensorSpec &result : spec.results)
    if (result.role == "gradient" && start.params.contains(result.name))
      gradients.emplace(result.name, results.at(result.key));
  gradients.emplace("loss", results.at("loss"));
  check(writeSafetensors(folder + "/gradients.safetensors", gradients));
  session.model = start;

  nlohmann::json facts;
  for (const char *key : {"layers", "heads", "hidden", "span", "ramp", "pers_mem"})
    facts[key] = config.integer(key);
  for (const char *key : {"adapt_span", "adaptive_cache"})
    facts[key] = config.text(key) == "true";
  for (const char *key : {"span_loss", "clip"})
    facts[key] = config.number(key);
  driver::writeFile(folder + "/config.json", facts.dump());
}

} // namespace weft::bench
