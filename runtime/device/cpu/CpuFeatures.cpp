// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// By CPUID bits, not by model names: virtual machines hide features of the processor they report.
#include "runtime/device/cpu/CpuFeatures.h"

#include <cpuid.h>
#include <cstdint>
#include <string_view>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/base/Format.h"

namespace weft {
namespace {

enum Register { Eax, Ebx, Ecx, Edx };

// Bits of XCR0: what the operating system saves and restores.
constexpr uint64_t sseState = 0x2, avxState = 0x6, avx512State = 0xE6, amxState = 0x60000;

struct CpuFeature {
  std::string_view name;
  uint32_t leaf, subleaf;
  Register index;
  int bit;
  uint64_t state; ///< what the operating system must save; 0: nothing
};

constexpr CpuFeature knownFeatures[] = {
    {"sse", 1, 0, Edx, 25, 0},
    {"sse2", 1, 0, Edx, 26, 0},
    {"sse3", 1, 0, Ecx, 0, 0},
    {"pclmul", 1, 0, Ecx, 1, 0},
    {"ssse3", 1, 0, Ecx, 9, 0},
    {"fma", 1, 0, Ecx, 12, avxState},
    {"cx16", 1, 0, Ecx, 13, 0},
    {"sse4.1", 1, 0, Ecx, 19, 0},
    {"sse4.2", 1, 0, Ecx, 20, 0},
    {"movbe", 1, 0, Ecx, 22, 0},
    {"popcnt", 1, 0, Ecx, 23, 0},
    {"aes", 1, 0, Ecx, 25, 0},
    {"avx", 1, 0, Ecx, 28, avxState},
    {"f16c", 1, 0, Ecx, 29, avxState},
    {"bmi", 7, 0, Ebx, 3, 0},
    {"avx2", 7, 0, Ebx, 5, avxState},
    {"bmi2", 7, 0, Ebx, 8, 0},
    {"adx", 7, 0, Ebx, 19, 0},
    {"avx512f", 7, 0, Ebx, 16, avx512State},
    {"avx512dq", 7, 0, Ebx, 17, avx512State},
    {"avx512ifma", 7, 0, Ebx, 21, avx512State},
    {"avx512cd", 7, 0, Ebx, 28, avx512State},
    {"avx512bw", 7, 0, Ebx, 30, avx512State},
    {"avx512vl", 7, 0, Ebx, 31, avx512State},
    {"avx512vbmi", 7, 0, Ecx, 1, avx512State},
    {"avx512vbmi2", 7, 0, Ecx, 6, avx512State},
    {"gfni", 7, 0, Ecx, 8, sseState},
    {"vaes", 7, 0, Ecx, 9, avxState},
    {"vpclmulqdq", 7, 0, Ecx, 10, avxState},
    {"avx512vnni", 7, 0, Ecx, 11, avx512State},
    {"avx512bitalg", 7, 0, Ecx, 12, avx512State},
    {"avx512vpopcntdq", 7, 0, Ecx, 14, avx512State},
    {"amx-bf16", 7, 0, Edx, 22, amxState},
    {"avx512fp16", 7, 0, Edx, 23, avx512State},
    {"amx-tile", 7, 0, Edx, 24, amxState},
    {"amx-int8", 7, 0, Edx, 25, amxState},
    {"avxvnni", 7, 1, Eax, 4, avxState},
    {"avx512bf16", 7, 1, Eax, 5, avx512State},
    {"amx-fp16", 7, 1, Eax, 21, amxState},
    {"avxifma", 7, 1, Eax, 23, avxState},
    {"lzcnt", 0x80000001, 0, Ecx, 5, 0},
};

uint64_t readSavedStates() {
  unsigned registers[4];
  if (!__get_cpuid(1, &registers[Eax], &registers[Ebx], &registers[Ecx], &registers[Edx]) ||
      !(registers[Ecx] >> 27 & 1)) // OSXSAVE
    return 0;
  uint32_t low, high;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return uint64_t(high) << 32 | low;
}

bool hasFeature(const CpuFeature &feature) {
  unsigned registers[4];
  if (!__get_cpuid_count(feature.leaf, feature.subleaf, &registers[Eax], &registers[Ebx],
                         &registers[Ecx], &registers[Edx]))
    return false;
  return (registers[feature.index] >> feature.bit & 1) &&
         (readSavedStates() & feature.state) == feature.state;
}

/// Linux gives the tile registers to a process only on request.
bool requestAmxState() {
  constexpr long archRequestPermission = 0x1023, tileData = 18;
  return ::syscall(SYS_arch_prctl, archRequestPermission, tileData) == 0;
}

} // namespace

Status requireCpuFeatures(std::span<const std::string> features) {
  std::vector<std::string> missing;
  bool needsAmx = false;
  for (const std::string &name : features) {
    const CpuFeature *found = nullptr;
    for (const CpuFeature &feature : knownFeatures)
      if (feature.name == name)
        found = &feature;
    if (!found)
      return makeError(ErrorCode::Device,
                       "the artifact needs the CPU feature {}, which this runtime does not know",
                       name);
    if (!hasFeature(*found))
      missing.push_back(name);
    needsAmx |= found->state == amxState;
  }
  if (missing.empty() && needsAmx && !requestAmxState())
    missing.push_back("amx (the system refuses its state)");
  if (!missing.empty())
    return makeError(ErrorCode::Device, "this CPU lacks {}: compile the model for it",
                     fmt::join(missing, ", "));
  return {};
}

} // namespace weft
