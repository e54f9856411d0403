// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a model program says of itself: the JSON of --describe (docs/spec/model.md). It comes from a
// program of the user's, so nothing in it is believed before it is checked.
#ifndef TOOLS_WEFT_MODELDESCRIPTION_H
#define TOOLS_WEFT_MODELDESCRIPTION_H

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/weft/Config.h"

namespace weft::driver {

struct ModelDescription {
  std::string name, summary;
  std::vector<Field> fields;
  std::vector<std::string> functions;
  std::vector<std::pair<std::string, std::string>> configs; ///< names and sentences
};

/// Fails with Model; the message begins with `program`.
ModelDescription readDescription(std::string_view text, const std::string &program);

} // namespace weft::driver

#endif
