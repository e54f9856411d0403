// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What can be said of a GPU's code without its driver or LLVM.
#ifndef RUNTIME_ARTIFACT_GPUCODE_H
#define RUNTIME_ARTIFACT_GPUCODE_H

#include "weft/Artifact.h"
#include "weft/Status.h"

namespace weft {

/// PTX, a cubin or GPU IR.
bool isGpuCode(const ArtifactSection &section);

/// Checks code of a GPU against the manifest of its target: version, form, an entry for each
/// kernel.
Status verifyGpuCode(const ArtifactSection &section, const Manifest &manifest);

} // namespace weft

#endif
