// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The same functions with another float type, or for another device: compiled again from the graph
// that the artifact carries.
#ifndef TOOLS_WEFT_RECOMPILE_H
#define TOOLS_WEFT_RECOMPILE_H

#include <string>

#include "weft/Artifact.h"
#include "weft/Device.h"

namespace weft::driver {

/// What is compiled for a device unless the user says otherwise: "cpu", of sim "sm_80", of cuda the
/// newest target that the card runs. Fails with Device where there is none.
std::string getTarget(const Device &device);

/// An empty dtype is that of the graph.
Artifact recompile(const Artifact &artifact, const std::string &dtype, const std::string &target);

} // namespace weft::driver

#endif
