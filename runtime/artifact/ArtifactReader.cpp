// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks a container from the outside in: header, hash, section table, each section, manifest, exec
// program.
#include <algorithm>
#include <cstring>
#include <new>
#include <set>
#include <tuple>

#include <xxhash.h>
#include <zstd.h>

#include "runtime/artifact/ExecPrinter.h"
#include "runtime/artifact/ExecReader.h"
#include "runtime/artifact/GpuCode.h"
#include "runtime/artifact/ManifestReader.h"
#include "runtime/base/Checked.h"
#include "runtime/base/File.h"
#include "runtime/base/Format.h"
#include "weft/Artifact.h"

namespace weft {

namespace {

/// What the file holds for one of its targets.
struct TargetPart {
  Manifest manifest;
  std::unique_ptr<ExecProgram> program;
};

} // namespace

struct Artifact::State {
  std::string origin, hash;
  std::vector<ArtifactSection> sections;
  std::vector<TargetPart> targets;
};

namespace {

/// What all compressed sections together may expand to, besides twice the length of the file.
constexpr uint64_t freeExpansion = uint64_t(48) << 20;

struct SectionTypeInfo {
  uint32_t type;
  std::string_view name;
  bool isSingle; ///< at most one of a name in a file
};
constexpr SectionTypeInfo sectionTypes[] = {
    {WEFT_SECTION_MANIFEST, "manifest", true}, {WEFT_SECTION_EXEC, "exec", true},
    {WEFT_SECTION_CPU_CODE, "cpu-code", true}, {WEFT_SECTION_CONSTANTS, "constants", true},
    {WEFT_SECTION_IR_TEXT, "ir-text", false},  {WEFT_SECTION_PARAMS, "params", true},
    {WEFT_SECTION_LICENCE, "licence", false},  {WEFT_SECTION_PTX, "ptx", true},
    {WEFT_SECTION_CUBIN, "cubin", true},       {WEFT_SECTION_GPU_IR, "gpu-ir", true},
};

const SectionTypeInfo *findSectionType(uint32_t type) {
  for (const SectionTypeInfo &info : sectionTypes)
    if (info.type == type)
      return &info;
  return nullptr;
}

Result<std::string> verifyHash(std::span<const std::byte> bytes, const WeftArtifactHeader &header) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(
      &canonical, XXH3_128bits(bytes.data() + sizeof header, bytes.size() - sizeof header));
  auto print = [](const uint8_t *digits) {
    return fmt::format("{:02x}", fmt::join(digits, digits + 16, ""));
  };
  if (std::memcmp(canonical.digest, header.hash, sizeof header.hash) != 0)
    return fileError(
        "hash at offset 32 expects {}, got {}: the file is damaged, copy or compile it again",
        print(header.hash), print(canonical.digest));
  return print(header.hash);
}

Result<WeftArtifactHeader> readHeader(std::span<const std::byte> bytes) {
  WeftArtifactHeader header;
  if (bytes.size() < sizeof header)
    return fileError("expects a header of {} bytes at offset 0, got a file of {} bytes",
                     sizeof header, bytes.size());
  std::memcpy(&header, bytes.data(), sizeof header);
  if (std::memcmp(header.magic, WEFT_ARTIFACT_MAGIC, sizeof header.magic) != 0)
    return fileError(
        "expects the magic of a .weft file at offset 0, got something else: is this an artifact?");
  if (header.version != WEFT_ARTIFACT_VERSION)
    return fileError("expects container version {} at offset 8, got {}: compile the model again",
                     WEFT_ARTIFACT_VERSION, header.version);
  if (header.sectionCount < 1 || header.sectionCount > WEFT_ARTIFACT_MAX_SECTIONS)
    return fileError("expects 1 to {} sections at offset 12, got {}", WEFT_ARTIFACT_MAX_SECTIONS,
                     header.sectionCount);
  if (header.tableOffset != sizeof header)
    return fileError("expects the section table at {} (offset 16), got {}", sizeof header,
                     header.tableOffset);
  if (header.fileSize != bytes.size())
    return fileError("expects {} bytes as the header says (offset 24), got {}: the file is {}",
                     header.fileSize, bytes.size(),
                     bytes.size() < header.fileSize ? "cut short" : "too long");
  for (uint8_t byte : header.reserved)
    if (byte != 0)
      return fileError("expects zeros at offset 48");
  return header;
}

/// Names become file names in `weft inspect --unpack`: nothing that could leave a folder.
Result<std::string> readName(const WeftSection &section) {
  const void *end = std::memchr(section.name, 0, sizeof section.name);
  std::string name(section.name, end ? static_cast<const char *>(end) - section.name : 0);
  bool isPlain = end != nullptr && !name.starts_with('.') && name.find("..") == std::string::npos;
  for (char c : name)
    isPlain &= (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
  if (!isPlain)
    return fileError("expects a zero-terminated name of letters, digits, '-', '_' and '.' that "
                     "does not start with '.'");
  return name;
}

/// `budget` is what this file may still expand to.
Result<std::vector<std::byte>> expand(std::span<const std::byte> stored, uint64_t rawLength,
                                      uint64_t &budget) {
  if (rawLength > budget)
    return fileError("expects at most {} bytes after expansion, got {}", budget, rawLength);
  budget -= rawLength;
  // The frame repeats the size: a lying table entry is found before memory is taken.
  unsigned long long frameSize = ZSTD_getFrameContentSize(stored.data(), stored.size());
  if (frameSize != rawLength)
    return fileError("expects a zstd frame of {} bytes", rawLength);
  std::vector<std::byte> raw(rawLength);
  size_t length = ZSTD_decompress(raw.data(), raw.size(), stored.data(), stored.size());
  if (ZSTD_isError(length) || length != rawLength)
    return fileError("expects {} bytes after expansion, got {}", rawLength,
                     ZSTD_isError(length) ? ZSTD_getErrorName(length) : std::to_string(length));
  return raw;
}

Result<ArtifactSection> readSection(std::span<const std::byte> bytes, const WeftSection &record,
                                    uint64_t &lowest, uint64_t &budget) {
  if (record.flags & ~uint32_t(WEFT_SECTION_REQUIRED | WEFT_SECTION_ZSTD))
    return fileError("expects known flags, got {:#x}", record.flags);
  if (record.offset % WEFT_ARTIFACT_ALIGNMENT != 0 || record.offset < lowest)
    return fileError("expects an offset of at least {} that is a multiple of {}, got {}", lowest,
                     WEFT_ARTIFACT_ALIGNMENT, record.offset);
  if (!isInside<uint64_t>(record.offset, record.storedLength, bytes.size()))
    return fileError("expects to lie inside the file of {} bytes, got [{}, +{})", bytes.size(),
                     record.offset, record.storedLength);
  lowest = record.offset + record.storedLength;
  Result<std::string> name = readName(record);
  if (!name)
    return name.status();
  ArtifactSection section;
  section.type = record.type;
  section.name = *name;
  section.offset = record.offset;
  section.storedLength = record.storedLength;
  section.compressed = record.flags & WEFT_SECTION_ZSTD;
  section.required = record.flags & WEFT_SECTION_REQUIRED;
  if (!findSectionType(record.type)) {
    if (section.required)
      return fileError("is required, but this version does not know its type {}: use a newer weft",
                       record.type);
    return section;
  }
  std::span<const std::byte> stored = bytes.subspan(record.offset, record.storedLength);
  if (!section.compressed) {
    if (record.rawLength != record.storedLength)
      return fileError("expects equal stored and raw length, got {} and {}", record.storedLength,
                       record.rawLength);
    section.content.assign(stored.begin(), stored.end());
    return section;
  }
  Result<std::vector<std::byte>> raw = expand(stored, record.rawLength, budget);
  if (!raw)
    return raw.status();
  section.content = std::move(*raw);
  return section;
}

/// The header is outside of the hash: a lower number of sections would leave out the last ones.
Status requireZeros(std::span<const std::byte> bytes, uint64_t begin, uint64_t end) {
  for (uint64_t at = begin; at < end; ++at)
    if (bytes[at] != std::byte(0))
      return fileError("expects zeros between sections, got {:#x} at offset {}", int(bytes[at]),
                       at);
  return {};
}

Result<std::vector<ArtifactSection>> readSections(std::span<const std::byte> bytes,
                                                  uint32_t count) {
  std::vector<ArtifactSection> sections;
  std::set<std::pair<uint32_t, std::string>> seen;
  uint64_t tableEnd = sizeof(WeftArtifactHeader) + uint64_t(count) * sizeof(WeftSection);
  if (tableEnd > bytes.size())
    return fileError("expects a section table of {} bytes at offset 64, got a file of {} bytes",
                     tableEnd - 64, bytes.size());
  uint64_t lowest = tableEnd, budget = freeExpansion + 2 * uint64_t(bytes.size());
  for (uint32_t i = 0; i < count; ++i) {
    uint64_t offset = sizeof(WeftArtifactHeader) + uint64_t(i) * sizeof(WeftSection);
    WeftSection record;
    std::memcpy(&record, bytes.data() + offset, sizeof record);
    uint64_t end = lowest;
    Result<ArtifactSection> section = readSection(bytes, record, lowest, budget);
    std::string where = fmt::format("section {} ({}, entry at offset {})", i,
                                    getSectionTypeName(record.type), offset);
    if (!section)
      return section.status().within(where);
    if (Status status = requireZeros(bytes, end, record.offset); !status)
      return status;
    const SectionTypeInfo *info = findSectionType(record.type);
    if (info && info->isSingle && !seen.emplace(record.type, section->name).second)
      return fileError("{}: expects one section of this type and name", where);
    sections.push_back(std::move(*section));
  }
  if (Status status = requireZeros(bytes, lowest, bytes.size()); !status)
    return status;
  return sections;
}

Result<std::unique_ptr<ExecProgram>> readProgram(const ArtifactSection &section,
                                                 const ArtifactSection *constants,
                                                 const Manifest &manifest) {
  Result<ExecProgram> program = readExecProgram(section.content);
  if (!program)
    return program.status();
  size_t size = constants ? constants->content.size() : 0;
  Result<Tensor> memory = Tensor::allocate(DType::I1, {int64_t(size)});
  if (!memory)
    return memory.status();
  if (size)
    std::memcpy(memory->data(), constants->content.data(), size);
  program->constants = *memory;
  if (Status status = verifyExecProgram(*program); !status)
    return status;
  if (Status status = verifyExecMatchesManifest(*program, manifest); !status)
    return status;
  return std::make_unique<ExecProgram>(std::move(*program));
}

const ArtifactSection *findNamed(const std::vector<ArtifactSection> &sections, uint32_t type,
                                 const std::string &name) {
  for (const ArtifactSection &section : sections)
    if (section.type == type && section.name == name)
      return &section;
  return nullptr;
}

/// A model is the same on every target: weights, states and what functions take and return.
bool isSameModel(const Manifest &a, const Manifest &b) {
  auto isAlike = [](const auto &some, const auto &others) {
    return std::equal(some.begin(), some.end(), others.begin(), others.end(),
                      [](const auto &one, const auto &other) {
                        return one.name == other.name && one.dtype == other.dtype &&
                               one.shape == other.shape;
                      });
  };
  auto isFunctionAlike = [&](const FunctionSpec &one, const FunctionSpec &other) {
    return one.name == other.name && isAlike(one.arguments, other.arguments) &&
           isAlike(one.results, other.results);
  };
  return a.model == b.model && isAlike(a.params, b.params) && isAlike(a.states, b.states) &&
         std::equal(a.functions.begin(), a.functions.end(), b.functions.begin(), b.functions.end(),
                    isFunctionAlike);
}

/// The first manifest has no name, each other that of its target.
Status addTarget(const ArtifactSection &section, std::vector<TargetPart> &targets) {
  Result<Manifest> manifest = readManifest(Artifact::getText(section));
  if (!manifest)
    return manifest.status();
  if (targets.empty() && !section.name.empty())
    return fileError("expects the first manifest to have no name, got `{}`", section.name);
  if (!targets.empty() && section.name != manifest->targetKind)
    return fileError("expects the name {}, the target of the manifest, got `{}`",
                     manifest->targetKind, section.name);
  for (const TargetPart &other : targets) {
    if (other.manifest.targetKind == manifest->targetKind)
      return fileError("expects one manifest for {}", manifest->targetKind);
    if (!isSameModel(other.manifest, *manifest))
      return fileError("expects the weights, states and functions of the first manifest");
  }
  targets.push_back({std::move(*manifest), nullptr});
  return {};
}

/// A section that belongs to a target belongs to one that is there.
Status verifySection(const ArtifactSection &section, const std::vector<TargetPart> &targets) {
  if ((section.type == WEFT_SECTION_EXEC || section.type == WEFT_SECTION_CONSTANTS) &&
      !section.name.empty()) {
    for (size_t i = 1; i < targets.size(); ++i)
      if (targets[i].manifest.targetKind == section.name)
        return {};
    return fileError("expects the name of a manifest, got `{}`", section.name);
  }
  if (!isGpuCode(section))
    return {};
  for (const TargetPart &target : targets)
    if (target.manifest.targetKind == section.name)
      return verifyGpuCode(section, target.manifest);
  return fileError("expects the name {}, the target of the manifest, got `{}`",
                   targets.front().manifest.targetKind, section.name);
}

} // namespace

std::string_view getSectionTypeName(uint32_t type) {
  const SectionTypeInfo *info = findSectionType(type);
  return info ? info->name : "unknown";
}

Result<Artifact> Artifact::read(const std::string &path) {
  Result<std::vector<std::byte>> bytes = readFile(path);
  if (!bytes)
    return bytes.status();
  return parse(*bytes, path);
}

Result<Artifact> Artifact::parse(std::span<const std::byte> bytes, const std::string &origin) try {
  auto state = std::make_shared<State>();
  state->origin = origin;
  Result<WeftArtifactHeader> header = readHeader(bytes);
  if (!header)
    return header.status().within(origin);
  Result<std::string> hash = verifyHash(bytes, *header);
  if (!hash)
    return hash.status().within(origin);
  state->hash = *hash;
  Result<std::vector<ArtifactSection>> sections = readSections(bytes, header->sectionCount);
  if (!sections)
    return sections.status().within(origin);
  state->sections = std::move(*sections);

  Artifact artifact;
  artifact.state = state;
  auto fail = [&](const ArtifactSection &section, const Status &status) {
    return status.within(fmt::format("{}: section `{}` at offset {}", origin,
                                     getSectionTypeName(section.type), section.offset));
  };
  for (const ArtifactSection &section : state->sections)
    if (section.type == WEFT_SECTION_MANIFEST)
      if (Status status = addTarget(section, state->targets); !status)
        return fail(section, status);
  if (state->targets.empty())
    return fileError("{}: expects a manifest section, got none", origin);
  for (const ArtifactSection &section : state->sections)
    if (Status status = verifySection(section, state->targets); !status)
      return fail(section, status);
  for (size_t i = 0; i < state->targets.size(); ++i) {
    auto [manifest, program] = std::tie(state->targets[i].manifest, state->targets[i].program);
    std::string name = i == 0 ? "" : manifest.targetKind;
    const ArtifactSection *exec = findNamed(state->sections, WEFT_SECTION_EXEC, name);
    if (!exec)
      continue;
    Result<std::unique_ptr<ExecProgram>> read =
        readProgram(*exec, findNamed(state->sections, WEFT_SECTION_CONSTANTS, name), manifest);
    if (!read)
      return fail(*exec, read.status());
    program = std::move(*read);
  }
  return artifact;
} catch (const std::bad_alloc &) {
  return outOfMemory("{}: out of memory while it was read", origin);
}

const std::string &Artifact::origin() const { return state->origin; }
const Manifest &Artifact::manifest() const { return state->targets[target].manifest; }
const std::vector<ArtifactSection> &Artifact::sections() const { return state->sections; }
const std::string &Artifact::hash() const { return state->hash; }
const ExecProgram *Artifact::execProgram() const { return state->targets[target].program.get(); }

std::vector<std::string> Artifact::targets() const {
  std::vector<std::string> names;
  for (const TargetPart &part : state->targets)
    names.push_back(part.manifest.targetKind);
  return names;
}

Result<Artifact> Artifact::withTarget(const std::string &name) const {
  for (size_t i = 0; i < state->targets.size(); ++i)
    if (state->targets[i].manifest.targetKind == name) {
      Artifact other = *this;
      other.target = i;
      return other;
    }
  return makeError(ErrorCode::Usage, "{} is compiled for {}, got {}", origin(),
                   fmt::join(targets(), ", "), name);
}

const ArtifactSection *Artifact::findSection(WeftSectionType type, std::string_view name) const {
  for (const ArtifactSection &section : state->sections)
    if (section.type == uint32_t(type) && (name.empty() || section.name == name))
      return &section;
  return nullptr;
}

std::string_view Artifact::getText(const ArtifactSection &section) {
  return {reinterpret_cast<const char *>(section.content.data()), section.content.size()};
}

std::string Artifact::printExec(const std::string &function) const {
  return execProgram() ? weft::printExec(*execProgram(), manifest(), function) : "";
}

} // namespace weft
