// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What can be said of a GPU's code without its driver or LLVM.
#ifndef RUNTIME_ARTIFACT_GPUCODE_H
#define RUNTIME_ARTIFACT_GPUCODE_H

#include "weft/Artifact.h"
#include "weft/Status.h"

namespace weft {

/// Checks a section of PTX, a cubin or GPU IR against the manifest: target, version, form, an entry
/// for each kernel. Any other section passes.
Status verifyGpuCode(const ArtifactSection &section, const Manifest &manifest);

} // namespace weft

#endif
