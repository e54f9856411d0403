// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a compilation can write: the arguments of --emit, and which targets have them.
#ifndef COMPILER_FORMS_H
#define COMPILER_FORMS_H

#include <array>
#include <optional>
#include <string>
#include <string_view>

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

} // namespace weft::compiler

#endif
