// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The special registers that are plain words of a thread, by their names in PTX.
#ifndef COMPILER_SIM_SPECIALREGISTERS_H
#define COMPILER_SIM_SPECIALREGISTERS_H

#include <cstddef>
#include <iterator>
#include <string_view>

namespace weft::sim {

inline constexpr std::string_view specialRegisterNames[] = {
    "tid.x",
    "tid.y",
    "tid.z",
    "ntid.x",
    "ntid.y",
    "ntid.z",
    "ctaid.x",
    "ctaid.y",
    "ctaid.z",
    "nctaid.x",
    "nctaid.y",
    "nctaid.z",
    "clusterid.x",
    "clusterid.y",
    "clusterid.z",
    "nclusterid.x",
    "nclusterid.y",
    "nclusterid.z",
    "cluster.ctaid.x",
    "cluster.ctaid.y",
    "cluster.ctaid.z",
    "cluster.nctaid.x",
    "cluster.nctaid.y",
    "cluster.nctaid.z",
    "cluster.ctarank",
    "cluster.nctarank",
    "laneid",
    "warpid",
    "nwarpid",
    "smid",
    "nsmid",
    "gridid",
    "lanemask.eq",
    "lanemask.lt",
    "lanemask.le",
    "lanemask.gt",
    "lanemask.ge",
    "dynamic_smem_size",
    "total_smem_size",
    "warpsize",
};
inline constexpr size_t specialRegisterCount = std::size(specialRegisterNames);
static_assert(specialRegisterCount % 2 == 0, "what follows is a pointer");
inline constexpr size_t sharedOffset = 4 * specialRegisterCount;

/// The index of a register that surely exists.
consteval size_t getSpecialRegister(std::string_view name) {
  for (size_t i = 0; i < specialRegisterCount; ++i)
    if (specialRegisterNames[i] == name)
      return i;
  throw "no such register";
}

} // namespace weft::sim

#endif
