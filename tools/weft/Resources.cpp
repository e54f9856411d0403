// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Resources.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace weft::driver {

static int64_t roundUp(int64_t number, int64_t unit) { return (number + unit - 1) / unit * unit; }

Occupancy getOccupancy(const GpuKernelSpec &kernel, const compiler::GpuTarget &target) {
  constexpr int64_t warpThreads = 32, registerUnit = 256, sharedUnit = 128, systemShared = 1024;
  int64_t warps = roundUp(kernel.threads, warpThreads) / warpThreads;
  int64_t registers = roundUp(std::max<int64_t>(kernel.registers, 0) * warpThreads, registerUnit);
  // Whole warps get registers: what is left over of a block's share is lost.
  int64_t warpsByRegisters =
      registers > 0 ? target.registersPerProcessor / registers : target.threadsPerProcessor;
  const std::pair<const char *, int64_t> limits[] = {
      {"registers", warpsByRegisters / warps},
      {"shared memory",
       target.sharedBytesPerProcessor / roundUp(kernel.sharedBytes + systemShared, sharedUnit)},
      {"threads", target.threadsPerProcessor / (warps * warpThreads)},
      {"blocks", target.blocksPerProcessor},
  };
  auto least = std::min_element(std::begin(limits), std::end(limits),
                                [](const auto &a, const auto &b) { return a.second < b.second; });
  return {least->second,
          double(least->second * warps * warpThreads) / double(target.threadsPerProcessor),
          least->first};
}

static std::string formatKnown(int64_t number) { return number < 0 ? "-" : std::to_string(number); }

void printResources(const Manifest &manifest, const compiler::GpuTarget &target) {
  fmt::print("| kernel | source | registers | spilled | shared | threads | blocks | occupancy | "
             "limited by | products of 16 bits |\n"
             "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |\n");
  int64_t spilling = 0;
  for (size_t i = 0; i < manifest.gpuKernels.size(); ++i) {
    const GpuKernelSpec &kernel = manifest.gpuKernels[i];
    Occupancy occupancy = getOccupancy(kernel, target);
    spilling += kernel.spilledBytes > 0;
    fmt::print("| {} | {} | {} | {} | {} | {} | {} | {:.0f} % | {} | {} |\n", manifest.kernels[i],
               manifest.places[i].empty() ? "-" : manifest.places[i], formatKnown(kernel.registers),
               formatKnown(kernel.spilledBytes), kernel.sharedBytes, kernel.threads,
               occupancy.blocks, 100 * occupancy.threads, occupancy.limitedBy,
               kernel.products.empty() ? "-" : kernel.products);
  }
  bool isKnown = !manifest.gpuKernels.empty() && manifest.gpuKernels[0].registers >= 0;
  if (isKnown)
    fmt::print("\n{} kernels for {}, {} of them with spilled registers\n",
               manifest.gpuKernels.size(), target.name, spilling);
  else
    fmt::print("\n{} kernels for {}; registers are not known, since no ptxas made machine code: "
               "blocks and occupancy are at most these\n",
               manifest.gpuKernels.size(), target.name);
}

nlohmann::ordered_json resourcesToJson(const Manifest &manifest,
                                       const compiler::GpuTarget &target) {
  nlohmann::ordered_json kernels = nlohmann::ordered_json::array();
  for (size_t i = 0; i < manifest.gpuKernels.size(); ++i) {
    const GpuKernelSpec &kernel = manifest.gpuKernels[i];
    Occupancy occupancy = getOccupancy(kernel, target);
    nlohmann::ordered_json json = {{"kernel", manifest.kernels[i]}, {"source", manifest.places[i]}};
    if (kernel.registers >= 0)
      json["registers"] = kernel.registers;
    if (kernel.spilledBytes >= 0)
      json["spilled"] = kernel.spilledBytes;
    json["shared"] = kernel.sharedBytes;
    json["threads"] = kernel.threads;
    json["blocks"] = occupancy.blocks;
    json["occupancy"] = occupancy.threads;
    json["limited_by"] = occupancy.limitedBy;
    if (!kernel.products.empty())
      json["products"] = kernel.products;
    kernels.push_back(std::move(json));
  }
  return kernels;
}

} // namespace weft::driver
