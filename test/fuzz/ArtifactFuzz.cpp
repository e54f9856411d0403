// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The container, and through it everything in it. Two readings of an input, by its first byte:
//
//   0  the rest is the file
//   1  the rest is header, section table and the sections without the padding between them: offsets
//      and lengths are set right, so that a change to a section stays a change to that section
//
// In both, file size and hash are set right: a forger can do that too.
#include <algorithm>
#include <cstring>

#include <xxhash.h>
#include <zstd.h>

#include "test/fuzz/FuzzTarget.h"
#include "weft/Artifact.h"

using namespace weft;

namespace {

void append(std::vector<std::byte> &file, const void *bytes, size_t size) {
  const auto *begin = static_cast<const std::byte *>(bytes);
  file.insert(file.end(), begin, begin + size);
}

/// Puts the sections of a compact input at their places. A section that is marked compressed, but
/// is no frame, is compressed.
std::vector<std::byte> expand(std::span<const std::byte> input) {
  WeftArtifactHeader header = {};
  std::memcpy(&header, input.data(), std::min(sizeof header, input.size()));
  input = input.subspan(std::min(sizeof header, input.size()));
  size_t count =
      std::min({size_t(header.sectionCount), input.size() / sizeof(WeftSection), size_t(8)});
  std::vector<WeftSection> table(count);
  if (count)
    std::memcpy(table.data(), input.data(), count * sizeof(WeftSection));
  input = input.subspan(count * sizeof(WeftSection));
  std::vector<std::byte> file(sizeof header + count * sizeof(WeftSection));
  for (WeftSection &section : table) {
    std::span<const std::byte> content =
        input.first(std::min<uint64_t>(section.storedLength, input.size()));
    input = input.subspan(content.size());
    bool isRaw = section.rawLength == section.storedLength;
    section.offset = (file.size() + WEFT_ARTIFACT_ALIGNMENT - 1) / WEFT_ARTIFACT_ALIGNMENT *
                     WEFT_ARTIFACT_ALIGNMENT;
    file.resize(section.offset);
    std::vector<char> packed;
    if ((section.flags & WEFT_SECTION_ZSTD) && isRaw) {
      packed.resize(ZSTD_compressBound(content.size()));
      packed.resize(ZSTD_compress(packed.data(), packed.size(), content.data(), content.size(), 1));
      section.rawLength = content.size();
      section.storedLength = packed.size();
      append(file, packed.data(), packed.size());
      continue;
    }
    section.storedLength = content.size();
    if (isRaw)
      section.rawLength = content.size();
    append(file, content.data(), content.size());
  }
  std::memcpy(file.data(), &header, sizeof header);
  if (count)
    std::memcpy(file.data() + sizeof header, table.data(), count * sizeof(WeftSection));
  return file;
}

void seal(std::vector<std::byte> &file) {
  if (file.size() < sizeof(WeftArtifactHeader))
    return;
  WeftArtifactHeader header;
  std::memcpy(&header, file.data(), sizeof header);
  header.fileSize = file.size();
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical,
                           XXH3_128bits(file.data() + sizeof header, file.size() - sizeof header));
  std::memcpy(header.hash, canonical.digest, sizeof header.hash);
  std::memcpy(file.data(), &header, sizeof header);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return -1;
  std::span<const std::byte> input = fuzz::asBytes(data + 1, size - 1);
  std::vector<std::byte> file =
      data[0] == 0 ? std::vector(input.begin(), input.end()) : expand(input);
  seal(file);
  fuzz::MemoryBound bound(file.size());
  Result<Artifact> artifact = Artifact::parse(file, "fuzz.weft");
  if (!artifact) {
    fuzz::requireRefusal(artifact.status());
    return 0;
  }
  artifact->printExec();
  for (const ArtifactSection &section : artifact->sections())
    fuzz::require(section.name.find('/') == std::string::npos && !section.name.starts_with('.'),
                  "the name of a section is a plain file name");
  return 0;
}
