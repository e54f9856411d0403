// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The compiler, loaded only when there is something to compile: running a trained model never maps
// LLVM.
#ifndef TOOLS_WEFT_COMPILERLIBRARY_H
#define TOOLS_WEFT_COMPILERLIBRARY_H

#include <functional>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace weft::driver {

/// Receives "3/8 fused" when a phase begins.
using CompileProgress = std::function<void(const std::string &)>;

/// Compiles IR text; `options` has fields of compiler/Options.h. Diagnostics go to the error stream
/// as they come; after an error, Failure carries the compiler's exit code.
std::string compileText(const std::string &ir, const nlohmann::json &options,
                        const CompileProgress &progress = {});

/// The same artifact, from the cache where the same text was compiled before with these options.
/// What made the compiler say something is compiled each time.
std::string compileOnce(const std::string &ir, const nlohmann::json &options,
                        const CompileProgress &progress = {});

/// The folder that holds bin/ and lib/ of this installation or build.
std::string findPrefix();

} // namespace weft::driver

#endif
