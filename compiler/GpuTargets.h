// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The GPUs that --target names: what the code generator, the driver and `weft inspect` have to know
// of them. Needs no LLVM.
#ifndef COMPILER_GPUTARGETS_H
#define COMPILER_GPUTARGETS_H

#include <cstdint>
#include <optional>
#include <string_view>

namespace weft::compiler {

struct GpuTarget {
  /// As in --target: "sm_80".
  std::string_view name;
  /// LLVM's name of the processor, and ptxas's.
  std::string_view chip;
  /// The least version of PTX that the kernels need, as the manifest says it ("7.0") and as a
  /// feature of LLVM ("+ptx70").
  std::string_view ptxVersion, features;
  /// 80 for sm_80; with `archSpecific` what only this one GPU has may be used ("sm_90a").
  unsigned sm;
  bool archSpecific;
  /// Limits of one block.
  int64_t maxThreads, maxSharedBytes;
  /// Limits of one multiprocessor, which say how many blocks of a kernel fit on it.
  int64_t threadsPerProcessor, sharedBytesPerProcessor, registersPerProcessor, blocksPerProcessor;
  /// A card of this kind, and what its data sheet promises: multiply-adds of f32, and of bf16 in
  /// the tensor cores, as operations a second; bytes a second of device memory.
  std::string_view card;
  double flops, tensorFlops, bytes;

  /// Products of warp groups (wgmma), and warps that give registers to others.
  constexpr bool hasWarpGroups() const { return sm == 90 && archSpecific; }
};

/// Limits as NVIDIA gives them, by compute capability.
inline constexpr GpuTarget gpuTargets[] = {
    {.name = "sm_80",
     .chip = "sm_80",
     .ptxVersion = "7.0",
     .features = "+ptx70",
     .sm = 80,
     .archSpecific = false,
     .maxThreads = 1024,
     .maxSharedBytes = 163 << 10,
     .threadsPerProcessor = 2048,
     .sharedBytesPerProcessor = 164 << 10,
     .registersPerProcessor = 64 << 10,
     .blocksPerProcessor = 32,
     .card = "A100",
     .flops = 19.5e12,
     .tensorFlops = 312e12,
     .bytes = 1.555e12},
    {.name = "sm_90a",
     .chip = "sm_90a",
     .ptxVersion = "8.0",
     .features = "+ptx80",
     .sm = 90,
     .archSpecific = true,
     .maxThreads = 1024,
     .maxSharedBytes = 227 << 10,
     .threadsPerProcessor = 2048,
     .sharedBytesPerProcessor = 228 << 10,
     .registersPerProcessor = 64 << 10,
     .blocksPerProcessor = 32,
     .card = "H200",
     .flops = 67e12,
     .tensorFlops = 989e12,
     .bytes = 4.8e12},
};

/// The GPU of a --target, or nothing where it names none.
constexpr std::optional<GpuTarget> getGpuTarget(std::string_view name) {
  for (const GpuTarget &target : gpuTargets)
    if (target.name == name)
      return target;
  return std::nullopt;
}

} // namespace weft::compiler

#endif
