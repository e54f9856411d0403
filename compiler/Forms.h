// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a compilation can write: the arguments of --emit, and which targets have them.
#ifndef COMPILER_FORMS_H
#define COMPILER_FORMS_H

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/Phases.h"

namespace weft::compiler {

/// The kind of target whose machine code a form is; Any for what is none.
enum class FormKind { Any, Cpu, Gpu };

struct FormInfo {
  std::string_view name;
  FormKind kind;
};

inline constexpr std::array<FormInfo, 9> forms = {{
    {"artifact", FormKind::Any},
    {"ir", FormKind::Any},
    {"llvm", FormKind::Cpu},
    {"asm", FormKind::Cpu},
    {"obj", FormKind::Cpu},
    {"nvvm", FormKind::Gpu},
    {"ptx", FormKind::Gpu},
    {"cubin", FormKind::Gpu},
    {"memory", FormKind::Any},
}};

/// The form of this name, or nothing.
constexpr std::optional<FormInfo> findForm(std::string_view name) {
  for (const FormInfo &info : forms)
    if (info.name == name)
      return info;
  return std::nullopt;
}

/// GPUs are called by their compute capability, "sm_80".
constexpr bool isGpuTarget(std::string_view target) { return target.starts_with("sm_"); }

/// Why a target has no such form, as a sentence; nothing where it has.
inline std::optional<std::string> explainForm(std::string_view name, std::string_view target) {
  std::optional<FormInfo> form = findForm(name);
  FormKind kind = isGpuTarget(target) ? FormKind::Gpu : FormKind::Cpu;
  if (!form || form->kind == FormKind::Any || form->kind == kind)
    return std::nullopt;
  std::string names;
  for (const FormInfo &info : forms)
    if (info.kind == kind)
      names += (names.empty() ? "" : ", ") + std::string(info.name);
  return "--emit=" + std::string(name) + " and --target=" + std::string(target) +
         " exclude each other: that target has " + names;
}

/// The parts of "cpu,sm_80".
inline std::vector<std::string> splitTargets(std::string_view text) {
  std::vector<std::string> targets;
  for (size_t begin = 0, end; begin <= text.size(); begin = end + 1) {
    end = std::min(text.find(',', begin), text.size());
    targets.emplace_back(text.substr(begin, end - begin));
  }
  return targets;
}

/// Why these targets do not go together or with the form, as a sentence; nothing where they do.
/// Several share a file and what comes before their schedules.
inline std::optional<std::string> explainTargets(std::string_view text, Phase from, Phase until,
                                                 std::string_view emit) {
  std::vector<std::string> targets = splitTargets(text);
  std::string flag = "--target=" + std::string(text);
  if (targets.size() == 1)
    return explainForm(emit, targets[0]);
  for (size_t i = 0; i < targets.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (targets[i] == targets[j] || (!isGpuTarget(targets[i]) && !isGpuTarget(targets[j])))
        return flag + " has two targets of one kind; an artifact holds one of each: cpu,sm_80";
  if (until != Phase::Artifact || (!emit.empty() && emit != "artifact"))
    return flag +
           " has several targets, which only an artifact holds; IR and machine code have one";
  if (from >= Phase::Scheduled)
    return flag + " has several targets, but text of phase " +
           std::string(phases[size_t(from)].name) + " is already scheduled for one";
  return std::nullopt;
}

} // namespace weft::compiler

#endif
