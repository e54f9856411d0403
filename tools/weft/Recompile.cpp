// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Recompile.h"

#include <nlohmann/json.hpp>

#include "compiler/GpuTargets.h"
#include "tools/weft/CompilerLibrary.h"
#include "tools/weft/Failure.h"

using namespace weft;
using namespace weft::driver;

std::string driver::getTarget(const Device &device) {
  if (device.target().empty())
    return device.name() == "sim" ? "sm_80" : "cpu";
  std::string target;
  uint64_t best = 0;
  for (const compiler::GpuTarget &known : compiler::gpuTargets)
    if (uint64_t rating = device.rate(WEFT_SECTION_PTX, std::string(known.name)); rating > best) {
      best = rating;
      target = known.name;
    }
  if (target.empty())
    fail(ErrorCode::Device, "device `{}`: nothing is compiled for a card of {}", device.name(),
         device.target());
  return target;
}

Artifact driver::recompile(const Artifact &artifact, const std::string &dtype,
                           const std::string &target) {
  std::string purpose = dtype.empty() ? target : dtype;
  // The graph as traced: it says itself what to differentiate and to train.
  const ArtifactSection *section = artifact.findSection(WEFT_SECTION_IR_TEXT, "graph");
  if (!section)
    fail(ErrorCode::File, "{}: carries no graph, so it cannot be compiled for {}",
         artifact.origin(), purpose);
  nlohmann::json request = {{"from", "graph"}, {"target", target}};
  if (!dtype.empty())
    request["dtype"] = dtype;
  std::string bytes = compileText(std::string(Artifact::getText(*section)), request);
  return take(
      Artifact::parse(std::as_bytes(std::span(bytes)), artifact.origin() + " as " + purpose));
}
