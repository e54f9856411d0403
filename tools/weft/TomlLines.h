// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The part of TOML 1.0 that a list of settings needs: lines of `key = value # comment`. The TOML
// library gets nothing else to read, because it reaches undefined behaviour in many texts outside
// of that part.
#ifndef TOOLS_WEFT_TOMLLINES_H
#define TOOLS_WEFT_TOMLLINES_H

#include <string>
#include <string_view>

namespace weft::driver {

/// Fails (Usage, "path:line: ...") unless each line is empty, a comment, or a bare or quoted key,
/// an equals sign and a number, true, false or a text of one line. What a number or an escaped
/// character means is not looked at.
void checkTomlLines(std::string_view text, const std::string &path);

/// A text in UTF-8 between quotes. What is not ASCII becomes \uXXXX or \UXXXXXXXX: the library
/// takes some letters for the end of a line.
std::string toTomlText(std::string_view text);

} // namespace weft::driver

#endif
