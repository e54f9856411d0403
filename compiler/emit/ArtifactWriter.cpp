// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/emit/ArtifactWriter.h"

#include <cstring>

#include <xxhash.h>

#include "compiler/emit/ExecWriter.h"
#include "compiler/emit/ManifestWriter.h"
#include "compiler/emit/Notice.h"
#include "compiler/emit/SourceText.h"
#include "llvm/Support/MathExtras.h"

#include "weft/abi/Artifact.h"

using namespace mlir;

namespace weft::compiler {

ArtifactWriter::Section ArtifactWriter::makeSection(WeftSectionType type, std::string name,
                                                    std::string bytes) {
  uint64_t length = bytes.size();
  return {type, WEFT_SECTION_REQUIRED, std::move(name), std::move(bytes), length};
}

/// Header, table and blobs; the hash last, over everything behind the header.
std::string ArtifactWriter::layOut(ArrayRef<Section> sections) {
  std::vector<WeftSection> table;
  uint64_t end = sizeof(WeftArtifactHeader) + sections.size() * sizeof(WeftSection);
  for (const Section &section : sections) {
    WeftSection record = {};
    record.type = section.type;
    record.flags = section.flags;
    record.offset = llvm::alignTo(end, WEFT_ARTIFACT_ALIGNMENT);
    record.storedLength = section.stored.size();
    record.rawLength = section.rawLength;
    std::strncpy(record.name, section.name.c_str(), sizeof record.name - 1);
    end = record.offset + record.storedLength;
    table.push_back(record);
  }

  std::string file(end, '\0');
  WeftArtifactHeader header = {};
  std::memcpy(header.magic, WEFT_ARTIFACT_MAGIC, sizeof header.magic);
  header.version = WEFT_ARTIFACT_VERSION;
  header.sectionCount = sections.size();
  header.tableOffset = sizeof header;
  header.fileSize = end;
  std::memcpy(file.data() + sizeof header, table.data(), table.size() * sizeof(WeftSection));
  for (auto [section, record] : llvm::zip(sections, table))
    file.replace(record.offset, record.storedLength, section.stored);
  XXH128_canonical_t hash;
  XXH128_canonicalFromHash(&hash,
                           XXH3_128bits(file.data() + sizeof header, file.size() - sizeof header));
  std::memcpy(header.hash, hash.digest, sizeof header.hash);
  std::memcpy(file.data(), &header, sizeof header);
  return file;
}

ArtifactWriter::Section ArtifactWriter::compressSection(WeftSectionType type, std::string name,
                                                        StringRef bytes, uint32_t flags) {
  return {type, flags | WEFT_SECTION_ZSTD, std::move(name), compress(bytes), bytes.size()};
}

LogicalResult ArtifactWriter::addTarget(ModuleOp module, const ManifestTarget &target,
                                        std::vector<Section> code) {
  ExecIndex index = buildExecIndex(module);
  FailureOr<std::string> manifest = buildManifest(module, index, target);
  FailureOr<ExecTables> tables = buildExecTables(index);
  FailureOr<std::string> constants = buildConstants(index);
  if (failed(manifest) || failed(tables) || failed(constants))
    return failure();
  std::string name = sections.empty() ? "" : target.kind;
  sections.push_back(makeSection(WEFT_SECTION_MANIFEST, name, std::move(*manifest)));
  sections.push_back(makeSection(WEFT_SECTION_EXEC, name, serialize(*tables)));
  for (Section &section : code)
    sections.push_back(std::move(section));
  if (!constants->empty())
    sections.push_back(makeSection(WEFT_SECTION_CONSTANTS, name, std::move(*constants)));
  return success();
}

LogicalResult ArtifactWriter::add(ModuleOp module, const MachineCode &code) {
  return addTarget(module, {.kind = "cpu", .features = code.features},
                   {makeSection(WEFT_SECTION_CPU_CODE, "cpu", code.bytes)});
}

LogicalResult ArtifactWriter::add(ModuleOp module, const GpuTarget &target, const GpuCode &code) {
  std::string name(target.name);
  std::vector<Section> own = {
      compressSection(WEFT_SECTION_PTX, name, code.ptx, WEFT_SECTION_REQUIRED)};
  if (!code.cubin.empty())
    own.push_back(compressSection(WEFT_SECTION_CUBIN, name, code.cubin, 0));
  own.push_back(compressSection(WEFT_SECTION_GPU_IR, name, code.bitcode, 0));
  return addTarget(
      module, {.kind = name, .ptxVersion = std::string(target.ptxVersion), .kernels = code.kernels},
      std::move(own));
}

void ArtifactWriter::write(ModuleOp module, llvm::raw_ostream &out) const {
  std::vector<Section> all = sections;
  for (Phase phase : {Phase::Graph, Phase::Differentiated})
    if (SourceText source = getSourceText(module, phase); !source.compressed.empty())
      all.push_back({WEFT_SECTION_IR_TEXT, WEFT_SECTION_ZSTD,
                     std::string(phases[size_t(phase)].name), std::move(source.compressed),
                     source.rawLength});
  Section licence = makeSection(WEFT_SECTION_LICENCE, "NOTICE", noticeText);
  licence.flags = 0;
  all.push_back(std::move(licence));
  out << layOut(all);
}

} // namespace weft::compiler
