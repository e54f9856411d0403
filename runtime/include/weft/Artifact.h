// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A .weft file, read and checked completely: header, hash, sections, manifest and exec program.
// Nothing in it is used before it has been checked. Loading it as code is Module's task; this is
// for looking inside.
//
// Example:
//   Result<Artifact> artifact = Artifact::read("model.weft");
//   if (!artifact)
//     return artifact.status();
//   std::printf("%s of %s\n", artifact->hash().c_str(), artifact->manifest().model.c_str());
//   for (const ArtifactSection &section : artifact->sections())
//     std::printf("%s %s\n", std::string(getSectionTypeName(section.type)).c_str(),
//                 section.name.c_str());
//
// Ownership: a handle; references and pointers that it gives live as long as the last handle.
// Threads: it never changes, so any thread may read it. Failure: File, with the place, what was
// expected and what was found; Resource for a lack of memory. The hash finds damage, it proves no
// origin.
#ifndef WEFT_ARTIFACT_H
#define WEFT_ARTIFACT_H

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weft/Manifest.h"
#include "weft/abi/Artifact.h"

namespace weft {

struct ExecProgram;

struct ArtifactSection {
  uint32_t type = 0; ///< WeftSectionType
  std::string name;
  uint64_t offset = 0;
  uint64_t storedLength = 0;
  bool compressed = false;
  bool required = false;
  std::vector<std::byte> content; ///< expanded; empty for a section of an unknown type
};

/// "manifest", "exec", ...; "unknown" for a type this version does not know.
std::string_view getSectionTypeName(uint32_t type);

class Artifact {
public:
  static Result<Artifact> read(const std::string &path);
  /// `origin` stands in front of error messages in the place of a path.
  static Result<Artifact> parse(std::span<const std::byte> bytes, const std::string &origin);

  const std::string &origin() const;
  /// What the file was compiled for, by position: "cpu", "sm_80".
  std::vector<std::string> targets() const;
  /// The same file as compiled for another of its targets: its manifest and its program. Fails with
  /// Usage where it is none of them.
  Result<Artifact> withTarget(const std::string &target) const;
  /// That of the target, at first the file's first.
  const Manifest &manifest() const;
  const std::vector<ArtifactSection> &sections() const;
  /// The first section of this type and, unless empty, this name; or null. Code is named by its
  /// target.
  const ArtifactSection *findSection(WeftSectionType type, std::string_view name = "") const;
  /// A section's content as text.
  static std::string_view getText(const ArtifactSection &section);
  /// 32 hexadecimal digits: the hash in the header, which names the content.
  const std::string &hash() const;
  /// The exec program as text, one function (empty: all of them).
  std::string printExec(const std::string &function = "") const;

  /// For the interpreter of exec programs; null when the target has no exec section.
  const ExecProgram *execProgram() const;

private:
  struct State;
  std::shared_ptr<const State> state;
  size_t target = 0; ///< its number
};

} // namespace weft

#endif
