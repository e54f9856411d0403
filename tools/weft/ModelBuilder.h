// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Builds a user's model file into a program with the system's C++ compiler, once for each text of
// the file.
#ifndef TOOLS_WEFT_MODELBUILDER_H
#define TOOLS_WEFT_MODELBUILDER_H

#include <string>

namespace weft::driver {

/// The path of the program. The compiler's errors are shown as they are; then Failure (Model).
std::string buildModel(const std::string &path);

/// The folder for what can be made again: $XDG_CACHE_HOME/weft or ~/.cache/weft.
std::string getCacheFolder();

} // namespace weft::driver

#endif
