// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The texts that a path stands for, before anything is known of tokens.
#ifndef MODELS_COMMON_PARTS_H
#define MODELS_COMMON_PARTS_H

#include <string>
#include <vector>

#include "models/common/TextFile.h"
#include "weft/Status.h"

namespace weft::models {

struct TextPart {
  std::string text, labels; ///< labels as Data.h says, or none
  std::string origin;       ///< its path, or how messages name it
};

/// The parts of a corpus.
struct Parts {
  TextPart train, valid, test;
  bool isWords = false; ///< unless something else is asked for
  std::vector<TextFile> files;
};

/// Of a file, a folder or a task; `valid` names another held-out file, or is empty.
Result<Parts> readParts(const std::string &path, const std::string &valid);

/// A file itself; of a folder or a task valid and test.
Result<std::vector<TextPart>> readHeldOutParts(const std::string &path);

} // namespace weft::models

#endif
