// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text of the user inside a message: it must not move the cursor, flood the screen or break JSON.
#ifndef TOOLS_WEFT_QUOTE_H
#define TOOLS_WEFT_QUOTE_H

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace weft::driver {

/// The text with control characters and bytes that are no UTF-8 written as \xNN; a newline stays
/// when `keepLines`.
std::string escape(std::string_view text, bool keepLines = false);

/// The JSON as text; a path may hold bytes that are no UTF-8, and becomes one of replacement
/// characters.
std::string toText(const nlohmann::json &json, int indent = -1);
std::string toText(const nlohmann::ordered_json &json, int indent = -1);

/// Escaped, between apostrophes, cut after 80 bytes.
std::string quote(std::string_view text);

} // namespace weft::driver

#endif
