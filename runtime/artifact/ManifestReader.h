// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef RUNTIME_ARTIFACT_MANIFESTREADER_H
#define RUNTIME_ARTIFACT_MANIFESTREADER_H

#include <string_view>

#include "weft/Manifest.h"

namespace weft {

/// Parses and checks the manifest: known types, names that are unique, references that exist with
/// the same type.
Result<Manifest> readManifest(std::string_view text);

} // namespace weft

#endif
