// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The same functions with another float type: compiled again from the graph that the artifact
// carries.
#ifndef TOOLS_WEFT_RECOMPILE_H
#define TOOLS_WEFT_RECOMPILE_H

#include <string>

#include "weft/Artifact.h"

namespace weft::driver {

Artifact recompile(const Artifact &artifact, const std::string &dtype);

} // namespace weft::driver

#endif
