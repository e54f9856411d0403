// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text of the user inside a message: it must not move the cursor, flood the screen or break JSON.
#ifndef TOOLS_WEFT_QUOTE_H
#define TOOLS_WEFT_QUOTE_H

#include <string>
#include <string_view>

namespace weft::driver {

/// The text with control characters and bytes that are no UTF-8 written as \xNN; a newline stays
/// when `keepLines`.
std::string escape(std::string_view text, bool keepLines = false);

/// Escaped, between apostrophes, cut after 80 bytes.
std::string quote(std::string_view text);

} // namespace weft::driver

#endif
