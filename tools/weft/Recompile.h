// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The same functions with another float type, or for another device: compiled again from the graph
// that the artifact carries.
#ifndef TOOLS_WEFT_RECOMPILE_H
#define TOOLS_WEFT_RECOMPILE_H

#include <string>

#include "weft/Artifact.h"

namespace weft::driver {

/// What is compiled for a device unless the user says otherwise: "cpu", or of sim "sm_80".
std::string getTarget(const std::string &device);

/// An empty dtype is that of the graph.
Artifact recompile(const Artifact &artifact, const std::string &dtype, const std::string &target);

} // namespace weft::driver

#endif
