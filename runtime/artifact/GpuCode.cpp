// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/artifact/GpuCode.h"

#include <set>

#include "runtime/base/Format.h"

namespace weft {
namespace {

constexpr std::string_view entryWord = ".entry ";
constexpr uint16_t cudaMachine = 190; ///< EM_CUDA, at offset 18 of an ELF file

bool isLine(std::string_view text, std::string_view directive, std::string_view value) {
  size_t begin = text.find(directive);
  if (begin == std::string_view::npos)
    return false;
  std::string_view rest = text.substr(begin + directive.size());
  rest = rest.substr(0, rest.find('\n'));
  return rest == value;
}

/// The names of all entries, so that looking for each kernel does not read the text again.
std::set<std::string_view> listEntries(std::string_view text) {
  std::set<std::string_view> names;
  for (size_t at = text.find(entryWord); at != std::string_view::npos;
       at = text.find(entryWord, at + 1)) {
    std::string_view rest = text.substr(at + entryWord.size());
    names.insert(rest.substr(0, rest.find_first_of("( \n")));
  }
  return names;
}

Status verifyPtx(std::string_view text, const Manifest &manifest) {
  // The driver takes a text that ends with a zero; one before would hide the rest from it.
  if (text.find('\0') != std::string_view::npos)
    return fileError("expects text without zeros");
  if (!isLine(text, ".version ", manifest.ptxVersion))
    return fileError("expects .version {}, as the manifest says", manifest.ptxVersion);
  if (!isLine(text, ".target ", manifest.targetKind))
    return fileError("expects .target {}, as the manifest says", manifest.targetKind);
  std::set<std::string_view> entries = listEntries(text);
  for (const GpuKernelSpec &kernel : manifest.gpuKernels)
    if (!entries.contains(kernel.entry))
      return fileError("expects an entry `{}`, which the manifest names", kernel.entry);
  return {};
}

} // namespace

bool isGpuCode(const ArtifactSection &section) {
  return section.type == WEFT_SECTION_PTX || section.type == WEFT_SECTION_CUBIN ||
         section.type == WEFT_SECTION_GPU_IR;
}

Status verifyGpuCode(const ArtifactSection &section, const Manifest &manifest) {
  std::string_view text = Artifact::getText(section);
  if (section.type == WEFT_SECTION_PTX)
    return verifyPtx(text, manifest);
  if (section.type == WEFT_SECTION_GPU_IR)
    return text.starts_with("BC\xc0\xde") ? Status() : fileError("expects LLVM bitcode");
  auto byte = [&](size_t at) { return uint16_t(uint8_t(text[at])); };
  bool isCubin = text.size() >= 64 &&
                 text.starts_with("\x7f"
                                  "ELF") &&
                 (byte(18) | byte(19) << 8) == cudaMachine;
  return isCubin ? Status() : fileError("expects an ELF file for NVIDIA's GPUs");
}

} // namespace weft
