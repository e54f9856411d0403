// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a model is trained and measured on, by what its tokens are: bytes or words of texts, bytes
// of images, samples of sounds.
#ifndef TOOLS_WEFT_DATASOURCE_H
#define TOOLS_WEFT_DATASOURCE_H

#include "models/common/Batches.h"
#include "tools/weft/Config.h"
#include "tools/weft/RunFolder.h"
#include "tools/weft/Session.h"

namespace weft::driver {

/// The names of --unit.
std::vector<std::string> listUnits();
/// Fails with File where the data cannot be read.
models::Corpus readCorpus(const std::string &path, const std::string &valid,
                          const std::string &unit);
/// What the tokens of the corpus are.
models::Unit getUnit(const models::Corpus &corpus, const std::string &unit);
/// Fails with Usage where a block of the model, [B, M], is not one image.
void checkRecords(const models::Corpus &corpus, int64_t length);

/// What a path stands for where a model is measured: a file itself, of a folder or a task the parts
/// that were not trained on, in their order.
std::vector<models::TokenText> readHeldOut(const std::string &path, models::Unit unit,
                                           const models::Vocabulary &vocabulary,
                                           const Session &session);

} // namespace weft::driver

#endif
