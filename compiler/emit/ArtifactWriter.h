// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes the .weft container (abi/Artifact.h). The bytes depend on the module, the machine code and
// the versions of Weft and LLVM only: no time, no path, no order of threads.
#ifndef COMPILER_EMIT_ARTIFACTWRITER_H
#define COMPILER_EMIT_ARTIFACTWRITER_H

#include <string>
#include <vector>

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/raw_ostream.h"

#include "compiler/emit/ManifestWriter.h"
#include "compiler/target/NVPTX.h"
#include "weft/abi/Artifact.h"

namespace weft::compiler {

/// Kernels compiled for one target.
struct MachineCode {
  /// An ELF shared object with one symbol a kernel.
  std::string bytes;
  /// Instruction sets it needs.
  std::vector<std::string> features;
};

/// A container that is being made: what each target has, then what they share.
class ArtifactWriter {
public:
  /// `module` is in phase machine (or exec): exec.programs beside the declarations of params and
  /// states.
  mlir::LogicalResult add(mlir::ModuleOp module, const MachineCode &code);
  /// The same for a GPU; the cubin is left out where `code` has none.
  mlir::LogicalResult add(mlir::ModuleOp module, const GpuTarget &target, const GpuCode &code);
  /// `module` is one of those that were added: it carries the texts of the graph.
  void write(mlir::ModuleOp module, llvm::raw_ostream &out) const;

private:
  struct Section {
    WeftSectionType type;
    uint32_t flags;
    std::string name;
    std::string stored;
    uint64_t rawLength;
  };
  static Section makeSection(WeftSectionType type, std::string name, std::string bytes);
  static Section compressSection(WeftSectionType type, std::string name, llvm::StringRef bytes,
                                 uint32_t flags);
  static std::string layOut(llvm::ArrayRef<Section> sections);
  mlir::LogicalResult addTarget(mlir::ModuleOp module, const ManifestTarget &target,
                                std::vector<Section> code);

  std::vector<Section> sections;
};

} // namespace weft::compiler

#endif
