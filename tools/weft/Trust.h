// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An artifact holds machine code, and loading it runs it. What this user compiled is trusted: its
// hash is noted in the cache folder. Anything else needs --allow-native. The hash finds mistakes,
// not forgers; it is no signature.
#ifndef TOOLS_WEFT_TRUST_H
#define TOOLS_WEFT_TRUST_H

#include <string>

#include "weft/Artifact.h"

namespace weft::driver {

/// Notes an artifact that was just compiled. A cache that cannot be written is no error.
void trust(const std::string &artifactBytes);

/// Fails with Usage when the artifact was not compiled here and `allowNative` is not given.
void requireTrust(const Artifact &artifact, bool allowNative);

} // namespace weft::driver

#endif
