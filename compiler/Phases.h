// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The phases of a compilation, in order. Their names are the arguments of --until, --from and
// --dump-to. Each phase ends in a pass that verifies what the next one may assume
// (docs/architecture.md).
#ifndef COMPILER_PHASES_H
#define COMPILER_PHASES_H

#include <array>
#include <optional>
#include <string_view>

namespace weft::compiler {

enum class Phase { Graph, Differentiated, Fused, Scheduled, Kernels, Exec, Machine, Artifact };

struct PhaseInfo {
  Phase phase;
  std::string_view name;
  std::string_view sentence;
};

inline constexpr std::array<PhaseInfo, 8> phases = {{
    {Phase::Graph, "graph", "weft: what the model file traced, verified"},
    {Phase::Differentiated, "differentiated",
     "weft: gradients and updates are ordinary functions beside the model's"},
    {Phase::Fused, "fused", "weft: folded, deduplicated, fused; dead values gone"},
    {Phase::Scheduled, "scheduled", "weft: every op carries the tile sizes of its target"},
    {Phase::Kernels, "kernels", "tile + exec dispatch form: one tile.kernel for every computation"},
    {Phase::Exec, "exec",
     "tile + exec program form: buffers at planned offsets, launches, copies, loops"},
    {Phase::Machine, "machine", "llvm + exec: kernels lowered for the target"},
    {Phase::Artifact, "artifact", "the bytes of a .weft file"},
}};

/// The phase of this name, or nothing.
constexpr std::optional<Phase> findPhase(std::string_view name) {
  for (const PhaseInfo &info : phases)
    if (info.name == name)
      return info.phase;
  return std::nullopt;
}

} // namespace weft::compiler

#endif
