// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/fake-driver/Kernels.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "weft/Artifact.h"

namespace fake {
namespace {

/// Bytes of a cubin, which says itself where its tables end, the last of it; or of a text.
size_t measure(const char *image) {
  if (std::strncmp(image,
                   "\x7f"
                   "ELF",
                   4) != 0)
    return std::strlen(image);
  /// The end of a table: where its place, and the size and number of its entries, stand.
  auto end = [&](size_t place, size_t size) {
    uint64_t table;
    uint16_t entryBytes, entries;
    std::memcpy(&table, image + place, sizeof table);
    std::memcpy(&entryBytes, image + size, sizeof entryBytes);
    std::memcpy(&entries, image + size + 2, sizeof entries);
    return table + uint64_t(entryBytes) * entries;
  };
  return std::max(end(/*sections*/ 40, 58), end(/*segments*/ 32, 54));
}

/// The bitcode beside this code, in the artifact.
const weft::ArtifactSection *findBitcode(const weft::Artifact &artifact, const char *image,
                                         int sm) {
  size_t bytes = measure(image);
  for (const weft::ArtifactSection &section : artifact.sections()) {
    bool isCode = section.type == WEFT_SECTION_PTX || section.type == WEFT_SECTION_CUBIN;
    if (!isCode || section.content.size() < bytes || section.content.size() > bytes + 64 ||
        std::memcmp(section.content.data(), image, bytes) != 0)
      continue;
    // Machine code runs on its generation alone.
    int target = std::atoi(section.name.c_str() + 3);
    if (section.type == WEFT_SECTION_CUBIN && target / 10 != sm / 10)
      return nullptr;
    return artifact.findSection(WEFT_SECTION_GPU_IR, section.name);
  }
  return nullptr;
}

} // namespace

std::unique_ptr<LoadedModule> loadImage(const char *image, int sm, std::string &problem) {
  const char *path = std::getenv("WEFT_TEST_DRIVER_CODE");
  weft::Result<weft::Artifact> artifact = weft::Artifact::read(path ? path : "");
  if (!artifact) {
    problem = "WEFT_TEST_DRIVER_CODE: " + artifact.status().message();
    return nullptr;
  }
  const weft::ArtifactSection *bitcode = findBitcode(*artifact, image, sm);
  if (!bitcode) {
    problem = "the artifact of WEFT_TEST_DRIVER_CODE does not hold this code for this card";
    return nullptr;
  }
  weft::sim::Options options;
  options.schedule = weft::sim::Schedule::InOrder;
  options.asyncCopies = weft::sim::AsyncCopies::Late;
  llvm::StringRef text(reinterpret_cast<const char *>(bitcode->content.data()),
                       bitcode->content.size());
  auto module =
      weft::sim::Module::load(llvm::MemoryBufferRef(text, "kernels"), weft::sim::Target{}, options);
  if (!module) {
    problem = toString(module.takeError());
    return nullptr;
  }
  auto loaded = std::make_unique<LoadedModule>();
  loaded->module = std::move(*module);
  return loaded;
}

std::string runKernel(weft::sim::Module &module, const std::string &kernel, unsigned blocks,
                      unsigned threads, unsigned shared, const std::vector<uint64_t> &arguments,
                      const weft::sim::Memory &memory) {
  std::vector<uint64_t> values = arguments;
  std::vector<void *> pointers;
  for (uint64_t &value : values)
    pointers.push_back(&value);
  weft::sim::LaunchConfig config;
  config.grid.x = blocks;
  config.block.x = threads;
  config.dynamicShared = shared;
  std::vector<weft::sim::Diagnostic> findings;
  auto stats = module.launch(kernel, config, pointers, memory, findings);
  if (!stats)
    return toString(stats.takeError());
  return findings.empty() ? "" : findings.front().text + " at " + findings.front().site;
}

} // namespace fake
